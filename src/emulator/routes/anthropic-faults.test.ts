import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { startTestEmulator, type TestAnswer, type TestEmulator } from "../testing-server.ts";

let emulator: TestEmulator;

beforeEach(async () => {
  emulator = await startTestEmulator();
});

afterEach(() => emulator.dispose());

const user = (content: unknown): object => ({ role: "user", content });
const basic = { model: "databricks-claude-opus-5-5", max_tokens: 100, messages: [user("hello")] };

function say(fields: object, path = "/ai-gateway/anthropic/v1/messages", headers = {}): Promise<TestAnswer> {
  return emulator.call(`POST ${path}`, { body: { ...basic, ...fields }, headers });
}

function older(fields: object, headers = {}): Promise<TestAnswer> {
  return say(fields, "/serving-endpoints/anthropic/v1/messages", headers);
}

async function scenario(turn: object, more: object = {}): Promise<void> {
  expect((await emulator.control("PUT scenario", { turns: [turn], ...more })).status).toBe(200);
}

function open(signal?: AbortSignal): Promise<Response> {
  return fetch(`${emulator.host}/ai-gateway/anthropic/v1/messages`, {
    method: "POST",
    headers: { authorization: `Bearer ${emulator.token}` },
    body: JSON.stringify({ ...basic, stream: true }),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** All that arrives before the stream ends or breaks. */
async function readAll(response: Response): Promise<{ chunks: Uint8Array[]; broken: boolean }> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of response.body ?? []) chunks.push(chunk);
    return { chunks, broken: false };
  } catch {
    return { chunks, broken: true };
  }
}

const textOf = (chunks: readonly Uint8Array[]): string => Buffer.concat([...chunks]).toString();

describe("what a turn can say", () => {
  test("thinking comes first and signed, for who asked for it", async () => {
    await scenario({ thinking: "Let me see. ".repeat(5), text: "Seen." });
    const { json } = await say({ thinking: { type: "adaptive" } });
    expect(json["content"]).toEqual([
      { type: "thinking", thinking: "Let me see. ".repeat(5), signature: expect.stringMatching(/.{20}/) },
      { type: "text", text: "Seen." },
    ]);
    expect((await say({})).json["content"]).toEqual([{ type: "text", text: "Seen." }]);
    const { text } = await say({ thinking: { type: "adaptive" }, stream: true });
    const data = [...text.matchAll(/^data: (.*)$/gm)].map(([, line = ""]) => JSON.parse(line));
    const deltas = data.filter(({ type }) => type === "content_block_delta").map(({ delta }) => delta);
    expect(deltas.map(({ thinking = "" }) => thinking).join("")).toBe("Let me see. ".repeat(5));
    const kinds = deltas.map(({ type }) => type).filter((type, index, all) => type !== all[index - 1]);
    expect(kinds).toEqual(["thinking_delta", "signature_delta", "text_delta"]);
  });

  test("the usage that the turn states", async () => {
    const usage = { input_tokens: 7, output_tokens: 9, cache_read_tokens: 11, cache_write_tokens: 13 };
    await scenario({ text: "x", usage });
    expect((await say({})).json["usage"]).toEqual({
      input_tokens: 7,
      output_tokens: 9,
      cache_read_input_tokens: 11,
      cache_creation_input_tokens: 13,
    });
  });

  test("pieces at odd bytes make the same bytes", async () => {
    const text = "Ünïcödé 🎉 ".repeat(20);
    await scenario({ text, split_bytes: 7, delay_ms: 1 });
    const { chunks, broken } = await readAll(await open());
    expect(broken).toBe(false);
    expect(chunks.length).toBeGreaterThan(20);
    const deltas = [...textOf(chunks).matchAll(/"text":"((?:[^"\\]|\\.)*)"\}\}/g)].map(([, piece]) => piece);
    expect(deltas.join("")).toBe(text);
  });
});

describe("faults in mid-stream", () => {
  test.each([
    [{ after_events: 3 }, /content_block_start/, /content_block_delta/],
    [{ after_bytes: 40 }, /^event: message_start\ndata: \{"type":"me/, /content_block/],
  ])("a reset %j", async (place, there, gone) => {
    await scenario({ text: "x".repeat(100), fault: { kind: "reset", ...place } });
    const { chunks, broken } = await readAll(await open());
    expect(broken).toBe(true);
    expect(textOf(chunks)).toMatch(there);
    expect(textOf(chunks)).not.toMatch(gone);
    expect((await readAll(await open())).broken).toBe(false);
  });

  test("a stream that ends too early ends properly", async () => {
    await scenario({ text: "x", fault: { kind: "end", after_events: 4 } });
    const { chunks, broken } = await readAll(await open());
    expect(broken).toBe(false);
    expect(textOf(chunks)).not.toContain("message_stop");
  });

  test("an error event is the dialect's", async () => {
    await scenario({ text: "x", fault: { kind: "error", after_events: 3, type: "overloaded_error", message: "Full" } });
    const { chunks, broken } = await readAll(await open());
    expect(broken).toBe(false);
    expect(textOf(chunks)).toEndWith(
      'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Full"}}\n\n',
    );
  });

  test("a stall says nothing more until the client leaves", async () => {
    await scenario({ text: "x", fault: { kind: "stall", after_events: 1, times: 0 } });
    const leaving = new AbortController();
    const response = await open(leaving.signal);
    const reader = response.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toContain("message_start");
    const more = reader?.read();
    leaving.abort();
    await expect(more).rejects.toThrow();
  });

  test("an answer in one piece breaks too, or is the error", async () => {
    await scenario({ text: "x".repeat(100), fault: { kind: "reset", after_bytes: 20 } });
    await expect(say({})).rejects.toMatchObject({ code: "ECONNRESET" });
    expect((await say({})).status).toBe(200);
    await scenario({ text: "x", fault: { kind: "error", message: "Full" } });
    expect(await say({})).toMatchObject({ status: 500, json: { error: { message: "Full" } } });
  });

  test.each([
    [{ kind: "explode" }, "kind must be one of reset, stall, error, end"],
    [{ kind: "reset", after_events: 1, after_bytes: 1 }, "not both"],
    [{ kind: "reset", after: 1 }, "no field after"],
  ])("%j is refused", async (fault, why) => {
    const answer = await emulator.control("PUT scenario", { turns: [{ text: "x", fault }] });
    expect(answer).toMatchObject({ status: 400, json: { message: expect.stringContaining(why) } });
  });
});

describe("the shapes of errors", () => {
  const error = { status: 429, type: "REQUEST_LIMIT_EXCEEDED", message: "Too <many>", times: 0 };
  const own = { type: "error", error: { type: "REQUEST_LIMIT_EXCEEDED", message: "Too <many>" } };

  test("the dialect's, the workspace's, and one inside the other", async () => {
    await scenario({ error });
    expect((await say({})).json).toEqual(own);
    await scenario({ error: { ...error, shape: "workspace" } });
    expect(await say({})).toMatchObject({
      status: 429,
      json: { error_code: "REQUEST_LIMIT_EXCEEDED", message: "Too <many>" },
    });
    await scenario({ error: { ...error, shape: "nested" } });
    expect(JSON.parse(String((await say({})).json["message"]))).toEqual(own);
  });

  test("a page", async () => {
    await scenario({ error: { ...error, status: 404, shape: "html" } });
    const answer = await say({});
    expect(answer.headers.get("content-type")).toContain("text/html");
    expect(answer.text).toContain("Too &lt;many>");
  });
});

describe("what every path refuses", () => {
  test.each([
    ["web search", { tools: [{ type: "web_search_20250305", name: "web_search" }] }, "Input tag 'web_search_20250305'"],
    ["web fetch", { tools: [{ type: "web_fetch_20250910", name: "web_fetch" }] }, "expected tags"],
    ["old thinking", { thinking: { type: "enabled", budget_tokens: 1024 } }, "thinking.type.enabled"],
    ["a temperature", { temperature: 0.2 }, "`temperature` is not supported"],
  ])("%s", async (_name, fields, why) => {
    const answer = await say(fields);
    expect(answer.status).toBe(400);
    expect(answer.json["error"]).toMatchObject({ message: expect.stringContaining(why) });
  });

  test("what a newer model does not take, an older one does", async () => {
    const model = "databricks-claude-sonnet-4-6";
    expect((await say({ model, temperature: 0.2, thinking: { type: "enabled", budget_tokens: 9 } })).status).toBe(200);
    expect((await say({ model: "databricks-claude-opus-4-7", temperature: 0.2 })).status).toBe(400);
    expect((await say({ temperature: 1 })).status).toBe(200);
  });

  test("what the scenario says that requests may not hold", async () => {
    await scenario({ text: "x" }, { rejects: { fields: ["tools.*.strict", "metadata.user_id"], betas: ["new-2026"] } });
    const tools = [{ name: "a" }, { name: "b", strict: true }];
    expect((await say({ tools })).text).toContain("tools.1.strict: Extra inputs are not permitted");
    expect((await say({ metadata: { user_id: "u" } })).text).toContain("metadata.user_id: Extra inputs");
    const beta = await say({}, undefined, { "anthropic-beta": "old-2025, new-2026" });
    expect(beta.text).toContain("Unexpected value(s) `new-2026` for the `anthropic-beta` header");
    expect((await say({ tools: [{ name: "a" }] })).status).toBe(200);
  });
});

describe("what the older path refuses, and the gateway takes", () => {
  const scope = { type: "ephemeral", scope: "global" };

  test.each([
    ["context management", { context_management: { edits: [] } }, "context_management: Extra inputs"],
    [
      "eager streaming",
      { tools: [{ name: "a", eager_input_streaming: true }] },
      "tools.0.custom.eager_input_streaming",
    ],
    ["a deferred tool", { tools: [{ name: "a" }, { name: "b", defer_loading: true }] }, "tools.1.custom.defer_loading"],
    [
      "a cache scope",
      {
        system: [
          { type: "text", text: "s" },
          { type: "text", text: "t", cache_control: scope },
        ],
      },
      "system.1.cache_control.ephemeral.scope: Extra inputs are not permitted",
    ],
    [
      "a cache scope in a message",
      { messages: [user([{ type: "text", text: "x", cache_control: scope }])] },
      "messages.0.content.0.cache_control.ephemeral.scope",
    ],
  ])("%s", async (_name, fields, why) => {
    const refused = await older(fields);
    expect(refused.status).toBe(400);
    expect(refused.json).toEqual({
      type: "error",
      error: { type: "invalid_request_error", message: expect.stringContaining(why) },
    });
    expect((await say(fields)).status).toBe(200);
  });

  test("betas that came later", async () => {
    const headers = { "anthropic-beta": "claude-code-20250219,advisor-tool-2026-03-01" };
    const refused = await older({}, headers);
    expect(refused.status).toBe(400);
    expect(refused.text).toContain("Unexpected value(s) `advisor-tool-2026-03-01`");
    expect((await say({}, undefined, headers)).status).toBe(200);
    expect((await older({}, { "anthropic-beta": "claude-code-20250219" })).status).toBe(200);
  });

  test("names of model services, which are the gateway's alone", async () => {
    const model = "system.ai.claude-opus-5-5";
    expect(await older({ model })).toMatchObject({ status: 404, json: { error_code: "ENDPOINT_NOT_FOUND" } });
    expect((await say({ model })).status).toBe(200);
  });
});

describe("services that people made", () => {
  test.each([
    ["main.agents.team-opus", 200, "content"],
    ["main.agents.mixed", 400, "several destinations"],
    ["main.restricted.secret-model", 403, "EXECUTE"],
    ["model-services/main.agents.team-opus", 400, "Invalid Unity Catalog name"],
  ])("%s", async (model, status, why) => {
    const answer = await say({ model });
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(why);
  });
});
