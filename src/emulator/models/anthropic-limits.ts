// What the workspace's Anthropic paths refuse of the Messages API: on every path, and on the older serving path.
import { isObject, type JsonObject } from "../../platform/json.ts";
import { ModelFault } from "./model-fault.ts";
import { checkKnownBetas, extraInputs, findField } from "./rejects.ts";

const clientTools = /^(custom|bash_\d+|text_editor_\d+|memory_\d+|computer_\d+|tool_search_tool_\w+)$/;

// Betas that were known when the older path was made.
const olderBetas = [
  "claude-code-20250219",
  "computer-use-2025-01-24",
  "context-1m-2025-08-07",
  "extended-cache-ttl-2025-04-11",
  "fine-grained-tool-streaming-2025-05-14",
  "interleaved-thinking-2025-05-14",
  "oauth-2025-04-20",
  "output-128k-2025-02-19",
  "prompt-caching-2024-07-31",
  "token-efficient-tools-2025-02-19",
];

const olderFields = new Set([
  "anthropic_version",
  "max_tokens",
  "messages",
  "metadata",
  "model",
  "output_config",
  "service_tier",
  "stop_sequences",
  "stream",
  "system",
  "temperature",
  "thinking",
  "tool_choice",
  "tools",
  "top_k",
  "top_p",
]);

const olderToolFields = ["eager_input_streaming", "defer_loading", "input_examples", "strict"];

/** Throws ModelFault 400 for what no path takes: Anthropic's server tools, and settings that newer models do not have. */
export function checkOffered(body: JsonObject): void {
  const tools = Array.isArray(body["tools"]) ? body["tools"] : [];
  tools.forEach((tool, index) => {
    const type = isObject(tool) ? tool["type"] : undefined;
    if (typeof type !== "string" || clientTools.test(type)) return;
    throw invalid(
      `tools.${index}: Input tag '${type}' found using 'type' does not match any of the expected tags: 'bash_20250124', 'custom', 'memory_20250818', 'text_editor_20250728', 'tool_search_tool_regex_20251119'`,
    );
  });
  if (!isNewer(String(body["model"]))) return;
  const { thinking } = body;
  if (isObject(thinking) && thinking["type"] === "enabled") {
    throw invalid(
      '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.',
    );
  }
  // The default value is taken, since it says nothing.
  const sampling = ["temperature", "top_p", "top_k"].find((name) => body[name] !== undefined && body[name] !== 1);
  if (sampling !== undefined) throw invalid(`\`${sampling}\` is not supported for this model.`);
}

/** Throws ModelFault 400 for what the older serving path does not know yet. */
export function checkOlder(body: JsonObject, headers: Headers): void {
  checkKnownBetas(headers, olderBetas);
  const foreign = Object.keys(body).find((name) => !olderFields.has(name));
  if (foreign !== undefined) throw extraInputs(foreign);
  const tools = Array.isArray(body["tools"]) ? body["tools"] : [];
  tools.forEach((tool, index) => {
    const extra = olderToolFields.find((name) => isObject(tool) && tool[name] !== undefined);
    if (extra !== undefined) throw extraInputs(`tools.${index}.custom.${extra}`);
  });
  const scopes = ["system.*", "tools.*", "messages.*.content.*"];
  const scoped = scopes
    .map((path) => findField(body, [...path.split("."), "cache_control", "scope"]))
    .find((path) => path !== undefined);
  if (scoped !== undefined) throw extraInputs(scoped.replace(/scope$/, "ephemeral.scope"));
}

/** Opus from 4.7, and every model from 5. */
function isNewer(model: string): boolean {
  const match = /claude-([a-z]+)-(\d+)(?:-(\d{1,2})(?!\d))?/.exec(model);
  if (match === null) return false;
  const [major, minor] = [Number(match[2]), Number(match[3] ?? 0)];
  return major >= 5 || (match[1] === "opus" && major === 4 && minor >= 7);
}

function invalid(message: string): ModelFault {
  return new ModelFault(400, "invalid_request_error", message);
}
