// Queries against a workspace that answers as it is told: values, rows, pages, cancelling.
import { describe, expect, test } from "bun:test";
import { bench } from "../testing.ts";
import { valueOf } from "./rows.ts";
import { columnsOf, done, running, statements } from "./testing-sql.ts";

describe("values", () => {
  const cases: readonly (readonly [string | null, string, unknown])[] = [
    ["1", "INT", 1],
    ["9007199254740993", "LONG", "9007199254740993"],
    ["1.50", "DECIMAL", "1.50"],
    ["1.5", "DOUBLE", 1.5],
    ["NaN", "DOUBLE", "NaN"],
    ["true", "BOOLEAN", true],
    ["2026-01-01", "DATE", "2026-01-01"],
    [null, "STRING", null],
    ["1", "STRING", "1"],
  ];
  test.each(cases.map(([text, typeName, value]) => [text, typeName, value] as const))(
    "%p as %s",
    (text, typeName, value) => {
      expect(valueOf(text, { typeName }, 100)).toEqual({ value, isCut: false } as never);
    },
  );

  test("that are too long are cut, and counted", async () => {
    await using table = bench(
      { ...running, [`POST ${statements}`]: () => done(["STRING"], [["x".repeat(50)], ["y"]]) },
      { limits: { cellChars: 10 } },
    );
    const { data } = await table.call("query_sql", { sql: "SELECT 1" });
    expect(data["rows"]).toEqual([[`${"x".repeat(10)}…`], ["y"]]);
    expect(data["cut_values"]).toBe(1);
  });
});

describe("query_sql", () => {
  test("sends nothing that may write", async () => {
    await using table = bench(running);
    for (const sql of [
      "DROP TABLE t",
      "WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a",
      "CALL p()",
      "BEGIN DELETE FROM t; END",
    ]) {
      expect((await table.failure("query_sql", { sql })).code).toBe("read_only");
    }
    expect(table.server.received).toEqual([]);
  });

  test("nor two statements, nor none", async () => {
    await using table = bench(running);
    expect((await table.failure("query_sql", { sql: "SELECT 1;\nDROP TABLE t" })).message).toContain("line 2");
    expect((await table.failure("query_sql", { sql: "-- nothing" })).code).toBe("invalid_input");
    expect(table.server.received).toEqual([]);
  });

  test("sends the statement bare, with parameters by their kinds", async () => {
    await using table = bench({ ...running, [`POST ${statements}`]: () => done(["INT"], [["1"]]) });
    const parameters = { a: 1, b: "x", c: true, d: null, e: 1.5, f: "2026-01-01" };
    await table.call("query_sql", {
      sql: "/* x */ SELECT :a ;",
      parameters,
      parameter_types: { f: "DATE" },
      catalog: "main",
    });
    expect(table.sent(`POST ${statements}`)).toEqual([
      {
        statement: "SELECT :a",
        warehouse_id: "w1",
        catalog: "main",
        wait_timeout: "0s",
        byte_limit: 16_777_216,
        parameters: [
          { name: "a", value: "1", type: "BIGINT" },
          { name: "b", value: "x", type: "STRING" },
          { name: "c", value: "true", type: "BOOLEAN" },
          { name: "d", type: "STRING" },
          { name: "e", value: "1.5", type: "DOUBLE" },
          { name: "f", value: "2026-01-01", type: "DATE" },
        ],
      },
    ]);
  });

  test("follows chunks as far as rows are wanted, and says where the rest is", async () => {
    const chunk = (at: number) => ({
      chunk_index: at,
      row_offset: at * 2,
      data_array: [[String(at * 2)], [String(at * 2 + 1)]],
    });
    const first = { ...chunk(0), next_chunk_index: 1 };
    const chunks = [0, 1, 2].map((at) => ({ chunk_index: at, row_offset: at * 2, row_count: 2 }));
    const whole = {
      ...(done(["INT"], []) as object),
      result: first,
      manifest: { schema: columnsOf("INT"), total_row_count: 6, chunks },
    };
    await using table = bench({
      ...running,
      [`POST ${statements}`]: () => whole,
      [`GET ${statements}/s1`]: () => whole,
      [`GET ${statements}/s1/result/chunks/1`]: () => ({ ...chunk(1), next_chunk_index: 2 }),
      [`GET ${statements}/s1/result/chunks/2`]: () => chunk(2),
    });
    const page = await table.call("query_sql", { sql: "SELECT 1", max_rows: 3 });
    expect(page.data).toMatchObject({ rows: [[0], [1], [2]], truncated: true, next_offset: 3, total_rows: 6 });
    expect(page.text).toContain("next_offset: 3");
    const rest = await table.call("get_statement_result", { statement_id: "s1", offset: 3 });
    expect(rest.data).toMatchObject({ rows: [[3], [4], [5]], truncated: false, offset: 3 });
    // The first chunk is not read again for what lies behind it.
    expect(table.server.received.filter(({ path }) => path.endsWith("/chunks/0"))).toEqual([]);
  });

  test("stops at a chunk that names itself as the next", async () => {
    const looping = {
      ...(done(["INT"], []) as object),
      result: { chunk_index: 0, row_offset: 0, data_array: [["1"]], next_chunk_index: 0 },
    };
    await using table = bench({ ...running, [`POST ${statements}`]: () => looping });
    expect((await table.call("query_sql", { sql: "SELECT 1" })).data["rows"]).toEqual([[1]]);
  });

  test("says that a result was cut by the workspace", async () => {
    await using table = bench({
      ...running,
      [`POST ${statements}`]: () => done(["INT"], [["1"]], { truncated: true }),
    });
    const { data } = await table.call("query_sql", { sql: "SELECT 1" });
    expect(data["truncated"]).toBe(true);
    expect(data["hint"]).toContain("export_query");
  });

  test("tells a failure with its class and a hint", async () => {
    const failed = {
      statement_id: "s1",
      status: {
        state: "FAILED",
        sql_state: "42P01",
        error: { error_code: "BAD_REQUEST", message: "[TABLE_OR_VIEW_NOT_FOUND] The table `x` cannot be found" },
      },
    };
    await using table = bench({ ...running, [`POST ${statements}`]: () => failed });
    const { data, failed: isFailure } = await table.call("query_sql", { sql: "SELECT * FROM x" });
    expect(isFailure).toBe(true);
    expect(data).toMatchObject({
      error_code: "TABLE_OR_VIEW_NOT_FOUND",
      sql_state: "42P01",
      hint: expect.stringContaining("SHOW TABLES"),
    });
  });

  test("gives the id of one that takes longer than the wait, and does not cancel it", async () => {
    const slow = { statement_id: "s1", status: { state: "RUNNING" } };
    await using table = bench({ ...running, [`POST ${statements}`]: () => slow, [`GET ${statements}/s1`]: () => slow });
    const { data } = await table.call("query_sql", { sql: "SELECT 1", wait_seconds: 1 });
    expect(data).toMatchObject({
      statement_id: "s1",
      state: "RUNNING",
      hint: expect.stringContaining("get_statement_result"),
    });
    expect(table.progress.length).toBeGreaterThan(0);
    expect(table.sent(`POST ${statements}/s1/cancel`)).toEqual([]);
  });

  test("cancels on the warehouse when the caller goes, also before the id is known", async () => {
    const slow = { statement_id: "s1", status: { state: "RUNNING" } };
    const cancelled = Promise.withResolvers<undefined>();
    const cancel = { [`POST ${statements}/s1/cancel`]: () => (cancelled.resolve(undefined), {}) };
    const gone = new AbortController();
    const asked = Promise.withResolvers<undefined>();
    await using table = bench(
      {
        ...running,
        ...cancel,
        [`POST ${statements}`]: async () => {
          asked.resolve(undefined);
          await new Promise((resolve) => gone.signal.addEventListener("abort", resolve, { once: true }));
          return slow;
        },
      },
      { signal: gone.signal },
    );
    const call = table.call("query_sql", { sql: "SELECT 1" }).catch((thrown: unknown) => thrown);
    await asked.promise;
    gone.abort();
    expect(await call).toBeInstanceOf(Error);
    await cancelled.promise;
  });

  test("cancels while it waits", async () => {
    const gone = new AbortController();
    const slow = { statement_id: "s1", status: { state: "RUNNING" } };
    const cancelled = Promise.withResolvers<undefined>();
    await using table = bench(
      {
        ...running,
        [`POST ${statements}`]: () => slow,
        [`GET ${statements}/s1`]: () => (gone.abort(), slow),
        [`POST ${statements}/s1/cancel`]: () => (cancelled.resolve(undefined), {}),
      },
      { signal: gone.signal },
    );
    expect(await table.call("query_sql", { sql: "SELECT 1" }).catch((thrown: unknown) => thrown)).toBeInstanceOf(Error);
    await cancelled.promise;
  });
});

describe("cancel_statement", () => {
  test("leaves one that has ended", async () => {
    await using table = bench({ [`GET ${statements}/s1`]: () => done(["INT"], []) });
    expect((await table.call("cancel_statement", { statement_id: "s1" })).data["state"]).toBe("SUCCEEDED");
    expect(table.sent(`POST ${statements}/s1/cancel`)).toEqual([]);
  });

  test("says what it came to", async () => {
    let state = "RUNNING";
    await using table = bench({
      [`GET ${statements}/s1`]: () => ({ statement_id: "s1", status: { state } }),
      [`POST ${statements}/s1/cancel`]: () => ((state = "CANCELED"), {}),
    });
    expect((await table.call("cancel_statement", { statement_id: "s1" })).data["state"]).toBe("CANCELED");
  });
});
