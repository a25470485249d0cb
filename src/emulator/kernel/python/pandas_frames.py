# pandas, where it is installed: toPandas, and DataFrames made from pandas ones.
from mortar_kernel import types as t
from mortar_kernel.infer import natural

DTYPES = (
    (t.ByteType, "int8"), (t.ShortType, "int16"), (t.IntegerType, "int32"), (t.LongType, "int64"), (t.FloatType, "float32"),
    (t.DoubleType, "float64"), (t.BooleanType, "bool"), ((t.TimestampType, t.TimestampNTZType), "datetime64[ns]"),
)


def to_pandas(schema, rows):
    """A pandas DataFrame with the dtypes that Spark gives. Raises ImportError where pandas is not installed."""
    try:
        import pandas
    except ImportError:
        raise ImportError("toPandas needs pandas, which this Python does not have. Run `%pip install pandas` in a cell first.") from None
    columns = {}
    for number, field in enumerate(schema.fields):
        data = [row[number] for row in rows]
        series = pandas.Series(data, dtype="object")
        for kinds, dtype in DTYPES:
            if isinstance(field.dataType, kinds):
                if not any(value is None for value in data) or dtype.startswith("datetime"):
                    series = series.astype(dtype)
                elif dtype.startswith(("int", "float")):
                    series = series.astype("float64")
        columns[number] = series
    made = pandas.DataFrame(columns, columns=range(len(schema.fields)))
    made.columns = schema.names
    return made


def from_pandas(frame):
    """(names, rows, types) of a pandas DataFrame: missing values are None, a type is None where the values decide."""
    import pandas

    rows = [tuple(missing(pandas, natural(value)) for value in row) for row in frame.itertuples(index=False, name=None)]
    return [str(name) for name in frame.columns], rows, [type_of(str(dtype).lower()) for dtype in frame.dtypes]


def type_of(dtype):
    if dtype.startswith("datetime64"):
        return t.TimestampType()
    for kinds, name in DTYPES:
        if dtype in (name, name + "ean") and not isinstance(kinds, tuple):
            return kinds()
    return t.StringType() if dtype in ("string", "str") else None


def missing(pandas, value):
    if value is None or value is pandas.NaT or value is pandas.NA:
        return None
    return None if isinstance(value, float) and value != value else value


def is_pandas(value, name):
    return type(value).__name__ == name and type(value).__module__.split(".")[0] == "pandas"
