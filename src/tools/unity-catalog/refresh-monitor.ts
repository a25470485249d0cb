// refresh_monitor: looks at the data now.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { idOutput } from "../fields.ts";
import { fieldLines, fieldText } from "../text.ts";
import { monitorTargets } from "./held-places.ts";
import { onMonitor } from "./monitors-api.ts";
import { monitorSpellings, refreshView } from "./monitors.ts";
import { tableInput, tableParts } from "./names.ts";

export const refreshMonitor = defineTool({
  name: "refresh_monitor",
  toolset: "catalog",
  effect: "write",
  title: "Refresh a monitor",
  description: "Starts a look at a monitored table's data; list_monitor_refreshes tells how it goes.",
  input: z.strictObject({ table: tableInput }),
  output: z.object({
    table: z.string(),
    refresh_id: idOutput,
    state: z.string(),
    trigger: z.string().optional(),
    started: z.string().optional(),
    ended: z.string().optional(),
    message: z.string().optional(),
  }),
  spellings: monitorSpellings,
  // It writes the monitor's own tables.
  targets: ({ table }, context) => monitorTargets(context, table),
  run: async (context, { table }) => {
    const wire = await onMonitor(context, table, { is: "refresh" });
    return { table: tableParts(table).join("."), ...refreshView(wire) };
  },
  text: (output) => fieldText(fieldLines(output)),
});
