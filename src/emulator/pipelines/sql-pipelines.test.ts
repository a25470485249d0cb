// Pipelines of SQL: what they make is in the SQL engine, what fails says which dataset and why.
import { afterAll, beforeAll, expect, test } from "bun:test";
import type { JsonObject } from "../../platform/json.ts";
import { startPipelineBench, type PipelineBench } from "./testing.ts";

let bench: PipelineBench;
beforeAll(async () => {
  bench = await startPipelineBench();
});
afterAll(() => bench.dispose());

async function errorsOf(pipelineId: string): Promise<string> {
  return JSON.stringify(await bench.events(pipelineId, "level='ERROR'"));
}

test("makes materialized views in the order of what they read, whatever the order of the text", async () => {
  const id = await bench.make({
    "order.sql": `
      CREATE OR REFRESH MATERIALIZED VIEW totals COMMENT 'per kind' AS SELECT kind, sum(n) AS n FROM cleaned GROUP BY kind;
      CREATE TEMPORARY VIEW raw AS SELECT * FROM VALUES ('a', 1), ('a', 2), ('b', 5) AS t(kind, n);
      CREATE OR REFRESH MATERIALIZED VIEW cleaned AS SELECT kind, n FROM raw WHERE n > 1;
    `,
  });
  const { state } = await bench.update(id);
  expect(await errorsOf(id)).toBe("[]");
  expect(state).toBe("COMPLETED");
  expect(await bench.rows("SELECT kind, n FROM main.etl.totals ORDER BY kind")).toEqual([
    ["a", "2"],
    ["b", "5"],
  ]);
  const done = (await bench.events(id)).filter((event) => String(event["message"]).includes("COMPLETED"));
  expect(done.map((event) => event["message"])).toEqual([
    "Flow 'cleaned' has COMPLETED.",
    "Flow 'totals' has COMPLETED.",
  ]);
});

test("appends to a streaming table what is new, once, and starts again with a full refresh", async () => {
  await bench.run("CREATE SCHEMA IF NOT EXISTS main.src");
  await bench.run("CREATE TABLE main.src.orders AS SELECT 1 AS id, 10 AS amount");
  const id = await bench.make({
    "stream.sql": `
      CREATE OR REFRESH STREAMING TABLE bronze AS SELECT id, amount FROM STREAM(main.src.orders);
      CREATE OR REFRESH STREAMING TABLE silver (CONSTRAINT positive EXPECT (amount > 0) ON VIOLATION DROP ROW)
        AS SELECT id, amount * 2 AS amount FROM STREAM bronze;
      CREATE OR REFRESH MATERIALIZED VIEW gold AS SELECT count(*) AS n, sum(amount) AS amount FROM LIVE.silver;
    `,
  });
  await bench.update(id);
  expect(await errorsOf(id)).toBe("[]");
  await bench.run("INSERT INTO main.src.orders VALUES (2, 5), (3, -1)");
  await bench.update(id);
  await bench.update(id);
  const history = await bench.rows("DESCRIBE HISTORY main.etl.bronze");
  expect(history.map((row) => row[3])).toEqual(["WRITE", "WRITE", "CREATE TABLE AS SELECT"]);
  const { json: told } = await bench.it.call("GET /api/2.1/unity-catalog/tables/main.etl.bronze");
  expect(told).toMatchObject({ table_type: "STREAMING_TABLE", pipeline_id: id });
  const types = "SELECT table_name, table_type FROM main.information_schema.tables WHERE table_name = 'gold'";
  expect(await bench.rows(types)).toEqual([["gold", "MATERIALIZED_VIEW"]]);
  expect(await bench.rows("SELECT * FROM main.etl.bronze ORDER BY id")).toEqual([
    ["1", "10"],
    ["2", "5"],
    ["3", "-1"],
  ]);
  expect(await bench.rows("SELECT * FROM main.etl.gold")).toEqual([["2", "30"]]);
  const progress = (await bench.events(id)).map((event) => event["details"] as JsonObject);
  expect(JSON.stringify(progress)).toContain(
    '{"name":"positive","dataset":"silver","passed_records":1,"failed_records":1}',
  );

  await bench.run("UPDATE main.src.orders SET amount = 11 WHERE id = 1");
  expect((await bench.update(id)).state).toBe("FAILED");
  expect(await errorsOf(id)).toContain("DELTA_SOURCE_TABLE_IGNORE_CHANGES");
  expect((await bench.update(id, { full_refresh: true })).state).toBe("COMPLETED");
  expect(await bench.rows("SELECT amount FROM main.etl.bronze WHERE id = 1")).toEqual([["11"]]);
});

test("fails before anything is written where a flow cannot be resolved, and names it", async () => {
  const id = await bench.make({
    "broken.sql": `
      CREATE OR REFRESH MATERIALIZED VIEW fine AS SELECT 1 AS a;
      CREATE OR REFRESH MATERIALIZED VIEW wrong AS SELECT no_such_column FROM fine;
    `,
  });
  expect((await bench.update(id)).state).toBe("FAILED");
  const errors = await bench.events(id, "level in ('ERROR')");
  expect(errors.map((event) => (event["origin"] as JsonObject)["flow_name"])).toEqual(["wrong", undefined]);
  expect(JSON.stringify(errors[0])).toContain("UNRESOLVED_COLUMN");
  expect(await bench.rows("SHOW TABLES IN main.etl LIKE 'fine'")).toEqual([]);
});

test("goes on beside a flow that fails, and skips what reads it", async () => {
  const id = await bench.make({
    "partly.sql": `
      CREATE OR REFRESH MATERIALIZED VIEW bad (CONSTRAINT few EXPECT (a < 2) ON VIOLATION FAIL UPDATE) AS SELECT explode(array(1, 2)) AS a;
      CREATE OR REFRESH MATERIALIZED VIEW below AS SELECT * FROM bad;
      CREATE OR REFRESH MATERIALIZED VIEW beside AS SELECT 7 AS a;
    `,
  });
  expect((await bench.update(id)).state).toBe("FAILED");
  expect(await errorsOf(id)).toContain("Violated expectations: 'few'");
  expect(await bench.rows("SELECT a FROM main.etl.beside")).toEqual([["7"]]);
  expect(await bench.rows("SHOW TABLES IN main.etl LIKE 'below'")).toEqual([]);
  const warned = await bench.events(id, "level='WARN'");
  expect(warned.map((event) => event["message"])).toEqual([
    "Flow 'below' has been skipped because upstream 'bad' failed.",
  ]);
});

test("validates without writing, refreshes what is selected, and takes settings of the pipeline", async () => {
  const id = await bench.make(
    {
      "chosen.sql":
        "CREATE OR REFRESH MATERIALIZED VIEW one AS SELECT ${factor} * 2 AS a; CREATE OR REFRESH MATERIALIZED VIEW two AS SELECT a FROM one;",
    },
    { configuration: { factor: "21" } },
  );
  expect((await bench.update(id, { validate_only: true })).state).toBe("COMPLETED");
  expect(await bench.rows("SHOW TABLES IN main.etl LIKE 'one'")).toEqual([]);
  expect((await bench.update(id, { refresh_selection: ["one"] })).state).toBe("COMPLETED");
  expect(await bench.rows("SHOW TABLES IN main.etl LIKE 'two'")).toEqual([]);
  expect(await bench.rows("SELECT a FROM main.etl.one")).toEqual([["42"]]);
  expect((await bench.update(id, { refresh_selection: ["three"] })).state).toBe("FAILED");
});

test("writes over no table that somebody else has made, and drops its own with the pipeline", async () => {
  await bench.run("CREATE SCHEMA IF NOT EXISTS main.etl");
  await bench.run("CREATE TABLE main.etl.theirs AS SELECT 1 AS a");
  const id = await bench.make({
    "own.sql":
      "CREATE OR REFRESH MATERIALIZED VIEW theirs AS SELECT 2 AS a; CREATE OR REFRESH MATERIALIZED VIEW mine AS SELECT 3 AS a",
  });
  expect((await bench.update(id)).state).toBe("FAILED");
  expect(await bench.rows("SELECT a FROM main.etl.theirs")).toEqual([["1"]]);
  await bench.run("DROP TABLE main.etl.theirs");
  expect((await bench.update(id)).state).toBe("COMPLETED");
  expect((await bench.it.call(`DELETE /api/2.0/pipelines/${id}`)).status).toBe(200);
  expect(await bench.rows("SHOW TABLES IN main.etl LIKE 'mine'")).toEqual([]);
  expect((await bench.it.call(`GET /api/2.0/pipelines/${id}`)).status).toBe(404);
});

test("stops a continuous pipeline, which goes on until then", async () => {
  await bench.run("CREATE SCHEMA IF NOT EXISTS main.src");
  await bench.run("CREATE OR REPLACE TABLE main.src.ticks AS SELECT 1 AS id");
  const id = await bench.make(
    { "ticks.sql": "CREATE OR REFRESH STREAMING TABLE ticks AS SELECT * FROM STREAM(main.src.ticks)" },
    { continuous: true },
  );
  const ended = bench.update(id);
  const seen = async (count: string): Promise<void> => {
    for (;;) {
      const rows = await bench.rows("SELECT count(*) FROM main.etl.ticks").catch(() => []);
      if (rows[0]?.[0] === count) return;
    }
  };
  await seen("1");
  await bench.run("INSERT INTO main.src.ticks VALUES (2)");
  await seen("2");
  const second = await bench.it.call(`POST /api/2.0/pipelines/${id}/updates`, { body: {} });
  expect(second.status).toBe(409);
  expect((await bench.it.call(`GET /api/2.0/pipelines/${id}`)).json["state"]).toBe("RUNNING");
  await bench.it.call(`POST /api/2.0/pipelines/${id}/stop`);
  expect((await ended).state).toBe("CANCELED");
  expect((await bench.it.call(`GET /api/2.0/pipelines/${id}`)).json["state"]).toBe("IDLE");
});

test("keeps streams and what is there apart, so that no row is read twice", async () => {
  await bench.run("CREATE SCHEMA IF NOT EXISTS main.src");
  await bench.run("CREATE OR REPLACE TABLE main.src.kinds AS SELECT 1 AS a");
  const views = `
    CREATE TEMPORARY VIEW moving AS SELECT a FROM STREAM(main.src.kinds);
    CREATE TEMPORARY VIEW still AS SELECT a FROM main.src.kinds;`;
  const cases: readonly (readonly [string, string])[] = [
    ["CREATE OR REFRESH STREAMING TABLE k AS SELECT * FROM main.src.kinds", "STREAMING_TABLE_QUERY_INVALID"],
    ["CREATE OR REFRESH STREAMING TABLE k AS SELECT * FROM STREAM(still)", "'still' is not a streaming view"],
    ["CREATE OR REFRESH STREAMING TABLE k AS SELECT * FROM moving", "'moving' is a streaming view"],
    [
      "CREATE OR REFRESH MATERIALIZED VIEW k AS SELECT * FROM STREAM(main.src.kinds)",
      "cannot be created from a streaming query",
    ],
  ];
  for (const [statement, said] of cases) {
    const id = await bench.make({ "kinds.sql": `${views}\n${statement};` });
    expect((await bench.update(id)).state).toBe("FAILED");
    expect(await errorsOf(id)).toContain(said);
  }
});

test("lets each reader of a streaming view see what is new to it, with the view's expectations and names", async () => {
  await bench.run("CREATE OR REPLACE TABLE main.src.shared AS SELECT 1 AS a UNION ALL SELECT -1");
  const id = await bench.make({
    "shared.sql": `
      CREATE TEMPORARY VIEW fresh (n, CONSTRAINT positive EXPECT (n > 0) ON VIOLATION DROP ROW)
        AS SELECT a FROM STREAM(main.src.shared);
      CREATE OR REFRESH STREAMING TABLE shared_one AS SELECT n FROM STREAM(fresh);
      CREATE OR REFRESH STREAMING TABLE shared_two AS SELECT n * 10 AS n FROM STREAM(fresh);`,
  });
  await bench.update(id, { refresh_selection: ["shared_one"] });
  await bench.run("INSERT INTO main.src.shared VALUES (2)");
  expect((await bench.update(id)).state).toBe("COMPLETED");
  expect(await bench.rows("SELECT n FROM main.etl.shared_one ORDER BY n")).toEqual([["1"], ["2"]]);
  expect(await bench.rows("SELECT n FROM main.etl.shared_two ORDER BY n")).toEqual([["10"], ["20"]]);
  expect(JSON.stringify(await bench.events(id))).toContain(
    '"name":"positive","dataset":"fresh","passed_records":2,"failed_records":1',
  );
  const strict = await bench.make({
    "strict.sql": `
      CREATE TEMPORARY VIEW checked (CONSTRAINT all_good EXPECT (a > 0) ON VIOLATION FAIL UPDATE) AS SELECT a FROM main.src.shared;
      CREATE OR REFRESH MATERIALIZED VIEW of_checked AS SELECT * FROM checked;`,
  });
  expect((await bench.update(strict)).state).toBe("FAILED");
  expect(await errorsOf(strict)).toContain("'all_good'");
});
