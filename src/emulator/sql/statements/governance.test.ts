// Tags, functions, row filters, masks and metric views: what is kept, and what queries then show.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { openTestSql, type TestSql } from "../testing.ts";

let sql: TestSql;
let number = 0;
beforeAll(async () => {
  sql = await openTestSql();
});
afterAll(() => sql.dispose());
beforeEach(async () => {
  await sql.query("USE CATALOG main");
  await sql.query(`CREATE SCHEMA g${++number}`);
  await sql.query(`USE SCHEMA g${number}`);
  await sql.query("CREATE TABLE t (id INT, region STRING, amount DECIMAL(10,2), day DATE)");
  await sql.query(
    "INSERT INTO t VALUES (1, 'EU', 10.50, DATE'2026-01-05'), (2, 'US', 20, DATE'2026-01-20'), (3, 'EU', 30, DATE'2026-02-01')",
  );
});

const rows = (statement: string): Promise<unknown> => sql.rows(statement);
async function runAll(...statements: readonly string[]): Promise<void> {
  for (const statement of statements) await sql.query(statement);
}

describe("tags", () => {
  test("are set, overwritten and taken away, and found in information_schema", async () => {
    await runAll(
      "ALTER TABLE t SET TAGS ('team' = 'blue', 'it\\u0027s' = '\\\\')",
      "ALTER TABLE t SET TAGS ('team' = 'red')",
      "ALTER TABLE t ALTER COLUMN region SET TAGS ('pii' = '')",
      "ALTER SCHEMA main.default SET TAGS ('s' = '1')",
      "ALTER CATALOG main SET TAGS ('c' = '1')",
      "CREATE VOLUME v",
      "ALTER VOLUME v SET TAGS ('v' = '1')",
      "CREATE VIEW w AS SELECT id FROM t",
      "ALTER VIEW w SET TAGS ('w' = '1')",
    );
    const here = `WHERE schema_name = 'g${number}'`;
    expect(
      await rows(`SELECT table_name, tag_name, tag_value FROM information_schema.table_tags ${here} ORDER BY ALL`),
    ).toEqual([
      ["t", "it's", "\\"],
      ["t", "team", "red"],
      ["w", "w", "1"],
    ]);
    expect(
      await rows(`SELECT column_name, tag_name, tag_value FROM system.information_schema.column_tags ${here}`),
    ).toEqual([["region", "pii", ""]]);
    expect(await rows("SELECT * FROM system.information_schema.catalog_tags")).toEqual([["main", "c", "1"]]);
    expect(await rows("SELECT * FROM system.information_schema.schema_tags")).toEqual([["main", "default", "s", "1"]]);
    expect(await rows(`SELECT volume_name, tag_value FROM system.information_schema.volume_tags ${here}`)).toEqual([
      ["v", "1"],
    ]);
    await sql.query("ALTER TABLE t UNSET TAGS ('team', 'none')");
    expect(await rows(`SELECT tag_name FROM information_schema.table_tags ${here} AND table_name = 't'`)).toEqual([
      ["it's"],
    ]);
    expect(await sql.fault("ALTER TABLE t SET TAGS ('a.b' = '1')")).toStartWith("[INVALID_PARAMETER_VALUE.TAG_KEY]");
    expect(await sql.fault("ALTER TABLE t ALTER COLUMN none SET TAGS ('a' = '1')")).toStartWith("[UNRESOLVED_COLUMN");
    expect(await sql.fault("ALTER VIEW t SET TAGS ('a' = '1')")).toStartWith("[EXPECT_VIEW_NOT_TABLE");
  });
});

describe("functions", () => {
  test("are their body with the arguments", async () => {
    await runAll(
      "CREATE FUNCTION twice(x INT) RETURNS BIGINT COMMENT 'doubles' RETURN x * 2",
      "CREATE FUNCTION label(a STRING, b INT) RETURNS STRING RETURN concat(a, '-', twice(b), '-', label.a)",
      "CREATE FUNCTION biggest() RETURNS DECIMAL(10,2) RETURN SELECT max(amount) FROM t",
    );
    expect(
      await rows(`SELECT twice(id), main.g${number}.label(region, id + 1), biggest() FROM t WHERE id = 1`),
    ).toEqual([["2", "EU-4-EU", "30.00"]]);
    expect(await rows("SELECT sum(twice(id)) FROM t")).toEqual([["12"]]);
    expect(await sql.type("twice(1)")).toBe("BIGINT");
    await sql.query("USE SCHEMA default");
    // The body goes on to mean what it meant where it was made.
    expect(await rows(`SELECT g${number}.biggest(), g${number}.label('x', 1)`)).toEqual([["30.00", "x-2-x"]]);
  });

  test("are refused where they are wrong, and then are not there", async () => {
    expect(await sql.fault("CREATE FUNCTION f(x INT) RETURNS INT RETURN y")).toStartWith("[UNRESOLVED_COLUMN");
    expect(await sql.fault("CREATE FUNCTION f(x INT) RETURNS INT RETURN sum(x)")).toStartWith("[AGGREGATE_FUNCTION");
    expect(await sql.fault("CREATE FUNCTION f(x INT, X INT) RETURNS INT RETURN 1")).toStartWith(
      "[COLUMN_ALREADY_EXISTS]",
    );
    expect(await sql.fault("CREATE FUNCTION f(x INT) RETURNS TABLE (a INT) RETURN SELECT 1")).toContain(
      "return tables",
    );
    expect(await sql.fault("SELECT f(1)")).toStartWith("[UNRESOLVED_ROUTINE]");
    await runAll(
      "CREATE FUNCTION f(x INT) RETURNS INT RETURN x",
      "CREATE FUNCTION IF NOT EXISTS f() RETURNS INT RETURN 1",
    );
    expect(await sql.fault("CREATE FUNCTION f(x INT) RETURNS INT RETURN 1")).toStartWith("[ROUTINE_ALREADY_EXISTS]");
    expect(await sql.fault("SELECT f()")).toStartWith("[WRONG_NUM_ARGS");
    await sql.query("CREATE OR REPLACE FUNCTION f(x INT) RETURNS INT RETURN f(x)");
    expect(await sql.fault("SELECT f(1)")).toContain("call each other");
    await sql.query("DROP FUNCTION f");
    expect(await sql.fault("SELECT f(1)")).toStartWith("[UNRESOLVED_ROUTINE]");
    expect(await sql.fault(`SELECT main.g${number}.upper('a')`)).toStartWith("[UNRESOLVED_ROUTINE]");
  });
});

describe("row filters and masks", () => {
  beforeEach(() =>
    runAll(
      "CREATE FUNCTION mine(r STRING) RETURNS BOOLEAN RETURN r = 'EU' OR is_account_group_member('nobody')",
      "CREATE FUNCTION hide(a DECIMAL(10,2), r STRING) RETURNS DECIMAL(10,2) RETURN CASE WHEN r = 'EU' AND a > 20 THEN NULL ELSE a END",
    ),
  );

  test("decide what every reader sees, by every way", async () => {
    await runAll("CREATE VIEW w AS SELECT id, amount FROM t", "ALTER TABLE t SET ROW FILTER mine ON (region)");
    expect(await rows("SELECT id FROM t ORDER BY id")).toEqual([["1"], ["3"]]);
    await sql.query("ALTER TABLE t ALTER COLUMN amount SET MASK hide USING COLUMNS (region)");
    expect(await rows("SELECT id, amount FROM w ORDER BY id")).toEqual([
      ["1", "10.50"],
      ["3", null],
    ]);
    expect(await rows("SELECT count(*), sum(x.amount) FROM t AS x WHERE x.amount > 0")).toEqual([["1", "10.50"]]);
    await sql.query("CREATE TABLE copy AS SELECT * FROM t");
    expect(await rows("SELECT id, amount FROM copy ORDER BY id")).toEqual([
      ["1", "10.50"],
      ["3", null],
    ]);
    expect(await sql.type("(SELECT max(amount) FROM t)")).toBe("DECIMAL(10,2)");
    await runAll("ALTER TABLE t DROP ROW FILTER", "ALTER TABLE t ALTER COLUMN amount DROP MASK");
    expect(await rows("SELECT id, amount FROM t ORDER BY id")).toHaveLength(3);
  });

  test("are not gone around", async () => {
    await runAll("ALTER TABLE t SET ROW FILTER mine ON (region)", "INSERT INTO t VALUES (4, 'US', 1, NULL)");
    expect(await rows("SELECT count(*) FROM t")).toEqual([["2"]]);
    for (const statement of ["UPDATE t SET id = 9", "DELETE FROM t WHERE id = 1"]) {
      expect(await sql.fault(statement)).toContain("row filter or a column mask");
    }
    expect(await sql.fault("ALTER TABLE t DROP COLUMN region")).toContain("the policy");
    expect(await sql.fault("ALTER TABLE t RENAME COLUMN region TO r")).toContain("the policy");
    await sql.query("DROP FUNCTION mine");
    expect(await sql.fault("SELECT * FROM t")).toStartWith("[UNRESOLVED_ROUTINE]");
  });

  test("must fit the columns", async () => {
    expect(await sql.fault("ALTER TABLE t SET ROW FILTER none ON (region)")).toStartWith("[UNRESOLVED_ROUTINE]");
    expect(await sql.fault("ALTER TABLE t SET ROW FILTER mine ON (nothing)")).toStartWith("[UNRESOLVED_COLUMN");
    expect(await sql.fault("ALTER TABLE t SET ROW FILTER mine ON ()")).toStartWith("[WRONG_NUM_ARGS");
    expect(await sql.fault("ALTER TABLE t SET ROW FILTER hide ON (amount, region)")).toStartWith(
      "[INVALID_POLICY_FUNCTION]",
    );
    expect(await sql.fault("ALTER TABLE t ALTER COLUMN day SET MASK mine")).toStartWith("[");
    expect(await rows("SELECT count(*) FROM t")).toEqual([["3"]]);
  });
});

describe("metric views", () => {
  const yaml = `
version: 1.1
comment: Sales
source: t
filter: amount > 0
joins:
  - name: area
    source: areas
    on: source.region = area.code
dimensions:
  - name: Month
    expr: date_trunc('MONTH', day)
    comment: of the sale
  - name: region
    expr: upper(region)
  - name: Area name
    expr: area.title
measures:
  - name: Total
    expr: SUM(amount)
  - name: Mean sale
    expr: MEASURE(Total) / COUNT(1)
`;
  beforeEach(() =>
    runAll(
      "CREATE TABLE areas (code STRING, title STRING)",
      "INSERT INTO areas VALUES ('EU', 'Europe')",
      `CREATE VIEW m WITH METRICS LANGUAGE YAML AS $$${yaml}$$`,
    ),
  );

  test("give measures by dimensions", async () => {
    expect(await rows("SELECT region, `Area name`, MEASURE(Total) AS Total FROM m GROUP BY ALL ORDER BY ALL")).toEqual([
      ["EU", "Europe", "40.50"],
      ["US", null, "20.00"],
    ]);
    expect(await rows("SELECT MEASURE(`Mean sale`) FROM m WHERE region = 'EU'")).toEqual([["20.25000000000000000000"]]);
    expect(
      await rows("SELECT region FROM m AS x GROUP BY region HAVING MEASURE(x.total) > 30 ORDER BY MEASURE(Total) DESC"),
    ).toEqual([["EU"]]);
    expect(await rows("SELECT max(n) FROM (SELECT Month, MEASURE(Total) AS n FROM m GROUP BY Month)")).toEqual([
      ["30.50"],
    ]);
  });

  test("never give a wrong answer where they do not know the right one", async () => {
    expect(await sql.fault("SELECT Total FROM m GROUP BY ALL")).toStartWith("[METRIC_VIEW_MISSING_MEASURE_FUNCTION]");
    expect(await sql.fault("SELECT * FROM m")).toContain("* of a metric view");
    expect(await sql.fault("SELECT region FROM m")).toContain("without GROUP BY");
    expect(await sql.fault("SELECT MEASURE(Total) FROM m JOIN areas ON true")).toContain("a join with a metric view");
    expect(await sql.fault("SELECT MEASURE(region) FROM m")).toContain("as a measure");
    expect(await sql.fault("SELECT MEASURE(amount) FROM t")).toContain("as a measure");
  });

  test("are described, altered and dropped", async () => {
    const [[json = ""] = []] = await sql.rows("DESCRIBE TABLE EXTENDED m AS JSON");
    const described = JSON.parse(json ?? "") as { type: string; view_text: string; columns: unknown[] };
    expect(described).toMatchObject({ type: "METRIC_VIEW", view_text: yaml, comment: "Sales" });
    expect(described.columns[0]).toMatchObject({
      name: "Month",
      comment: "of the sale",
      metadata: { "metric_view.type": "dimension" },
    });
    expect(described.columns[3]).toMatchObject({
      name: "Total",
      type: { name: "decimal" },
      metadata: { "metric_view.type": "measure" },
    });
    await sql.query("ALTER VIEW m AS $$\nversion: 1.1\nsource: t\nmeasures:\n- {name: N, expr: COUNT(1)}\n$$");
    expect(await rows("SELECT MEASURE(n) FROM m")).toEqual([["3"]]);
    await sql.query("DROP VIEW m");
    expect(await sql.fault("SELECT MEASURE(n) FROM m")).toStartWith("[TABLE_OR_VIEW_NOT_FOUND]");
  });

  test("are refused where the definition is wrong, and then stay as they are", async () => {
    const wrong = [
      "source: t",
      "version: 1.1\nsource: none\nmeasures: [{name: n, expr: COUNT(1)}]",
      "version: 1.1\nsource: t\nmeasures: [{name: n, expr: amount}]",
      "version: 1.1\nsource: t\nmeasures: [{name: n, expr: COUNT(1)}, {name: N, expr: COUNT(2)}]",
      "version: 1.1\nsource: t\nmeasures: [{name: n, expr: 'COUNT(1); DROP TABLE t'}]",
      "version: 1.1\nsource: t\nstrange: 1\nmeasures: [{name: n, expr: COUNT(1)}]",
      "- a",
      "a: [",
      "version: 1.1\nsource: t",
    ];
    for (const text of wrong) {
      expect(await sql.fault(`CREATE OR REPLACE VIEW m WITH METRICS LANGUAGE YAML AS $$${text}$$`)).toStartWith("[");
    }
    expect(await rows("SELECT MEASURE(Total) FROM m")).toEqual([["60.50"]]);
    expect(await sql.fault("ALTER VIEW t AS $$version: 1.1$$")).toStartWith("[");
    expect(await sql.fault("SELECT $$open")).toStartWith("[PARSE_SYNTAX_ERROR]");
  });
});

test("all of it survives a restart", async () => {
  const first = await openTestSql();
  try {
    for (const statement of [
      "CREATE TABLE t (a INT)",
      "INSERT INTO t VALUES (1), (2)",
      "CREATE FUNCTION one(a INT) RETURNS BOOLEAN RETURN a = 1",
      "ALTER TABLE t SET ROW FILTER one ON (a)",
      "ALTER TABLE t SET TAGS ('k' = 'v')",
      "CREATE VIEW m WITH METRICS LANGUAGE YAML AS $$\nversion: 1.1\nsource: t\nmeasures: [{name: n, expr: COUNT(1)}]\n$$",
    ]) {
      await first.query(statement);
    }
    await first.engine.close();
    const second = await openTestSql(first.folder);
    try {
      expect(await second.rows("SELECT MEASURE(n) FROM m")).toEqual([["1"]]);
      expect(await second.rows("SELECT tag_name FROM information_schema.table_tags")).toEqual([["k"]]);
    } finally {
      await second.engine.close();
    }
  } finally {
    await first.dispose();
  }
});
