// list_monitor_refreshes: when the data was looked at, and what came of it.
import * as z from "zod";
import { objects } from "../../workspace/fields.ts";
import { defineTool } from "../define.ts";
import { tableFields, tableOf } from "../fields.ts";
import { fieldLines, fieldText, tableLines } from "../text.ts";
import { onMonitor } from "./monitors-api.ts";
import { monitorSpellings, refreshView } from "./monitors.ts";
import { tableInput, tableParts } from "./names.ts";

export const listMonitorRefreshes = defineTool({
  name: "list_monitor_refreshes",
  toolset: "catalog",
  effect: "read",
  title: "List refreshes of a monitor",
  description: "Lists the newest refreshes of a table's monitor.",
  input: z.strictObject({ table: tableInput, limit: z.int().min(1).max(200).default(20) }),
  output: z.object({ table: z.string(), ...tableFields, truncated: z.boolean() }),
  spellings: monitorSpellings,
  run: async (context, { table, limit }) => {
    const refreshes = objects(await onMonitor(context, table, { is: "refreshes" }), "refreshes").map(refreshView);
    const newest = refreshes.toSorted((one, other) => (other.started ?? "").localeCompare(one.started ?? ""));
    return {
      table: tableParts(table).join("."),
      ...tableOf(newest.slice(0, limit), {
        refresh_id: (one) => one.refresh_id,
        state: (one) => one.state,
        trigger: (one) => one.trigger,
        started: (one) => one.started,
        ended: (one) => one.ended,
        message: (one) => one.message,
      }),
      truncated: newest.length > limit,
    };
  },
  text: ({ columns, rows, ...rest }) => fieldText(fieldLines(rest), tableLines(columns, rows)),
});
