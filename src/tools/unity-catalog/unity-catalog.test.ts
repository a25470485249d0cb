// The catalog toolset: names, lists in pages, columns, and the statistics of a table in one query.
import { describe, expect, test } from "bun:test";
import { bench, rowsOf, type Routes } from "../testing.ts";
import { quotedName, tableParts } from "./names.ts";
import { statisticsQuery } from "./statistics-query.ts";

const base = "/api/2.1/unity-catalog";

describe("a table's name", () => {
  const whole: readonly (readonly [string, readonly string[]])[] = [
    ["a.b.c", ["a", "b", "c"]],
    [" main . `my schema` . `t.x` ", ["main", "my schema", "t.x"]],
    ["a.b.`say ``x```", ["a", "b", "say `x`"]],
    ["a.b.2026_sales", ["a", "b", "2026_sales"]],
  ];
  test.each(whole.map(([name, parts]) => [name, parts] as const))("%s", (name, parts) => {
    expect(tableParts(name)).toEqual([...parts] as unknown as readonly [string, string, string]);
  });

  test.each(["c", "a.b", "a.b.c.d", "a b.c", "a..c", "a.b.c; DROP TABLE x", "'a'.b.c", ""])("not %p", (name) => {
    expect(() => tableParts(name)).toThrow("is not the whole name");
  });

  test("in SQL stays a name, whatever is in it", () => {
    expect(quotedName("x` ; DROP TABLE y; --")).toBe("`x`` ; DROP TABLE y; --`");
    expect(() => quotedName("pr${spark.x}od")).toThrow("variable");
  });
});

const column = (name: string, typeText: string, position: number) => ({
  name,
  type_text: typeText,
  type_name: typeText.toUpperCase(),
  position,
  nullable: true,
});

describe("lists", () => {
  test("follow pages, filter, and say what is left", async () => {
    await using table = bench({
      [`GET ${base}/tables`]: ({ search }) => {
        const entry = (name: string) => ({
          name,
          catalog_name: "c",
          schema_name: "s",
          full_name: `c.s.${name}`,
          table_type: "MANAGED",
        });
        const isSecond = new URLSearchParams(search).get("page_token") === "t";
        return isSecond
          ? { tables: [entry("order_b"), entry("x")] }
          : { tables: [entry("order_a")], next_page_token: "t" };
      },
    });
    const listed = await table.call("list_tables", { catalog: "c", schema: "s", name_filter: "ORDER", limit: 1 });
    expect(rowsOf(listed).map((row) => row["table"])).toEqual(["c.s.order_a"]);
    expect(listed.data).toMatchObject({ total_matched: 2, truncated: true, next_offset: 1 });
    const rest = await table.call("list_tables", { catalog: "c", schema: "s", name_filter: "ORDER", offset: 1 });
    expect(rowsOf(rest).map((row) => row["table"])).toEqual(["c.s.order_b"]);
  });

  test("say that nothing is there", async () => {
    await using table = bench({ [`GET ${base}/catalogs`]: () => ({}), [`GET ${base}/schemas`]: () => ({}) });
    expect((await table.call("list_catalogs")).data["hint"]).toContain("No catalog");
    expect((await table.call("list_schemas", { catalog: "c" })).data["hint"]).toContain("No schema");
  });
});

test("get_table tells the columns in their order", async () => {
  await using table = bench({
    [`GET ${base}/tables/c.s.t`]: () => ({
      name: "t",
      full_name: "c.s.t",
      catalog_name: "c",
      schema_name: "s",
      columns: [column("b", "string", 1), column("a", "bigint", 0)],
      properties: { "delta.x": "1" },
    }),
  });
  const { data, text } = await table.call("get_table", { table: "c.s.t" });
  expect(data["rows"]).toEqual([
    ["a", "bigint", true, null, null],
    ["b", "string", true, null, null],
  ]);
  expect(text).toContain("properties.delta.x: 1");
});

describe("statistics", () => {
  const of = (name: string, typeText: string) => ({
    name,
    typeText,
    typeName: undefined,
    nullable: true,
    position: 0,
    comment: undefined,
    partitionIndex: undefined,
    mask: undefined,
  });

  test("ask of each column what its type has, and quote every name", () => {
    const { sql, values } = statisticsQuery(
      ["c", "s", "t`x"],
      [of("n", "int"), of("a", "array<int>"), of("d", "date")],
      "basic",
    );
    expect(sql).toStartWith("SELECT count(*) AS n, count_if(`n` IS NULL) AS v0");
    expect(sql).toEndWith("FROM `c`.`s`.`t``x`");
    const measured = (name: string) => values.filter(({ column: one }) => one === name).map(({ measure }) => measure);
    expect(measured("n")).toEqual(["nulls", "distinct", "min", "max", "mean"]);
    expect(measured("a")).toEqual(["nulls"]);
    expect(measured("d")).toEqual(["nulls", "distinct", "min", "max"]);
  });

  test("detailed have deviation and quartiles", () => {
    const { values } = statisticsQuery(["t"], [of("n", "decimal(10,2)")], "detailed");
    expect(values.map(({ measure }) => measure)).toEqual([
      "nulls",
      "distinct",
      "min",
      "max",
      "mean",
      "stddev",
      "p25",
      "p50",
      "p75",
    ]);
  });

  const there: Routes = {
    "GET /api/2.0/sql/warehouses": () => ({ warehouses: [{ id: "w1", name: "one", state: "RUNNING" }] }),
    [`GET ${base}/tables/c.s.t`]: () => ({
      name: "t",
      full_name: "c.s.t",
      catalog_name: "c",
      schema_name: "s",
      columns: [column("a", "int", 0)],
    }),
  };

  test("a column that is not there is refused before anything runs", async () => {
    await using table = bench(there);
    const error = await table.failure("get_table_stats", { table: "c.s.t", column_names: ["zzz"] });
    expect(error.message).toContain('no column "zzz"');
    expect(table.server.received.every(({ method }) => method === "GET")).toBe(true);
  });

  test("a statement that fails is told as it is", async () => {
    await using table = bench({
      ...there,
      "POST /api/2.0/sql/statements": () => ({
        statement_id: "s1",
        status: { state: "FAILED", error: { message: "[INSUFFICIENT_PERMISSIONS] no" } },
      }),
    });
    const { data, failed } = await table.call("get_table_stats", { table: "c.s.t" });
    expect([failed, data["error_code"]]).toEqual([true, "INSUFFICIENT_PERMISSIONS"]);
  });
});
