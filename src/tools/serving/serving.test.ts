// The serving toolset: what is sent for each kind of input and each change, what is told of answers, waits and failures.
import { describe, expect, test } from "bun:test";
import { bench, rowsOf } from "../testing.ts";
import { loadTool } from "../toolsets.ts";

const api = "/api/2.0/serving-endpoints";
const call = "POST /serving-endpoints/ep/invocations";
const entity = { name: "churn-2", entity_name: "main.ml.churn", entity_version: "2" };
const config = {
  served_entities: [entity],
  traffic_config: { routes: [{ served_entity_name: "churn-2", traffic_percentage: 100 }] },
};
const endpoint = (more: object = {}) => ({
  name: "ep",
  state: { ready: "READY", config_update: "NOT_UPDATING" },
  config,
  ...more,
});

describe("what an endpoint writes in catalogs", () => {
  const entities = { served_entities: [{ entity_name: "main.ml.churn", entity_version: "2" }] };
  const tables = { enabled: true, catalog_name: "prod", schema_name: "logs" };
  const named = (...name: (string | undefined)[]) => [{ kind: "securable", name }];

  test.each([
    [{}, []],
    [{ rate_limits: [] }, []],
    [{ inference_table_config: { ...tables, enabled: false } }, []],
    [{ inference_table_config: tables }, named("prod", "logs")],
    [{ inference_table_config: { enabled: true } }, named(undefined, undefined)],
  ])("with %p is %p", async (ai_gateway, targets) => {
    await using it = bench({});
    for (const name of ["create_serving_endpoint", "update_serving_endpoint"]) {
      const tool = await loadTool(name);
      const input = tool?.input.parse({ endpoint: "ep", ...entities, ai_gateway });
      expect(await tool?.targets?.(input, it.context)).toEqual(targets as never);
    }
  });
});

describe("endpoints", () => {
  test("are listed with what they serve, older ones too, and by task", async () => {
    const older = { name: "old", config: { served_models: [{ name: "m-1", model_name: "m", model_version: "1" }] } };
    await using it = bench({ [`GET ${api}`]: () => ({ endpoints: [endpoint({ task: "llm/v1/chat" }), older] }) });
    expect(rowsOf(await it.call("list_serving_endpoints"))).toMatchObject([
      { endpoint: "ep", state: "READY", serves: "main.ml.churn" },
      { endpoint: "old", state: "NOT_READY", serves: "m" },
    ]);
    expect(rowsOf(await it.call("list_serving_endpoints", { task: "llm/v1/chat" }))).toHaveLength(1);
  });

  test("tell what is served, and what is about to be", async () => {
    const pending = {
      served_entities: [
        { ...entity, name: "churn-3", entity_version: "3", state: { deployment: "DEPLOYMENT_CREATING" } },
      ],
    };
    await using it = bench({
      [`GET ${api}/ep`]: () =>
        endpoint({ state: { ready: "READY", config_update: "IN_PROGRESS" }, pending_config: pending }),
    });
    const result = await it.call("get_serving_endpoint", { name: "ep" });
    expect(result.data).toMatchObject({ state: "READY", config_update: "IN_PROGRESS" });
    expect(String(result.data["hint"])).toContain("do not start it again");
    expect(rowsOf(result)).toMatchObject([
      { served_entity: "churn-2", version: "2", traffic_percent: 100, is_pending: false },
      { served_entity: "churn-3", version: "3", deployment: "DEPLOYMENT_CREATING", is_pending: true },
    ]);
  });
});

describe("a new endpoint", () => {
  test("is waited for, and tells why it failed", async () => {
    let asked = 0;
    const creating = { ...entity, state: { deployment: "DEPLOYMENT_CREATING", deployment_state_message: "Building" } };
    await using it = bench({
      [`POST ${api}`]: () => endpoint(),
      [`GET ${api}/ep`]: () =>
        ++asked < 3
          ? endpoint({
              state: { config_update: "IN_PROGRESS" },
              config: undefined,
              pending_config: { served_entities: [creating] },
            })
          : endpoint({ state: { ready: "NOT_READY", config_update: "UPDATE_FAILED" } }),
    });
    const args = {
      endpoint: "ep",
      served_entities: [{ entity_name: "main.ml.churn", entity_version: "2" }],
      tags: { team: "x" },
    };
    const { data, failed } = await it.call("create_serving_endpoint", args);
    expect(failed).toBe(true);
    expect(String(data["hint"])).toContain("get_serving_logs");
    expect(it.progress).toEqual(["churn-2: Building", "churn-2: Building"]);
    expect(it.sent(`POST ${api}`)).toEqual([
      {
        name: "ep",
        config: { ...config, served_entities: [{ ...entity, scale_to_zero_enabled: true }] },
        tags: [{ key: "team", value: "x" }],
      },
    ]);
  });

  test.each([
    [
      [
        { ...entity, traffic_percent: 50 },
        { ...entity, name: "b", traffic_percent: 40 },
      ],
      "make 100",
    ],
    [[entity, { ...entity, name: "b" }], "make 100"],
    [
      [{ external_model: { provider: "openai", openai_config: { openai_api_key_plaintext: "sk-1" } } }],
      "openai_api_key_plaintext",
    ],
  ])("is refused before anything is sent: %j", async (served_entities, message) => {
    await using it = bench({});
    const error = await it.failure("create_serving_endpoint", { endpoint: "ep", served_entities });
    expect(error.message).toContain(message);
    expect(`${error.message} ${error.hint}`).not.toContain("sk-1");
    expect(it.server.received).toEqual([]);
  });
});

describe("a change", () => {
  test("sends each part where it belongs, tags removed by null", async () => {
    const parts: string[] = [];
    const part = (name: string) => () => {
      parts.push(name);
      return name === "tags" ? new Response("[]") : {};
    };
    await using it = bench({
      [`GET ${api}/ep`]: () => endpoint(),
      [`PUT ${api}/ep/config`]: part("config"),
      [`PATCH ${api}/ep/tags`]: part("tags"),
      [`PUT ${api}/ep/ai-gateway`]: part("ai-gateway"),
    });
    const args = {
      endpoint: "ep",
      served_entities: [entity],
      tags: { a: "1", b: null },
      ai_gateway: { guardrails: {} },
    };
    await it.call("update_serving_endpoint", args);
    expect(parts).toEqual(["tags", "ai-gateway", "config"]);
    expect(it.sent(`PATCH ${api}/ep/tags`)).toEqual([{ add_tags: [{ key: "a", value: "1" }], delete_tags: ["b"] }]);
  });

  test("asks before something is replaced, and names it", async () => {
    await using it = bench({ [`GET ${api}/ep`]: () => endpoint() });
    const tool = await loadTool("update_serving_endpoint");
    const asked = async (args: object) => tool?.confirm?.(tool.input.parse({ endpoint: "ep", ...args }), it.context);
    expect(String(await asked({ served_entities: [entity] }))).toContain("main.ml.churn 2");
    expect(await asked({ tags: { a: "1" } })).toBeUndefined();
    expect(String((await it.failure("update_serving_endpoint", { endpoint: "ep" })).code)).toBe("invalid_input");
  });
});

const usage = { prompt_tokens: 3, completion_tokens: 4 };

describe("a call", () => {
  test.each([
    ["a chat", { choices: [{ message: { content: "Hi" }, finish_reason: "stop" }], usage }, "Hi"],
    [
      "a chat in parts",
      {
        choices: [
          {
            message: {
              content: [
                { type: "text", text: "H" },
                { type: "text", text: "i" },
              ],
            },
          },
        ],
      },
      "Hi",
    ],
    ["a completion", { choices: [{ text: "Hi" }] }, "Hi"],
    ["an agent", { output: [{ type: "message", content: [{ type: "output_text", text: "Hi" }] }] }, "Hi"],
    ["an older agent", { messages: [{ content: "thinking" }, { content: "Hi" }] }, "Hi"],
  ])("of %s gives its words", async (_kind, answer, words) => {
    await using it = bench({ [call]: () => answer });
    const { data } = await it.call("invoke_serving_endpoint", {
      name: "ep",
      messages: [{ role: "user", content: "?" }],
      max_tokens: 5,
    });
    expect(data).toMatchObject({ answer: words, truncated: false });
    expect(data["result"]).toBeUndefined();
    expect(it.sent(call)).toEqual([{ messages: [{ role: "user", content: "?" }], max_tokens: 5 }]);
  });

  test("that gives predictions or calls of tools gives them as JSON", async () => {
    const calls = {
      choices: [{ message: { content: null, tool_calls: [{ id: "1", function: { name: "f" } }] } }],
      usage,
    };
    let answer: object = { predictions: [1, { a: 2 }] };
    await using it = bench({ [call]: () => answer });
    const first = await it.call("invoke_serving_endpoint", { endpoint: "ep", dataframe_records: [{ x: 1 }] });
    expect(first.data).toMatchObject({ result: '{"predictions":[1,{"a":2}]}' });
    answer = calls;
    const second = await it.call("invoke_serving_endpoint", { endpoint: "ep", messages: [{ role: "user" }] });
    expect(String(second.data["result"])).toContain('"name":"f"');
    expect(second.data).toMatchObject(usage);
  });

  test("for embeddings shortens vectors", async () => {
    const embedding = Array.from({ length: 1_024 }, (_, at) => at);
    await using it = bench({ [call]: () => ({ data: [{ index: 0, embedding }] }) });
    const { data } = await it.call("invoke_serving_endpoint", { endpoint: "ep", input: ["a"] });
    expect(String(data["result"])).toContain('0,1,2,3,4,5,6,7,"... 1024 numbers in all"');
    expect(it.sent(call)).toEqual([{ input: ["a"] }]);
  });

  test("takes one kind of input, and more of the request", async () => {
    await using it = bench({ [call]: () => ({ predictions: [] }) });
    for (const args of [{}, { prompt: "a", input: "b" }]) {
      const error = await it.failure("invoke_serving_endpoint", { endpoint: "ep", ...args });
      expect(String(error.code)).toBe("invalid_input");
    }
    expect(it.server.received).toEqual([]);
    await it.call("invoke_serving_endpoint", { endpoint: "ep", inputs: { q: "x" }, parameters: { params: { k: 1 } } });
    await it.call("invoke_serving_endpoint", { endpoint: "ep", parameters: { inputs: [[1, 2]] } });
    expect(it.sent(call)).toEqual([{ inputs: { q: "x" }, params: { k: 1 } }, { inputs: [[1, 2]] }]);
    const error = await it.failure("invoke_serving_endpoint", {
      endpoint: "ep",
      prompt: "a",
      parameters: { inputs: [] },
    });
    expect(error.message).toContain("prompt, inputs");
  });

  test("whose answer is too long is cut, and says so", async () => {
    const content = "word ".repeat(1_000);
    await using it = bench({ [call]: () => ({ choices: [{ message: { content } }] }) }, { limits: { textChars: 100 } });
    const { data } = await it.call("invoke_serving_endpoint", { endpoint: "ep", prompt: "x" });
    expect(data).toMatchObject({ truncated: true, total_chars: content.length });
    expect(String(data["answer"])).toHaveLength(100);
  });

  test("that gets no answer in time says what a sleeping endpoint needs", async () => {
    await using it = bench({ [call]: () => new Promise<never>(() => undefined) });
    const error = await it.failure("invoke_serving_endpoint", { endpoint: "ep", prompt: "x", wait_seconds: 0 });
    expect(String(error.code)).toBe("timeout");
    expect(error.hint).toContain("scaled to zero");
    expect(it.sent(call)).toHaveLength(1);
  });
});

describe("what an endpoint tells of itself", () => {
  test("its newest logs, from their end", async () => {
    const pending = { served_entities: [{ name: "churn-3" }] };
    await using it = bench({
      [`GET ${api}/ep`]: () => endpoint({ pending_config: pending }),
      [`GET ${api}/ep/served-models/churn-3/build-logs`]: () => ({ logs: `${"x".repeat(2_000)}end` }),
      [`GET ${api}/ep/served-models/churn-2/logs`]: () => ({}),
    });
    const built = await it.call("get_serving_logs", { endpoint: "ep", kind: "build", max_chars: 1_000 });
    expect(built.data).toMatchObject({ served_entity: "churn-3", truncated: true, total_chars: 2_003 });
    expect(String(built.data["logs"])).toEndWith("end");
    const none = await it.call("get_serving_logs", { endpoint: "ep", served_entity: "churn-2" });
    expect(none.data).toMatchObject({ logs: "", hint: expect.stringContaining("no logs") });
  });

  test("its metrics", async () => {
    const text =
      '# HELP x y\n# TYPE a counter\na{endpoint="ep",le="+Inf"} 12 1700000000\nb 1.5e3\nc{} NaN\n\ngarbage\n';
    await using it = bench({ [`GET ${api}/ep/metrics`]: () => new Response(text) });
    expect(rowsOf(await it.call("get_serving_metrics", { endpoint: "ep" }))).toEqual([
      { metric: "a", labels: 'endpoint="ep",le="+Inf"', value: 12 },
      { metric: "b", labels: "", value: 1_500 },
      { metric: "c", labels: "", value: "NaN" },
    ]);
    expect(rowsOf(await it.call("get_serving_metrics", { endpoint: "ep", name_filter: "b" }))).toHaveLength(1);
  });
});
