// SQL statements over HTTP: waiting, chunks, links, limits, parameters, cancellation, restart.
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JsonObject } from "../../platform/json.ts";
import { startTestEmulator, type TestAnswer, type TestEmulator } from "../testing-server.ts";

const path = "/api/2.0/sql/statements";
let it: TestEmulator;
let warehouse: string;

beforeAll(async () => {
  it = await startTestEmulator();
  warehouse = await firstWarehouse(it);
});
afterAll(() => it.dispose());

async function firstWarehouse(emulator: TestEmulator): Promise<string> {
  const { json } = await emulator.call("GET /api/2.0/sql/warehouses");
  const [first] = json["warehouses"] as JsonObject[];
  return String(first?.["id"]);
}

function post(statement: string, more: object = {}): Promise<TestAnswer> {
  return it.call(`POST ${path}`, { body: { statement, warehouse_id: warehouse, wait_timeout: "50s", ...more } });
}

async function until(id: string, states: readonly string[]): Promise<JsonObject> {
  for (;;) {
    const { json } = await it.call(`GET ${path}/${id}`);
    if (states.includes(String(at(json, "status", "state")))) return json;
  }
}

function at(json: unknown, ...keys: readonly (string | number)[]): unknown {
  return keys.reduce<unknown>((value, key) => (value as Record<string | number, unknown> | undefined)?.[key], json);
}

test("answers a query inline with its schema", async () => {
  const { status, json } = await post("SELECT 1 AS a, 'x' AS b, 1.50 AS c, array(1, 2) AS d, CAST(NULL AS INT) AS e");
  expect(status).toBe(200);
  expect(json["status"]).toEqual({ state: "SUCCEEDED" });
  expect(json["manifest"]).toMatchObject({
    format: "JSON_ARRAY",
    schema: {
      column_count: 5,
      columns: [
        { name: "a", type_text: "INT", type_name: "INT", position: 0 },
        { name: "b", type_text: "STRING", type_name: "STRING", position: 1 },
        { name: "c", type_text: "DECIMAL(3,2)", type_name: "DECIMAL", position: 2, type_precision: 3, type_scale: 2 },
        { name: "d", type_text: "ARRAY<INT>", type_name: "ARRAY", position: 3 },
        { name: "e", type_text: "INT", type_name: "INT", position: 4 },
      ],
    },
    total_chunk_count: 1,
    total_row_count: 1,
    truncated: false,
    chunks: [{ chunk_index: 0, row_offset: 0, row_count: 1 }],
  });
  expect(at(json, "result", "data_array")).toEqual([["1", "x", "1.50", '["1","2"]', null]]);
});

test("a failed statement is HTTP 200 with the warehouse's words", async () => {
  const { status, json } = await post("SELECT * FROM nowhere");
  expect(status).toBe(200);
  expect(json["status"]).toMatchObject({ state: "FAILED", sql_state: "42P01", error: { error_code: "BAD_REQUEST" } });
  expect(String(at(json, "status", "error", "message"))).toStartWith(
    "[TABLE_OR_VIEW_NOT_FOUND] The table or view `main`.`default`.`nowhere`",
  );
  expect(json["manifest"]).toBeUndefined();
});

test("a statement without rows has no chunks", async () => {
  const { json } = await post("CREATE SCHEMA IF NOT EXISTS routes_empty");
  expect(json["manifest"]).toMatchObject({ total_row_count: 0, total_chunk_count: 0, schema: { column_count: 0 } });
  expect(at(json, "result", "data_array")).toEqual([]);
});

test("catalog and schema of the call count, and nothing stays between calls", async () => {
  await post("CREATE SCHEMA IF NOT EXISTS main.routes_place");
  const { json } = await post("SELECT current_catalog(), current_schema()", {
    catalog: "main",
    schema: "routes_place",
  });
  expect(at(json, "result", "data_array")).toEqual([["main", "routes_place"]]);
  await post("USE SCHEMA routes_place");
  expect(at((await post("SELECT current_schema()")).json, "result", "data_array")).toEqual([["default"]]);
  expect(at((await post("SELECT 1", { schema: "missing" })).json, "status", "error", "message")).toContain(
    "[SCHEMA_NOT_FOUND]",
  );
});

test("several inline chunks join to the whole", async () => {
  const { json } = await post("SELECT id FROM range(2500) ORDER BY id");
  expect(json["manifest"]).toMatchObject({ total_chunk_count: 3, total_row_count: 2500 });
  const id = String(json["statement_id"]);
  const rows: string[] = (at(json, "result", "data_array") as string[][]).flat();
  let next = at(json, "result", "next_chunk_internal_link");
  while (typeof next === "string") {
    const chunk = (await it.call(`GET ${next}`)).json;
    expect(chunk["row_offset"]).toBe(rows.length);
    rows.push(...(chunk["data_array"] as string[][]).flat());
    next = chunk["next_chunk_internal_link"];
  }
  expect(rows).toEqual(Array.from({ length: 2500 }, (_, index) => String(index)));
  expect((await it.call(`GET ${path}/${id}/result/chunks/3`)).status).toBe(400);
  expect((await it.call(`GET ${path}/${id}/result/chunks/x`)).status).toBe(400);
});

test("external links carry their own credential and take no other", async () => {
  const { json } = await post("SELECT id, 'a\"b' AS t, CAST(NULL AS STRING) AS n FROM range(6000) ORDER BY id", {
    disposition: "EXTERNAL_LINKS",
    format: "CSV",
  });
  const link = at(json, "result", "external_links", 0) as JsonObject;
  expect(link).toMatchObject({ chunk_index: 0, row_offset: 0, row_count: 5000, next_chunk_index: 1 });
  const url = String(link["external_link"]);
  const plain = await fetch(url);
  expect(plain.status).toBe(200);
  const lines = (await plain.text()).split("\r\n");
  expect(lines.slice(0, 2)).toEqual(["id,t,n", '0,"a""b",null']);
  const refused = await fetch(url, { headers: { authorization: `Bearer ${it.token}` } });
  expect(refused.status).toBe(400);
  expect((await fetch(url.replace(/signature=../, "signature=zz"))).status).toBe(403);
  const second = (await it.call(`GET ${String(link["next_chunk_internal_link"])}`)).json;
  const text = await (await fetch(String(at(second, "external_links", 0, "external_link")))).text();
  expect(text.split("\r\n")[0]).toBe('5000,"a""b",null');
});

test("external links give JSON as well", async () => {
  const { json } = await post("SELECT 1, NULL", { disposition: "EXTERNAL_LINKS" });
  const response = await fetch(String(at(json, "result", "external_links", 0, "external_link")));
  expect(await response.json()).toEqual([["1", null]]);
});

test("row_limit and byte_limit cut the result and say so", async () => {
  const rows = (await post("SELECT id FROM range(10)", { row_limit: 3 })).json;
  expect(rows["manifest"]).toMatchObject({ total_row_count: 3, truncated: true });
  expect((await post("SELECT id FROM range(3)", { row_limit: 3 })).json["manifest"]).toMatchObject({
    total_row_count: 3,
    truncated: false,
  });
  const bytes = (await post("SELECT repeat('x', 100) FROM range(10)", { byte_limit: 250 })).json;
  expect(bytes["manifest"]).toMatchObject({ total_row_count: 2, truncated: true });
});

test("more than 25 MiB inline fails and says what to do", async () => {
  const { json } = await post("SELECT repeat('x', 1000000) FROM range(30)");
  expect(at(json, "status", "state")).toBe("FAILED");
  expect(at(json, "status", "error", "message")).toContain("disposition=EXTERNAL_LINKS");
  const external = await post("SELECT repeat('x', 1000000) FROM range(30)", { disposition: "EXTERNAL_LINKS" });
  expect(external.json["manifest"]).toMatchObject({ total_row_count: 30, truncated: false });
});

test("parameters are values, never text of the statement", async () => {
  const parameters = [
    { name: "t", value: "x'; DROP TABLE t; --" },
    { name: "n", value: "5", type: "INT" },
    { name: "nothing" },
    { name: "d", value: "2024-02-03", type: "DATE" },
    { name: "p", value: "1.5", type: "DECIMAL(4,2)" },
  ];
  const { json } = await post("SELECT :t, :n + 1, :nothing, :d, :p", { parameters });
  expect(at(json, "result", "data_array")).toEqual([["x'; DROP TABLE t; --", "6", null, "2024-02-03", "1.50"]]);
  const bad = await post("SELECT :n", { parameters: [{ name: "n", value: "five", type: "INT" }] });
  expect(at(bad.json, "status", "error", "message")).toContain("[CAST_INVALID_INPUT]");
  const unbound = await post("SELECT :other", { parameters });
  expect(at(unbound.json, "status", "error", "message")).toContain("[UNBOUND_SQL_PARAMETER]");
});

test("wait_timeout 0s answers at once, and polling sees the end", async () => {
  const { json } = await post("SELECT 42", { wait_timeout: "0s" });
  expect(["PENDING", "RUNNING", "SUCCEEDED"]).toContain(String(at(json, "status", "state")));
  const done = await until(String(json["statement_id"]), ["SUCCEEDED", "FAILED"]);
  expect(at(done, "result", "data_array")).toEqual([["42"]]);
});

const slow = "SELECT sum(a.id * b.id % 7) FROM range(1000000) a CROSS JOIN range(1000000) b";

test("a running statement is canceled", async () => {
  const { json } = await post(slow, { wait_timeout: "0s" });
  const id = String(json["statement_id"]);
  await until(id, ["RUNNING"]);
  const answer = await it.call(`POST ${path}/${id}/cancel`);
  expect([answer.status, answer.json]).toEqual([200, {}]);
  const done = await until(id, ["CANCELED", "FAILED", "SUCCEEDED"]);
  expect(done["status"]).toEqual({ state: "CANCELED" });
  expect((await it.call(`GET ${path}/${id}/result/chunks/0`)).status).toBe(400);
});

test("refuses what the service refuses", async () => {
  const refused = async (more: object): Promise<unknown> => {
    const { status, json } = await post("SELECT 1", more);
    return [status, json["error_code"]];
  };
  const bad = [400, "INVALID_PARAMETER_VALUE"];
  for (const wait of ["1s", "51s", "10", "-5s", "5m"]) expect(await refused({ wait_timeout: wait })).toEqual(bad);
  expect(await refused({ wait_timeout: "0s", on_wait_timeout: "CANCEL" })).toEqual(bad);
  expect(await refused({ format: "CSV" })).toEqual(bad);
  expect(await refused({ format: "ARROW_STREAM", disposition: "EXTERNAL_LINKS" })).toEqual(bad);
  expect(await refused({ warehouse_id: "nope" })).toEqual(bad);
  expect(await refused({ statement: "" })).toEqual(bad);
  expect(await refused({ parameters: [{ name: "a", value: 5 }] })).toEqual(bad);
  expect(await refused({ warehouse_id: "0123456789abcdef" })).toEqual([404, "NOT_FOUND"]);
  expect((await it.call(`GET ${path}/01f0-unknown`)).status).toBe(404);
  expect((await it.call(`POST ${path}/01f0-unknown/cancel`)).status).toBe(404);
  expect(
    (await it.call(`POST ${path}`, { body: { statement: "SELECT 1", warehouse_id: warehouse }, token: null })).status,
  ).toBe(401);
});

test("results, tables and warehouses outlive a restart", async () => {
  const folder = await mkdtemp(join(tmpdir(), "mortar-sql-restart-"));
  const first = await startTestEmulator({ folder });
  const warehouse_id = await firstWarehouse(first);
  const run = (emulator: TestEmulator, statement: string): Promise<TestAnswer> =>
    emulator.call(`POST ${path}`, { body: { statement, warehouse_id } });
  await run(first, "CREATE TABLE kept AS SELECT 7 AS n");
  const { json } = await run(first, "SELECT n FROM kept");
  await first.dispose();
  const second = await startTestEmulator({ folder });
  try {
    expect(await firstWarehouse(second)).toBe(warehouse_id);
    expect(at((await run(second, "SELECT n FROM main.default.kept")).json, "result", "data_array")).toEqual([["7"]]);
    const old = await second.call(`GET ${path}/${String(json["statement_id"])}`);
    expect(at(old.json, "result", "data_array")).toEqual([["7"]]);
  } finally {
    await second.dispose();
    await rm(folder, { recursive: true, force: true });
  }
});
