// A pipeline as the task of a job: the run ends as the update does, and ending the one ends the other.
import { afterAll, beforeAll, expect, test } from "bun:test";
import type { JsonObject } from "../../platform/json.ts";
import { startPipelineBench, type PipelineBench } from "./testing.ts";

let bench: PipelineBench;
beforeAll(async () => {
  bench = await startPipelineBench();
});
afterAll(() => bench.dispose());

const at = (json: JsonObject, ...keys: readonly string[]): unknown =>
  keys.reduce<unknown>((value, key) => (value as JsonObject | undefined)?.[key], json);

async function start(pipelineId: string, more: JsonObject = {}): Promise<string> {
  const tasks = [{ task_key: "fill", pipeline_task: { pipeline_id: pipelineId } }];
  const made = await bench.it.call("POST /api/2.2/jobs/create", { body: { name: "j", tasks } });
  const started = await bench.it.call("POST /api/2.2/jobs/run-now", { body: { job_id: made.json["job_id"], ...more } });
  return String(started.json["run_id"]);
}

async function ended(runId: string): Promise<JsonObject> {
  for (;;) {
    const { json } = await bench.it.call(`GET /api/2.2/jobs/runs/get?run_id=${runId}`);
    if (at(json, "state", "result_state") !== undefined) return json;
  }
}

test("a run fills the tables, with the parameters of the run", async () => {
  const id = await bench.make({ "job.sql": "CREATE OR REFRESH MATERIALIZED VIEW of_job AS SELECT 1 AS a" });
  const run = await ended(await start(id, { pipeline_params: { full_refresh: true } }));
  expect(at(run, "state", "result_state")).toBe("SUCCESS");
  expect(await bench.rows("SELECT a FROM main.etl.of_job")).toEqual([["1"]]);
  const { json } = await bench.it.call(`GET /api/2.0/pipelines/${id}/updates`);
  expect((json["updates"] as JsonObject[])[0]).toMatchObject({
    cause: "JOB_TASK",
    full_refresh: true,
    state: "COMPLETED",
  });
});

test("a run fails with its update, and where there is no such pipeline", async () => {
  const id = await bench.make({ "bad.sql": "CREATE OR REFRESH MATERIALIZED VIEW of_bad AS SELECT nothing" });
  expect(at(await ended(await start(id)), "state", "result_state")).toBe("FAILED");
  const gone = await ended(await start("00000000-0000-4000-a000-000000000000"));
  expect(JSON.stringify(gone)).toContain("does not exist");
});

test("cancelling the run stops the update", async () => {
  const id = await bench.make(
    { "long.sql": "CREATE OR REFRESH MATERIALIZED VIEW of_long AS SELECT 1 AS a" },
    { continuous: true },
  );
  const runId = await start(id);
  const updates = async () =>
    ((await bench.it.call(`GET /api/2.0/pipelines/${id}/updates`)).json["updates"] ?? []) as JsonObject[];
  while ((await updates())[0]?.["state"] !== "RUNNING");
  await bench.it.call("POST /api/2.2/jobs/runs/cancel", { body: { run_id: runId } });
  expect(at(await ended(runId), "state", "result_state")).toBe("CANCELED");
  while ((await updates())[0]?.["state"] !== "CANCELED");
});
