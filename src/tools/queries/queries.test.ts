// The queries toolset: filters, parameters instead of text in SQL, and what to do where system tables are closed.
import { describe, expect, test } from "bun:test";
import { bench, me, rowsOf, type Routes } from "../testing.ts";

const history = "GET /api/2.0/sql/history/queries";
const record = {
  query_id: "01f0-a",
  query_text: "SELECT 1\n  -- two",
  status: "FINISHED",
  duration: 120,
  user_name: "ada",
  query_start_time_ms: 1_790_000_000_000,
  metrics: { read_bytes: 5, note: "text" },
};

describe("the history", () => {
  test("is asked for by what is wanted, and goes on by its token alone", async () => {
    const asked: URLSearchParams[] = [];
    await using it = bench({
      ...me,
      [history]: ({ search }) => {
        asked.push(new URLSearchParams(search));
        return { res: [record], has_next_page: true, next_page_token: "n" };
      },
    });
    const first = await it.call("list_query_history", { status: "FAILED", mine: true, warehouse_id: "w", limit: 1 });
    expect(first.data).toMatchObject({ returned: 1, truncated: true, next_page_token: "n" });
    expect(rowsOf(first)[0]).toMatchObject({ statement_id: "01f0-a", text: "SELECT 1 -- two", duration_ms: 120 });
    expect(Object.fromEntries(asked[0] ?? [])).toMatchObject({
      "filter_by.statuses": "FAILED",
      "filter_by.warehouse_ids": "w",
      "filter_by.user_ids": "7",
      max_results: "1",
    });
    await it.call("list_query_history", { page_token: "n" });
    expect([...(asked[1]?.keys() ?? [])].filter((key) => key.startsWith("filter_by"))).toEqual([]);
  });

  test("ends where the answer says so, whatever token it has", async () => {
    await using it = bench({ [history]: () => ({ res: [], has_next_page: false, next_page_token: "same" }) });
    const { data } = await it.call("list_query_history");
    expect(data).toMatchObject({ truncated: false, hint: expect.stringContaining("Nothing ran") });
  });

  test("tells all of one query, and none that is not there", async () => {
    await using it = bench({ [history]: () => ({ res: [record] }) });
    const { data } = await it.call("get_query", { query_id: "01f0-a" });
    expect(data).toMatchObject({
      metrics: { read_bytes: 5 },
      text: record.query_text,
      started: "2026-09-21T14:13:20Z",
    });
    expect(String((await it.failure("get_query", { statement_id: "other" })).code)).toBe("not_found");
  });
});

describe("system tables", () => {
  const routes = (answer: object): Routes => ({
    ...me,
    "GET /api/2.0/sql/warehouses": () => ({ warehouses: [{ id: "w1", name: "one", state: "RUNNING" }] }),
    "POST /api/2.0/sql/statements": () => answer,
  });
  const succeeded = {
    statement_id: "s1",
    status: { state: "SUCCEEDED" },
    manifest: { schema: { columns: [{ name: "name", type_text: "STRING" }] }, total_row_count: 1 },
    result: { data_array: [["main.a.b"]] },
  };

  test("are asked with the caller's words as parameters, never as SQL", async () => {
    await using it = bench(routes(succeeded));
    const evil = "main.a.`x' OR 1=1 --`";
    await it.call("get_table_lineage", { table: evil, direction: "downstream", days: 7 });
    await it.call("get_column_lineage", { table: "main.a.b", column: "'; DROP TABLE x" });
    await it.call("get_usage", { group_by: ["day", "product", "day"], this_workspace: false });
    const sent = it.sent("POST /api/2.0/sql/statements");
    for (const { statement } of sent) expect(String(statement)).not.toMatch(/OR 1=1|DROP/);
    expect(sent[0]?.["parameters"]).toContainEqual({ name: "table", value: "main.a.x' OR 1=1 --", type: "STRING" });
    expect(sent[0]?.["parameters"]).toContainEqual(expect.objectContaining({ name: "since", type: "DATE" }));
    expect(String(sent[0]?.["statement"])).toContain("WHERE source_table_full_name = :table");
    expect(String(sent[2]?.["statement"])).toContain("GROUP BY u.usage_date, u.billing_origin_product,");
    expect(String((await it.failure("get_table_lineage", { table: "no" })).code)).toBe("invalid_input");
  });

  test("that are closed say who can open them", async () => {
    const error = { message: "[TABLE_OR_VIEW_NOT_FOUND] system.access.table_lineage", error_code: "BAD_REQUEST" };
    await using it = bench(routes({ statement_id: "s1", status: { state: "FAILED", error } }));
    const { data, failed } = await it.call("get_table_lineage", { table: "main.a.b" });
    expect([failed, data["hint"]]).toEqual([true, expect.stringContaining("account admin")]);
  });
});
