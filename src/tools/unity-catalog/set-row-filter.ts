// set_row_filter: a function that says which rows each reader sees.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { question } from "../question.ts";
import { fieldLines, fieldText } from "../text.ts";
import { quotedName } from "./names.ts";
import {
  callText,
  changePolicy,
  functionInput,
  functionName,
  policyInput,
  policyOutput,
  policySpellings,
  policyTargets,
} from "./policies.ts";

export const setRowFilter = defineTool({
  name: "set_row_filter",
  toolset: "catalog",
  effect: "destructive",
  idempotent: true,
  title: "Set a row filter",
  description:
    "Lets a boolean function decide, by the columns it is given, which rows of a table each reader sees, instead of the filter that is there.",
  input: z.strictObject({
    ...policyInput,
    function: functionInput,
    column_names: z.array(z.string().min(1)).default([]).describe("Arguments, in order"),
  }),
  output: policyOutput,
  spellings: { ...policySpellings, filter_function: "function", filter_columns: "column_names" },
  confirm: ({ table, function: name }) => question`Show the rows of ${table} to readers as ${name} decides?`,
  targets: policyTargets,
  run: async (context, { function: name, column_names, ...input }) => {
    const { sql, shown } = functionName(name);
    const clause = `SET ROW FILTER ${sql} ON (${column_names.map(quotedName).join(", ")})`;
    return await changePolicy(context, { ...input, clause, after: callText(shown, column_names) });
  },
  text: (output) => fieldText(fieldLines(output)),
});
