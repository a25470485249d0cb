// What the user's Python may ask of the emulator: SQL, widgets, files, other notebooks.
import { ownValue } from "../own-value.ts";
import { SqlFault, type SqlTable } from "../sql/engine.ts";
import { FileFault } from "./file-fault.ts";
import type { Files } from "./files.ts";
import type { Mount } from "./mounts.ts";
import { NotebookFault } from "./notebook-source.ts";
import type { OutputCollector } from "./output-collector.ts";
import type { SparkPlace } from "./spark-places.ts";
import type { SqlAccess } from "./sql-access.ts";
import { shownRows, tableOutput } from "./table-output.ts";
import type { TaskValues } from "./types.ts";
import { WidgetFault, type Widgets } from "./widgets.ts";
import type { WorkspaceModule } from "./workspace-modules.ts";

export interface CallContext {
  readonly sql: SqlAccess;
  readonly widgets: Widgets;
  readonly files: Files;
  /** Absent outside of a job's task. */
  readonly taskValues: TaskValues | undefined;
  /** Runs another notebook and gives its exit value. Throws NotebookFault. */
  readonly runNotebook: (wanted: {
    path: string;
    parameters: Readonly<Record<string, string>>;
    timeoutMs: number;
    signal: AbortSignal;
  }) => Promise<string>;
  /** Where plain Python finds a path below /Volumes or /dbfs. Throws FileFault. */
  readonly mount: (path: string) => Promise<Mount>;
  /** Where spark.read finds a path without a glob. Throws FileFault. */
  readonly place: (path: string) => Promise<SparkPlace>;
  /** The Python module of this name beside the notebook, or undefined. */
  readonly findModule: (name: string) => WorkspaceModule | undefined;
  /** The value of a secret, which no output of the session shows from then on. Throws FileFault. */
  readonly readSecret: (scope: string, key: string) => string;
  /** The keys of a scope. Throws FileFault. */
  readonly listSecrets: (scope: string) => readonly string[];
  /** Fires when the running cell is cancelled or the kernel ends. */
  readonly signal: AbortSignal;
  /** Of the running cell. */
  readonly collector: OutputCollector;
}

type Params = Readonly<Record<string, unknown>>;
type Handler = (context: CallContext, params: Params) => unknown;

const handlers: Readonly<Record<string, Handler>> = {
  sql: (context, params) => query(context, params),
  display: async (context, params) => context.collector.add(tableOutput(await query(context, params, shownRows))),
  "widget.define": ({ widgets }, params) =>
    widgets.define({
      kind: text(params, "kind"),
      name: text(params, "name"),
      value: text(params, "value"),
      choices: Array.isArray(params["choices"]) ? params["choices"].map(String) : [],
    }),
  "widget.get": ({ widgets }, params) => widgets.get(text(params, "name"), optionalText(params, "default")),
  "widget.all": ({ widgets }) => widgets.all(),
  "widget.remove": ({ widgets }, params) => widgets.remove(text(params, "name")),
  "widget.removeAll": ({ widgets }) => widgets.removeAll(),
  "notebook.run": (context, params) =>
    context.runNotebook({
      path: text(params, "path"),
      parameters: params["arguments"] as Record<string, string>,
      timeoutMs: Number(params["timeoutSeconds"]) * 1000,
      signal: context.signal,
    }),
  "taskValues.set": ({ taskValues }, params) => taskValues?.set(text(params, "key"), params["value"] ?? null),
  "taskValues.get": ({ taskValues }, params) => {
    if (taskValues === undefined) return { job: false };
    const value = taskValues.get(text(params, "taskKey"), text(params, "key"));
    return value === undefined ? { job: true } : { job: true, value };
  },
  "workspace.module": ({ findModule }, params) => findModule(text(params, "name")),
  "fs.ls": ({ files }, params) => files.list(text(params, "path")),
  "fs.head": ({ files }, params) => files.head(text(params, "path"), Number(params["maxBytes"])),
  "fs.put": ({ files }, params) =>
    files.put(text(params, "path"), text(params, "contents"), params["overwrite"] === true),
  "fs.cp": ({ files }, params) =>
    files.copy(text(params, "source"), text(params, "target"), params["recurse"] === true),
  "fs.mv": ({ files }, params) =>
    files.move(text(params, "source"), text(params, "target"), params["recurse"] === true),
  "fs.rm": ({ files }, params) => files.remove(text(params, "path"), params["recurse"] === true),
  "fs.mkdirs": ({ files }, params) => files.makeFolder(text(params, "path")),
  "fs.mount": ({ mount }, params) => mount(text(params, "path")),
  "fs.place": ({ place }, params) => place(text(params, "path")),
  "secret.get": ({ readSecret }, params) => readSecret(text(params, "scope"), text(params, "key")),
  "secret.list": ({ listSecrets }, params) => listSecrets(text(params, "scope")),
};

/** Answers one call. What it throws is for `describeFault`. */
export async function answerCall(context: CallContext, method: string, params: Params): Promise<unknown> {
  const handler = ownValue(handlers, method);
  if (handler === undefined) throw new Error(`The emulator knows no call ${method}`);
  return handler(context, params);
}

/** A refusal as Python gets it: the kind decides which exception is raised there. */
export function describeFault(thrown: unknown): object {
  if (thrown instanceof SqlFault) {
    return { kind: "sql", message: thrown.message, errorClass: thrown.errorClass, sqlState: thrown.sqlState };
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if (thrown instanceof WidgetFault) return { kind: thrown.kind, message };
  if (thrown instanceof FileFault) return { kind: "file", message };
  if (thrown instanceof NotebookFault) return { kind: "notebook", message };
  if (thrown instanceof Error && thrown.name === "AbortError") return { kind: "cancelled", message };
  return { kind: "internal", message };
}

function query({ sql, signal }: CallContext, params: Params, rowLimit?: number): Promise<SqlTable> {
  return sql.query(text(params, "statement"), { signal, ...(rowLimit === undefined ? {} : { rowLimit }) });
}

function text(params: Params, name: string): string {
  const value = params[name];
  if (typeof value !== "string") throw new WidgetFault("value", `${name} must be text`);
  return value;
}

function optionalText(params: Params, name: string): string | undefined {
  return params[name] === undefined ? undefined : text(params, name);
}
