import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { setTurns, streamData } from "../models/testing-dialects.ts";
import { startTestEmulator, type TestAnswer, type TestEmulator } from "../testing-server.ts";

let emulator: TestEmulator;

beforeEach(async () => {
  emulator = await startTestEmulator();
});

afterEach(() => emulator.dispose());

const user = (text: string): object => ({ type: "message", role: "user", content: [{ type: "input_text", text }] });
const tools = [
  { type: "function", name: "shell", parameters: { type: "object" } },
  { type: "custom", name: "apply_patch" },
  { type: "namespace", name: "mcp__db", tools: [{ type: "function", name: "run_job" }] },
];

function say(fields: object, path = "/ai-gateway/codex/v1/responses"): Promise<TestAnswer> {
  const body = { model: "system.ai.gpt-5-6", input: [user("hello")], tools, store: false, ...fields };
  return emulator.call(`POST ${path}`, { body });
}

interface Item {
  id: string;
  type: string;
  call_id: string;
  [field: string]: unknown;
}

const outputOf = ({ json }: TestAnswer): Item[] => json["output"] as unknown as Item[];

describe("a response", () => {
  test("reasoning, text and calls of each form, then their outputs filled in", async () => {
    await setTurns(emulator, [
      {
        thinking: "Hm.",
        text: "I look.",
        tools: [
          { name: "shell", input: { cmd: ["ls"] } },
          { name: "apply_patch", input: { input: "*** Begin Patch" } },
          { name: "run_job", input: { id: 1 } },
        ],
      },
      { text: "There is {{/file=(\\w+)/}}." },
    ]);
    const asked = { reasoning: { summary: "auto" }, include: ["reasoning.encrypted_content"] };
    const first = await say(asked);
    const output = outputOf(first);
    expect(output).toMatchObject([
      { type: "reasoning", summary: [{ type: "summary_text", text: "Hm." }], encrypted_content: expect.any(String) },
      { type: "message", role: "assistant", content: [{ type: "output_text", text: "I look.", annotations: [] }] },
      { type: "function_call", name: "shell", arguments: '{"cmd":["ls"]}' },
      { type: "custom_tool_call", name: "apply_patch", input: "*** Begin Patch" },
      { type: "function_call", name: "run_job", namespace: "mcp__db", arguments: '{"id":1}' },
    ]);
    expect(first.json).toMatchObject({ object: "response", status: "completed", error: null });
    expect(new Set(output.map(({ id }) => id)).size).toBe(5);

    const results = output
      .filter((item) => item.call_id !== undefined)
      .map(({ type, call_id }) => ({ type: `${type}_output`, call_id, output: `file=${type === "custom_tool_call"}` }));
    const second = await say({ input: [user("hello"), ...output, ...results] });
    expect(outputOf(second)).toMatchObject([{ content: [{ text: "There is false." }] }]);
  });

  test("thinking is for who asked, and its content is encrypted for who keeps it", async () => {
    await setTurns(emulator, [{ thinking: "Hm.", text: "Yes." }]);
    expect(outputOf(await say({})).map(({ type }) => type)).toEqual(["message"]);
    const [reasoning] = outputOf(await say({ reasoning: {} }));
    expect(reasoning).not.toHaveProperty("encrypted_content");
  });

  test("the usage that the turn states", async () => {
    await setTurns(emulator, [
      { text: "x", usage: { input_tokens: 5, output_tokens: 7, cache_read_tokens: 3, reasoning_tokens: 2 } },
    ]);
    expect((await say({})).json["usage"]).toEqual({
      input_tokens: 5,
      input_tokens_details: { cached_tokens: 3 },
      output_tokens: 7,
      output_tokens_details: { reasoning_tokens: 2 },
      total_tokens: 12,
    });
  });

  test("what several user messages say before the first answer chooses the conversation", async () => {
    const conversations = [{ when: "deploy", turns: [{ text: "deploying" }] }, { turns: [{ text: "other" }] }];
    await emulator.control("PUT scenario", { conversations });
    expect((await say({ input: [user("<environment>"), user("please deploy")] })).text).toContain("deploying");
    expect((await say({ input: "hello" })).text).toContain("other");
  });

  test.each([
    "/ai-gateway/openai/v1/responses",
    "/serving-endpoints/openai/v1/responses",
    "/serving-endpoints/responses",
  ])("also at %s", async (path) => {
    expect((await say({ model: "databricks-gpt-5-6" }, path)).status).toBe(200);
  });
});

describe("a stream", () => {
  test("its events come in order and numbered, and their pieces make the items", async () => {
    const text = "Ünïcödé 🎉 ".repeat(10);
    await setTurns(emulator, [
      { thinking: "Let me think about this for a while.", text, tools: [{ name: "shell", input: { cmd: text } }] },
    ]);
    const answer = await say({ stream: true, reasoning: {} });
    expect(answer.headers.get("content-type")).toContain("text/event-stream");
    const events = streamData(answer.text);
    expect([...answer.text.matchAll(/^event: (.*)$/gm)].map(([, name]) => name)).toEqual(
      events.map(({ type }) => String(type)),
    );
    expect(events.map((event) => event["sequence_number"])).toEqual(events.map((_event, index) => index));
    const order = events.map(({ type }) => String(type)).filter((type, index, all) => type !== all[index - 1]);
    expect(order.map((type) => type.replace("response.", ""))).toEqual([
      "created",
      "in_progress",
      "output_item.added",
      "reasoning_summary_part.added",
      "reasoning_summary_text.delta",
      "reasoning_summary_text.done",
      "reasoning_summary_part.done",
      "output_item.done",
      "output_item.added",
      "content_part.added",
      "output_text.delta",
      "output_text.done",
      "content_part.done",
      "output_item.done",
      "output_item.added",
      "function_call_arguments.delta",
      "function_call_arguments.done",
      "output_item.done",
      "completed",
    ]);
    const joined = (type: string): string =>
      events
        .filter((event) => event["type"] === type)
        .map(({ delta }) => String(delta))
        .join("");
    expect(joined("response.output_text.delta")).toBe(text);
    expect(JSON.parse(joined("response.function_call_arguments.delta"))).toEqual({ cmd: text });
    const done = events.filter(({ type }) => type === "response.output_item.done").map(({ item }) => item);
    expect(events.at(-1)?.["response"]).toMatchObject({ status: "completed", output: done as object[] });
    const ids = new Set(done.map((item) => (item as Item).id));
    expect(events.flatMap((event) => event["item_id"] ?? []).every((id) => ids.has(String(id)))).toBe(true);
  });

  test("the free text of a custom tool has events of its own", async () => {
    await setTurns(emulator, [{ tools: [{ name: "apply_patch", input: { input: "*** Begin" } }] }]);
    const events = streamData((await say({ stream: true })).text);
    expect(events.map(({ type }) => type)).toContain("response.custom_tool_call_input.delta");
    expect(events.find(({ type }) => type === "response.custom_tool_call_input.done")).toMatchObject({
      input: "*** Begin",
    });
  });

  test("an error in its middle is a failed response", async () => {
    await setTurns(emulator, [
      { text: "x", fault: { kind: "error", after_events: 2, type: "server_error", message: "No" } },
    ]);
    expect(streamData((await say({ stream: true })).text).at(-1)).toMatchObject({
      type: "response.failed",
      response: { status: "failed", error: { code: "server_error", message: "No" } },
    });
  });
});

describe("what is refused", () => {
  const call = { type: "function_call", call_id: "call_1", name: "shell", arguments: "{}" };
  const output = { type: "function_call_output", call_id: "call_2", output: "" };

  test.each([
    ["no model", { model: undefined }, "'model'"],
    ["no input", { input: undefined }, "'input'"],
    ["an empty input", { input: [] }, "at least one item"],
    ["items that are none", { input: ["x"] }, "input[0]"],
    [
      "a call without its output",
      { input: [user("x"), call, user("y")] },
      "No tool output found for function call call_1",
    ],
    ["an output without its call", { input: [user("x"), output] }, "with call_id call_2"],
    ["a response that was not kept", { previous_response_id: "resp_1" }, "previous_response_id"],
  ])("%s", async (_name, fields, why) => {
    const answer = await say(fields);
    expect(answer.status).toBe(400);
    expect(answer.json["error"]).toMatchObject({
      type: "invalid_request_error",
      message: expect.stringContaining(why),
      code: null,
    });
  });

  test("OpenAI's own names, models of another API, and services on the older path", async () => {
    for (const model of ["gpt-5", "system.ai.claude-opus-5-5", "databricks-gpt-oss-120b"]) {
      expect(await say({ model })).toMatchObject({ status: 404, json: { error_code: "ENDPOINT_NOT_FOUND" } });
    }
    expect((await say({}, "/serving-endpoints/responses")).status).toBe(404);
  });

  test("an error of the scenario has OpenAI's shape", async () => {
    await setTurns(emulator, [{ error: { status: 429, type: "rate_limit", message: "Slow", retry_after: 3 } }]);
    const answer = await say({});
    expect(answer.status).toBe(429);
    expect(answer.headers.get("retry-after")).toBe("3");
    expect(answer.json).toEqual({
      error: { message: "Slow", type: "rate_limit", param: null, code: "rate_limit_exceeded" },
    });
  });
});
