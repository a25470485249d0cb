// spark_python_task: a Python file of the workspace or of DBFS, run as a program; what it prints are the run's logs.
import { readFile } from "node:fs/promises";
import { optionalTexts } from "../http/fields.ts";
import { fileRoots, placeOf } from "../kernel/file-paths.ts";
import type { CellOutput, CellResult } from "../kernel/types.ts";
import type { World } from "../world.ts";
import type { TaskOutput } from "./documents.ts";
import { misconfigured, succeeded, workloadFailed, type Execution, type Finish } from "./executors.ts";
import { usesSpark } from "./notebook-task.ts";
import { resolve } from "./references.ts";
import { untilAborted } from "./stop.ts";

const maxLogChars = 5 * 1024 * 1024;

export async function runPythonTask(execution: Execution): Promise<Finish> {
  const { world, body, lookup, signal, run } = execution;
  const file = resolve(String(body["python_file"]), lookup);
  const own = (optionalTexts(body["parameters"], "parameters") ?? []).map((value) => resolve(value, lookup));
  const args = run.legacy?.python_params ?? own;
  execution.onResolved({ spark_python_task: { parameters: [...args] } });
  const source = await readPython(world, file);
  if (source === undefined) {
    const words = `Cannot read the python file ${file}. Please check driver logs for more details.`;
    return misconfigured(words, "RUN_EXECUTION_ERROR");
  }
  if (execution.compute?.runsSpark === false && usesSpark(source, "PYTHON")) return untilAborted(signal);
  const kernel = await execution.runners.startKernel(world, {
    language: "PYTHON",
    notebookPath: file,
    taskValues: execution.taskValues,
  });
  try {
    const result = await kernel.run({ language: "python", code: program(file, source, args) }, signal);
    const output: TaskOutput = {
      logs: logsOf(result),
      ...(result.error === undefined ? {} : { error: result.error.summary, trace: ownTrace(result.error.trace, file) }),
    };
    return { output, state: result.state === "finished" ? succeeded : workloadFailed };
  } finally {
    await kernel.close();
  }
}

/** The file's text, from DBFS, a volume or the workspace; undefined where there is no such file. */
async function readPython(world: World, file: string): Promise<string | undefined> {
  if (/^(dbfs:|\/dbfs\/|\/Volumes\/)/.test(file)) {
    const path = file.startsWith("/dbfs/") ? `dbfs:${file.slice("/dbfs".length)}` : file;
    try {
      const { disk } = await placeOf(path, fileRoots(world));
      return await readFile(disk, "utf8");
    } catch {
      return undefined;
    }
  }
  const object = world.tree.find(file);
  if (object === undefined || object.objectType === "DIRECTORY") return undefined;
  return new TextDecoder().decode(world.tree.read(file));
}

/** Code that runs the source as `__main__`. A program that leaves with status 0 or none has succeeded. */
function program(file: string, source: string, args: readonly string[]): string {
  const text = (value: unknown): string => JSON.stringify(JSON.stringify(value));
  return [
    "import json as _json, sys as _sys",
    `_sys.argv = _json.loads(${text([file, ...args])})`,
    "try:",
    `    exec(compile(_json.loads(${text(source)}), _sys.argv[0], "exec"), {**globals(), "__name__": "__main__", "__file__": _sys.argv[0]})`,
    "except SystemExit as _exit:",
    "    if _exit.code not in (None, 0): raise",
  ].join("\n");
}

function logsOf(result: CellResult): string {
  const text = result.outputs.map(plainText).join("");
  return text.length > maxLogChars ? text.slice(-maxLogChars) : text;
}

function plainText(output: CellOutput): string {
  return output.type === "text" ? output.text : "";
}

/** The trace from the program's own first line on: the lines above it are of the code that started it. */
function ownTrace(trace: string, file: string): string {
  const lines = trace.split("\n");
  const first = lines.findIndex((line) => line.includes(file));
  const head = lines[0]?.startsWith("Traceback") === true ? lines.slice(0, 1) : [];
  return first <= 0 ? trace : [...head, ...lines.slice(first)].join("\n");
}
