// For tests: a call's context over a workspace that answers as it is told, and run exports as Databricks makes them.
import type { Deps } from "../platform/deps.ts";
import { MortarError } from "../platform/errors.ts";
import { silentLogger } from "../platform/log.ts";
import { resolvePaths } from "../platform/paths.ts";
import {
  refusal,
  serve,
  testClock,
  workspaceAt,
  type Received,
  type Reply,
  type TestServer,
} from "../workspace/testing.ts";
import { callTool } from "./call.ts";
import type { Session, ToolContext, ToolImage, ToolResult } from "./define.ts";
import { defaultLimits, type Limits } from "./limits.ts";
import { loadTool } from "./toolsets.ts";

type Answer = (request: Received, json: Record<string, unknown>) => Reply | Promise<Reply>;

/** Answers by `METHOD /path`; what is not there is refused as the workspace refuses it. */
export type Routes = Readonly<Record<string, Answer>>;

export interface Bench extends AsyncDisposable {
  readonly server: TestServer;
  /** What was sent to `METHOD /path`: bodies of POSTs, queries of GETs. */
  sent(route: string): readonly Record<string, unknown>[];
  call(name: string, args?: unknown, more?: Partial<ToolContext>): Promise<ToolResult>;
  /** The error that a call ends with. */
  failure(name: string, args?: unknown, more?: Partial<ToolContext>): Promise<MortarError>;
  readonly context: ToolContext;
  readonly images: ToolImage[];
  readonly progress: string[];
}

export interface BenchOptions {
  readonly signal?: AbortSignal;
  readonly session?: Session;
  readonly limits?: Partial<Limits>;
  /** Called when a wait begins; its end is the end of the wait. */
  readonly onSleep?: (ms: number) => void | Promise<void>;
}

/** A context whose workspace answers by `routes`, on a clock whose waits are over at once. */
export function bench(routes: Routes, options: BenchOptions = {}): Bench {
  const server = serve((request) => answer(routes, request));
  const clock = testClock(options.onSleep);
  const images: ToolImage[] = [];
  const progress: string[] = [];
  const context: ToolContext = {
    workspace: workspaceAt(server.host, { clock }),
    deps: testDeps(clock),
    signal: options.signal ?? new AbortController().signal,
    limits: { ...defaultLimits, ...options.limits },
    session: options.session,
    attach: (image) => void images.push(image),
    progress: (message) => void progress.push(message),
  };
  const call: Bench["call"] = async (name, args = {}, more = {}) => {
    const tool = await loadTool(name);
    if (tool === undefined) throw new Error(`no tool ${name}`);
    return await callTool(tool, { ...context, ...more }, args);
  };
  return {
    server,
    context,
    images,
    progress,
    call,
    failure: async (name, args, more) => {
      const outcome = await call(name, args, more).catch((thrown: unknown) => thrown);
      if (outcome instanceof MortarError) return outcome;
      throw new Error(`${name} was expected to fail, and gave ${JSON.stringify(outcome)}`);
    },
    sent: (route) => server.received.filter((one) => `${one.method} ${one.path}` === route).map((one) => sentBy(one)),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function sentBy({ method, body, search }: Received): Record<string, unknown> {
  if (method === "GET") return Object.fromEntries(new URLSearchParams(search));
  // A file's bytes are no JSON.
  return JSON.parse(/^\s*[[{]/.test(body) ? body : "{}") as Record<string, unknown>;
}

async function answer(routes: Routes, request: Received): Promise<Reply> {
  const found = routes[`${request.method} ${request.path}`];
  if (found !== undefined) return await found(request, sentBy(request));
  return refusal(404, "ENDPOINT_NOT_FOUND", `No API found for '${request.method} ${request.path}'`);
}

export function testDeps(clock = testClock()): Deps {
  const output = { write: () => undefined, isTTY: false, width: 80, colour: false };
  return {
    env: {},
    cwd: "/",
    os: "linux",
    paths: resolvePaths({ HOME: "/home/someone" }, "linux"),
    clock,
    fetch: (input, init) => fetch(input, init),
    stdin: { isTTY: false, readLine: async () => undefined, readAll: async () => "" },
    stdout: output,
    stderr: output,
    run: async () => {
      throw new Error("no process is to be started");
    },
    log: silentLogger,
  };
}

/** The columns and rows of a result as objects. */
export function rowsOf({ data }: ToolResult): Record<string, unknown>[] {
  const columns = data["columns"] as string[];
  const rows = data["rows"] as unknown[][];
  return rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]])));
}

export const me: Routes = {
  "GET /api/2.0/preview/scim/v2/Me": () => ({ id: "7", userName: "me@example.com", active: true }),
};

export interface ExportedCell {
  readonly source: string;
  readonly text?: string;
  readonly table?: { readonly columns: readonly string[]; readonly rows: readonly (readonly unknown[])[] };
  readonly error?: { readonly summary: string; readonly trace: string };
  readonly image?: string;
  /** `finished` or `error` without it. */
  readonly state?: string;
}

/** The page of runs/export for these cells: its model is base64 of percent-encoded JSON. */
export function exportPage(cells: readonly ExportedCell[], language = "python"): string {
  const commands = cells.map((cell, index) => ({
    position: index + 1,
    command: cell.source,
    state: cell.state ?? (cell.error === undefined ? "finished" : "error"),
    results: resultsOf(cell),
    errorSummary: cell.error?.summary,
    error: cell.error?.trace,
  }));
  const model = encodeURIComponent(JSON.stringify({ name: "nb", language, commands }));
  return `<html><script>var __DATABRICKS_NOTEBOOK_MODEL = '${Buffer.from(model).toString("base64")}'</script></html>`;
}

function resultsOf({ text, table, image }: ExportedCell): unknown {
  if (table !== undefined) {
    const schema = table.columns.map((name) => ({ name, type: '"string"', metadata: "{}" }));
    return { type: "table", data: table.rows, schema, overflow: false };
  }
  if (image !== undefined) return { type: "listResults", data: [{ type: "mimeBundle", data: { "image/png": image } }] };
  return text === undefined ? null : { type: "listResults", data: [{ type: "ansi", data: text }] };
}
