import { describe, expect, test } from "bun:test";
import { httpUpstream, startTestProxy, type Received } from "../testing.ts";
import { createLearnedFields } from "./learned-fields.ts";
import { lessonKey, lessonsOf } from "./lessons.ts";

describe("a refusal teaches", () => {
  test.each([
    ["context_management: Extra inputs are not permitted", ["field context_management"]],
    ["tools.3.custom.eager_input_streaming: Extra inputs are not permitted", ["field tools.*.eager_input_streaming"]],
    ["tools[0].custom.input_schema.x: Extra inputs are not permitted", ["field tools.*.input_schema.x"]],
    ["system.1.cache_control.ephemeral.scope: Extra inputs are not permitted", ["field system.*.cache_control.scope"]],
    [
      "messages.0.content.2.text.cache_control.ephemeral.ttl: Extra inputs are not permitted",
      ["field messages.*.content.*.cache_control.ttl"],
    ],
    [
      "Unexpected value(s) `advisor-tool-2026-03-01`, `b-2` for the `anthropic-beta` header. Please consult our documentation.",
      ["beta advisor-tool-2026-03-01", "beta b-2"],
    ],
    ["`temperature` is not supported for this model.", ["field temperature"]],
    ["'top_p' is not supported", ["field top_p"]],
    ['"thinking.type.enabled" is not supported for this model. Use adaptive', ["adaptive-thinking"]],
    ["Unknown parameter: 'store'", ["field store"]],
    ["Unrecognized request argument supplied: stream_options", ["field stream_options"]],
    ["tools.0.function.strict is not supported", ["field tools.*.function.strict", "field tools.*.strict"]],
    ["messages.2.name: Extra inputs are not permitted", ["field messages.*.name"]],
    ["output_config.effort: Extra inputs are not permitted", ["field output_config.effort"]],
    ["messages.1.content.0.tool_use.caller: Extra inputs are not permitted", ["field messages.*.content.*.caller"]],
    ["messages: Extra inputs are not permitted", []],
    ["system: Extra inputs are not permitted", []],
    ["instructions: Extra inputs are not permitted", []],
    ["stream: Extra inputs are not permitted", []],
    ["max_tokens: Extra inputs are not permitted", []],
    ["messages.0.role: Extra inputs are not permitted", []],
    ["messages.0.content: Extra inputs are not permitted", []],
    ["messages.0.content.1.text.text: Extra inputs are not permitted", []],
    ["messages.1.content.0.tool_use.id: Extra inputs are not permitted", []],
    ["messages.1.content.0.tool_use.input.path: Extra inputs are not permitted", []],
    ["messages.1.content.0.thinking.signature: Extra inputs are not permitted", []],
    ["tools.0.custom.input_schema: Extra inputs are not permitted", []],
    ["tools.0.custom.input_schema.properties.path: Extra inputs are not permitted", []],
    ["tools.0.function.parameters: Extra inputs are not permitted", []],
    ["system.0.cache_control: Extra inputs are not permitted", []],
    ["messages: at least one message is required", []],
    ["`model` is not supported", []],
    ["", []],
  ])("%s", (message, expected) => expect(lessonsOf(message).map(lessonKey)).toEqual(expected));
});

const refusal = (message: string): Response =>
  Response.json({ type: "error", error: { type: "invalid_request_error", message } }, { status: 400 });

/** A workspace that refuses fields one at a time, as the real one does. */
function strict({ body, headers }: { body: Record<string, unknown>; headers: Headers }): Response {
  if ("context_management" in body) return refusal("context_management: Extra inputs are not permitted");
  const tools = body["tools"] as { strict?: boolean }[] | undefined;
  const at = tools?.findIndex((tool) => tool.strict !== undefined) ?? -1;
  if (at >= 0) return refusal(`tools.${at}.custom.strict: Extra inputs are not permitted`);
  if (headers.get("anthropic-beta")?.includes("new-1") === true) {
    return refusal("Unexpected value(s) `new-1` for the `anthropic-beta` header.");
  }
  const thinking = body["thinking"] as { type?: string } | undefined;
  if (thinking?.type === "enabled") return refusal('"thinking.type.enabled" is not supported for this model.');
  return Response.json({ ok: true });
}

function strictUpstream() {
  return httpUpstream((request: Received) => strict({ body: JSON.parse(request.text), headers: request.headers }));
}

const body =
  '{"model":"m-1","context_management":{"edits":[]},"system":[{"type":"text","text":"s","cache_control":{"type":"ephemeral"}}],"tools":[{"name":"a"},{"name":"b","strict":true}],"thinking":{"type":"enabled","budget_tokens":20000},"big":12345678901234567890}';

describe("the filter", () => {
  test("leaves out one thing after the other, and the next request pays nothing", async () => {
    await using upstream = strictUpstream();
    const lessons: string[] = [];
    const filter = createLearnedFields({ now: () => 0, onLesson: (_exchange, lesson) => lessons.push(lesson) });
    await using proxy = await startTestProxy(upstream.url, { filters: [filter] });
    const call = () =>
      proxy.call("/p/DEFAULT/anthropic/v1/messages", {
        method: "POST",
        body,
        headers: { "anthropic-beta": "old-1, new-1" },
      });
    expect((await call()).status).toBe(200);
    expect(upstream.received).toHaveLength(5);
    expect((await call()).status).toBe(200);
    expect(upstream.received).toHaveLength(6);
    expect(lessons).toHaveLength(4);
    const last = upstream.received[5];
    expect(last?.headers.get("anthropic-beta")).toBe("old-1");
    expect(last?.text).toBe(
      '{"model":"m-1","system":[{"type":"text","text":"s","cache_control":{"type":"ephemeral"}}],"tools":[{"name":"a"},{"name":"b"}],"thinking":{"type":"adaptive"},"big":12345678901234567890,"output_config":{"effort":"high"}}',
    );
  });

  test("forgets after half a day, and keeps models apart", async () => {
    await using upstream = strictUpstream();
    let nowMs = 0;
    await using proxy = await startTestProxy(upstream.url, { filters: [createLearnedFields({ now: () => nowMs })] });
    const call = (model: string) =>
      proxy.call("/p/DEFAULT/anthropic/v1/messages", {
        method: "POST",
        body: `{"model":"${model}","context_management":{}}`,
      });
    await call("m-1");
    await call("m-1");
    expect(upstream.received).toHaveLength(3);
    await call("m-2");
    expect(upstream.received).toHaveLength(5);
    nowMs = 13 * 3_600_000;
    await call("m-1");
    expect(upstream.received).toHaveLength(7);
  });

  test("hands on what teaches nothing, byte for byte, after one request", async () => {
    await using upstream = httpUpstream(() => refusal("messages: too few"));
    await using proxy = await startTestProxy(upstream.url, { filters: [createLearnedFields({ now: () => 0 })] });
    const answer = await proxy.call("/p/DEFAULT/anthropic/v1/messages", { method: "POST", body });
    expect([answer.status, await answer.text()]).toEqual([400, await refusal("messages: too few").text()]);
    expect(upstream.received).toHaveLength(1);
  });

  test("ends where a workspace refuses without end", async () => {
    await using upstream = httpUpstream((_request, index) => refusal(`field_${index}: Extra inputs are not permitted`));
    await using proxy = await startTestProxy(upstream.url, { filters: [createLearnedFields({ now: () => 0 })] });
    const fields = Array.from({ length: 50 }, (_, index) => `"field_${index}":1`).join(",");
    const answer = await proxy.call("/p/DEFAULT/anthropic/v1/messages", { method: "POST", body: `{${fields}}` });
    expect(answer.status).toBe(400);
    expect(upstream.received).toHaveLength(9);
  });
});
