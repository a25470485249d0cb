# spark.read: tables, and the text formats read by Python from the emulator's own files.
from mortar_kernel.refusals import no_attribute, no_use


class DataFrameReader:
    def __init__(self, session):
        self._session = session
        self._format = None

    def table(self, tableName):
        return self._session.table(tableName)

    def format(self, source):
        if source.lower() != "delta":
            raise no_use("spark.read.format(%r)" % source)
        return self

    def __getattr__(self, name):
        raise no_attribute("spark.read", name)
