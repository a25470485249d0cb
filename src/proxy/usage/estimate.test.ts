import { expect, test } from "bun:test";
import { mostCost } from "./estimate.ts";

const price = { input: 0, output: 1_000_000, cacheRead: 0, cacheWrite: 0 };
const output = (dialect: Parameters<typeof mostCost>[0], body: string): number =>
  mostCost(dialect, { body: new TextEncoder().encode(body) }, price);

test.each([
  ["anthropic", '{"max_tokens": 32000}', 32_000],
  ["responses", '{"max_output_tokens":5}', 5],
  ["chat", '{"max_tokens":7}', 7],
  ["chat", '{"max_tokens":7,"max_completion_tokens":9}', 9],
  ["gemini", '{"generationConfig":{"maxOutputTokens":11}}', 11],
  ["anthropic", '{"text":"\\"max_tokens\\": 3","max_tokens":12}', 12],
  ["anthropic", '{"properties":{"max_tokens":{"type":"number"}},"max_tokens":13}', 13],
  ["anthropic", "{}", 8_000],
  ["anthropic", '{"max_tokens":99999999}', 200_000],
] as const)("%s writes at most what %p allows", (dialect, body, tokens) => {
  expect(output(dialect, body)).toBeCloseTo(tokens);
});

test("what is read costs as if nothing of it were in a cache, and no more than a model reads", () => {
  const dear = { input: 1, output: 0, cacheRead: 0, cacheWrite: 2 };
  expect(mostCost("chat", { body: new Uint8Array(3_500) }, dear)).toBeCloseTo(0.002);
  expect(mostCost("chat", { body: new ReadableStream() }, dear)).toBeCloseTo(2);
});
