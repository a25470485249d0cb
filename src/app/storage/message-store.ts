// Messages of a conversation, in the order of their positions.
import type { Block, Message } from "../contract/api.ts";
import { MortarError } from "../../platform/errors.ts";
import type { Row, Statements } from "./database.ts";
import { folded } from "./fold.ts";
import { json, textLength, word } from "./limits.ts";
import type { Part } from "./part.ts";
import { flagOf, jsonOf, momentOf, numberOf, textOf, textOrNull } from "./rows.ts";
import type { MessageStore, NewMessage } from "./store.ts";

export function createMessageStore({ database, clock }: Part): MessageStore {
  return {
    add: (conversationId, message) => {
      const prepared = prepareMessage(message);
      return database.transaction(async (statements) => {
        const { position } = await nextPosition(statements, conversationId);
        return await insertMessage(statements, prepared, { conversationId, position, now: clock.now() });
      });
    },
    get: async (id) => {
      const [row] = await database.rows("SELECT * FROM :messages WHERE id = $1", [id]);
      return row === undefined ? undefined : messageOf(row);
    },
    page: async (conversationId, { before = Number.MAX_SAFE_INTEGER, limit }) => {
      const most = Math.min(Math.max(Math.trunc(limit), 1), mostOnPage);
      const rows = await database.rows(
        "SELECT * FROM :messages WHERE conversation_id = $1 AND position < $2 ORDER BY position DESC LIMIT $3",
        [conversationId, Math.trunc(before), most + 1],
      );
      const messages = rows.slice(0, most).map(messageOf).toReversed();
      return { messages, has_more: rows.length > most };
    },
    truncate: (conversationId, position) =>
      database.transaction((statements) => truncate(statements, conversationId, position)),
  };
}

const mostOnPage = 1000;

export interface PreparedMessage {
  readonly id: string;
  readonly message: NewMessage;
  readonly blocks: string;
  readonly facts: string;
  readonly folded: string | null;
}

/** What can be done before a transaction begins. Throws `invalid_input` and `too_large`. */
export function prepareMessage(message: NewMessage): PreparedMessage {
  const { status, duration_ms, total_cost_usd, usage, model } = message;
  word("message", message.content, textLength);
  return {
    id: crypto.randomUUID(),
    message,
    blocks: json("message", message.blocks),
    facts: json("message", { status, duration_ms, total_cost_usd, usage, model }),
    folded: folded(message.content),
  };
}

/** The next position of a conversation, and the seq of its last event; nobody else gets one until the transaction ends. */
export async function nextPosition(
  statements: Statements,
  conversationId: string,
): Promise<{ readonly position: number; readonly lastSeq: number }> {
  const [row] = await statements.rows(
    `UPDATE :counters SET last_position = last_position + 1 WHERE conversation_id = $1
     RETURNING last_position, last_seq`,
    [conversationId],
  );
  if (row === undefined) throw new MortarError("not_found", "There is no such conversation");
  return { position: numberOf(row, "last_position"), lastSeq: numberOf(row, "last_seq") };
}

interface Place {
  readonly conversationId: string;
  readonly position: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly runId?: string;
}

export async function insertMessage(
  statements: Statements,
  { id, message, blocks, facts, folded: lower }: PreparedMessage,
  { conversationId, position, now, runId = message.run_id }: Place,
): Promise<Message> {
  const [row] = await statements.rows(
    `INSERT INTO :messages (id, conversation_id, position, role, content, folded_content, blocks, is_error, run_id, facts,
       created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING *`,
    [
      id,
      conversationId,
      position,
      message.role,
      message.content,
      lower,
      blocks,
      message.is_error === true ? 1 : 0,
      runId ?? null,
      facts,
      now,
    ],
  );
  const touched = [conversationId, now];
  await statements.run("UPDATE :conversations SET updated_at = $2 WHERE id = $1", touched);
  await statements.run(
    "UPDATE :projects SET updated_at = $2 WHERE id = (SELECT project_id FROM :conversations WHERE id = $1)",
    touched,
  );
  return messageOf(row ?? {});
}

function messageOf(row: Row): Message {
  return {
    id: textOf(row, "id"),
    conversation_id: textOf(row, "conversation_id"),
    role: textOf(row, "role") === "user" ? "user" : "assistant",
    content: textOf(row, "content"),
    blocks: jsonOf<readonly Block[]>(row, "blocks") ?? [],
    position: numberOf(row, "position"),
    timestamp: momentOf(row, "created_at"),
    is_error: flagOf(row, "is_error"),
    run_id: textOrNull(row, "run_id"),
    ...jsonOf<Pick<Message, "status" | "duration_ms" | "total_cost_usd" | "usage" | "model">>(row, "facts"),
  };
}

/**
 * Takes away messages, and the events of the runs that they began: a reader who has not seen those yet is told that they are no longer
 * kept. The counters stay, so that no number is given out twice; so do the runs' rows, for what they cost. Throws `conflict` while a run is under way.
 */
export async function truncate(statements: Statements, conversationId: string, position: number): Promise<void> {
  // Locks the conversation against a run that begins meanwhile.
  await statements.run("UPDATE :counters SET last_seq = last_seq WHERE conversation_id = $1", [conversationId]);
  const [running] = await statements.rows("SELECT id FROM :runs WHERE conversation_id = $1 AND status = 'running'", [
    conversationId,
  ]);
  if (running !== undefined) {
    throw new MortarError("conflict", "Messages cannot be taken back while a run is under way", {
      hint: "Stop the run first.",
    });
  }
  const from = [conversationId, position];
  await statements.run("DELETE FROM :messages WHERE conversation_id = $1 AND position >= $2", from);
  const runs = "SELECT id FROM :runs WHERE conversation_id = $1 AND position >= $2 AND taken_back = 0";
  await statements.run(
    `UPDATE :counters SET pruned_seq = COALESCE((SELECT MAX(e.seq) FROM :events e WHERE e.run_id IN (${runs})), pruned_seq)
     WHERE conversation_id = $1`,
    from,
  );
  await statements.run(`DELETE FROM :events WHERE run_id IN (${runs})`, from);
  await statements.run(
    "UPDATE :runs SET taken_back = 1, pruned = 1 WHERE conversation_id = $1 AND position >= $2",
    from,
  );
}
