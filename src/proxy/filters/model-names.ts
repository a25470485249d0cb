// Model names as agents know them, made into the workspace's own: `claude-sonnet-4-6[1m]` into `system.ai.claude-sonnet-4-6`.
import type { UpstreamFamily } from "../family.ts";
import type { Exchange, Filter, ModelRequest } from "../types.ts";
import { bodyBytes, bodyText, replaceAt, valueAt } from "./body-edit.ts";
import { namesIn, pathModel } from "./model-of.ts";

/** Families of foundation models. Any other bare name may be an endpoint that somebody made, and stays. */
const foundation = /^(?:claude|gpt|o\d|codex|gemini|gemma|llama|meta-llama|qwen\d*|kimi|glm|deepseek|grok)[-.\d]/;

/**
 * The name that the workspace has for a model. Claude Code's marker for the long context goes, as do a list's prefix and
 * the date of Anthropic's names; a bare name gets the prefix of the family of the workspace.
 */
export function workspaceModel(name: string, family: UpstreamFamily): string {
  const plain = name.replace(/\[1m\]$/i, "").replace(/^(?:model-services|models)\//, "");
  if (family === "serving-endpoints" && plain.startsWith("system.ai.")) return `databricks-${plain.slice(10)}`;
  if (!foundation.test(plain)) return plain;
  const prefix = family === "model-services" ? "system.ai." : "databricks-";
  return `${prefix}${plain.replace(/-(?:latest|20\d{6})$/, "").replaceAll(".", "-")}`;
}

export const modelNames: Filter = {
  name: "model-names",
  summary: "Writes model names as the workspace has them, and takes Claude Code's [1m] marker off",
  byDefault: true,
  applies: ({ dialect, upstream }, request) => {
    if (request.method !== "POST" || dialect.name === "otel") return false;
    const family = upstream.atHand?.()?.family;
    // Before the workspace was asked what it has, every name may be wrong.
    const mayBeWrong = (name: string): boolean => family === undefined || workspaceModel(name, family) !== name;
    if (dialect.name !== "gemini") return namesIn(request).some(mayBeWrong);
    const name = pathModel.exec(request.path)?.[2];
    return name !== undefined && mayBeWrong(decoded(name));
  },
  handle: async (exchange, request, next) => next(await renamed(exchange, request)),
};

async function renamed(exchange: Exchange, request: ModelRequest): Promise<ModelRequest> {
  const family = await exchange.upstream.family(exchange.signal);
  if (exchange.dialect.name === "gemini") return { ...request, path: renamedPath(request.path, family) };
  // Nothing is decoded for the names that are right already, which is nearly always.
  if (namesIn(request).every((name) => workspaceModel(name, family) === name)) return request;
  const text = bodyText(request.body);
  const body = text === undefined ? undefined : renamedBody(text, family);
  return body === undefined ? request : { ...request, body: bodyBytes(body) };
}

function renamedBody(text: string, family: UpstreamFamily): string | undefined {
  try {
    const name = valueAt(text, ["model"]);
    return typeof name === "string" ? replaceAt(text, ["model"], workspaceModel(name, family)) : undefined;
  } catch {
    // No JSON: the workspace says so better than we could.
    return undefined;
  }
}

function renamedPath(path: string, family: UpstreamFamily): string {
  return path.replace(pathModel, (whole, before: string, written: string) => {
    const name = decoded(written);
    const wanted = workspaceModel(name, family);
    return wanted === name ? whole : `${before}${encodeURIComponent(wanted)}`;
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
