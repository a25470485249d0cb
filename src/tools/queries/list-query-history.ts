// list_query_history: what ran on SQL warehouses, the newest first.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { isoTime, tableFields, tableOf } from "../fields.ts";
import { fitting } from "../limits.ts";
import { warehouseIdInput } from "../sql/fields.ts";
import { fieldLines, fieldText, tableLines } from "../text.ts";
import { historyPage } from "./history-api.ts";

const shownText = 200;

export const listQueryHistory = defineTool({
  name: "list_query_history",
  toolset: "queries",
  effect: "read",
  title: "List query history",
  description:
    "Lists statements that ran on SQL warehouses, the newest first: text, state, duration, rows. get_query tells all of one.",
  input: z.strictObject({
    status: z.enum(["QUEUED", "RUNNING", "CANCELED", "FAILED", "FINISHED"]).optional(),
    mine: z.boolean().default(false).describe("Only your own"),
    warehouse_id: warehouseIdInput.describe("Only on this warehouse"),
    last_hours: z.number().min(0.1).max(720).default(24),
    limit: z.int().min(1).max(200).default(25),
    page_token: z.string().optional().describe("next_page_token of the page before"),
  }),
  output: z.object({
    ...tableFields,
    returned: z.number(),
    truncated: z.boolean(),
    next_page_token: z.string().optional(),
    hint: z.string().optional(),
  }),
  run: async (context, input) => {
    const { workspace, deps, signal, limits } = context;
    const me = input.mine ? await workspace.identity.me({ signal }) : undefined;
    const page = await historyPage(context, {
      statuses: input.status === undefined ? undefined : [input.status],
      warehouseId: input.warehouse_id,
      userId: me?.id,
      fromMs: Math.round(deps.clock.now() - input.last_hours * 3_600_000),
      limit: input.limit,
      pageToken: input.page_token,
      metrics: false,
    });
    const shown = fitting(page.records, limits.textChars);
    const table = tableOf(shown, {
      statement_id: (one) => one.id,
      status: (one) => one.status,
      started: (one) => isoTime(one.startedMs),
      duration_ms: (one) => one.durationMs,
      rows: (one) => one.rows,
      user: (one) => one.user,
      warehouse_id: (one) => one.warehouseId,
      text: (one) => one.text.replace(/\s+/g, " ").slice(0, shownText),
      error: (one) => one.error?.slice(0, shownText),
    });
    return {
      ...table,
      returned: shown.length,
      truncated: page.nextToken !== undefined || shown.length < page.records.length,
      next_page_token: page.nextToken,
      hint: page.records.length === 0 ? "Nothing ran in that time that you can see." : undefined,
    };
  },
  text: ({ columns, rows, ...rest }) => fieldText(tableLines(columns, rows), fieldLines(rest)),
});
