// Traces through the emulated workspace, and what becomes of them where it refuses, hangs or is no workspace.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { callerCredentials } from "../../auth/caller-token.ts";
import { startTestEmulator, type TestEmulator } from "../../emulator/testing-server.ts";
import { systemClock } from "../../platform/clock.ts";
import type { Fetch } from "../../platform/deps.ts";
import { Secret } from "../../platform/secret.ts";
import { createWorkspace, type Workspace } from "../../workspace/workspace.ts";
import type { AgentEvent } from "../contract/events.ts";
import type { WorkspaceAccess } from "../server/caller.ts";
import { createTracer, type TracerOptions } from "./mlflow-tracer.ts";
import type { RunTrace, TracedRun, Tracer } from "./tracer.ts";

let emulator: TestEmulator;
const warnings: string[] = [];
const log = {
  level: "normal" as const,
  warn: (message: string) => void warnings.push(message),
  info: () => undefined,
  debug: () => undefined,
};
const deps = { fetch: fetch as Fetch, clock: systemClock, log };

beforeAll(async () => {
  emulator = await startTestEmulator();
});
afterAll(() => emulator.dispose());
beforeEach(async () => {
  warnings.length = 0;
  await emulator.control("DELETE faults");
});

function workspaceOf(token: string): Workspace {
  const credentials = callerCredentials(emulator.host, new Secret(token));
  const around = { ...deps, env: {}, os: "linux" as const };
  return createWorkspace({ deps: around, credentials, userAgent: { version: "1.0.0" } });
}

function accessOf(workspace: Workspace): WorkspaceAccess {
  const source = { open: () => Promise.resolve(workspace), forget: () => undefined };
  const credentials = () => Promise.resolve(callerCredentials(emulator.host, new Secret(emulator.token)));
  return { host: emulator.host, profile: undefined, source, credentials };
}

const runOf = (more: Partial<TracedRun> = {}): TracedRun => ({
  runId: "run-1",
  conversationId: "conversation-1",
  user: "me@example.com",
  engine: "claude",
  model: "system.ai.claude-sonnet-4-6",
  message: "How much fruit is there?",
  experiment: null,
  access: accessOf(workspaceOf(emulator.token)),
  ...more,
});

const usual = { trackingUri: undefined, experiment: "fruit", version: "1.0.0", openProfile: undefined };

function tracerOf(more: Partial<TracerOptions> = {}): Tracer {
  return createTracer(deps, { ...usual, signal: new AbortController().signal, ...more });
}

function begun(tracer: Tracer, run = runOf()): RunTrace {
  const trace = tracer.begin(run);
  if (trace === undefined) throw new Error("not traced");
  return trace;
}

const usage = { input_tokens: 10, output_tokens: 5, cache_read_tokens: 100, cache_write_tokens: 1 };
const events: readonly AgentEvent[] = [
  { type: "system", subtype: "init", session_id: "s" },
  { type: "text_delta", text: "Let " },
  { type: "text", text: "Let me look." },
  { type: "tool_use", tool_id: "a", tool_name: "Task", tool_input: { prompt: "count" } },
  {
    type: "tool_use",
    tool_id: "b",
    tool_name: "mcp__databricks__execute_sql",
    tool_input: { statement: "SELECT 1", api_key: "hunter2" },
    parent_tool_use_id: "a",
  },
  { type: "tool_result", tool_use_id: "b", content: "no such table", is_error: true },
  { type: "tool_result", tool_use_id: "a", content: "7", is_error: false },
  { type: "tool_use", tool_id: "c", tool_name: "Read", tool_input: {} },
  { type: "text", text: "There are 7." },
  { type: "result", duration_ms: 5, is_error: false, num_turns: 3, total_cost_usd: 0.25, usage },
];

interface Sent {
  readonly creator: string;
  readonly experiment: string;
  readonly info: Record<string, unknown>;
  readonly data: { readonly spans: readonly Record<string, unknown>[] } | null;
}

async function sent(): Promise<readonly Sent[]> {
  const { text } = await emulator.control("GET traces");
  return (JSON.parse(text) as { traces: readonly Sent[] }).traces;
}

async function traced(tracer: Tracer, run?: TracedRun): Promise<Sent | undefined> {
  const trace = begun(tracer, run);
  for (const event of events) trace.event(event);
  const before = (await sent()).length;
  await trace.end("completed");
  const after = await sent();
  return after.length === before ? undefined : after.at(-1);
}

describe("a run", () => {
  test("is a trace of its experiment, with its tool calls, its answer and its tokens", async () => {
    const trace = await traced(tracerOf());
    expect(warnings).toEqual([]);
    expect(trace?.info).toMatchObject({
      client_request_id: "run-1",
      state: "OK",
      request_preview: "How much fruit is there?",
      response_preview: "Let me look.\n\nThere are 7.",
      trace_metadata: {
        "mlflow.trace.session": "conversation-1",
        "mlflow.trace.user": "me@example.com",
        "mlflow.trace.tokenUsage": JSON.stringify({
          input_tokens: 111,
          output_tokens: 5,
          total_tokens: 116,
          cache_read_input_tokens: 100,
          cache_creation_input_tokens: 1,
        }),
      },
    });
    const [root, task, sql, read] = trace?.data?.spans ?? [];
    const attributes = (span: Record<string, unknown> | undefined) => span?.["attributes"] as Record<string, string>;
    expect(root).toMatchObject({ name: "claude run", parent_span_id: "", status: { code: "STATUS_CODE_OK" } });
    expect(JSON.parse(attributes(root)["mlflow.spanOutputs"] ?? "")).toEqual({
      answer: "Let me look.\n\nThere are 7.",
      status: "completed",
    });
    expect(attributes(root)["run.total_cost_usd"]).toBe("0.25");
    expect(task).toMatchObject({ name: "Task", parent_span_id: root?.["span_id"] });
    expect(sql).toMatchObject({
      name: "mcp__databricks__execute_sql",
      parent_span_id: task?.["span_id"],
      status: { code: "STATUS_CODE_ERROR", message: "no such table" },
    });
    expect(JSON.parse(attributes(sql)["mlflow.spanInputs"] ?? "")).toEqual({ statement: "SELECT 1", api_key: "***" });
    // It had not ended when the run did.
    expect(read).toMatchObject({ status: { code: "STATUS_CODE_ERROR" } });
    expect(Buffer.from(String(root?.["span_id"]), "base64")).toHaveLength(8);
    expect(Buffer.from(String(root?.["trace_id"]), "base64")).toHaveLength(16);
  });

  test("names its experiment by a name, a path or an id, and it is made once", async () => {
    const tracer = tracerOf();
    const first = await traced(tracer, runOf({ experiment: "/Shared/apples" }));
    const again = await traced(tracer, runOf({ experiment: first?.experiment ?? "" }));
    expect(again?.experiment).toBe(String(first?.experiment));
    const other = await traced(tracer, runOf({ experiment: "pears" }));
    const { text } = await emulator.call(`GET /api/2.0/mlflow/experiments/get?experiment_id=${other?.experiment}`);
    expect(text).toContain('"/Users/me@example.com/pears"');
  });

  test("that fails, is stopped or breaks off is a trace of that", async () => {
    const trace = begun(tracerOf());
    trace.event({ type: "error", code: "unreachable", message: "gone, Bearer abcdefghijklmnop" });
    await trace.end("error");
    await trace.end("error");
    const all = await sent();
    expect(all.at(-1)?.info).toMatchObject({ state: "ERROR" });
    expect(all.at(-1)?.data?.spans[0]).toMatchObject({ status: { message: "unreachable: gone, Bearer ***" } });
    expect(all.filter(({ info }) => info["state"] === "ERROR")).toHaveLength(1);
  });

  test("acts as its own user, and as the app where his token may not", async () => {
    const { json } = await emulator.control("POST service-principals", { display_name: "the app" });
    const body = new URLSearchParams({
      grant_type: "client_credentials",
      client_id: String(json["client_id"]),
      client_secret: String(json["client_secret"]),
      scope: "all-apis",
    });
    const answer = await fetch(`${emulator.host}/oidc/v1/token`, { method: "POST", body });
    const { access_token: appToken } = (await answer.json()) as { access_token: string };
    expect((await traced(tracerOf()))?.creator).toBe("me@example.com");
    const refused = accessOf(workspaceOf("dapi-not-a-token-of-this-workspace"));
    const ownWorkspace = () => Promise.resolve(workspaceOf(appToken));
    const asApp = await traced(tracerOf({ ownWorkspace }), runOf({ access: refused, experiment: "/Shared/app" }));
    expect(asApp?.creator).toBe(String(json["client_id"]));
    expect(asApp?.info).toMatchObject({ trace_metadata: { "mlflow.trace.user": "me@example.com" } });
    expect(await traced(tracerOf(), runOf({ access: refused }))).toBeUndefined();
    expect(warnings.join()).toContain("was not sent");
  });
});

describe("what goes wrong", () => {
  test("is logged, and is nothing to the run", async () => {
    await emulator.control("POST faults", { kind: "status", status: 400, path: "/api/3.0/mlflow/**" });
    const trace = begun(tracerOf());
    await trace.end("completed");
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain("The trace of run run-1 was not sent");
  });

  test("an end waits for what is on its way", async () => {
    await emulator.control("POST faults", { kind: "latency", delay_ms: 150, path: "/api/3.0/mlflow/**" });
    const tracer = createTracer(deps, { ...usual, experiment: "/Shared/last", signal: new AbortController().signal });
    const before = (await sent()).length;
    const trace = begun(tracer);
    void trace.end("completed");
    await tracer.close();
    expect((await sent()).slice(before).map(({ data }) => data !== null)).toEqual([true]);
    await tracer.close();
  });

  test("an event that cannot be read costs the trace alone", async () => {
    const trace = begun(tracerOf());
    const hostile = {
      type: "tool_use",
      tool_id: "x",
      tool_name: "X",
      get tool_input(): unknown {
        throw new Error("no input for you");
      },
    } as AgentEvent;
    trace.event(hostile);
    trace.event({ type: "text", text: "goes on" });
    await trace.end("completed");
    expect(warnings).toEqual(["The trace of run run-1 is lost: no input for you"]);
  });

  test("a workspace that never answers holds up nobody, and the queue is bounded", async () => {
    const stop = new AbortController();
    const never = { ...accessOf(workspaceOf(emulator.token)) };
    const { promise } = Promise.withResolvers<Workspace>();
    const access = { ...never, source: { ...never.source, open: () => promise } };
    const tracer = tracerOf({ signal: stop.signal });
    const ends = Array.from({ length: 120 }, (_, index) => {
      const trace = begun(tracer, runOf({ runId: `run-${index}`, access }));
      return trace.end("completed");
    });
    await ends.at(-1);
    expect(warnings.filter((line) => line.includes("is dropped"))).toHaveLength(16);
    stop.abort();
    await Promise.all(ends);
  });
});

describe("where traces go", () => {
  test("nothing is traced without an experiment, or where the address is none", () => {
    expect(tracerOf({ experiment: undefined }).begin(runOf())).toBeUndefined();
    expect(tracerOf({ experiment: undefined }).begin(runOf({ experiment: "x" }))).toBeDefined();
    expect(tracerOf({ trackingUri: "sqlite:///mlflow.db" }).begin(runOf())).toBeUndefined();
    expect(tracerOf().status()).toEqual({
      enabled: true,
      tracking_uri: "databricks",
      experiment_name: "fruit",
      info: "Runs are traced in the MLflow experiment fruit, unless their conversation names another",
    });
  });

  test.each([
    ["file:///tmp/mlruns", "Traces go to databricks"],
    ["databricks-uc", "registry of models"],
    ["http://mlflow.example.com", "not https"],
    ["https://me:secret@mlflow.example.com", "user name and password"],
    ["databricks://other", "no profiles"],
  ])("%s is refused with the reason", (trackingUri, reason) => {
    const { enabled, info } = tracerOf({ trackingUri }).status();
    expect([enabled, info]).toEqual([false, expect.stringContaining(reason)]);
    expect(info).not.toContain("secret");
  });

  test("a profile's workspace, by the profile's own sign-in", async () => {
    const opened: string[] = [];
    const openProfile = (profile: string) => {
      opened.push(profile);
      return Promise.resolve(callerCredentials(emulator.host, new Secret(emulator.token)));
    };
    expect(await traced(tracerOf({ trackingUri: "databricks://other", openProfile }))).toBeDefined();
    expect(opened).toEqual(["other"]);
  });

  test("an MLflow server, which takes the spans itself and gets no sign-in", async () => {
    const seen: { readonly request: string; readonly authorization: string | null; readonly body: string }[] = [];
    const server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: async (request) => {
        const { pathname } = new URL(request.url);
        const body = await request.text();
        seen.push({
          request: `${request.method} ${pathname}`,
          authorization: request.headers.get("authorization"),
          body,
        });
        if (pathname.endsWith("get-by-name")) return Response.json({ experiment: { experiment_id: "4" } });
        if (!pathname.endsWith("/traces")) return Response.json({});
        const { trace } = JSON.parse(body) as { trace: { trace_info: { trace_id: string } } };
        const tags = { "mlflow.artifactLocation": `mlflow-artifacts:/4/traces/${trace.trace_info.trace_id}/artifacts` };
        return Response.json({ trace: { trace_info: { ...trace.trace_info, tags } } });
      },
    });
    const trace = begun(tracerOf({ trackingUri: `http://127.0.0.1:${server.port}/` }));
    await trace.end("completed");
    await server.stop(true);
    expect(warnings).toEqual([]);
    expect(seen.map(({ request }) => request.replace(/tr-[0-9a-f]{32}/, "ID"))).toEqual([
      "GET /api/2.0/mlflow/experiments/get-by-name",
      "POST /api/3.0/mlflow/traces",
      "PUT /api/2.0/mlflow-artifacts/artifacts/4/traces/ID/artifacts/traces.json",
    ]);
    expect(seen.every(({ authorization }) => authorization === null)).toBe(true);
    expect(JSON.parse(seen[2]?.body ?? "")).toHaveProperty("spans");
  });
});
