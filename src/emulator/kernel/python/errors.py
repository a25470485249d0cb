# pyspark.errors: what a failed statement raises.


class PySparkException(Exception):
    def __init__(self, message=None, error_class=None, sql_state=None):
        super().__init__(message)
        self._error_class = error_class
        self._sql_state = sql_state

    def getErrorClass(self):
        return self._error_class

    getCondition = getErrorClass

    def getSqlState(self):
        return self._sql_state

    @property
    def desc(self):
        return str(self)


class AnalysisException(PySparkException):
    pass


class ParseException(AnalysisException):
    pass


class ArithmeticException(PySparkException):
    pass


class NumberFormatException(PySparkException):
    pass


class SparkRuntimeException(PySparkException):
    pass


class UnsupportedOperationException(PySparkException):
    pass


PUBLIC = ("PySparkException AnalysisException ParseException ArithmeticException NumberFormatException "
          "SparkRuntimeException UnsupportedOperationException").split()

for _name in PUBLIC:
    globals()[_name].__module__ = "pyspark.errors.exceptions.base"

BY_CLASS = {
    "PARSE_SYNTAX_ERROR": ParseException, "DIVIDE_BY_ZERO": ArithmeticException, "ARITHMETIC_OVERFLOW": ArithmeticException,
    "CAST_INVALID_INPUT": NumberFormatException, "CAST_OVERFLOW": ArithmeticException,
    "REMAINDER_BY_ZERO": ArithmeticException, "NUMERIC_VALUE_OUT_OF_RANGE": ArithmeticException,
    "INVALID_ARRAY_INDEX": SparkRuntimeException, "UNSUPPORTED_FEATURE": UnsupportedOperationException,
}


def from_host(fault):
    """The exception for a statement that the SQL engine refused."""
    if fault.kind != "sql":
        return RuntimeError(fault.message)
    kind = BY_CLASS.get((fault.error_class or "").split(".")[0], AnalysisException)
    return kind(fault.message, fault.error_class, fault.sql_state)
