// Defects of the older plugin, each with a test that shows the right behaviour: clusters and execution contexts.
import { describe, expect, test } from "bun:test";
import { refusal } from "../../workspace/testing.ts";
import type { Session } from "../define.ts";
import { bench, me, rowsOf } from "../testing.ts";

describe("the older plugin's defects: clusters and execution contexts", () => {
  test("13: a cluster without workers is a single node that runs jobs, on a node type that this cloud has", async () => {
    await using place = bench({
      ...me,
      "GET /api/2.1/clusters/list-node-types": () => ({
        node_types: [
          {
            node_type_id: "Standard_D2s",
            memory_mb: 8_192,
            num_cores: 2,
            num_gpus: 0,
            node_instance_type: { local_disks: 1 },
          },
          {
            node_type_id: "Standard_D64",
            memory_mb: 262_144,
            num_cores: 64,
            num_gpus: 0,
            node_instance_type: { local_disks: 1 },
          },
          {
            node_type_id: "Standard_D4s",
            memory_mb: 16_384,
            num_cores: 4,
            num_gpus: 0,
            node_instance_type: { local_disks: 1 },
          },
          { node_type_id: "Standard_D4_old", memory_mb: 16_000, num_cores: 4, num_gpus: 0, is_deprecated: true },
          {
            node_type_id: "Standard_NC4",
            memory_mb: 14_500,
            num_cores: 4,
            num_gpus: 1,
            node_instance_type: { local_disks: 1 },
          },
        ],
      }),
      "GET /api/2.1/clusters/spark-versions": () => ({
        versions: [
          { key: "18.0.x-scala2.13", name: "18.0 (Beta)" },
          { key: "17.3.x-gpu-ml-scala2.13", name: "17.3 LTS ML (GPU)" },
          { key: "15.4.x-scala2.12", name: "15.4 LTS" },
          { key: "17.3.x-scala2.13", name: "17.3 LTS" },
        ],
      }),
      "POST /api/2.1/clusters/create": () => ({ cluster_id: "k1" }),
      "GET /api/2.1/clusters/get": () => ({
        cluster_id: "k1",
        cluster_name: "dev",
        state: "PENDING",
        state_message: "Starting",
      }),
    });
    const { data } = await place.call("create_cluster", { cluster_name: "dev", num_workers: 0 });
    expect(data).toMatchObject({ cluster_id: "k1", status: "creating" });
    expect(place.sent("POST /api/2.1/clusters/create")[0]).toEqual({
      cluster_name: "dev",
      num_workers: 0,
      node_type_id: "Standard_D4s",
      spark_version: "17.3.x-scala2.13",
      spark_conf: { "spark.databricks.cluster.profile": "singleNode", "spark.master": "local[*]" },
      custom_tags: { ResourceClass: "SingleNode" },
      autotermination_minutes: 30,
      data_security_mode: "SINGLE_USER",
      single_user_name: "me@example.com",
    });
  });

  test.each([
    ["PENDING", ["PENDING", "RUNNING"], 0, "started"],
    ["RESTARTING", ["RESTARTING", "RUNNING"], 0, "started"],
    ["TERMINATING", ["TERMINATING", "TERMINATED", "PENDING", "RUNNING"], 1, "started"],
    ["TERMINATED", ["TERMINATED", "PENDING", "RUNNING"], 1, "started"],
    ["RUNNING", ["RUNNING"], 0, "already_running"],
  ])("14: starting a cluster that is %s comes to a running one", async (_state, states, starts, status) => {
    let asked = 0;
    await using place = bench({
      "GET /api/2.1/clusters/get": () => ({
        cluster_id: "k",
        cluster_name: "c",
        state: states[Math.min(asked++, states.length - 1)],
      }),
      "POST /api/2.1/clusters/start": () => ({}),
    });
    const { data, failed } = await place.call("start_cluster", { cluster_id: "k" });
    expect({ status: data["status"], failed }).toEqual({ status, failed: false });
    expect(place.sent("POST /api/2.1/clusters/start")).toHaveLength(starts);
  });

  test("14: another's start between the question and ours is no failure", async () => {
    const states = ["TERMINATED", "PENDING", "RUNNING"];
    let asked = 0;
    await using place = bench({
      "GET /api/2.1/clusters/get": () => ({ cluster_id: "k", cluster_name: "c", state: states[Math.min(asked++, 2)] }),
      "POST /api/2.1/clusters/start": () => refusal(400, "INVALID_STATE", "Cluster k is in unexpected state Pending."),
    });
    expect((await place.call("start_cluster", { cluster_id: "k" })).data["status"]).toBe("started");
  });

  test("14: the filter terminated includes those that are ending and those that failed", async () => {
    const clusters = ["RUNNING", "TERMINATED", "TERMINATING", "ERROR", "PENDING"].map((state) => ({
      cluster_id: state,
      cluster_name: state,
      state,
    }));
    await using place = bench({ "GET /api/2.1/clusters/list": () => ({ clusters }) });
    const shown = async (filter: string) =>
      rowsOf(await place.call("list_clusters", { filter_by: filter })).map((row) => row["state"]);
    expect(await shown("terminated")).toEqual(["TERMINATED", "TERMINATING", "ERROR"]);
    expect(await shown("starting")).toEqual(["PENDING"]);
    expect(await shown("all")).toHaveLength(5);
  });

  test("15: a context that is gone says so and names the cure", async () => {
    await using place = bench({
      "POST /api/1.2/commands/execute": () =>
        Response.json({ error: "ContextNotFound: no context x" }, { status: 500 }),
      "GET /api/2.1/clusters/get": () => ({ cluster_id: "k", cluster_name: "c", state: "RUNNING" }),
    });
    const error = await place.failure("execute_cell", { cluster_id: "k", context_id: "x", code: "1" });
    expect(error.code).toBe("not_found");
    expect(error.hint).toContain("create_context");
  });

  test("15: so does a cluster that no longer runs", async () => {
    await using place = bench({
      "POST /api/1.2/commands/execute": () =>
        Response.json({ error: "ClusterNotReadyException: not running" }, { status: 400 }),
      "GET /api/2.1/clusters/get": () => ({ cluster_id: "k", cluster_name: "c", state: "TERMINATED" }),
    });
    const error = await place.failure("execute_cell", { cluster_id: "k", context_id: "x", code: "1" });
    expect(error.message).toContain("TERMINATED");
    expect(error.hint).toContain("start_cluster");
  });

  test("15: the contexts of a session are remembered, so that its end can close them", async () => {
    const kept = new Map<string, (signal: AbortSignal) => Promise<void>>();
    const session: Session = {
      keep: (key, release) => void kept.set(key, release),
      about: () => undefined,
      forget: (key) => void kept.delete(key),
    };
    await using place = bench(
      {
        "POST /api/1.2/contexts/create": () => ({ id: "x1" }),
        "GET /api/1.2/contexts/status": () => ({ id: "x1", status: "Running" }),
        "POST /api/1.2/contexts/destroy": () => ({ id: "x1" }),
      },
      { session },
    );
    await place.call("create_context", { cluster_id: "k" });
    expect(kept.size).toBe(1);
    for (const release of kept.values()) await release(AbortSignal.timeout(1_000));
    expect(place.sent("POST /api/1.2/contexts/destroy")).toEqual([{ clusterId: "k", contextId: "x1" }]);
    await place.call("destroy_context", { cluster_id: "k", context_id: "x1" });
    expect(kept.size).toBe(0);
  });
});
