# JSON files as Spark reads them: a record a line, or one document a file; inferred types; values of a schema's types.
import base64
import binascii
import datetime

from mortar_kernel import text_values
from mortar_kernel import types as t
from mortar_kernel.csv_files import lines_of
from mortar_kernel.errors import AnalysisException
from mortar_kernel.json_text import Array, Float, Malformed, Number, Object, Special, parse, parse_with_source
from mortar_kernel.refusals import no_use
from mortar_kernel.values import INTEGERS, single

CORRUPT = "_corrupt_record"


class Fields(dict):
    """The types of an object's fields by name, and a name that was there twice."""

    double_name = None


class Unfit(Exception):
    """The value is not of the column's type."""


class NoSource(Exception):
    """The text of an object is asked for, and it was read without keeping it."""


def read_json(texts, multi_line, schema, all_strings):
    """(schema, rows) of the files. Raises AnalysisException."""
    documents = [text for text in texts if text.strip(text_values.SPACES)] if multi_line else [
        line for text in texts for line in lines_of(text) if line.strip(text_values.SPACES)]
    parsed = [records_of(document) for document in documents]
    if schema is None:
        schema = inferred(parsed, all_strings)
    rows = []
    for document, records in zip(documents, parsed):
        if records is None:
            rows.append([document if field.name == CORRUPT else None for field in schema.fields])
            continue
        rows += converted(document, records, schema)
    return schema, rows


def records_of(document):
    """The objects of one document, or None where it is no record."""
    try:
        value = parse(document)
    except Malformed as fault:
        if fault.depth > 1:
            # Spark keeps what came before, to a point that hangs on the schema.
            raise no_use("spark.read of JSON that is broken inside of a nested object or array (multiLine reads a document of several lines)") from None
        return None
    records = value if isinstance(value, list) else [value]
    return records if all(isinstance(record, dict) for record in records) else None


def converted(document, records, schema):
    try:
        return [[field_value(record, field) for field in schema.fields] for record in records]
    except NoSource:
        value = parse_with_source(document)
        records = value if isinstance(value, list) else [value]
        return [[field_value(record, field) for field in schema.fields] for record in records]


def field_value(record, field):
    value = record.get(field.name)
    if value is None:
        return None
    try:
        return value_of(value, field.dataType)
    except Unfit:
        return None


# Inference.

def inferred(parsed, all_strings):
    found, has_bad = None, False
    for records in parsed:
        if records is None:
            has_bad = True
            continue
        for record in records:
            found = wider(found, type_of(record, all_strings))
    schema = finished(found) or t.StructType([]) if found is not None else t.StructType([])
    fields = {field.name: field for field in schema.fields}
    if has_bad and not fields:
        raise only_corrupt()
    if has_bad:
        fields.setdefault(CORRUPT, t.StructField(CORRUPT, t.StringType()))
    return t.StructType([fields[name] for name in sorted(fields, key=order)])


def order(name):
    """Spark sorts names as Java compares texts."""
    return name.encode("utf-16-be", "surrogatepass")


def type_of(value, all_strings):
    """The type of one value: None for null and the empty text, a Fields for an object, a list of one type for an array."""
    if value is None or value == "":
        return None
    if isinstance(value, dict):
        made = Fields((name, type_of(item, all_strings)) for name, item in value.items())
        made.double_name = doubled(value)
        return made
    if isinstance(value, list):
        inner = None
        for item in value:
            inner = wider(inner, type_of(item, all_strings))
        return [inner]
    if all_strings:
        return t.StringType()
    if isinstance(value, bool):
        return t.BooleanType()
    return number_type(value) if isinstance(value, Number) else t.StringType()


def number_type(text):
    if isinstance(text, Float):
        return t.DoubleType()
    if -(2 ** 63) <= int(text) < 2 ** 63:
        return t.LongType()
    digits = len(text.lstrip("-"))
    return t.DecimalType(digits, 0) if digits <= 38 else t.DoubleType()


def wider(left, right):
    if left is None or right is None:
        return right if left is None else left
    if isinstance(left, dict) and isinstance(right, dict):
        made = Fields((name, wider(left.get(name), right.get(name))) for name in {**left, **right})
        made.double_name = left.double_name or right.double_name
        return made
    if isinstance(left, list) and isinstance(right, list):
        return [wider(left[0], right[0])]
    if isinstance(left, (dict, list)) or isinstance(right, (dict, list)):
        return t.StringType()
    if left == right:
        return left
    numbers = (t.LongType, t.DoubleType, t.DecimalType)
    if not (isinstance(left, numbers) and isinstance(right, numbers)):
        return t.StringType()
    if isinstance(left, t.DoubleType) or isinstance(right, t.DoubleType):
        return t.DoubleType()
    return t.DecimalType(max(getattr(kind, "precision", 20) for kind in (left, right)), 0)


def finished(kind):
    """The type itself: null is text, a struct without fields is left out."""
    if kind is None:
        return t.StringType()
    if isinstance(kind, list):
        inner = finished(kind[0])
        return None if inner is None else t.ArrayType(inner)
    if not isinstance(kind, dict):
        return kind
    if kind.double_name is not None:
        raise AnalysisException("[COLUMN_ALREADY_EXISTS] The column `%s` already exists. Choose another name or rename the existing "
            "column. SQLSTATE: 42711" % kind.double_name.lower(), "COLUMN_ALREADY_EXISTS", "42711")
    if len({name.lower() for name in kind}) < len(kind):
        raise no_use("spark.read of JSON objects whose names differ in case alone")
    fields = [t.StructField(name, finished(kind[name])) for name in sorted(kind, key=order)]
    kept = [field for field in fields if field.dataType is not None]
    return t.StructType(kept) if kept else None


def doubled(record):
    """A name that an object has twice, in whatever case, or None."""
    names = [name.lower() for name in record]
    return record.double_name if len(set(names)) == len(names) else next(name for name in names if names.count(name) > 1)


def only_corrupt():
    return AnalysisException(
        "[UNSUPPORTED_FEATURE.QUERY_ONLY_CORRUPT_RECORD_COLUMN] The feature is not supported: Queries from raw JSON/CSV/XML files "
        "are disallowed when the referenced columns only include the internal corrupt record column: no line is a JSON object "
        "(multiLine reads a document that has more than one line). SQLSTATE: 0A000",
        "UNSUPPORTED_FEATURE.QUERY_ONLY_CORRUPT_RECORD_COLUMN", "0A000")


# Values.

def value_of(value, kind):
    """The value as Python has it for the type. Raises Unfit, NoSource."""
    if value is None:
        return None
    if isinstance(kind, t.StringType):
        return string_of(value)
    if isinstance(kind, t.ArrayType):
        if not isinstance(value, list):
            raise Unfit
        return [value_of(item, kind.elementType) for item in value]
    if isinstance(kind, t.StructType):
        if not isinstance(value, dict):
            raise Unfit
        return t.make_row(kind.names, [field_value(value, field) for field in kind.fields])
    if isinstance(kind, t.MapType):
        if not isinstance(value, dict) or not isinstance(kind.keyType, t.StringType):
            raise Unfit
        return {name: value_of(item, kind.valueType) for name, item in value.items()}
    made = scalar(value, kind)
    if made is None:
        raise Unfit
    return made


def string_of(value):
    if isinstance(value, (dict, list)):
        if not isinstance(value, (Object, Array)) or value.source is None:
            raise NoSource
        return value.source
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).encode("utf-8", "replace").decode("utf-8")


def scalar(value, kind):
    if isinstance(value, (dict, list)):
        return None
    if isinstance(kind, t.BooleanType):
        return value if isinstance(value, bool) else None
    if isinstance(value, bool):
        return None
    is_number = isinstance(value, Number)
    if isinstance(kind, INTEGERS):
        return whole(value, kind.bits) if is_number and not isinstance(value, Float) else None
    if isinstance(kind, (t.DoubleType, t.FloatType)):
        known = is_number or value in ("NaN", "Infinity", "+Infinity", "-Infinity", "+INF", "-INF")
        found = double(value) if known else None
        return single(found) if isinstance(kind, t.FloatType) else found
    if isinstance(kind, t.DecimalType):
        return None if isinstance(value, Special) else text_values.fitted(text_values.exact(value), kind)
    if is_number:
        return seconds(value) if isinstance(kind, t.TimestampType) and not isinstance(value, Float) else None
    if isinstance(kind, t.BinaryType):
        return decoded(value)
    if isinstance(kind, t.DateType):
        return date(value)
    return text_values.from_csv(value, kind) if isinstance(kind, (t.TimestampType, t.TimestampNTZType)) else None


def double(text):
    return float(text.replace("INF", "Infinity")) if isinstance(text, Float) or not isinstance(text, Number) else float(int(text))


def whole(text, bits):
    """An integer; Spark's parser takes 128 to 255 for a byte, and they become negative."""
    if bits == 8:
        value = text_values.integer(text, 16)
        return None if value is None or not -128 <= value < 256 else (value + 128) % 256 - 128
    return text_values.integer(text, bits)


def date(text):
    """A date, or, as Spark still reads them, a number of days since 1970."""
    found = text_values.date(text)
    days = text_values.integer(text, 32) if found is None else None
    if days is None:
        return found
    try:
        return datetime.date(1970, 1, 1) + datetime.timedelta(days=days)
    except OverflowError:
        raise no_use("a date %s days after 1970-01-01" % text) from None


def seconds(number):
    try:
        return datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=int(number))
    except OverflowError:
        return None


def decoded(text):
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
