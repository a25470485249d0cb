// The Python half of a kernel, as text to send to an interpreter: nothing of it lies on the disk.
import catalog from "./python/catalog.py" with { type: "text" };
import cell from "./python/cell.py" with { type: "text" };
import channel from "./python/channel.py" with { type: "text" };
import columns from "./python/columns.py" with { type: "text" };
import csvFiles from "./python/csv_files.py" with { type: "text" };
import dbutils from "./python/dbutils.py" with { type: "text" };
import ddl from "./python/ddl.py" with { type: "text" };
import errors from "./python/errors.py" with { type: "text" };
import fileSources from "./python/file_sources.py" with { type: "text" };
import frames from "./python/frames.py" with { type: "text" };
import functions from "./python/functions.py" with { type: "text" };
import grouped from "./python/grouped.py" with { type: "text" };
import infer from "./python/infer.py" with { type: "text" };
import joins from "./python/joins.py" with { type: "text" };
import jsonFiles from "./python/json_files.py" with { type: "text" };
import jsonText from "./python/json_text.py" with { type: "text" };
import literals from "./python/literals.py" with { type: "text" };
import main from "./python/main.py" with { type: "text" };
import mounts from "./python/mounts.py" with { type: "text" };
import outputs from "./python/outputs.py" with { type: "text" };
import pandasFrames from "./python/pandas_frames.py" with { type: "text" };
import pip from "./python/pip.py" with { type: "text" };
import pysparkModules from "./python/pyspark_modules.py" with { type: "text" };
import readers from "./python/readers.py" with { type: "text" };
import refusals from "./python/refusals.py" with { type: "text" };
import relations from "./python/relations.py" with { type: "text" };
import session from "./python/session.py" with { type: "text" };
import shown from "./python/shown.py" with { type: "text" };
import textValues from "./python/text_values.py" with { type: "text" };
import trace from "./python/trace.py" with { type: "text" };
import types from "./python/types.py" with { type: "text" };
import values from "./python/values.py" with { type: "text" };
import workspaceModules from "./python/workspace_modules.py" with { type: "text" };
import writers from "./python/writers.py" with { type: "text" };

/** Modules of the package `mortar_kernel` with their sources, each after those that it imports. */
export const pythonModules: readonly (readonly [name: string, source: string])[] = [
  ["refusals", refusals],
  ["channel", channel],
  ["trace", trace],
  ["cell", cell],
  ["types", types],
  ["ddl", ddl],
  ["values", values],
  ["infer", infer],
  ["literals", literals],
  ["columns", columns],
  ["functions", functions],
  ["errors", errors],
  ["shown", shown],
  ["joins", joins],
  ["grouped", grouped],
  ["pandas_frames", pandasFrames],
  ["frames", frames],
  ["catalog", catalog],
  ["writers", writers],
  ["relations", relations],
  ["text_values", textValues],
  ["csv_files", csvFiles],
  ["json_text", jsonText],
  ["json_files", jsonFiles],
  ["file_sources", fileSources],
  ["readers", readers],
  ["session", session],
  ["pyspark_modules", pysparkModules],
  ["outputs", outputs],
  ["dbutils", dbutils],
  ["pip", pip],
  ["workspace_modules", workspaceModules],
  ["mounts", mounts],
  ["main", main],
];

/** For `python -c`: reads one line of JSON with the modules and the configuration, then hands the pipe over to them. */
export const loader = [
  "import json,os,sys,types",
  "source=os.fdopen(os.dup(0),'rb')",
  "given=json.loads(source.readline())",
  "package=types.ModuleType('mortar_kernel')",
  "package.__path__=[]",
  "sys.modules['mortar_kernel']=package",
  "for name,text in given['modules']:",
  " module=types.ModuleType('mortar_kernel.'+name)",
  " sys.modules[module.__name__]=module",
  " setattr(package,name,module)",
  " exec(compile(text,'<mortar_kernel/'+name+'.py>','exec'),module.__dict__)",
  "package.main.start(source,given['config'])",
].join("\n");
