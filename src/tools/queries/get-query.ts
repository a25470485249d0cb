// get_query: one statement of the history, with its whole text and what it cost.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool } from "../define.ts";
import { isoTime } from "../fields.ts";
import { cutText } from "../limits.ts";
import { fieldLines, fieldText } from "../text.ts";
import { historyPage } from "./history-api.ts";

export const getQuery = defineTool({
  name: "get_query",
  toolset: "queries",
  effect: "read",
  title: "Get a query of the history",
  description:
    "Tells a statement's whole text, error, and where its time went: queue, compilation, bytes read and spilled.",
  input: z.strictObject({ statement_id: z.string().min(1, "must not be empty") }),
  output: z.object({
    statement_id: z.string(),
    status: z.string().optional(),
    type: z.string().optional(),
    user: z.string().optional(),
    client: z.string().optional(),
    warehouse_id: z.string().optional(),
    started: z.string().optional(),
    duration_ms: z.number().optional(),
    rows: z.number().optional(),
    error: z.string().optional(),
    metrics: z.record(z.string(), z.number()),
    truncated: z.boolean(),
    text: z.string(),
  }),
  spellings: { query_id: "statement_id" },
  run: async (context, { statement_id }) => {
    const { records } = await historyPage(context, { statementId: statement_id, limit: 1, metrics: true });
    const found = records.find(({ id }) => id === statement_id);
    if (found === undefined) {
      throw new MortarError("not_found", `There is no query ${statement_id} in the history that you can see`, {
        hint: "`list_query_history` shows those there are; the history goes back 30 days.",
      });
    }
    const { text, truncated } = cutText(found.text, context.limits.textChars);
    return {
      statement_id,
      status: found.status,
      type: found.type,
      user: found.user,
      client: found.client,
      warehouse_id: found.warehouseId,
      started: isoTime(found.startedMs),
      duration_ms: found.durationMs,
      rows: found.rows,
      error: found.error,
      metrics: { ...found.metrics },
      truncated,
      text,
    };
  },
  text: ({ text, ...rest }) => fieldText(fieldLines(rest), "text:", text),
});
