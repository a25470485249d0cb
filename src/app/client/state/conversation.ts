// A conversation as the page knows it, and how it changes with each stored event. Pure: the same events give the same state.
import type { Context, Conversation, Message } from "../../contract/api.ts";
import type { Approval, Operation, RunEvent, StoredEvent } from "../../contract/events.ts";
import { closed, type ShownBlock, textOf, withEvent, withTool } from "./blocks.ts";

/** A message as it is shown: as stored, or while it is made. */
export interface ShownMessage extends Omit<Message, "blocks"> {
  readonly blocks: readonly ShownBlock[];
  /** `sending`: not stored yet; `live`: the run that makes it goes on. */
  readonly state?: "sending" | "live";
}

export interface LiveRun {
  readonly id: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly isStopping: boolean;
}

export interface ConversationState {
  readonly id: string;
  readonly title: string;
  readonly context: Context;
  /** Oldest first. */
  readonly messages: readonly ShownMessage[];
  readonly hasMore: boolean;
  /** The last event that is in here. */
  readonly lastSeq: number;
  readonly run: LiveRun | null;
  readonly approvals: readonly Approval[];
  readonly operations: readonly Operation[];
  /** Something is known to be stored that is not in here: the messages are to be loaded anew. */
  readonly isStale: boolean;
  /** A run is seen whose beginning was not: all of it is to be loaded anew. */
  readonly isGap: boolean;
}

/** After every stored message. */
const lastPosition = Number.MAX_SAFE_INTEGER;

/** What a person chose, out of all that is known of a conversation. */
export const contextOf = (of: Context): Context => ({
  cluster_id: of.cluster_id ?? null,
  warehouse_id: of.warehouse_id ?? null,
  default_catalog: of.default_catalog ?? null,
  default_schema: of.default_schema ?? null,
  workspace_folder: of.workspace_folder ?? null,
  model: of.model ?? null,
  engine: of.engine ?? null,
  permission_mode: of.permission_mode ?? null,
  mlflow_experiment_name: of.mlflow_experiment_name ?? null,
  target_profile: of.target_profile ?? null,
});

/** What was loaded, and the stream's start: before the run that is under way, so that all of it is seen. */
export const stateOf = (
  conversation: Conversation,
  operations: readonly Operation[],
  startSeq: number = conversation.last_seq,
): ConversationState => ({
  id: conversation.id,
  title: conversation.title,
  context: contextOf(conversation),
  messages: conversation.messages,
  hasMore: conversation.has_more,
  lastSeq: startSeq,
  run:
    conversation.active_run_id === null
      ? null
      : { id: conversation.active_run_id, startedAt: conversation.updated_at, isStopping: false },
  approvals: conversation.approvals,
  operations,
  isStale: false,
  isGap: false,
});

const messageOf = (state: ConversationState, event: StoredEvent): ShownMessage => ({
  id: `run:${event.run_id}`,
  conversation_id: state.id,
  role: "assistant",
  content: "",
  blocks: [],
  position: lastPosition,
  timestamp: event.at,
  is_error: false,
  run_id: event.run_id,
  state: "live",
});

/** Whether the run's answer is stored and shown: its events are then old news. */
const isSettled = (state: ConversationState, runId: string): boolean =>
  state.messages.some(({ role, run_id, state: made }) => role === "assistant" && run_id === runId && made !== "live");

/** The state with the answer of the event's run changed; it is begun where it was not there. */
const withAnswer = (
  state: ConversationState,
  event: StoredEvent,
  change: (message: ShownMessage) => ShownMessage,
): ConversationState => {
  const at = state.messages.findLastIndex(({ run_id, role }) => role === "assistant" && run_id === event.run_id);
  const before = state.messages[at];
  if (before === undefined) {
    const isGap = state.isGap || event.type !== "run.started";
    return { ...state, messages: [...state.messages, change(messageOf(state, event))], isGap };
  }
  const after = change(before);
  return after === before ? state : { ...state, messages: state.messages.with(at, after) };
};

const withBlocks = (message: ShownMessage, blocks: readonly ShownBlock[]): ShownMessage =>
  blocks === message.blocks ? message : { ...message, blocks };

const started = (state: ConversationState, event: StoredEvent, messageId: string): ConversationState => {
  const sending = state.messages.findLastIndex(({ state: made }) => made === "sending");
  const message = state.messages[sending];
  const known = state.messages.some(({ id }) => id === messageId);
  let { messages } = state;
  if (!known && message !== undefined) {
    const { state: _made, ...stored } = message;
    messages = messages.with(sending, { ...stored, id: messageId });
  }
  return withAnswer(
    {
      ...state,
      messages,
      run: { id: event.run_id, startedAt: event.at, isStopping: false },
      isStale: state.isStale || (!known && message === undefined),
    },
    event,
    (answer) => answer,
  );
};

type Completed = Extract<RunEvent, { readonly type: "stream.completed" }>;

const completed = (state: ConversationState, event: StoredEvent & Completed): ConversationState => {
  const messages = state.messages.flatMap((message): readonly ShownMessage[] => {
    if (message.run_id !== event.run_id || message.state !== "live") return [message];
    if (event.message_id === undefined && message.blocks.length === 0) return [];
    const { state: _made, ...rest } = message;
    const blocks = closed(message.blocks);
    const { status, is_error } = event;
    return [{ ...rest, id: event.message_id ?? message.id, blocks, content: textOf(blocks), status, is_error }];
  });
  const run = state.run?.id === event.run_id ? null : state.run;
  return { ...state, messages, run, approvals: run === null ? [] : state.approvals, isStale: true };
};

const resolved = (
  state: ConversationState,
  event: StoredEvent & Extract<RunEvent, { readonly type: "approval.resolved" }>,
): ConversationState => {
  const approval = state.approvals.find(({ id }) => id === event.approval_id);
  const next = { ...state, approvals: state.approvals.filter(({ id }) => id !== event.approval_id) };
  const toolId = approval?.tool_use_id;
  if (toolId === undefined) return next;
  return withAnswer(next, event, (answer) =>
    withBlocks(
      answer,
      withTool(answer.blocks, toolId, (tool) => ({ ...tool, approval: { decision: event.decision, by: event.by } })),
    ),
  );
};

const operated = (state: ConversationState, event: StoredEvent, operation: Operation): ConversationState => {
  const at = state.operations.findIndex(({ id }) => id === operation.id);
  const operations = at < 0 ? [...state.operations, operation] : state.operations.with(at, operation);
  const toolId = operation.tool_use_id;
  const next = { ...state, operations };
  if (toolId === undefined || !state.messages.some(({ run_id }) => run_id === event.run_id)) return next;
  return withAnswer(next, event, (answer) =>
    withBlocks(
      answer,
      withTool(answer.blocks, toolId, (tool) =>
        tool.operation_id === operation.id ? tool : { ...tool, operation_id: operation.id },
      ),
    ),
  );
};

/** What of a run changes though its answer is stored: operations outlive it. */
const afterwards = (state: ConversationState, event: StoredEvent): ConversationState => {
  if (event.type === "operation") return operated(state, event, event.operation);
  if (event.type === "conversation.titled") return { ...state, title: event.title };
  if (event.type === "stream.completed" && state.run?.id === event.run_id) return { ...state, run: null };
  return state;
};

const changed = (state: ConversationState, event: StoredEvent): ConversationState => {
  if (isSettled(state, event.run_id)) return afterwards(state, event);
  switch (event.type) {
    case "conversation.created":
    case "cancelled":
      return state;
    case "conversation.titled":
      return { ...state, title: event.title };
    case "run.started":
      return started(state, event, event.message_id);
    case "approval.requested":
      return state.approvals.some(({ id }) => id === event.approval.id)
        ? state
        : { ...state, approvals: [...state.approvals, event.approval] };
    case "approval.resolved":
      return resolved(state, event);
    case "operation":
      return operated(state, event, event.operation);
    case "stream.completed":
      return completed(state, event);
    case "result":
      return withAnswer(state, event, (answer) => ({
        ...answer,
        duration_ms: event.duration_ms,
        ...(event.total_cost_usd === undefined ? {} : { total_cost_usd: event.total_cost_usd }),
        ...(event.usage === undefined ? {} : { usage: event.usage }),
      }));
    case "system":
      return event.model === undefined
        ? state
        : withAnswer(state, event, (answer) => ({
            ...answer,
            ...(event.model === undefined ? {} : { model: event.model }),
          }));
    default:
      return withAnswer(state, event, (answer) => withBlocks(answer, withEvent(answer.blocks, event, event.at)));
  }
};

/** The state after these events. One that came before (by its seq) changes nothing. */
export const folded = (state: ConversationState, events: readonly StoredEvent[]): ConversationState => {
  let next = state;
  for (const event of events) {
    if (event.seq <= next.lastSeq || event.conversation_id !== state.id) continue;
    next = { ...changed(next, event), lastSeq: event.seq };
  }
  return next;
};
