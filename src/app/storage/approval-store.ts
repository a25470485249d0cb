// Questions that a run asked a person, and the answers.
import type { Approval, Decision } from "../contract/events.ts";
import { json, name } from "./limits.ts";
import type { Part } from "./part.ts";
import { jsonOf, textOf, textOrNull } from "./rows.ts";
import type { ApprovalStore } from "./store.ts";
import type { Row } from "./database.ts";

export function createApprovalStore({ database, clock }: Part): ApprovalStore {
  return {
    add: async ({ conversation_id, run_id, ...approval }) => {
      await database.run(
        `INSERT INTO :approvals (id, conversation_id, run_id, tool_name, body, created_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING`,
        [
          name("approval id", approval.id),
          conversation_id,
          run_id,
          approval.tool_name,
          json("approval", approval),
          clock.now(),
        ],
      );
    },
    pending: async (conversationId) => {
      const sql = "SELECT * FROM :approvals WHERE conversation_id = $1 AND decision IS NULL ORDER BY created_at, id";
      return (await database.rows(sql, [conversationId])).map(approvalOf);
    },
    get: async (id) => {
      const [row] = await database.rows("SELECT * FROM :approvals WHERE id = $1", [id]);
      if (row === undefined) return undefined;
      return {
        ...approvalOf(row),
        conversation_id: textOf(row, "conversation_id"),
        run_id: textOf(row, "run_id"),
        decision: textOrNull(row, "decision") as Decision | null,
      };
    },
    decide: async (id, decision, by) => {
      const sql = "UPDATE :approvals SET decision = $2, decided_by = $3 WHERE id = $1 AND decision IS NULL";
      return (await database.transaction((statements) => statements.run(sql, [id, decision, by]))) > 0;
    },
    allowed: async (conversationId, by) => {
      const rows = await database.rows(
        `SELECT DISTINCT tool_name FROM :approvals WHERE conversation_id = $1 AND decision = 'allow_conversation'
           AND decided_by = $2
         ORDER BY tool_name`,
        [conversationId, by],
      );
      return rows.map((row) => textOf(row, "tool_name"));
    },
    closeRun: async (runId) => {
      await database.run(
        "UPDATE :approvals SET decision = 'deny', decided_by = '' WHERE run_id = $1 AND decision IS NULL",
        [runId],
      );
    },
  };
}

const approvalOf = (row: Row): Approval =>
  jsonOf<Approval>(row, "body") ?? { id: textOf(row, "id"), tool_name: textOf(row, "tool_name"), tool_input: null };
