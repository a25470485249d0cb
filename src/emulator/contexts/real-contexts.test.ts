// Command execution on the real kernel: state between commands, errors, images, cancellation.
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { JsonObject } from "../../platform/json.ts";
import { startJobsEmulator, until, type JobsEmulator } from "../jobs/testing-jobs.ts";

// Real processes on a machine that may be busy.
setDefaultTimeout(60_000);

const withPython = test.skipIf((Bun.which("python3") ?? Bun.which("python")) === null);

let it: JobsEmulator;
let clusterId: string;
let contextId: string;

beforeAll(async () => {
  it = await startJobsEmulator({ real: true });
  const spec = { spark_version: "17.3.x-scala2.13", node_type_id: "m5d.large", num_workers: 1 };
  clusterId = String((await call("POST /api/2.1/clusters/create", spec))["cluster_id"]);
  await until(
    () => call(`GET /api/2.1/clusters/get?cluster_id=${clusterId}`),
    ({ state }) => state === "RUNNING",
  );
  contextId = String((await call("POST /api/1.2/contexts/create", { clusterId, language: "python" }))["id"]);
});
afterAll(() => it.dispose());

async function call(request: string, body?: unknown): Promise<JsonObject> {
  const answer = await it.emulator.call(request, body === undefined ? {} : { body });
  if (answer.status !== 200) throw new Error(`${request} answered ${answer.status}: ${answer.text}`);
  return answer.json;
}

async function start(command: string, language = "python"): Promise<string> {
  return String((await call("POST /api/1.2/commands/execute", { clusterId, contextId, language, command }))["id"]);
}

function status(commandId: string): Promise<JsonObject> {
  return call(`GET /api/1.2/commands/status?clusterId=${clusterId}&contextId=${contextId}&commandId=${commandId}`);
}

async function run(command: string, language = "python"): Promise<JsonObject> {
  const commandId = await start(command, language);
  const done = await until(
    () => status(commandId),
    (now) => !["Queued", "Running"].includes(String(now["status"])),
  );
  expect(done["status"]).toBe("Finished");
  return done["results"] as JsonObject;
}

withPython("state stays from command to command", async () => {
  expect(await run("x = 41")).toEqual({ resultType: "text", data: "" });
  expect(await run("print(x + 1)")).toEqual({ resultType: "text", data: "42" });
});

withPython("a failing command is Finished, with summary and cause", async () => {
  const results = await run("1 / 0");
  expect(results).toMatchObject({ resultType: "error", summary: "ZeroDivisionError: division by zero" });
  expect(String(results["cause"])).toContain("Traceback");
});

test("a language that the emulator lacks says so", async () => {
  const results = await run("1 + 1", "scala");
  expect(results).toMatchObject({ resultType: "error" });
  expect(String(results["summary"])).toContain("Scala is not available");
});

withPython("a cancelled command ends, and the context goes on", async () => {
  await run("kept = 'kept'");
  const commandId = await start("import time\ntime.sleep(600)");
  await until(
    () => status(commandId),
    (now) => now["status"] === "Running",
  );
  await call("POST /api/1.2/commands/cancel", { clusterId, contextId, commandId });
  await until(
    () => status(commandId),
    (now) => now["status"] === "Cancelled",
  );
  expect(await run("print(kept)")).toEqual({ resultType: "text", data: "kept" });
});
