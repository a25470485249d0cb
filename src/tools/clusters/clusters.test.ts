// The clusters toolset beyond the older plugin's defects: choices, policies, starts that fail, lists in pages.
import { describe, expect, test } from "bun:test";
import type { NodeType } from "../../workspace/clusters.ts";
import { refusal } from "../../workspace/testing.ts";
import { newestLongTerm, policyAttributes, smallestUseful } from "../compute/choice.ts";
import { bench, me, rowsOf, type Routes } from "../testing.ts";

const node = (nodeTypeId: string, more: Partial<NodeType> = {}): NodeType => ({
  nodeTypeId,
  description: undefined,
  category: undefined,
  memoryMb: 16_384,
  cores: 4,
  gpus: 0,
  deprecated: false,
  hidden: false,
  localDisks: 1,
  localDiskGb: 100,
  ...more,
});

describe("the smallest useful node type", () => {
  test.each([
    ["of two of use the smaller", [node("big", { cores: 16 }), node("small")], "small"],
    ["a tiny one only where there is no other", [node("tiny", { cores: 2 })], "tiny"],
    ["one of use before a tiny one", [node("tiny", { cores: 2 }), node("use", { cores: 8 })], "use"],
    [
      "no deprecated, hidden or GPU type",
      [node("a", { deprecated: true }), node("b", { hidden: true }), node("c", { gpus: 1 }), node("d", { cores: 64 })],
      "d",
    ],
    [
      "one with a local disk before one without",
      [node("ebs", { localDisks: 0, localDiskGb: 0 }), node("disk", { cores: 8 })],
      "disk",
    ],
    ["one without a disk where none has one", [node("gcp", { localDisks: 0, localDiskGb: 0 })], "gcp"],
    ["the name decides between equals", [node("b"), node("a")], "a"],
  ])("%s", (_what, types, expected) => {
    expect(smallestUseful(types)?.nodeTypeId).toBe(expected);
  });

  test("none of none", () => {
    expect(smallestUseful([])).toBeUndefined();
  });
});

describe("the newest Spark version with long-term support", () => {
  test.each([
    [
      "by number, not by text",
      [
        ["9.1.x-scala2.12", "9.1 LTS"],
        ["15.4.x-scala2.12", "15.4 LTS"],
      ],
      "15.4.x-scala2.12",
    ],
    [
      "LTS before newer",
      [
        ["17.1.x-scala2.13", "17.1"],
        ["16.4.x-scala2.12", "16.4 LTS"],
      ],
      "16.4.x-scala2.12",
    ],
    [
      "no ML, GPU, Photon or ARM image",
      [
        ["17.3.x-cpu-ml-scala2.13", "17.3 LTS ML"],
        ["17.3.x-photon-scala2.13", "17.3 LTS Photon"],
        ["17.3.x-aarch64-scala2.13", "17.3 LTS"],
        ["15.4.x-scala2.12", "15.4 LTS"],
      ],
      "15.4.x-scala2.12",
    ],
    [
      "no beta where there is no LTS",
      [
        ["18.1.x-scala2.13", "18.1 (Beta)"],
        ["18.0.x-scala2.13", "18.0"],
      ],
      "18.0.x-scala2.13",
    ],
    ["a beta where there is nothing else", [["18.1.x-scala2.13", "18.1 (Beta)"]], "18.1.x-scala2.13"],
  ])("%s", (_what, versions, expected) => {
    expect(newestLongTerm(versions.map(([key = "", name = ""]) => ({ key, name })))?.key).toBe(expected);
  });
});

test("what a policy gives: fixed values and defaults, and nothing of what it only limits", () => {
  const definition = JSON.stringify({
    a: { type: "fixed", value: 1 },
    b: { type: "range", maxValue: 5, defaultValue: 2 },
    c: { type: "range", maxValue: 5 },
  });
  expect([...policyAttributes(definition)]).toEqual(["a", "b"]);
  expect([...policyAttributes("{nonsense")]).toEqual([]);
  expect([...policyAttributes(undefined)]).toEqual([]);
});

const chosen: Routes = {
  ...me,
  "GET /api/2.1/clusters/list-node-types": () => ({
    node_types: [{ node_type_id: "n", memory_mb: 16_384, num_cores: 4, num_gpus: 0 }],
  }),
  "GET /api/2.1/clusters/spark-versions": () => ({ versions: [{ key: "17.3.x-scala2.13", name: "17.3 LTS" }] }),
  "POST /api/2.1/clusters/create": () => ({ cluster_id: "k" }),
};
const inState = (state: string, more: object = {}): Routes => ({
  "GET /api/2.1/clusters/get": () => ({ cluster_id: "k", cluster_name: "c", state, ...more }),
});

describe("create_cluster", () => {
  test("scales where it is told to, and takes what is given as it is", async () => {
    await using place = bench({ ...chosen, ...inState("PENDING") });
    await place.call("create_cluster", {
      cluster_name: "c",
      num_workers: 1,
      max_workers: 4,
      node_type_id: "x",
      spark_version: "y",
      data_security_mode: "USER_ISOLATION",
      autotermination_minutes: 120,
      custom_tags: { team: 7 },
    });
    const [sent] = place.sent("POST /api/2.1/clusters/create");
    expect(sent).toEqual({
      cluster_name: "c",
      autoscale: { min_workers: 1, max_workers: 4 },
      node_type_id: "x",
      spark_version: "y",
      data_security_mode: "USER_ISOLATION",
      autotermination_minutes: 120,
      custom_tags: { team: "7" },
    });
    expect(place.server.received.some(({ path }) => path.endsWith("list-node-types"))).toBe(false);
  });

  test("under a policy, leaves to it what it gives", async () => {
    await using place = bench({
      ...chosen,
      ...inState("PENDING"),
      "GET /api/2.0/policies/clusters/get": () => ({
        policy_id: "p",
        name: "pooled",
        definition: JSON.stringify({ instance_pool_id: { type: "fixed", value: "pool" } }),
      }),
    });
    await place.call("create_cluster", { cluster_name: "c", policy_id: "p" });
    const [sent] = place.sent("POST /api/2.1/clusters/create");
    expect(sent).toMatchObject({
      policy_id: "p",
      apply_policy_default_values: true,
      spark_version: "17.3.x-scala2.13",
    });
    expect(sent).not.toHaveProperty("node_type_id");
  });

  test("waits where it is asked to, and says what became of it", async () => {
    let asked = 0;
    await using place = bench({
      ...chosen,
      "GET /api/2.1/clusters/get": () => ({
        cluster_id: "k",
        cluster_name: "c",
        state: asked++ < 2 ? "PENDING" : "RUNNING",
      }),
    });
    expect((await place.call("create_cluster", { cluster_name: "c", wait: true })).data).toMatchObject({
      status: "running",
      state: "RUNNING",
    });
    expect(place.progress[0]).toContain("PENDING");
  });

  test("that fails says why", async () => {
    await using place = bench({
      ...chosen,
      ...inState("TERMINATED", {
        state_message: "no such capacity",
        termination_reason: { code: "AWS_INSUFFICIENT_INSTANCE_CAPACITY_FAILURE", type: "CLOUD_FAILURE" },
      }),
    });
    const { data, failed } = await place.call("create_cluster", { cluster_name: "c", wait: true });
    expect(failed).toBe(true);
    expect(data).toMatchObject({
      status: "failed",
      state_message: "AWS_INSUFFICIENT_INSTANCE_CAPACITY_FAILURE: no such capacity",
    });
  });
});

describe("start_cluster", () => {
  test("that takes longer than one call may wait gives the way to go on", async () => {
    await using place = bench({ ...inState("PENDING"), "POST /api/2.1/clusters/start": () => ({}) });
    const { data, failed } = await place.call("start_cluster", { cluster_id: "k" });
    expect(failed).toBe(false);
    expect(data).toMatchObject({ status: "starting", state: "PENDING" });
    expect(data["hint"]).toContain("`start_cluster` again");
  });

  test("without waiting only starts", async () => {
    let asked = 0;
    await using place = bench({
      "GET /api/2.1/clusters/get": () => ({
        cluster_id: "k",
        cluster_name: "c",
        state: asked++ === 0 ? "TERMINATED" : "PENDING",
      }),
      "POST /api/2.1/clusters/start": () => ({}),
    });
    expect((await place.call("start_cluster", { cluster_id: "k", wait: false })).data["status"]).toBe("starting");
    expect(asked).toBe(2);
  });

  test("that is still stopping when the time is over says so", async () => {
    await using place = bench(inState("TERMINATING"));
    expect((await place.call("start_cluster", { cluster_id: "k" })).data["status"]).toBe("stopping");
    expect(place.sent("POST /api/2.1/clusters/start")).toEqual([]);
  });

  test("that ends in an error is a failure", async () => {
    const states = ["TERMINATED", "PENDING", "TERMINATED"];
    let asked = 0;
    await using place = bench({
      "GET /api/2.1/clusters/get": () => ({
        cluster_id: "k",
        cluster_name: "c",
        state: states[Math.min(asked++, 2)],
        termination_reason: { code: "INIT_SCRIPT_FAILURE" },
      }),
      "POST /api/2.1/clusters/start": () => ({}),
    });
    const { data, failed } = await place.call("start_cluster", { cluster_id: "k" });
    expect({ failed, status: data["status"], message: data["state_message"] }).toEqual({
      failed: true,
      status: "failed",
      message: "INIT_SCRIPT_FAILURE",
    });
  });

  test.each([
    ["CLOUD_FAILURE", "CLOUD_PROVIDER_LAUNCH_FAILURE: gone (databricks_error_message: no m5 left)"],
    ["SUCCESS", "CLOUD_PROVIDER_LAUNCH_FAILURE: gone"],
  ])("says what the cloud said where it ended by %s", async (type, state_message) => {
    const parameters = { databricks_error_message: "no m5 left", known: "gone", nothing: "" };
    const reason = { code: "CLOUD_PROVIDER_LAUNCH_FAILURE", type, parameters };
    await using place = bench(inState("TERMINATED", { state_message: "gone", termination_reason: reason }));
    const { data } = await place.call("get_cluster_status", { cluster_id: "k" });
    expect(data["state_message"]).toBe(state_message);
  });
});

describe("create_cluster", () => {
  const creating = (more: Routes = {}): Routes => ({
    "POST /api/2.1/clusters/create": () => ({ cluster_id: "k9" }),
    "POST /api/2.1/clusters/delete": () => ({}),
    "GET /api/2.1/clusters/get": () => ({ cluster_id: "k9", cluster_name: "c", state: "PENDING" }),
    ...more,
  });
  const wish = { cluster_name: "c", node_type_id: "n", spark_version: "s", single_user_name: "me@example.com" };

  test("that is taken back leaves no cluster that costs money and that nobody knows of", async () => {
    const caller = new AbortController();
    await using place = bench(creating(), { signal: caller.signal, onSleep: () => caller.abort() });
    expect((await place.failure("create_cluster", { ...wish, wait: true })).code).toBe("interrupted");
    expect(place.sent("POST /api/2.1/clusters/delete")).toEqual([{ cluster_id: "k9" }]);
  });

  test("so does one that is taken back while it is sent", async () => {
    const caller = new AbortController();
    const sent = (): object => {
      caller.abort();
      return { cluster_id: "k9" };
    };
    await using place = bench(creating({ "POST /api/2.1/clusters/create": sent }), { signal: caller.signal });
    expect((await place.failure("create_cluster", wish)).code).toBe("interrupted");
    expect(place.sent("POST /api/2.1/clusters/delete")).toEqual([{ cluster_id: "k9" }]);
  });

  test("that cannot see its cluster says by which id it goes on", async () => {
    const get = () => refusal(403, "PERMISSION_DENIED", "no");
    await using place = bench(creating({ "GET /api/2.1/clusters/get": get }));
    expect((await place.failure("create_cluster", wish)).hint).toContain("cluster_id k9");
    expect(place.sent("POST /api/2.1/clusters/delete")).toEqual([]);
  });
});

describe("stop_cluster", () => {
  test.each([
    ["RUNNING", 1, "terminating"],
    ["PENDING", 1, "terminating"],
    ["TERMINATING", 0, "terminating"],
    ["TERMINATED", 0, "already_terminated"],
  ])("on one that is %s", async (state, stops, status) => {
    let stopped = false;
    await using place = bench({
      "GET /api/2.1/clusters/get": () => ({
        cluster_id: "k",
        cluster_name: "c",
        state: stopped ? "TERMINATING" : state,
      }),
      "POST /api/2.1/clusters/delete": () => {
        stopped = true;
        return {};
      },
    });
    expect((await place.call("stop_cluster", { cluster_id: "k" })).data["status"]).toBe(status);
    expect(place.sent("POST /api/2.1/clusters/delete")).toHaveLength(stops);
  });
});

describe("lists", () => {
  const clusters = Array.from({ length: 5 }, (_, index) => ({
    cluster_id: `k${index}`,
    cluster_name: `Dev ${index}`,
    state: "RUNNING",
    num_workers: index,
  }));

  test("of clusters come in pages, found by a part of the name, without those of jobs", async () => {
    await using place = bench({ "GET /api/2.1/clusters/list": () => ({ clusters }) });
    const first = await place.call("list_clusters", { limit: 2 });
    expect(first.data).toMatchObject({ returned: 2, total_matched: 5, truncated: true, next_offset: 2 });
    expect(rowsOf(await place.call("list_clusters", { name_filter: "dev 3" })).map((row) => row["cluster_id"])).toEqual(
      ["k3"],
    );
    const search = new URLSearchParams(place.server.received[0]?.search);
    expect(search.getAll("filter_by.cluster_sources")).toEqual(["UI", "API"]);
    await place.call("list_clusters", { include_job_clusters: true });
    expect(place.server.received.at(-1)?.search).not.toContain("cluster_sources");
  });

  test("of policies with long rules come in pages that fit, each policy once", async () => {
    const policies = Array.from({ length: 9 }, (_, index) => ({
      policy_id: `p${index}`,
      definition: "d".repeat(25_000),
    }));
    await using place = bench({ "GET /api/2.0/policies/clusters/list": () => ({ policies }) });
    const seen: unknown[] = [];
    for (let offset: unknown = 0; offset !== undefined;) {
      const page = await place.call("list_cluster_policies", { include_definitions: true, offset });
      expect(page.text.length).toBeLessThan(62_000);
      seen.push(...rowsOf(page).map((row) => row["policy_id"]));
      offset = page.data["next_offset"];
    }
    expect(seen).toEqual(policies.map(({ policy_id: id }) => id));
  });

  test("of policies come with their rules where those are asked for", async () => {
    const policies = [{ policy_id: "p", name: "small", description: "d", definition: "{}" }];
    await using place = bench({ "GET /api/2.0/policies/clusters/list": () => ({ policies }) });
    expect(rowsOf(await place.call("list_cluster_policies"))).toEqual([
      { policy_id: "p", name: "small", description: "d" },
    ]);
    expect(rowsOf(await place.call("list_cluster_policies", { include_definitions: true }))[0]).toMatchObject({
      definition: "{}",
    });
  });
});
