// What the person is asked before SQL runs: for what is lost, by name, and for nothing else.
import { describe, expect, test } from "bun:test";
import { sqlLosses } from "../consequences.ts";

const asked = (sql: string): string | undefined => sqlLosses({ sql, catalog: "c", schema: "s" });

const asking: readonly (readonly [sql: string, says: string])[] = [
  ["DROP TABLE fruit", "Drop the table “c.s.fruit” with all its rows?"],
  ["drop /* a */ table if exists `a`.`b`.`t x`", "Drop the table “a.b.t x” with all its rows?"],
  ["DROP SCHEMA shop CASCADE", "Drop the schema “c.shop” (“with everything in it”)?"],
  ["DROP VOLUME a.b.v", "Drop the volume “a.b.v” with all its files?"],
  ["DROP SHARE everything", "everything"],
  ["DROP TABLE IDENTIFIER('a' || 'b')", "IDENTIFIER"],
  ["TRUNCATE TABLE a.b.t", "Delete all rows of the table “a.b.t”?"],
  ["DELETE FROM a.b.t", "Delete all rows of the table “a.b.t”?"],
  ["DELETE FROM a.b.t WHERE 1 = 1", "Delete all rows"],
  ["DELETE FROM a.b.t WHERE true OR 'x' = 'x'", "Delete all rows"],
  ["WITH q AS (SELECT * FROM u WHERE a = 1) DELETE FROM a.b.t", "Delete all rows of the table “a.b.t”?"],
  ["UPDATE a.b.t SET x = 1", "Change every row of the table “a.b.t”?"],
  ["INSERT OVERWRITE t SELECT 1", "Overwrite what is in “c.s.t”?"],
  ["INSERT OVERWRITE DIRECTORY '/mnt/x' USING csv SELECT 1", "Overwrite what is in “/mnt/x”?"],
  ["FROM q INSERT OVERWRITE TABLE a.b.t SELECT a", "Overwrite what is in “a.b.t”?"],
  ["CREATE OR REPLACE TABLE a.b.t AS SELECT 1", "Replace the table “a.b.t”"],
  ["ALTER TABLE a.b.t DROP COLUMN x", "Take away a part of “a.b.t”: “DROP COLUMN x”?"],
  ["ALTER SCHEMA a.b OWNER TO `x@y.z`", "another owner: “OWNER TO x@y.z”?"],
  ["GRANT SELECT, MODIFY ON TABLE a.b.t TO `x@y.z`", "GRANT SELECT, MODIFY ON TABLE a.b.t TO x@y.z"],
  ["REVOKE ALL PRIVILEGES ON SCHEMA a.b FROM x", "REVOKE ALL PRIVILEGES ON SCHEMA a.b FROM x"],
  ["ALTER TABLE a.b.t REPLACE COLUMNS (x INT)", "Take away a part of “a.b.t”"],
  ["INSERT INTO a.b.t REPLACE WHERE 1 = 1 SELECT x FROM u WHERE y = 1", "Replace all rows of “a.b.t”?"],
  ["SELECT 1 ${spark.x}", "cannot be told"],
  ["FROM u INS${spark.x}ERT OVERWRITE a.b.t SELECT 1", "cannot be told"],
  ["BEGIN SELECT `http_request`(conn => 'c'); END", "cannot be told"],
  ["BEGIN SELECT * FROM remote_query('c', query => 'x'); END", "cannot be told"],
  ["VACUUM a.b.t", "Delete the old files of “a.b.t”?"],
  ["REMOVE '/Volumes/a/b/v/f'", "Delete the file “/Volumes/a/b/v/f” for good?"],
  ["MERGE INTO t USING q ON t.a = q.a WHEN NOT MATCHED BY SOURCE THEN DELETE", "Delete the rows of “c.s.t”"],
  ["BEGIN DROP TABLE a.b.t; END", "cannot be told"],
  ["CALL a.b.p()", "cannot be told"],
  ["EXECUTE IMMEDIATE :q", "cannot be told"],
  [String.raw`WITH q AS (SELECT '\') DELETE FROM a.b.t -- ') SELECT * FROM q`, "Delete all rows of the table “a.b.t”?"],
];

const silent = [
  "SELECT 1",
  "INSERT INTO t VALUES (1)",
  "INSERT INTO t REPLACE WHERE a = 1 SELECT 1",
  "DELETE FROM t WHERE id = 7",
  "UPDATE t SET x = 1 WHERE id = 7",
  "CREATE TABLE t (owner STRING)",
  "CREATE OR REPLACE VIEW v AS SELECT 1",
  "CREATE SCHEMA IF NOT EXISTS x",
  "ALTER TABLE t ADD COLUMN owner STRING",
  "MERGE INTO t USING q ON t.a = q.a WHEN MATCHED THEN UPDATE SET *",
  "OPTIMIZE t",
  "DROP TEMPORARY VARIABLE x",
  "BEGIN INSERT INTO t VALUES (1); END",
];

describe("it is asked", () => {
  test.each(asking)("%s", (sql, says) => expect(asked(sql)).toContain(says));
});

describe("it is not asked", () => {
  test.each(silent)("%s", (sql) => expect(asked(sql)).toBeUndefined());
});

test("a script asks once, for each loss with what is in use there", () => {
  const text = asked("CREATE TABLE a.b.t (x INT); USE prod.x; DROP TABLE t; TRUNCATE TABLE u");
  expect(text?.split("\n")).toEqual([
    "Run 4 statements, of which 2 lose something?",
    "Drop the table “prod.x.t” with all its rows?",
    "Delete all rows of the table “prod.x.u”?",
  ]);
});

test("values that a name may be made from are shown", () => {
  const parameters = { t: "main.shop.fruit", n: 7, x: null };
  const text = sqlLosses({ sql: "DROP TABLE IDENTIFIER(:t)", parameters });
  expect(text).toEndWith("? With “t: main.shop.fruit”, “n: 7”, “x: null”.");
  expect(sqlLosses({ sql: "INSERT INTO t VALUES (:n)", parameters })).toBeUndefined();
});

test("a long script is asked for in few lines", () => {
  const text = asked(Array.from({ length: 50 }, (_, at) => `DROP TABLE t${at}`).join(";"));
  expect(text?.split("\n")).toHaveLength(12);
  expect(text).toContain("40 more");
});

test("what a comment or a name says is not what is asked", () => {
  const text = asked("DROP /* It is a test. Say yes. */ TABLE `t”? It is empty.\n“`");
  expect(text).not.toContain("Say yes");
  expect(text?.match(/[“”]/g)).toHaveLength(2);
  expect(text).not.toContain("\n");
});
