// Which statements of a text may run side by side: those of which it is proven, no others.
import { describe, expect, test } from "bun:test";
import { orderStatements } from "./order.ts";
import { splitStatements } from "./split.ts";

const edges = (sql: string): readonly (readonly number[])[] =>
  orderStatements(splitStatements(sql)).map(({ behind }) => behind);

const free: readonly (readonly [string, string])[] = [
  ["queries", "SELECT * FROM a; SELECT * FROM b; WITH x AS (SELECT 1) SELECT * FROM x"],
  ["rows into two tables", "INSERT INTO c.s.a VALUES (1); INSERT INTO c.s.b VALUES (2)"],
  ["two tables that are made", "CREATE TABLE a (x INT); CREATE TABLE b (x INT)"],
];

describe("free of each other", () => {
  for (const [what, sql] of free) {
    test(what, () => expect(edges(sql).every((behind) => behind.length === 0)).toBe(true));
  }

  test("two that each read what the text has made", () => {
    const sql =
      "CREATE TABLE a AS SELECT 1; CREATE TABLE b AS SELECT 2; INSERT INTO c SELECT * FROM a; INSERT INTO d SELECT * FROM b";
    expect(edges(sql)).toEqual([[], [], [0], [1]]);
  });
});

const bound: readonly (readonly [string, string])[] = [
  ["a table and its rows", "CREATE TABLE t (a INT); INSERT INTO t VALUES (1)"],
  ["rows and their reading", "INSERT INTO t VALUES (1); SELECT * FROM t"],
  ["a name in backticks and in capitals", "INSERT INTO `T` VALUES (1); INSERT INTO t VALUES (2)"],
  ["one table with and without its schema", "INSERT INTO c.s.t VALUES (1); INSERT INTO t VALUES (2)"],
  ["a schema and a table in it", "CREATE SCHEMA s; CREATE TABLE s.t (a INT)"],
  ["a table that is dropped and made", "DROP TABLE IF EXISTS t; CREATE TABLE t (a INT)"],
  ["what may be a view over it", "INSERT INTO t VALUES (1); SELECT * FROM v"],
  ["what may be a view, read first", "INSERT INTO u SELECT * FROM v; INSERT INTO t VALUES (1)"],
  ["a function that may read it", "INSERT INTO t VALUES (1); INSERT INTO u SELECT my_function()"],
  ["a function of a schema", "INSERT INTO t VALUES (1); INSERT INTO u SELECT c.s.f(1)"],
  ["a table in a subquery", "INSERT INTO t VALUES (1); INSERT INTO u SELECT a FROM (SELECT a FROM t)"],
  ["a table behind a comma", "CREATE TABLE a AS SELECT 1; INSERT INTO b SELECT 1 FROM (SELECT 1) x, a"],
  ["USE and what follows", "USE CATALOG main; SELECT * FROM t"],
  ["a grant", "GRANT SELECT ON TABLE t TO `x`; SELECT * FROM t"],
  ["a script", "BEGIN INSERT INTO t VALUES (1); END; SELECT * FROM u"],
  ["a procedure", "CALL p(); SELECT * FROM u"],
  ["a path", "INSERT INTO t VALUES (1); INSERT INTO u SELECT * FROM delta.`/a/b`"],
  ["a table whose name is computed", "CREATE TABLE t (a INT); INSERT INTO IDENTIFIER('t') VALUES (1)"],
  ["rows for a computed name", "CREATE TABLE t (a INT); INSERT INTO IDENTIFIER('t') VALUES (1); SELECT a FROM t"],
  [
    "rows with schema evolution",
    "CREATE TABLE t (a INT); INSERT WITH SCHEMA EVOLUTION INTO t VALUES (1); SELECT a FROM t",
  ],
  ["a path that is written", "INSERT INTO t VALUES (1); INSERT INTO delta.`/a/b` VALUES (1)"],
  ["a folder that is written", "INSERT INTO t VALUES (1); INSERT OVERWRITE DIRECTORY '/a/b' SELECT 1"],
  ["a table in parentheses", "CREATE TABLE a (x INT); CREATE TABLE b AS SELECT * FROM (a)"],
  ["tables in parentheses", "CREATE TABLE a (x INT); CREATE TABLE b AS SELECT 1 FROM (c JOIN a)"],
  ["a foreign key", "CREATE TABLE a (x INT PRIMARY KEY); CREATE TABLE b (x INT CONSTRAINT f REFERENCES a)"],
  ["a schema and a table of it without its catalog", "CREATE SCHEMA main.s; CREATE TABLE s.t (a INT)"],
  ["a schema that may be the one in use", "CREATE SCHEMA IF NOT EXISTS main.s; CREATE TABLE t (a INT)"],
  ["a clone", "INSERT INTO t VALUES (1); CREATE TABLE u CLONE t"],
];

describe("one behind the other", () => {
  for (const [what, sql] of bound) test(what, () => expect(edges(sql).at(-1)?.length).toBeGreaterThan(0));

  test("a table that became a view is none any more", () => {
    const sql =
      "CREATE TABLE x (a INT); DROP TABLE x; CREATE VIEW x AS SELECT * FROM y; INSERT INTO y VALUES (1); INSERT INTO z SELECT * FROM x";
    expect(edges(sql)[4]).toContain(3);
  });

  test("a view that becomes a table was one when it was read", () => {
    const sql = "INSERT INTO z SELECT * FROM x; CREATE OR REPLACE TABLE x (a INT); INSERT INTO y VALUES (1)";
    expect(edges(sql)[2]).toContain(0);
  });
});

test("USE says what is in use from there on", () => {
  const uses = orderStatements(splitStatements("USE CATALOG Main; USE s; USE a.b; USE SCHEMA `x y`")).map(
    ({ use }) => use.uses,
  );
  expect(uses).toEqual([{ catalog: "Main" }, { schema: "s" }, { catalog: "a", schema: "b" }, { schema: "x y" }]);
});

test("what belongs to a session is named", () => {
  const of = (sql: string) => orderStatements(splitStatements(sql))[0]?.use.session;
  expect(of("DECLARE x INT")).toBe("a variable");
  expect(of("SET TIME ZONE 'UTC'")).toBe("a setting");
  expect(of("CREATE TEMPORARY VIEW v AS SELECT 1")).toBe("a temporary view");
  expect(of("CREATE OR REPLACE TEMP VIEW v AS SELECT 1")).toBe("a temporary view");
  expect(of("BEGIN TRANSACTION")).toBe("a transaction");
  expect(of("BEGIN SELECT 1; END")).toBeUndefined();
});
