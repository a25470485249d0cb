// Statements on views, catalogs and what is shown, and those that are refused.
import { beforeEach, describe, expect, test } from "bun:test";
import { allConstructs, refusedStatements } from "./table.ts";
import { names, rows, run, runAll, sql, useSql, number } from "./testing-statements.ts";

useSql();

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
