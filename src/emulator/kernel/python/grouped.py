# groupBy(...) and what can be asked of the groups.
from mortar_kernel import functions
from mortar_kernel.columns import Column, named
from mortar_kernel.refusals import no_attribute, no_use

SIMPLE = {"sum": functions.sum, "avg": functions.avg, "mean": functions.avg, "min": functions.min, "max": functions.max,
          "count": functions.count}


class GroupedData:
    def __init__(self, frame, keys):
        self._frame = frame
        self._keys = keys

    def agg(self, *exprs):
        if len(exprs) == 1 and isinstance(exprs[0], dict):
            wanted = [self._by_name(name, function) for name, function in exprs[0].items()]
        else:
            wanted = list(exprs)
        if not wanted or not all(isinstance(item, Column) for item in wanted):
            raise TypeError("[NOT_LIST_OF_COLUMN] all exprs should be Column")
        frame = self._frame
        selected = ", ".join(column._selected() for column in [*self._keys, *wanted])
        sql = "SELECT %s FROM (%s) AS _t" % (selected, frame._sql)
        if self._keys:
            sql += " GROUP BY %s" % ", ".join(key._sql for key in self._keys)
        made = frame._step(sql)
        made._unique()
        return made

    def count(self):
        return self.agg(Column("count(*)", "count"))

    def sum(self, *cols):
        return self._numbers("sum", cols)

    def avg(self, *cols):
        return self._numbers("avg", cols)

    mean = avg

    def min(self, *cols):
        return self._numbers("min", cols)

    def max(self, *cols):
        return self._numbers("max", cols)

    def _numbers(self, function, cols):
        if not cols:
            raise no_use("GroupedData.%s() without column names" % function)
        return self.agg(*[SIMPLE[function](name) for name in cols])

    def _by_name(self, name, function):
        if function.lower() not in SIMPLE:
            raise no_use("the aggregate function %r in agg()" % function)
        return SIMPLE[function.lower()](name if name == "*" else named(name))

    def __getattr__(self, name):
        raise no_attribute("GroupedData", name)
