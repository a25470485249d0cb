import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { setTurns, streamData } from "../models/testing-dialects.ts";
import { startTestEmulator, type TestAnswer, type TestEmulator } from "../testing-server.ts";

let emulator: TestEmulator;

beforeEach(async () => {
  emulator = await startTestEmulator();
});

afterEach(() => emulator.dispose());

type Part = Record<string, unknown>;

const user = (...parts: Part[]): object => ({ role: "user", parts });
const model = (parts: readonly Part[]): object => ({ role: "model", parts });
const tools = [{ functionDeclarations: [{ name: "run" }] }];
const base = "/ai-gateway/gemini/v1beta/models/system.ai.gemini-4-pro";

function say(fields: object, action = "generateContent", path = base): Promise<TestAnswer> {
  return emulator.call(`POST ${path}:${action}`, { body: { contents: [user({ text: "hello" })], tools, ...fields } });
}

function partsOf(json: Record<string, unknown>): Part[] {
  const [candidate] = json["candidates"] as [{ content: { parts: Part[] } }];
  return candidate.content.parts;
}

test("calls, their responses filled in, and the end", async () => {
  await setTurns(emulator, [
    {
      text: "I run it.",
      tools: [
        { name: "run", input: { a: 1 } },
        { name: "run", input: { a: 2 } },
      ],
    },
    { text: 'It gave {{/out=(\\w+)/}} and {{/"code":(\\d)/}}.' },
  ]);
  const first = await say({});
  expect(first.json).toMatchObject({
    modelVersion: "system.ai.gemini-4-pro",
    candidates: [{ content: { role: "model" }, finishReason: "STOP", index: 0 }],
  });
  const parts = partsOf(first.json);
  expect(parts).toEqual([
    { text: "I run it." },
    { functionCall: { name: "run", args: { a: 1 } }, thoughtSignature: expect.any(String) },
    { functionCall: { name: "run", args: { a: 2 } }, thoughtSignature: expect.any(String) },
  ]);
  const results = user(
    { functionResponse: { name: "run", response: { output: "out=ok" } } },
    { functionResponse: { name: "run", response: { code: 7 } } },
  );
  const second = await say({ contents: [user({ text: "hello" }), model(parts), results] });
  expect(partsOf(second.json)).toEqual([{ text: "It gave ok and 7." }]);
});

test("thoughts are for who asked, and usage is as the turn states", async () => {
  const usage = { input_tokens: 5, output_tokens: 9, reasoning_tokens: 4, cache_read_tokens: 3 };
  await setTurns(emulator, [{ thinking: "Hm.", text: "Yes.", usage }]);
  const { json } = await say({ generationConfig: { thinkingConfig: { includeThoughts: true } } });
  expect(partsOf(json)).toEqual([{ text: "Hm.", thought: true }, { text: "Yes." }]);
  expect(json["usageMetadata"]).toEqual({
    promptTokenCount: 5,
    candidatesTokenCount: 5,
    thoughtsTokenCount: 4,
    cachedContentTokenCount: 3,
    totalTokenCount: 14,
  });
  expect(partsOf((await say({})).json)).toEqual([{ text: "Yes." }]);
});

describe("a stream", () => {
  const text = "Ünïcödé 🎉 ".repeat(10);

  test("of events: the pieces make the answer, and the last one ends it", async () => {
    await setTurns(emulator, [{ text, tools: [{ name: "run", input: { text } }] }]);
    const answer = await say({}, "streamGenerateContent?alt=sse");
    expect(answer.headers.get("content-type")).toContain("text/event-stream");
    const chunks = streamData(answer.text);
    const parts = chunks.flatMap(partsOf);
    expect(parts.map((part) => part["text"] ?? "").join("")).toBe(text);
    expect(parts.at(-1)).toMatchObject({ functionCall: { name: "run", args: { text } } });
    expect(chunks.map((chunk) => chunk["usageMetadata"] !== undefined)).toEqual(
      chunks.map((_c, at) => at === chunks.length - 1),
    );
  });

  test("as a list, where events were not asked for, also with an error in it", async () => {
    await setTurns(emulator, [{ text }]);
    const whole = await say({}, "streamGenerateContent");
    expect(whole.headers.get("content-type")).toContain("application/json");
    const chunks = JSON.parse(whole.text) as Record<string, unknown>[];
    expect(
      chunks
        .flatMap(partsOf)
        .map((part) => part["text"])
        .join(""),
    ).toBe(text);
    await setTurns(emulator, [{ text, fault: { kind: "error", after_events: 2, message: "No" } }]);
    const broken = JSON.parse((await say({}, "streamGenerateContent")).text) as unknown[];
    expect(broken.at(-1)).toEqual({ error: { code: 500, message: "No", status: "INTERNAL" } });
    expect(broken).toHaveLength(3);
  });

  test("an error event", async () => {
    await setTurns(emulator, [{ text, fault: { kind: "error", after_events: 1, message: "No" } }]);
    expect(streamData((await say({}, "streamGenerateContent?alt=sse")).text).at(-1)).toMatchObject({
      error: { code: 500 },
    });
  });
});

test("tokens are counted", async () => {
  expect(Number((await say({}, "countTokens")).json["totalTokens"])).toBeGreaterThan(5);
});

test("the older path knows endpoint names", async () => {
  const older = "/serving-endpoints/gemini/v1beta/models";
  expect((await say({}, "generateContent", `${older}/databricks-gemini-4-pro`)).status).toBe(200);
  expect((await say({}, "generateContent", `${older}/system.ai.gemini-4-pro`)).status).toBe(404);
});

describe("what is refused", () => {
  const call = { functionCall: { name: "run", args: {} } };
  const result = { functionResponse: { name: "run", response: {} } };

  test.each([
    ["no contents", { contents: [] }, "contents is not specified"],
    ["no parts", { contents: [user()] }, "contents[0].parts"],
    ["a strange role", { contents: [{ role: "assistant", parts: [{ text: "x" }] }] }, "valid role"],
    ["the model's own end", { contents: [user({ text: "x" }), model([{ text: "y" }])] }, "role user"],
    ["too few results", { contents: [user({ text: "x" }), model([call, call]), user(result)] }, "equal to the number"],
    [
      "a result without its call",
      { contents: [user({ text: "x" }), model([{ text: "y" }]), user(result)] },
      "immediately after",
    ],
  ])("%s", async (_name, fields, why) => {
    const answer = await say(fields);
    expect(answer.status).toBe(400);
    expect(answer.json).toEqual({
      error: { code: 400, status: "INVALID_ARGUMENT", message: expect.stringContaining(why) },
    });
  });

  test("an unknown model, and an unknown action", async () => {
    expect((await say({}, "generateContent", "/ai-gateway/gemini/v1beta/models/gemini-4-pro")).status).toBe(404);
    expect((await say({}, "embedContent")).json).toMatchObject({ error_code: "ENDPOINT_NOT_FOUND" });
  });

  test("the key of Google's own API is none here", async () => {
    const headers = { "x-goog-api-key": emulator.token };
    const answer = await emulator.call(`POST ${base}:generateContent`, { body: {}, headers, token: null });
    expect(answer.status).toBe(401);
  });
});
