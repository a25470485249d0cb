// The engine as a whole: restart, sessions side by side, cancellation, and that SQL reaches nothing outside its folder.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAbort } from "../../platform/errors.ts";
import { openDatabase } from "./database.ts";
import { openSqlEngine } from "./open.ts";
import { openTestSql, type TestSql } from "./testing.ts";

const slow = "SELECT sum(a.id * b.id % 7) FROM range(1000000) a CROSS JOIN range(1000000) b";

describe("one engine", () => {
  let sql: TestSql;
  beforeEach(async () => {
    sql = await openTestSql();
  });
  afterEach(() => sql.dispose());

  test("sessions have their own place and temporary views", async () => {
    const other = await sql.engine.session({ catalog: "hive_metastore" });
    await sql.query("CREATE SCHEMA one");
    await sql.query("USE SCHEMA one");
    await sql.query("CREATE TEMP VIEW mine AS SELECT 1 AS a");
    expect([sql.session.catalog, sql.session.schema]).toEqual(["main", "one"]);
    expect([other.catalog, other.schema]).toEqual(["hive_metastore", "default"]);
    expect((await other.query("SELECT current_catalog(), current_schema()")).rows).toEqual([
      ["hive_metastore", "default"],
    ]);
    await expect(other.query("SELECT * FROM mine")).rejects.toThrow("[TABLE_OR_VIEW_NOT_FOUND]");
    await other.close();
    await other.close();
    expect(() => other.query("SELECT 1")).toThrow("[INVALID_HANDLE.SESSION_CLOSED]");
    await expect(sql.engine.session({ schema: "nope" })).rejects.toThrow("[SCHEMA_NOT_FOUND]");
  });

  test("what one session writes the others see, and nothing is lost when many write at once", async () => {
    await sql.query("CREATE TABLE t (who INT, n INT)");
    const sessions = await Promise.all(Array.from({ length: 4 }, () => sql.engine.session()));
    await Promise.all(
      sessions.map(async (session, who) => {
        for (let n = 0; n < 5; n++) {
          await session.query(`INSERT INTO t VALUES (${who}, ${n})`);
          await session.query(`UPDATE t SET n = n + 100 WHERE who = ${who} AND n = ${n}`);
          await session.query(`CREATE OR REPLACE TABLE t${who} AS SELECT * FROM t WHERE who = ${who}`);
        }
      }),
    );
    expect(await sql.rows("SELECT who, count(*), min(n) FROM t GROUP BY who ORDER BY who")).toEqual(
      [0, 1, 2, 3].map((who) => [String(who), "5", "100"]),
    );
    expect(await sql.rows("SELECT count(*) FROM t3")).toEqual([["5"]]);
    await Promise.all(sessions.map((session) => session.close()));
  });

  test("a statement is cancelled in the middle, alone, and its session goes on", async () => {
    const stop = new AbortController();
    const running = sql.query(slow, { signal: stop.signal }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    const other = await sql.engine.session();
    expect((await other.query("SELECT 1")).rows).toEqual([["1"]]);
    stop.abort();
    expect(isAbort(await running)).toBe(true);
    expect(await sql.rows("SELECT 2")).toEqual([["2"]]);
    const before = AbortSignal.abort(new DOMException("no", "AbortError"));
    await expect(sql.query("SELECT 1", { signal: before })).rejects.toThrow("no");
    await other.close();
  });

  test("a cancelled change leaves nothing behind", async () => {
    await sql.query("CREATE TABLE t (n BIGINT)");
    const stop = new AbortController();
    const running = sql
      .query(`INSERT INTO t SELECT a.id FROM range(1000000) a CROSS JOIN range(100000) b`, { signal: stop.signal })
      .catch((thrown: unknown) => thrown);
    const waiting = sql.engine.session().then((session) => session.query("INSERT INTO t VALUES (1)"));
    stop.abort();
    expect(isAbort(await running)).toBe(true);
    await waiting;
    expect(await sql.rows("SELECT * FROM t")).toEqual([["1"]]);
  });

  test("closing the engine ends what runs", async () => {
    const running = sql.query(slow).catch((thrown: unknown) => thrown);
    await sql.engine.close();
    expect(isAbort(await running)).toBe(true);
    await expect(sql.engine.session()).rejects.toThrow("closed");
  });

  test("rowLimit stops reading and says so", async () => {
    const table = await sql.query("SELECT id FROM range(1000000000000)", { rowLimit: 5 });
    expect([table.rows.length, table.truncated]).toEqual([5, true]);
    expect((await sql.query("SELECT 1", { rowLimit: 5 })).truncated).toBeUndefined();
  });

  test("the picture of the catalogs follows the statements", async () => {
    await sql.query("CREATE TABLE t (a INT COMMENT 'x')");
    await sql.query("CREATE VOLUME v");
    const schema = sql.engine.catalogs().get("main")?.schemas.get("default");
    expect(schema?.tables.get("t")).toMatchObject({
      kind: "table",
      columns: [{ name: "a", type: "int", comment: "x" }],
      owner: "me@example.com",
    });
    expect([...(schema?.volumes.keys() ?? [])]).toEqual(["v"]);
    await sql.query("DROP TABLE t");
    expect(schema?.tables.has("t")).toBe(false);
  });
});

test("catalogs, tables, views and history outlive the engine", async () => {
  const folder = await mkdtemp(join(tmpdir(), "mortar-sql-keep-"));
  const statements = [
    "CREATE CATALOG dev COMMENT 'c'",
    "CREATE SCHEMA dev.silver",
    "CREATE TABLE dev.silver.t (id INT NOT NULL COMMENT 'key', v STRING DEFAULT 'd') PARTITIONED BY (v)",
    "INSERT INTO dev.silver.t (id) VALUES (1), (2)",
    "CREATE VIEW dev.silver.w AS SELECT id * 10 AS ten FROM dev.silver.t",
    "CREATE VOLUME dev.silver.files",
  ];
  const first = await openTestSql(folder);
  for (const statement of statements) await first.query(statement);
  const described = await first.rows("DESCRIBE EXTENDED dev.silver.t");
  const history = await first.rows("DESCRIBE HISTORY dev.silver.t");
  await first.dispose();
  const second = await openTestSql(folder);
  try {
    expect(await second.rows("SELECT ten FROM dev.silver.w ORDER BY 1")).toEqual([["10"], ["20"]]);
    expect(await second.rows("DESCRIBE EXTENDED dev.silver.t")).toEqual(described);
    expect(await second.rows("DESCRIBE HISTORY dev.silver.t")).toEqual(history);
    expect(await second.rows("SHOW VOLUMES IN dev.silver")).toEqual([["silver", "files"]]);
    await second.query("INSERT INTO dev.silver.t (id) VALUES (3)");
    expect(await second.rows("SELECT v FROM dev.silver.t WHERE id = 3")).toEqual([["d"]]);
    await second.query("DROP CATALOG dev CASCADE");
    expect((await readdir(join(folder, "sql"))).filter((name) => name.startsWith("dev"))).toEqual([]);
  } finally {
    await second.dispose();
    await rm(folder, { recursive: true, force: true });
  }
});

test("an engine whose signal fires ends its statements", async () => {
  const folder = await mkdtemp(join(tmpdir(), "mortar-sql-signal-"));
  const stop = new AbortController();
  const engine = await openSqlEngine({ folder: join(folder, "sql"), signal: stop.signal, user: "someone@example.com" });
  const session = await engine.session();
  expect((await session.query("SELECT current_user()")).rows).toEqual([["someone@example.com"]]);
  const running = session.query(slow).catch((thrown: unknown) => thrown);
  stop.abort(new DOMException("stopped", "AbortError"));
  expect(isAbort(await running)).toBe(true);
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

describe("SQL stays inside its folder", () => {
  let sql: TestSql;
  let secret: string;
  beforeAll(async () => {
    sql = await openTestSql();
    secret = join(sql.folder, "secret.csv");
    await writeFile(secret, "top,secret\n1,2\n");
  });
  afterAll(() => sql.dispose());

  test("functions and statements that read files or load code are refused by name", async () => {
    const functions = [
      "read_csv",
      "read_csv_auto",
      "read_text",
      "read_blob",
      "read_parquet",
      "parquet_scan",
      "read_json",
      "read_json_auto",
      "glob",
      "sniff_csv",
      "read_files",
      "getenv",
      "duckdb_settings",
      "duckdb_secrets",
      "pragma_database_list",
      "query",
      "query_table",
      "sqlite_scan",
      "load_aws_credentials",
      "shell",
      "parquet_metadata",
      "which_secret",
      "current_setting",
      "getvariable",
      "error",
      "list_transform",
      "unnest",
    ];
    for (const name of functions) {
      expect(await sql.fault(`SELECT * FROM ${name}('${secret}')`)).toStartWith("[UNRESOLVED_ROUTINE]");
      expect(await sql.fault(`SELECT ${name}('${secret}')`)).toStartWith("[UNRESOLVED_ROUTINE]");
    }
    const statements = [
      `COPY (SELECT 1) TO '${secret}'`,
      `COPY t FROM '${secret}'`,
      `ATTACH '${secret}' AS x`,
      "DETACH c_main",
      "INSTALL httpfs",
      "LOAD httpfs",
      `EXPORT DATABASE '${sql.folder}'`,
      `IMPORT DATABASE '${sql.folder}'`,
      "PRAGMA database_list",
      "CHECKPOINT",
      "CREATE MACRO f() AS 1",
      "CREATE SECRET s (TYPE S3)",
      "PREPARE p AS SELECT 1",
      "EXECUTE p",
      "SET enable_external_access = true",
      "SET GLOBAL memory_limit = '1TB'",
      "RESET ALL",
      "CREATE TYPE e AS ENUM ('a')",
      "CREATE SEQUENCE s",
      "CREATE INDEX i ON t (a)",
      "SUMMARIZE t",
      `FROM '${secret}'`,
      `SELECT * FROM '${secret}'`,
      `DESCRIBE '${secret}'`,
      "CALL pragma_version()",
      "VACUUM",
      "ALTER DATABASE x SET ALIAS TO y",
      "BEGIN",
      "COMMIT",
    ];
    for (const statement of statements)
      expect(await sql.fault(statement)).toMatch(/^\[(UNSUPPORTED_FEATURE|PARSE_SYNTAX_ERROR|CONFIG_NOT_AVAILABLE)/);
  });

  test("names are names, whatever they hold", async () => {
    for (const name of [secret, "../secret.csv", "c_main", 'x"; DROP TABLE t; --', "information_schema.tables"]) {
      expect(await sql.fault(`SELECT * FROM \`${name}\``)).toStartWith("[TABLE_OR_VIEW_NOT_FOUND]");
    }
    for (const name of [
      "main.mortar.documents",
      "c_main.mortar.documents",
      "memory.main.x",
      "main.duckdb_settings",
      "pg_catalog.pg_class",
      "sqlite_master",
      "temp.x",
    ]) {
      expect(await sql.fault(`SELECT * FROM ${name}`)).toStartWith("[TABLE_OR_VIEW_NOT_FOUND]");
    }
    const odd = "a\"b; c'd -- e";
    await sql.query(
      `CREATE TABLE \`${odd}\` AS SELECT 1 AS \`${odd}\`, named_struct('${odd.replace("'", "\\'")}', 2) AS s`,
    );
    await sql.query(`ALTER TABLE \`${odd}\` ADD COLUMN \`x"y\` STRING COMMENT 'it\\'s "quoted"'`);
    expect(await sql.rows(`SELECT t.\`${odd}\`, s.\`${odd}\`, \`x"y\` FROM \`${odd}\` t`)).toEqual([["1", "2", null]]);
    expect((await sql.rows(`DESCRIBE \`${odd}\``))[2]).toEqual(['x"y', "string", 'it\'s "quoted"']);
    await sql.query(`DROP TABLE \`${odd}\``);
  });

  test("texts are texts, whatever they hold", async () => {
    for (const text of [
      "'; DROP TABLE t; --",
      'a"b',
      "\\",
      "\u0000x",
      "🦆",
      "$$",
      "E'\\n'",
      "%s{}",
      "\u0001mortar\u0001A\u0001B\u0001C",
    ]) {
      expect(
        (
          await sql.rows("SELECT :x, concat(:x, '!'), upper(:x) IS NULL", { parameters: [{ name: "x", value: text }] })
        )[0]?.slice(0, 2),
      ).toEqual([text, `${text}!`]);
    }
  });

  test("DuckDB itself is closed, should a statement ever get through", async () => {
    const folder = join(sql.folder, "closed");
    const database = await openDatabase(folder);
    const connection = await database.connect();
    const statements = [
      `SELECT * FROM read_text('${secret}')`,
      `SELECT * FROM '${secret}'`,
      `COPY (SELECT 1) TO '${sql.folder}/out.csv'`,
      `ATTACH '${sql.folder}/other.duckdb'`,
      "SET enable_external_access = true",
      "SET GLOBAL allowed_directories = ['/']",
      "RESET lock_configuration",
      "INSTALL httpfs",
      "LOAD httpfs",
      "SET memory_limit = '1TB'",
      `SELECT * FROM read_text('${folder}/../secret.csv')`,
    ];
    for (const statement of statements) {
      expect({
        statement,
        outcome: await connection.run(statement).then(
          () => "ran",
          () => "refused",
        ),
      }).toEqual({ statement, outcome: "refused" });
    }
    connection.close();
    database.close();
  });
});

test("a result of much text is refused before it fills the memory", async () => {
  const sql = await openTestSql();
  expect(await sql.fault("SELECT repeat('x', 900000) FROM range(600)")).toStartWith("[RESULT_TOO_LARGE]");
  expect(await sql.fault("SELECT sequence(1, 9000000) FROM range(300)")).toContain("arrays of more than 200000 items");
  expect(await sql.rows("SELECT count(*) FROM (SELECT explode(sequence(1, 1000000)))")).toEqual([["1000000"]]);
  await sql.dispose();
});

test("what a killed process left of its spilled rows is removed", async () => {
  const folder = await mkdtemp(join(tmpdir(), "mortar-spill-"));
  const left = join(folder, "sql", "spill", "duckdb_temp_storage-0.tmp");
  await Bun.write(left, "rows");
  const sql = await openTestSql(folder);
  expect(await Bun.file(left).exists()).toBe(false);
  await sql.dispose();
  await rm(folder, { recursive: true });
});
