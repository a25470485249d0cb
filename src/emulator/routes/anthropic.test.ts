import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { startTestEmulator, type TestAnswer, type TestEmulator } from "../testing-server.ts";

let emulator: TestEmulator;

beforeEach(async () => {
  emulator = await startTestEmulator();
});

afterEach(() => emulator.dispose());

const user = (content: unknown): object => ({ role: "user", content });
const assistant = (content: unknown): object => ({ role: "assistant", content });
const tools = [{ name: "run", input_schema: { type: "object" } }];

function say(fields: object, path = "/ai-gateway/anthropic/v1/messages"): Promise<TestAnswer> {
  const body = { model: "system.ai.claude-opus-5-5", max_tokens: 100, tools, messages: [user("hello")], ...fields };
  return emulator.call(`POST ${path}`, { body, headers: { "anthropic-version": "2023-06-01" } });
}

function scenario(value: object): Promise<TestAnswer> {
  return emulator.control("PUT scenario", value);
}

/** The events of a stream as `[event, data]`. */
function events(text: string): [string, Record<string, unknown>][] {
  return text
    .trim()
    .split("\n\n")
    .map((block) => {
      const [first = "", second = ""] = block.split("\n");
      return [first.replace("event: ", ""), JSON.parse(second.replace("data: ", ""))];
    });
}

describe("turns", () => {
  test("without a scenario the model says that it has none", async () => {
    const { json } = await say({});
    expect(json).toMatchObject({
      type: "message",
      role: "assistant",
      model: "system.ai.claude-opus-5-5",
      stop_reason: "end_turn",
      content: [{ type: "text", text: expect.stringContaining("no scenario is set") }],
    });
  });

  test("a tool call, its result filled into the next turn, and the end", async () => {
    await scenario({
      turns: [
        { text: "I start it.", tools: [{ name: "run", input: { job: "etl", big: 9007199254740993n.toString() } }] },
        { tools: [{ name: "wait", input: { run_id: '{{/"run_id": ?"?(\\d+)/}}', list: ["{{/id/}}"] } }] },
        { text: "It printed {{/out=(.*)/}}." },
      ],
    });
    const first = await say({});
    const [, call] = first.json["content"] as [object, { id: string }];
    expect(first.json["stop_reason"]).toBe("tool_use");
    expect(call).toMatchObject({ type: "tool_use", name: "run", input: { job: "etl" } });

    const history = [user("hello"), assistant(first.json["content"])];
    const results = user([
      {
        type: "tool_result",
        tool_use_id: call.id,
        content: [{ type: "text", text: '{"run_id": 7000000000006000037}' }],
      },
    ]);
    const second = await say({ messages: [...history, results] });
    expect(second.json["content"]).toEqual([
      {
        type: "tool_use",
        id: expect.any(String),
        name: "wait",
        input: { run_id: "7000000000006000037", list: ["id"] },
      },
    ]);

    const [wait] = second.json["content"] as [{ id: string }];
    const output = user([{ type: "tool_result", tool_use_id: wait.id, content: "out=42" }]);
    const third = [...history, results, assistant(second.json["content"]), output];
    expect((await say({ messages: third })).json["content"]).toEqual([{ type: "text", text: "It printed 42." }]);
    const more = [...third, assistant("It printed 42."), user("and now?")];
    expect((await say({ messages: more })).json["content"]).toEqual([
      { type: "text", text: expect.stringContaining("scenario of the emulator's model ends") },
    ]);
  });

  test("the same request gets the same turn, and one without tools gets no call", async () => {
    await scenario({ turns: [{ tools: [{ name: "run", input: {} }] }, { text: "later" }] });
    for (let round = 0; round < 2; round++) expect((await say({})).json["stop_reason"]).toBe("tool_use");
    expect((await say({ tools: [] })).json).toMatchObject({ stop_reason: "end_turn", content: [{ text: "ok" }] });
  });

  test("conversations are told apart by their first message", async () => {
    await scenario({
      conversations: [{ when: "deploy", turns: [{ text: "deploying" }] }, { turns: [{ text: "anything" }] }],
    });
    expect((await say({ messages: [user([{ type: "text", text: "please deploy" }])] })).text).toContain("deploying");
    expect((await say({})).text).toContain("anything");
  });

  test("what a pattern does not find is an error, not an answer", async () => {
    await scenario({ turns: [{ text: "{{/never/}}" }] });
    expect(await say({})).toMatchObject({ status: 400, json: { error_code: "INVALID_PARAMETER_VALUE" } });
  });
});

describe("errors on command", () => {
  test("as often as told, in the dialect's shape, then the turn itself", async () => {
    const error = { status: 529, type: "overloaded_error", message: "Overloaded", retry_after: 1, times: 2 };
    await scenario({ turns: [{ text: "fine", error }] });
    for (let round = 0; round < 2; round++) {
      const answer = await say({});
      expect(answer.status).toBe(529);
      expect(answer.headers.get("retry-after")).toBe("1");
      expect(answer.json).toEqual({ type: "error", error: { type: "overloaded_error", message: "Overloaded" } });
    }
    expect((await say({})).json["content"]).toEqual([{ type: "text", text: "fine" }]);
  });
});

describe("streaming", () => {
  test("events come in the protocol's order, and their pieces make the whole", async () => {
    const text = "Ünïcödé 🎉 ".repeat(10);
    const input = { path: "/Users/me@example.com/etl", cells: ["print('ü')"] };
    await scenario({ turns: [{ text, tools: [{ name: "run", input }] }] });
    const answer = await say({ stream: true });
    expect(answer.headers.get("content-type")).toContain("text/event-stream");
    const all = events(answer.text);
    expect(all.every(([name, data]) => data["type"] === name)).toBe(true);
    const order = all.map(([name]) => name).filter((name, index, list) => name !== list[index - 1]);
    expect(order).toEqual([
      "message_start",
      "ping",
      "content_block_start",
      "content_block_delta",
      "content_block_stop",
      "content_block_start",
      "content_block_delta",
      "content_block_stop",
      "message_delta",
      "message_stop",
    ]);
    const deltas = all
      .filter(([name]) => name === "content_block_delta")
      .map(([, data]) => data["delta"] as Record<string, string>);
    expect(deltas.map((delta) => delta["text"] ?? "").join("")).toBe(text);
    expect(JSON.parse(deltas.map((delta) => delta["partial_json"] ?? "").join(""))).toEqual(input);
    expect(all.find(([name]) => name === "message_delta")?.[1]).toMatchObject({ delta: { stop_reason: "tool_use" } });
  });

  test("a cut in mid-stream is a reset, not an end", async () => {
    await scenario({ turns: [{ text: "x".repeat(500) }] });
    await emulator.control("POST faults", { kind: "truncate", path: "/ai-gateway/**", bytes: 200 });
    const response = await fetch(`${emulator.host}/ai-gateway/anthropic/v1/messages`, {
      method: "POST",
      headers: { authorization: `Bearer ${emulator.token}` },
      body: JSON.stringify({ model: "claude-opus-5-5", max_tokens: 9, stream: true, messages: [user("x")] }),
    });
    await expect(response.text()).rejects.toMatchObject({ code: "ECONNRESET" });
  });
});

describe("what the API refuses", () => {
  const call = { type: "tool_use", id: "toolu_1", name: "run", input: {} };

  test.each([
    ["no messages", { messages: undefined }, "messages: Field required"],
    ["empty messages", { messages: [] }, "at least one message"],
    ["no max_tokens", { max_tokens: undefined }, "max_tokens: Field required"],
    ["a strange role", { messages: [{ role: "robot", content: "x" }] }, "messages.0.role"],
    ["prefill", { messages: [user("x"), assistant("y")] }, "must end with a user message"],
    [
      "a result without its call",
      { messages: [user([{ type: "tool_result", tool_use_id: "toolu_9", content: "" }])] },
      "toolu_9",
    ],
    ["a call without its result", { messages: [user("x"), assistant([call]), user("y")] }, "toolu_1"],
  ])("%s", async (_name, fields, why) => {
    const answer = await say(fields);
    expect(answer.status).toBe(400);
    expect(answer.json).toEqual({
      type: "error",
      error: { type: "invalid_request_error", message: expect.stringContaining(why) },
    });
  });

  test("an unknown model, and the client's own [1m] mark", async () => {
    expect(await say({ model: "gpt-5" })).toMatchObject({ status: 404, json: { error_code: "ENDPOINT_NOT_FOUND" } });
    expect((await say({ model: "system.ai.claude-opus-5-5[1m]" })).json["message"]).toContain(
      "Invalid Unity Catalog name",
    );
    expect((await say({ model: "databricks-claude-sonnet-4-6" })).status).toBe(200);
  });

  test("no token, no model", async () => {
    const answer = await emulator.call("POST /ai-gateway/anthropic/v1/messages", { body: {}, token: null });
    expect(answer.status).toBe(401);
  });
});

test("tokens are counted on the gateway, and the older path says that it cannot", async () => {
  const counted = await say({ max_tokens: undefined }, "/ai-gateway/anthropic/v1/messages/count_tokens");
  expect(counted.json["input_tokens"]).toBeGreaterThan(10);
  const old = await say({}, "/serving-endpoints/anthropic/v1/messages/count_tokens");
  expect(old).toMatchObject({ status: 404, json: { message: expect.stringContaining("/invocations") } });
  const model = "databricks-claude-opus-5-5";
  expect((await say({ model }, "/serving-endpoints/anthropic/v1/messages")).status).toBe(200);
});

test("the gateway lists its models, all of which answer", async () => {
  const { json } = await emulator.call("GET /ai-gateway/anthropic/v1/models?limit=1000");
  const ids = (json["data"] as { id: string }[]).map(({ id }) => id);
  expect(ids).toContain("system.ai.claude-opus-5-5");
  for (const model of ids) expect((await say({ model })).status).toBe(200);
});

test.each([
  [{ turn: [] }, "no field turn"],
  [{ turns: {} }, "turns must be a list"],
  [{ turns: [{ txt: "" }] }, "no field txt"],
  [{ turns: [{ tools: [{ input: {} }] }] }, "needs a name"],
  [{ turns: [{ text: "{{/(/}}" }] }, "not a regular expression"],
  [{ turns: [{ error: { status: "x" } }] }, "status must be a whole number"],
])("the scenario %j is refused", async (value, why) => {
  const answer = await scenario(value);
  expect(answer.status).toBe(400);
  expect(String(answer.json["message"])).toContain(why);
});
