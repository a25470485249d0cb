# The rows of a file as SQL: one text, cut apart by the engine. A VALUES list of as many rows takes twenty times as long.
import json
import math

from mortar_kernel import literals
from mortar_kernel import types as t

NESTED = (t.ArrayType, t.MapType, t.StructType)
# Types whose values are written one by one where they are nested.
LITERAL = (t.BinaryType, t.DecimalType, t.DateType, t.TimestampType, t.TimestampNTZType)
# Candidates for the three marks: control letters that no text format needs, then letters of private use.
MARKS = [chr(code) for code in (*range(0x1c, 0x20), *range(1, 9), *range(0x0e, 0x1c), *range(0xe000, 0xe200))]


class NotFinite(Exception):
    """A nested NaN or infinity, which JSON does not have."""


def file_relation(schema, rows):
    """A SELECT that gives these rows, in their order; values are Python objects that fit the schema."""
    if not rows or any(needs_literals(field.dataType) for field in schema.fields):
        return literals.local_relation(schema, rows)
    try:
        texts = [[None if v is None else cell_text(v, f.dataType) for v, f in zip(row, schema.fields)] for row in rows]
    except NotFinite:
        return literals.local_relation(schema, rows)
    used = set()
    for row in texts:
        for cell in row:
            if cell is not None and not cell.isalnum():
                used.update(cell)
    line, cut, null = [mark for mark in MARKS if mark not in used][:3]
    whole = line.join(cut.join(null if cell is None else cell for cell in row) for row in texts)
    columns = ", ".join(
        "%s AS %s" % (column_sql("nullif(_c[%d], %s)" % (number, literals.text(null)), f.dataType), literals.quote(f.name))
        for number, f in enumerate(schema.fields))
    return "SELECT %s FROM (SELECT split(_l, %s) AS _c FROM (SELECT explode(split(%s, %s)) AS _l) AS _a) AS _b" % (
        columns, literals.text(cut), literals.text(whole), literals.text(line))


def column_sql(sql, data_type):
    if isinstance(data_type, t.StringType):
        return sql
    if isinstance(data_type, t.BinaryType):
        return "unhex(%s)" % sql
    if isinstance(data_type, NESTED):
        return "from_json(%s, %s)" % (sql, literals.text(literals.sql_type(data_type)))
    return "CAST(%s AS %s)" % (sql, literals.sql_type(data_type))


def cell_text(value, data_type):
    if isinstance(data_type, t.StringType):
        return value
    if isinstance(data_type, NESTED):
        return json.dumps(plain(value, data_type), ensure_ascii=False, separators=(",", ":"))
    return bytes(value).hex() if isinstance(data_type, t.BinaryType) else literals.simple_text(value, data_type)


def plain(value, data_type):
    """A nested value as from_json reads it."""
    if value is None or isinstance(data_type, (t.StringType, t.BooleanType)):
        return value
    if isinstance(data_type, t.ArrayType):
        return [plain(item, data_type.elementType) for item in value]
    if isinstance(data_type, t.MapType):
        return {key: plain(item, data_type.valueType) for key, item in value.items()}
    if isinstance(data_type, t.StructType):
        return {field.name: plain(item, field.dataType) for field, item in zip(data_type.fields, value)}
    if isinstance(data_type, (t.FloatType, t.DoubleType)) and not math.isfinite(value):
        raise NotFinite
    return value if isinstance(value, (int, float)) else literals.plain_text(value, data_type)


def needs_literals(data_type):
    """Whether a type has parts that JSON does not carry exactly."""
    if not isinstance(data_type, NESTED):
        return False
    return any(
        isinstance(part, LITERAL) or needs_literals(part) for part in parts_of(data_type)
    ) or (isinstance(data_type, t.StructType) and len({field.name.lower() for field in data_type.fields}) < len(data_type.fields))


def parts_of(data_type):
    parts = [getattr(data_type, name) for name in ("elementType", "keyType", "valueType") if hasattr(data_type, name)]
    return parts + [field.dataType for field in getattr(data_type, "fields", ())]
