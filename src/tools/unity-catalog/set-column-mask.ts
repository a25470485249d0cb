// set_column_mask: a function that says what each reader sees in the place of a column's values.
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

export const setColumnMask = defineTool({
  name: "set_column_mask",
  toolset: "catalog",
  effect: "destructive",
  idempotent: true,
  title: "Mask a column",
  description:
    "Lets a function of a column's value decide what each reader sees in its place, instead of the mask that is there.",
  input: z.strictObject({
    ...policyInput,
    column_name: z.string().min(1, "must not be empty"),
    function: functionInput,
    using_columns: z.array(z.string().min(1)).default([]).describe("Further arguments: other columns"),
  }),
  output: policyOutput,
  spellings: { ...policySpellings, mask_function: "function" },
  confirm: ({ table, column_name, function: name }) =>
    question`Show the column ${column_name} of ${table} to readers as ${name} makes it?`,
  targets: policyTargets,
  run: async (context, { function: name, using_columns, ...input }) => {
    const { sql, shown } = functionName(name);
    const using = using_columns.length === 0 ? "" : ` USING COLUMNS (${using_columns.map(quotedName).join(", ")})`;
    const clause = `ALTER COLUMN ${quotedName(input.column_name)} SET MASK ${sql}${using}`;
    return await changePolicy(context, {
      ...input,
      clause,
      after: callText(shown, [input.column_name, ...using_columns]),
    });
  },
  text: (output) => fieldText(fieldLines(output)),
});
