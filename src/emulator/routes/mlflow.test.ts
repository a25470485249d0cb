import { afterEach, beforeEach, expect, test } from "bun:test";
import { startTestEmulator, type TestEmulator } from "../testing-server.ts";

let emulator: TestEmulator;
beforeEach(async () => {
  emulator = await startTestEmulator();
});
afterEach(() => emulator.dispose());

const id = `tr-${"a".repeat(32)}`;
const create = (name: string) => emulator.call("POST /api/2.0/mlflow/experiments/create", { body: { name } });
const start = (experiment: unknown, trace_id = id) =>
  emulator.call("POST /api/3.0/mlflow/traces", {
    body: {
      trace: {
        trace_info: {
          trace_id,
          request_time: "2026-01-01T00:00:00Z",
          trace_location: { type: "MLFLOW_EXPERIMENT", mlflow_experiment: { experiment_id: experiment } },
        },
      },
    },
  });

test("an experiment has one absolute name, is found by it and goes with its traces", async () => {
  expect((await create("fruit")).json["message"]).toContain("must be an absolute path");
  const made = await create("/Shared/fruit");
  expect((await create("/Shared/fruit")).json["error_code"]).toBe("RESOURCE_ALREADY_EXISTS");
  const found = await emulator.call("GET /api/2.0/mlflow/experiments/get-by-name?experiment_name=/Shared/fruit");
  expect(found.json["experiment"]).toMatchObject({ experiment_id: made.json["experiment_id"] });
  expect((await emulator.call("GET /api/2.0/mlflow/experiments/list")).json["experiments"]).toHaveLength(1);
  await start(made.json["experiment_id"]);
  await emulator.call("POST /api/2.0/mlflow/experiments/delete", { body: made.json });
  expect((await emulator.call(`GET /api/3.0/mlflow/traces/${id}`)).status).toBe(404);
  expect(
    (await emulator.call("GET /api/2.0/mlflow/experiments/get-by-name?experiment_name=/Shared/fruit")).status,
  ).toBe(404);
});

test("a trace is kept, and its spans go to an address that is its own proof", async () => {
  const { experiment_id } = (await create("/Shared/fruit")).json;
  expect((await start("404")).status).toBe(404);
  expect((await start(experiment_id, "mine")).json["error_code"]).toBe("INVALID_PARAMETER_VALUE");
  expect((await start(experiment_id)).json).toMatchObject({ trace: { trace_info: { trace_id: id } } });
  const address = async (way: "upload" | "download"): Promise<string> => {
    const { json } = await emulator.call(`GET /api/2.0/mlflow/traces/${id}/credentials-for-data-${way}`);
    return String((json["credential_info"] as Record<string, unknown>)["signed_uri"]);
  };
  const signed = await address("upload");
  expect((await fetch(signed)).status).toBe(404);
  const spans = { spans: [{ name: "run" }] };
  const put = (url: string, headers: Record<string, string> = {}) =>
    fetch(url, { method: "PUT", body: JSON.stringify(spans), headers });
  expect((await put(signed.replace(/signature=.*/, "signature=x"))).status).toBe(403);
  expect((await put(signed, { authorization: `Bearer ${emulator.token}` })).status).toBe(400);
  expect((await put(signed)).status).toBe(200);
  expect(await (await fetch(await address("download"))).json()).toEqual(spans);
  const search = { locations: [{ type: "MLFLOW_EXPERIMENT", mlflow_experiment: { experiment_id } }] };
  expect((await emulator.call("POST /api/3.0/mlflow/traces/search", { body: search })).json["traces"]).toHaveLength(1);
  expect((await emulator.control("GET traces")).json["traces"]).toMatchObject([
    { data: spans, creator: "me@example.com" },
  ]);
});
