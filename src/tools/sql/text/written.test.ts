// What a statement writes, for protected catalogs: no form of the language may write where nobody looks.
import { describe, expect, test } from "bun:test";
import type { Target } from "../../targets.ts";
import { splitStatements } from "./split.ts";
import { writtenByAll } from "./written.ts";

const place = { catalog: "c", schema: "s" };
const writes = (sql: string, at = place): readonly Target[] => writtenByAll(splitStatements(sql), at);
const shown = (targets: readonly Target[]): readonly string[] => [
  ...new Set(
    targets.map((target) => {
      if (target.kind === "securable") return target.name.map((part) => part ?? "?").join(".");
      return target.kind === "path" ? target.path : "anywhere";
    }),
  ),
];

const cases: readonly (readonly [sql: string, writes: readonly string[]])[] = [
  ["SELECT * FROM prod.a.b", []],
  ["INSERT INTO t VALUES (1)", ["c.s.t"]],
  ["INSERT INTO TABLE x.t SELECT * FROM prod.a.b", ["c.x.t"]],
  ["INSERT OVERWRITE a.b.t SELECT 1", ["a.b.t"]],
  ["INSERT OVERWRITE DIRECTORY '/mnt/x' USING csv SELECT 1", ["dbfs:/mnt/x"]],
  ["INSERT WITH SCHEMA EVOLUTION INTO a.b.t SELECT 1", ["a.b.t"]],
  ["WITH q AS (SELECT 1) INSERT INTO a.b.t SELECT * FROM q", ["a.b.t"]],
  ["FROM q INSERT INTO a.b.t SELECT a INSERT OVERWRITE TABLE a.b.u SELECT b", ["a.b.t", "a.b.u"]],
  ["MERGE WITH SCHEMA EVOLUTION INTO a.b.t USING q ON true WHEN MATCHED THEN DELETE", ["a.b.t"]],
  ["MERGE INTO `a`.`b c`.`t``x` AS t USING q ON true WHEN MATCHED THEN UPDATE SET *", ["a.b c.t`x"]],
  ["UPDATE a.b.t SET x = 1", ["a.b.t"]],
  ["UPDATE schema SET x = 1", ["c.s.schema"]],
  ["DELETE FROM volume WHERE a = 1", ["c.s.volume"]],
  ["DELETE FROM delta.`/mnt/x`", ["dbfs:/mnt/x"]],
  ["DELETE FROM delta.`s3://b/x`", ["s3://b/x"]],
  ["TRUNCATE TABLE t", ["c.s.t"]],
  ["COPY INTO a.b.t FROM 's3://b/x' FILEFORMAT = CSV", ["a.b.t"]],
  ["CREATE TABLE IF NOT EXISTS a.b.t (x INT)", ["a.b.t"]],
  ["CREATE OR REPLACE TABLE t AS SELECT * FROM prod.a.b", ["c.s.t"]],
  ["CREATE EXTERNAL TABLE t (x INT) LOCATION 's3://b/prod'", ["c.s.t", "s3://b/prod"]],
  ["CREATE TABLE t USING parquet OPTIONS (path '/mnt/x')", ["c.s.t", "dbfs:/mnt/x"]],
  ["CREATE TABLE t USING parquet OPTIONS ('path' = '/Volumes/a/b/v')", ["c.s.t", "/Volumes/a/b/v"]],
  ["CREATE SCHEMA x", ["c.x"]],
  ["CREATE SCHEMA prod.x MANAGED LOCATION 's3://b/y'", ["prod.x", "s3://b/y"]],
  ["CREATE CATALOG prod", ["prod.?"]],
  ["CREATE TEMPORARY VIEW v AS SELECT 1", []],
  ["CREATE MATERIALIZED VIEW a.b.v AS SELECT 1", ["a.b.v"]],
  ["CREATE OR REFRESH STREAMING TABLE a.b.t AS SELECT 1", ["a.b.t"]],
  ["CREATE EXTERNAL VOLUME a.b.v LOCATION 's3://b/v'", ["a.b.v", "s3://b/v"]],
  ["CREATE FUNCTION a.b.f() RETURNS INT RETURN 1", ["a.b.f"]],
  ["CREATE SHARE sh", []],
  // The strings are one to the workspace, or are made from others.
  ["CREATE TABLE t LOCATION 's3://b/p' 'rod'", ["c.s.t", "anywhere"]],
  [String.raw`CREATE TABLE t LOCATION 's3://b/pr\u006fd'`, ["c.s.t", "anywhere"]],
  ["CREATE TABLE t LOCATION r's3://b/prod'", ["c.s.t", "s3://b/prod"]],
  ["CREATE TABLE t USING csv OPTIONS (header = true, path = 's3://b/p' || 'rod')", ["c.s.t", "anywhere"]],
  ["CREATE TABLE t USING csv OPTIONS (path concat('s3://b/p', 'rod'))", ["c.s.t", "anywhere"]],
  ["CREATE TABLE t USING csv OPTIONS (`path` 's3://b/prod')", ["c.s.t", "s3://b/prod"]],
  ["CREATE TABLE t (path STRING, location STRING) LOCATION 's3://b/x'", ["c.s.t", "s3://b/x"]],
  ["INSERT OVERWRITE DIRECTORY 's3://b/p' 'rod' USING csv SELECT 1", ["anywhere"]],
  ["LOAD DATA INPATH 's3://b/prod' INTO TABLE t", ["c.s.t", "s3://b/prod"]],
  ["CREATE EXTERNAL LOCATION l URL 's3://b/prod' WITH (STORAGE CREDENTIAL k)", ["s3://b/prod"]],
  ["ALTER EXTERNAL LOCATION l SET URL 's3://b/x'", ["anywhere"]],
  ["ALTER SHARE sh ADD TABLE prod.a.b", ["anywhere"]],
  // A part of a name may be computed, too.
  ["DELETE FROM prod.IDENTIFIER('s').t", ["anywhere"]],
  ["DELETE FROM prod.s.IDENTIFIER('t')", ["anywhere"]],
  // A schema of that name is one as any other.
  ["DELETE FROM json.t", ["c.json.t"]],
  ["REORG CHECKPOINT TABLE prod.a.b", ["anywhere"]],
  ["DELETE FROM pr${spark.x}od.s.t", ["c.s.pr", "anywhere"]],
  ["CREATE POLICY p ON SCHEMA prod.x ROW FILTER f TO `a`", ["prod.x"]],
  ["DROP TABLE IF EXISTS a.b.t", ["a.b.t"]],
  ["DROP SCHEMA prod.x CASCADE", ["prod.x"]],
  ["DROP CATALOG prod CASCADE", ["prod.?"]],
  ["DROP VOLUME a.b.v", ["a.b.v"]],
  ["ALTER TABLE a.b.t RENAME TO prod.x.t", ["a.b.t", "prod.x.t"]],
  ["ALTER TABLE a.b.t RENAME TO u", ["a.b.t", "a.b.u"]],
  ["ALTER TABLE a.b.t SET LOCATION '/mnt/x'", ["a.b.t", "dbfs:/mnt/x"]],
  ["ALTER SCHEMA prod.x OWNER TO `me`", ["prod.x"]],
  ["GRANT SELECT ON TABLE a.b.t TO `x`", ["a.b.t"]],
  ["GRANT ALL PRIVILEGES ON CATALOG prod TO `x`", ["prod.?"]],
  ["REVOKE SELECT ON a.b.t FROM `x`", ["a.b.t"]],
  ["GRANT USAGE ON EXTERNAL LOCATION l TO `x`", ["anywhere"]],
  ["GRANT SELECT ON ANY FILE TO `x`", ["anywhere"]],
  ["COMMENT ON SCHEMA prod.x IS 'a'", ["prod.x"]],
  ["SET TAG ON COLUMN prod.x.t.col a = b", ["prod.x.t.col"]],
  ["OPTIMIZE t", ["c.s.t"]],
  ["VACUUM a.b.t RETAIN 0 HOURS", ["a.b.t"]],
  ["ANALYZE TABLE a.b.t COMPUTE STATISTICS", ["a.b.t"]],
  ["ANALYZE TABLES IN prod.x COMPUTE STATISTICS", ["prod.x"]],
  ["REFRESH MATERIALIZED VIEW a.b.v", ["a.b.v"]],
  ["RESTORE TABLE a.b.t TO VERSION AS OF 1", ["a.b.t"]],
  ["UNDROP TABLE a.b.t", ["a.b.t"]],
  ["UNDROP TABLE WITH ID 'x'", ["anywhere"]],
  ["MSCK REPAIR TABLE a.b.t", ["a.b.t"]],
  ["CONVERT TO DELTA parquet.`s3://b/x`", ["s3://b/x"]],
  ["REMOVE '/Volumes/prod/x/v/f'", ["/Volumes/prod/x/v/f"]],
  ["CLEAR CACHE", []],
  // Not to be told.
  ["INSERT INTO IDENTIFIER(:name) VALUES (1)", ["anywhere"]],
  ["DROP TABLE IDENTIFIER('prod' || '.x.t')", ["anywhere"]],
  ["BEGIN INSERT INTO a.b.t VALUES (1); END", ["anywhere"]],
  ["CALL a.b.p()", ["anywhere"]],
  ["EXECUTE IMMEDIATE 'DROP TABLE x'", ["anywhere"]],
  ["SELECT http_request('x')", ["anywhere"]],
  ["INSERT INTO a.b.t SELECT http_request('x')", ["anywhere"]],
  ["FROBNICATE TABLE a.b.t", ["anywhere"]],
];

describe("what is written", () => {
  test.each(cases)("%s", (sql, written) => {
    expect(shown(writes(sql))).toEqual(written);
  });

  test("names without a catalog may be in any, where none is said", () => {
    expect(shown(writes("DELETE FROM t", { catalog: undefined, schema: undefined } as never))).toEqual(["?.?.t"]);
  });

  test("USE holds for what stands behind it", () => {
    const sql =
      "INSERT INTO t VALUES (1); USE prod.x; INSERT INTO t VALUES (2); USE CATALOG d; INSERT INTO t VALUES (3)";
    // What USE itself changes is the session alone.
    expect(shown(writes(sql))).toEqual(["c.s.t", "prod.x.t", "d.?.t"]);
  });

  test("what is a string in one way of reading and a statement in another is both", () => {
    const sql = String.raw`INSERT INTO a.b.t SELECT '\' -- '; DROP TABLE prod.x.t`;
    expect(shown(writes(sql)).length).toBeGreaterThan(0);
    const hidden = String.raw`WITH q AS (SELECT '\') INSERT INTO prod.x.t SELECT 1 -- ') SELECT * FROM q`;
    expect(shown(writes(hidden))).toContain("prod.x.t");
  });
});
