// Statements on tables by what they answer and what is there afterwards.
import { describe, expect, test } from "bun:test";
import { names, rows, run, runAll, sql, useSql, number } from "./testing-statements.ts";

useSql();

describe("tables", () => {
  test("CREATE TABLE with columns, defaults, comments, properties", async () => {
    await run(
      "CREATE TABLE t (id INT NOT NULL, `my name` STRING DEFAULT 'none' COMMENT 'who', p DECIMAL(10,2), tags ARRAY<STRING>, s STRUCT<a: INT>) USING DELTA COMMENT 'a table' TBLPROPERTIES ('k' = 'v', x.y = 5)",
    );
    await run("INSERT INTO t (id, tags, s) VALUES (1, array('a'), named_struct('a', 2))");
    expect(await rows("SELECT * FROM t")).toEqual([["1", "none", null, '["a"]', '{"a":"2"}']]);
    expect(await rows("SHOW TBLPROPERTIES t")).toEqual([
      ["k", "v"],
      ["x.y", "5"],
    ]);
    expect(await rows("SHOW TBLPROPERTIES t ('k')")).toEqual([["k", "v"]]);
    expect(await rows("DESCRIBE t")).toEqual([
      ["id", "int", null],
      ["my name", "string", "who"],
      ["p", "decimal(10,2)", null],
      ["tags", "array<string>", null],
      ["s", "struct<a:int>", null],
    ]);
  });

  test("CREATE TABLE IF NOT EXISTS, OR REPLACE, LIKE", async () => {
    await runAll("CREATE TABLE t AS SELECT 1 AS a", "CREATE TABLE IF NOT EXISTS t (b STRING)");
    expect(await rows("SELECT a FROM t")).toEqual([["1"]]);
    expect(await sql.fault("CREATE TABLE t (b STRING)")).toStartWith("[TABLE_OR_VIEW_ALREADY_EXISTS]");
    await run("CREATE OR REPLACE TABLE t AS SELECT a + 1 AS a, 'x' AS b FROM t");
    expect(await rows("SELECT * FROM t")).toEqual([["2", "x"]]);
    await run("CREATE TABLE u LIKE t");
    expect(await rows("DESCRIBE u")).toEqual([
      ["a", "int", null],
      ["b", "string", null],
    ]);
    expect(await rows("SELECT count(*) FROM u")).toEqual([["0"]]);
    await run("CREATE OR REPLACE TABLE t (z DATE)");
    expect(await names("SELECT * FROM t")).toEqual(["z"]);
  });

  test("CREATE TABLE AS SELECT counts its rows and keeps the types", async () => {
    const { columns, rows: counts } = await sql.query(
      "CREATE TABLE t PARTITIONED BY (d) AS SELECT id, 1.50 AS p, DATE'2024-01-01' AS d, array(1L) AS a FROM range(3)",
    );
    expect([columns.map((column) => column.name), counts]).toEqual([
      ["num_affected_rows", "num_inserted_rows"],
      [["3", "3"]],
    ]);
    expect(await rows("DESCRIBE t")).toEqual([
      ["id", "bigint", null],
      ["p", "decimal(3,2)", null],
      ["d", "date", null],
      ["a", "array<bigint>", null],
      ["# Partition Information", "", ""],
      ["# col_name", "data_type", "comment"],
      ["d", "date", null],
    ]);
  });

  test("what a table cannot be is refused by name", async () => {
    const cases: readonly [string, string][] = [
      ["CREATE TABLE t (a INT) USING CSV", "tables USING CSV"],
      ["CREATE TABLE t (a INT) LOCATION '/tmp/x'", "LOCATION"],
      ["CREATE EXTERNAL TABLE t (a INT)", "external tables"],
      ["CREATE TABLE t (a INT GENERATED ALWAYS AS IDENTITY)", "GENERATED columns"],
      ["CREATE TABLE t (a INT, CONSTRAINT c CHECK (a > 0))", "CHECK constraints"],
      ["CREATE TABLE t DEEP CLONE u", "CLONE"],
      ["CREATE TABLE t AS SELECT NULL AS a", "the VOID type of column a"],
      ["CREATE TEMPORARY TABLE t (a INT)", "temporary tables"],
      ["CREATE TABLE t (a INT) OPTIONS (x = 1)", "OPTIONS"],
    ];
    for (const [statement, name] of cases) {
      const message = await sql.fault(statement);
      expect(message).toStartWith("[UNSUPPORTED_FEATURE]");
      expect(message).toContain(name);
    }
    expect(await sql.fault("CREATE TABLE t (a INT, A STRING)")).toStartWith("[COLUMN_ALREADY_EXISTS]");
    expect(await sql.fault("CREATE TABLE t (a VARIANT)")).toStartWith(
      '[UNSUPPORTED_DATATYPE] The emulator does not support the data type "VARIANT"',
    );
    expect(await sql.fault("CREATE TABLE t (a INT) PARTITIONED BY (b)")).toStartWith("[COLUMN_NOT_DEFINED_IN_TABLE]");
    expect(await sql.fault("CREATE TABLE nowhere.t (a INT)")).toStartWith("[SCHEMA_NOT_FOUND]");
    expect(await sql.fault("CREATE TABLE no.where.t (a INT)")).toStartWith("[NO_SUCH_CATALOG_EXCEPTION]");
  });

  test("DROP TABLE and TRUNCATE TABLE", async () => {
    await runAll("CREATE TABLE t AS SELECT 1 AS a", "TRUNCATE TABLE t");
    expect(await rows("SELECT count(*) FROM t")).toEqual([["0"]]);
    await run("DROP TABLE t");
    expect(await sql.fault("SELECT * FROM t")).toStartWith("[TABLE_OR_VIEW_NOT_FOUND]");
    expect(await sql.fault("DROP TABLE t")).toStartWith("[TABLE_OR_VIEW_NOT_FOUND]");
    await run("DROP TABLE IF EXISTS t");
  });

  test("ALTER TABLE in its forms", async () => {
    await run("CREATE TABLE t (a INT, b STRING)");
    await runAll(
      "INSERT INTO t VALUES (1, 'x')",
      "ALTER TABLE t ADD COLUMNS (c INT COMMENT 'third', d DOUBLE)",
      "ALTER TABLE t ADD COLUMN e DATE",
      "ALTER TABLE t RENAME COLUMN e TO f",
      "ALTER TABLE t DROP COLUMN d",
      "ALTER TABLE t DROP COLUMN IF EXISTS nope",
      "ALTER TABLE t ALTER COLUMN c TYPE BIGINT",
      "ALTER TABLE t ALTER COLUMN b COMMENT 'second'",
      "ALTER TABLE t ALTER COLUMN a SET NOT NULL",
      "ALTER TABLE t SET TBLPROPERTIES ('k' = 'v', 'l' = 'w')",
      "ALTER TABLE t UNSET TBLPROPERTIES ('l')",
      "ALTER TABLE t SET OWNER TO `them@example.com`",
      "ALTER TABLE t CLUSTER BY (a)",
      "ALTER TABLE t ADD CONSTRAINT pk PRIMARY KEY (a)",
    );
    expect(await rows("SELECT * FROM t")).toEqual([["1", "x", null, null]]);
    expect(await sql.fault("INSERT INTO t (b) VALUES ('y')")).toStartWith(
      "[DELTA_NOT_NULL_CONSTRAINT_VIOLATED] NOT NULL constraint violated for column: a.",
    );
    await run("ALTER TABLE t ALTER COLUMN a DROP NOT NULL");
    await run("INSERT INTO t (b) VALUES ('y')");
    expect(((await rows("DESCRIBE t")) as unknown[]).slice(0, 4)).toEqual([
      ["a", "int", null],
      ["b", "string", "second"],
      ["c", "bigint", "third"],
      ["f", "date", null],
    ]);
    expect(await rows("SHOW TBLPROPERTIES t")).toEqual([["k", "v"]]);
    expect(await rows("SHOW CREATE TABLE t")).toEqual([
      [
        `CREATE TABLE main.s${number}.t (\n  a INT,\n  b STRING COMMENT 'second',\n  c BIGINT COMMENT 'third',\n  f DATE,\n  CONSTRAINT pk PRIMARY KEY (a))\nUSING delta\nCLUSTER BY (a)\nTBLPROPERTIES (\n  'k' = 'v')\n`,
      ],
    ]);
    await run("ALTER TABLE t RENAME TO u");
    expect(await rows("SELECT count(*) FROM u")).toEqual([["2"]]);
    expect(await sql.fault("SELECT * FROM t")).toStartWith("[TABLE_OR_VIEW_NOT_FOUND]");
    expect(await sql.fault("ALTER TABLE u ALTER COLUMN c TYPE STRING")).toStartWith(
      "[DELTA_UNSUPPORTED_ALTER_TABLE_CHANGE_COL_OP]",
    );
    expect(await sql.fault("ALTER TABLE u ADD COLUMN A INT")).toStartWith("[COLUMN_ALREADY_EXISTS]");
    expect(await sql.fault("ALTER TABLE u UNSET TBLPROPERTIES ('nope')")).toStartWith("[UNSET_NONEXISTENT_PROPERTIES]");
    expect(await sql.fault("ALTER TABLE u SET LOCATION '/x'")).toContain("ALTER TABLE ... SET LOCATION");
  });
});
