// Reading a request of the Anthropic Messages API, and refusing what the API refuses.
import { isObject, type JsonObject } from "../../platform/json.ts";
import { estimateTokens, type ModelRequest } from "./dialect.ts";
import { ModelFault } from "./model-fault.ts";

/** Reads the body. Throws ModelFault 400 for what the Messages API does not take. */
export function readMessages(body: JsonObject, counting: boolean): ModelRequest {
  const { model, messages, max_tokens: maxTokens, stream, thinking } = body;
  if (typeof model !== "string" || model === "") throw invalid("model: Field required");
  if (!Array.isArray(messages)) throw invalid("messages: Field required");
  if (messages.length === 0) throw invalid("messages: at least one message is required");
  if (!counting && (typeof maxTokens !== "number" || maxTokens < 1)) throw invalid("max_tokens: Field required");
  checkRoles(messages);
  checkToolResults(messages);
  const last = messages.at(-1);
  return {
    model,
    stream: stream === true,
    hasTools: Array.isArray(body["tools"]) && body["tools"].length > 0,
    wantsThinking: isObject(thinking) && (thinking["type"] === "enabled" || thinking["type"] === "adaptive"),
    firstMessage: textOf(blocksOf(messages[0])),
    answered: messages.filter((message) => isObject(message) && message["role"] === "assistant").length,
    results: textOf(blocksOf(last).filter((block) => block["type"] === "tool_result")),
    inputTokens: estimateTokens(body),
  };
}

function checkRoles(messages: readonly unknown[]): void {
  messages.forEach((message, index) => {
    const role = isObject(message) ? message["role"] : undefined;
    if (role !== "user" && role !== "assistant" && role !== "system") {
      throw invalid(`messages.${index}.role: Input should be 'user' or 'assistant'`);
    }
  });
  const last = messages.at(-1);
  if (isObject(last) && last["role"] === "assistant") {
    throw invalid(
      "This model does not support assistant message prefill. The conversation must end with a user message.",
    );
  }
}

/** Every tool call is answered in the next message, and no answer comes without its call. */
function checkToolResults(messages: readonly unknown[]): void {
  let open: readonly string[] = [];
  messages.forEach((message, index) => {
    const blocks = blocksOf(message);
    const answered = blocks
      .filter((block) => block["type"] === "tool_result")
      .map((block) => String(block["tool_use_id"]));
    const surplus = answered.find((id) => !open.includes(id));
    if (surplus !== undefined) {
      throw invalid(
        `messages.${index}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${surplus}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
      );
    }
    const missing = open.find((id) => !answered.includes(id));
    if (missing !== undefined) {
      throw invalid(
        `messages.${index - 1}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${missing}.`,
      );
    }
    open = blocks.filter((block) => block["type"] === "tool_use").map((block) => String(block["id"]));
  });
}

function blocksOf(message: unknown): readonly Record<string, unknown>[] {
  const content = isObject(message) ? message["content"] : undefined;
  if (typeof content === "string") return [{ type: "text", text: content }];
  return Array.isArray(content) ? content.filter(isObject) : [];
}

function textOf(blocks: readonly Record<string, unknown>[]): string {
  return blocks
    .map((block) => {
      if (typeof block["text"] === "string") return block["text"];
      return typeof block["content"] === "string" ? block["content"] : textOf(blocksOf(block));
    })
    .join("\n");
}

function invalid(message: string): ModelFault {
  return new ModelFault(400, "invalid_request_error", message);
}
