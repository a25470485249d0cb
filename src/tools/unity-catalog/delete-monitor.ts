// delete_monitor: the watching ends; the tables with what was found stay.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { question } from "../question.ts";
import { securable } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { onMonitor } from "./monitors-api.ts";
import { monitorSpellings } from "./monitors.ts";
import { tableInput, tableParts } from "./names.ts";

export const deleteMonitor = defineTool({
  name: "delete_monitor",
  toolset: "catalog",
  effect: "destructive",
  title: "Delete a monitor",
  description: "Ends the watching of a table. Its profile and drift tables and its dashboard stay.",
  input: z.strictObject({ table: tableInput }),
  output: z.object({ table: z.string(), deleted: z.boolean(), hint: z.string() }),
  spellings: monitorSpellings,
  confirm: ({ table }) => question`Delete the monitor of ${table}?`,
  targets: ({ table }) => [securable(...tableParts(table))],
  run: async (context, { table }) => {
    await onMonitor(context, table, { is: "delete" });
    const hint = "Its profile and drift tables stay: `delete_securable` deletes them.";
    return { table: tableParts(table).join("."), deleted: true, hint };
  },
  text: (output) => fieldText(fieldLines(output)),
});
