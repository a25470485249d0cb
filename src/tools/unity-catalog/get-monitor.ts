// get_monitor: what watches a table.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { fieldLines, fieldText } from "../text.ts";
import { monitorOutput, monitorPath, monitorSpellings, monitorView } from "./monitors.ts";
import { tableInput } from "./names.ts";
import { getUnity } from "./unity-api.ts";

export const getMonitor = defineTool({
  name: "get_monitor",
  toolset: "catalog",
  effect: "read",
  title: "Tell of a table's monitor",
  description: "Tells how a table's data is watched, and which tables hold the results.",
  input: z.strictObject({ table: tableInput }),
  output: monitorOutput,
  spellings: monitorSpellings,
  run: async (context, { table }) => monitorView(table, await getUnity(context, monitorPath(table))),
  text: (output) => fieldText(fieldLines(output)),
});
