// Statements by what they answer and what is there afterwards.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { openTestSql, type TestSql } from "../testing.ts";
import { allConstructs, refusedStatements } from "./table.ts";

let sql: TestSql;
let number = 0;
beforeAll(async () => {
  sql = await openTestSql();
});
afterAll(() => sql.dispose());
// Each test has a schema of its own.
beforeEach(async () => {
  await sql.query("USE CATALOG main");
  await sql.query(`CREATE SCHEMA s${++number}`);
  await sql.query(`USE SCHEMA s${number}`);
});

const run = (statement: string): Promise<unknown> => sql.query(statement);
const rows = (statement: string): Promise<unknown> => sql.rows(statement);
const names = async (statement: string): Promise<string[]> =>
  (await sql.query(statement)).columns.map((column) => column.name);

async function runAll(...statements: readonly string[]): Promise<void> {
  for (const statement of statements) await run(statement);
}

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

describe("changes of rows", () => {
  beforeEach(() =>
    runAll(
      "CREATE TABLE t (id INT, v STRING, n DECIMAL(5,1) DEFAULT 9.5)",
      "INSERT INTO t VALUES (1, 'a', 1), (2, 'b', 2), (3, NULL, NULL)",
    ),
  );
  const all = (): Promise<unknown> => rows("SELECT * FROM t ORDER BY id");

  test("INSERT INTO by position, by column list, by name, from a query", async () => {
    expect(await rows("INSERT INTO t (v, id) VALUES ('c', 4)")).toEqual([["1", "1"]]);
    expect(await names("INSERT INTO TABLE t BY NAME SELECT 'd' AS v, 5 AS id")).toEqual([
      "num_affected_rows",
      "num_inserted_rows",
    ]);
    await run("INSERT INTO t SELECT id + 10, v, n FROM t WHERE id = 1");
    await run("INSERT INTO t TABLE t LIMIT 0");
    expect(await rows("SELECT * FROM t WHERE id > 3 ORDER BY id")).toEqual([
      ["4", "c", "9.5"],
      ["5", "d", "9.5"],
      ["11", "a", "1.0"],
    ]);
  });

  test("INSERT brings values to the column's type, or fails", async () => {
    await run("INSERT INTO t VALUES ('7', 7, 1.26)");
    expect(await rows("SELECT * FROM t WHERE id = 7")).toEqual([["7", "7", "1.3"]]);
    expect(await sql.fault("INSERT INTO t VALUES ('x', 'y', 1)")).toStartWith("[CAST_INVALID_INPUT]");
    expect(await sql.fault("INSERT INTO t VALUES (1, 'y', 99999)")).toStartWith("[NUMERIC_VALUE_OUT_OF_RANGE]");
    expect(await sql.fault("INSERT INTO t VALUES (array(1), 'y', 1)")).toStartWith("[DATATYPE_MISMATCH");
    expect(await sql.fault("INSERT INTO t VALUES (1)")).toStartWith(
      "[INSERT_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS]",
    );
    expect(await sql.fault("INSERT INTO t VALUES (1, 'a', 1, 1)")).toStartWith(
      "[INSERT_COLUMN_ARITY_MISMATCH.TOO_MANY_DATA_COLUMNS]",
    );
    expect(await sql.fault("INSERT INTO t (zzz) VALUES (1)")).toStartWith("[UNRESOLVED_COLUMN");
    expect(await sql.fault("INSERT INTO t PARTITION (id = 1) VALUES (1)")).toContain("INSERT ... PARTITION");
    expect(await rows("SELECT count(*) FROM t")).toEqual([["4"]]);
  });

  test("INSERT OVERWRITE may read the table that it overwrites", async () => {
    expect(await rows("INSERT OVERWRITE TABLE t SELECT id * 10, v, n FROM t WHERE id < 3")).toEqual([["2", "2"]]);
    expect(await all()).toEqual([
      ["10", "a", "1.0"],
      ["20", "b", "2.0"],
    ]);
  });

  test("a failed INSERT OVERWRITE leaves everything as it was", async () => {
    expect(await sql.fault("INSERT OVERWRITE t SELECT CAST(v AS INT), v, n FROM t")).toStartWith(
      "[CAST_INVALID_INPUT]",
    );
    expect(await rows("SELECT count(*) FROM t")).toEqual([["3"]]);
    await run("INSERT OVERWRITE t SELECT 1, 'again', 1");
    expect(await all()).toEqual([["1", "again", "1.0"]]);
  });

  test("INSERT ... REPLACE WHERE replaces what matches", async () => {
    await run("INSERT INTO t REPLACE WHERE id >= 2 VALUES (2, 'new', 5)");
    expect(await all()).toEqual([
      ["1", "a", "1.0"],
      ["2", "new", "5.0"],
    ]);
  });

  test("UPDATE", async () => {
    expect(await rows("UPDATE t SET v = upper(v), n = DEFAULT WHERE id < 3")).toEqual([["2"]]);
    expect(await rows("UPDATE t AS x SET x.v = concat('#', x.id) WHERE x.v IS NULL")).toEqual([["1"]]);
    expect(
      await rows("UPDATE t SET id = (SELECT max(id) FROM t) + id WHERE id IN (SELECT id FROM t WHERE v = 'A')"),
    ).toEqual([["1"]]);
    expect(await all()).toEqual([
      ["2", "B", "9.5"],
      ["3", "#3", null],
      ["4", "A", "9.5"],
    ]);
    expect(await sql.fault("UPDATE t SET nope = 1")).toStartWith("[UNRESOLVED_COLUMN");
    expect(await sql.fault("UPDATE t SET id = 1, ID = 2")).toStartWith("[COLUMN_ALREADY_EXISTS]");
  });

  test("a field inside a struct is not taken for a column of its name", async () => {
    await runAll(
      "CREATE TABLE nested (s STRUCT<id: INT>, id INT)",
      "INSERT INTO nested VALUES (named_struct('id', 1), 2)",
    );
    expect(await sql.fault("UPDATE nested SET s.id = 5")).toContain("a change of the field `s`.`id` inside a struct");
    const merge = "MERGE INTO nested t USING (SELECT 1 AS x) ON true WHEN MATCHED THEN UPDATE SET";
    expect(await sql.fault(`${merge} t.s.id = 5`)).toContain("inside a struct");
    await run(`${merge} t.id = 7`);
    expect(await rows("SELECT s.id, id FROM nested")).toEqual([["1", "7"]]);
  });

  test("DELETE", async () => {
    expect(await rows("DELETE FROM t WHERE v IS NULL OR id = (SELECT min(id) FROM t)")).toEqual([["2"]]);
    expect(await all()).toEqual([["2", "b", "2.0"]]);
    expect(await rows("DELETE FROM t")).toEqual([["1"]]);
  });

  test("MERGE in its forms", async () => {
    const source = "(SELECT * FROM VALUES (1, 'A', 0.5), (4, 'D', 4) AS s(id, v, n))";
    expect(
      await names(
        `MERGE INTO t USING ${source} s ON t.id = s.id WHEN MATCHED THEN UPDATE SET t.v = s.v WHEN NOT MATCHED THEN INSERT (id, v) VALUES (s.id, lower(s.v))`,
      ),
    ).toEqual(["num_affected_rows", "num_updated_rows", "num_deleted_rows", "num_inserted_rows"]);
    expect(await all()).toEqual([
      ["1", "A", "1.0"],
      ["2", "b", "2.0"],
      ["3", null, null],
      ["4", "d", "9.5"],
    ]);
    expect(
      await rows(
        `MERGE INTO t AS x USING ${source} AS y ON x.id = y.id WHEN MATCHED AND y.id = 4 THEN DELETE WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED BY SOURCE AND x.v IS NULL THEN UPDATE SET v = 'left'`,
      ),
    ).toEqual([["3", "2", "1", "0"]]);
    expect(await all()).toEqual([
      ["1", "A", "0.5"],
      ["2", "b", "2.0"],
      ["3", "left", null],
    ]);
    await run(`MERGE INTO t USING ${source} s ON false WHEN NOT MATCHED AND s.id > 3 THEN INSERT *`);
    expect(await rows("SELECT * FROM t WHERE id = 4")).toEqual([["4", "D", "4.0"]]);
  });

  test("MERGE refuses two source rows for one target row, but for a plain deletion", async () => {
    const twice = "(SELECT explode(array('x', 'y')) AS v)";
    expect(
      await sql.fault(`MERGE INTO t USING ${twice} s ON t.id = 1 WHEN MATCHED THEN UPDATE SET v = s.v`),
    ).toStartWith("[DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE]");
    expect(await rows(`MERGE INTO t USING ${twice} s ON t.id = 1 WHEN MATCHED THEN DELETE`)).toEqual([
      ["1", "0", "1", "0"],
    ]);
  });

  test("DESCRIBE HISTORY tells what was done", async () => {
    await runAll("UPDATE t SET v = 'z' WHERE id = 1", "DELETE FROM t WHERE id = 2", "ALTER TABLE t ADD COLUMN q INT");
    const table = await sql.query("DESCRIBE HISTORY t");
    expect(table.columns.slice(0, 4).map((column) => column.name)).toEqual([
      "version",
      "timestamp",
      "userName",
      "operation",
    ]);
    expect(table.rows.map((row) => [row[0], row[3]])).toEqual([
      ["4", "ADD COLUMNS"],
      ["3", "DELETE"],
      ["2", "UPDATE"],
      ["1", "WRITE"],
      ["0", "CREATE TABLE"],
    ]);
    expect((await sql.query("DESCRIBE HISTORY t LIMIT 2")).rows.length).toBe(2);
  });
});

describe("views", () => {
  beforeEach(() => run("CREATE TABLE t AS SELECT 1 AS a, 'x' AS b"));

  test("a view is read anew at each use, in the schema where it was made", async () => {
    await run("CREATE VIEW v (first COMMENT 'one', second) COMMENT 'a view' AS SELECT a * 2, b FROM t");
    expect(await names("SELECT * FROM v")).toEqual(["first", "second"]);
    await run("INSERT INTO t VALUES (5, 'y')");
    await run("USE SCHEMA default");
    expect(await rows(`SELECT first FROM s${number}.v ORDER BY 1`)).toEqual([["2"], ["10"]]);
    expect(await rows(`DESCRIBE s${number}.v`)).toEqual([
      ["first", "int", "one"],
      ["second", "string", null],
    ]);
  });

  test("OR REPLACE, IF NOT EXISTS, ALTER VIEW, DROP VIEW", async () => {
    await runAll(
      "CREATE VIEW v AS SELECT a FROM t",
      "CREATE VIEW IF NOT EXISTS v AS SELECT b FROM t",
      "CREATE OR REPLACE VIEW v AS SELECT a + 1 AS c FROM t",
    );
    expect(await rows("SELECT c FROM v")).toEqual([["2"]]);
    await run("ALTER VIEW v AS SELECT b FROM t");
    expect(await rows("SELECT b FROM v")).toEqual([["x"]]);
    expect(await sql.fault("CREATE VIEW v AS SELECT 1")).toStartWith("[TABLE_OR_VIEW_ALREADY_EXISTS]");
    expect(await sql.fault("DROP TABLE v")).toStartWith("[EXPECT_TABLE_NOT_VIEW");
    expect(await sql.fault("INSERT INTO v VALUES (1)")).toStartWith("[EXPECT_TABLE_NOT_VIEW");
    expect(await sql.fault("DROP VIEW t")).toStartWith("[EXPECT_VIEW_NOT_TABLE");
    await run("DROP VIEW v");
    await run("DROP VIEW IF EXISTS v");
  });

  test("a view cannot rest on itself or on a temporary view", async () => {
    await runAll(
      "CREATE VIEW v AS SELECT a FROM t",
      "CREATE VIEW w AS SELECT a FROM v",
      "CREATE TEMP VIEW tmp AS SELECT a FROM w",
    );
    expect(await sql.fault("CREATE OR REPLACE VIEW v AS SELECT a FROM w")).toStartWith("[RECURSIVE_VIEW]");
    expect(await sql.fault("CREATE VIEW x AS SELECT a FROM tmp")).toStartWith("[INVALID_TEMP_OBJ_REFERENCE]");
    expect(await sql.fault("CREATE VIEW x AS SELECT :p", { parameters: [{ name: "p", value: "1" }] })).toStartWith(
      "[UNSUPPORTED_FEATURE.PARAMETER_MARKER",
    );
    await run("DROP VIEW tmp");
  });

  test("a temporary view belongs to its session and hides a table", async () => {
    await runAll(
      "CREATE OR REPLACE TEMPORARY VIEW t AS SELECT 'temporary' AS a",
      "CREATE OR REPLACE TEMP VIEW t AS SELECT concat(a, '!') AS a FROM t",
    );
    expect(await rows("SELECT a FROM t")).toEqual([["temporary!"]]);
    expect(await rows("SHOW TABLES LIKE 't'")).toEqual([
      [`s${number}`, "t", "false"],
      ["", "t", "true"],
    ]);
    const other = await sql.engine.session({ catalog: "main", schema: `s${number}` });
    expect((await other.query("SELECT a FROM t")).rows).toEqual([["1"]]);
    await other.close();
    await run("DROP VIEW t");
    expect(await rows("SELECT a FROM t")).toEqual([["1"]]);
  });
});

describe("catalogs, schemas, volumes", () => {
  test("three-level names across catalogs", async () => {
    await runAll(
      "CREATE CATALOG IF NOT EXISTS dev COMMENT 'for work'",
      "USE CATALOG dev",
      "CREATE SCHEMA main",
      "CREATE TABLE main.t AS SELECT 1 AS a",
    );
    expect(await rows("SELECT dev.main.t.a FROM dev.main.t")).toEqual([["1"]]);
    await runAll(`CREATE TABLE main.s${number}.copy AS SELECT a + 1 AS b FROM dev.main.t`);
    expect(await rows(`SELECT b, a FROM main.s${number}.copy JOIN main.t`)).toEqual([["2", "1"]]);
    expect(await sql.fault("DROP CATALOG dev")).toStartWith("[SCHEMA_NOT_EMPTY]");
    await runAll("USE CATALOG main", "DROP CATALOG dev CASCADE", "DROP CATALOG IF EXISTS dev");
    expect(await sql.fault("SELECT * FROM dev.main.t")).toStartWith("[TABLE_OR_VIEW_NOT_FOUND]");
    expect(await sql.fault("USE CATALOG dev")).toStartWith("[NO_SUCH_CATALOG_EXCEPTION]");
    await runAll("CREATE CATALOG dev", "DROP CATALOG dev");
  });

  test("names that DuckDB keeps for itself are free", async () => {
    await runAll(
      "CREATE CATALOG memory",
      "CREATE SCHEMA memory.temp",
      "CREATE SCHEMA memory.pg_catalog",
      "CREATE TABLE memory.pg_catalog.system AS SELECT 3 AS `select`",
    );
    expect(await rows("SELECT `select` FROM memory.pg_catalog.system")).toEqual([["3"]]);
    await run("DROP CATALOG memory CASCADE");
  });

  test("CREATE, DESCRIBE and DROP SCHEMA", async () => {
    await run("CREATE SCHEMA gold COMMENT 'best' WITH DBPROPERTIES (tier = 'one')");
    expect(await rows("DESCRIBE SCHEMA EXTENDED gold")).toEqual([
      ["Catalog Name", "main"],
      ["Namespace Name", "gold"],
      ["Comment", "best"],
      ["Owner", "me@example.com"],
      ["Properties", "((tier,one))"],
    ]);
    expect(await sql.fault("CREATE DATABASE gold")).toStartWith("[SCHEMA_ALREADY_EXISTS]");
    await runAll("CREATE SCHEMA IF NOT EXISTS gold", "CREATE TABLE gold.t (a INT)");
    expect(await sql.fault("DROP SCHEMA gold")).toStartWith("[SCHEMA_NOT_EMPTY]");
    await run("DROP SCHEMA gold CASCADE");
    expect(await sql.fault("DROP SCHEMA gold")).toStartWith("[SCHEMA_NOT_FOUND]");
    await runAll("DROP SCHEMA IF EXISTS gold", "CREATE SCHEMA gold");
    expect(await rows("SHOW TABLES IN gold")).toEqual([]);
    await run("DROP DATABASE gold");
    for (const name of ["`../up`", "`a/b`", "`a.b`", "``"])
      expect(await sql.fault(`CREATE CATALOG ${name}`)).toMatch(/^\[(INVALID_IDENTIFIER|PARSE_SYNTAX_ERROR)\]/);
  });

  test("USE and current names", async () => {
    await run("USE main.default");
    expect(await rows("SELECT current_catalog(), current_schema()")).toEqual([["main", "default"]]);
    await run(`USE DATABASE s${number}`);
    expect(await rows("SELECT current_database()")).toEqual([[`s${number}`]]);
    await run("USE default");
    await run("SET CATALOG hive_metastore");
    expect(await rows("SELECT current_catalog(), current_schema()")).toEqual([["hive_metastore", "default"]]);
    expect(await sql.fault("USE SCHEMA nope")).toStartWith("[SCHEMA_NOT_FOUND]");
  });

  test("volumes are remembered", async () => {
    await runAll("CREATE VOLUME files COMMENT 'raw'", "CREATE VOLUME IF NOT EXISTS files");
    expect(await rows("SHOW VOLUMES")).toEqual([[`s${number}`, "files"]]);
    expect(await sql.fault("CREATE VOLUME files")).toStartWith("[VOLUME_ALREADY_EXISTS]");
    expect(
      await rows(`SELECT volume_name, comment FROM information_schema.volumes WHERE volume_schema = 's${number}'`),
    ).toEqual([["files", "raw"]]);
    await run("DROP VOLUME files");
    expect(await sql.fault("DROP VOLUME files")).toStartWith("[VOLUME_NOT_FOUND]");
    await run("DROP VOLUME IF EXISTS files");
  });

  test("COMMENT ON", async () => {
    await runAll(
      "CREATE TABLE t (a INT)",
      "CREATE VOLUME v",
      "COMMENT ON TABLE t IS 'tt'",
      "COMMENT ON COLUMN t.a IS 'aa'",
      `COMMENT ON SCHEMA s${number} IS 'ss'`,
      "COMMENT ON CATALOG main IS 'cc'",
      "COMMENT ON VOLUME v IS 'vv'",
    );
    expect(await rows("DESCRIBE t")).toEqual([["a", "int", "aa"]]);
    expect(await rows(`SELECT comment FROM information_schema.tables WHERE table_schema = 's${number}'`)).toEqual([
      ["tt"],
    ]);
    expect(await rows(`SELECT comment FROM information_schema.schemata WHERE schema_name = 's${number}'`)).toEqual([
      ["ss"],
    ]);
    expect(((await rows("DESCRIBE CATALOG main")) as unknown[])[1]).toEqual(["Comment", "cc"]);
    await run("COMMENT ON TABLE t IS NULL");
    expect(await rows(`SELECT comment FROM information_schema.tables WHERE table_schema = 's${number}'`)).toEqual([
      [null],
    ]);
  });
});

describe("SHOW, DESCRIBE and the rest", () => {
  test("SHOW lists with patterns", async () => {
    await runAll(
      "CREATE TABLE apple (a INT, b STRING)",
      "CREATE TABLE pear (a INT)",
      "CREATE VIEW applesauce AS SELECT 1 AS x",
    );
    expect(await rows("SHOW TABLES")).toEqual([
      [`s${number}`, "apple", "false"],
      [`s${number}`, "applesauce", "false"],
      [`s${number}`, "pear", "false"],
    ]);
    expect(await rows("SHOW TABLES LIKE 'app*|nope'")).toEqual([
      [`s${number}`, "apple", "false"],
      [`s${number}`, "applesauce", "false"],
    ]);
    expect(await rows(`SHOW TABLES IN main.s${number} 'PEAR'`)).toEqual([[`s${number}`, "pear", "false"]]);
    expect(await rows("SHOW VIEWS")).toEqual([[`s${number}`, "applesauce", "false", "false"]]);
    expect(await rows("SHOW COLUMNS IN apple")).toEqual([["a"], ["b"]]);
    expect(await rows(`SHOW COLUMNS FROM apple FROM s${number}`)).toEqual([["a"], ["b"]]);
    expect(await rows("SHOW CATALOGS")).toEqual([["hive_metastore"], ["main"]]);
    expect(await rows(`SHOW SCHEMAS LIKE 's${number}|inf*'`)).toEqual([["information_schema"], [`s${number}`]]);
    expect(await rows("SHOW DATABASES IN hive_metastore LIKE 'default'")).toEqual([["default"]]);
    expect(await rows("SHOW FUNCTIONS LIKE 'explode*'")).toEqual([["explode"], ["explode_outer"]]);
    expect(await rows("SHOW USER FUNCTIONS")).toEqual([]);
    for (const form of ["PARTITIONS t", "TABLE EXTENDED LIKE 't'", "SHARES"])
      expect(await sql.fault(`SHOW ${form}`)).toStartWith("[UNSUPPORTED_FEATURE] The emulator does not support SHOW");
    expect(await sql.fault("SHOW TABLES IN nowhere")).toStartWith("[SCHEMA_NOT_FOUND]");
  });

  test("information_schema is listed and described", async () => {
    expect(await rows("SHOW TABLES IN information_schema LIKE 'tables*'")).toEqual([
      ["information_schema", "tables", "false"],
    ]);
    expect(((await rows("DESCRIBE information_schema.tables")) as unknown[])[0]).toEqual([
      "table_catalog",
      "string",
      null,
    ]);
    await run("CREATE TEMP VIEW described AS SELECT 1 AS a");
    expect(await rows("DESCRIBE described")).toEqual([["a", "int", null]]);
    expect(await sql.fault("SELECT * FROM information_schema.table_privileges")).toContain(
      "information_schema.table_privileges",
    );
  });

  test("DESCRIBE TABLE EXTENDED names where the table is", async () => {
    await run("CREATE TABLE t (a INT) COMMENT 'hello' TBLPROPERTIES ('k' = 'v')");
    const details = Object.fromEntries(
      (await sql.rows("DESCRIBE TABLE EXTENDED t")).map(([name, value]) => [name, value]),
    );
    expect(details).toMatchObject({
      a: "int",
      Catalog: "main",
      Database: `s${number}`,
      Table: "t",
      Type: "MANAGED",
      Provider: "delta",
      Comment: "hello",
      Owner: "me@example.com",
      "Table Properties": "[k=v]",
    });
    await run("CREATE VIEW v AS SELECT a FROM t");
    const view = Object.fromEntries((await sql.rows("DESC EXTENDED v")).map(([name, value]) => [name, value]));
    expect(view).toMatchObject({ Type: "VIEW", "View Text": "SELECT a FROM t" });
  });

  test("DESCRIBE QUERY and EXPLAIN do not run the query", async () => {
    expect(await rows("DESCRIBE QUERY SELECT 1 / 0 AS a, array('x') AS b")).toEqual([
      ["a", "double", null],
      ["b", "array<string>", null],
    ]);
    expect(await rows("DESCRIBE SELECT 1.5")).toEqual([["1.5", "decimal(2,1)", null]]);
    const [[plan] = []] = await sql.rows("EXPLAIN SELECT 1 / 0");
    expect(plan).toContain("PROJECTION");
    expect(await names("EXPLAIN EXTENDED SELECT 1")).toEqual(["plan"]);
  });

  test("maintenance answers in shape and changes nothing", async () => {
    await run("CREATE TABLE t AS SELECT 1 AS a");
    expect(await names("OPTIMIZE t WHERE a > 0 ZORDER BY (a)")).toEqual(["path", "metrics"]);
    expect(await rows("VACUUM t RETAIN 168 HOURS")).toEqual([[`main.s${number}.t`]]);
    expect(await rows("VACUUM t DRY RUN")).toEqual([]);
    expect(await rows("ANALYZE TABLE t COMPUTE STATISTICS FOR ALL COLUMNS")).toEqual([]);
    expect(await rows("REFRESH TABLE t")).toEqual([]);
    for (const statement of [
      "OPTIMIZE nope",
      "VACUUM nope",
      "ANALYZE TABLE nope COMPUTE STATISTICS",
      "REFRESH TABLE nope",
    ])
      expect(await sql.fault(statement)).toStartWith("[TABLE_OR_VIEW_NOT_FOUND]");
    expect(await rows("SELECT * FROM t")).toEqual([["1"]]);
  });

  test("SET takes what already holds and refuses the rest", async () => {
    for (const statement of ["SET ansi_mode = true", "SET TIME ZONE 'UTC'", "SET timezone = 'Etc/UTC'"])
      expect(await rows(statement)).toEqual([]);
    expect(await sql.fault("SET TIME ZONE 'Europe/Berlin'")).toContain("the time zone Europe/Berlin");
    expect(await sql.fault("SET ansi_mode = false")).toContain("SET ansi_mode = false");
    expect(await sql.fault("SET spark.sql.shuffle.partitions = 5")).toStartWith(
      "[CONFIG_NOT_AVAILABLE] Configuration spark.sql.shuffle.partitions is not available.",
    );
  });

  test("IDENTIFIER takes a name and nothing else", async () => {
    await run("CREATE TABLE t AS SELECT 1 AS `odd name`");
    const parameters = [
      { name: "t", value: `main.s${number}.t` },
      { name: "c", value: "`odd name`" },
      { name: "f", value: "upper" },
      { name: "bad", value: "t; DROP TABLE t" },
    ];
    expect(await sql.rows("SELECT IDENTIFIER(:c), IDENTIFIER(:f)('a') FROM IDENTIFIER(:t)", { parameters })).toEqual([
      ["1", "A"],
    ]);
    await sql.query("INSERT INTO IDENTIFIER(:t) VALUES (2)", { parameters });
    expect(await rows("SELECT count(*) FROM t")).toEqual([["2"]]);
    expect(await sql.fault("SELECT * FROM IDENTIFIER(:bad)", { parameters })).toStartWith(
      "[PARSE_SYNTAX_ERROR] Syntax error in IDENTIFIER",
    );
    for (const value of ["", ".", "a.", "a b", "a--", "`a", "1a"])
      expect(await sql.fault("SELECT * FROM IDENTIFIER(:x)", { parameters: [{ name: "x", value }] })).toContain(
        "IDENTIFIER",
      );
  });
});

test("every refused statement is refused by its name", async () => {
  for (const words of refusedStatements)
    expect(await sql.fault(`${words} something 'x'`)).toMatch(
      /^\[UNSUPPORTED_FEATURE\] The emulator does not support /,
    );
});

test("no construct begins as a refused one does", () => {
  const starts = new Set(allConstructs().flatMap((construct) => construct.starts));
  expect(refusedStatements.filter((words) => starts.has(words))).toEqual([]);
});

test("no catalog is made under a name that the workspace holds already", async () => {
  for (const name of ["system", "SAMPLES", "spark_catalog", "hive_metastore", "main"]) {
    expect(await sql.fault(`CREATE CATALOG ${name}`)).toStartWith("[CATALOG_ALREADY_EXISTS]");
    await run(`CREATE CATALOG IF NOT EXISTS ${name}`);
  }
  expect(await sql.fault("CREATE CATALOG information_schema")).toStartWith("[INVALID_IDENTIFIER]");
  expect((await sql.rows("SHOW CATALOGS")).flat()).not.toContain("system");
});

test("a table keeps its history under a new name", async () => {
  await runAll(
    "CREATE TABLE before (id INT)",
    "INSERT INTO before VALUES (1)",
    "ALTER TABLE before RENAME TO later",
    "ALTER TABLE later SET OWNER TO `other@example.com`",
    "INSERT INTO later VALUES (2)",
  );
  const history = await sql.rows("DESCRIBE HISTORY later");
  expect(history.map(([version]) => version)).toEqual(["2", "1", "0"]);
  await run("CREATE TABLE before (id INT)");
  expect(await sql.rows("DESCRIBE HISTORY before")).toHaveLength(1);
});
