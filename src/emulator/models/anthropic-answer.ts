// A turn of the scripted model as the Anthropic Messages API sends it: one JSON message, or a stream of events.
import type { Clock } from "../../platform/deps.ts";
import type { ScriptedTool } from "./scenario.ts";

export interface ModelAnswer {
  readonly id: string;
  readonly model: string;
  readonly text: string;
  readonly tools: readonly (ScriptedTool & { readonly id: string })[];
  readonly inputTokens: number;
}

type Block = { type: "text"; text: string } | { type: "tool_use"; id: string; name: string; input: object };

export function messageBody(answer: ModelAnswer): object {
  return {
    id: answer.id,
    type: "message",
    role: "assistant",
    model: answer.model,
    content: blocksOf(answer),
    stop_reason: stopReason(answer),
    stop_sequence: null,
    usage: usage(answer, outputTokens(answer)),
  };
}

/** The events of a stream, in order, each as `[name, data]`. */
export function messageEvents(answer: ModelAnswer): (readonly [string, object])[] {
  const { id, model } = answer;
  const start = { id, type: "message", role: "assistant", model, content: [], stop_reason: null, stop_sequence: null };
  const delta = { stop_reason: stopReason(answer), stop_sequence: null };
  return [
    ["message_start", { type: "message_start", message: { ...start, usage: usage(answer, 1) } }],
    ["ping", { type: "ping" }],
    ...blocksOf(answer).flatMap(blockEvents),
    ["message_delta", { type: "message_delta", delta, usage: { output_tokens: outputTokens(answer) } }],
    ["message_stop", { type: "message_stop" }],
  ];
}

export interface StreamOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Milliseconds before each event. */
  readonly delayMs: number;
}

/** Server-sent events, one at a time as the client reads; ends when the client leaves. */
export function eventStream(
  events: readonly (readonly [string, object])[],
  { clock, signal, delayMs }: StreamOptions,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let next = 0;
  return new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const event = events[next];
      if (event === undefined) return controller.close();
      next += 1;
      try {
        if (delayMs > 0) await clock.sleep(delayMs, signal);
      } catch {
        return controller.error(undefined);
      }
      controller.enqueue(encoder.encode(`event: ${event[0]}\ndata: ${JSON.stringify(event[1])}\n\n`));
    },
  });
}

function blocksOf({ text, tools }: ModelAnswer): Block[] {
  const calls = tools.map(({ id, name, input }): Block => ({ type: "tool_use", id, name, input }));
  return text === "" && calls.length > 0 ? calls : [{ type: "text", text }, ...calls];
}

function blockEvents(block: Block, index: number): (readonly [string, object])[] {
  const empty = block.type === "text" ? { ...block, text: "" } : { ...block, input: {} };
  const whole = block.type === "text" ? block.text : JSON.stringify(block.input);
  const deltas = pieces(whole).map((piece) =>
    block.type === "text" ? { type: "text_delta", text: piece } : { type: "input_json_delta", partial_json: piece },
  );
  return [
    ["content_block_start", { type: "content_block_start", index, content_block: empty }],
    ...deltas.map((delta) => ["content_block_delta", { type: "content_block_delta", index, delta }] as const),
    ["content_block_stop", { type: "content_block_stop", index }],
  ];
}

/** Pieces of up to 24 characters, never through a surrogate pair. */
function pieces(text: string): string[] {
  const characters = [...text];
  const found: string[] = [];
  for (let at = 0; at < characters.length; at += 24) found.push(characters.slice(at, at + 24).join(""));
  return found;
}

function stopReason({ tools }: ModelAnswer): string {
  return tools.length > 0 ? "tool_use" : "end_turn";
}

function outputTokens(answer: ModelAnswer): number {
  return Math.max(1, Math.ceil(JSON.stringify(blocksOf(answer)).length / 4));
}

function usage({ inputTokens }: ModelAnswer, output: number): object {
  return {
    input_tokens: inputTokens,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    output_tokens: output,
  };
}
