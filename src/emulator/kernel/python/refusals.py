# How the emulator says no: always by the name of what was asked for.


class UnsupportedName(AttributeError, NotImplementedError):
    """An attribute of Spark or dbutils that the emulator does not have."""


class UnsupportedImport(ImportError, NotImplementedError):
    """A name or module of pyspark that the emulator does not have."""


class UnsupportedUse(NotImplementedError):
    """A supported method, called in a way that is not supported."""


SPARK = "is not in the emulator's subset of Spark"


def no_attribute(owner, name):
    if name.startswith("__") and name.endswith("__"):
        return AttributeError("%r object has no attribute %r" % (owner, name))
    return UnsupportedName("%s.%s %s" % (owner, name, SPARK))


def no_use(what):
    return UnsupportedUse("%s %s" % (what, SPARK))


for _class in (UnsupportedName, UnsupportedImport, UnsupportedUse):
    _class.__module__ = "builtins"
