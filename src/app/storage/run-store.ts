// Runs: at most one under way in a conversation, which the database itself holds to.
import type { EngineName, Run } from "../contract/api.ts";
import type { ErrorShape, RunStatus } from "../contract/events.ts";
import { MortarError } from "../../platform/errors.ts";
import type { Row, Statements } from "./database.ts";
import { json, name } from "./limits.ts";
import { insertMessage, nextPosition, prepareMessage, truncate, type PreparedMessage } from "./message-store.ts";
import type { Part } from "./part.ts";
import { flagOf, jsonOf, momentOf, momentOrNull, numberOf, numberOrNull, textOf, textOrNull } from "./rows.ts";
import type { NewRun, RunEnd, RunStore } from "./store.ts";

export function createRunStore(part: Part): RunStore {
  const { database } = part;
  return {
    start: (run) => start(part, run),
    get: async (id) => {
      const [row] = await database.rows("SELECT * FROM :runs WHERE id = $1", [id]);
      if (row === undefined) return undefined;
      return { ...runOf(row), replica: textOf(row, "replica"), stop_requested: flagOf(row, "stop_requested") };
    },
    recent: async (conversationId, limit) => {
      const rows = await database.rows(
        "SELECT * FROM :runs WHERE conversation_id = $1 AND taken_back = 0 ORDER BY position DESC LIMIT $2",
        [conversationId, Math.min(Math.max(Math.trunc(limit), 0), 1000)],
      );
      return rows.map(runOf);
    },
    end: (id, end) => endRun(part, id, end),
    requestStop: async (id) => {
      await database.run("UPDATE :runs SET stop_requested = 1 WHERE id = $1 AND status = 'running'", [id]);
    },
    beat: (replica) => beat(part, replica),
    orphans: async (replica, silentMs) => {
      const rows = await database.rows(
        `SELECT * FROM :runs WHERE status = 'running' AND (replica = $1 OR beat_at <= ${database.now()} - $2)
         ORDER BY created_at, id`,
        [replica, Math.trunc(silentMs)],
      );
      return rows.map(runOf);
    },
  };
}

async function start({ database, clock }: Part, run: NewRun): ReturnType<RunStore["start"]> {
  const id = crypto.randomUUID();
  const prepared = prepareMessage(run.message);
  name("user name", run.user);
  const beginning = { id, run, prepared, now: clock.now(), beat: database.now() };
  return await database.transaction((statements) => insertRun(statements, beginning));
}

interface Beginning {
  readonly id: string;
  readonly run: NewRun;
  readonly prepared: PreparedMessage;
  readonly now: number;
  /** SQL. */
  readonly beat: string;
}

async function insertRun(
  statements: Statements,
  { id, run, prepared, now, beat }: Beginning,
): ReturnType<RunStore["start"]> {
  const conversationId = run.conversation_id;
  if (run.replaces_position !== undefined) await takeBack(statements, conversationId, run.replaces_position);
  // Locks the conversation: who comes second sees the run of who came first.
  const { position, lastSeq } = await nextPosition(statements, conversationId);
  const [row] = await statements.rows(
    `INSERT INTO :runs (id, conversation_id, project_id, user_name, engine, model, replica, status, position, before_seq,
       beat_at, created_at)
     SELECT $1, c.id, c.project_id, $3, $4, $5, $6, 'running', $7, $8, ${beat}, $9 FROM :conversations c
     WHERE c.id = $2 AND c.project_id = $10
     ON CONFLICT (conversation_id) WHERE status = 'running' DO NOTHING RETURNING *`,
    [id, conversationId, run.user, run.engine, run.model, run.replica, position, lastSeq, now, run.project_id],
  );
  if (row === undefined) throw await whyNot(statements, run);
  const message = await insertMessage(statements, prepared, { conversationId, position, now, runId: id });
  return { run: runOf(row), message };
}

/** The agent's session knows what is taken back: the next run has one of its own. */
async function takeBack(statements: Statements, conversationId: string, position: number): Promise<void> {
  await truncate(statements, conversationId, position);
  await statements.run("UPDATE :conversations SET session_id = NULL WHERE id = $1", [conversationId]);
}

async function whyNot(statements: Statements, run: NewRun): Promise<MortarError> {
  const [row] = await statements.rows("SELECT id FROM :runs WHERE conversation_id = $1 AND status = 'running'", [
    run.conversation_id,
  ]);
  if (row === undefined) return new MortarError("not_found", "There is no such conversation in the project");
  return new MortarError("conflict", "A run of this conversation is under way", {
    hint: "Wait for its end, or stop it first.",
  });
}

async function endRun({ database, clock }: Part, id: string, end: RunEnd): Promise<boolean> {
  const { usage } = end;
  const values = [
    id,
    end.status,
    end.error === undefined ? null : json("error", end.error),
    clock.now(),
    end.duration_ms === undefined ? null : Math.round(end.duration_ms),
    end.total_cost_usd ?? null,
    usage?.input_tokens ?? null,
    usage?.output_tokens ?? null,
    usage?.cache_read_tokens ?? null,
    usage?.cache_write_tokens ?? null,
    end.model ?? null,
  ];
  const sql = `UPDATE :runs SET status = $2, error = $3, ended_at = $4, duration_ms = $5, total_cost_usd = $6,
      input_tokens = $7, output_tokens = $8, cache_read_tokens = $9, cache_write_tokens = $10,
      model = COALESCE(model, $11)
    WHERE id = $1 AND status = 'running'`;
  return (await database.transaction((statements) => statements.run(sql, values))) > 0;
}

async function beat({ database }: Part, replica: string): Promise<readonly string[]> {
  await database.run(`UPDATE :runs SET beat_at = ${database.now()} WHERE status = 'running' AND replica = $1`, [
    replica,
  ]);
  const rows = await database.rows(
    "SELECT id FROM :runs WHERE status = 'running' AND replica = $1 AND stop_requested = 1",
    [replica],
  );
  return rows.map((row) => textOf(row, "id"));
}

function runOf(row: Row): Run {
  const input = numberOrNull(row, "input_tokens");
  return {
    id: textOf(row, "id"),
    conversation_id: textOf(row, "conversation_id"),
    project_id: textOf(row, "project_id"),
    user: textOf(row, "user_name"),
    engine: textOf(row, "engine") as EngineName,
    model: textOrNull(row, "model"),
    status: textOf(row, "status") as RunStatus,
    error: jsonOf<ErrorShape>(row, "error") ?? null,
    created_at: momentOf(row, "created_at"),
    ended_at: momentOrNull(row, "ended_at"),
    duration_ms: numberOrNull(row, "duration_ms"),
    total_cost_usd: numberOrNull(row, "total_cost_usd"),
    usage:
      input === null
        ? null
        : {
            input_tokens: input,
            output_tokens: numberOf(row, "output_tokens"),
            cache_read_tokens: numberOf(row, "cache_read_tokens"),
            cache_write_tokens: numberOf(row, "cache_write_tokens"),
          },
    before_seq: numberOf(row, "before_seq"),
  };
}
