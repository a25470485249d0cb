// get_monitor: what watches a table.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { fieldLines, fieldText } from "../text.ts";
import { onMonitor } from "./monitors-api.ts";
import { monitorOutput, monitorSpellings, monitorView } from "./monitors.ts";
import { tableInput } from "./names.ts";

export const getMonitor = defineTool({
  name: "get_monitor",
  toolset: "catalog",
  effect: "read",
  title: "Tell of a table's monitor",
  description: "Tells how a table's data is watched, and which tables hold the results.",
  input: z.strictObject({ table: tableInput }),
  output: monitorOutput,
  spellings: monitorSpellings,
  run: async (context, { table }) => monitorView(table, await onMonitor(context, table, { is: "get" })),
  text: (output) => fieldText(fieldLines(output)),
});
