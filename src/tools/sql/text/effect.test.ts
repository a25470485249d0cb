// What a statement does, for --read-only: no way of writing may pass for reading.
import { describe, expect, test } from "bun:test";
import { effectOf, safeEffectOf } from "./effect.ts";
import { splitStatements } from "./split.ts";

const effectsOf = (sql: string): readonly string[] => splitStatements(sql).map(({ tokens }) => effectOf(tokens).effect);

const reading = [
  "SELECT 1",
  "((SELECT 1) UNION (SELECT 2))",
  "WITH a AS (SELECT 1) SELECT * FROM a",
  "WITH RECURSIVE a (n) MAX RECURSION LEVEL 10 AS (SELECT 1), b AS (SELECT 2) SELECT * FROM a, b",
  "WITH delete AS (SELECT 1) SELECT * FROM delete",
  "WITH `insert` AS (SELECT 1) (SELECT * FROM `insert`)",
  "FROM t |> WHERE a > 1 |> SELECT a",
  "FROM t SELECT a",
  "VALUES (1), (2)",
  "TABLE t",
  "SELECT replace(a, 'x', 'y'), 'DROP TABLE t' AS `insert` FROM t -- DELETE FROM t",
  "SHOW TABLES IN a.b",
  "DESCRIBE HISTORY t",
  "DESC TABLE EXTENDED t",
  "EXPLAIN DELETE FROM t",
  "LIST '/Volumes/a/b/c'",
  "USE CATALOG main",
  "SET TIME ZONE 'UTC'",
  "SELECT ai_query('databricks-meta-llama', a), ai_query(endpoint => 'databricks-x', request => a) FROM t",
  "SELECT * FROM IDENTIFIER(:name) WHERE a IN (1)",
  "/* a */ select 1",
];

const writing = [
  "INSERT INTO t VALUES (1)",
  "INSERT INTO t SELECT replace(a, 'x', 'y') FROM u",
  "WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a",
  "with a as (select 1), b as (select 2) insert into t select * from a",
  "FROM t INSERT INTO u SELECT a",
  "CREATE TABLE t (a INT)",
  "CREATE TABLE IF NOT EXISTS t AS SELECT 1",
  "COPY INTO t FROM '/Volumes/a/b/c' FILEFORMAT = CSV",
  "ALTER TABLE t ADD COLUMN a INT",
  "ALTER TABLE t SET TAGS ('a' = 'b')",
  "SET TAG ON TABLE t a = b",
  "COMMENT ON TABLE t IS 'a'",
  "GRANT SELECT ON TABLE t TO `someone`",
  "OPTIMIZE t",
  "UNDROP TABLE t",
];

const destroying = [
  "INSERT OVERWRITE t SELECT 1",
  "INSERT INTO t REPLACE WHERE a = 1 SELECT 1",
  "INSERT WITH SCHEMA EVOLUTION INTO TABLE a.b.c BY NAME REPLACE WHERE a = 1 SELECT 1",
  "INSERT INTO TABLE a.b.c AS target BY NAME REPLACE USING (a) SELECT 1",
  "FROM t INSERT OVERWRITE TABLE u SELECT a",
  "CREATE OR REPLACE TABLE t AS SELECT 1",
  "WITH a AS (SELECT 1) DELETE FROM t WHERE b IN (SELECT * FROM a)",
  "DELETE FROM t",
  "UPDATE t SET a = 1",
  "MERGE INTO t USING u ON t.a = u.a WHEN MATCHED THEN DELETE",
  "DROP TABLE t",
  "TRUNCATE TABLE t",
  "ALTER TABLE t DROP COLUMN a",
  "ALTER TABLE t RENAME TO u",
  "REVOKE SELECT ON TABLE t FROM `someone`",
  "VACUUM t",
  "RESTORE TABLE t TO VERSION AS OF 1",
];

const untold = [
  "BEGIN SELECT 1; END",
  "CALL p()",
  "EXECUTE IMMEDIATE 'DROP TABLE t'",
  "SELECT http_request(conn => 'c', method => 'POST')",
  "SELECT `http_request`(conn => 'c')",
  "SELECT * FROM remote_query('c', query => 'x')",
  "SELECT reflect('java.lang.System', 'exit', 1)",
  "SELECT system.builtin.`http_request`(conn => 'c')",
  "SELECT IDENTIFIER('http_' || 'request')(conn => 'c')",
  "SELECT * FROM IDENTIFIER(:name)('c', query => 'x')",
  "SELECT * FROM read_kafka(bootstrapServers => 'elsewhere:9092')",
  "SELECT ai_query('an-agent', 'delete all')",
  "SELECT ai_query(request => 'delete all', endpoint => 'databricks-x')",
  "SELECT ai_query('databricks-' || name, 'x') FROM t",
  "SELECT ai_query('databricks-' 'x', 'x')",
  "EXPLAIN ANALYZE INSERT INTO t VALUES (1)",
  String.raw`SELECT 1e+5r'\', http_request('x')`,
  "WITH a AS SELECT 1",
  "WITH a AS (SELECT 1)",
  "PUT '/tmp/a' INTO '/Volumes/a/b/c'",
  "GET '/Volumes/a/b/c' TO '/etc/passwd'",
  "FROBNICATE t",
  "'SELECT 1'",
  "()",
];

const groups = { read: reading, write: writing, destructive: destroying, unknown: untold } as const;

for (const [effect, statements] of Object.entries(groups)) {
  describe(effect, () => {
    for (const sql of statements) test(sql, () => expect(effectsOf(sql)).toEqual([effect]));
  });
}

test("the kind is that of what follows WITH", () => {
  const [statement] = splitStatements("WITH a AS (SELECT 1) MERGE INTO t USING a ON true WHEN MATCHED THEN DELETE");
  expect(effectOf(statement?.tokens ?? [])).toEqual({ effect: "destructive", kind: "MERGE", why: "MERGE" });
});

test("what cannot be told says why", () => {
  expect(effectOf(splitStatements("SELECT http_request('a')")[0]?.tokens ?? []).why).toContain("http_request");
  expect(effectOf(splitStatements("CALL p()")[0]?.tokens ?? []).why).toContain("CALL");
});

test("two statements where one was looked at are two", () => {
  expect(effectsOf("SELECT 1; DROP TABLE t")).toEqual(["read", "destructive"]);
});

const readsAs = (sql: string): string => safeEffectOf(sql, splitStatements(sql)[0]?.tokens ?? []).effect;

describe("comments and hints, which a workspace may read in another way", () => {
  const hiding: readonly (readonly [string, string])[] = [
    ["a hint in a comment is no nesting in Spark", "FROM t /* /*+ */ INSERT INTO u -- */\n SELECT *"],
    ["and is one elsewhere", "FROM t /* /*+ */ ' */ INSERT INTO u SELECT * -- '"],
    ["a string in a hint hides its end", 'FROM t SELECT /*+ a(\'*/ , " \') */ a -- "\nINSERT INTO u SELECT a -- "'],
    ["a backslash before CRLF", "SELECT 1 -- \\\r\n , http_request('x')"],
    ["a backslash before LF, where comments end with their line", "SELECT 1 -- \\\n , http_request('x')"],
    ["a second statement", "SELECT 1 -- \\\n ; DROP TABLE t"],
  ];
  for (const [what, sql] of hiding) test(what, () => expect(readsAs(sql)).not.toBe("read"));

  test("hints alone are harmless", () => {
    expect(readsAs("SELECT /*+ BROADCAST(a), MERGE(b, '*/') */ * /* see /* this */ */ FROM a")).toBe("read");
    expect(readsAs("SELECT 1 -- C:\\dir\\\n + 1")).toBe("read");
  });
});

describe("values that are put in before a statement is read", () => {
  test("a word in pieces is one", () => expect(readsAs("FROM t INS${spark.x}ERT INTO u SELECT *")).toBe("unknown"));
  test("also behind what is none", () => expect(readsAs("SELECT 1, '${ ${a{b}'")).toBe("unknown"));
  test("a dollar alone is harmless", () => expect(readsAs("SELECT '$.a', '${ }', x:$ FROM t")).toBe("read"));
});

describe("backslashes in strings, which a session may read in another way", () => {
  const effectIn = (sql: string): string => safeEffectOf(sql, splitStatements(sql)[0]?.tokens ?? []).effect;

  test("a statement that hides in a string is not for reading", () => {
    expect(effectIn(String.raw`WITH a AS (SELECT '\') INSERT INTO t SELECT 1 -- ') SELECT * FROM a`)).toBe("unknown");
  });

  test("an escaped quote alone is harmless", () => {
    expect(effectIn(String.raw`SELECT 'it\'s', 'a\n'`)).toBe("read");
  });
});
