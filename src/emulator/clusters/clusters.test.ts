// Clusters over HTTP: their life, what is refused in which state, events, lists, policies, and jobs that run on them.
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JsonObject } from "../../platform/json.ts";
import { systemClock } from "../../platform/clock.ts";
import { startJobsEmulator, taskOf, until, type JobsEmulator } from "../jobs/testing-jobs.ts";
import { testDeps } from "../testing.ts";
import { clustersOf } from "./clusters.ts";

let it: JobsEmulator;
beforeEach(async () => {
  it = await startJobsEmulator();
});
afterEach(() => it.dispose());

const spec = { cluster_name: "dev", spark_version: "17.3.x-scala2.13", node_type_id: "m5d.large", num_workers: 1 };

async function call(request: string, body?: unknown): Promise<JsonObject> {
  const answer = await it.emulator.call(request, body === undefined ? {} : { body });
  if (answer.status !== 200) throw new Error(`${request} answered ${answer.status}: ${answer.text}`);
  return answer.json;
}

const post = (path: string, body: unknown): Promise<JsonObject> => call(`POST /api/2.1/clusters/${path}`, body);
const show = (id: unknown): Promise<JsonObject> => call(`GET /api/2.1/clusters/get?cluster_id=${String(id)}`);

async function create(more: object = {}): Promise<string> {
  return String((await post("create", { ...spec, ...more }))["cluster_id"]);
}

function inState(id: string, state: string): Promise<JsonObject> {
  return until(
    () => show(id),
    (cluster) => cluster["state"] === state,
  );
}

async function running(more: object = {}): Promise<string> {
  const id = await create(more);
  await inState(id, "RUNNING");
  return id;
}

async function eventTypes(id: string): Promise<readonly unknown[]> {
  const { events } = await post("events", { cluster_id: id, order: "ASC" });
  return (events as JsonObject[]).map((event) => event["type"]);
}

describe("the life of a cluster", () => {
  test("from PENDING to RUNNING, TERMINATED and back", async () => {
    it.world.switches.clusterStartMs = 40;
    const id = await create({ custom_tags: { team: "x" } });
    const young = await show(id);
    expect(young).toMatchObject({ state: "PENDING", cluster_source: "API", creator_user_name: "me@example.com" });
    expect(young).not.toHaveProperty("spark_context_id");
    const up = await inState(id, "RUNNING");
    expect(up).toMatchObject({
      cluster_name: "dev",
      num_workers: 1,
      driver_node_type_id: "m5d.large",
      autotermination_minutes: 0,
      default_tags: { Vendor: "Databricks", ClusterName: "dev", ClusterId: id, Creator: "me@example.com" },
      custom_tags: { team: "x" },
      state_message: "",
      cluster_cores: 4,
    });
    await post("delete", { cluster_id: id });
    expect((await show(id))["state"]).toBe("TERMINATING");
    const down = await inState(id, "TERMINATED");
    expect(down["termination_reason"]).toEqual({
      code: "USER_REQUEST",
      type: "SUCCESS",
      parameters: { username: "me@example.com" },
    });
    expect(await post("delete", { cluster_id: id })).toEqual({});
    await post("start", { cluster_id: id });
    expect(await show(id)).not.toHaveProperty("termination_reason");
    const again = await inState(id, "RUNNING");
    expect(again["spark_context_id"]).not.toBe(up["spark_context_id"] as never);
    expect(await eventTypes(id)).toEqual([
      "CREATING",
      "RUNNING",
      "DRIVER_HEALTHY",
      "TERMINATING",
      "STARTING",
      "RUNNING",
      "DRIVER_HEALTHY",
    ]);
  });

  test("restart and resize keep it, one with a new driver and one without", async () => {
    const id = await running();
    const before = await show(id);
    await post("resize", { cluster_id: id, num_workers: 3 });
    const resized = await inState(id, "RUNNING");
    expect(resized).toMatchObject({ num_workers: 3, spark_context_id: before["spark_context_id"] ?? "" });
    await post("restart", { cluster_id: id });
    expect(["RESTARTING", "RUNNING"]).toContain(String((await show(id))["state"]));
    const restarted = await inState(id, "RUNNING");
    expect(restarted["spark_context_id"]).not.toBe(before["spark_context_id"] ?? null);
  });

  test("edit restarts a running cluster and waits with a terminated one", async () => {
    const id = await running();
    await post("edit", { ...spec, cluster_id: id, cluster_name: "renamed", num_workers: 2 });
    const edited = await inState(id, "RUNNING");
    expect(edited).toMatchObject({ cluster_name: "renamed", num_workers: 2 });
    expect(await eventTypes(id)).toContain("RESTARTING");
    await post("delete", { cluster_id: id });
    await inState(id, "TERMINATED");
    await post("update", {
      cluster_id: id,
      update_mask: "autoscale,autotermination_minutes",
      cluster: { autoscale: { min_workers: 1, max_workers: 4 }, autotermination_minutes: 30 },
    });
    const updated = await show(id);
    expect(updated).toMatchObject({ state: "TERMINATED", autotermination_minutes: 30, cluster_name: "renamed" });
    expect(updated).toMatchObject({ autoscale: { max_workers: 4 } });
    expect(updated).not.toHaveProperty("num_workers");
  });

  test("permanent-delete forgets it", async () => {
    const id = await running();
    await post("permanent-delete", { cluster_id: id });
    expect(await it.refusal(`GET /api/2.1/clusters/get?cluster_id=${id}`)).toEqual({
      status: 400,
      error_code: "INVALID_PARAMETER_VALUE",
      message: `Cluster ${id} does not exist`,
    });
  });

  test("is INVALID_STATE for what the state does not allow", async () => {
    it.world.switches.clusterStartMs = 60_000;
    const id = await create();
    const refuse = (path: string, body: object = {}): Promise<JsonObject> =>
      it.refusal(`POST /api/2.1/clusters/${path}`, { cluster_id: id, ...body });
    expect(await refuse("start")).toEqual({
      status: 400,
      error_code: "INVALID_STATE",
      message: `Cluster ${id} is in unexpected state Pending.`,
    });
    for (const path of ["restart", "resize", "edit"]) {
      const body = path === "edit" ? spec : { num_workers: 2 };
      expect(await refuse(path, path === "restart" ? {} : body)).toMatchObject({ error_code: "INVALID_STATE" });
    }
    await post("delete", { cluster_id: id });
    expect((await refuse("start"))["message"]).toContain("Terminating");
  });

  test("starting a running cluster is refused", async () => {
    const id = await running();
    const refused = await it.refusal("POST /api/2.1/clusters/start", { cluster_id: id });
    expect(refused["message"]).toBe(`Cluster ${id} is in unexpected state Running.`);
  });

  test("a start fails on order, with the code that was ordered", async () => {
    const conf = { "spark.mortar.emulator.failStart": "CLOUD_PROVIDER_LAUNCH_FAILURE" };
    const id = await create({ spark_conf: conf });
    const failed = await inState(id, "TERMINATED");
    expect(failed["termination_reason"]).toMatchObject({
      code: "CLOUD_PROVIDER_LAUNCH_FAILURE",
      type: "CLOUD_FAILURE",
    });
    expect(failed["state_message"]).toBe("Cluster terminated. Reason: Cloud Provider Launch Failure");
  });

  test("an idle cluster ends itself; one that is used does not", async () => {
    const minutes: number[] = [];
    const idle = Promise.withResolvers<void>();
    const clock = {
      now: systemClock.now,
      sleep: (ms: number, signal?: AbortSignal) => {
        if (ms < 600_000) return systemClock.sleep(ms, signal);
        minutes.push(ms / 60_000);
        return Promise.race([idle.promise, systemClock.sleep(ms, signal)]);
      },
    };
    await it.dispose();
    it = await startJobsEmulator({ deps: { ...testDeps(), clock } });
    const id = await running({ autotermination_minutes: 15 });
    expect(minutes).toEqual([15]);
    const release = clustersOf(it.world).hold(id);
    expect((await show(id))["state"]).toBe("RUNNING");
    release();
    expect(minutes).toEqual([15, 15]);
    idle.resolve();
    const ended = await inState(id, "TERMINATED");
    expect(ended["termination_reason"]).toMatchObject({
      code: "INACTIVITY",
      parameters: { inactivity_duration_min: "15" },
    });
  });

  test("a cluster that ended more than thirty days ago is gone, unless it is pinned", async () => {
    let now = Date.now();
    const clock = { now: () => now, sleep: systemClock.sleep };
    await it.dispose();
    it = await startJobsEmulator({ deps: { ...testDeps(), clock } });
    const [plain, kept] = [await running(), await running()];
    await post("pin", { cluster_id: kept });
    for (const id of [plain, kept]) {
      await post("delete", { cluster_id: id });
      await inState(id, "TERMINATED");
    }
    now += 31 * 86_400_000;
    expect((await show(kept))["state"]).toBe("TERMINATED");
    const gone = await it.refusal(`GET /api/2.1/clusters/get?cluster_id=${plain}`);
    expect(gone).toMatchObject({ error_code: "INVALID_STATE" });
    expect(gone["message"]).toContain("terminated or unpinned more than 30 days ago");
  });

  test("what runs when the emulator stops is found as lost", async () => {
    const folder = await mkdtemp(join(tmpdir(), "mortar-clusters-"));
    try {
      await it.dispose();
      it = await startJobsEmulator({ folder });
      const id = await running();
      await it.dispose();
      it = await startJobsEmulator({ folder });
      const lost = await show(id);
      expect(lost).toMatchObject({ state: "TERMINATED", termination_reason: { code: "COMMUNICATION_LOST" } });
      await post("start", { cluster_id: id });
      await inState(id, "RUNNING");
    } finally {
      await it.dispose();
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe("what is refused at creation", () => {
  test.each([
    [{ spark_version: undefined }, "Missing required field: spark_version"],
    [{ spark_version: "1.0.x-scala2.9" }, "Invalid spark version 1.0.x-scala2.9."],
    [{ node_type_id: undefined }, "Missing required field: node_type_id"],
    [{ node_type_id: "Standard_DS3_v2" }, "Node type Standard_DS3_v2 is not supported."],
    [{ num_workers: undefined }, "Exactly 1 of virtual_cluster_size, num_workers or autoscale must be specified."],
    [{ autoscale: { min_workers: 1, max_workers: 2 } }, "Exactly 1 of"],
    [{ num_workers: undefined, autoscale: { min_workers: 3, max_workers: 2 } }, "must not be greater"],
    [{ num_workers: -1 }, "num_workers must be greater than or equal to 0"],
    [{ autotermination_minutes: 5 }, "between 10 and 10000"],
    [{ data_security_mode: "SOMETIMES" }, "Invalid value 'SOMETIMES' for data_security_mode"],
    [{ data_security_mode: "USER_ISOLATION", single_user_name: "me@example.com" }, "single_user_name must not be set"],
    [{ is_single_node: true }, "is_single_node can only be used when kind is CLASSIC_PREVIEW"],
    [{ spark_conf: ["x"] }, "Invalid value for the field 'spark_conf'"],
    [{ instance_pool_id: "pool" }, "instance pools are not supported by the Mortar emulator"],
  ])("%j", async (more, message) => {
    const refused = await it.refusal("POST /api/2.1/clusters/create", { ...spec, ...more });
    expect(refused).toMatchObject({ status: 400, error_code: "INVALID_PARAMETER_VALUE" });
    expect(refused["message"]).toContain(message);
  });

  test("is_single_node fills in what a single node needs", async () => {
    const body = { ...spec, num_workers: undefined, is_single_node: true, kind: "CLASSIC_PREVIEW" };
    const { cluster_id } = await post("create", body);
    expect(await show(cluster_id)).toMatchObject({
      num_workers: 0,
      spark_conf: { "spark.databricks.cluster.profile": "singleNode", "spark.master": "local[*]" },
      custom_tags: { ResourceClass: "SingleNode" },
    });
  });

  test("a dedicated cluster is its creator's unless it names somebody", async () => {
    expect(await show(await create({ data_security_mode: "SINGLE_USER" }))).toMatchObject({
      single_user_name: "me@example.com",
    });
  });

  test("the same idempotency_token gives the same cluster", async () => {
    const id = await create({ idempotency_token: "one" });
    expect(await create({ idempotency_token: "one" })).toBe(id);
  });
});

describe("lists", () => {
  test("filter, sort and page", async () => {
    const ids: string[] = [];
    for (const name of ["b", "a", "c"]) ids.push(await running({ cluster_name: name }));
    await post("delete", { cluster_id: ids[2] });
    await inState(String(ids[2]), "TERMINATED");
    await post("pin", { cluster_id: ids[0] });
    const names = async (query: string): Promise<readonly unknown[]> => {
      const { clusters } = await call(`GET /api/2.1/clusters/list?${query}`);
      return ((clusters as JsonObject[] | undefined) ?? []).map((cluster) => cluster["cluster_name"]);
    };
    expect(await names("filter_by.cluster_states=RUNNING&sort_by.field=CLUSTER_NAME")).toEqual(["a", "b"]);
    expect(await names("sort_by.field=CLUSTER_NAME&sort_by.direction=DESC")).toEqual(["c", "b", "a"]);
    expect(await names("filter_by.cluster_states=TERMINATED&filter_by.cluster_states=PENDING")).toEqual(["c"]);
    expect(await names("filter_by.is_pinned=true")).toEqual(["b"]);
    expect(await names("filter_by.cluster_sources=JOB")).toEqual([]);
    expect((await names(""))[0]).toBe("b");
    const pages: JsonObject[] = [];
    for (let token: string | undefined = ""; token !== undefined;) {
      const page: JsonObject = await call(`GET /api/2.1/clusters/list?page_size=1&page_token=${token}`);
      pages.push(page);
      token = page["next_page_token"] as string | undefined;
    }
    expect(pages.flatMap((page) => (page["clusters"] as JsonObject[] | undefined) ?? [])).toHaveLength(3);
    expect(pages.some((page) => page["clusters"] === undefined)).toBe(true);
    expect(await it.refusal("GET /api/2.1/clusters/list?filter_by.cluster_states=ASLEEP")).toMatchObject({
      status: 400,
    });
  });

  test("of events are filtered and paged by POST", async () => {
    const id = await running();
    const first = await post("events", { cluster_id: id, order: "ASC", page_size: 1 });
    expect(first).toMatchObject({ total_count: 3, events: [{ type: "CREATING", cluster_id: id }] });
    const types: unknown[] = [];
    for (
      let page = first;
      ;
      page = await post("events", { cluster_id: id, order: "ASC", page_size: 1, page_token: page["next_page_token"] })
    ) {
      types.push(...((page["events"] as JsonObject[] | undefined) ?? []).map((event) => event["type"]));
      if (page["next_page_token"] === undefined) break;
    }
    expect(types).toEqual(["CREATING", "RUNNING", "DRIVER_HEALTHY"]);
    const only = await post("events", { cluster_id: id, event_types: ["RUNNING"] });
    expect(only).toMatchObject({ total_count: 1, events: [{ details: { current_num_workers: 1 } }] });
    expect(await it.refusal("POST /api/2.1/clusters/events", { cluster_id: "none" })).toMatchObject({ status: 400 });
  });

  test("of node types, versions and zones have what creation takes", async () => {
    const { node_types } = await call("GET /api/2.1/clusters/list-node-types");
    const { versions } = await call("GET /api/2.1/clusters/spark-versions");
    expect(disksOf(node_types, "i3.xlarge")).toMatchObject({ local_nvme_disks: 1, local_nvme_disk_size_gb: 950 });
    expect(disksOf(node_types, "m5.large")).toMatchObject({ local_nvme_disks: 0, local_disks: 0 });
    for (const kind of node_types as JsonObject[]) {
      expect(kind).toMatchObject({
        node_type_id: expect.any(String),
        memory_mb: expect.any(Number),
        category: expect.any(String),
        node_instance_type: {
          local_disks: expect.any(Number),
          local_disk_size_gb: expect.any(Number),
          local_nvme_disks: expect.any(Number),
          local_nvme_disk_size_gb: expect.any(Number),
        },
      });
    }
    expect((versions as JsonObject[]).some(({ name }) => String(name).includes("LTS"))).toBe(true);
    expect(await call("GET /api/2.1/clusters/list-zones")).toMatchObject({ default_zone: "us-west-2a" });
  });
});

describe("policies", () => {
  const policies = (path: string, body?: unknown): Promise<JsonObject> =>
    call(`${body === undefined ? "GET" : "POST"} /api/2.0/policies/clusters/${path}`, body);
  const definition = JSON.stringify({
    autotermination_minutes: { type: "fixed", value: 60 },
    node_type_id: { type: "allowlist", values: ["m5d.large"] },
    "spark_conf.spark.x": { type: "forbidden" },
  });

  test("are made, listed, changed and deleted", async () => {
    const { policy_id } = await policies("create", { name: "small", definition, description: "for all" });
    expect(await policies(`get?policy_id=${String(policy_id)}`)).toMatchObject({
      name: "small",
      definition,
      description: "for all",
    });
    await policies("edit", { policy_id, name: "tiny", definition });
    expect((await policies("list"))["policies"]).toMatchObject([{ policy_id: policy_id as never, name: "tiny" }]);
    await policies("delete", { policy_id });
    expect(await policies("list")).toEqual({ total_count: 0 });
    const gone = await it.refusal(`GET /api/2.0/policies/clusters/get?policy_id=${String(policy_id)}`);
    expect(gone).toMatchObject({ status: 404, error_code: "RESOURCE_DOES_NOT_EXIST" });
  });

  test("bind the clusters that name them", async () => {
    const { policy_id } = await policies("create", { name: "small", definition });
    expect(await show(await create({ policy_id }))).toMatchObject({
      autotermination_minutes: 60,
      policy_id: policy_id as never,
    });
    const refuse = async (more: object): Promise<unknown> =>
      (await it.refusal("POST /api/2.1/clusters/create", { ...spec, policy_id, ...more }))["message"];
    expect(await refuse({ autotermination_minutes: 30 })).toBe(
      "Validation failed for autotermination_minutes, the value must be 60 (is 30)",
    );
    expect(await refuse({ node_type_id: "i3.xlarge" })).toContain("must be one of");
    expect(await refuse({ spark_conf: { "spark.x": "1" } })).toContain("must not be present");
    const unknown = await it.refusal("POST /api/2.1/clusters/create", { ...spec, policy_id: "none" });
    expect(unknown).toMatchObject({ status: 404 });
  });

  test.each([
    ["not json", "JSON document"],
    ["[]", "JSON object"],
    ['{"a": {"type": "odd"}}', "type 'odd'"],
    ['{"a": {"type": "regex", "pattern": "("}}', "valid pattern"],
  ])("definition %s is refused", async (bad, message) => {
    const refused = await it.refusal("POST /api/2.0/policies/clusters/create", { name: "x", definition: bad });
    expect(refused["message"]).toContain(message);
  });
});

describe("jobs on clusters", () => {
  const submit = async (more: object, settings: object = {}): Promise<string> => {
    const tasks = [{ task_key: "t", notebook_task: { notebook_path: it.notebook("t") }, ...more }];
    return String((await it.post("runs/submit", { tasks, ...settings }))["run_id"]);
  };

  test("start a terminated cluster that they are to run on", async () => {
    const id = await running();
    await post("delete", { cluster_id: id });
    await inState(id, "TERMINATED");
    const run = await it.untilEnded(await submit({ existing_cluster_id: id }));
    expect(run.state.result_state).toBe("SUCCESS");
    expect(taskOf(run, "t")).toMatchObject({ existing_cluster_id: id, cluster_instance: { cluster_id: id } });
    expect((await show(id))["state"]).toBe("RUNNING");
  });

  test("get a cluster of their own, which ends with them", async () => {
    const { cluster_name: _name, ...own } = spec;
    const run = await it.untilEnded(await submit({ new_cluster: own }));
    expect(run.state.result_state).toBe("SUCCESS");
    const { cluster_id } = taskOf(run, "t")["cluster_instance"] as JsonObject;
    const ended = await inState(String(cluster_id), "TERMINATED");
    expect(ended).toMatchObject({ cluster_source: "JOB", termination_reason: { code: "JOB_FINISHED" } });
    expect(String(ended["cluster_name"])).toStartWith("job-");
  });

  test("share a job cluster by its key", async () => {
    const { cluster_name: _name, ...own } = spec;
    const task = (key: string): object => ({
      task_key: key,
      job_cluster_key: "shared",
      notebook_task: { notebook_path: it.notebook(key) },
    });
    const body = { tasks: [task("a"), task("b")], job_clusters: [{ job_cluster_key: "shared", new_cluster: own }] };
    const run = await it.untilEnded((await it.post("runs/submit", body))["run_id"]);
    const [a, b] = ["a", "b"].map((key) => taskOf(run, key)["cluster_instance"] as JsonObject);
    expect(a?.["cluster_id"]).toBe(b?.["cluster_id"] as never);
    await inState(String(a?.["cluster_id"]), "TERMINATED");
  });

  test("fail when their cluster does not start", async () => {
    const conf = { "spark.mortar.emulator.failStart": "INIT_SCRIPT_FAILURE" };
    const { cluster_name: _name, ...own } = spec;
    const run = await it.untilEnded(await submit({ new_cluster: { ...own, spark_conf: conf } }));
    expect(run.state).toMatchObject({ life_cycle_state: "INTERNAL_ERROR", result_state: "FAILED" });
    expect(run.state.state_message).toContain("Init Script Failure");
    expect(run.status.termination_details?.code).toBe("CLUSTER_ERROR");
  });

  test("fail, and are not refused, when their job's compute is gone since it was created", async () => {
    const id = await running();
    const task = { task_key: "t", notebook_task: { notebook_path: it.notebook("t") } };
    const onCluster = await it.post("create", { tasks: [{ ...task, existing_cluster_id: id }] });
    const onServerless = await it.post("create", { tasks: [task] });
    await post("permanent-delete", { cluster_id: id });
    it.world.switches.serverless = false;
    const lost = await it.untilEnded((await it.post("run-now", onCluster))["run_id"]);
    expect(lost.state.state_message).toBe(`Cluster ${id} does not exist`);
    const off = await it.untilEnded((await it.post("run-now", onServerless))["run_id"]);
    expect(off.status.termination_details).toMatchObject({
      code: "FEATURE_DISABLED",
      message: expect.stringContaining("Serverless compute is not enabled"),
    });
  });

  test("fail when their cluster is terminated under them", async () => {
    const id = await running();
    it.notebook("t", "hang");
    const tasks = [{ task_key: "t", existing_cluster_id: id, notebook_task: { notebook_path: "/Shared/t" } }];
    const { run_id } = await it.post("runs/submit", { tasks });
    await it.untilRun(run_id, (run) => run.state.life_cycle_state === "RUNNING");
    await post("delete", { cluster_id: id });
    const run = await it.untilEnded(run_id);
    expect(run.status.termination_details?.code).toBe("CLUSTER_ERROR");
    expect(run.state.state_message).toContain("was terminated during the run");
  });

  test("never get executors without workers and without the single-node configuration", async () => {
    const id = await running({ num_workers: 0 });
    const path = it.notebook("s", "spark.range(3).show()");
    const body = { tasks: [{ task_key: "s", existing_cluster_id: id, notebook_task: { notebook_path: path } }] };
    const { run_id } = await it.post("runs/submit", body);
    await it.untilRun(run_id, (run) => run.state.life_cycle_state === "RUNNING");
    expect(it.ran).toEqual([]);
    await it.post("runs/cancel", { run_id });
    expect((await it.untilEnded(run_id)).state.result_state).toBe("CANCELED");
    const conf = { "spark.databricks.cluster.profile": "singleNode", "spark.master": "local[*]" };
    const single = await running({ num_workers: 0, spark_conf: conf });
    const works = { tasks: [{ task_key: "s", existing_cluster_id: single, notebook_task: { notebook_path: path } }] };
    expect((await it.untilEnded((await it.post("runs/submit", works))["run_id"])).state.result_state).toBe("SUCCESS");
  });
});

function disksOf(nodeTypes: unknown, id: string): unknown {
  const kinds = nodeTypes as { node_type_id: string; node_instance_type: object }[];
  return kinds.find(({ node_type_id }) => node_type_id === id)?.node_instance_type;
}
