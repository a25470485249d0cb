// A turn of the scripted model as the Anthropic Messages API sends it: one JSON message, or a stream of events.
import type { Ids } from "../state/store.ts";
import { sse, type Dialect, type ModelAnswer } from "./dialect.ts";
import { pieces } from "./event-stream.ts";
import type { ErrorText } from "./model-fault.ts";

type Block =
  | { type: "thinking"; thinking: string; signature: string }
  | { type: "text"; text: string }
  | { type: "tool_use"; id: string; name: string; input: object };

export function anthropicDialect(ids: Ids): Dialect {
  return {
    body: (answer) => {
      const message = messageOf(answer, ids);
      const stop = { stop_reason: stopReason(answer), stop_sequence: null };
      return { ...message, content: blocksOf(answer, ids), ...stop, usage: usage(answer, answer.usage.outputTokens) };
    },
    frames: (answer) => eventsOf(answer, ids).map((event) => sse(event, event.type)),
    errorBody: anthropicError,
    errorFrame: (error) => sse(anthropicError(error), "error"),
  };
}

/** The error shape of the Messages API, which is also the event of an error in mid-stream. */
export function anthropicError({ type, message }: ErrorText): object {
  return { type: "error", error: { type, message } };
}

interface Event {
  readonly type: string;
}

function eventsOf(answer: ModelAnswer, ids: Ids): readonly Event[] {
  const start = { ...messageOf(answer, ids), content: [], stop_reason: null, stop_sequence: null };
  const delta = { stop_reason: stopReason(answer), stop_sequence: null };
  const end = { type: "message_delta", delta, usage: { output_tokens: answer.usage.outputTokens } };
  const message = { type: "message_start", message: { ...start, usage: usage(answer, 1) } };
  return [message, { type: "ping" }, ...blocksOf(answer, ids).flatMap(blockEvents), end, { type: "message_stop" }];
}

function messageOf({ model }: ModelAnswer, ids: Ids): object {
  return { id: `msg_${ids.hex(24)}`, type: "message", role: "assistant", model };
}

function blocksOf({ thinking, text, tools }: ModelAnswer, ids: Ids): readonly Block[] {
  const signature = Buffer.from(ids.hex(48)).toString("base64");
  const thought: Block[] = thinking === "" ? [] : [{ type: "thinking", thinking, signature }];
  const said: Block[] = text === "" && tools.length > 0 ? [] : [{ type: "text", text }];
  const calls = tools.map(({ name, input }): Block => ({ type: "tool_use", id: `toolu_${ids.hex(24)}`, name, input }));
  return [...thought, ...said, ...calls];
}

function blockEvents(block: Block, index: number): readonly Event[] {
  const start = { type: "content_block_start", index, content_block: emptied(block) };
  const deltas = deltasOf(block).map((delta) => ({ type: "content_block_delta", index, delta }));
  const stop = { type: "content_block_stop", index };
  return [start, ...deltas, stop];
}

function emptied(block: Block): object {
  if (block.type === "thinking") return { ...block, thinking: "", signature: "" };
  return block.type === "text" ? { ...block, text: "" } : { ...block, input: {} };
}

function deltasOf(block: Block): readonly object[] {
  switch (block.type) {
    case "thinking":
      return [
        ...pieces(block.thinking).map((thinking) => ({ type: "thinking_delta", thinking })),
        { type: "signature_delta", signature: block.signature },
      ];
    case "text":
      return pieces(block.text).map((text) => ({ type: "text_delta", text }));
    case "tool_use":
      return pieces(JSON.stringify(block.input)).map((json) => ({ type: "input_json_delta", partial_json: json }));
  }
}

function stopReason({ tools }: ModelAnswer): string {
  return tools.length > 0 ? "tool_use" : "end_turn";
}

function usage({ usage: counts }: ModelAnswer, output: number): object {
  return {
    input_tokens: counts.inputTokens,
    cache_creation_input_tokens: counts.cacheWriteTokens,
    cache_read_input_tokens: counts.cacheReadTokens,
    output_tokens: output,
  };
}
