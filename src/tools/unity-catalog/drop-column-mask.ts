// drop_column_mask: every reader of the column sees its values again.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { question } from "../question.ts";
import { fieldLines, fieldText } from "../text.ts";
import { quotedName } from "./names.ts";
import { changePolicy, policyInput, policyOutput, policySpellings, policyTargets } from "./policies.ts";

export const dropColumnMask = defineTool({
  name: "drop_column_mask",
  toolset: "catalog",
  effect: "destructive",
  title: "Take a column's mask away",
  description: "Takes the mask from a column: all who may read the table then see its values.",
  input: z.strictObject({ ...policyInput, column_name: z.string().min(1, "must not be empty") }),
  output: policyOutput,
  spellings: policySpellings,
  confirm: ({ table, column_name }) =>
    question`Take the mask from the column ${column_name} of ${table}, so that every reader sees its values?`,
  targets: policyTargets,
  run: (context, input) =>
    changePolicy(context, {
      ...input,
      clause: `ALTER COLUMN ${quotedName(input.column_name)} DROP MASK`,
      after: undefined,
    }),
  text: (output) => fieldText(fieldLines(output)),
});
