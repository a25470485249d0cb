// Changes of rows by what they answer and what is there afterwards.
import { beforeEach, describe, expect, test } from "bun:test";
import { names, rows, run, runAll, sql, useSql } from "./testing-statements.ts";

useSql();

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
