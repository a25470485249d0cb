// Tool calls that go on by themselves.
import type { Operation } from "../contract/events.ts";
import { placeholders, type Row } from "./database.ts";
import { json, name } from "./limits.ts";
import type { Part } from "./part.ts";
import { flagOf, jsonOf, textOf } from "./rows.ts";
import type { OperationStore } from "./store.ts";

export function createOperationStore(part: Part): OperationStore {
  const { database, clock } = part;
  return {
    put: async ({ project_id, user, ...operation }) => {
      await database.run(
        `INSERT INTO :operations (id, conversation_id, project_id, user_name, status, body, created_at, put_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, ${database.now()})
         ON CONFLICT (id) DO UPDATE SET status = excluded.status, body = excluded.body, put_at = excluded.put_at`,
        [
          name("operation id", operation.id),
          operation.conversation_id,
          project_id,
          user,
          operation.status,
          json("operation", operation),
          clock.now(),
        ],
      );
    },
    get: async (id) => {
      const [row] = await database.rows("SELECT * FROM :operations WHERE id = $1", [id]);
      const operation = row === undefined ? undefined : jsonOf<Operation>(row, "body");
      if (row === undefined || operation === undefined) return undefined;
      return {
        ...operation,
        project_id: textOf(row, "project_id"),
        user: textOf(row, "user_name"),
        cancel_requested: flagOf(row, "cancel_requested"),
      };
    },
    list: async (conversationId) => {
      const sql = "SELECT body FROM :operations WHERE conversation_id = $1 ORDER BY created_at, id";
      return (await database.rows(sql, [conversationId])).flatMap(operationOf);
    },
    requestCancel: async (id) => {
      await database.run("UPDATE :operations SET cancel_requested = 1 WHERE id = $1", [id]);
    },
    cancelled: async (ids) => {
      const found: string[] = [];
      for (let at = 0; at < ids.length; at += mostIds) {
        const some = ids.slice(at, at + mostIds);
        const sql = `SELECT id FROM :operations WHERE cancel_requested = 1 AND id IN (${placeholders(some.length)})`;
        found.push(...(await database.rows(sql, some)).map((row) => textOf(row, "id")));
      }
      return found;
    },
    lose: (silentMs, own) => lose(part, silentMs, new Set(own)),
  };
}

const mostIds = 100;

function operationOf(row: Row): readonly Operation[] {
  const operation = jsonOf<Operation>(row, "body");
  return operation === undefined ? [] : [operation];
}

async function lose({ database, clock }: Part, silentMs: number, own: ReadonlySet<string>): Promise<Operation[]> {
  const silent = `status = 'running' AND put_at <= ${database.now()} - $1`;
  const forMs = Math.trunc(silentMs);
  const rows = await database.rows(`SELECT body FROM :operations WHERE ${silent}`, [forMs]);
  const lost: Operation[] = [];
  for (const operation of rows.flatMap(operationOf)) {
    if (own.has(operation.id)) continue;
    const ended: Operation = { ...operation, status: "lost", ended_at: new Date(clock.now()).toISOString() };
    // Whoever put or lost it meanwhile was first.
    const sql = `UPDATE :operations SET status = 'lost', body = $3 WHERE id = $2 AND ${silent}`;
    const values = [forMs, operation.id, json("operation", ended)];
    if ((await database.transaction((statements) => statements.run(sql, values))) > 0) lost.push(ended);
  }
  return lost;
}
