# df.write: saveAsTable and insertInto.
from mortar_kernel import literals
from mortar_kernel.catalog import exists
from mortar_kernel.refusals import no_attribute, no_use

MODES = ("append", "overwrite", "error", "errorifexists", "ignore")


class DataFrameWriter:
    def __init__(self, frame):
        self._frame = frame
        self._mode = "error"
        self._overwrite_schema = False

    def mode(self, saveMode):
        if saveMode.lower() not in MODES:
            raise ValueError("[INVALID_SAVE_MODE] Invalid save mode: %r." % saveMode)
        self._mode = saveMode.lower()
        return self

    def format(self, source):
        if source.lower() != "delta":
            raise no_use("DataFrame.write.format(%r)" % source)
        return self

    def option(self, key, value):
        if key.lower() != "overwriteschema":
            raise no_use("DataFrame.write.option(%r)" % key)
        self._overwrite_schema = str(value).lower() == "true"
        return self

    def options(self, **options):
        for key, value in options.items():
            self.option(key, value)
        return self

    def saveAsTable(self, name, format=None, mode=None, partitionBy=None, **options):
        if partitionBy is not None:
            raise no_use("DataFrame.write.saveAsTable(partitionBy)")
        if format is not None:
            self.format(format)
        if mode is not None:
            self.mode(mode)
        self.options(**options)
        self._frame._unique()
        table = literals.quote_parts(name)
        session, query = self._frame._session, self._frame._sql
        there = self._mode in ("append", "overwrite", "ignore") and exists(session, name)
        if there and self._mode == "ignore":
            return
        if there and self._mode == "append":
            self._append(name)
            return
        if there and not self._overwrite_schema:
            self._require_same(name)
        word = "CREATE OR REPLACE TABLE" if self._mode == "overwrite" else "CREATE TABLE"
        session._run("%s %s AS %s" % (word, table, query))

    def insertInto(self, tableName, overwrite=None):
        session, query = self._frame._session, self._frame._sql
        replaces = overwrite if overwrite is not None else self._mode == "overwrite"
        target = session.table(tableName)
        if len(target.columns) != len(self._frame.columns):
            raise session._analysis_error("INSERT_COLUMN_ARITY_MISMATCH", "Cannot write to %s: the table has %d columns, the data has %d."
                % (tableName, len(target.columns), len(self._frame.columns)))
        word = "INSERT OVERWRITE" if replaces else "INSERT INTO"
        session._run("%s %s %s" % (word, literals.quote_parts(tableName), query))

    def _append(self, name):
        """Columns find their places by name, as Delta appends."""
        session, frame = self._frame._session, self._frame
        target = session.table(name)
        known = {column.lower() for column in target.columns}
        unknown = [column for column in frame.columns if column.lower() not in known]
        if unknown:
            raise session._analysis_error("DELTA_SCHEMA_MISMATCH",
                "A schema mismatch detected when writing to the Delta table %s: it has no column %s." % (name, ", ".join(unknown)))
        columns = ", ".join(literals.quote(column) for column in frame.columns)
        session._run("INSERT INTO %s (%s) %s" % (literals.quote_parts(name), columns, frame._sql))

    def _require_same(self, name):
        session = self._frame._session
        target = {column.lower(): kind for column, kind in session.table(name).dtypes}
        source = {column.lower(): kind for column, kind in self._frame.dtypes}
        if target != source:
            raise session._analysis_error("DELTA_SCHEMA_MISMATCH",
                "A schema mismatch detected when writing to the Delta table %s. To overwrite your schema, please set "
                "option(\"overwriteSchema\", \"true\"). Table: %s. Data: %s." % (name, target, source))

    def __getattr__(self, name):
        raise no_attribute("DataFrame.write", name)
