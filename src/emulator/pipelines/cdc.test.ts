// AUTO CDC: changes find their place by their sequence, however late they come.
import { afterAll, beforeAll, expect, test } from "bun:test";
import { findPython } from "../python.ts";
import { testDeps } from "../testing.ts";
import { startPipelineBench, type PipelineBench } from "./testing.ts";

const python = await findPython(testDeps(), AbortSignal.timeout(20_000));

let bench: PipelineBench;
beforeAll(async () => {
  bench = await startPipelineBench();
  await bench.run("CREATE SCHEMA main.src");
});
afterAll(() => bench.dispose());

async function run(id: string, request = {}): Promise<void> {
  const { state } = await bench.update(id, request);
  expect([state, JSON.stringify(await bench.events(id, "level='ERROR'"))]).toEqual(["COMPLETED", "[]"]);
}

test("keeps the latest of each key, deletes, and passes over what is older than what it has", async () => {
  await bench.run("CREATE TABLE main.src.people (id INT, name STRING, op STRING, at INT)");
  await bench.run("INSERT INTO main.src.people VALUES (1, 'a', 'I', 1), (2, 'b', 'I', 1), (1, 'a2', 'U', 3)");
  const id = await bench.make({
    "people.sql": `
      CREATE OR REFRESH STREAMING TABLE people;
      CREATE FLOW changes AS AUTO CDC INTO people FROM stream(main.src.people) KEYS (id)
        APPLY AS DELETE WHEN op = 'D' SEQUENCE BY at COLUMNS * EXCEPT (op, at) STORED AS SCD TYPE 1;
      CREATE OR REFRESH MATERIALIZED VIEW names AS SELECT count(*) AS n, max(name) AS name FROM people;
    `,
  });
  await run(id);
  expect(await bench.rows("SELECT * FROM main.etl.people ORDER BY id")).toEqual([
    ["1", "a2"],
    ["2", "b"],
  ]);
  await bench.run(
    "INSERT INTO main.src.people VALUES (1, 'late', 'U', 2), (2, 'b', 'D', 5), (2, 'too late', 'U', 4), (3, 'c', 'I', 1)",
  );
  await run(id);
  expect(await bench.rows("SELECT * FROM main.etl.people ORDER BY id")).toEqual([
    ["1", "a2"],
    ["3", "c"],
  ]);
  expect(await bench.rows("SELECT * FROM main.etl.names")).toEqual([["2", "c"]]);
  await run(id, { full_refresh: true });
  expect(await bench.rows("SELECT count(*) FROM main.etl.people")).toEqual([["2"]]);
  await bench.it.call(`DELETE /api/2.0/pipelines/${id}`);
  expect(await bench.rows("SHOW TABLES IN main.etl")).toEqual([]);
});

test("keeps every version with its time, in one for changes that are not tracked, ended by a deletion", async () => {
  await bench.run("CREATE TABLE main.src.prices (sku STRING, price INT, note STRING, gone BOOLEAN, at INT)");
  await bench.run(
    "INSERT INTO main.src.prices VALUES ('x', 10, 'n1', false, 1), ('x', 12, 'n3', false, 5), ('y', 1, 'y', false, 1)",
  );
  const id = await bench.make({
    "prices.sql": `
      CREATE OR REFRESH STREAMING TABLE prices;
      APPLY CHANGES INTO LIVE.prices FROM main.src.prices KEYS (sku) APPLY AS DELETE WHEN gone SEQUENCE BY at
        COLUMNS (sku, price, note) STORED AS SCD TYPE 2 TRACK HISTORY ON (price);
    `,
  });
  await run(id);
  await bench.run(
    "INSERT INTO main.src.prices VALUES ('x', 10, 'n2', false, 3), ('y', 1, 'y', true, 4), ('y', 1, 'y', false, 9)",
  );
  await run(id);
  expect(await bench.rows("SELECT sku, price, note, __START_AT, __END_AT FROM main.etl.prices ORDER BY 1, 4")).toEqual([
    ["x", "10", "n2", "1", "5"],
    ["x", "12", "n3", "5", null],
    ["y", "1", "y", "1", "4"],
    ["y", "1", "y", "9", null],
  ]);
});

test.skipIf(python === undefined)("reads changes by Python, from a view too", async () => {
  await bench.run("CREATE TABLE main.src.events (id INT, v STRING, at INT)");
  await bench.run("INSERT INTO main.src.events VALUES (1, 'a', 1), (1, 'b', 2), (2, NULL, 1)");
  const id = await bench.make({
    "events.py": `
from pyspark import pipelines as dp
from pyspark.sql.functions import col, expr

@dp.temporary_view
def good():
    return spark.readStream.table("main.src.events").filter("v IS NOT NULL")

dp.create_streaming_table("state")
dp.create_auto_cdc_flow(target="state", source="good", keys=["id"], sequence_by=col("at"), apply_as_deletes=expr("v = 'gone'"))
`,
  });
  await run(id);
  await bench.run("INSERT INTO main.src.events VALUES (2, 'c', 1), (1, 'gone', 3)");
  await run(id);
  expect(await bench.rows("SELECT id, v FROM main.etl.state")).toEqual([["2", "c"]]);
});

test("names what it does not have, and columns that are not there", async () => {
  const cases: readonly (readonly [string, string])[] = [
    ["KEYS (id) IGNORE NULL UPDATES SEQUENCE BY at", "IGNORE NULL UPDATES"],
    ["KEYS (nokey) SEQUENCE BY at", "`nokey`"],
    ["KEYS (id)", "expected KEYS and SEQUENCE BY"],
    ["KEYS (id) SEQUENCE BY at STORED AS SCD TYPE 3", "SCD TYPE 3"],
  ];
  await bench.run("CREATE TABLE main.src.bad (id INT, at INT)");
  for (const [words, said] of cases) {
    const text = `CREATE OR REFRESH STREAMING TABLE t; CREATE FLOW f AS AUTO CDC INTO t FROM STREAM(main.src.bad) ${words};`;
    const id = await bench.make({ "bad.sql": text });
    expect((await bench.update(id)).state).toBe("FAILED");
    expect(JSON.stringify(await bench.events(id, "level='ERROR'"))).toContain(said);
  }
});
