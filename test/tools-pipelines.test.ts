// Pipelines through the binary: written, deployed, run, mended, stopped and deleted by the tools, really run by the emulator.
import { expect, test } from "bun:test";
import { toolStage } from "./support/tool-stage.ts";

const stage = toolStage(["--toolsets", "default,pipelines"]);
const { done } = stage;

const source = "~/etl/tables";

async function write(content: string): Promise<void> {
  await done("write_notebook", { notebook_path: source, content, language: "sql", overwrite: true });
}

test("a pipeline's whole life", async () => {
  await write(
    "CREATE OR REFRESH MATERIALIZED VIEW fruit AS SELECT * FROM VALUES ('apple', 3), ('pear', 5) AS t(name, n)",
  );
  const wish = { name: "fruits", catalog: "main", schema: "shop", sources: [source] };
  const deployed = await done("deploy_pipeline", wish);
  expect(deployed).toMatchObject({ created: true, state: "COMPLETED", success: true });
  expect(deployed["rows"]).toEqual([["fruit", "COMPLETED", 2, null, null]]);
  const { pipeline_id, update_id } = deployed;
  expect((await done("query_sql", { statement: "SELECT sum(n) FROM main.shop.fruit" }))["rows"]).toEqual([[8]]);

  await write("CREATE OR REFRESH MATERIALIZED VIEW fruit AS SELECT nam FROM VALUES ('apple') AS t(name)");
  const failed = await stage.session.call("run_pipeline", { pipeline_id });
  expect(failed.isError).toBe(true);
  expect(failed.text).toContain("UNRESOLVED_COLUMN");
  expect(failed.data["errors"]).toContainEqual({ flow: "fruit", error: expect.stringContaining("nam") });
  const logged = await done("list_pipeline_events", {
    pipeline_id,
    level: "ERROR",
    update_id: failed.data["update_id"],
  });
  expect(logged["returned"]).toBe(2);

  await write("CREATE OR REFRESH MATERIALIZED VIEW fruit AS SELECT '${kind}' AS name");
  const changed = await done("update_pipeline", { pipeline_id, configuration: { kind: "plum" } });
  expect(changed["changed"]).toEqual(["configuration"]);
  expect(await done("get_pipeline", { name: "fruits" })).toMatchObject({
    pipeline_id,
    settings: { serverless: true, continuous: false, configuration: { kind: "plum" } },
  });
  expect(await done("run_pipeline", { pipeline_id, validate_only: true })).toMatchObject({ success: true });
  const started = await done("run_pipeline", { pipeline_id, full_refresh: true, wait: false });
  const ended = await done("get_pipeline_update", { pipeline_id, update_id: started["update_id"], wait_seconds: 30 });
  expect(ended).toMatchObject({ success: true });
  expect((await done("query_sql", { statement: "SELECT name FROM main.shop.fruit" }))["rows"]).toEqual([["plum"]]);

  const updates = await done("list_pipeline_updates", { pipeline_id });
  expect(updates["returned"]).toBe(4);
  expect((updates["rows"] as string[][]).at(-1)?.[0]).toBe(String(update_id));
  expect((await done("list_pipelines", { name_filter: "FRUIT" }))["rows"]).toHaveLength(1);
  expect(await done("delete_pipeline", { pipeline_id })).toMatchObject({ status: "deleted", tables_deleted: true });
  const gone = await stage.session.call("query_sql", { statement: "SELECT name FROM main.shop.fruit" });
  expect(gone.text).toContain("TABLE_OR_VIEW_NOT_FOUND");
});

test("a continuous pipeline goes on until it is stopped", async () => {
  await write("CREATE OR REFRESH MATERIALIZED VIEW tick AS SELECT 1 AS one");
  const wish = { name: "ticks", catalog: "main", schema: "shop", sources: [source], continuous: true };
  const { pipeline_id } = await done("create_pipeline", wish);
  const again = await stage.session.call("create_pipeline", wish);
  expect(again.text).toContain("`deploy_pipeline`");
  const running = await done("run_pipeline", { pipeline_id, wait_seconds: 0 });
  expect(running["success"]).toBeUndefined();
  expect(await done("stop_pipeline", { pipeline_id })).toMatchObject({ status: "stopped", state: "IDLE" });
  const stopped = await stage.session.call("get_pipeline_update", { pipeline_id });
  expect(stopped.data).toMatchObject({ state: "CANCELED", success: false });
  await done("delete_pipeline", { pipeline_id, keep_tables: true });
});

test("a pipeline of Python declares its tables by functions", async () => {
  const content = [
    "from pyspark import pipelines as dp",
    "",
    "@dp.materialized_view",
    '@dp.expect_or_drop("large", "id > 2")',
    "def numbers():",
    "    return spark.range(5)",
  ].join("\n");
  await done("write_notebook", { notebook_path: "~/etl/numbers", content, language: "python", overwrite: true });
  const wish = { name: "numbers", catalog: "main", schema: "shop", sources: ["~/etl/numbers"] };
  const deployed = await done("deploy_pipeline", wish);
  expect(deployed["rows"]).toEqual([["numbers", "COMPLETED", 2, 3, "large: 3"]]);
  expect((await done("get_table", { table: "main.shop.numbers" }))["type"]).toBe("MATERIALIZED_VIEW");
});
