import { expect, test } from "bun:test";
import { priceOf } from "./prices.ts";

// Anthropic and OpenAI list prices of November 2026, in dollars a million tokens: input, output.
test.each([
  ["claude-opus-5-5", 4, 20],
  ["system.ai.claude-opus-5", 5, 25],
  ["databricks-claude-opus-4-8", 5, 25],
  ["claude-opus-4-1", 15, 75],
  ["claude-opus-4", 15, 75],
  ["claude-sonnet-5-5", 2, 10],
  ["claude-sonnet-5", 2, 10],
  ["claude-sonnet-4-6", 3, 15],
  ["claude-haiku-5-5", 0.1, 0.5],
  ["claude-haiku-4-5", 1, 5],
  ["claude-fable-5-1", 10, 50],
  ["gpt-5.5", 5, 30],
  ["gpt-5-4-mini", 0.75, 4.5],
  ["gpt-5-3-codex", 1.75, 14],
  ["gpt-5-1-codex-max", 1.25, 10],
])("%s costs %d and %d", (model, input, output) => expect(priceOf(model)).toMatchObject({ input, output }));

test.each([
  "claude-opus-6",
  "claude-sonnet-5-7",
  "gpt-5-6",
  "gpt-5-5-pro",
  "claude-opus-4-12",
  "kimi-k2",
  "main.x.claude-opus-5",
  "",
])("%s has no price that we know", (model) => expect(priceOf(model)).toBeUndefined());

test("reading a cache costs a part of the input, by the model", () => {
  expect(priceOf("claude-opus-5")?.cacheRead).toBeCloseTo(0.5);
  expect(priceOf("claude-opus-5-5")?.cacheRead).toBeCloseTo(0.2);
  expect(priceOf("claude-fable-5-1")?.cacheRead).toBeCloseTo(0.25);
  expect(priceOf("claude-opus-5")?.cacheWrite).toBeCloseTo(6.25);
});
