// drop_row_filter: every reader of the table sees every row again.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { question } from "../question.ts";
import { fieldLines, fieldText } from "../text.ts";
import { changePolicy, policyInput, policyOutput, policySpellings, policyTargets } from "./policies.ts";

export const dropRowFilter = defineTool({
  name: "drop_row_filter",
  toolset: "catalog",
  effect: "destructive",
  title: "Take a row filter away",
  description: "Takes the row filter from a table: all who may read it then see every row.",
  input: z.strictObject(policyInput),
  output: policyOutput,
  spellings: policySpellings,
  confirm: ({ table }) => question`Take the row filter from ${table}, so that every reader sees every row?`,
  targets: policyTargets,
  run: (context, input) => changePolicy(context, { ...input, clause: "DROP ROW FILTER", after: undefined }),
  text: (output) => fieldText(fieldLines(output)),
});
