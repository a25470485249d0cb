# The modules that `import pyspark...` gives, and the refusal of every other one by name.
import importlib.abc
import importlib.machinery
import sys
import types as python_types

from mortar_kernel import columns, errors, frames, functions, grouped, readers, session, types, writers
from mortar_kernel.refusals import SPARK, UnsupportedImport

TYPES = (
    "DataType NullType StringType BinaryType BooleanType DateType TimestampType TimestampNTZType ByteType ShortType "
    "IntegerType LongType FloatType DoubleType DecimalType ArrayType MapType StructField StructType Row"
).split()


def contents():
    sql = {
        "SparkSession": session.SparkSession, "DataFrame": frames.DataFrame, "Column": columns.Column, "Row": types.Row,
    }
    return {
        "pyspark": {"Row": types.Row},
        "pyspark.sql": sql,
        "pyspark.sql.functions": {name: getattr(functions, name) for name in functions.PUBLIC},
        "pyspark.sql.types": {name: getattr(types, name) for name in TYPES},
        "pyspark.sql.utils": {name: getattr(errors, name) for name in ("AnalysisException", "ParseException")},
        "pyspark.sql.session": {"SparkSession": session.SparkSession},
        "pyspark.sql.dataframe": {"DataFrame": frames.DataFrame},
        "pyspark.sql.column": {"Column": columns.Column},
        "pyspark.errors": {name: getattr(errors, name) for name in errors.PUBLIC},
    }


class SparkFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Stands before every other finder, so that a pyspark on the disk is not taken for the emulator's."""

    def __init__(self):
        self.contents = contents()

    def find_spec(self, fullname, path=None, target=None):
        if fullname.split(".")[0] not in ("pyspark", "delta"):
            return None
        if fullname not in self.contents:
            raise UnsupportedImport("The module %s %s" % (fullname, SPARK), name=fullname)
        is_package = any(other.startswith(fullname + ".") for other in self.contents)
        return importlib.machinery.ModuleSpec(fullname, self, is_package=is_package)

    def create_module(self, spec):
        return SparkModule(spec.name)

    def exec_module(self, module):
        names = self.contents[module.__name__]
        module.__dict__.update(names)
        module.__dict__["__all__"] = list(names)


class SparkModule(python_types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        full = "%s.%s" % (self.__name__, name)
        finder = next((finder for finder in sys.meta_path if isinstance(finder, SparkFinder)), None)
        if finder is not None and full in finder.contents:
            raise AttributeError(name)
        raise UnsupportedImport("%s %s" % (full, SPARK), name=full)


def install():
    for kind, module in (
        (frames.DataFrame, "pyspark.sql.dataframe"), (columns.Column, "pyspark.sql.column"), (types.Row, "pyspark.sql.types"),
        (session.SparkSession, "pyspark.sql.session"), (grouped.GroupedData, "pyspark.sql.group"),
        (readers.DataFrameReader, "pyspark.sql.readwriter"), (writers.DataFrameWriter, "pyspark.sql.readwriter"),
    ):
        kind.__module__ = module
    for name in TYPES:
        getattr(types, name).__module__ = "pyspark.sql.types"
    sys.meta_path.insert(0, SparkFinder())
