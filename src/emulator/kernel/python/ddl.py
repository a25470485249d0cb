# Types written as text: "id INT, tags ARRAY<STRING>", "struct<a:int>".
import re

from mortar_kernel import types as t

SIMPLE = {
    "boolean": t.BooleanType, "tinyint": t.ByteType, "byte": t.ByteType, "smallint": t.ShortType, "short": t.ShortType,
    "int": t.IntegerType, "integer": t.IntegerType, "bigint": t.LongType, "long": t.LongType, "float": t.FloatType,
    "real": t.FloatType, "double": t.DoubleType, "string": t.StringType, "binary": t.BinaryType, "date": t.DateType,
    "timestamp": t.TimestampType, "timestamp_ltz": t.TimestampType, "timestamp_ntz": t.TimestampNTZType,
    "void": t.NullType, "null": t.NullType,
}

TOKEN = re.compile(r"\s*(`(?:[^`]|``)*`|'(?:[^'\\]|\\.)*'|[A-Za-z_0-9]+|[<>(),:]|\S)")


class Reader:
    def __init__(self, text):
        self.text = text
        self.tokens = TOKEN.findall(text)
        self.at = 0

    def peek(self):
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, wanted=None):
        token = self.peek()
        if token == "" or (wanted is not None and token.lower() != wanted):
            raise self.fault()
        self.at += 1
        return token

    def skip(self, wanted):
        if self.peek().lower() == wanted:
            self.at += 1
            return True
        return False

    def fault(self):
        near = "'%s'" % self.peek() if self.peek() else "end of input"
        return ValueError("[PARSE_SYNTAX_ERROR] Syntax error at or near %s in the type %r" % (near, self.text))

    def name(self):
        token = self.take()
        if token.startswith("`"):
            return token[1:-1].replace("``", "`")
        if not re.match(r"\w+$", token):
            self.at -= 1
            raise self.fault()
        return token

    def type(self):
        word = self.take().lower()
        if word in SIMPLE:
            return SIMPLE[word]()
        if word in ("decimal", "dec", "numeric"):
            return self.decimal()
        if word == "array":
            return t.ArrayType(self.enclosed(self.type))
        if word == "map":
            key, value = self.enclosed(lambda: (self.type(), self.take(",") and self.type()))
            return t.MapType(key, value)
        if word == "struct":
            return self.enclosed(lambda: t.StructType(self.fields(">")))
        if word == "interval":
            self.at = len(self.tokens)
            return t.IntervalType()
        self.at -= 1
        raise ValueError("[UNSUPPORTED_DATATYPE] Unsupported data type \"%s\"" % self.peek().upper())

    def decimal(self):
        if not self.skip("("):
            return t.DecimalType()
        precision = int(self.take())
        scale = int(self.take()) if self.skip(",") else 0
        self.take(")")
        return t.DecimalType(precision, scale)

    def enclosed(self, read):
        self.take("<")
        value = read()
        self.take(">")
        return value

    def fields(self, end):
        fields = []
        while self.peek() not in (end, ""):
            name = self.name()
            self.skip(":")
            data_type = self.type()
            nullable = True
            if self.skip("not"):
                self.take("null")
                nullable = False
            if self.skip("comment"):
                self.take()
            fields.append(t.StructField(name, data_type, nullable))
            if not self.skip(","):
                break
        return fields

    def end(self):
        if self.peek() != "":
            raise self.fault()


def parse_type(text):
    """One type. Raises ValueError."""
    reader = Reader(text)
    parsed = reader.type()
    reader.end()
    return parsed


def parse_schema(text):
    """A schema: columns with types, or a single type (which gives one column named value). Raises ValueError."""
    try:
        single = parse_type(text)
        if isinstance(single, t.StructType):
            return single
        return t.StructType([t.StructField("value", single)])
    except (ValueError, TypeError):
        reader = Reader(text)
        fields = reader.fields("")
        reader.end()
        if not fields:
            raise reader.fault()
        return t.StructType(fields)
