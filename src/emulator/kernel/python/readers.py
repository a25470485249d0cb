# spark.read: tables, and CSV, JSON and text read by Python from the emulator's own files.
from mortar_kernel import ddl, relations
from mortar_kernel import types as t
from mortar_kernel.csv_files import CsvOptions, Dialect, lines_of, read_csv
from mortar_kernel.errors import AnalysisException, ParseException
from mortar_kernel.file_sources import Finder
from mortar_kernel.frames import DataFrame
from mortar_kernel.json_files import CORRUPT, read_json
from mortar_kernel.refusals import no_attribute, no_use

# The options of each format: name in small letters, and the value that it has unless it is set.
ALL = {"mode": "PERMISSIVE", "pathglobfilter": None, "recursivefilelookup": False, "encoding": "UTF-8", "charset": None}
OPTIONS = {
    "csv": {"header": False, "sep": None, "delimiter": None, "quote": '"', "escape": "\\", "nullvalue": "", "inferschema": False,
            "multiline": False, "ignoreleadingwhitespace": False, "ignoretrailingwhitespace": False, "comment": ""},
    "json": {"multiline": False, "primitivesasstring": False},
    "text": {"wholetext": False},
}
FLAGS = ("header inferschema multiline ignoreleadingwhitespace ignoretrailingwhitespace primitivesasstring wholetext "
         "recursivefilelookup").split()


class DataFrameReader:
    def __init__(self, session):
        self._session = session
        self._format = None
        self._schema = None
        self._options = {}

    def table(self, tableName):
        return self._session.table(tableName)

    def format(self, source):
        if source.lower() not in (*OPTIONS, "delta"):
            raise no_use("spark.read.format(%r)" % source)
        self._format = source.lower()
        return self

    def schema(self, schema):
        if isinstance(schema, str):
            try:
                schema = ddl.parse_schema(schema)
            except ValueError as error:
                raise ParseException(str(error), "PARSE_SYNTAX_ERROR", "42601") from None
        if not isinstance(schema, t.StructType):
            raise TypeError("[NOT_STR_OR_STRUCT] Argument `schema` should be a str or struct type, got %s." % type(schema).__name__)
        self._schema = schema
        return self

    def option(self, key, value):
        if value is not None:
            self._options[key.lower()] = (key, value)
        return self

    def options(self, **options):
        for key, value in options.items():
            self.option(key, value)
        return self

    def load(self, path=None, format=None, schema=None, **options):
        if format is not None:
            self.format(format)
        if self._format not in OPTIONS:
            raise no_use("spark.read.load of a Delta table by its path")
        return self._load(path, schema, options)

    def csv(self, path, schema=None, **options):
        return self.format("csv")._load(path, schema, options)

    def json(self, path, schema=None, **options):
        return self.format("json")._load(path, schema, options)

    def text(self, paths, **options):
        return self.format("text")._load(paths, None, options)

    def __getattr__(self, name):
        raise no_attribute("spark.read", name)

    # Inside.

    def _load(self, path, schema, options):
        self.options(**options)
        if schema is not None:
            self.schema(schema)
        paths = self._paths(path)
        settings = self._settings()
        known = None if self._schema is None else checked_schema(self._schema, self._format)
        finder = Finder(self._session._channel, settings["recursivefilelookup"], settings["pathglobfilter"])
        texts = finder.texts(paths)
        if not texts and known is None and self._format != "text":
            name = self._format.upper()
            raise AnalysisException("[UNABLE_TO_INFER_SCHEMA] Unable to infer schema for %s. It must be specified manually. "
                "SQLSTATE: 42KD9" % name, "UNABLE_TO_INFER_SCHEMA", "42KD9")
        made, rows = READ[self._format](texts, settings, known)
        if not made.fields:
            return empty_frame(self._session, made, rows)
        return DataFrame(self._session, relations.file_relation(made, rows), made)

    def _paths(self, path):
        given = self._options.pop("path", (None, None))[1]
        if path is not None and given is not None:
            raise AnalysisException("There is a 'path' or 'paths' option set and load() is called with path parameters.")
        wanted = given if path is None else path
        paths = [wanted] if isinstance(wanted, str) else wanted
        if paths is None:
            return []
        if not isinstance(paths, (list, tuple)) or not all(isinstance(one, str) for one in paths):
            raise TypeError("[NOT_STR_OR_LIST_OF_STR] Argument `path` should be a str or list[str], got %s." % type(wanted).__name__)
        return list(paths)

    def _settings(self):
        """The options with their values. Raises UnsupportedUse for one that the format or the emulator does not have."""
        settings = {**ALL, **OPTIONS[self._format]}
        for small, (key, value) in self._options.items():
            if small not in settings:
                raise no_use("spark.read.option(%r) for %s" % (key, self._format))
            settings[small] = flag(key, value) if small in FLAGS else option_text(value)
        if settings["mode"].upper() != "PERMISSIVE":
            raise no_use("spark.read.option('mode', %r)" % settings["mode"])
        encoding = settings["charset"] or settings["encoding"]
        if encoding.upper().replace("-", "") != "UTF8":
            raise no_use("spark.read.option('encoding', %r)" % encoding)
        return settings


def flag(key, value):
    text = str(value).lower()
    if text not in ("true", "false"):
        raise ValueError("%s flag can be true or false" % key)
    return text == "true"


def option_text(value):
    return str(value).lower() if isinstance(value, bool) else str(value)


def checked_schema(schema, source):
    """The schema as a file gives it, where every column may be NULL. Raises AnalysisException, UnsupportedUse."""
    for field in schema.fields:
        if field.name.lower() == CORRUPT:
            raise no_use("spark.read with a column %s in the schema" % field.name)
        simple = not isinstance(field.dataType, (t.ArrayType, t.MapType, t.StructType))
        fits = {"csv": simple, "json": True, "text": isinstance(field.dataType, t.StringType)}[source]
        if not fits:
            raise AnalysisException("[UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE] The %s datasource doesn't support the column `%s` of the "
                "type \"%s\". SQLSTATE: 0A000" % ({"csv": "CSV"}.get(source, "Text"), field.name, field.dataType.simpleString().upper()),
                "UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE", "0A000")
    if source == "text" and len(schema.fields) != 1:
        raise AnalysisException("Text data source supports only a single column, and you have %d columns." % len(schema.fields))
    return nullable(schema)


def nullable(kind):
    if isinstance(kind, t.StructType):
        return t.StructType([t.StructField(field.name, nullable(field.dataType)) for field in kind.fields])
    if isinstance(kind, t.ArrayType):
        return t.ArrayType(nullable(kind.elementType))
    return t.MapType(kind.keyType, nullable(kind.valueType)) if isinstance(kind, t.MapType) else kind


def empty_frame(session, schema, rows):
    """A file without columns."""
    if rows:
        raise no_use("spark.read of JSON objects that have no fields at all")
    return DataFrame(session, "SELECT 1 WHERE FALSE", schema)


def csv_files(texts, settings, schema):
    sep = settings["sep"] if settings["sep"] is not None else settings["delimiter"]
    sep = {None: ",", "\\t": "\t"}.get(sep, sep)
    if sep == "":
        raise ValueError("Delimiter cannot be empty")
    for key, value in (("sep", sep), ("quote", settings["quote"]), ("escape", settings["escape"]), ("comment", settings["comment"])):
        if len(value) > 1:
            raise no_use("spark.read.option(%r, %r) for csv: more than one letter" % (key, value))
    if settings["escape"] == "":
        raise no_use("spark.read.option('escape', '') for csv")
    trims = settings["ignoreleadingwhitespace"]
    if trims != settings["ignoretrailingwhitespace"]:
        raise no_use("spark.read.option('ignoreLeadingWhiteSpace') without 'ignoreTrailingWhiteSpace', or the other way,")
    dialect = Dialect(sep, settings["quote"], settings["escape"], trims, settings["comment"])
    options = CsvOptions(dialect, settings["header"], settings["inferschema"], settings["multiline"], settings["nullvalue"])
    return read_csv(texts, options, schema)


def json_files(texts, settings, schema):
    return read_json(texts, settings["multiline"], schema, settings["primitivesasstring"])


def text_files(texts, settings, schema):
    schema = schema or t.StructType([t.StructField("value", t.StringType())])
    return schema, [[line] for text in texts for line in ([text] if settings["wholetext"] else lines_of(text))]


READ = {"csv": csv_files, "json": json_files, "text": text_files}
