import { expect, setDefaultTimeout, test } from "bun:test";
import { SqlFault, type SqlTable } from "../sql/engine.ts";
import { createTestKernel, scriptedSql } from "./testing.ts";

// Real processes on a machine that may be busy.
setDefaultTimeout(60_000);

const number = (name: string, ...values: string[]): SqlTable => ({
  columns: [{ name, typeName: "INT", typeText: "INT" }],
  rows: values.map((value) => [value]),
});

async function withSql(answer: Parameters<typeof scriptedSql>[0]) {
  const { engine, statements } = scriptedSql(answer);
  return { statements, kernel: await createTestKernel({}, { sql: async () => engine }) };
}

test("a SQL cell runs each statement and shows the last table", async () => {
  const { kernel, statements } = await withSql((statement) =>
    statement.startsWith("select") ? number("n", statement.slice(-1)) : { columns: [], rows: [] },
  );
  await using _ = kernel;
  const result = await kernel.run("use schema s;\nselect 1;\nselect 2;\nuse schema t;", "sql");
  expect(statements).toEqual(["use schema s", "select 1", "select 2", "use schema t"]);
  expect(result.outputs).toEqual([
    { type: "table", columns: [{ name: "n", type: "int" }], rows: [[2]], truncated: false },
  ]);
});

test("a failing statement stops the cell, in the engine's words", async () => {
  const { kernel, statements } = await withSql(() => {
    throw new SqlFault("TABLE_OR_VIEW_NOT_FOUND", "42P01", "The table or view `t` cannot be found.\nCheck it.");
  });
  await using _ = kernel;
  const { state, error } = await kernel.run("select * from t; select 2", "sql");
  expect(state).toBe("error");
  expect(error?.summary).toBe("[TABLE_OR_VIEW_NOT_FOUND] The table or view `t` cannot be found.");
  expect(error?.trace).toContain("Check it. SQLSTATE: 42P01");
  expect(statements).toEqual(["select * from t"]);
});

test("widgets are parameters of SQL: as markers, as ${name}, and by CREATE WIDGET", async () => {
  const asked: unknown[] = [];
  const { kernel } = await withSql((statement, { parameters }) => {
    asked.push([statement, parameters]);
    return number("n", "1");
  });
  await using _ = kernel;
  await kernel.run("dbutils.widgets.text('env', 'dev')");
  await kernel.run("create widget text day default 'it''s'; select :day, :env, :none from ${env}_t", "sql");
  expect(asked).toEqual([
    [
      "select :day, :env, :none from dev_t",
      [
        { name: "day", value: "it's" },
        { name: "env", value: "dev" },
      ],
    ],
  ]);
  expect(await kernel.text("dbutils.widgets.get('day')")).toBe('"it\'s"\n');
  await kernel.run("remove widget day", "sql");
  expect(await kernel.failure("dbutils.widgets.get('day')")).toBe(
    "InputWidgetNotDefined: No input widget named day is defined",
  );
  expect((await kernel.run("create widget dropdown d default 'a' choices select 'a'", "sql")).error?.summary).toContain(
    "CHOICES",
  );
});

test("a large table is cut at the limits of a notebook, and says so", async () => {
  const { kernel } = await withSql((statement) => {
    if (statement === "select rows") return number("n", ...Array.from({ length: 10_001 }, (_, index) => String(index)));
    return {
      columns: [{ name: "s", typeName: "STRING", typeText: "STRING" }],
      rows: Array.from({ length: 30 }, () => ["x".repeat(100_000)]),
    };
  });
  await using _ = kernel;
  const [rows] = (await kernel.run("select rows", "sql")).outputs;
  expect(rows).toMatchObject({ type: "table", truncated: true });
  expect(rows?.type === "table" && rows.rows.length).toBe(10_000);
  const [bytes] = (await kernel.run("select bytes", "sql")).outputs;
  expect(bytes).toMatchObject({ type: "table", truncated: true });
  expect(bytes?.type === "table" && bytes.rows.length).toBe(20);
});

test("values become JSON values that lose nothing, types Spark's simple names", async () => {
  const columns = [
    { name: "b", typeName: "BOOLEAN", typeText: "BOOLEAN" },
    { name: "l", typeName: "LONG", typeText: "BIGINT" },
    { name: "big", typeName: "LONG", typeText: "BIGINT" },
    { name: "d", typeName: "DOUBLE", typeText: "DOUBLE" },
    { name: "nan", typeName: "DOUBLE", typeText: "DOUBLE" },
    { name: "m", typeName: "DECIMAL", typeText: "DECIMAL(10,2)" },
    { name: "t", typeName: "TIMESTAMP", typeText: "TIMESTAMP" },
    { name: "a", typeName: "ARRAY", typeText: "ARRAY<INT>" },
    {
      name: "s",
      typeName: "STRUCT",
      typeText: "STRUCT<Id: BIGINT, ok: BOOLEAN, xs: ARRAY<DOUBLE>, m: MAP<STRING, INT>>",
    },
    { name: "none", typeName: "STRING", typeText: "STRING" },
  ];
  const row = [
    "true",
    "5",
    "9007199254740993",
    "1.5",
    "NaN",
    "1.10",
    "2024-01-01T00:00:00.000Z",
    '["1","2"]',
    '{"Id":"9007199254740993","ok":"true","xs":["1.0",null],"m":{"k":"2"}}',
    null,
  ];
  const { kernel } = await withSql(() => ({ columns, rows: [row] }));
  await using _ = kernel;
  const [table] = (await kernel.run("select *", "sql")).outputs;
  expect(table).toMatchObject({
    rows: [
      [
        true,
        5,
        "9007199254740993",
        1.5,
        "NaN",
        "1.10",
        "2024-01-01T00:00:00.000Z",
        [1, 2],
        { Id: "9007199254740993", ok: true, xs: [1, null], m: { k: 2 } },
        null,
      ],
    ],
  });
  expect(table?.type === "table" && table.columns.map((column) => column.type)).toEqual([
    "boolean",
    "bigint",
    "bigint",
    "double",
    "double",
    "decimal(10,2)",
    "timestamp",
    "array<int>",
    "struct<Id:bigint,ok:boolean,xs:array<double>,m:map<string,int>>",
    "string",
  ]);
});

test("a query that is cancelled ends at once, and the session goes on after it", async () => {
  const begun = Promise.withResolvers<void>();
  const { kernel } = await withSql((statement, { signal }) => {
    if (statement !== "select slow") return number("n", "1");
    begun.resolve();
    return new Promise((_resolve, reject) =>
      signal?.addEventListener("abort", () => reject(new Error("engine stopped"))),
    );
  });
  await using _ = kernel;
  const controller = new AbortController();
  const slow = kernel.run("select slow", "sql", controller.signal);
  await begun.promise;
  controller.abort();
  expect((await slow).state).toBe("cancelled");
  expect((await kernel.run("select 1", "sql")).state).toBe("finished");
});

test("an engine that cannot be opened is the cell's error, and is tried again", async () => {
  let tries = 0;
  const { engine } = scriptedSql(() => number("n", "1"));
  const sql = async () => {
    tries += 1;
    if (tries === 1) throw new Error("no DuckDB here");
    return engine;
  };
  await using kernel = await createTestKernel({}, { sql });
  expect((await kernel.run("select 1", "sql")).error?.summary).toBe("no DuckDB here");
  expect((await kernel.run("select 1", "sql")).state).toBe("finished");
});
