# Which type a Python value has in Spark, and whether a value fits a type.
import datetime
import decimal

from mortar_kernel import types as t
from mortar_kernel.values import INTEGERS


def natural(value):
    """A numpy or pandas scalar as the Python value that it stands for."""
    module = type(value).__module__.split(".")[0]
    if module == "numpy" and hasattr(value, "item") and getattr(value, "shape", None) == ():
        return natural(value.item())
    if module == "numpy" and hasattr(value, "tolist"):
        return value.tolist()
    if module == "pandas":
        if type(value).__name__ in ("NaTType", "NAType"):
            return None
        if hasattr(value, "to_pydatetime"):
            return value.to_pydatetime()
    return value


def infer(value):
    """The type of one value. Raises TypeError for what Spark has no type for."""
    if value is None:
        return t.NullType()
    if isinstance(value, bool):
        return t.BooleanType()
    if isinstance(value, int):
        return t.LongType()
    for kind, data_type in (
        (float, t.DoubleType), (str, t.StringType), (datetime.datetime, t.TimestampType), (datetime.date, t.DateType),
        ((bytes, bytearray), t.BinaryType),
    ):
        if isinstance(value, kind):
            return data_type()
    if isinstance(value, decimal.Decimal):
        return t.DecimalType(38, 18)
    if isinstance(value, dict):
        return t.MapType(infer_all(value.keys()), infer_all(value.values()))
    if isinstance(value, (t.Row, tuple)):
        names = getattr(value, "__fields__", None) or getattr(value, "_fields", None)
        names = names or ["_%d" % (i + 1) for i in range(len(value))]
        return t.StructType([t.StructField(name, infer(natural(item))) for name, item in zip(names, tuple(value))])
    if isinstance(value, list):
        return t.ArrayType(infer_all(value))
    raise TypeError("[UNSUPPORTED_DATA_TYPE] Unsupported DataType `%s`." % type(value).__name__)


def infer_all(values):
    merged = t.NullType()
    for value in values:
        merged = merge(merged, infer(natural(value)))
    return merged


def merge(left, right, name=None):
    """The type of a column that holds both. Raises TypeError where Spark refuses."""
    if isinstance(left, t.NullType):
        return right
    if isinstance(right, t.NullType) or left == right:
        return left
    if type(left) is not type(right):
        where = " %s" % name if name else ""
        raise TypeError("[CANNOT_MERGE_TYPE] Can not merge type%s `%s` and `%s`." % (
            where, type(left).__name__, type(right).__name__))
    if isinstance(left, t.ArrayType):
        return t.ArrayType(merge(left.elementType, right.elementType, name))
    if isinstance(left, t.MapType):
        return t.MapType(merge(left.keyType, right.keyType, name), merge(left.valueType, right.valueType, name))
    if isinstance(left, t.StructType):
        theirs = {field.name: field.dataType for field in right.fields}
        fields = [t.StructField(f.name, merge(f.dataType, theirs.pop(f.name, t.NullType()), f.name)) for f in left.fields]
        return t.StructType(fields + [t.StructField(name, data_type) for name, data_type in theirs.items()])
    return left


def has_unknown(data_type):
    if isinstance(data_type, t.ArrayType):
        return has_unknown(data_type.elementType)
    if isinstance(data_type, t.MapType):
        return has_unknown(data_type.keyType) or has_unknown(data_type.valueType)
    if isinstance(data_type, t.StructType):
        return any(has_unknown(field.dataType) for field in data_type.fields)
    return isinstance(data_type, t.NullType)


ACCEPTED = (
    (INTEGERS, int), ((t.FloatType, t.DoubleType), float), (t.StringType, str), (t.BooleanType, bool),
    (t.DecimalType, decimal.Decimal), ((t.TimestampType, t.TimestampNTZType), datetime.datetime),
    (t.DateType, datetime.date), (t.BinaryType, (bytes, bytearray)), (t.ArrayType, (list, tuple)), (t.MapType, dict),
    (t.StructType, (tuple, list, dict)),
)


def verify(value, data_type, name):
    """Raises TypeError or ValueError, as Spark does, for a value that a column of this type cannot hold."""
    if value is None or isinstance(data_type, t.NullType):
        return
    for kinds, accepted in ACCEPTED:
        if isinstance(data_type, kinds):
            wrong_bool = isinstance(value, bool) and accepted is int
            if not isinstance(value, accepted) or wrong_bool:
                raise TypeError("[FIELD_DATA_TYPE_UNACCEPTABLE_WITH_NAME] field %s: %r can not accept object `%s` in type `%s`." % (
                    name, data_type, value, type(value).__name__))
            break
    if isinstance(data_type, INTEGERS) and not -(2 ** (data_type.bits - 1)) <= value < 2 ** (data_type.bits - 1):
        raise ValueError("[VALUE_OUT_OF_BOUNDS] field %s: %d does not fit the type %s." % (name, value, data_type.simpleString()))
