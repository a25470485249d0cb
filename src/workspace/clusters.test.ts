import { describe, expect, test } from "bun:test";
import { failureOf, inTurn, refusal, sentJson, serve, workspaceAt } from "./testing.ts";

const wire = `{"cluster_id":"0101-x","cluster_name":"dev","state":"TERMINATED","state_message":"gone",
  "termination_reason":{"code":"INACTIVITY","type":"SUCCESS","parameters":{"inactivity_duration_min":120}},
  "spark_version":"15.4.x-scala2.12","node_type_id":"m5.large","driver_node_type_id":"m5.xlarge","autotermination_minutes":30,
  "data_security_mode":"SINGLE_USER","single_user_name":"me","policy_id":"P1","cluster_source":"UI","creator_user_name":"me",
  "start_time":1,"terminated_time":2,"spark_context_id":9223372036854775807,"custom_tags":{"a":"b"},
  "spark_conf":{"spark.databricks.cluster.profile":"singleNode"},"default_tags":{"Vendor":"Databricks"}}`;

test("get reads a cluster; zero workers are left out by the workspace", async () => {
  await using server = serve(() => new Response(wire));
  expect(await workspaceAt(server.host).clusters.get("0101-x")).toEqual({
    clusterId: "0101-x",
    clusterName: "dev",
    state: "TERMINATED",
    stateMessage: "gone",
    terminationReason: { code: "INACTIVITY", type: "SUCCESS", parameters: { inactivity_duration_min: "120" } },
    sparkVersion: "15.4.x-scala2.12",
    nodeTypeId: "m5.large",
    driverNodeTypeId: "m5.xlarge",
    numWorkers: 0,
    autoscale: undefined,
    autoterminationMinutes: 30,
    dataSecurityMode: "SINGLE_USER",
    singleUserName: "me",
    policyId: "P1",
    source: "UI",
    creator: "me",
    startTimeMs: 1,
    terminatedTimeMs: 2,
    lastRestartedTimeMs: undefined,
    customTags: { a: "b" },
    sparkContextId: "9223372036854775807",
    singleNode: true,
    configuration: {
      cluster_name: "dev",
      spark_version: "15.4.x-scala2.12",
      node_type_id: "m5.large",
      driver_node_type_id: "m5.xlarge",
      autotermination_minutes: 30,
      data_security_mode: "SINGLE_USER",
      single_user_name: "me",
      policy_id: "P1",
      custom_tags: { a: "b" },
      spark_conf: { "spark.databricks.cluster.profile": "singleNode" },
    },
  });
  expect(server.received[0]?.search).toBe("?cluster_id=0101-x");
});

test("a cluster that scales by itself has no number of workers", async () => {
  await using server = serve(() => ({
    cluster_id: "c",
    autoscale: { min_workers: 1, max_workers: 4 },
    num_workers: 2,
  }));
  const cluster = await workspaceAt(server.host).clusters.get("c");
  expect(cluster).toMatchObject({
    numWorkers: undefined,
    autoscale: { minWorkers: 1, maxWorkers: 4 },
    state: "UNKNOWN",
  });
});

test("list sends nested filters and follows pages", async () => {
  await using server = serve(
    inTurn(
      () => ({ clusters: [{ cluster_id: "a" }], next_page_token: "t" }),
      () => ({ clusters: [{ cluster_id: "b" }] }),
    ),
  );
  const listing = await workspaceAt(server.host).clusters.list({
    states: ["RUNNING", "PENDING"],
    sources: ["UI"],
    pinned: true,
  });
  expect(listing.items.map((cluster) => cluster.clusterId)).toEqual(["a", "b"]);
  const filters =
    "?filter_by.cluster_states=RUNNING&filter_by.cluster_states=PENDING&filter_by.cluster_sources=UI&filter_by.is_pinned=true&page_size=100";
  expect(server.received.map((request) => request.search)).toEqual([filters, `${filters}&page_token=t`]);
});

test("create and edit send the specification as it is", async () => {
  await using server = serve(() => ({ cluster_id: "new" }));
  const { clusters } = workspaceAt(server.host);
  const spec = { cluster_name: "x", num_workers: 0, is_single_node: true };
  expect(await clusters.create(spec)).toEqual({ clusterId: "new" });
  await clusters.edit("new", spec);
  expect(server.received.map(({ path, body }) => [path, JSON.parse(body)])).toEqual([
    ["/api/2.1/clusters/create", spec],
    ["/api/2.1/clusters/edit", { ...spec, cluster_id: "new" }],
  ]);
});

test.each([
  ["start", "start"],
  ["restart", "restart"],
  ["terminate", "delete"],
  ["permanentDelete", "permanent-delete"],
] as const)("%s is POST %s", async (name, path) => {
  await using server = serve(() => ({}));
  await workspaceAt(server.host).clusters[name]("0101-x");
  expect(server.received[0]).toMatchObject({
    method: "POST",
    path: `/api/2.1/clusters/${path}`,
    body: '{"cluster_id":"0101-x"}',
  });
});

test("creating is never repeated after a lost answer: there would be two", async () => {
  await using server = serve(() => new Response("", { status: 502 }));
  await failureOf(workspaceAt(server.host).clusters.create({}));
  expect(server.received.length).toBe(1);
});

test("events page through the body", async () => {
  const first = { events: [{ timestamp: 5, type: "STARTING", details: { user: "me" } }], next_page_token: "t" };
  await using server = serve(
    inTurn(
      () => first,
      () => ({ events: [{ type: "RUNNING" }] }),
    ),
  );
  const listing = await workspaceAt(server.host).clusters.events("c", { order: "ASC", eventTypes: ["STARTING"] });
  expect(listing.items).toEqual([
    { timestampMs: 5, type: "STARTING", details: { user: "me" } },
    { timestampMs: undefined, type: "RUNNING", details: {} },
  ]);
  expect(server.received.map(sentJson)).toEqual([
    { cluster_id: "c", order: "ASC", event_types: ["STARTING"], page_size: 500 },
    { cluster_id: "c", order: "ASC", event_types: ["STARTING"], page_size: 500, page_token: "t" },
  ]);
});

test("node types and Spark versions", async () => {
  const type = { node_type_id: "m5.large", memory_mb: 8192, num_cores: 2, is_deprecated: true, category: "General" };
  const versions = { versions: [{ key: "15.4.x-scala2.12", name: "15.4 LTS" }] };
  await using server = serve(({ path }) => (path.endsWith("spark-versions") ? versions : { node_types: [type] }));
  const { clusters } = workspaceAt(server.host);
  expect((await clusters.nodeTypes())[0]).toMatchObject({
    nodeTypeId: "m5.large",
    memoryMb: 8192,
    cores: 2,
    gpus: 0,
    deprecated: true,
  });
  expect(await clusters.sparkVersions()).toEqual([{ key: "15.4.x-scala2.12", name: "15.4 LTS" }]);
});

describe("errors", () => {
  test.each([
    ["INVALID_PARAMETER_VALUE", "Cluster 0101-x does not exist", "not_found"],
    ["INVALID_STATE", "Cluster 0101-x is in unexpected state Running.", "invalid_state"],
  ])("%s %p", async (errorCode, message, code) => {
    await using server = serve(() => refusal(400, errorCode, message));
    const error = await failureOf(workspaceAt(server.host).clusters.start("0101-x"));
    expect(String(error.code)).toBe(code);
    expect(error.hint).toBeString();
  });
});

test("policies", async () => {
  const policy = { policy_id: "P", name: "n", definition: "{}", is_default: true, created_at_timestamp: 3 };
  await using server = serve(({ path }) =>
    path.endsWith("/get") ? policy : { policies: [policy, { policy_id: "Q" }] },
  );
  const { policies } = workspaceAt(server.host);
  const [first, second] = await policies.list();
  expect(first).toMatchObject({ policyId: "P", name: "n", definition: "{}", isDefault: true, createdAtMs: 3 });
  expect(second).toMatchObject({ policyId: "Q", name: "", description: undefined, isDefault: false });
  expect((await policies.get("P")).policyId).toBe("P");
  expect(server.received.map(({ path, search }) => path + search)).toEqual([
    "/api/2.0/policies/clusters/list",
    "/api/2.0/policies/clusters/get?policy_id=P",
  ]);
});
