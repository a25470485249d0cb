// Compute through the binary: code on serverless compute and on clusters, files of this machine, clusters and warehouses.
import { expect, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { toolStage } from "./support/tool-stage.ts";

const stage = toolStage(["--toolsets", "default,compute"]);
const { done } = stage;

test("code and files run without a notebook of their own, and leave none", async () => {
  const printed = await done("run_code", { code: "print(6 * 7)" });
  expect(printed).toMatchObject({ success: true, compute: "serverless", cells: [{ output: "42\n" }] });
  const rows = await done("run_code", { code: "SELECT 1 AS a, 'x' AS b", language: "sql" });
  expect(rows["cells"]).toMatchObject([{ columns: ["a", "b"], rows: [[1, "x"]] }]);
  const failed = await stage.session.call("run_code", { code: "1 / 0" });
  expect([failed.isError, failed.data["success"]]).toEqual([true, false]);
  expect(failed.text).toContain("ZeroDivisionError");

  const file = join(stage.machine.home, "job.py");
  await writeFile(file, "dbutils.notebook.exit('from a file')\n");
  expect(await done("run_file", { local_file: file })).toMatchObject({ success: true, result: "from a file" });
  const left = await done("list_notebooks", { path: "~/.mortar" });
  expect(left["rows"]).toEqual([]);
});

test("a cluster's whole life, and code on it", async () => {
  const nodes = await done("list_node_types", { min_cores: 4 });
  expect(nodes["default_node_type_id"]).toEqual(expect.any(String));
  expect((await done("list_spark_versions", { name_filter: "LTS" }))["default_spark_version"]).toContain("scala");
  const made = await done("create_cluster", {
    cluster_name: "mine",
    num_workers: 1,
    wait: true,
    custom_tags: { team: "x" },
  });
  const { cluster_id } = made;
  const code = await done("run_code", { code: "x = 20\nx + 1", cluster_id });
  expect(code).toMatchObject({ success: true, compute: "cluster", cells: [{ output: "21" }] });
  expect(code["context_id"]).toBeUndefined();
  const first = await done("run_code", { code: "kept = 5", compute: "cluster", keep_context: true });
  const second = await done("run_code", { code: "kept", cluster_id, context_id: first["context_id"] });
  expect(second["cells"]).toMatchObject([{ output: "5" }]);

  expect(await done("list_compute", { running_only: true })).toMatchObject({ default_cluster_id: cluster_id });
  await done("resize_cluster", { cluster_id, num_workers: 2 });
  expect(await done("restart_cluster", { cluster_id })).toMatchObject({ status: "restarted" });
  const changed = await done("update_cluster", { cluster_id, autotermination_minutes: 15 });
  expect(changed).toMatchObject({ changed: ["autotermination_minutes"], restarted: true });
  expect(await done("get_cluster_status", { cluster_id })).toMatchObject({
    autotermination_minutes: 15,
    num_workers: "2",
  });
  const events = await done("list_cluster_events", { cluster_id, limit: 3 });
  expect(events).toMatchObject({ returned: 3, truncated: true });
  expect(await done("delete_cluster", { cluster_id })).toMatchObject({ cluster_name: "mine", deleted: true });
  expect((await stage.session.call("get_cluster_status", { cluster_id })).isError).toBe(true);
});

test("a warehouse is made, changed and deleted", async () => {
  const { warehouse_id } = await done("create_warehouse", {
    name: "reports",
    auto_stop_minutes: 15,
    tags: { team: "x" },
  });
  expect(await done("update_warehouse", { warehouse_id, size: "Medium" })).toMatchObject({ changed: ["cluster_size"] });
  expect(await done("get_warehouse", { warehouse_id })).toMatchObject({
    warehouse_name: "reports",
    size: "Medium",
    auto_stop_minutes: 15,
    serverless: true,
  });
  expect((await stage.session.call("create_warehouse", { name: "reports" })).text).toContain("`update_warehouse`");
  expect(await done("delete_warehouse", { warehouse_id })).toMatchObject({ deleted: true });
  expect((await stage.session.call("get_warehouse", { warehouse_id })).isError).toBe(true);
});
