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
  const parts = isObject(body)
    ? [body["system"], body["tools"], body["messages"], body["contents"], body["systemInstruction"]]
    : [];
  return Math.max(1, Math.ceil(parts.reduce((sum: number, part) => sum + tokensOf(part), 0)));
}

function tokensOf(value: unknown): number {
  if (typeof value === "string") return value.length / charactersPerToken;
  if (typeof value === "number" || typeof value === "boolean") return 1;
  if (Array.isArray(value)) return value.reduce((sum: number, one) => sum + tokensOf(one) + frameTokens, 0);
  if (!isObject(value)) return 0;
  const media = mediaTokens(value);
  if (media !== undefined) return media;
  return Object.entries(value).reduce(
    (sum, [name, one]) => sum + 1 + name.length / charactersPerToken + tokensOf(one),
    0,
  );
}

function mediaTokens(block: Record<string, unknown>): number | undefined {
  if (block["type"] === "image" || block["type"] === "image_url") return imageTokens;
  const inline = block["inlineData"];
  if (isObject(inline))
    return String(inline["mimeType"]).startsWith("image/") ? imageTokens : documentTokens(inline["data"]);
  if (block["type"] !== "document" || !isObject(block["source"])) return undefined;
  const { source } = block;
  return source["type"] === "base64" ? documentTokens(source["data"]) : tokensOf(source);
}

function documentTokens(data: unknown): number {
  return typeof data === "string"
    ? Math.max(imageTokens, (data.length / 1024) * documentTokensPerKilobyte)
    : imageTokens;
}
