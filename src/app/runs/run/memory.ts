// What an agent knows of a conversation when a run begins: its own transcript where it may go on from it, else the earlier
// messages in words. A message that was taken back is in neither.
import { rm, stat } from "node:fs/promises";
import type { ConversationSummary, EngineName, Message } from "../../contract/api.ts";
import type { Store } from "../../storage/store.ts";

export interface Memory {
  /** Null for a new session. */
  readonly sessionId: string | null;
  /** What is sent: the person's message, after what was said before where the agent does not know it. */
  readonly message: string;
}

export interface MemoryRequest {
  readonly conversation: Pick<ConversationSummary, "id" | "session_id">;
  /** The person's message of this run, as it is stored. */
  readonly message: Pick<Message, "content" | "position">;
  readonly runId: string;
  readonly engine: EngineName;
  readonly transcript: string;
}

/** As many messages, and as much of them, as are told again: the latest. In characters. */
const mostMessages = 60;
const mostTold = 60_000;
const mostOfOne = 8_000;

export async function remember(store: Pick<Store, "runs" | "messages">, request: MemoryRequest): Promise<Memory> {
  const { conversation, message, engine, transcript } = request;
  const before = (await store.runs.recent(conversation.id, 2)).find(({ id }) => id !== request.runId);
  const isOwn = before === undefined || before.engine === engine;
  const isThere = await stat(transcript).then(
    () => true,
    () => false,
  );
  if (conversation.session_id !== null && isOwn && isThere) {
    return { sessionId: conversation.session_id, message: message.content };
  }
  // Of another agent, or with what was taken back: nobody goes on from it.
  await rm(transcript, { recursive: true, force: true });
  const page = await store.messages.page(conversation.id, { before: message.position, limit: mostMessages });
  return { sessionId: null, message: withEarlier(page.messages, message.content) };
}

function withEarlier(messages: readonly Message[], message: string): string {
  const told: string[] = [];
  let length = 0;
  for (const one of messages.toReversed()) {
    const text = toldOf(one);
    length += text.length;
    if (length > mostTold) break;
    told.unshift(text);
  }
  if (told.length === 0) return message;
  return `This conversation began before your session. What was said so far, for you to know and not to answer:\n\n<earlier>\n${told.join("\n\n")}\n</earlier>\n\nThe person's message now:\n\n${message}`;
}

function toldOf({ role, content, blocks }: Message): string {
  const tools = [...new Set(blocks.flatMap((block) => (block.type === "tool" ? [block.tool_name] : [])))];
  const used = tools.length === 0 ? "" : `\n(tools used: ${tools.join(", ")})`;
  const text = content.length <= mostOfOne ? content : `${content.slice(0, mostOfOne)} …`;
  return `${role === "user" ? "Person" : "You"}: ${text}${used}`;
}
