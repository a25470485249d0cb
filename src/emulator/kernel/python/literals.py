# Names and Python values as the text of Databricks SQL.
import datetime
import decimal
import math
import re

from mortar_kernel import types as t
from mortar_kernel.infer import infer, natural
from mortar_kernel.refusals import no_use
from mortar_kernel.values import java_double, utc

PART = re.compile(r"`((?:[^`]|``)+)`|([^.`]+)")


def quote(name):
    return "`%s`" % name.replace("`", "``")


def name_parts(name):
    """The parts of a dotted name, back-ticks taken off."""
    parts, at = [], 0
    while True:
        match = PART.match(name, at)
        if match is None:
            raise ValueError("[INVALID_ATTRIBUTE_NAME_SYNTAX] Syntax error in the name: %s" % name)
        parts.append(match.group(1).replace("``", "`") if match.group(1) is not None else match.group(2).strip())
        at = match.end()
        if at == len(name):
            return parts
        if name[at] != ".":
            raise ValueError("[INVALID_ATTRIBUTE_NAME_SYNTAX] Syntax error in the name: %s" % name)
        at += 1


def quote_parts(name):
    return ".".join(quote(part) for part in name_parts(name))


def text(value):
    escaped = value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\r", "\\r")
    return "'%s'" % escaped


def literal(value):
    """A Python value as SQL of the type that Spark gives it. Raises TypeError, UnsupportedUse."""
    value = natural(value)
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        if -(2**31) <= value < 2**31:
            return "CAST(%s AS INT)" % text(str(value)) if value < 0 else str(value)
        if -(2**63) <= value < 2**63:
            return "CAST(%s AS BIGINT)" % text(str(value))
        raise ValueError("%d does not fit a BIGINT" % value)
    if isinstance(value, decimal.Decimal):
        return "CAST('%s' AS %s)" % (format(value, "f"), decimal_type(value).simpleString().upper())
    if isinstance(value, (float, str, bytes, bytearray, datetime.date)):
        return typed(value, infer(value))
    if isinstance(value, (list, tuple)):
        return "array(%s)" % ", ".join(literal(item) for item in value)
    raise no_use("a literal of the Python type %s" % type(value).__name__)


def decimal_type(value):
    _, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        raise ValueError("%s is not a decimal number that SQL knows" % value)
    scale = max(0, -exponent)
    return t.DecimalType(max(len(digits) + max(exponent, 0), scale, 1), scale)


def typed(value, data_type):
    """A Python value as SQL of exactly this type."""
    if value is None:
        return "CAST(NULL AS %s)" % sql_type(data_type)
    if isinstance(data_type, t.StringType):
        return text(value)
    if isinstance(data_type, t.BinaryType):
        return "X'%s'" % bytes(value).hex().upper()
    if isinstance(data_type, t.BooleanType):
        return "TRUE" if value else "FALSE"
    if isinstance(data_type, t.ArrayType):
        items = ", ".join(typed(natural(item), data_type.elementType) for item in value)
        return "CAST(array(%s) AS %s)" % (items, sql_type(data_type)) if not items else "array(%s)" % items
    if isinstance(data_type, t.MapType):
        pairs = ((typed(natural(k), data_type.keyType), typed(natural(v), data_type.valueType)) for k, v in value.items())
        items = ", ".join("%s, %s" % pair for pair in pairs)
        return "map(%s)" % items if items else "CAST(map() AS %s)" % sql_type(data_type)
    if isinstance(data_type, t.StructType):
        values = by_name(value, data_type)
        fields = zip(data_type.fields, values)
        return "named_struct(%s)" % ", ".join("%s, %s" % (text(f.name), typed(natural(v), f.dataType)) for f, v in fields)
    return "CAST(%s AS %s)" % (text(plain_text(value, data_type)), sql_type(data_type))


def by_name(value, struct):
    if isinstance(value, dict):
        return [value.get(field.name) for field in struct.fields]
    return list(value) + [None] * (len(struct.fields) - len(value))


def plain_text(value, data_type):
    """The text that a cast turns into the value."""
    if isinstance(data_type, (t.FloatType, t.DoubleType)):
        return repr(value) if math.isfinite(value) else java_double(value)
    if isinstance(data_type, t.DecimalType):
        return format(decimal.Decimal(value), "f")
    if isinstance(data_type, t.TimestampType):
        return utc(value).isoformat(" ") + "+00:00"
    if isinstance(data_type, t.TimestampNTZType):
        return utc(value).isoformat(" ")
    if isinstance(data_type, t.DateType) and isinstance(value, datetime.datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def sql_type(data_type):
    if isinstance(data_type, t.NullType):
        return "STRING"
    if isinstance(data_type, t.ArrayType):
        return "ARRAY<%s>" % sql_type(data_type.elementType)
    if isinstance(data_type, t.MapType):
        return "MAP<%s, %s>" % (sql_type(data_type.keyType), sql_type(data_type.valueType))
    if isinstance(data_type, t.StructType):
        return "STRUCT<%s>" % ", ".join("%s: %s" % (quote(f.name), sql_type(f.dataType)) for f in data_type.fields)
    return data_type.simpleString().upper()


def local_relation(schema, rows):
    """A SELECT that gives these rows, in their order. Values are Python objects that fit the schema."""
    names = ["c%d" % number for number in range(len(schema.fields))]
    simple = [not isinstance(f.dataType, (t.ArrayType, t.MapType, t.StructType, t.BinaryType)) for f in schema.fields]
    lines = []
    for row in rows:
        cells = []
        for value, field, is_simple in zip(row, schema.fields, simple):
            if not is_simple:
                cells.append(typed(value, field.dataType))
            else:
                cells.append("NULL" if value is None else text(simple_text(value, field.dataType)))
        lines.append("(%s)" % ", ".join(cells))
    columns = ", ".join(
        "%s AS %s" % (name if not is_simple else "CAST(%s AS %s)" % (name, sql_type(f.dataType)), quote(f.name))
        for name, f, is_simple in zip(names, schema.fields, simple)
    )
    if not lines:
        nulls = ", ".join("CAST(NULL AS %s) AS %s" % (sql_type(f.dataType), quote(f.name)) for f in schema.fields)
        return "SELECT %s WHERE FALSE" % nulls
    return "SELECT %s FROM (VALUES %s) AS _local(%s)" % (columns, ", ".join(lines), ", ".join(names))


def simple_text(value, data_type):
    if isinstance(data_type, t.BooleanType):
        return "true" if value else "false"
    return plain_text(value, data_type)


MARKER = re.compile(
    r"('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|`(?:[^`]|``)*`|--[^\n]*|/\*.*?\*/)|(?<![\w`)\]:]):([A-Za-z_]\w*)|(\?)", re.S)


def bind(query, args):
    """Puts literals in the place of :name and ? outside quotes and comments."""
    if not args:
        return query
    used = [0]

    def put(match):
        quoted, name, mark = match.groups()
        if quoted is not None:
            return quoted
        if isinstance(args, dict):
            return value_of(args[name]) if name is not None and name in args else match.group(0)
        if mark is None:
            return match.group(0)
        if used[0] >= len(args):
            raise ValueError("[UNBOUND_SQL_PARAMETER] Found the unbound parameter: number %d." % (used[0] + 1))
        used[0] += 1
        return value_of(args[used[0] - 1])

    return MARKER.sub(put, query)


def closed(sql):
    """The text with a line end where its last line may be a comment, so that more can follow it."""
    return sql + "\n" if "--" in sql else sql


def value_of(value):
    return value._sql if hasattr(value, "_sql") else literal(value)
