// How many tokens a request is, about: for agents that ask, where the workspace does not count.
import { isObject } from "../../platform/json.ts";

// English prose has some 4 characters to a token, code and JSON some 3.3; an estimate that is a little high is the safe one.
const charactersPerToken = 3.5;

/** platform.claude.com, "Vision": width * height / 750; pictures are scaled down to 1.15 megapixels. */
const imageTokens = 1_600;

/** A page of a PDF is read as text and as a picture: about so many tokens, for so many bytes of base64. */
const documentTokensPerKilobyte = 12;

/** Each message, tool and system text costs a few tokens for what stands around it. */
const frameTokens = 4;

/** The estimate for a body of the Messages API or of Gemini's: system, tools and conversation. Never below 1. */
export function estimateTokens(body: unknown): number {
  if (!isObject(body)) return 1;
  const waiting = [body["system"], body["tools"], body["messages"], body["contents"], body["systemInstruction"]];
  let tokens = 0;
  // Not by calls into what is inside: JSON may be nested deeper than the stack is.
  while (waiting.length > 0) tokens += tokensOf(waiting.pop(), waiting);
  return Math.max(1, Math.ceil(tokens));
}

/** What the value itself costs; what it holds goes to those that are `waiting`. */
function tokensOf(value: unknown, waiting: unknown[]): number {
  if (typeof value === "string") return value.length / charactersPerToken;
  if (typeof value === "number" || typeof value === "boolean") return 1;
  if (Array.isArray(value)) {
    for (const one of value) waiting.push(one);
    return value.length * frameTokens;
  }
  if (!isObject(value)) return 0;
  const media = mediaTokens(value, waiting);
  if (media !== undefined) return media;
  let tokens = 0;
  for (const [name, one] of Object.entries(value)) {
    tokens += 1 + name.length / charactersPerToken;
    waiting.push(one);
  }
  return tokens;
}

function mediaTokens(block: Record<string, unknown>, waiting: unknown[]): number | undefined {
  if (block["type"] === "image" || block["type"] === "image_url") return imageTokens;
  const inline = block["inlineData"];
  if (isObject(inline))
    return String(inline["mimeType"]).startsWith("image/") ? imageTokens : documentTokens(inline["data"]);
  if (block["type"] !== "document" || !isObject(block["source"])) return undefined;
  const { source } = block;
  return source["type"] === "base64" ? documentTokens(source["data"]) : tokensOf(source, waiting);
}

function documentTokens(data: unknown): number {
  return typeof data === "string"
    ? Math.max(imageTokens, (data.length / 1024) * documentTokensPerKilobyte)
    : imageTokens;
}
