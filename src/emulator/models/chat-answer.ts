// A turn of the scripted model as the chat completions API sends it: one completion, or a stream of chunks.
import type { Clock } from "../../platform/deps.ts";
import type { Ids } from "../state/store.ts";
import { sse, type Dialect, type ModelAnswer } from "./dialect.ts";
import { pieces } from "./event-stream.ts";
import { openaiError } from "./openai-error.ts";

export interface ChatParts {
  readonly ids: Ids;
  readonly clock: Clock;
  /** Whether the stream ends with the usage. */
  readonly wantsUsage: boolean;
}

export function chatDialect(parts: ChatParts): Dialect {
  return {
    body: (answer) => completionOf(answer, parts),
    frames: (answer) => [...chunksOf(answer, parts).map((chunk) => sse(chunk)), sse("[DONE]")],
    errorBody: openaiError,
    errorFrame: (error) => sse(openaiError(error)),
  };
}

function headOf({ model }: ModelAnswer, { ids, clock }: ChatParts): object {
  return { id: `chatcmpl-${ids.hex(24)}`, created: Math.floor(clock.now() / 1000), model };
}

function completionOf(answer: ModelAnswer, parts: ChatParts): object {
  const calls = callsOf(answer, parts.ids);
  const message = { role: "assistant", content: contentOf(answer), ...(calls.length > 0 ? { tool_calls: calls } : {}) };
  const choice = { index: 0, message, logprobs: null, finish_reason: finishReason(answer) };
  return { ...headOf(answer, parts), object: "chat.completion", choices: [choice], usage: usageOf(answer) };
}

/** Where the model thinks, the workspace gives the content as a list of parts. */
function contentOf({ thinking, text }: ModelAnswer): unknown {
  if (thinking === "") return text === "" ? null : text;
  const said = text === "" ? [] : [{ type: "text", text }];
  return [reasoningPart(thinking), ...said];
}

function reasoningPart(text: string): object {
  return { type: "reasoning", summary: [{ type: "summary_text", text }] };
}

function chunksOf(answer: ModelAnswer, parts: ChatParts): readonly object[] {
  const head = { ...headOf(answer, parts), object: "chat.completion.chunk" };
  const chunk = (delta: object, finish: string | null = null): object => ({
    ...head,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    ...(parts.wantsUsage ? { usage: null } : {}),
  });
  const usage = { ...head, choices: [], usage: usageOf(answer) };
  return [
    chunk({ role: "assistant", content: "" }),
    ...pieces(answer.thinking).map((piece) => chunk({ content: [reasoningPart(piece)] })),
    ...pieces(answer.text).map((content) => chunk({ content })),
    ...callsOf(answer, parts.ids).flatMap((call, index) => callDeltas(call, index).map((delta) => chunk(delta))),
    chunk({}, finishReason(answer)),
    ...(parts.wantsUsage ? [usage] : []),
  ];
}

interface ToolCall {
  readonly id: string;
  readonly type: "function";
  readonly function: { readonly name: string; readonly arguments: string };
}

function callsOf({ tools }: ModelAnswer, ids: Ids): readonly ToolCall[] {
  return tools.map(({ name, input }) => ({
    id: `call_${ids.hex(24)}`,
    type: "function",
    function: { name, arguments: JSON.stringify(input) },
  }));
}

function callDeltas(call: ToolCall, index: number): readonly object[] {
  const start = { index, ...call, function: { ...call.function, arguments: "" } };
  const rest = pieces(call.function.arguments).map((piece) => ({ index, function: { arguments: piece } }));
  return [start, ...rest].map((delta) => ({ tool_calls: [delta] }));
}

function finishReason({ tools }: ModelAnswer): string {
  return tools.length > 0 ? "tool_calls" : "stop";
}

function usageOf({ usage }: ModelAnswer): object {
  return {
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
    prompt_tokens_details: { cached_tokens: usage.cacheReadTokens },
    completion_tokens_details: { reasoning_tokens: usage.reasoningTokens },
  };
}
