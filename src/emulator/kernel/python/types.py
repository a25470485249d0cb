# The data types of pyspark.sql.types, and Row.
from mortar_kernel.refusals import no_use


class DataType:
    @classmethod
    def typeName(cls):
        return cls.__name__[:-4].lower()

    def simpleString(self):
        return self.typeName()

    def __eq__(self, other):
        return type(self) is type(other) and self.__dict__ == other.__dict__

    def __hash__(self):
        return hash(self.simpleString())

    def __repr__(self):
        return type(self).__name__ + "()"


class NullType(DataType):
    @classmethod
    def typeName(cls):
        return "void"


class StringType(DataType):
    pass


class BinaryType(DataType):
    pass


class BooleanType(DataType):
    pass


class DateType(DataType):
    pass


class TimestampType(DataType):
    pass


class TimestampNTZType(DataType):
    @classmethod
    def typeName(cls):
        return "timestamp_ntz"


class NumericType(DataType):
    pass


class ByteType(NumericType):
    bits = 8

    def simpleString(self):
        return "tinyint"


class ShortType(NumericType):
    bits = 16

    def simpleString(self):
        return "smallint"


class IntegerType(NumericType):
    bits = 32

    def simpleString(self):
        return "int"


class LongType(NumericType):
    bits = 64

    def simpleString(self):
        return "bigint"


class FloatType(NumericType):
    pass


class DoubleType(NumericType):
    pass


class IntervalType(DataType):
    """Intervals are shown as text; code cannot make them."""


class DecimalType(NumericType):
    def __init__(self, precision=10, scale=0):
        self.precision = precision
        self.scale = scale

    def simpleString(self):
        return "decimal(%d,%d)" % (self.precision, self.scale)

    def __repr__(self):
        return "DecimalType(%d,%d)" % (self.precision, self.scale)


class ArrayType(DataType):
    def __init__(self, elementType, containsNull=True):
        self.elementType = elementType
        self.containsNull = containsNull

    def simpleString(self):
        return "array<%s>" % self.elementType.simpleString()

    def __repr__(self):
        return "ArrayType(%r, %r)" % (self.elementType, self.containsNull)


class MapType(DataType):
    def __init__(self, keyType, valueType, valueContainsNull=True):
        self.keyType = keyType
        self.valueType = valueType
        self.valueContainsNull = valueContainsNull

    def simpleString(self):
        return "map<%s,%s>" % (self.keyType.simpleString(), self.valueType.simpleString())

    def __repr__(self):
        return "MapType(%r, %r, %r)" % (self.keyType, self.valueType, self.valueContainsNull)


class StructField(DataType):
    def __init__(self, name, dataType, nullable=True, metadata=None):
        if metadata:
            raise no_use("StructField(metadata=)")
        self.name = name
        self.dataType = ddl_type(dataType) if isinstance(dataType, str) else dataType
        self.nullable = nullable

    def simpleString(self):
        return "%s:%s" % (self.name, self.dataType.simpleString())

    def __repr__(self):
        return "StructField(%r, %r, %r)" % (self.name, self.dataType, self.nullable)


class StructType(DataType):
    def __init__(self, fields=None):
        self.fields = list(fields or [])

    def add(self, field, data_type=None, nullable=True):
        self.fields.append(field if isinstance(field, StructField) else StructField(field, data_type, nullable))
        return self

    @property
    def names(self):
        return [field.name for field in self.fields]

    def fieldNames(self):
        return self.names

    def simpleString(self):
        return "struct<%s>" % ",".join(field.simpleString() for field in self.fields)

    def __iter__(self):
        return iter(self.fields)

    def __len__(self):
        return len(self.fields)

    def __getitem__(self, key):
        if isinstance(key, str):
            for field in self.fields:
                if field.name == key:
                    return field
            raise KeyError("No StructField named %s" % key)
        return StructType(self.fields[key]) if isinstance(key, slice) else self.fields[key]

    def __repr__(self):
        return "StructType([%s])" % ", ".join(repr(field) for field in self.fields)

    def treeString(self):
        lines = ["root"]
        for field in self.fields:
            describe_field(field, " |", lines)
        return "\n".join(lines) + "\n"


def describe_field(field, prefix, lines):
    lines.append("%s-- %s: %s (nullable = %s)" % (prefix, field.name, tree_name(field.dataType), str(field.nullable).lower()))
    describe_inner(field.dataType, prefix + "    |", lines)


def describe_inner(data_type, prefix, lines):
    if isinstance(data_type, StructType):
        for field in data_type.fields:
            describe_field(field, prefix, lines)
    parts = []
    if isinstance(data_type, ArrayType):
        parts = [("element", data_type.elementType, " (containsNull = %s)" % str(data_type.containsNull).lower())]
    if isinstance(data_type, MapType):
        nullable = " (valueContainsNull = %s)" % str(data_type.valueContainsNull).lower()
        parts = [("key", data_type.keyType, ""), ("value", data_type.valueType, nullable)]
    for name, inner, note in parts:
        lines.append("%s-- %s: %s%s" % (prefix, name, tree_name(inner), note))
        describe_inner(inner, prefix + "    |", lines)


def tree_name(data_type):
    return data_type.simpleString() if isinstance(data_type, DecimalType) else data_type.typeName()


class Row(tuple):
    """Named values: Row(a=1, b=2), or Row("a", "b")(1, 2)."""

    def __new__(cls, *args, **kwargs):
        if args and kwargs:
            raise ValueError("Can not use both args and kwargs to create Row")
        if kwargs:
            row = tuple.__new__(cls, list(kwargs.values()))
            row.__fields__ = list(kwargs)
            return row
        return tuple.__new__(cls, args)

    def __call__(self, *values):
        if len(values) > len(self):
            raise ValueError("Can not create Row with fields %s, expected %d values but got %s" % (self, len(self), values))
        return make_row(list(self), values)

    def asDict(self, recursive=False):
        if not hasattr(self, "__fields__"):
            raise TypeError("Cannot convert a Row class into dict")
        values = [plain(value) for value in self] if recursive else self
        return dict(zip(self.__fields__, values))

    def __contains__(self, item):
        return item in self.__fields__ if hasattr(self, "__fields__") else tuple.__contains__(self, item)

    def __getitem__(self, item):
        if isinstance(item, (int, slice)):
            return tuple.__getitem__(self, item)
        try:
            return tuple.__getitem__(self, self.__fields__.index(item))
        except (AttributeError, ValueError):
            raise KeyError(item)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            return tuple.__getitem__(self, self.__fields__.index(name))
        except (AttributeError, ValueError):
            raise AttributeError(name)

    def __reduce__(self):
        return (make_row, (self.__fields__, tuple(self))) if hasattr(self, "__fields__") else tuple.__reduce__(self)

    def __repr__(self):
        if hasattr(self, "__fields__"):
            return "Row(%s)" % ", ".join("%s=%r" % pair for pair in zip(self.__fields__, tuple(self)))
        return "<Row(%s)>" % ", ".join("%r" % field for field in self)


def make_row(fields, values):
    row = tuple.__new__(Row, values)
    row.__fields__ = list(fields)
    return row


def plain(value):
    if isinstance(value, Row):
        return value.asDict(True)
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def ddl_type(text):
    from mortar_kernel.ddl import parse_type

    return parse_type(text)
