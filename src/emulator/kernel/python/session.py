# SparkSession: the doors to DataFrames, all over the emulator's SQL.
import re

from mortar_kernel import ddl, errors, infer, literals, pandas_frames
from mortar_kernel import types as t
from mortar_kernel.channel import HostFault
from mortar_kernel.frames import DataFrame, rows_of
from mortar_kernel.refusals import no_attribute, no_use

COMMENTS = re.compile(r"\A(?:\s|--[^\n]*(?:\n|\Z)|/\*.*?\*/|\()*", re.S)
QUERY = ("select", "values", "from", "table", "with")


class SparkSession:
    def __init__(self, channel):
        self._channel = channel
        self._settings = {}

    # Doors.

    def sql(self, sqlQuery, args=None, **kwargs):
        if kwargs:
            raise no_use("spark.sql with keyword arguments (args= takes parameters)")
        query = literals.closed(literals.bind(sqlQuery, args).strip().rstrip(";").rstrip())
        if is_query(query):
            made = DataFrame(self, query)
            _ = made.schema
            return made
        return self._local(self._run(query))

    def table(self, tableName):
        made = DataFrame(self, "SELECT * FROM %s" % literals.quote_parts(tableName))
        _ = made.schema
        return made

    def range(self, start, end=None, step=1, numPartitions=None):
        first, last = (0, start) if end is None else (start, end)
        if step == 0:
            raise ValueError("step cannot be 0")
        size = max(0, -((first - last) // step))
        sql = "SELECT CAST(id AS BIGINT) AS `id` FROM range(%d, %d, %d) AS _r" % (first, first + size * step, step)
        schema = t.StructType([t.StructField("id", t.LongType(), False)])
        return DataFrame(self, sql, schema)

    def createDataFrame(self, data, schema=None, samplingRatio=None, verifySchema=True):
        types = None
        if pandas_frames.is_pandas(data, "DataFrame"):
            names, rows, types = pandas_frames.from_pandas(data)
            schema = names if schema is None else schema
        elif isinstance(data, DataFrame):
            raise TypeError("[INVALID_TYPE] Argument `data` should not be a DataFrame.")
        else:
            rows = list(data)
        fields = schema_of(rows, schema, types)
        made = [row_of(row, fields, position) for position, row in enumerate(rows)]
        return DataFrame(self, literals.local_relation(fields, made), fields)

    @property
    def read(self):
        from mortar_kernel.readers import DataFrameReader

        return DataFrameReader(self)

    @property
    def catalog(self):
        from mortar_kernel.catalog import Catalog

        return Catalog(self)

    @property
    def conf(self):
        from mortar_kernel.catalog import RuntimeConfig

        return RuntimeConfig(self._settings)

    @classmethod
    def getActiveSession(cls):
        return Builder.session

    def __getattr__(self, name):
        raise no_attribute("SparkSession", name)

    def __repr__(self):
        return "<SparkSession of the emulator>"

    # Inside.

    def _run(self, statement):
        try:
            return self._channel.call("sql", statement=statement)
        except HostFault as fault:
            raise errors.from_host(fault) from None

    def _rows(self, statement, schema=None):
        table = self._run(statement)
        return rows_of(table, schema or schema_from(table))

    def _analyse(self, statement):
        return schema_from(self._run(statement))

    def _local(self, table):
        """A DataFrame of the rows of a statement that has run."""
        schema = schema_from(table)
        if not schema.fields:
            return DataFrame(self, "SELECT 1 WHERE FALSE", schema)
        return DataFrame(self, literals.local_relation(schema, rows_of(table, schema)), schema)

    def _analysis_error(self, error_class, message):
        return errors.AnalysisException("[%s] %s" % (error_class, message), error_class)


class Builder:
    """SparkSession.builder: there is one session, and it is there already."""

    session = None

    def appName(self, name):
        return self

    def getOrCreate(self):
        return Builder.session

    def __getattr__(self, name):
        raise no_attribute("SparkSession.builder", name)


SparkSession.builder = Builder()


def is_query(statement):
    """Whether the statement only reads, so that it may run later and more than once."""
    start = COMMENTS.match(statement).end()
    word = re.match(r"[A-Za-z]*", statement[start:]).group(0).lower()
    if word not in QUERY:
        return False
    return word not in ("with", "from") or re.search(r"\binsert\s+(into|overwrite)\b", statement, re.I) is None


def schema_from(table):
    return t.StructType([t.StructField(column["name"], ddl.parse_type(column["typeText"])) for column in table["columns"]])


def schema_of(rows, schema, types):
    """The schema of createDataFrame: given, or names given and types found, or all found."""
    if isinstance(schema, str):
        schema = ddl.parse_schema(schema)
    if isinstance(schema, t.StructType):
        return schema
    if isinstance(schema, t.DataType):
        return t.StructType([t.StructField("value", schema)])
    if not rows and not (types and all(types)):
        raise ValueError("[CANNOT_INFER_EMPTY_SCHEMA] Can not infer schema from empty dataset.")
    found = types_of_rows(rows)
    names = [field.name for field in found.fields] if schema is None else [str(name) for name in schema]
    fields = found.fields if rows else [t.StructField(name, None) for name in names]
    if len(names) < len(fields):
        names += ["_%d" % (i + 1) for i in range(len(names), len(fields))]
    elif len(names) > len(fields):
        raise ValueError("[AXIS_LENGTH_MISMATCH] Length mismatch: the rows have %d values, the schema has %d names." % (
            len(fields), len(names)))
    kinds = [given or field.dataType for given, field in zip(types or [None] * len(fields), fields)]
    for name, kind in zip(names, kinds):
        if infer.has_unknown(kind):
            raise ValueError("[CANNOT_DETERMINE_TYPE] Some of types cannot be determined after inferring: column %s." % name)
    return t.StructType([t.StructField(name, kind) for name, kind in zip(names, kinds)])


def types_of_rows(rows):
    merged = t.StructType([])
    for position, row in enumerate(rows):
        if isinstance(row, dict):
            fields = [t.StructField(str(key), infer.infer(infer.natural(row[key]))) for key in sorted(row)]
        elif isinstance(row, (tuple, list)):
            names = getattr(row, "__fields__", None) or getattr(row, "_fields", None) or ["_%d" % (i + 1) for i in range(len(row))]
            fields = [t.StructField(name, infer.infer(infer.natural(value))) for name, value in zip(names, tuple(row))]
        else:
            raise TypeError("[CANNOT_INFER_SCHEMA_FOR_TYPE] Can not infer schema for type: `%s`." % type(row).__name__)
        kind = t.StructType(fields)
        merged = kind if position == 0 else infer.merge(merged, kind)
    return merged


def row_of(row, schema, position):
    """One row as Python values in the order of the schema."""
    names = schema.names
    if isinstance(row, dict):
        cells = [row.get(name) for name in names]
    elif isinstance(row, t.Row) and hasattr(row, "__fields__") and set(row.__fields__) == set(names):
        cells = [row[name] for name in names]
    elif isinstance(row, (tuple, list)):
        cells = list(row)
    elif len(names) == 1:
        cells = [row]
    else:
        raise TypeError("[CANNOT_ACCEPT_OBJECT_IN_TYPE] row %d: cannot accept object %r in a row of %d columns" % (position, row, len(names)))
    if len(cells) != len(names):
        raise ValueError("[LENGTH_SHOULD_BE_THE_SAME] row %d has %d values, the schema has %d columns" % (position, len(cells), len(names)))
    cells = [infer.natural(cell) for cell in cells]
    for cell, field in zip(cells, schema.fields):
        infer.verify(cell, field.dataType, field.name)
        if cell is None and not field.nullable:
            raise ValueError("[FIELD_NOT_NULLABLE_WITH_NAME] field %s: This field is not nullable, but got None." % field.name)
    return cells
