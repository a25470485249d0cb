// Reads what Gemini CLI prints (`--output-format stream-json`), line by line, into the events of a run. Pure.
import { isObject, tryJson } from "../../../platform/json.ts";
import type { AgentEvent, Usage } from "../../contract/events.ts";
import type { TurnReader, TurnState } from "../turn.ts";
import type { Veil } from "../veil.ts";
import { geminiFailure } from "./failure.ts";

export interface GeminiReaderParts {
  readonly veil: Veil;
  /** Milliseconds. */
  readonly now: () => number;
  /** Names of the MCP servers: `mcp_app_echo` is a tool of `app`. */
  readonly servers: readonly string[];
}

type Fields = Record<string, unknown>;
type Say = (event: AgentEvent) => void;

interface Memory extends GeminiReaderParts {
  readonly state: TurnState;
  /** When each call began. */
  readonly started: Map<string, number>;
  readonly deltas: ReturnType<Veil["stream"]>;
  /** What was said since the last call. */
  said: string;
  end?: Fields;
}

export function createGeminiReader(parts: GeminiReaderParts): TurnReader {
  const state: TurnState = { sessionId: undefined, hasMoved: false, isRefused: false };
  const memory: Memory = { ...parts, state, started: new Map(), deltas: parts.veil.stream(), said: "" };
  return {
    state,
    read: (line) => {
      const events: AgentEvent[] = [];
      const value = line.startsWith("{") ? tryJson(line) : undefined;
      if (isObject(value)) readers.get(value["type"])?.(value, memory, (event) => events.push(event));
      return events;
    },
    result: () => endOf(memory),
  };
}

const readers: ReadonlyMap<unknown, (line: Fields, memory: Memory, say: Say) => void> = new Map([
  ["init", onInit],
  ["message", onMessage],
  ["tool_use", onCall],
  ["tool_result", onResult],
  ["result", onEnd],
]);

function onInit(line: Fields, { state }: Memory, say: Say): void {
  state.sessionId = String(line["session_id"]);
  const model = typeof line["model"] === "string" ? { model: line["model"] } : {};
  say({ type: "system", subtype: "init", session_id: state.sessionId, ...model });
}

function onMessage(line: Fields, memory: Memory, say: Say): void {
  if (line["role"] !== "assistant" || typeof line["content"] !== "string" || line["content"] === "") return;
  memory.said += line["content"];
  const piece = memory.deltas.push(line["content"]);
  if (piece !== "") say({ type: "text_delta", text: piece });
}

/** Text comes in pieces alone: a block ends where something else begins. */
function endText(memory: Memory, say: Say): void {
  const rest = memory.deltas.rest();
  if (rest !== "") say({ type: "text_delta", text: rest });
  if (memory.said !== "") say({ type: "text", text: memory.veil.text(memory.said) });
  memory.said = "";
}

function onCall(line: Fields, memory: Memory, say: Say): void {
  const id = String(line["tool_id"]);
  memory.started.set(id, memory.now());
  endText(memory, say);
  say({
    type: "tool_use",
    tool_id: id,
    tool_name: nameOf(String(line["tool_name"]), memory.servers),
    tool_input: memory.veil.value(line["parameters"] ?? {}),
  });
}

function nameOf(name: string, servers: readonly string[]): string {
  const server = servers.find((one) => name.startsWith(`mcp_${one}_`));
  return server === undefined ? name : `mcp__${server}__${name.slice(server.length + 5)}`;
}

function onResult(line: Fields, { veil, now, started }: Memory, say: Say): void {
  const id = String(line["tool_id"]);
  say({
    type: "tool_result",
    tool_use_id: id,
    content: veil.text(saidIn(line)),
    is_error: line["status"] === "error",
    duration_ms: Math.max(0, Math.round(now() - (started.get(id) ?? now()))),
  });
}

/** A tool that succeeded need not say anything. */
function saidIn({ output, error }: Fields): string {
  if (typeof output === "string" && output !== "") return output;
  return isObject(error) ? String(error["message"] ?? "") : "";
}

function onEnd(line: Fields, memory: Memory, say: Say): void {
  endText(memory, say);
  memory.end = line;
}

function endOf({ end, state, veil }: Memory): readonly AgentEvent[] {
  if (end === undefined) return [];
  const stats = isObject(end["stats"]) ? end["stats"] : {};
  const isError = end["status"] !== "success";
  const result: AgentEvent = {
    type: "result",
    ...(state.sessionId === undefined ? {} : { session_id: state.sessionId }),
    duration_ms: numberOf(stats["duration_ms"]),
    is_error: isError,
    usage: usageOf(stats),
  };
  if (!isError) return [result];
  const { code, message, hint } = geminiFailure(isObject(end["error"]) ? String(end["error"]["message"]) : "");
  return [{ type: "error", code, message: veil.text(message), ...(hint === undefined ? {} : { hint }) }, result];
}

/** Cached tokens are among the input of its count; here each counts once. */
function usageOf(stats: Fields): Usage {
  const read = numberOf(stats["cached"]);
  return {
    input_tokens: Math.max(0, numberOf(stats["input_tokens"]) - read),
    output_tokens: numberOf(stats["output_tokens"]),
    cache_read_tokens: read,
    cache_write_tokens: 0,
  };
}

function numberOf(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) ? Math.round(value) : 0;
}
