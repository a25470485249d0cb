// SQL through the binary, by the official MCP client, on a warehouse that runs it: rows, pages, scripts, files, cancelling.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createMachine, type Machine } from "./support/binary.ts";
import { openSession, startWorkspace, type Session, type TestWorkspace } from "./support/workspace.ts";

let machine: Machine;
let workspace: TestWorkspace;
let session: Session;

beforeAll(async () => {
  machine = await createMachine();
  workspace = await startWorkspace(machine);
  session = await openSession(machine, [], "auto");
});

afterAll(async () => {
  await session.close();
  await workspace.stop();
  await machine.dispose();
});

describe("a script", () => {
  test("makes tables, fills them, and reads them back", async () => {
    const sql = [
      "CREATE SCHEMA IF NOT EXISTS main.shop;",
      "USE main.shop;",
      "CREATE OR REPLACE TABLE fruit (id BIGINT, name STRING, price DECIMAL(10,2)); -- a; comment",
      "INSERT INTO fruit VALUES (9007199254740993, 'apple; red', 1.50), (2, NULL, 0.25);",
      "SELECT * FROM fruit ORDER BY id",
    ].join("\n");
    const { data, isError, text } = await session.call("execute_sql_script", { sql });
    expect(isError).toBe(false);
    const results = data["results"] as { state: string; rows: unknown[]; line: number }[];
    expect(results.map(({ state }) => state)).toEqual(Array.from({ length: 5 }, () => "SUCCEEDED"));
    expect(results.at(-1)?.rows).toEqual([
      [2, null, "0.25"],
      ["9007199254740993", "apple; red", "1.50"],
    ]);
    expect(text).toContain("apple; red");
  });

  test("stops at what fails, and says what was not run", async () => {
    const sql = "SELECT 1;\nSELECT * FROM main.shop.no_such_table;\nCREATE TABLE main.shop.never (a INT)";
    const { data, isError } = await session.call("execute_sql_script", { sql, parallel: 1 });
    expect(isError).toBe(true);
    const results = data["results"] as { state: string; error_code?: string }[];
    expect(results.map(({ state }) => state)).toEqual(["SUCCEEDED", "FAILED", "NOT_RUN"]);
    expect(results[1]?.error_code).toBe("TABLE_OR_VIEW_NOT_FOUND");
    const there = await session.call("query_sql", { sql: "SHOW TABLES IN main.shop" });
    expect(there.text).not.toContain("never");
  });
});

describe("a query", () => {
  test("takes parameters, and shows a long result page by page without losing a row", async () => {
    const sql = "SELECT id FROM range(:n) ORDER BY id";
    const first = await session.call("query_sql", { sql, parameters: { n: 2500 }, max_rows: 1000 });
    expect(first.data).toMatchObject({ returned: 1000, truncated: true, next_offset: 1000 });
    const seen = (first.data["rows"] as number[][]).flat();
    let page = first;
    while (page.data["next_offset"] !== undefined) {
      const wish = { statement_id: first.data["statement_id"], offset: page.data["next_offset"], max_rows: 1000 };
      page = await session.call("get_statement_result", wish);
      seen.push(...(page.data["rows"] as number[][]).flat());
    }
    expect(seen).toEqual(Array.from({ length: 2500 }, (_, at) => at));
  });

  test("that writes never reaches the workspace", async () => {
    const before = (await workspace.requests()).length;
    for (const sql of [
      "DELETE FROM main.shop.fruit",
      "WITH a AS (SELECT 1) INSERT INTO main.shop.fruit SELECT * FROM a",
    ]) {
      const { isError, text } = await session.call("query_sql", { sql });
      expect([isError, text]).toEqual([true, expect.stringContaining("read only")]);
    }
    expect((await workspace.requests()).length).toBe(before);
  });
});

test("a server that only reads has no tool that writes", async () => {
  const reading = await openSession(machine, ["--read-only"], "auto");
  try {
    const names = (await reading.client.listTools()).tools.map(({ name }) => name);
    expect(names).toContain("query_sql");
    for (const name of ["execute_sql", "execute_sql_script", "export_query", "stop_warehouse"])
      expect(names).not.toContain(name);
  } finally {
    await reading.close();
  }
});

describe("a file", () => {
  test("holds every row of a large result, in order", async () => {
    const file = join(machine.home, "numbers.csv");
    const sql = "SELECT id, concat('row ', id) AS name FROM range(60000) ORDER BY id";
    const { data, isError } = await session.call("export_query", { sql, file });
    expect([isError, data["rows_written"]]).toEqual([false, 60_000]);
    const lines = (await readFile(file, "utf8")).trimEnd().split("\r\n");
    expect(lines).toHaveLength(60_001);
    expect([lines[0], lines[1], lines.at(-1)]).toEqual(["id,name", "0,row 0", "59999,row 59999"]);
    expect(lines.slice(1).every((line, at) => line === `${at},row ${at}`)).toBe(true);
    expect((await readdir(machine.home)).filter((name) => name.endsWith(".part"))).toEqual([]);
  });
});

test("warehouses are listed, with the one that is taken", async () => {
  const { data } = await session.call("list_warehouses", {});
  const { data: ran } = await session.call("query_sql", { sql: "SELECT 1" });
  expect(ran["warehouse_id"]).toBe(data["default_warehouse_id"]);
});

describe("the catalog", () => {
  test("leads from catalogs to a table's columns and what is in them", async () => {
    const catalogs = await session.call("list_catalogs", { name_filter: "main" });
    expect(catalogs.text).toContain("main");
    expect((await session.call("list_schemas", { catalog: "main" })).text).toContain("main.shop");
    expect((await session.call("list_tables", { catalog: "main", schema: "shop" })).text).toContain("main.shop.fruit");
    const { data } = await session.call("get_table", { table: "main.shop.fruit" });
    expect((data["rows"] as unknown[][]).map(([name, type]) => [name, type])).toEqual([
      ["id", "bigint"],
      ["name", "string"],
      ["price", "decimal(10,2)"],
    ]);
  });

  test.each(["basic", "detailed"])("%s statistics count the table for real", async (level) => {
    const { data, isError } = await session.call("get_table_stats", { table: "main.shop.fruit", level });
    expect([isError, data["row_count"]]).toEqual([false, 2]);
    const columns = data["columns"] as string[];
    const rows = data["rows"] as unknown[][];
    const figure = (name: string, what: string) => rows.find(([one]) => one === name)?.[columns.indexOf(what)];
    expect([figure("name", "nulls"), figure("name", "max")]).toEqual([1, "apple; red"]);
    expect([figure("id", "min"), figure("id", "max")]).toEqual(["2", "9007199254740993"]);
    expect(data["sample_columns"]).toEqual(["id", "name", "price"]);
  });
});
