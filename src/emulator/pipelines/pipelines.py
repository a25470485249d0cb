# The modules `dlt` and `pyspark.pipelines`: what a source declares, and the frames that its functions give.
import functools
import json
import os
import re
import sys
import types

from mortar_kernel.file_sources import Finder
from mortar_kernel.frames import DataFrame
from mortar_kernel.literals import name_parts, quote, quote_parts, text
from mortar_kernel.refusals import no_attribute, no_use
from mortar_kernel.session import SparkSession

MARK = "\x01mortar-pipeline:"
PART = r"(?:`[^`]+`|[A-Za-z_]\w*)"
FROM = re.compile(r"\b(from|join)(\s+)(stream\s*\(\s*|stream\s+)?(%s(?:\s*\.\s*%s){0,2})(?!\s*[\w.(`])(\s*\))?" % (PART, PART), re.I)


class NeedsDataset(BaseException):
    """A function reads a dataset that is not there yet. Not an Exception, so that no source catches it."""

    def __init__(self, name):
        super().__init__(name)
        self.name = name


class State:
    datasets = []
    flows = []
    functions = {}
    given = None
    streams = []
    reads = set()
    # Whether the query asks for _metadata, which * does not give.
    metadata = False


def say(message):
    print("%s%s" % (MARK, json.dumps(message)), flush=True)


# Declaring.

def expectations_of(function):
    if not hasattr(function, "_mortar_expectations"):
        function._mortar_expectations = []
    return function._mortar_expectations


def declare(kind, function, name, comment, properties, schema, layout, expectations=None, flow=True):
    if not callable(function):
        raise TypeError("a dataset is declared by a function that returns a DataFrame")
    name = name or function.__name__
    State.datasets.append({
        "kind": kind, "name": name, "comment": comment, "properties": {k: str(v) for k, v in (properties or {}).items()},
        "columns": columns_of(schema), "layout": layout,
        "expectations": expectations if expectations is not None else expectations_of(function),
    })
    if flow:
        add_flow(function, name, name, False)
    return function


def add_flow(function, name, target, once):
    number = str(len(State.functions))
    State.functions[number] = function
    State.flows.append({"name": name, "target": target, "once": once, "id": number})


def columns_of(schema):
    if schema is None or isinstance(schema, str):
        return schema
    return ", ".join("%s %s" % (quote(f.name), f.dataType.simpleString()) for f in schema.fields)


def layout_of(partition_cols, cluster_by):
    said = ""
    if partition_cols:
        said += " PARTITIONED BY (%s)" % ", ".join(quote(one) for one in partition_cols)
    if cluster_by:
        said += " CLUSTER BY (%s)" % ", ".join(quote(one) for one in cluster_by)
    return said.strip() or None


def maker(kind, spelled):
    def decorator(query_function=None, *, name=None, comment=None, spark_conf=None, table_properties=None, path=None,
                  partition_cols=None, cluster_by=None, schema=None, temporary=False, private=None, **more):
        if path is not None or more:
            raise no_use("@%s with %s" % (spelled, ", ".join(sorted(more)) or "path"))

        def outer(function):
            wanted = "view" if temporary or private else kind
            return declare(wanted, function, name, comment, table_properties, schema, layout_of(partition_cols, cluster_by))

        return outer if query_function is None else outer(query_function)

    return decorator


def create_streaming_table(name, comment=None, spark_conf=None, table_properties=None, partition_cols=None, cluster_by=None,
                           schema=None, expect_all=None, expect_all_or_drop=None, expect_all_or_fail=None, **more):
    if more:
        raise no_use("create_streaming_table with %s" % ", ".join(sorted(more)))
    said = []
    for conditions, action in ((expect_all, "warn"), (expect_all_or_drop, "drop"), (expect_all_or_fail, "fail")):
        said += [{"name": k, "condition": v, "action": action} for k, v in (conditions or {}).items()]
    declare("streaming", create_streaming_table, name, comment, table_properties, schema,
            layout_of(partition_cols, cluster_by), said, flow=False)


def append_flow(*, target, name=None, once=False, comment=None, spark_conf=None, **more):
    if more:
        raise no_use("@append_flow with %s" % ", ".join(sorted(more)))

    def outer(function):
        add_flow(function, name or function.__name__, target, once)
        return function

    return outer


def text_of(value):
    """A column or an expression as SQL."""
    return value if value is None or isinstance(value, str) else value._sql


def names_of(values):
    return None if values is None else [value if isinstance(value, str) else value._name for value in values]


def create_auto_cdc_flow(target, source, keys, sequence_by, ignore_null_updates=False, apply_as_deletes=None, apply_as_truncates=None,
                         column_list=None, except_column_list=None, stored_as_scd_type=1, track_history_column_list=None,
                         track_history_except_column_list=None, name=None, once=False, **more):
    refused = [*more, *(["ignore_null_updates"] if ignore_null_updates else []), *(["apply_as_truncates"] if apply_as_truncates is not None else [])]
    if refused:
        raise no_use("create_auto_cdc_flow with %s" % ", ".join(refused))
    State.flows.append({"name": name or target, "target": target, "once": once, "source": source, "cdc": {
        "keys": names_of(keys), "sequence": text_of(sequence_by), "deletes": text_of(apply_as_deletes), "columns": names_of(column_list),
        "exceptColumns": names_of(except_column_list), "scdType": int(stored_as_scd_type), "track": names_of(track_history_column_list),
        "exceptTrack": names_of(track_history_except_column_list)}})


def expecting(action):
    def expect(name, inv):
        return expect_all({name: inv})

    def expect_all(expectations):
        def outer(function):
            expectations_of(function)[:0] = [{"name": k, "condition": v, "action": action} for k, v in expectations.items()]
            return function

        return outer

    return expect, expect_all


# Reading.

def key_of(name):
    parts = [part.lower() for part in name_parts(name)]
    if len(parts) > 1 and parts[0] == "live":
        parts = parts[1:]
    if len(parts) == 1 and parts[0] in State.given["tables"]:
        return parts[0]
    place = [State.given["catalog"].lower(), State.given["schema"].lower()]
    return ".".join(place[: 3 - len(parts)] + parts)


def relation(name):
    """What to read for a name: the dataset as it stands in this update, or what else has the name."""
    parts = name_parts(name)
    if State.given is None:
        return quote_parts(name)
    key = key_of(name)
    if key not in State.given["tables"]:
        return quote_parts(".".join(quote(part) for part in (parts[1:] if parts[0].lower() == "live" and len(parts) > 1 else parts)))
    known = State.given["tables"][key]
    if known is None:
        raise NeedsDataset(key)
    State.reads.add(key)
    return known


def read_table(session, name):
    made = DataFrame(session, "SELECT * FROM %s" % relation(name))
    _ = made.schema
    return made


def stream_table(session, name):
    if State.given is None:
        raise RuntimeError("spark.readStream can be used in a function that declares a dataset of a pipeline, and nowhere else")
    return DataFrame(session, stream_sql(session, name))


def stream_sql(session, name):
    source = relation(name)
    key = key_of(name)
    State.streams.append({"source": key})
    if State.given["dry"]:
        return "SELECT * FROM %s LIMIT 0" % source
    if key in State.given["views"]:
        return "SELECT * FROM %s" % source
    count = session._rows("SELECT count(*) AS n FROM %s" % source)[0][0]
    seen = State.given["seen"].get(key, {}).get("rows", 0)
    State.streams[-1]["rows"] = count
    return "SELECT * FROM %s LIMIT %d OFFSET %d" % (source, max(0, count - seen), seen)


def in_query(session, match):
    word, space, stream, name, closing = match.groups()
    if stream is None:
        return "%s%s%s%s" % (word, space, relation(name), closing or "")
    return "%s%s(%s)" % (word, space, stream_sql(session, name))


class StreamReader:
    def __init__(self, session):
        self._session = session
        self._format = None
        self._options = {}
        self._schema = None

    def table(self, tableName):
        return stream_table(self._session, tableName)

    def format(self, source):
        if source.lower() not in ("cloudfiles", "delta"):
            raise no_use("spark.readStream.format(%r)" % source)
        self._format = source.lower()
        return self

    def schema(self, schema):
        self._schema = schema
        return self

    def option(self, key, value):
        self._options[key] = value
        return self

    def options(self, **options):
        self._options.update(options)
        return self

    def load(self, path=None):
        if self._format != "cloudfiles":
            raise no_use("spark.readStream.load of a path without the format cloudFiles")
        return read_files(self._session, path or self._options.pop("path", None), self._options, self._schema, True, False)

    def __getattr__(self, name):
        raise no_attribute("spark.readStream", name)


# Files.

AUTO = {"inferschemahints", "schemalocation", "maxfilespertrigger", "maxbytespertrigger", "includeexistingfiles", "usenotifications",
        "validateoptions", "schemaevolutionmode"}


def read_files(session, path, options, schema, stream, is_sql):
    """The rows of the files below a path; of a stream, of those files that the flow has not read. A row has _rescued_data."""
    if not isinstance(path, str):
        raise ValueError("the path of the files is missing")
    wanted, kind, infer, glob, recursive, rescued = {}, None, is_sql, None, True, "_rescued_data"
    for key, value in options.items():
        small = key.lower()
        if small.startswith("cloudfiles."):
            small = small[len("cloudfiles."):]
        said = str(value).lower() if isinstance(value, bool) else str(value)
        if small == "format":
            kind = said.lower()
        elif small == "infercolumntypes":
            infer = said.lower() == "true"
        elif small in ("pathglobfilter", "filenamepattern"):
            glob = said
        elif small == "recursivefilelookup":
            recursive = said.lower() == "true"
        elif small == "rescueddatacolumn":
            rescued = said
        elif small == "schema" and is_sql:
            schema = said
        elif small == "schemaevolutionmode" and said.lower() == "none":
            rescued = None
        elif small not in AUTO:
            wanted[small] = value
    if kind not in ("csv", "json", "text"):
        raise no_use("reading files of the format %r (csv, json and text are)" % kind)
    files = sorted(set(Finder(session._channel, recursive, glob)._found(path)) - {os.devnull})
    name = "files:%s:%s" % (kind, path)
    seen = set()
    if stream:
        seen = set(State.given["seen"].get(name, {}).get("files", []))
        stamps = {stamp(file): file for file in files}
        State.streams.append({"source": name, "files": sorted(set(stamps) | seen)})
        fresh = [file for mark, file in stamps.items() if mark not in seen]
    else:
        fresh = files
    return frame_of(session, path, (kind, wanted, infer, schema, rescued, glob, recursive), files, fresh)


def stamp(file):
    return os.path.realpath(file)


def frame_of(session, path, how, files, fresh):
    kind, wanted, infer, schema, rescued, glob, recursive = how
    reader = session.read.format(kind)
    for key, value in wanted.items():
        reader.option(key, value)
    if schema is not None:
        reader.schema(schema)
    elif kind == "csv":
        reader.option("inferSchema", infer)
    elif kind == "json" and not infer:
        reader.option("primitivesAsString", True)
    if recursive:
        reader.option("recursiveFileLookup", True)
    if glob is not None:
        reader.option("pathGlobFilter", glob)
    # Every file tells the schema; only the new ones give rows.
    made = limited(reader, session, path, files, fresh, schema)
    if rescued is not None and rescued not in made.columns:
        made = DataFrame(session, "SELECT *, CAST(NULL AS STRING) AS %s FROM (%s) AS _f" % (quote(rescued), made._sql))
    return with_metadata(session, reader, path, made, fresh) if State.metadata else made


def with_metadata(session, reader, path, made, fresh):
    """The rows of each file with where they are from."""
    place = Finder(session._channel)._place(path)
    if place is None or place["isAbove"]:
        raise no_use("_metadata of the files of %s" % path)
    root = os.path.realpath(place["disk"])
    columns = ", ".join(quote(name) for name in made.columns)
    known = {name.lower() for name in made.columns}
    parts, plain = [], Finder._found
    for number, file in enumerate(fresh):
        try:
            Finder._found = lambda self, one, file=file: [file]
            rows = typed(session, reader, made).load(path)
        finally:
            Finder._found = plain
        shown = place["shown"].rstrip("/") + os.path.realpath(file)[len(root):].replace(os.sep, "/")
        about = (text(shown), text(shown.rsplit("/", 1)[-1]), os.path.getsize(file), os.path.getmtime(file))
        missing = "".join(", CAST(NULL AS STRING) AS %s" % quote(name) for name in made.columns
                          if name.lower() not in {one.lower() for one in rows.columns})
        parts.append("SELECT %s, named_struct('file_path', %s, 'file_name', %s, 'file_size', CAST(%d AS BIGINT), "
                     "'file_modification_time', timestamp_seconds(%d)) AS `_metadata` FROM (SELECT *%s FROM (%s) AS _p%d) AS _q%d" % (
                         columns, *about, missing, rows._sql, number, number))
    if "_metadata" in known:
        raise no_use("_metadata of files that have a column of that name")
    if not parts:
        parts = ["SELECT *, named_struct('file_path', '', 'file_name', '', 'file_size', CAST(0 AS BIGINT), 'file_modification_time', "
                 "timestamp_seconds(0)) AS `_metadata` FROM (%s) AS _p WHERE FALSE" % made._sql]
    return DataFrame(session, " UNION ALL ".join(parts))


def typed(session, reader, made):
    """A reader like another, for rows of known types."""
    again = session.read.format(reader._format)
    again._options = {key: value for key, value in reader._options.items() if key not in ("inferschema", "primitivesasstring")}
    wanted = [field for field in made.schema.fields if field.name != "_rescued_data"]
    again.schema(type(made.schema)(wanted))
    return again


def mentions_metadata(code):
    return any("_metadata" in one if isinstance(one, str) else hasattr(one, "co_consts") and mentions_metadata(one) for one in code.co_consts)


def limited(reader, session, path, files, fresh, schema):
    if len(fresh) == len(files):
        return reader.load(path)
    whole = reader.load(path)
    plain = Finder._found
    try:
        Finder._found = lambda self, one: fresh
        if not fresh:
            return DataFrame(session, "SELECT * FROM (%s) AS _f WHERE FALSE" % whole._sql)
        return session_read(reader, whole, path)
    finally:
        Finder._found = plain


def session_read(reader, whole, path):
    reader.schema(whole.schema)
    for key in ("inferschema", "primitivesasstring"):
        reader._options.pop(key, None)
    return reader.load(path)


# What the emulator asks.

def run_source(path, cells):
    """Runs a source; what it declares is in `declared`."""
    names = {**sys.modules["mortar_pipelines"].user_globals, "__name__": "__main__", "__file__": path}
    for number, code in enumerate(cells):
        name = path if len(cells) == 1 else "%s (cell %d)" % (path, number + 1)
        exec(compile(code, name, "exec"), names)


def declared():
    say({"datasets": State.datasets, "flows": State.flows})


def evaluate(session, number, given):
    """Makes a temporary view of what a flow's function gives, or says which dataset it needs first."""
    State.given, State.streams, State.reads = given, [], set()
    function = State.functions[number]
    State.metadata = hasattr(function, "__code__") and mentions_metadata(function.__code__)
    try:
        frame = function()
        if not isinstance(frame, DataFrame):
            raise TypeError("[QUERY_FUNCTION_RESULT] the function must return a DataFrame, got %s" % type(frame).__name__)
        if State.metadata and "_metadata" in frame.columns:
            frame = frame.drop("_metadata")
        frame.createOrReplaceTempView(given["into"])
        say({"streams": State.streams, "reads": sorted(State.reads)})
    except NeedsDataset as needs:
        say({"needs": needs.name})
    finally:
        State.given = None


def view_of_files(session, arguments, given):
    """Makes a temporary view of a read_files call of SQL."""
    State.given, State.streams, State.reads = given, [], set()
    State.metadata = arguments["metadata"]
    try:
        frame = read_files(session, arguments["path"], arguments["options"], None, arguments["stream"], True)
        frame.createOrReplaceTempView(given["into"])
        say({"streams": State.streams})
    finally:
        State.given = None


def install(session, user_globals):
    this = sys.modules["mortar_pipelines"]
    this.user_globals = user_globals
    plain_sql = SparkSession.sql

    def sql(self, sqlQuery, args=None, **kwargs):
        if State.given is None:
            return plain_sql(self, sqlQuery, args, **kwargs)
        return plain_sql(self, FROM.sub(lambda match: in_query(self, match), sqlQuery), args, **kwargs)

    SparkSession.sql = functools.wraps(plain_sql)(sql)
    SparkSession.table = lambda self, tableName: read_table(self, tableName)
    SparkSession.readStream = property(StreamReader)
    both = {}
    for action, ending in (("warn", ""), ("drop", "_or_drop"), ("fail", "_or_fail")):
        both["expect" + ending], both["expect_all" + ending] = expecting(action)
    both.update(create_streaming_table=create_streaming_table, append_flow=append_flow, create_auto_cdc_flow=create_auto_cdc_flow)
    dlt = Module("dlt", {
        **both, "table": maker("auto", "dlt.table"), "view": maker("view", "dlt.view"),
        "apply_changes": create_auto_cdc_flow, "create_streaming_live_table": create_streaming_table, "create_target_table": create_streaming_table,
        "read": lambda name: session.table(name), "read_stream": lambda name: stream_table(session, name),
    })
    pipelines = Module("pyspark.pipelines", {
        **both, "table": maker("streaming", "dp.table"), "materialized_view": maker("materialized", "dp.materialized_view"),
        "temporary_view": maker("view", "dp.temporary_view"), "view": maker("view", "dp.view"),
    })
    import pyspark

    sys.modules["dlt"] = dlt
    sys.modules["pyspark.pipelines"] = pipelines
    pyspark.pipelines = pipelines


class Module(types.ModuleType):
    def __init__(self, name, names):
        super().__init__(name)
        self.__dict__.update(names)
        self.__dict__["__all__"] = list(names)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise ImportError("%s.%s is not in the emulator's pipelines" % (self.__name__, name))
