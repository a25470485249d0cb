// Events of runs: numbered without gaps within their conversation, whichever replicas append.
import type { AnyEvent, StoredEvent } from "../contract/events.ts";
import { placeholders, type Row, type Statements, type Value } from "./database.ts";
import { json } from "./limits.ts";
import type { Part } from "./part.ts";
import { jsonOf, momentOf, numberOf, textOf } from "./rows.ts";
import type { EventStore } from "./store.ts";

export function createEventStore(part: Part): EventStore {
  const { database } = part;
  return {
    append: (events) => append(part, events),
    after: async (conversationId, seq, limit) => {
      // The events first: what is taken away between the two reads then shows as a reset, and never as a silent gap.
      const rows = await database.rows(
        `${selectEvents} WHERE conversation_id = $1 AND seq > $2 ORDER BY seq LIMIT $3`,
        [conversationId, seq, mostOf(limit)],
      );
      const [counter] = await database.rows("SELECT pruned_seq FROM :counters WHERE conversation_id = $1", [
        conversationId,
      ]);
      return { events: rows.map(eventOf), reset: counter !== undefined && seq < numberOf(counter, "pruned_seq") };
    },
    ofRun: async (runId, { afterSeq = 0, limit = mostEvents } = {}) => {
      const sql = `${selectEvents} WHERE run_id = $1 AND seq > $2 ORDER BY seq LIMIT $3`;
      return (await database.rows(sql, [runId, afterSeq, mostOf(limit)])).map(eventOf);
    },
    lastSeq: async (conversationId) => {
      const [row] = await database.rows("SELECT last_seq FROM :counters WHERE conversation_id = $1", [conversationId]);
      return row === undefined ? 0 : numberOf(row, "last_seq");
    },
    prune: (beforeMs) => prune(part, beforeMs),
  };
}

const mostEvents = 100_000;
const mostOf = (limit: number): number => Math.min(Math.max(Math.trunc(limit), 0), mostEvents);

const selectEvents = "SELECT conversation_id, seq, run_id, at, body FROM :events";

const unreadable: AnyEvent = { type: "error", code: "internal", message: "This event can no longer be read." };

function eventOf(row: Row): StoredEvent {
  return {
    ...(jsonOf<AnyEvent>(row, "body") ?? unreadable),
    seq: numberOf(row, "seq"),
    run_id: textOf(row, "run_id"),
    conversation_id: textOf(row, "conversation_id"),
    at: momentOf(row, "at"),
  };
}

interface Waiting {
  readonly conversationId: string;
  readonly runId: string;
  readonly event: AnyEvent;
  readonly body: string;
}

async function append({ database, clock }: Part, events: Parameters<EventStore["append"]>[0]) {
  if (events.length === 0) return [];
  const now = clock.now();
  const waiting = events.map(({ conversation_id, run_id, event }): Waiting => ({
    conversationId: conversation_id,
    runId: run_id,
    event,
    body: json("event", event),
  }));
  const counts = new Map<string, number>();
  for (const { conversationId } of waiting) counts.set(conversationId, (counts.get(conversationId) ?? 0) + 1);
  return await database.transaction(async (statements) => {
    const next = await reserve(statements, counts);
    const stored: StoredEvent[] = [];
    const values: Value[] = [];
    for (const { conversationId, runId, event, body } of waiting) {
      const seq = next.get(conversationId);
      if (seq === undefined) continue;
      next.set(conversationId, seq + 1);
      values.push(conversationId, seq, runId, now, body);
      stored.push({
        ...event,
        seq,
        run_id: runId,
        conversation_id: conversationId,
        at: new Date(now).toISOString(),
      });
    }
    await inBatches(values, columns, (size, some) => statements.run(insertOf(size), some));
    return stored;
  });
}

/** The first seq of each conversation's part; none for one that is gone. In one order, so that two replicas do not wait for each other. */
async function reserve(statements: Statements, counts: ReadonlyMap<string, number>): Promise<Map<string, number>> {
  const values = [...counts].toSorted(([one], [other]) => (one < other ? -1 : 1)).flat();
  const answers = await inBatches(values, 2, async (size, some) => {
    const wanted = Array.from({ length: size }, (_none, at) => `($${at * 2 + 1}, CAST($${at * 2 + 2} AS BIGINT))`);
    // Columns of VALUES have these names in both databases.
    return await statements.rows(
      `UPDATE :counters SET last_seq = last_seq + wanted.column2 FROM (VALUES ${wanted.join(", ")}) AS wanted
       WHERE conversation_id = wanted.column1 RETURNING conversation_id, last_seq`,
      some,
    );
  });
  return new Map(
    answers.flat().map((row): [string, number] => {
      const id = textOf(row, "conversation_id");
      return [id, numberOf(row, "last_seq") - (counts.get(id) ?? 0) + 1];
    }),
  );
}

const columns = 5;
// Few sizes: each is a statement of its own, which the database keeps prepared.
const batchSizes = [256, 64, 16, 4, 1];

/** Sends the values, `width` for each row, in batches of these sizes, one behind the other without waiting between them. */
async function inBatches<T>(
  values: readonly Value[],
  width: number,
  send: (size: number, values: readonly Value[]) => Promise<T>,
): Promise<T[]> {
  const sent: Promise<T>[] = [];
  let at = 0;
  for (const size of batchSizes) {
    for (; values.length - at >= size * width; at += size * width) {
      sent.push(send(size, values.slice(at, at + size * width)));
    }
  }
  return await Promise.all(sent);
}

function insertOf(size: number): string {
  const rows = Array.from({ length: size }, (_none, at) => `(${placeholders(columns, at * columns + 1)})`);
  return `INSERT INTO :events (conversation_id, seq, run_id, at, body) VALUES ${rows.join(", ")}`;
}

const prunedAtOnce = 100;

/** Some runs at a time: a large clean-up holds nobody up. */
async function prune({ database }: Part, beforeMs: number): Promise<void> {
  for (;;) {
    const done = await database.transaction(async (statements) => {
      const runs = await statements.rows(
        `SELECT id, conversation_id FROM :runs WHERE pruned = 0 AND ended_at < $1 ORDER BY ended_at, id
         LIMIT ${prunedAtOnce}`,
        [beforeMs],
      );
      const inOrder = runs.toSorted((one, other) =>
        textOf(one, "conversation_id") < textOf(other, "conversation_id") ? -1 : 1,
      );
      for (const run of inOrder) await pruneRun(statements, textOf(run, "id"), textOf(run, "conversation_id"));
      return runs.length;
    });
    if (done < prunedAtOnce) return;
  }
}

async function pruneRun(statements: Statements, runId: string, conversationId: string): Promise<void> {
  await statements.run(
    `UPDATE :counters SET pruned_seq = COALESCE(
       (SELECT MAX(e.seq) FROM :events e WHERE e.run_id = $2 AND e.seq > pruned_seq), pruned_seq)
     WHERE conversation_id = $1`,
    [conversationId, runId],
  );
  await statements.run("DELETE FROM :events WHERE run_id = $1", [runId]);
  await statements.run("UPDATE :runs SET pruned = 1 WHERE id = $1", [runId]);
}
