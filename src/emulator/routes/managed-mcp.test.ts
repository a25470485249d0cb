// The managed MCP servers on the wire, as a client meets them that is not ours.
import { afterAll, beforeAll, expect, test } from "bun:test";
import type { JsonObject } from "../../platform/json.ts";
import { startTestEmulator, type TestEmulator } from "../testing-server.ts";

let it: TestEmulator;

beforeAll(async () => {
  it = await startTestEmulator();
});
afterAll(() => it.dispose());

async function ask(path: string, method: string, params: JsonObject = {}): Promise<JsonObject> {
  const { status, json } = await it.call(`POST /api/2.0/mcp/${path}`, {
    body: { jsonrpc: "2.0", id: 1, method, params },
  });
  expect([path, method, status]).toEqual([path, method, 200]);
  expect(json).toMatchObject({ jsonrpc: "2.0", id: 1 });
  return json;
}

const run = (query: string): Promise<JsonObject> =>
  ask("sql", "tools/call", { name: "execute_sql", arguments: { query } });

test("greets in a version that both know, and offers its own to others", async () => {
  for (const [asked, given] of [
    ["2025-03-26", "2025-03-26"],
    ["2031-01-01", "2025-06-18"],
  ] as const) {
    // oxlint-disable-next-line no-await-in-loop -- one greeting after the other
    const { result } = await ask("sql", "initialize", { protocolVersion: asked, capabilities: {} });
    expect(result).toMatchObject({ protocolVersion: given, capabilities: { tools: {} } });
  }
});

test("notices are taken without an answer, streams and ends of sessions are not", async () => {
  const path = "/api/2.0/mcp/sql";
  const notice = { jsonrpc: "2.0", method: "notifications/initialized" };
  expect((await it.call(`POST ${path}`, { body: notice })).status).toBe(202);
  expect((await it.call(`GET ${path}`)).status).toBe(405);
  expect((await it.call(`DELETE ${path}`)).status).toBe(405);
});

test("says in the protocol what it does not know", async () => {
  expect(await ask("sql", "server/discover")).toMatchObject({ error: { code: -32_601 } });
  expect(await ask("sql", "tools/call", { name: "nope" })).toMatchObject({ error: { code: -32_602 } });
  expect(await ask("sql", "tools/list", { cursor: "x" })).toMatchObject({ error: { code: -32_602 } });
});

test("a statement that fails is told with its error", async () => {
  const { result } = await run("SELECT * FROM main.default.nowhere");
  expect(JSON.stringify(result)).toContain("TABLE_OR_VIEW_NOT_FOUND");
});

test.each([
  ["DELETE FROM main.default.t", true],
  ["WITH a AS (SELECT 1 AS b) INSERT INTO main.default.t SELECT b FROM a", true],
  ["/* SELECT */ DROP TABLE main.default.t", true],
  ["(SELECT 1)", false],
  ["SELECT 'DELETE', `update` FROM (SELECT 1 AS `update`)", false],
  ["SHOW SCHEMAS IN main", false],
] as const)("reading only: %s is refused: %p", async (query, refused) => {
  const { result } = await ask("sql", "tools/call", { name: "execute_sql_read_only", arguments: { query } });
  expect((result as JsonObject)["isError"]).toBe(refused);
});

test("a schema's functions come in pages", async () => {
  await run("CREATE SCHEMA main.many");
  for (let n = 0; n < 53; n += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one function after the other
    await run(
      `CREATE FUNCTION main.many.f${String(n).padStart(2, "0")}(a STRING, b BIGINT) RETURNS STRING RETURN concat(a, b)`,
    );
  }
  const first = (await ask("functions/main/many", "tools/list"))["result"] as JsonObject;
  const { nextCursor } = first;
  const second = (await ask("functions/main/many", "tools/list", { cursor: nextCursor ?? null }))[
    "result"
  ] as JsonObject;
  const names = [first, second].flatMap(({ tools }) => (tools as JsonObject[]).map(({ name }) => name));
  expect([names.length, names[0], names.at(-1)]).toEqual([53, "main__many__f00", "main__many__f52"]);
  const call = { name: "main__many__f07", arguments: { a: "x", b: 7 } };
  expect(await ask("functions/main/many/f07", "tools/call", call)).toMatchObject({
    result: { isError: false, structuredContent: { format: "SCALAR", value: "x7" } },
  });
  const short = await ask("functions/main/many", "tools/call", { ...call, arguments: { a: "x" } });
  expect(JSON.stringify(short)).toContain("Missing parameter: b");
});

test.each(["functions/main/nowhere", "functions/main/default/nothing", "genie/nobody", "ai-search/main/default/none"])(
  "%s is not there",
  async (path) => {
    const message = { jsonrpc: "2.0", id: 1, method: "tools/list" };
    expect((await it.call(`POST /api/2.0/mcp/${path}`, { body: message })).status).toBe(404);
  },
);
