// Reads what Claude Code prints (`--output-format stream-json`), line by line, into the events of a run. Pure.
import { isObject, tryJson } from "../../../platform/json.ts";
import type { AgentEvent } from "../../contract/events.ts";
import { flattened } from "../tool-text.ts";
import type { Failure, TurnReader, TurnState } from "../turn.ts";
import type { Veil } from "../veil.ts";
import { countOf, countSince, numberOf, type ClaudeCount } from "./count.ts";
import { failureOf } from "./failure.ts";
import { createTasks } from "./tasks.ts";

interface ClaudeState extends TurnState {
  /** Lines that were no JSON object. */
  garbage: number;
}

export interface ClaudeReader extends TurnReader {
  readonly state: ClaudeState;
}

type Fields = Record<string, unknown>;
type Say = (event: AgentEvent) => void;

export interface ClaudeReaderParts {
  readonly veil: Veil;
  /** Milliseconds. */
  readonly now: () => number;
  /** What the session had used before this turn. */
  readonly before?: ClaudeCount | undefined;
}

export function createClaudeReader({ veil, now, before }: ClaudeReaderParts): ClaudeReader {
  const state: ClaudeState = { sessionId: undefined, hasMoved: false, isRefused: false, garbage: 0 };
  const memory: Memory = { veil, now, before, state, started: new Map(), deltas: veil.stream(), tasks: createTasks() };
  return {
    state,
    read: (line) => {
      const events: AgentEvent[] = [];
      const value = line.trim() === "" ? {} : tryJson(line);
      if (isObject(value)) readers.get(value["type"])?.(value, memory, (event) => events.push(event));
      else state.garbage += 1;
      return events;
    },
    result: () => endOf(memory),
  };
}

interface Memory {
  readonly veil: Veil;
  readonly now: () => number;
  readonly before: ClaudeCount | undefined;
  readonly state: ClaudeState;
  /** When each call began. */
  readonly started: Map<string, number>;
  readonly deltas: ReturnType<Veil["stream"]>;
  readonly tasks: ReturnType<typeof createTasks>;
  failure?: Failure;
  end?: Fields;
}

const readers: ReadonlyMap<unknown, (line: Fields, memory: Memory, say: Say) => void> = new Map([
  ["system", onSystem],
  ["stream_event", onPartial],
  ["assistant", onAssistant],
  ["user", onUser],
  ["result", onResult],
]);

function onResult(line: Fields, memory: Memory): void {
  memory.end = line;
}

// The program retries by itself; a key that is refused three times over will be refused for ever.
const mostRefusals = 3;

function onSystem(line: Fields, { state, veil }: Memory, say: Say): void {
  const { subtype } = line;
  if (subtype === "init") {
    const isFirst = state.sessionId === undefined;
    state.sessionId = String(line["session_id"]);
    const model = typeof line["model"] === "string" ? { model: line["model"] } : {};
    if (isFirst) say({ type: "system", subtype: "init", session_id: state.sessionId, ...model });
    const lost = isFirst ? lostServers(line["mcp_servers"]) : [];
    if (lost.length > 0) say({ type: "notice", message: `These tools could not be reached: ${lost.join(", ")}.` });
  }
  if (subtype === "task_progress" && typeof line["tool_use_id"] === "string") {
    const message = veil.text(String(line["description"] ?? ""));
    say({ type: "tool_progress", tool_use_id: line["tool_use_id"], message });
  }
  if (subtype !== "api_retry") return;
  const status = Number(line["error_status"] ?? 0);
  if ((status === 401 || status === 403) && Number(line["attempt"]) >= mostRefusals) state.isRefused = true;
  const what = status === 0 ? "The model could not be reached" : `The model answered with ${status}`;
  const seconds = Math.max(1, Math.round(Number(line["retry_delay_ms"] ?? 0) / 1_000));
  say({ type: "notice", message: `${what}; it is asked again in ${seconds} s.` });
}

/** Names of the MCP servers that it could not connect to. */
function lostServers(servers: unknown): readonly string[] {
  const all = Array.isArray(servers) ? servers.filter(isObject) : [];
  return all.filter(({ status }) => status === "failed").map(({ name }) => String(name));
}

function onPartial(line: Fields, { veil, deltas }: Memory, say: Say): void {
  // What a subagent says is its caller's matter: its calls are shown, its words come with its result.
  if (typeof line["parent_tool_use_id"] === "string" || !isObject(line["event"])) return;
  const { type, delta } = line["event"];
  if (type === "content_block_start") deltas.rest();
  if (type !== "content_block_delta" || !isObject(delta)) return;
  if (delta["type"] === "text_delta") sayPiece("text_delta", deltas.push(String(delta["text"])), say);
  if (delta["type"] === "thinking_delta") sayPiece("thinking_delta", veil.text(String(delta["thinking"])), say);
}

function sayPiece(type: "text_delta" | "thinking_delta", piece: string, say: Say): void {
  if (piece === "") return;
  say(type === "text_delta" ? { type, text: piece } : { type, thinking: piece });
}

function onAssistant(line: Fields, memory: Memory, say: Say): void {
  memory.state.hasMoved = true;
  if (line["is_api_error_message"] === true || typeof line["error"] === "string") {
    memory.failure = failureOf(line);
    return;
  }
  const parent = typeof line["parent_tool_use_id"] === "string" ? line["parent_tool_use_id"] : undefined;
  for (const block of blocksOf(line)) {
    if (block["type"] === "tool_use") onCall(block, parent, memory, say);
    else if (parent === undefined) onWords(block, memory, say);
  }
}

function onWords(block: Fields, { veil, deltas }: Memory, say: Say): void {
  if (block["type"] === "text" && typeof block["text"] === "string" && block["text"] !== "") {
    sayPiece("text_delta", deltas.rest(), say);
    say({ type: "text", text: veil.text(block["text"]) });
  }
  if (block["type"] === "thinking" && typeof block["thinking"] === "string" && block["thinking"] !== "") {
    say({ type: "thinking", thinking: veil.text(block["thinking"]) });
  }
}

function onCall(block: Fields, parent: string | undefined, { veil, now, started, tasks }: Memory, say: Say): void {
  const id = String(block["id"]);
  const name = String(block["name"]);
  const input = veil.value(block["input"] ?? {});
  started.set(id, now());
  say({
    type: "tool_use",
    tool_id: id,
    tool_name: name,
    tool_input: input,
    ...(parent === undefined ? {} : { parent_tool_use_id: parent }),
  });
  const todos = parent === undefined ? tasks.called(id, name, input) : undefined;
  if (todos !== undefined) say({ type: "todos", todos });
}

function onUser(line: Fields, { veil, now, started, tasks, state }: Memory, say: Say): void {
  state.hasMoved = true;
  for (const block of blocksOf(line)) {
    if (block["type"] !== "tool_result") continue;
    const id = String(block["tool_use_id"]);
    const outcome = isObject(line["tool_use_result"]) ? line["tool_use_result"] : {};
    const isError = block["is_error"] === true;
    const structured = outcome["structuredContent"];
    const began = started.get(id);
    started.delete(id);
    say({
      type: "tool_result",
      tool_use_id: id,
      content: veil.text(withoutTags(flattened(block["content"]))),
      is_error: isError,
      ...(structured === undefined ? {} : { structured: veil.value(structured) }),
      ...(began === undefined ? {} : { duration_ms: Math.max(0, Math.round(now() - began)) }),
    });
    const todos = isError ? undefined : tasks.answered(id, veil.value(outcome));
    if (todos !== undefined) say({ type: "todos", todos });
  }
}

function withoutTags(text: string): string {
  return text.replace(/^<tool_use_error>([\s\S]*)<\/tool_use_error>$/, "$1");
}

function blocksOf(line: Fields): readonly Fields[] {
  const content = isObject(line["message"]) ? line["message"]["content"] : undefined;
  return Array.isArray(content) ? content.filter(isObject) : [];
}

function endOf({ end, failure, veil, state, before }: Memory): readonly AgentEvent[] {
  if (end === undefined) return [];
  const isError = end["is_error"] === true;
  const whole = countOf(end["total_cost_usd"], end["modelUsage"]);
  const { costUsd, usage } = before === undefined ? whole : countSince(whole, before);
  const session = state.sessionId ?? end["session_id"];
  const result: AgentEvent = {
    type: "result",
    ...(typeof session === "string" ? { session_id: session } : {}),
    duration_ms: Math.round(numberOf(end["duration_ms"])),
    ...(typeof end["total_cost_usd"] === "number" ? { total_cost_usd: costUsd } : {}),
    is_error: isError,
    ...(typeof end["num_turns"] === "number" ? { num_turns: end["num_turns"] } : {}),
    usage,
  };
  if (!isError) return [result];
  const { code, message, hint } = failure ?? failureOf(end);
  return [{ type: "error", code, message: veil.text(message), ...(hint === undefined ? {} : { hint }) }, result];
}
