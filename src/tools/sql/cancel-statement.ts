// cancel_statement: asks the warehouse to stop a statement, and says what it came to.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { nowhere } from "../targets.ts";
import { asksNobody } from "../question.ts";
import { fieldLines, fieldText } from "../text.ts";
import { untilEnd } from "./statement-run.ts";

/** Cancelling is asked for, not done at once. */
const patienceMs = 5_000;

export const cancelStatement = defineTool({
  name: "cancel_statement",
  toolset: "sql",
  effect: "destructive",
  idempotent: true,
  title: "Cancel a statement",
  description: "Cancels a running SQL statement. One that has ended stays as it is.",
  input: z.strictObject({ statement_id: z.string().min(1, "must not be empty") }),
  output: z.object({ statement_id: z.string(), state: z.string(), hint: z.string().optional() }),
  confirm: asksNobody,
  targets: nowhere,
  run: async (context, { statement_id }) => {
    const { workspace, signal } = context;
    const before = await workspace.statements.get(statement_id, { signal });
    if (before.ended) return { statement_id, state: before.state, hint: "It had ended before." };
    await workspace.statements.cancel(statement_id, { signal });
    const after = await untilEnd(context, statement_id, { timeoutMs: patienceMs, cancels: false });
    const hint = after.ended ? undefined : "It is being cancelled; `get_statement_result` shows when it has ended.";
    return { statement_id, state: after.state, hint };
  },
  text: (output) => fieldText(fieldLines(output)),
});
