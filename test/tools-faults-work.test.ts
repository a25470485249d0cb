// Work of the workspace that never ends, breaks down or is taken back, through the binary: what runs is told by its handle or
// stopped, why something failed is said, and the server lives on.
import { afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { binary } from "./support/binary.ts";
import { toolStage } from "./support/tool-stage.ts";

setDefaultTimeout(60_000);

const stage = toolStage(["--toolsets", "all"]);
const { done } = stage;

afterEach(async () => {
  await stage.workspace.control("DELETE", "faults");
  await stage.workspace.control("DELETE", "requests");
  // The server has outlived what was done to it.
  expect((await stage.session.call("get_current_user", {})).isError).toBe(false);
});

async function failed(name: string, args: Record<string, unknown>): Promise<string> {
  const { isError, text } = await stage.session.call(name, args);
  expect([name, isError, text]).toEqual([name, true, expect.not.stringContaining("error_code: internal")]);
  return text;
}

const fault = (rule: Record<string, unknown>) => stage.workspace.control("POST", "faults", { times: 0, ...rule });

/** The paths of what was asked by this method and ends so. */
async function seen(method: string, ending: RegExp): Promise<readonly string[]> {
  const all = await stage.workspace.requests();
  return all.filter((one) => one.method === method && ending.test(one.path)).map(({ path }) => path);
}

/** Waits until it was asked, and gives the path. */
async function asked(method: string, ending: RegExp): Promise<string> {
  for (;;) {
    const [path] = await seen(method, ending);
    if (path !== undefined) return path;
    await Bun.sleep(5);
  }
}

/** A call that is taken back once `begun` has come about. */
async function takenBack(name: string, args: Record<string, unknown>, begun: () => Promise<unknown>): Promise<void> {
  const cancel = new AbortController();
  const call = stage.session.client.callTool({ name, arguments: args }, { signal: cancel.signal }).then(
    () => "ended",
    () => "taken back",
  );
  await begun();
  cancel.abort();
  expect(await call).toBe("taken back");
}

const running = /^(?:PENDING|RUNNING)$/;
const slow = "SELECT sum(a.id * b.id % 7) FROM range(1000000) a CROSS JOIN range(1000000) b";

describe("a statement that never ends", () => {
  const cancels = /\/sql\/statements\/[^/]+\/cancel$/;

  test("is told by its handle, asked again, and cancelled on the warehouse", async () => {
    const begun = await done("execute_sql", { sql: slow, wait_seconds: 0 });
    expect(begun["state"]).toMatch(running);
    expect(begun["hint"]).toContain("get_statement_result");
    const handle = { statement_id: begun["statement_id"] };
    expect((await done("get_statement_result", { ...handle, wait_seconds: 0 }))["state"]).toMatch(running);
    await done("cancel_statement", handle);
    expect((await done("get_statement_result", { ...handle, wait_seconds: 20 }))["state"]).toBe("CANCELED");
  });

  test("is cancelled on the warehouse by who takes the call back", async () => {
    await takenBack("query_sql", { sql: slow }, () => asked("GET", /\/sql\/statements\/[^/]+$/));
    const path = await asked("POST", cancels);
    const statement_id = path.split("/").at(-2);
    expect((await done("get_statement_result", { statement_id, wait_seconds: 20 }))["state"]).toBe("CANCELED");
  });

  test("is not cancelled by who takes back a look at it", async () => {
    const { statement_id } = await done("execute_sql", { sql: slow, wait_seconds: 0 });
    await stage.workspace.control("DELETE", "requests");
    await takenBack("get_statement_result", { statement_id }, () => asked("GET", /\/sql\/statements\/[^/]+$/));
    expect((await done("get_statement_result", { statement_id, wait_seconds: 0 }))["state"]).toMatch(running);
    expect(await seen("POST", cancels)).toEqual([]);
    await done("cancel_statement", { statement_id });
  });

  test("is cancelled where the client goes away, and the server ends", async () => {
    const words = ["mcp", "serve"];
    const server = Bun.spawn([binary, ...words], {
      env: stage.machine.env,
      stdin: "pipe",
      stdout: "pipe",
      stderr: "ignore",
    });
    const call = { name: "query_sql", arguments: { sql: slow } };
    const clientInfo = { name: "test", version: "1" };
    const initialize = { protocolVersion: "2025-06-18", capabilities: {}, clientInfo };
    server.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params: initialize })}\n`);
    server.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" })}\n`);
    server.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id: 2, method: "tools/call", params: call })}\n`);
    await server.stdin.flush();
    await asked("GET", /\/sql\/statements\/[^/]+$/);
    await server.stdin.end();
    expect(await server.exited).toBe(0);
    expect(await seen("POST", cancels)).toHaveLength(1);
  });
});

describe("results that have expired", () => {
  test.each([
    { kind: "answer", body: { statement_id: "s1", status: { state: "CLOSED" } } },
    { kind: "status", status: 404, error_code: "NOT_FOUND", message: "The statement s1 was not found." },
  ])("(%p) are told, with what to do", async (rule) => {
    await fault({ ...rule, method: "GET", path: "/api/2.0/sql/statements/s1" });
    const { text } = await stage.session.call("get_statement_result", { statement_id: "s1" });
    expect(text).toContain("run it again");
  });

  test("behind links are fetched by new ones, and the file is whole", async () => {
    await fault({ kind: "status", status: 403, path: "/external-results/**", times: 1 });
    const file = join(stage.machine.home, "rows.csv");
    const wish = { sql: "SELECT id FROM range(3) ORDER BY id", file };
    expect(await done("export_query", wish)).toMatchObject({ rows_written: 3 });
    expect(await Bun.file(file).text()).toBe("id\r\n0\r\n1\r\n2\r\n");
  });
});

describe("a cluster", () => {
  let cluster_id: string;

  beforeAll(async () => {
    cluster_id = String((await done("create_cluster", { cluster_name: "c", wait: true }))["cluster_id"]);
  });

  test("that fails to start says why", async () => {
    const reason = { code: "CLOUD_PROVIDER_LAUNCH_FAILURE", type: "CLOUD_FAILURE", parameters: { zone: "no m5 left" } };
    const body = { cluster_id, cluster_name: "c", state: "TERMINATED", termination_reason: reason };
    await fault({ kind: "answer", body, method: "GET", path: "/api/2.1/clusters/get" });
    await fault({ kind: "answer", body: {}, method: "POST", path: "/api/2.1/clusters/start" });
    const text = await failed("start_cluster", { cluster_id, wait: true });
    expect(text).toContain("CLOUD_PROVIDER_LAUNCH_FAILURE");
    expect(text).toContain("no m5 left");
  });

  test("that goes while a command runs ends the command, with its reason", async () => {
    const { context_id } = await done("create_context", { cluster_id });
    await stage.workspace.control("DELETE", "requests");
    const code = "import time\ntime.sleep(600)";
    const running = stage.session.call("execute_cell", { cluster_id, context_id, code });
    await asked("GET", /\/commands\/status$/);
    await done("stop_cluster", { cluster_id });
    const { isError, text } = await running;
    expect([isError, text]).toEqual([true, expect.not.stringContaining("error_code: internal")]);
    expect(text).toMatch(/cluster|context/i);
  });
});

describe("a run", () => {
  const endless = "import time\ntime.sleep(600)";

  beforeAll(async () => {
    await done("write_notebook", { notebook_path: "~/endless", content: endless, language: "python" });
  });

  afterEach(async () => {
    await stage.workspace.control("PATCH", "switches", { runStartMs: 0 });
  });

  test("that hangs before it starts is told by its handle, and can be cancelled", async () => {
    await stage.workspace.control("PATCH", "switches", { runStartMs: 600_000 });
    const begun = await done("run_notebook", { notebook_path: "~/endless", wait: true, wait_seconds: 0 });
    const { run_id } = begun;
    expect(begun["hint"]).toContain("wait_for_run");
    const waited = await done("wait_for_run", { run_id, wait_seconds: 0 });
    expect(JSON.stringify(waited)).toMatch(/PENDING|QUEUED|BLOCKED/);
    await done("cancel_run", { run_id });
  });

  test("goes on where a wait for it is taken back", async () => {
    const { run_id } = await done("run_notebook", { notebook_path: "~/endless" });
    await stage.workspace.control("DELETE", "requests");
    await takenBack("wait_for_run", { run_id }, () => asked("GET", /\/runs\/get$/));
    expect(JSON.stringify(await done("get_job_run_status", { run_id }))).toMatch(/RUNNING|PENDING/);
    expect(await seen("POST", /\/runs\/cancel$/)).toEqual([]);
    await done("cancel_run", { run_id });
  });
});

test("an update of a pipeline that fails says of what", async () => {
  const wish = { name: "p", catalog: "main", schema: "default", sources: ["~/none"] };
  const { pipeline_id } = await done("create_pipeline", wish);
  const text = await failed("run_pipeline", { pipeline_id });
  expect(text).toContain("FAILED");
  expect(text).toContain("none");
});

test("an app that crashes is told as such", async () => {
  await done("create_app", { name: "shop" });
  await done("create_workspace_folder", { path: "~/shop" });
  const message = "app crashed unexpectedly: exit 7";
  const state = { state: "CRASHED", message };
  const body = { name: "shop", url: "http://x", compute_status: { state: "ACTIVE" }, app_status: state };
  await fault({ kind: "answer", body, method: "GET", path: "/api/2.0/apps/shop" });
  expect((await stage.session.call("get_app", { name: "shop" })).text).toContain(message);
});

test("an upload that is taken back stops, and the server goes on", async () => {
  const source = join(stage.machine.home, "many");
  await mkdir(source);
  for (let at = 0; at < 200; at++) await writeFile(join(source, `${at}.txt`), "x");
  await done("create_workspace_folder", { path: "~/many" });
  await fault({ kind: "hang", after: 20, method: "POST", path: "/api/2.0/workspace/import" });
  const count = async () => (await seen("POST", /\/workspace\/import$/)).length;
  const reaches = async (least: number) => {
    while ((await count()) < least) await Bun.sleep(5);
  };
  await takenBack("upload_to_workspace", { source, path: "~/many" }, () => reaches(20));
  // What hangs is seen when it is let go.
  await reaches(21);
  await stage.workspace.control("DELETE", "faults");
  expect((await done("list_notebooks", { path: "~/many" }))["rows"]).toHaveLength(20);
  expect(await count()).toBeLessThan(100);
});
