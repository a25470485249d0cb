// Changing clusters and warehouses: what is not named stays as it was.
import { describe, expect, test } from "bun:test";
import { refusal } from "../../workspace/testing.ts";
import { bench, me, rowsOf, type Routes } from "../testing.ts";

const clusters = "/api/2.1/clusters";
const warehouses = "/api/2.0/sql/warehouses";
const configuration = {
  cluster_name: "etl",
  spark_version: "15.4.x-scala2.12",
  node_type_id: "small",
  driver_node_type_id: "small",
  num_workers: 2,
  autotermination_minutes: 60,
  data_security_mode: "SINGLE_USER",
  single_user_name: "me@example.com",
  policy_id: "p",
  spark_conf: { a: "1", b: "2" },
  custom_tags: { team: "x" },
  spark_env_vars: { E: "1" },
  init_scripts: [{ workspace: { destination: "/x.sh" } }],
  aws_attributes: { zone_id: "auto" },
};
const cluster = { cluster_id: "a", state: "TERMINATED", creator_user_name: "me@example.com", ...configuration };
const edits: Routes = { [`GET ${clusters}/get`]: () => cluster, [`POST ${clusters}/edit`]: () => ({}) };

describe("a cluster", () => {
  test("keeps all that is not named, whatever it is", async () => {
    await using it = bench(edits);
    const { data } = await it.call("update_cluster", {
      cluster_id: "a",
      autotermination_minutes: 10,
      spark_conf: { b: 3 },
    });
    expect(it.sent(`POST ${clusters}/edit`)).toEqual([
      { ...configuration, cluster_id: "a", autotermination_minutes: 10, spark_conf: { a: "1", b: "3" } },
    ]);
    expect(data).toMatchObject({ changed: ["autotermination_minutes", "spark_conf"], restarted: false });
  });

  test("gets one size, drivers like its workers, and loses what null takes away", async () => {
    await using it = bench(edits);
    const extra_settings = { aws_attributes: null, spark_env_vars: { F: "2" } };
    await it.call("update_cluster", {
      cluster_id: "a",
      num_workers: 1,
      max_workers: 4,
      node_type_id: "big",
      extra_settings,
    });
    const { num_workers: _workers, aws_attributes: _aws, ...kept } = configuration;
    expect(it.sent(`POST ${clusters}/edit`)).toEqual([
      {
        ...kept,
        cluster_id: "a",
        autoscale: { min_workers: 1, max_workers: 4 },
        node_type_id: "big",
        driver_node_type_id: "big",
        spark_env_vars: { F: "2" },
      },
    ]);
  });

  test("becomes a single node and a cluster of workers again, without settings of the other", async () => {
    const single = {
      ...cluster,
      num_workers: 0,
      spark_conf: { "spark.master": "local[*]", "spark.databricks.cluster.profile": "singleNode", a: "1" },
      custom_tags: { ResourceClass: "SingleNode" },
    };
    await using down = bench(edits);
    await down.call("update_cluster", { cluster_id: "a", num_workers: 0 });
    expect(down.sent(`POST ${clusters}/edit`)[0]).toMatchObject({
      num_workers: 0,
      spark_conf: { a: "1", b: "2", "spark.master": "local[*]" },
      custom_tags: { team: "x", ResourceClass: "SingleNode" },
    });
    await using up = bench({ ...edits, [`GET ${clusters}/get`]: () => single });
    await up.call("update_cluster", { cluster_id: "a", num_workers: 3 });
    const sent = up.sent(`POST ${clusters}/edit`)[0];
    expect([sent?.["num_workers"], sent?.["spark_conf"], sent?.["custom_tags"]]).toEqual([3, { a: "1" }, undefined]);
  });

  test("is not sent back where nothing changes, and says so where nothing is named", async () => {
    await using it = bench(edits);
    const { data } = await it.call("update_cluster", { cluster_id: "a", autotermination_minutes: 60, num_workers: 2 });
    expect([data["changed"], it.sent(`POST ${clusters}/edit`)]).toEqual([[], []]);
    expect((await it.failure("update_cluster", { cluster_id: "a" })).code).toBe("invalid_input");
  });

  test("is resized and restarted only while it runs", async () => {
    await using off = bench(edits);
    expect((await off.failure("resize_cluster", { cluster_id: "a", num_workers: 3 })).hint).toContain(
      "`update_cluster`",
    );
    expect((await off.failure("restart_cluster", { cluster_id: "a" })).hint).toContain("`start_cluster`");
    const states = ["RUNNING", "RESIZING", "RESIZING", "RUNNING", "RESTARTING", "RUNNING"];
    await using on = bench({
      [`GET ${clusters}/get`]: () => ({ ...cluster, state: states.shift() }),
      [`POST ${clusters}/resize`]: () => ({}),
      [`POST ${clusters}/restart`]: () => ({}),
    });
    const { data } = await on.call("resize_cluster", { cluster_id: "a", num_workers: 3, max_workers: 5 });
    expect([data["state"], on.sent(`POST ${clusters}/resize`)]).toEqual([
      "RESIZING",
      [{ cluster_id: "a", autoscale: { min_workers: 3, max_workers: 5 } }],
    ]);
    expect((await on.call("restart_cluster", { cluster_id: "a" })).data["status"]).toBe("restarted");
  });

  test("is deleted by its name, after a question that has it", async () => {
    await using it = bench({ ...edits, [`POST ${clusters}/permanent-delete`]: () => ({}) });
    const { deleteCluster } = await import("./delete-cluster.ts");
    expect(String(await deleteCluster.confirm?.({ cluster_id: "a" }, it.context))).toContain("“etl”");
    expect((await it.call("delete_cluster", { cluster_id: "a" })).data).toMatchObject({
      cluster_name: "etl",
      deleted: true,
    });
  });

  test("tells its events without what it was before and after", async () => {
    const event = (type: string, details: object) => ({ cluster_id: "a", timestamp: 1_790_000_000_000, type, details });
    await using it = bench({
      [`POST ${clusters}/events`]: (_request, body) =>
        body["page_token"] === undefined
          ? {
              events: [event("TERMINATING", { reason: { code: "INACTIVITY" }, attributes: { long: "x" } })],
              next_page_token: "t",
            }
          : { events: [event("STARTING", { user: "me" })] },
    });
    const result = await it.call("list_cluster_events", { cluster_id: "a", limit: 1 });
    expect(rowsOf(result)).toEqual([
      { time: "2026-09-21T14:13:20Z", type: "TERMINATING", details: '{"reason":{"code":"INACTIVITY"}}' },
    ]);
    expect(result.data).toMatchObject({ truncated: true, next_offset: 1 });
    const second = await it.call("list_cluster_events", { cluster_id: "a", offset: 1 });
    expect(rowsOf(second)[0]).toMatchObject({ type: "STARTING" });
  });
});

describe("a warehouse", () => {
  const settings = {
    name: "w",
    cluster_size: "Small",
    min_num_clusters: 1,
    max_num_clusters: 3,
    auto_stop_mins: 20,
    warehouse_type: "PRO",
    enable_serverless_compute: true,
    channel: { name: "CHANNEL_NAME_PREVIEW" },
    tags: { custom_tags: [{ key: "a", value: "b" }] },
    spot_instance_policy: "RELIABILITY_OPTIMIZED",
  };
  const wire = { id: "w1", state: "RUNNING", num_active_sessions: 2, creator_name: "me", ...settings };
  const routes: Routes = {
    ...me,
    [`GET ${warehouses}/w1`]: () => wire,
    [`POST ${warehouses}`]: () => ({ id: "w1" }),
    [`POST ${warehouses}/w1/edit`]: () => ({}),
    [`DELETE ${warehouses}/w1`]: () => ({}),
  };

  test("is small unless more is asked for", async () => {
    await using it = bench(routes);
    await it.call("create_warehouse", { name: "w" });
    await it.call("create_warehouse", {
      name: "w",
      size: "Large",
      min_clusters: 2,
      serverless: false,
      tags: { a: "b" },
    });
    expect(it.sent(`POST ${warehouses}`)).toEqual([
      {
        name: "w",
        cluster_size: "2X-Small",
        min_num_clusters: 1,
        max_num_clusters: 1,
        auto_stop_mins: 10,
        warehouse_type: "PRO",
        enable_serverless_compute: true,
      },
      {
        name: "w",
        cluster_size: "Large",
        min_num_clusters: 2,
        max_num_clusters: 2,
        auto_stop_mins: 10,
        warehouse_type: "PRO",
        enable_serverless_compute: false,
        tags: { custom_tags: [{ key: "a", value: "b" }] },
      },
    ]);
    await using taken = bench({
      [`POST ${warehouses}`]: () =>
        refusal(400, "INVALID_PARAMETER_VALUE", "A SQL warehouse with the name w already exists."),
    });
    expect((await taken.failure("create_warehouse", { name: "w" })).hint).toContain("`update_warehouse`");
  });

  test("keeps all that is not named", async () => {
    await using it = bench(routes);
    const { data } = await it.call("update_warehouse", { warehouse_id: "w1", serverless: false, size: "Small" });
    expect(it.sent(`POST ${warehouses}/w1/edit`)).toEqual([{ ...settings, enable_serverless_compute: false }]);
    expect(data["changed"]).toEqual(["enable_serverless_compute"]);
    expect((await it.failure("update_warehouse", { warehouse_id: "w1" })).code).toBe("invalid_input");
  });

  test("tells all of itself, and is deleted after a question with its name and sessions", async () => {
    await using it = bench(routes);
    expect((await it.call("get_warehouse", { warehouse_id: "w1" })).data).toMatchObject({
      size: "Small",
      sessions: 2,
      max_clusters: 3,
    });
    const { deleteWarehouse } = await import("./delete-warehouse.ts");
    expect(String(await deleteWarehouse.confirm?.({ warehouse_id: "w1" }, it.context))).toContain(
      "“w” (“w1”, 2 sessions)",
    );
    expect((await it.call("delete_warehouse", { warehouse_id: "w1" })).data["deleted"]).toBe(true);
  });
});

test("node types and runtimes are filtered, with the ones that are taken by default", async () => {
  const node = (id: string, cores: number, gb: number, more: object = {}) => ({
    node_type_id: id,
    num_cores: cores,
    memory_mb: gb * 1_024,
    num_gpus: 0,
    description: id,
    node_instance_type: { local_disks: 1 },
    ...more,
  });
  await using it = bench({
    [`GET ${clusters}/list-node-types`]: () => ({
      node_types: [
        node("big", 16, 64),
        node("gpu", 8, 32, { num_gpus: 1 }),
        node("tiny", 2, 4),
        node("fit", 4, 16),
        node("secret", 4, 16, { is_hidden: true }),
      ],
    }),
    [`GET ${clusters}/spark-versions`]: () => ({
      versions: [
        { key: "16.0.x-scala2.12", name: "16.0" },
        { key: "15.4.x-scala2.12", name: "15.4 LTS" },
        { key: "15.4.x-gpu-ml-scala2.12", name: "15.4 LTS ML GPU" },
      ],
    }),
  });
  const nodes = await it.call("list_node_types", { min_cores: 4, gpu: false });
  expect([rowsOf(nodes).map((row) => row["node_type_id"]), nodes.data["default_node_type_id"]]).toEqual([
    ["fit", "big"],
    "fit",
  ]);
  expect(rowsOf(await it.call("list_node_types", { gpu: true }))[0]).toMatchObject({
    node_type_id: "gpu",
    memory_gb: 32,
  });
  const versions = await it.call("list_spark_versions", { name_filter: "ml" });
  expect(rowsOf(versions)).toHaveLength(1);
  expect(versions.data["default_spark_version"]).toBe("15.4.x-scala2.12");
});

test("all compute is told at one look, running first, with what is taken by default", async () => {
  await using it = bench({
    ...me,
    [`GET ${clusters}/list`]: () => ({ clusters: [cluster, { ...cluster, cluster_id: "b", state: "RUNNING" }] }),
    [`GET ${warehouses}`]: () => ({
      warehouses: [{ id: "w1", name: "w", state: "STOPPED", cluster_size: "Small", enable_serverless_compute: true }],
    }),
  });
  const result = await it.call("list_compute");
  expect(rowsOf(result).map((row) => [row["kind"], row["id"], row["size"]])).toEqual([
    ["cluster", "b", "2 x small"],
    ["cluster", "a", "2 x small"],
    ["warehouse", "w1", "Small, serverless"],
  ]);
  expect(result.data).toMatchObject({ default_cluster_id: "b", default_warehouse_id: "w1", running: 1, total: 3 });
  expect(rowsOf(await it.call("list_compute", { running_only: true }))).toHaveLength(1);
});
