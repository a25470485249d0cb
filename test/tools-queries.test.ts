// Query history, lineage and usage through the binary, of statements that really ran.
import { expect, test } from "bun:test";
import { toolStage } from "./support/tool-stage.ts";

const stage = toolStage(["--toolsets", "default,queries"]);
const { done } = stage;

const column = ({ columns, rows }: Record<string, unknown>, name: string): unknown[] =>
  (rows as unknown[][]).map((row) => row[(columns as string[]).indexOf(name)]);

test("what ran is found, with its text and its error", async () => {
  await done("query_sql", { sql: "SELECT 41 + 1 AS answer" });
  await stage.session.call("query_sql", { sql: "SELECT * FROM main.default.none" });
  const all = await done("list_query_history", { mine: true });
  expect(column(all, "text")).toEqual(["SELECT * FROM main.default.none", "SELECT 41 + 1 AS answer"]);
  const failed = await done("list_query_history", { status: "FAILED" });
  expect(column(failed, "error")).toEqual([expect.stringContaining("TABLE_OR_VIEW_NOT_FOUND")]);
  const first = await done("list_query_history", { limit: 1 });
  const second = await done("list_query_history", { limit: 1, page_token: first["next_page_token"] });
  expect([first["truncated"], second["returned"]]).toEqual([true, expect.any(Number)]);
  const [statement_id] = column(all, "statement_id").slice(1);
  expect(await done("get_query", { statement_id })).toMatchObject({ status: "FINISHED", type: "SELECT", rows: 1 });
});

test("lineage follows what statements read and wrote, up and down", async () => {
  await done("execute_sql_script", {
    sql: [
      "CREATE TABLE main.default.raw (id BIGINT, amount DOUBLE)",
      "CREATE TABLE main.default.clean AS SELECT * FROM main.default.raw WHERE amount > 0",
      "CREATE VIEW main.default.report AS SELECT count(*) AS n FROM main.default.clean",
      "INSERT INTO main.default.clean SELECT id, amount FROM main.default.raw",
    ].join(";\n"),
  });
  expect(column(await done("get_table_lineage", { table: "main.default.clean" }), "name")).toEqual([
    "main.default.raw",
  ]);
  const down = await done("get_table_lineage", { table: "main.default.clean", direction: "downstream" });
  expect(column(down, "name")).toEqual(["main.default.report"]);
  expect((await done("get_column_lineage", { table: "main.default.clean" }))["returned"]).toBe(0);
});

test("usage is summed with its list price", async () => {
  const usage = await done("get_usage", { group_by: ["product", "warehouse"] });
  expect(column(usage, "product")).toEqual(["SQL"]);
  expect(column(usage, "currency")).toEqual(["USD"]);
});
