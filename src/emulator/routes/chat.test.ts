import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { setTurns, streamData } from "../models/testing-dialects.ts";
import { startTestEmulator, type TestAnswer, type TestEmulator } from "../testing-server.ts";

let emulator: TestEmulator;

beforeEach(async () => {
  emulator = await startTestEmulator();
});

afterEach(() => emulator.dispose());

const user = (content: unknown): object => ({ role: "user", content });
const tools = [{ type: "function", function: { name: "run", parameters: { type: "object" } } }];

function say(fields: object, path = "/ai-gateway/mlflow/v1/chat/completions"): Promise<TestAnswer> {
  const body = { model: "databricks-gpt-oss-120b", messages: [user("hello")], tools, ...fields };
  return emulator.call(`POST ${path}`, { body });
}

interface Choice {
  message: { content: unknown; tool_calls: { id: string }[] };
  delta: { content?: string; tool_calls?: { index: number; id?: string; function: { arguments: string } }[] };
  finish_reason: string | null;
}

const choiceOf = (json: Record<string, unknown>): Choice | undefined => (json["choices"] as Choice[])[0];

test("a call, its result filled in, and the end", async () => {
  await setTurns(emulator, [
    {
      text: "I run it.",
      tools: [
        { name: "run", input: { a: 1 } },
        { name: "run", input: { a: 2 } },
      ],
    },
    { text: "It gave {{/out=(\\w+)/}}." },
  ]);
  const first = await say({});
  expect(first.json).toMatchObject({ object: "chat.completion", model: "databricks-gpt-oss-120b" });
  const choice = choiceOf(first.json);
  expect(choice).toMatchObject({
    finish_reason: "tool_calls",
    message: {
      role: "assistant",
      content: "I run it.",
      tool_calls: [
        { type: "function", function: { name: "run", arguments: '{"a":1}' } },
        { type: "function", function: { name: "run", arguments: '{"a":2}' } },
      ],
    },
  });
  const results = choice?.message.tool_calls.map(({ id }) => ({ role: "tool", tool_call_id: id, content: "out=ok" }));
  const second = await say({ messages: [user("hello"), choice?.message, ...(results ?? [])] });
  expect(choiceOf(second.json)).toMatchObject({ finish_reason: "stop", message: { content: "It gave ok." } });
});

test("a call without words has no content, and a request without tools gets no call", async () => {
  await setTurns(emulator, [{ tools: [{ name: "run", input: {} }] }]);
  expect(choiceOf((await say({})).json)?.message.content).toBeNull();
  expect(choiceOf((await say({ tools: undefined })).json)).toMatchObject({
    finish_reason: "stop",
    message: { content: "ok" },
  });
});

test("a stream's pieces make the answer; usage comes where it was asked for", async () => {
  const text = "Ünïcödé 🎉 ".repeat(10);
  await setTurns(emulator, [
    { text, tools: [{ name: "run", input: { text } }], usage: { input_tokens: 3, output_tokens: 4 } },
  ]);
  const answer = await say({ stream: true, stream_options: { include_usage: true } });
  expect(answer.headers.get("content-type")).toContain("text/event-stream");
  expect(answer.text).toEndWith("data: [DONE]\n\n");
  const chunks = streamData(answer.text);
  const deltas = chunks.flatMap((chunk) => choiceOf(chunk)?.delta ?? []);
  expect(deltas.map(({ content }) => content ?? "").join("")).toBe(text);
  const calls = deltas.flatMap((delta) => delta.tool_calls ?? []);
  expect(calls.map(({ index }) => index).every((index) => index === 0)).toBe(true);
  expect(calls.filter(({ id }) => id !== undefined)).toHaveLength(1);
  expect(JSON.parse(calls.map((call) => call.function.arguments).join(""))).toEqual({ text });
  expect(chunks.flatMap((chunk) => choiceOf(chunk)?.finish_reason ?? [])).toEqual(["tool_calls"]);
  expect(chunks.at(-1)).toMatchObject({
    choices: [],
    usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
  });
  expect((await say({ stream: true })).text).not.toContain("usage");
});

test("thinking makes the content a list, for who asked", async () => {
  await setTurns(emulator, [{ thinking: "Hm.", text: "Yes." }]);
  expect(choiceOf((await say({ reasoning_effort: "low" })).json)?.message.content).toEqual([
    { type: "reasoning", summary: [{ type: "summary_text", text: "Hm." }] },
    { type: "text", text: "Yes." },
  ]);
  expect(choiceOf((await say({})).json)?.message.content).toBe("Yes.");
});

test("an error in mid-stream is OpenAI's", async () => {
  await setTurns(emulator, [{ text: "x", fault: { kind: "error", after_events: 1, message: "Full" } }]);
  expect(streamData((await say({ stream: true })).text).at(-1)).toMatchObject({ error: { message: "Full" } });
});

describe("other paths", () => {
  test.each([
    "/ai-gateway/openai/v1/chat/completions",
    "/serving-endpoints/chat/completions",
    "/serving-endpoints/openai/v1/chat/completions",
  ])("%s", async (path) => {
    expect((await say({}, path)).status).toBe(200);
  });

  test("an endpoint's invocations need no model in the body", async () => {
    const path = "/serving-endpoints/databricks-claude-sonnet-4-6/invocations";
    expect((await say({ model: undefined }, path)).json).toMatchObject({ model: "databricks-claude-sonnet-4-6" });
    expect((await say({}, "/serving-endpoints/nothing/invocations")).status).toBe(404);
  });
});

describe("what is refused", () => {
  const call = { role: "assistant", tool_calls: [{ id: "call_1", type: "function", function: { name: "run" } }] };
  const result = { role: "tool", tool_call_id: "call_1", content: "" };

  test.each([
    ["no model", { model: undefined }, "'model'"],
    ["no messages", { messages: [] }, "at least one message"],
    ["a strange role", { messages: [{ role: "robot" }] }, "messages[0].role"],
    ["store", { store: false }, "store: Extra inputs"],
    ["strict", { tools: [{ type: "function", function: { name: "a", strict: true } }] }, "tools.0.function.strict"],
    ["a format", { model: "system.ai.claude-opus-5-5", response_format: { type: "json_object" } }, "response_format"],
    ["a result without its call", { messages: [user("x"), result] }, "preceding message with 'tool_calls'"],
    ["a call without its result", { messages: [user("x"), call, user("y")] }, "call_1"],
    [
      "one result too few",
      { messages: [user("x"), { ...call, tool_calls: [{ id: "a" }, { id: "b" }] }, { ...result, tool_call_id: "a" }] },
      "response messages: b",
    ],
  ])("%s", async (_name, fields, why) => {
    const answer = await say(fields);
    expect(answer.status).toBe(400);
    expect(answer.json["error"]).toMatchObject({
      message: expect.stringContaining(why),
      type: "invalid_request_error",
    });
  });

  test("what the scenario says", async () => {
    await setTurns(emulator, [{ text: "x" }], { rejects: { fields: ["stream_options"] } });
    expect((await say({ stream_options: {} })).text).toContain("stream_options: Extra inputs are not permitted");
  });
});
