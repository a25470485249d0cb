// Serving through the binary: hosted models, an endpoint's whole life, calls of every kind, logs and metrics.
import { expect, setDefaultTimeout, test } from "bun:test";
import { toolStage } from "./support/tool-stage.ts";

setDefaultTimeout(60_000);

const stage = toolStage(["--toolsets", "serving"], async (on) => {
  const turns = [{ text: '{"churn": 0.7}' }];
  await on.workspace.control("PUT", "scenario", { conversations: [{ turns }] });
});
const { done, refused } = stage;

test("hosted models are listed and called", async () => {
  const chats = await done("list_serving_endpoints", { task: "llm/v1/chat", name_filter: "gpt-oss" });
  expect(JSON.stringify(chats["rows"])).toContain("databricks-gpt-oss-120b");
  const messages = [{ role: "user", content: "Will they leave?" }];
  expect(await done("invoke_serving_endpoint", { endpoint: "databricks-gpt-oss-120b", messages })).toMatchObject({
    answer: '{"churn": 0.7}',
    finish_reason: "stop",
  });
  const embedded = await done("invoke_serving_endpoint", { endpoint: "databricks-gte-large-en", input: ["a", "b"] });
  expect(String(embedded["result"])).toContain("256 numbers in all");
  expect(await refused("invoke_serving_endpoint", { endpoint: "restricted-chat", messages })).toContain("CAN QUERY");
});

test("an endpoint is made, called, changed, looked into and deleted", async () => {
  const endpoint = "churn";
  const first = { entity_name: "main.ml.churn", entity_version: "1" };
  const made = await done("create_serving_endpoint", {
    endpoint,
    served_entities: [first],
    tags: { team: "ml", old: "x" },
  });
  expect(made).toMatchObject({ state: "READY", config_update: "NOT_UPDATING" });
  expect(await refused("create_serving_endpoint", { endpoint, served_entities: [first] })).toContain("already exists");
  const records = [{ visits: 3 }, { visits: 9 }];
  const predicted = { result: '{"predictions":[{"churn":0.7},{"churn":0.7}]}', served_model: "churn-1" };
  expect(await done("invoke_serving_endpoint", { endpoint, dataframe_records: records })).toMatchObject(predicted);
  const split = { columns: ["visits"], data: [[3], [9]] };
  expect(await done("invoke_serving_endpoint", { endpoint, dataframe_split: split })).toMatchObject(predicted);
  const agent = { endpoint, input: [{ role: "user", content: "?" }] };
  expect(await done("invoke_serving_endpoint", agent)).toMatchObject({ answer: '{"churn": 0.7}' });
  expect(await refused("invoke_serving_endpoint", { endpoint, prompt: "x" })).toContain("Invalid input");

  const shares = [
    { ...first, traffic_percent: 90 },
    { ...first, entity_version: "2", traffic_percent: 10 },
  ];
  const changed = await done("update_serving_endpoint", { endpoint, served_entities: shares, tags: { old: null } });
  expect((changed["rows"] as unknown[][]).map(([name]) => name)).toEqual(["churn-1", "churn-2"]);
  expect(await done("get_serving_endpoint", { endpoint })).toMatchObject({ state: "READY" });
  const server = await done("get_serving_logs", { endpoint, served_entity: "churn-1" });
  expect(String(server["logs"])).toContain("POST /invocations 200");
  expect(String((await done("get_serving_logs", { endpoint, kind: "build" }))["logs"])).toContain("churn-1 is ready");
  const counted = await done("get_serving_metrics", { endpoint, name_filter: "request_count" });
  expect(counted["rows"]).toEqual([["request_count_total", 'endpoint_name="churn"', 4]]);
  await done("delete_serving_endpoint", { endpoint });
  expect(await refused("get_serving_endpoint", { endpoint })).toContain("does not exist");
});
