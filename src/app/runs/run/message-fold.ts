// An assistant's message, made of the events of its run: the same whether the run ended, was stopped or broke off.
import type { Block } from "../../contract/api.ts";
import type { AnyEvent, ErrorShape, Usage } from "../../contract/events.ts";

export interface FoldedRun {
  readonly blocks: readonly Block[];
  /** All text, blocks apart by an empty line; the error's message where there is none. */
  readonly content: string;
  readonly sessionId: string | undefined;
  readonly model: string | undefined;
  readonly durationMs: number | undefined;
  readonly costUsd: number | undefined;
  readonly usage: Usage | undefined;
  /** What the agent failed with; undefined where it did not. */
  readonly error: ErrorShape | undefined;
  /** Whether the agent itself said that it is done. */
  readonly hasResult: boolean;
}

export interface MessageFold {
  add(event: AnyEvent): void;
  result(): FoldedRun;
}

type Tool = Extract<Block, { type: "tool" }>;
type Open = { type: "text" | "thinking"; said: string };

interface State {
  readonly blocks: Block[];
  /** Where each tool stands in `blocks`, by its id. */
  readonly tools: Map<string, number>;
  /** Calls by the approval that they wait for. */
  readonly asked: Map<string, string>;
  open: Open | undefined;
  facts: Omit<FoldedRun, "blocks" | "content">;
}

export function createFold(): MessageFold {
  const state: State = {
    blocks: [],
    tools: new Map(),
    asked: new Map(),
    open: undefined,
    facts: {
      sessionId: undefined,
      model: undefined,
      durationMs: undefined,
      costUsd: undefined,
      usage: undefined,
      error: undefined,
      hasResult: false,
    },
  };
  return {
    add: (event) => addTo(state, event),
    result: () => {
      const open = state.open === undefined || state.open.said === "" ? [] : [closed(state.open)];
      const blocks = [...state.blocks, ...open];
      return { ...state.facts, blocks, content: contentOf(blocks) };
    },
  };
}

/** The message of events that are at hand. */
export function foldOf(events: Iterable<AnyEvent>): FoldedRun {
  const fold = createFold();
  for (const event of events) fold.add(event);
  return fold.result();
}

function addTo(state: State, event: AnyEvent): void {
  switch (event.type) {
    case "text_delta":
      return say(state, "text", event.text);
    case "thinking_delta":
      return say(state, "thinking", event.thinking);
    case "text":
      return whole(state, "text", event.text);
    case "thinking":
      return whole(state, "thinking", event.thinking);
    case "tool_use":
    case "tool_result":
    case "approval.requested":
    case "approval.resolved":
    case "operation":
      return addToTools(state, event);
    case "todos":
      return addTodos(state, event);
    case "system":
      state.facts = { ...state.facts, sessionId: event.session_id, model: event.model ?? state.facts.model };
      return;
    case "result":
      return addResult(state, event);
    case "error": {
      const { code, message, hint } = event;
      const error = { code, message, ...(hint === undefined ? {} : { hint }) };
      close(state);
      state.blocks.push({ type: "error", ...error });
      state.facts = { ...state.facts, error };
      return;
    }
    default:
      return;
  }
}

function say(state: State, type: Open["type"], said: string): void {
  if (state.open?.type !== type) close(state);
  state.open = { type, said: (state.open?.said ?? "") + said };
}

/** A block as a whole takes the place of its parts. */
function whole(state: State, type: Open["type"], said: string): void {
  if (state.open?.type !== type) close(state);
  state.open = undefined;
  if (said !== "") state.blocks.push(closed({ type, said }));
}

function close(state: State): void {
  const { open } = state;
  state.open = undefined;
  if (open !== undefined && open.said !== "") state.blocks.push(closed(open));
}

function closed({ type, said }: Open): Block {
  return type === "text" ? { type, text: said } : { type, thinking: said };
}

type OfTools = "tool_use" | "tool_result" | "approval.requested" | "approval.resolved" | "operation";

function addToTools(state: State, event: Extract<AnyEvent, { type: OfTools }>): void {
  switch (event.type) {
    case "tool_use": {
      close(state);
      const { tool_id, tool_name, tool_input, parent_tool_use_id: parent } = event;
      state.tools.set(tool_id, state.blocks.length);
      const within = parent === undefined ? {} : { parent_tool_use_id: parent };
      state.blocks.push({ type: "tool", tool_id, tool_name, tool_input, ...within });
      return;
    }
    case "tool_result": {
      const { content, is_error, structured, duration_ms } = event;
      const result = { content, is_error, ...(structured === undefined ? {} : { structured }) };
      return change(state, event.tool_use_id, { result, ...(duration_ms === undefined ? {} : { duration_ms }) });
    }
    case "approval.requested": {
      const { id, tool_use_id } = event.approval;
      if (tool_use_id !== undefined) state.asked.set(id, tool_use_id);
      return;
    }
    case "approval.resolved": {
      const { decision, by } = event;
      return change(state, state.asked.get(event.approval_id), { approval: { decision, by } });
    }
    default:
      return change(state, event.operation.tool_use_id, { operation_id: event.operation.id });
  }
}

function change(state: State, id: string | undefined, more: Partial<Tool>): void {
  const at = id === undefined ? undefined : state.tools.get(id);
  const present = at === undefined ? undefined : state.blocks[at];
  if (at !== undefined && present?.type === "tool") state.blocks[at] = { ...present, ...more };
}

/** One list in a message, as it was last, where it was first. */
function addTodos(state: State, { todos }: Extract<AnyEvent, { type: "todos" }>): void {
  const at = state.blocks.findIndex(({ type }) => type === "todos");
  if (at !== -1) {
    state.blocks[at] = { type: "todos", todos };
    return;
  }
  close(state);
  state.blocks.push({ type: "todos", todos });
}

function addResult(state: State, event: Extract<AnyEvent, { type: "result" }>): void {
  close(state);
  const { facts } = state;
  const failed = { code: "bad_response", message: "The agent ended with an error" };
  state.facts = {
    ...facts,
    sessionId: event.session_id ?? facts.sessionId,
    durationMs: event.duration_ms,
    costUsd: event.total_cost_usd,
    usage: event.usage,
    error: facts.error ?? (event.is_error ? failed : undefined),
    hasResult: true,
  };
}

function contentOf(blocks: readonly Block[]): string {
  const texts = blocks.flatMap((block) => (block.type === "text" ? [block.text.trim()] : []));
  const text = texts.filter((one) => one !== "").join("\n\n");
  if (text !== "") return text;
  return blocks.flatMap((block) => (block.type === "error" ? [`Error: ${block.message}`] : [])).join("\n\n");
}
