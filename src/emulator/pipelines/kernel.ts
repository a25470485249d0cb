// The session that one update runs in: SQL statements, and the Python functions of its sources.
import { startKernel } from "../kernel/start.ts";
import type { CellResult, Kernel } from "../kernel/types.ts";
import type { World } from "../world.ts";
import { PipelineFault } from "./graph.ts";
import program from "./pipelines.py" with { type: "text" };

export interface PipelineSession {
  /** The rows of one statement. Throws PipelineFault, and an abort. */
  sql(statement: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Names of the columns of one query. Throws as `sql` does. */
  columns(query: string): Promise<readonly string[]>;
  /** Runs Python with `pipelines`, `spark` and the arguments by name; gives what it says. Throws PipelineFault, and an abort. */
  python(
    code: string,
    values?: Readonly<Record<string, unknown>>,
  ): Promise<readonly Readonly<Record<string, unknown>>[]>;
  close(): Promise<void>;
}

export interface SessionOptions {
  readonly signal: AbortSignal;
  /** Settings of the pipeline, for `${name}` and `:name` in SQL. */
  readonly settings: Readonly<Record<string, string>>;
  /** A source, next to which its modules are looked for. */
  readonly path: string | undefined;
}

const mark = "\u0001mortar-pipeline:";

/** Starts nothing but the session: Python comes with the first Python source. */
export async function openPipelineSession(world: World, options: SessionOptions): Promise<PipelineSession> {
  const { signal, settings, path } = options;
  const kernel = await startKernel(world, {
    language: "PYTHON",
    widgets: settings,
    ...(path === undefined ? {} : { notebookPath: path }),
  });
  let prepared = false;
  const python: PipelineSession["python"] = async (code, values = {}) => {
    if (!prepared) await run(kernel, { language: "python", code: preparation(settings) }, signal);
    prepared = true;
    const given = `_values = __import__("json").loads(${JSON.stringify(JSON.stringify(values))})`;
    const result = await run(kernel, { language: "python", code: `${given}\n${code}` }, signal);
    return messagesOf(result);
  };
  return {
    python,
    sql: async (statement) => rowsOf(await run(kernel, { language: "sql", code: statement }, signal)),
    columns: async (query) => {
      const result = await run(kernel, { language: "sql", code: query }, signal);
      return result.outputs.flatMap((output) =>
        output.type === "table" ? output.columns.map(({ name }) => name) : [],
      );
    },
    close: () => kernel.close(),
  };
}

function preparation(settings: Readonly<Record<string, string>>): string {
  return [
    "import json as _json, sys as _sys, types as _types",
    '_module = _types.ModuleType("mortar_pipelines")',
    "_sys.modules[_module.__name__] = _module",
    `exec(compile(_json.loads(${JSON.stringify(JSON.stringify(program))}), "<mortar_pipelines>", "exec"), _module.__dict__)`,
    "pipelines = _module",
    `spark._settings.update(_json.loads(${JSON.stringify(JSON.stringify(settings))}))`,
    "pipelines.install(spark, {**globals()})",
  ].join("\n");
}

async function run(
  kernel: Kernel,
  cell: { readonly language: "python" | "sql"; readonly code: string },
  signal: AbortSignal,
): Promise<CellResult> {
  signal.throwIfAborted();
  const result = await kernel.run(cell, signal);
  signal.throwIfAborted();
  if (result.error === undefined) return result;
  const { summary, trace } = result.error;
  throw new PipelineFault(classOf(summary), cell.language === "sql" ? trace : summary, ownTrace(trace));
}

/** The trace without the frames that called the source. */
function ownTrace(trace: string): string {
  return trace.replaceAll(/^  File "<(?:command-\d+|mortar_pipelines)>".*\n(?: {4}.*\n)*/gm, "");
}

/** The exception's class, as Spark would name it. */
function classOf(summary: string): string {
  if (summary.startsWith("[PARSE_SYNTAX_ERROR]")) return "org.apache.spark.sql.catalyst.parser.ParseException";
  if (summary.startsWith("[")) return "org.apache.spark.sql.AnalysisException";
  return /^([A-Za-z_][\w.]*):/.exec(summary)?.[1] ?? "org.apache.spark.SparkException";
}

function rowsOf(result: CellResult): readonly Readonly<Record<string, unknown>>[] {
  const table = result.outputs.find((output) => output.type === "table");
  if (table === undefined) return [];
  return table.rows.map((row) => Object.fromEntries(table.columns.map(({ name }, index) => [name, row[index]])));
}

function messagesOf(result: CellResult): readonly Readonly<Record<string, unknown>>[] {
  const text = result.outputs.map((output) => (output.type === "text" ? output.text : "")).join("");
  return text
    .split("\n")
    .filter((line) => line.includes(mark))
    .map((line) => JSON.parse(line.slice(line.indexOf(mark) + mark.length)) as Record<string, unknown>);
}
