// Messages that were loaded, put together with those that are shown. Pure.
import type { Message, MessagePage } from "../../contract/api.ts";
import type { ConversationState, ShownMessage } from "./conversation.ts";

/** The state with a page of older messages before those that are there. */
export const withOlder = (state: ConversationState, page: MessagePage): ConversationState => {
  const known = new Set(state.messages.map(({ id }) => id));
  return {
    ...state,
    messages: [...page.messages.filter(({ id }) => !known.has(id)), ...state.messages],
    hasMore: page.has_more,
  };
};

const isSame = (one: ShownMessage, other: Message): boolean =>
  one.state === undefined &&
  one.position === other.position &&
  one.content === other.content &&
  one.status === other.status &&
  one.duration_ms === other.duration_ms &&
  one.blocks.length === other.blocks.length;

/**
 * The state with the newest page as the truth about the end of the conversation: what is stored takes the place of what was made
 * here, what is gone goes. A message that is the same stays the same object, so that it is not drawn anew.
 */
export const withNewest = (state: ConversationState, page: MessagePage): ConversationState => {
  const from = page.messages[0]?.position ?? Number.NEGATIVE_INFINITY;
  const byId = new Map(state.messages.map((message) => [message.id, message]));
  const newest = page.messages.map((message): ShownMessage => {
    const before = byId.get(message.id);
    return before !== undefined && isSame(before, message) ? before : message;
  });
  const stored = new Set(page.messages.flatMap(({ role, run_id }) => (role === "assistant" ? [run_id] : [])));
  const ids = new Set(page.messages.map(({ id }) => id));
  const older = page.has_more
    ? state.messages.filter(({ position, state: made }) => made === undefined && position < from)
    : [];
  const making = state.messages.filter(
    ({ state: made, run_id, id }) => made !== undefined && !ids.has(id) && !(made === "live" && stored.has(run_id)),
  );
  return {
    ...state,
    messages: [...older, ...newest, ...making],
    hasMore: older.length > 0 ? state.hasMore : page.has_more,
    isStale: false,
  };
};

/** The state with the person's message that is being sent; `replaces`: this one and all after it are taken back. */
export const withSending = (
  state: ConversationState,
  sent: { readonly id: string; readonly text: string; readonly at: string; readonly replaces?: string },
): ConversationState => {
  const at = sent.replaces === undefined ? -1 : state.messages.findIndex(({ id }) => id === sent.replaces);
  const kept = at < 0 ? state.messages : state.messages.slice(0, at);
  const message: ShownMessage = {
    id: sent.id,
    conversation_id: state.id,
    role: "user",
    content: sent.text,
    blocks: [],
    position: Number.MAX_SAFE_INTEGER - 1,
    timestamp: sent.at,
    is_error: false,
    run_id: null,
    state: "sending",
  };
  return { ...state, messages: [...kept, message] };
};

/** The state after a message was stored under its real id, with the run that answers it. */
export const withSent = (
  state: ConversationState,
  sent: { readonly id: string; readonly messageId: string; readonly runId: string; readonly at: string },
): ConversationState => ({
  ...state,
  messages: state.messages.map((message) => {
    if (message.id !== sent.id) return message;
    const { state: _made, ...stored } = message;
    return { ...stored, id: sent.messageId };
  }),
  run: state.run ?? runOf(state, sent),
});

/** The run may have ended before the answer to its start was read. */
const runOf = (state: ConversationState, { runId, at }: { readonly runId: string; readonly at: string }) =>
  state.messages.some(({ run_id, role }) => run_id === runId && role === "assistant")
    ? null
    : { id: runId, startedAt: at, isStopping: false };

/** The state without a message that could not be sent. */
export const withoutSending = (state: ConversationState, id: string): ConversationState => ({
  ...state,
  messages: state.messages.filter((message) => message.id !== id),
});
