// Command execution 1.2 over HTTP, on scripted kernels: states, order, cancellation, and how contexts die.
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { JsonObject } from "../../platform/json.ts";
import { contextsOf } from "./contexts.ts";
import { startJobsEmulator, until, type JobsEmulator } from "../jobs/testing-jobs.ts";

let it: JobsEmulator;
let clusterId: string;

beforeEach(async () => {
  it = await startJobsEmulator();
  clusterId = await runningCluster();
});
afterEach(() => it.dispose());

async function call(request: string, body?: unknown): Promise<JsonObject> {
  const answer = await it.emulator.call(request, body === undefined ? {} : { body });
  if (answer.status !== 200) throw new Error(`${request} answered ${answer.status}: ${answer.text}`);
  return answer.json;
}

async function runningCluster(): Promise<string> {
  const spec = { spark_version: "17.3.x-scala2.13", node_type_id: "m5d.large", num_workers: 1 };
  const { cluster_id } = await call("POST /api/2.1/clusters/create", spec);
  await clusterState(String(cluster_id), "RUNNING");
  return String(cluster_id);
}

function clusterState(id: string, state: string): Promise<JsonObject> {
  return until(
    () => call(`GET /api/2.1/clusters/get?cluster_id=${id}`),
    (cluster) => cluster["state"] === state,
  );
}

async function context(language = "python"): Promise<string> {
  const { id } = await call("POST /api/1.2/contexts/create", { clusterId, language });
  await until(
    () => call(`GET /api/1.2/contexts/status?clusterId=${clusterId}&contextId=${String(id)}`),
    ({ status }) => status === "Running",
  );
  return String(id);
}

async function execute(contextId: string, command: string): Promise<string> {
  const body = { clusterId, contextId, language: "python", command };
  return String((await call("POST /api/1.2/commands/execute", body))["id"]);
}

function status(contextId: string, commandId: string): Promise<JsonObject> {
  return call(`GET /api/1.2/commands/status?clusterId=${clusterId}&contextId=${contextId}&commandId=${commandId}`);
}

function untilStatus(contextId: string, commandId: string, wanted: string): Promise<JsonObject> {
  return until(
    () => status(contextId, commandId),
    (command) => command["status"] === wanted,
  );
}

test("a command runs in its context and gives its text", async () => {
  const contextId = await context();
  const commandId = await execute(contextId, "1 + 1");
  const done = await untilStatus(contextId, commandId, "Finished");
  expect(done).toEqual({ id: commandId, status: "Finished", results: { resultType: "text", data: "ran 1 + 1" } });
});

test("commands of one context wait for each other, and can be cancelled", async () => {
  const contextId = await context();
  const first = await execute(contextId, "hang");
  const second = await execute(contextId, "after");
  const third = await execute(contextId, "never");
  await untilStatus(contextId, first, "Running");
  expect(await status(contextId, second)).toEqual({ id: second, status: "Queued", results: null });
  await call("POST /api/1.2/commands/cancel", { clusterId, contextId, commandId: third });
  await call("POST /api/1.2/commands/cancel", { clusterId, contextId, commandId: first });
  expect((await untilStatus(contextId, first, "Cancelled"))["results"]).toBeNull();
  await untilStatus(contextId, second, "Finished");
  expect((await status(contextId, third))["status"]).toBe("Cancelled");
});

test("a context remembers the newest results, and not all that it ever printed", async () => {
  const contextId = await context();
  const first = await execute(contextId, "small");
  const contexts = contextsOf(it.world);
  const large = { language: "python", code: "x".repeat(30 * 1024 * 1024) } as const;
  const ids = [1, 2, 3].map(() => contexts.execute(contexts.require(clusterId, contextId), large).id);
  await contexts.require(clusterId, contextId).tail;
  const gone = `GET /api/1.2/commands/status?clusterId=${clusterId}&contextId=${contextId}&commandId=`;
  expect(await it.refusal(gone + first)).toMatchObject({ status: 404 });
  expect(await it.refusal(gone + (ids[0] ?? ""))).toMatchObject({ status: 404 });
  expect(await status(contextId, ids[2] ?? "")).toMatchObject({ status: "Finished" });
});

test("a multipart form carries a long command", async () => {
  const contextId = await context();
  const form = new FormData();
  form.set("clusterId", clusterId);
  form.set("contextId", contextId);
  form.set("language", "python");
  form.set("command", new File(["x = 1"], "command"));
  const { id } = await call("POST /api/1.2/commands/execute", form);
  expect((await untilStatus(contextId, String(id), "Finished"))["results"]).toMatchObject({ data: "ran x = 1" });
});

describe("a context is gone", () => {
  const gone = async (contextId: string): Promise<JsonObject> =>
    it.refusal("POST /api/1.2/commands/execute", { clusterId, contextId, language: "python", command: "1" });

  test("after it was destroyed", async () => {
    const contextId = await context();
    await call("POST /api/1.2/contexts/destroy", { clusterId, contextId });
    const refused = await gone(contextId);
    expect(refused).toEqual({
      status: 404,
      error: `ContextNotFound: Context ${contextId} not found on cluster ${clusterId}`,
    });
    expect(
      await it.refusal(`GET /api/1.2/contexts/status?clusterId=${clusterId}&contextId=${contextId}`),
    ).toMatchObject({
      error: expect.stringContaining("ContextNotFound"),
    });
  });

  test("after its cluster restarted", async () => {
    const contextId = await context();
    await call("POST /api/2.1/clusters/restart", { cluster_id: clusterId });
    await clusterState(clusterId, "RUNNING");
    expect((await gone(contextId))["error"]).toContain("ContextNotFound");
  });

  test("with a cluster that ended: a fact, which no client asks for again", async () => {
    const contextId = await context();
    await call("POST /api/2.1/clusters/delete", { cluster_id: clusterId });
    const refused = await gone(contextId);
    expect(refused["status"]).toBe(400);
    expect(refused["error"]).toContain("Invalid state for cluster");
    await clusterState(clusterId, "TERMINATED");
    const body = { clusterId, language: "python" };
    expect(await it.refusal("POST /api/1.2/contexts/create", body)).toMatchObject({
      status: 400,
      error: `Invalid state for cluster ${clusterId}: TERMINATED. The cluster must be RUNNING.`,
    });
  });

  test("with a cluster that starts: the SDKs' name for what passes", async () => {
    it.world.switches.clusterStartMs = 60_000;
    await call("POST /api/2.1/clusters/restart", { cluster_id: clusterId });
    const body = { clusterId, language: "python" };
    const refused = await it.refusal("POST /api/1.2/contexts/create", body);
    expect(refused["status"]).toBe(500);
    expect(refused["error"]).toContain("ClusterNotReadyException");
  });
});

describe("what is refused", () => {
  test.each([
    [{ clusterId: "none", language: "python" }, "Cluster none does not exist"],
    [{ clusterId: "serverless", language: "python" }, "Serverless compute is not supported"],
    [{ language: "python" }, "Missing required field: clusterId"],
  ])("%j", async (body, message) => {
    const refused = await it.refusal("POST /api/1.2/contexts/create", body);
    expect(Object.keys(refused).toSorted()).toEqual(["error", "status"]);
    expect(refused["error"]).toContain(message);
  });

  test("an unknown language", async () => {
    const refused = await it.refusal("POST /api/1.2/contexts/create", { clusterId, language: "cobol" });
    expect(refused["error"]).toContain("python, scala, sql, r");
  });

  test("an unknown command", async () => {
    const contextId = await context();
    const query = `clusterId=${clusterId}&contextId=${contextId}&commandId=none`;
    expect((await it.refusal(`GET /api/1.2/commands/status?${query}`))["error"]).toContain("CommandNotFound");
  });

  test("a hundred and forty-sixth context", async () => {
    for (let count = 0; count < 145; count++)
      await call("POST /api/1.2/contexts/create", { clusterId, language: "python" });
    const refused = await it.refusal("POST /api/1.2/contexts/create", { clusterId, language: "python" });
    expect(refused["error"]).toContain("Too many execution contexts");
  });
});
