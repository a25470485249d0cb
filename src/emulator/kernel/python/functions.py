# pyspark.sql.functions: the subset. Each function is the SQL function of the same name.
from mortar_kernel.columns import Column, call, case, column_or_name, literal_column, named, to_column
from mortar_kernel.literals import closed


def col(name):
    return named(name)


column = col


def lit(value):
    return literal_column(value)


def expr(text):
    return Column("(%s)" % closed(text), text, text=closed(text))


def asc(name):
    return column_or_name(name).asc()


def desc(name):
    return column_or_name(name).desc()


def when(condition, value):
    if not isinstance(condition, Column):
        raise TypeError("[NOT_COLUMN] Argument `condition` should be a Column, got %s." % type(condition).__name__)
    return case([(condition, to_column(value))])


def count(value):
    counted = column_or_name(value)
    if counted._sql == "*":
        return Column("count(*)", "count(1)")
    return call("count", counted)


def countDistinct(value, *more):
    columns = [column_or_name(item) for item in (value, *more)]
    sql = ", ".join(item._sql for item in columns)
    return Column("count(DISTINCT %s)" % sql, "count(DISTINCT %s)" % ", ".join(item._name for item in columns))


count_distinct = countDistinct


def concat_ws(sep, *values):
    return call("concat_ws", literal_column(sep), *(column_or_name(value) for value in values))


def round(value, scale=0):
    return call("round", column_or_name(value), literal_column(scale))


def substring(value, pos, len):
    return call("substring", column_or_name(value), to_column(pos), to_column(len))


def to_date(value, format=None):
    return call("to_date", *formatted(value, format))


def to_timestamp(value, format=None):
    return call("to_timestamp", *formatted(value, format))


def date_format(value, format):
    return call("date_format", column_or_name(value), literal_column(format))


def formatted(value, pattern):
    return [column_or_name(value)] if pattern is None else [column_or_name(value), literal_column(pattern)]


def broadcast(df):
    return df


def one(function):
    def apply(value):
        return call(function, column_or_name(value))

    apply.__name__ = function
    return apply


def several(function):
    def apply(*values):
        return call(function, *(column_or_name(value) for value in values))

    apply.__name__ = function
    return apply


def none(function):
    def apply():
        return call(function)

    apply.__name__ = function
    return apply


sum = one("sum")
avg = one("avg")
mean = avg
min = one("min")
max = one("max")
upper = one("upper")
lower = one("lower")
length = one("length")
trim = one("trim")
abs = one("abs")
year = one("year")
month = one("month")
dayofmonth = one("dayofmonth")
concat = several("concat")
coalesce = several("coalesce")
greatest = several("greatest")
least = several("least")
current_date = none("current_date")
current_timestamp = none("current_timestamp")

PUBLIC = (
    "col column lit expr asc desc when count countDistinct count_distinct concat_ws round substring to_date to_timestamp "
    "date_format broadcast sum avg mean min max upper lower length trim abs year month dayofmonth concat coalesce greatest "
    "least current_date current_timestamp"
).split()

__all__ = PUBLIC
