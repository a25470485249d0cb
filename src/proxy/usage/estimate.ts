// What a request may cost at most, about: asked before it is sent, where a day's budget has to hold.
import type { DialectName } from "../dialects.ts";
import type { ModelRequest } from "../types.ts";
import type { Price } from "./prices.ts";

// JSON and code; prose has more characters to a token.
const bytesPerToken = 3.5;
/** No model reads or writes more for one request. */
const mostInputTokens = 1_000_000;
const mostOutputTokens = 200_000;
/** For an agent that sets no limit. */
const usualOutputTokens = 8_000;

/** Where each dialect names the most that a model may write. */
const limits: Readonly<Partial<Record<DialectName, readonly string[]>>> = {
  anthropic: ["max_tokens"],
  responses: ["max_output_tokens"],
  chat: ["max_completion_tokens", "max_tokens"],
  gemini: ["maxOutputTokens"],
};

/** US dollars at list prices, as if nothing of the request were in a cache. */
export function mostCost(dialect: DialectName, { body }: Pick<ModelRequest, "body">, price: Price): number {
  const bytes = body instanceof Uint8Array ? body : undefined;
  const input = Math.min(mostInputTokens, bytes === undefined ? mostInputTokens : bytes.length / bytesPerToken);
  const output = Math.min(mostOutputTokens, outputLimit(dialect, bytes) ?? usualOutputTokens);
  return (input * Math.max(price.input, price.cacheWrite) + output * price.output) / 1_000_000;
}

/** Found without reading the body: inside of a text the name's quotes would be escaped. */
function outputLimit(dialect: DialectName, body: Uint8Array | undefined): number | undefined {
  if (body === undefined) return undefined;
  const buffer = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  for (const name of limits[dialect] ?? []) {
    const key = `"${name}"`;
    for (let at = buffer.indexOf(key); at !== -1; at = buffer.indexOf(key, at + key.length)) {
      const from = at + key.length;
      const digits = /^\s*:\s*(\d{1,9})(?![\d.eE])/.exec(buffer.toString("latin1", from, from + 40))?.[1];
      if (digits !== undefined) return Number(digits);
    }
  }
  return undefined;
}
