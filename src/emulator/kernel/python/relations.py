# The rows of a file as SQL: one text, cut apart by the engine. A VALUES list of as many rows takes twenty times as long.
from mortar_kernel import literals
from mortar_kernel import types as t

NESTED = (t.ArrayType, t.MapType, t.StructType)
# Candidates for the three marks: control letters that no text format needs, then letters of private use.
MARKS = [chr(code) for code in (*range(0x1c, 0x20), *range(1, 9), *range(0x0e, 0x1c), *range(0xe000, 0xe200))]


def file_relation(schema, rows):
    """A SELECT that gives these rows, in their order; values are Python objects that fit the schema."""
    if not rows or any(has_literal_only(field.dataType) for field in schema.fields):
        return literals.local_relation(schema, rows)
    texts = [[None if v is None else cell_text(v, f.dataType) for v, f in zip(row, schema.fields)] for row in rows]
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
    return "CAST(%s AS %s)" % (sql, literals.sql_type(data_type))


def cell_text(value, data_type):
    if isinstance(data_type, t.StringType):
        return value
    return bytes(value).hex() if isinstance(data_type, t.BinaryType) else literals.simple_text(value, data_type)


def has_literal_only(data_type):
    return isinstance(data_type, NESTED)
