import { describe, expect, test } from "bun:test";
import { fixedUpstream, httpUpstream, startTestProxy } from "../testing.ts";
import { createCountTokens } from "./count-tokens.ts";
import { estimateTokens } from "./token-estimate.ts";

const notThere = () =>
  Response.json(
    { error_code: "NOT_FOUND", message: "Path must be of form /serving-endpoints/x/invocations" },
    { status: 404 },
  );
const path = "/p/DEFAULT/anthropic/v1/messages/count_tokens";
const body = JSON.stringify({ model: "m", messages: [{ role: "user", content: "word ".repeat(700) }] });

describe("counting tokens", () => {
  test("is the workspace's where it counts", async () => {
    await using upstream = httpUpstream(() => Response.json({ input_tokens: 7 }));
    await using proxy = await startTestProxy(upstream.url, { filters: [createCountTokens(() => 0)] });
    expect(await (await proxy.call(path, { method: "POST", body })).json()).toEqual({ input_tokens: 7 });
  });

  test("is an estimate where it does not, and is not asked for again within the hour", async () => {
    await using upstream = httpUpstream(notThere);
    let nowMs = 0;
    await using proxy = await startTestProxy(upstream.url, { filters: [createCountTokens(() => nowMs)] });
    for (const expected of [1, 1, 2]) {
      const answer = await proxy.call(path, { method: "POST", body });
      const { input_tokens: tokens } = (await answer.json()) as { input_tokens: number };
      expect(tokens).toBeGreaterThan(700);
      expect(tokens).toBeLessThan(1_400);
      expect(upstream.received).toHaveLength(expected);
      if (expected === 1) nowMs += 1_800_001;
    }
  });

  test("is asked for again where only a model was not there", async () => {
    await using upstream = httpUpstream((_request, index) =>
      index === 0
        ? Response.json({ error_code: "RESOURCE_DOES_NOT_EXIST", message: "The model does not exist" }, { status: 404 })
        : Response.json({ input_tokens: 7 }),
    );
    await using proxy = await startTestProxy(upstream.url, { filters: [createCountTokens(() => 0)] });
    expect((await proxy.call(path, { method: "POST", body })).headers.get("x-mortar-estimate")).toBe("true");
    expect(await (await proxy.call(path, { method: "POST", body })).json()).toEqual({ input_tokens: 7 });
  });

  test("asks the oldest path nothing", async () => {
    await using upstream = httpUpstream(notThere);
    const target = fixedUpstream(upstream.url, { family: () => Promise.resolve("serving-endpoints") });
    await using proxy = await startTestProxy(target, { filters: [createCountTokens(() => 0)] });
    expect((await proxy.call(path, { method: "POST", body })).status).toBe(200);
    expect(upstream.received).toEqual([]);
  });

  test("has Gemini's shape for Gemini, and leaves errors of other kinds alone", async () => {
    await using upstream = httpUpstream((_request, index) =>
      index === 0 ? notThere() : Response.json({}, { status: 429 }),
    );
    await using proxy = await startTestProxy(upstream.url, { filters: [createCountTokens(() => 0)] });
    const gemini = "/p/DEFAULT/gemini/v1beta/models/m:countTokens";
    const answer = await proxy.call(gemini, { method: "POST", body: '{"contents":[{"parts":[{"text":"hi"}]}]}' });
    expect(await answer.json()).toEqual({ totalTokens: expect.any(Number) });
    expect((await proxy.call(path, { method: "POST", body })).status).toBe(429);
  });
});

describe("the estimate", () => {
  test("counts a picture as a picture and not as its base64", () => {
    const image = { type: "image", source: { type: "base64", media_type: "image/png", data: "A".repeat(2_000_000) } };
    const tokens = estimateTokens({ messages: [{ role: "user", content: [image] }] });
    expect(tokens).toBeGreaterThan(1_500);
    expect(tokens).toBeLessThan(2_000);
  });

  test("is there for JSON that is nested deeper than the stack", () => {
    const depth = 100_000;
    const messages: unknown = JSON.parse(`${"[".repeat(depth)}"word"${"]".repeat(depth)}`);
    expect(estimateTokens({ messages })).toBeGreaterThan(depth);
  });

  test("counts tools and system, and never less than one", () => {
    const tools = [{ name: "t", description: "d".repeat(3_500), input_schema: { type: "object" } }];
    expect(estimateTokens({ tools, messages: [] })).toBeGreaterThan(1_000);
    expect(estimateTokens({ system: "s".repeat(350) })).toBeGreaterThanOrEqual(100);
    expect([estimateTokens({}), estimateTokens(undefined), estimateTokens("x")]).toEqual([1, 1, 1]);
  });
});
