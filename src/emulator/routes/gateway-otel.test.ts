import { afterEach, beforeEach, expect, test } from "bun:test";
import { startTestEmulator, type TestAnswer, type TestEmulator } from "../testing-server.ts";

let emulator: TestEmulator;

beforeEach(async () => {
  emulator = await startTestEmulator();
});

afterEach(() => emulator.dispose());

const table = "main.telemetry.logs";
const logs = JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [{}, {}] }] }] });

function send(body: string | Uint8Array, headers: Record<string, string> = {}, signal = "logs"): Promise<TestAnswer> {
  const all = { "content-type": "application/json", "x-databricks-uc-table-name": table, ...headers };
  return emulator.call(`POST /api/2.0/otel/v1/${signal}`, { body, headers: all });
}

test("exports are counted by table, as JSON, as protobuf and compressed", async () => {
  expect(await send(logs)).toMatchObject({ status: 200, text: "{}" });
  expect((await send(Bun.gzipSync(logs), { "content-encoding": "gzip" })).status).toBe(200);
  const protobuf = { "content-type": "application/x-protobuf", "x-databricks-uc-table-name": "main.telemetry.spans" };
  const answer = await send(new Uint8Array([0x0a, 4, 0x12, 2, 0x12, 0]), protobuf, "traces");
  expect(answer).toMatchObject({ status: 200, text: "" });
  expect(answer.headers.get("content-type")).toBe("application/x-protobuf");
  expect((await emulator.control("GET otel")).json).toEqual({
    tables: [
      { table, signal: "logs", requests: 2, records: 4, bytes: logs.length * 2 },
      { table: "main.telemetry.spans", signal: "traces", requests: 1, records: 1, bytes: 6 },
    ],
  });
});

test.each([
  ["no table", logs, { "x-databricks-uc-table-name": "" }, 400, "X-Databricks-UC-Table-Name is missing"],
  ["no full name", logs, { "x-databricks-uc-table-name": "logs" }, 400, "catalog.schema.table"],
  ["another type", logs, { "content-type": "text/plain" }, 415, "Content-Type"],
  ["another coding", logs, { "content-encoding": "br" }, 415, "Content-Encoding"],
  ["no gzip", logs, { "content-encoding": "gzip" }, 400, "not gzip"],
  ["broken JSON", "{", {}, 400, "malformed"],
  ["the wrong signal", '{"resourceSpans":[]}', {}, 400, "unknown field resourceSpans"],
  ["broken protobuf", logs, { "content-type": "application/x-protobuf" }, 400, "malformed"],
])("%s is refused and not counted", async (_name, body, headers, status, why) => {
  const answer = await send(body, headers);
  expect(answer.status).toBe(status);
  expect(String(answer.json["message"])).toContain(why);
  expect((await emulator.control("GET otel")).json).toEqual({ tables: [] });
});
