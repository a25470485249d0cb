// Events and messages for the tests of the state: as the server sends them.
import type { Conversation, Message } from "../../contract/api.ts";
import type { AnyEvent, StoredEvent } from "../../contract/events.ts";

export const at = "2026-11-21T10:00:00.000Z";

/** Numbers events from `first` on, all of one run. */
export const stored = (events: readonly AnyEvent[], first = 1, runId = "r1"): readonly StoredEvent[] =>
  events.map((event, index) => ({ ...event, seq: first + index, run_id: runId, conversation_id: "c1", at }));

export const userMessage = (id: string, position: number, content = "Hello"): Message => ({
  id,
  conversation_id: "c1",
  role: "user",
  content,
  blocks: [],
  position,
  timestamp: at,
  is_error: false,
  run_id: null,
});

export const answerMessage = (id: string, position: number, runId: string, text = "Hi"): Message => ({
  ...userMessage(id, position, text),
  role: "assistant",
  blocks: [{ type: "text", text }],
  run_id: runId,
  status: "completed",
});

export const conversation = (change: Partial<Conversation> = {}): Conversation => ({
  id: "c1",
  project_id: "p1",
  title: "New conversation",
  pinned: false,
  created_at: at,
  updated_at: at,
  message_count: 0,
  session_id: null,
  active_run_id: null,
  waiting: false,
  messages: [],
  has_more: false,
  last_seq: 0,
  approvals: [],
  ...change,
});
