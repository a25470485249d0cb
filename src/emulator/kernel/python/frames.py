# DataFrame: a query that runs when its rows are asked for. Each step wraps the text of the one before.
from mortar_kernel import literals, values
from mortar_kernel import types as t
from mortar_kernel.columns import Column, SortKey, column_or_name, named
from mortar_kernel.grouped import GroupedData
from mortar_kernel.joins import join_sql
from mortar_kernel.refusals import no_attribute, no_use
from mortar_kernel.shown import show_text
from mortar_kernel.types import make_row


class DataFrame:
    def __init__(self, session, sql, schema=None):
        self._session = session
        self._sql = sql
        self._schema = schema

    # What it is.

    @property
    def schema(self):
        if self._schema is None:
            self._schema = self._session._analyse("SELECT * FROM (%s) AS _t LIMIT 0" % self._sql)
        return self._schema

    @property
    def columns(self):
        return self.schema.names

    @property
    def dtypes(self):
        return [(field.name, field.dataType.simpleString()) for field in self.schema.fields]

    @property
    def sparkSession(self):
        return self._session

    @property
    def write(self):
        from mortar_kernel.writers import DataFrameWriter

        return DataFrameWriter(self)

    def printSchema(self, level=None):
        if level is not None:
            raise no_use("DataFrame.printSchema(level)")
        print(self.schema.treeString())

    def __repr__(self):
        return "DataFrame[%s]" % ", ".join("%s: %s" % pair for pair in self.dtypes)

    def __getattr__(self, name):
        if name.startswith("_"):
            raise no_attribute("DataFrame", name)
        if name not in self.columns:
            raise no_attribute("DataFrame", name)
        return named(literals.quote(name))

    def __getitem__(self, item):
        if isinstance(item, Column):
            return self.filter(item)
        if isinstance(item, (list, tuple)):
            return self.select(*item)
        if isinstance(item, int):
            return named(literals.quote(self.columns[item]))
        self._require(item)
        return named(literals.quote(item)) if item in self.columns else named(item)

    def __bool__(self):
        return True

    # Rows.

    def collect(self):
        return self._session._rows(*exact(self._sql, self.schema))

    def take(self, num):
        return self.limit(num).collect()

    def head(self, n=None):
        rows = self.take(1 if n is None else n)
        return (rows[0] if rows else None) if n is None else rows

    def first(self):
        return self.head()

    def count(self):
        return self._session._rows("SELECT count(*) AS n FROM (%s) AS _t" % self._sql)[0][0]

    def isEmpty(self):
        return not self.take(1)

    def show(self, n=20, truncate=True, vertical=False):
        if isinstance(n, bool) or not isinstance(n, int):
            raise TypeError("[NOT_INT] Argument `n` should be an int, got %s." % type(n).__name__)
        if vertical:
            raise no_use("DataFrame.show(vertical=True)")
        rows = self.limit(n + 1).collect()
        print(show_text(self.schema, rows, n, 20 if truncate is True else int(truncate)))

    def toPandas(self):
        from mortar_kernel.pandas_frames import to_pandas

        return to_pandas(self.schema, self.collect())

    # Steps.

    def select(self, *cols):
        items = list(cols[0]) if len(cols) == 1 and isinstance(cols[0], (list, tuple)) else list(cols)
        return self._over(", ".join(column_or_name(item)._selected() for item in items) or "*")

    def selectExpr(self, *expr):
        items = list(expr[0]) if len(expr) == 1 and isinstance(expr[0], list) else list(expr)
        return self._over(", ".join(literals.closed(item) for item in items))

    def filter(self, condition):
        if isinstance(condition, Column):
            return self._step("SELECT * FROM (%s) AS _t WHERE %s" % (self._sql, condition._sql))
        if isinstance(condition, str):
            return self._step("SELECT * FROM (%s) AS _t WHERE (%s\n)" % (self._sql, condition))
        raise TypeError("[NOT_COLUMN_OR_STR] Argument `condition` should be a Column or str, got %s." % type(condition).__name__)

    where = filter

    def limit(self, num):
        if isinstance(num, bool) or not isinstance(num, int) or num < 0:
            raise ValueError("[INVALID_LIMIT_LIKE_EXPRESSION] The limit must be an integer that is not negative, got %r" % (num,))
        return self._step("SELECT * FROM (%s) AS _t LIMIT %d" % (self._sql, num), self._schema)

    def orderBy(self, *cols, ascending=None):
        items = list(cols[0]) if len(cols) == 1 and isinstance(cols[0], list) else list(cols)
        if not items or any(isinstance(item, bool) or isinstance(item, int) for item in items):
            raise no_use("DataFrame.orderBy without columns or by position")
        keys = [item if isinstance(item, SortKey) else column_or_name(item).asc() for item in items]
        if ascending is not None:
            wanted = ascending if isinstance(ascending, list) else [ascending] * len(keys)
            keys = [key if up else key._column.desc() for key, up in zip(keys, wanted)]
        order = ", ".join(key._order() for key in keys)
        return self._step("SELECT * FROM (%s) AS _t ORDER BY %s" % (self._sql, order))

    sort = orderBy

    def groupBy(self, *cols):
        items = list(cols[0]) if len(cols) == 1 and isinstance(cols[0], list) else list(cols)
        return GroupedData(self, [column_or_name(item) for item in items])

    groupby = groupBy

    def agg(self, *exprs):
        return self.groupBy().agg(*exprs)

    def withColumn(self, colName, col):
        if not isinstance(col, Column):
            raise TypeError("[NOT_COLUMN] Argument `col` should be a Column, got %s." % type(col).__name__)
        made = "%s AS %s" % (col._sql, literals.quote(colName))
        selected = [made if same(name, colName) else literals.quote(name) for name in self._unique()]
        if not any(same(name, colName) for name in self.columns):
            selected.append(made)
        return self._over(", ".join(selected))

    def withColumnRenamed(self, existing, new):
        names = self._unique()
        return self._over(", ".join(
            "%s AS %s" % (literals.quote(name), literals.quote(new)) if same(name, existing) else literals.quote(name)
            for name in names))

    def toDF(self, *cols):
        names = self._unique()
        if len(cols) != len(names):
            raise ValueError("The number of columns doesn't match: %d names for %d columns" % (len(cols), len(names)))
        return self._over(", ".join("%s AS %s" % (literals.quote(a), literals.quote(b)) for a, b in zip(names, cols)))

    def drop(self, *cols):
        gone = [item._name if isinstance(item, Column) else item for item in cols]
        kept = [name for name in self._unique() if not any(same(name, other) for other in gone)]
        if not kept:
            raise no_use("DataFrame.drop of every column")
        return self._over(", ".join(literals.quote(name) for name in kept))

    def distinct(self):
        return self._step("SELECT DISTINCT * FROM (%s) AS _t" % self._sql, self._schema)

    def dropDuplicates(self, subset=None):
        if subset is not None:
            raise no_use("DataFrame.dropDuplicates(subset)")
        return self.distinct()

    def union(self, other):
        if len(self.columns) != len(other.columns):
            raise self._session._analysis_error("NUM_COLUMNS_MISMATCH", "UNION can only be performed on inputs with the same number "
                "of columns, but the first input has %d columns and the second has %d." % (len(self.columns), len(other.columns)))
        return self._step("SELECT * FROM (%s) AS _l UNION ALL SELECT * FROM (%s) AS _r" % (self._sql, other._sql))

    unionAll = union

    def unionByName(self, other, allowMissingColumns=False):
        if allowMissingColumns:
            raise no_use("DataFrame.unionByName(allowMissingColumns=True)")
        for name in self._unique():
            other._require(name)
        if len(self.columns) != len(other._unique()):
            return self.union(other)
        return self.union(other.select(*[literals.quote(name) for name in self.columns]))

    def join(self, other, on=None, how=None):
        return self._step(join_sql(self, other, on, how or "inner"))

    def crossJoin(self, other):
        return self._step(join_sql(self, other, None, "cross"))

    def createOrReplaceTempView(self, name):
        self._unique()
        self._session._run("CREATE OR REPLACE TEMPORARY VIEW %s AS %s" % (literals.quote_parts(name), self._sql))

    def cache(self):
        return self

    def persist(self, storageLevel=None):
        return self

    def unpersist(self, blocking=False):
        return self

    # Inside.

    def _step(self, sql, schema=None):
        made = DataFrame(self._session, sql, schema)
        # A mistake shows where it is made, as Spark's own analysis shows it.
        _ = made.schema
        return made

    def _over(self, selected):
        made = self._step("SELECT %s FROM (%s) AS _t" % (selected, self._sql))
        made._unique()
        return made

    def _unique(self):
        """The names of the columns; refuses two of one name, which SQL would rename in silence."""
        seen = set()
        for name in self.columns:
            if name.lower() in seen:
                raise no_use("A DataFrame with two columns named %r in a further step" % name)
            seen.add(name.lower())
        return self.columns

    def _require(self, name):
        if not isinstance(name, str):
            raise TypeError("[NOT_COLUMN_OR_STR] unexpected item type: %s" % type(name).__name__)
        first = literals.name_parts(name)[0] if name not in self.columns else name
        if not any(same(first, known) for known in self.columns):
            raise self._session._analysis_error("UNRESOLVED_COLUMN.WITH_SUGGESTION",
                "A column, variable, or function parameter with name %s cannot be resolved. Did you mean one of the following? [%s]."
                % (literals.quote(name), ", ".join(literals.quote(known) for known in self.columns)))


def same(left, right):
    return left.lower() == right.lower()


TIMES = (t.TimestampType, t.TimestampNTZType)


def exact(sql, schema):
    """(query, schema): results carry milliseconds, so that timestamps are asked for as text, which has microseconds."""
    kinds = [field.dataType for field in schema.fields]
    if any(holds_time(kind) for kind in kinds if not isinstance(kind, TIMES)):
        raise no_use("collecting a timestamp inside an array, map or struct")
    if not any(isinstance(kind, TIMES) for kind in kinds):
        return sql, schema
    if len({name.lower() for name in schema.names}) < len(kinds):
        raise no_use("collecting a timestamp beside two columns of one name")
    names = ", ".join(
        "CAST({0} AS STRING) AS {0}".format(literals.quote(f.name)) if isinstance(f.dataType, TIMES) else literals.quote(f.name)
        for f in schema.fields)
    return "SELECT %s FROM (%s) AS _t" % (names, sql), schema


def holds_time(kind):
    inner = [getattr(kind, name) for name in ("elementType", "keyType", "valueType") if hasattr(kind, name)]
    inner += [field.dataType for field in getattr(kind, "fields", ())]
    return isinstance(kind, TIMES) or any(holds_time(part) for part in inner)


def rows_of(table, schema):
    kinds = [field.dataType for field in schema.fields]
    names = schema.names
    return [make_row(names, [values.from_text(cell, kind) for cell, kind in zip(row, kinds)]) for row in table["rows"]]
