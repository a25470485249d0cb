// Reads what Codex prints (`codex exec --json`), line by line, into the events of a run. Pure.
import { isObject, tryJson } from "../../../platform/json.ts";
import type { AgentEvent, Todo, Usage } from "../../contract/events.ts";
import { flattened } from "../tool-text.ts";
import type { TurnReader, TurnState } from "../turn.ts";
import type { Veil } from "../veil.ts";
import { codexFailure } from "./failure.ts";

export interface CodexReaderParts {
  readonly veil: Veil;
  /** Milliseconds. */
  readonly now: () => number;
  /** What the session had used before this turn: Codex counts from its begin. */
  readonly before?: Usage | undefined;
}

type Fields = Record<string, unknown>;
type Say = (event: AgentEvent) => void;

interface Memory extends CodexReaderParts {
  readonly state: TurnState;
  readonly begunMs: number;
  /** When each call began. */
  readonly started: Map<string, number>;
  usage?: Usage;
  failure?: string;
}

export function createCodexReader(parts: CodexReaderParts): TurnReader {
  const state: TurnState = { sessionId: undefined, hasMoved: false, isRefused: false };
  const memory: Memory = { ...parts, state, begunMs: parts.now(), started: new Map() };
  return {
    state,
    read: (line) => {
      const events: AgentEvent[] = [];
      const value = tryJson(line);
      if (isObject(value)) readLine(value, memory, (event) => events.push(event));
      return events;
    },
    result: () => endOf(memory),
  };
}

function readLine(line: Fields, memory: Memory, say: Say): void {
  const { type } = line;
  if (type === "thread.started" && typeof line["thread_id"] === "string") {
    memory.state.sessionId = line["thread_id"];
    say({ type: "system", subtype: "init", session_id: line["thread_id"] });
  }
  if (type === "turn.completed" && isObject(line["usage"])) memory.usage = usageOf(line["usage"]);
  if (type === "turn.failed") memory.failure = messageOf(line["error"]);
  if (type === "error") onTrouble(messageOf(line), memory, say);
  const { item } = line;
  if (!isObject(item)) return;
  const isDone = type === "item.completed";
  if (isDone) memory.state.hasMoved = true;
  itemReaders.get(item["type"])?.(item, { memory, say, isDone });
}

/** What it says while it tries again is no failure yet. */
function onTrouble(message: string, memory: Memory, say: Say): void {
  const isRefusal = /\b(?:401|403)\b/.test(message);
  if (isRefusal && /\b3\/\d/.test(message)) memory.state.isRefused = true;
  if (!/^(?:reconnecting|retrying)/i.test(message)) {
    memory.failure ??= message;
    return;
  }
  const status = /unexpected status (\d{3})/.exec(message)?.[1];
  const what = status === undefined ? "The model could not be reached" : `The model answered with ${status}`;
  say({ type: "notice", message: `${what}; it is asked again.` });
}

interface Item {
  readonly memory: Memory;
  readonly say: Say;
  readonly isDone: boolean;
}

const itemReaders: ReadonlyMap<unknown, (item: Fields, more: Item) => void> = new Map([
  ["agent_message", onMessage],
  ["reasoning", onReasoning],
  ["mcp_tool_call", onTool],
  ["command_execution", onCommand],
  ["file_change", onChange],
  ["todo_list", onTodos],
]);

function onMessage(item: Fields, { memory, say, isDone }: Item): void {
  if (isDone && typeof item["text"] === "string" && item["text"] !== "") {
    say({ type: "text", text: memory.veil.text(item["text"]) });
  }
}

function onReasoning(item: Fields, { memory, say, isDone }: Item): void {
  if (isDone && typeof item["text"] === "string") say({ type: "thinking", thinking: memory.veil.text(item["text"]) });
}

interface Call {
  readonly name: string;
  readonly input: unknown;
  readonly content: string;
  readonly isError: boolean;
  readonly structured?: unknown;
}

function onTool(item: Fields, more: Item): void {
  const { server, tool, result, error } = item;
  const { content, structured_content: structured } = isObject(result) ? result : {};
  // A tool's own error is a result with a mark that Codex does not hand on; that it was not called is one of its own.
  onCall(item, more, {
    name: `mcp__${String(server)}__${String(tool)}`,
    input: item["arguments"] ?? {},
    content: isObject(error) ? messageOf(error) : flattened(content),
    isError: item["status"] === "failed",
    structured: structured ?? undefined,
  });
}

function onCommand(item: Fields, more: Item): void {
  onCall(item, more, {
    name: "Bash",
    input: { command: commandOf(String(item["command"] ?? "")) },
    content: String(item["aggregated_output"] ?? ""),
    isError: item["status"] === "failed" || item["status"] === "declined",
  });
}

/** The command itself: `/bin/bash -lc 'ls'` is how it is run. */
function commandOf(whole: string): string {
  const inner = /^\S*\b(?:bash|zsh|sh) -lc ('[\s\S]*'|"[\s\S]*"|\S+)$/.exec(whole)?.[1] ?? "";
  if (inner.startsWith("'")) return inner.slice(1, -1).replaceAll(`'\\''`, "'");
  if (inner.startsWith('"')) return inner.slice(1, -1).replace(/\\(["\\$`])/g, "$1");
  return inner === "" ? whole : inner;
}

function onChange(item: Fields, more: Item): void {
  const changes = Array.isArray(item["changes"]) ? item["changes"].filter(isObject) : [];
  const lines = changes.map(({ kind, path }) => `${String(kind)} ${String(path)}`);
  const isError = item["status"] === "failed";
  onCall(item, more, { name: "apply_patch", input: { changes }, content: lines.join("\n"), isError });
}

/** Some items come at their begin and at their end, some at their end alone. */
function onCall(item: Fields, { memory, say, isDone }: Item, call: Call): void {
  const { veil, now, started } = memory;
  const id = `${memory.state.sessionId ?? ""}/${String(item["id"])}/${memory.begunMs}`;
  if (!started.has(id)) {
    started.set(id, now());
    say({ type: "tool_use", tool_id: id, tool_name: call.name, tool_input: veil.value(call.input) });
  }
  if (!isDone) return;
  say({
    type: "tool_result",
    tool_use_id: id,
    content: veil.text(call.content),
    is_error: call.isError,
    ...(call.structured === undefined ? {} : { structured: veil.value(call.structured) }),
    duration_ms: Math.max(0, Math.round(now() - (started.get(id) ?? now()))),
  });
}

function onTodos(item: Fields, { memory, say }: Item): void {
  if (!Array.isArray(item["items"])) return;
  const todos = item["items"].filter(isObject).map(({ text, completed }): Todo => {
    return { content: memory.veil.text(String(text)), status: completed === true ? "completed" : "pending" };
  });
  say({ type: "todos", todos });
}

function messageOf(value: unknown): string {
  if (isObject(value) && typeof value["message"] === "string") return value["message"];
  return typeof value === "string" ? value : "Codex failed";
}

/** Cached tokens are among the input of OpenAI's count; here each counts once. */
export function usageOf(fields: Fields): Usage {
  const number = (name: string): number => (typeof fields[name] === "number" ? fields[name] : 0);
  const [read, write] = [number("cached_input_tokens"), number("cache_write_input_tokens")];
  return {
    input_tokens: Math.max(0, number("input_tokens") - read - write),
    output_tokens: number("output_tokens"),
    cache_read_tokens: read,
    cache_write_tokens: write,
  };
}

function endOf({ usage, failure, before, begunMs, now, state, veil }: Memory): readonly AgentEvent[] {
  if (usage === undefined && failure === undefined) return [];
  const isError = failure !== undefined && usage === undefined;
  const session = state.sessionId === undefined ? {} : { session_id: state.sessionId };
  const duration_ms = Math.max(0, Math.round(now() - begunMs));
  const used = usage === undefined ? {} : { usage: usageSince(usage, before) };
  const result: AgentEvent = { type: "result", ...session, duration_ms, is_error: isError, ...used };
  if (!isError) return [result];
  const { code, message, hint } = codexFailure(failure);
  return [{ type: "error", code, message: veil.text(message), ...(hint === undefined ? {} : { hint }) }, result];
}

function usageSince(now: Usage, before: Usage | undefined): Usage {
  if (before === undefined || now.input_tokens < before.input_tokens || now.output_tokens < before.output_tokens)
    return now;
  return {
    input_tokens: now.input_tokens - before.input_tokens,
    output_tokens: now.output_tokens - before.output_tokens,
    cache_read_tokens: Math.max(0, now.cache_read_tokens - before.cache_read_tokens),
    cache_write_tokens: Math.max(0, now.cache_write_tokens - before.cache_write_tokens),
  };
}
