# spark.catalog and spark.conf: the parts that the emulator can answer truly.
from mortar_kernel import literals
from mortar_kernel.errors import AnalysisException
from mortar_kernel.refusals import no_attribute, no_use

# Settings that change how fast Spark works, and never what it gives.
HARMLESS = (
    "spark.sql.shuffle.partitions", "spark.sql.adaptive.", "spark.sql.execution.arrow.", "spark.sql.autoBroadcastJoinThreshold",
    "spark.databricks.delta.optimizeWrite.", "spark.databricks.delta.autoCompact.", "spark.databricks.io.cache.",
    "spark.default.parallelism", "spark.sql.files.maxPartitionBytes",
)


class Catalog:
    def __init__(self, session):
        self._session = session

    def currentCatalog(self):
        return self._session._rows("SELECT current_catalog() AS c")[0][0]

    def currentDatabase(self):
        return self._session._rows("SELECT current_schema() AS s")[0][0]

    def setCurrentCatalog(self, catalogName):
        self._session._run("USE CATALOG %s" % literals.quote(catalogName))

    def setCurrentDatabase(self, dbName):
        self._session._run("USE SCHEMA %s" % literals.quote_parts(dbName))

    def tableExists(self, tableName, dbName=None):
        if dbName is not None:
            raise no_use("spark.catalog.tableExists(dbName)")
        return exists(self._session, tableName)

    def dropTempView(self, viewName):
        there = exists(self._session, viewName)
        self._session._run("DROP VIEW IF EXISTS %s" % literals.quote(viewName))
        return there

    def __getattr__(self, name):
        raise no_attribute("spark.catalog", name)


def exists(session, name):
    try:
        session._analyse("SELECT * FROM %s AS _t LIMIT 0" % literals.quote_parts(name))
    except AnalysisException as error:
        if (error.getErrorClass() or "").split(".")[0] in ("TABLE_OR_VIEW_NOT_FOUND", "SCHEMA_NOT_FOUND", "NO_SUCH_CATALOG_EXCEPTION"):
            return False
        raise
    return True


class RuntimeConfig:
    def __init__(self, settings):
        self._settings = settings

    def set(self, key, value):
        if not (key.startswith(HARMLESS) or (key == "spark.sql.session.timeZone" and value in ("UTC", "Etc/UTC"))):
            raise no_use("spark.conf.set(%r)" % key)
        self._settings[key] = str(value).lower() if isinstance(value, bool) else str(value)

    def get(self, key, *default):
        if key in self._settings:
            return self._settings[key]
        if key == "spark.sql.session.timeZone":
            return "UTC"
        if default:
            return default[0]
        raise no_use("spark.conf.get(%r)" % key)

    def unset(self, key):
        self._settings.pop(key, None)

    def __getattr__(self, name):
        raise no_attribute("spark.conf", name)
