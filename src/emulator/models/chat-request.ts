// Reading a request of the chat completions API, and refusing what the workspace's unified API refuses.
import { isObject, type JsonObject } from "../../platform/json.ts";
import { estimateTokens, type ModelRequest } from "./dialect.ts";
import { ModelFault } from "./model-fault.ts";
import { findField } from "./rejects.ts";

type Message = Record<string, unknown>;

export interface ChatRequest extends ModelRequest {
  /** Whether the stream ends with the usage. */
  readonly wantsUsage: boolean;
}

const roles = new Set(["system", "developer", "user", "assistant", "tool", "function"]);

// Fields of OpenAI's own API that the unified one does not know.
const strange: readonly (readonly string[])[] = [["store"], ["tools", "*", "function", "strict"]];

/** Reads the body; `model` comes from it, or from the path. Throws ModelFault 400 for what the API does not take. */
export function readChat(body: JsonObject, pathModel?: string): ChatRequest {
  const model = pathModel ?? body["model"];
  if (typeof model !== "string" || model === "") throw invalid("Missing required parameter: 'model'.");
  const messages = messagesOf(body["messages"]);
  checkStrange(body, model);
  checkResults(messages);
  const begins = messages.findIndex(isAnswer);
  const options = body["stream_options"];
  return {
    model,
    stream: body["stream"] === true,
    hasTools: Array.isArray(body["tools"]) && body["tools"].length > 0,
    wantsThinking: body["reasoning_effort"] !== undefined || isObject(body["thinking"]),
    wantsUsage: isObject(options) && options["include_usage"] === true,
    firstMessage: (begins === -1 ? messages : messages.slice(0, begins))
      .filter(({ role }) => role === "user")
      .map(textOf)
      .join("\n"),
    answered: messages.filter(isAnswer).length,
    results: messages
      .slice(messages.findLastIndex(isAnswer) + 1)
      .filter(({ role }) => role === "tool")
      .map(textOf)
      .join("\n"),
    inputTokens: estimateTokens(body),
  };
}

function messagesOf(value: unknown): readonly Message[] {
  if (!Array.isArray(value)) throw invalid("Missing required parameter: 'messages'.");
  if (value.length === 0) throw invalid("Invalid 'messages': at least one message is required.");
  return value.map((message: unknown, index) => {
    if (isObject(message) && roles.has(String(message["role"]))) return message;
    throw invalid(`Invalid value for 'messages[${index}].role'.`);
  });
}

function checkStrange(body: JsonObject, model: string): void {
  const found = strange.map((path) => findField(body, path)).find((path) => path !== undefined);
  if (found !== undefined) throw invalid(`${found}: Extra inputs are not permitted`);
  if (/claude-[a-z]+-[5-9]/.test(model) && body["response_format"] !== undefined) {
    throw invalid("response_format is not supported for this model. Use output_config.format of the Messages API.");
  }
}

/** Every tool call is answered before the next message, and no answer comes without its call. */
function checkResults(messages: readonly Message[]): void {
  let open: readonly string[] = [];
  messages.forEach((message, index) => {
    if (message["role"] === "tool") {
      const id = String(message["tool_call_id"]);
      if (!open.includes(id)) {
        throw invalid(
          "Invalid parameter: messages with role 'tool' must be a response to a preceding message with 'tool_calls'.",
        );
      }
      open = open.filter((one) => one !== id);
      if (index < messages.length - 1 || open.length === 0) return;
    }
    if (open.length > 0) {
      throw invalid(
        `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${open.join(", ")}`,
      );
    }
    const calls = message["tool_calls"];
    open = Array.isArray(calls) ? calls.filter(isObject).map((call) => String(call["id"])) : [];
  });
}

function isAnswer({ role }: Message): boolean {
  return role === "assistant";
}

function textOf({ content }: Message): string {
  if (typeof content === "string") return content;
  const parts = Array.isArray(content) ? content.filter(isObject) : [];
  return parts.map(({ text }) => (typeof text === "string" ? text : "")).join("\n");
}

function invalid(message: string): ModelFault {
  return new ModelFault(400, "invalid_request_error", message);
}
