# Values: as the SQL engine's text, as Python objects, as SQL literals, and as Spark prints them.
import base64
import datetime
import decimal
import json
import math
import struct

from mortar_kernel import types as t

INTEGERS = (t.ByteType, t.ShortType, t.IntegerType, t.LongType)
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


def from_text(text, data_type):
    """A value of a result, which is text or None, as a Python object."""
    if text is None:
        return None
    if isinstance(data_type, (t.ArrayType, t.MapType, t.StructType)):
        return from_json(json.loads(text, parse_float=str, parse_int=str), data_type)
    return scalar(text, data_type)


def scalar(text, data_type):
    if isinstance(data_type, INTEGERS):
        return int(text)
    if isinstance(data_type, t.FloatType):
        return single(float(text))
    if isinstance(data_type, t.DoubleType):
        return float(text)
    if isinstance(data_type, t.DecimalType):
        return decimal.Decimal(text)
    if isinstance(data_type, t.BooleanType):
        return text.lower() == "true"
    if isinstance(data_type, t.DateType):
        return datetime.date(*(int(part) for part in text[:10].split("-")))
    if isinstance(data_type, (t.TimestampType, t.TimestampNTZType)):
        return timestamp(text)
    if isinstance(data_type, t.BinaryType):
        return bytearray(base64.b64decode(text))
    if isinstance(data_type, t.NullType):
        return None
    return text


def single(value):
    """The 32-bit float nearest to a double, or None for None."""
    if value is None:
        return None
    try:
        return struct.unpack("f", struct.pack("f", value))[0]
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def from_json(value, data_type):
    if value is None:
        return None
    if isinstance(data_type, t.ArrayType):
        return [from_json(item, data_type.elementType) for item in value]
    if isinstance(data_type, t.MapType):
        # A JSON object, or pairs where the keys are not text.
        pairs = value.items() if isinstance(value, dict) else [
            (item["key"], item["value"]) if isinstance(item, dict) else item for item in value
        ]
        return {from_json(key, data_type.keyType): from_json(item, data_type.valueType) for key, item in pairs}
    if isinstance(data_type, t.StructType):
        values = list(value.values()) if isinstance(value, dict) else value
        return t.make_row(data_type.names, [from_json(v, f.dataType) for v, f in zip(values, data_type.fields)])
    return scalar(value if isinstance(value, str) else json.dumps(value), data_type)


def timestamp(text):
    """ISO text as a naive datetime; what carries an offset is turned to UTC, the session's time zone."""
    text = text.strip().replace(" ", "T", 1)
    if text.endswith("Z"):
        text = text[:-1] + "+00:00"
    sign = max(text.rfind("+"), text.rfind("-", 11))
    moment, offset = (text[:sign], text[sign:]) if sign > 10 else (text, "")
    if "." in moment:
        whole, fraction = moment.split(".")
        moment = whole + "." + (fraction + "000000")[:6]
    if len(offset) == 5:
        offset = offset[:3] + ":" + offset[3:]
    elif len(offset) == 3:
        offset += ":00"
    parsed = datetime.datetime.fromisoformat(moment + offset)
    return parsed.astimezone(datetime.timezone.utc).replace(tzinfo=None) if offset else parsed


def utc(value):
    """A datetime as the session's naive UTC."""
    return value.astimezone(datetime.timezone.utc).replace(tzinfo=None) if value.tzinfo is not None else value


def to_json(value):
    """A Python value as the JSON value that a table output holds."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else java_double(value)
    if isinstance(value, datetime.datetime):
        return utc(value).isoformat(timespec="milliseconds") + "Z"
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, t.Row) and hasattr(value, "__fields__"):
        return {str(key): to_json(item) for key, item in zip(value.__fields__, tuple(value))}
    if isinstance(value, dict):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [to_json(item) for item in value]
    return str(value)


def shown(value, data_type):
    """A value as Spark casts it to text, which is what show() prints."""
    if value is None:
        return "NULL"
    if isinstance(data_type, t.BooleanType):
        return "true" if value else "false"
    if isinstance(data_type, t.FloatType):
        return java_float(value)
    if isinstance(data_type, t.DoubleType):
        return java_double(value)
    if isinstance(data_type, (t.TimestampType, t.TimestampNTZType)):
        text = value.strftime("%H:%M:%S.%f").rstrip("0").rstrip(".")
        return "%04d-%02d-%02d %s" % (value.year, value.month, value.day, text)
    if isinstance(data_type, t.BinaryType):
        return "[%s]" % " ".join("%02X" % byte for byte in value)
    if isinstance(data_type, t.DecimalType):
        return format(value, "f")
    if isinstance(data_type, t.ArrayType):
        return "[%s]" % ", ".join(shown(item, data_type.elementType) for item in value)
    if isinstance(data_type, t.MapType):
        pairs = ("%s -> %s" % (shown(k, data_type.keyType), shown(v, data_type.valueType)) for k, v in value.items())
        return "{%s}" % ", ".join(pairs)
    if isinstance(data_type, t.StructType):
        return "{%s}" % ", ".join(shown(v, f.dataType) for v, f in zip(tuple(value), data_type.fields))
    return str(value)


def java_float(value):
    """The shortest digits that give the same 32-bit float."""
    if not math.isfinite(value):
        return java_double(value)
    nearest = single(value)
    for digits in range(1, 10):
        text = "%.*e" % (digits - 1, nearest)
        if single(float(text)) == nearest:
            return java_text(text)
    return java_double(value)


def java_double(value):
    """A double as Java prints it: 1.0, 1.0E10, 1.0E-4, NaN, Infinity."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return java_text("%r" % value)


def java_text(text):
    number = decimal.Decimal(text)
    sign, digits, exponent = number.as_tuple()
    digits = "".join(map(str, digits)).lstrip("0") or "0"
    minus = "-" if sign else ""
    if digits == "0":
        return minus + "0.0"
    stripped = digits.rstrip("0") or "0"
    point = len(digits) + exponent
    if -3 < point <= 7:
        if point <= 0:
            return minus + "0." + "0" * -point + stripped
        padded = stripped.ljust(point, "0")
        return minus + padded[:point] + "." + (padded[point:] or "0")
    return "%s%s.%sE%d" % (minus, stripped[0], stripped[1:] or "0", point - 1)
