// The spans of one run: the run itself, and each tool call below it or below the subagent that made it.
import type { AgentEvent } from "../contract/events.ts";
import { safeText, safeValue } from "./safe-value.ts";
import type { RunTrace, TracedRun } from "./tracer.ts";

export type EndStatus = Parameters<RunTrace["end"]>[0];
type Usage = NonNullable<Extract<AgentEvent, { type: "result" }>["usage"]>;

export interface Span {
  /** 16 hex digits. */
  readonly id: string;
  readonly parentId: string | undefined;
  readonly name: string;
  readonly kind: "AGENT" | "TOOL";
  readonly startMs: number;
  endMs: number | undefined;
  inputs: unknown;
  outputs: unknown;
  error: string | undefined;
  attributes: Readonly<Record<string, unknown>>;
}

/** A run that has ended, ready to be sent. */
export interface FinishedTrace {
  /** 32 hex digits. */
  readonly id: string;
  readonly run: TracedRun;
  readonly startMs: number;
  readonly endMs: number;
  readonly failed: boolean;
  readonly prompt: string;
  readonly answer: string;
  readonly usage: Usage | undefined;
  /** The root first. */
  readonly spans: readonly Span[];
}

export interface SpanCollector {
  event(event: AgentEvent): void;
  finish(status: EndStatus): FinishedTrace;
}

// A run that loops for hours keeps what came first, and says how much it left out.
const mostSpans = 1_000;
const mostAnswerChars = 100_000;

export interface CollectorParts {
  readonly run: TracedRun;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Random digits of that many bytes. */
  readonly hex: (bytes: number) => string;
}

export function collectSpans({ run, now, hex }: CollectorParts): SpanCollector {
  const prompt = safeText(run.message);
  const startMs = now();
  const root: Span = { ...blank(hex(8), startMs), name: `${run.engine} run`, kind: "AGENT", inputs: { prompt } };
  const tools = new Map<string, Span>();
  const answer: string[] = [];
  let answerChars = 0;
  let leftOut = 0;
  let usage: Usage | undefined;
  let facts: Record<string, unknown> = {};
  const say = (text: string): void => {
    if (answerChars > mostAnswerChars) return;
    answerChars += text.length;
    answer.push(text);
  };
  const begin = (event: Extract<AgentEvent, { type: "tool_use" }>): void => {
    if (tools.size >= mostSpans) {
      leftOut += 1;
      return;
    }
    const parentId = tools.get(event.parent_tool_use_id ?? "")?.id ?? root.id;
    const inputs = safeValue(event.tool_input, event.tool_name);
    tools.set(event.tool_id, { ...blank(hex(8), now()), parentId, name: event.tool_name, kind: "TOOL", inputs });
  };
  const close = (event: Extract<AgentEvent, { type: "tool_result" }>): void => {
    const span = tools.get(event.tool_use_id);
    if (span === undefined || span.endMs !== undefined) return;
    span.endMs = now();
    span.outputs = safeValue(event.content, span.name);
    if (event.is_error) span.error = safeText(event.content, 1_000);
  };
  const event = (one: AgentEvent): void => {
    if (one.type === "tool_use") begin(one);
    else if (one.type === "tool_result") close(one);
    else if (one.type === "text") say(one.text);
    else if (one.type === "error") root.error = safeText(`${one.code}: ${one.message}`, 1_000);
    else if (one.type === "result") {
      usage = one.usage ?? usage;
      facts = { "run.num_turns": one.num_turns, "run.total_cost_usd": one.total_cost_usd };
    }
  };
  const finish = (status: EndStatus): FinishedTrace => {
    const endMs = now();
    for (const span of tools.values()) {
      if (span.endMs !== undefined) continue;
      span.endMs = endMs;
      span.error ??= "The run ended before this call did";
    }
    const text = safeText(answer.join("\n\n"));
    if (status !== "completed") root.error ??= `The run ended as ${status}`;
    root.endMs = endMs;
    root.outputs = { answer: text, status };
    root.attributes = { ...facts, "run.spans_left_out": leftOut === 0 ? undefined : leftOut };
    const failed = root.error !== undefined;
    return { id: hex(16), run, startMs, endMs, failed, prompt, answer: text, usage, spans: [root, ...tools.values()] };
  };
  return { event, finish };
}

function blank(id: string, startMs: number) {
  return {
    id,
    startMs,
    parentId: undefined,
    endMs: undefined,
    inputs: undefined,
    outputs: undefined,
    error: undefined,
    attributes: {},
  };
}
