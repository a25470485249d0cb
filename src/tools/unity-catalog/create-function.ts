// create_function: a function of SQL, such as row filters and column masks are made of.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { question } from "../question.ts";
import { warehouseIdInput } from "../sql/fields.ts";
import { fieldLines, fieldText } from "../text.ts";
import { dataType, fragment } from "./fragments.ts";
import { quotedName, quotedText } from "./names.ts";
import { functionInput, functionName } from "./policies.ts";
import { changeFields, runChange } from "./run-change.ts";
import { securableTargets } from "./securables.ts";

export const createFunction = defineTool({
  name: "create_function",
  toolset: "catalog",
  effect: "destructive",
  title: "Create a function",
  description: "Creates a SQL function, such as a row filter or column mask calls.",
  input: z.strictObject({
    function: functionInput,
    parameters: z.array(z.strictObject({ name: z.string().min(1), type: z.string().min(1) })).default([]),
    returns: z.string().min(1).describe("Data type"),
    body: z.string().min(1).describe("Expression or query: is_account_group_member('hr') OR region = 'EU'"),
    comment: z.string().optional(),
    replace: z.boolean().default(false),
    warehouse_id: warehouseIdInput,
  }),
  output: z.object({ function: z.string(), ...changeFields }),
  spellings: {
    function_name: "function",
    return_type: "returns",
    function_body: "body",
    function_comment: "comment",
    or_replace: "replace",
  },
  confirm: ({ function: name, replace }) =>
    replace ? question`Put the new function in the place of ${name}, where it exists?` : undefined,
  targets: ({ function: name }) => securableTargets("function", name),
  run: async (context, { function: name, parameters, returns, body, comment, replace, warehouse_id }) => {
    const { sql: quoted, shown } = functionName(name);
    const takes = parameters.map((one) => `${quotedName(one.name)} ${dataType(one.type)}`).join(", ");
    const sql = [
      `CREATE ${replace ? "OR REPLACE " : ""}FUNCTION ${quoted}(${takes}) RETURNS ${dataType(returns)}`,
      ...(comment === undefined ? [] : [`COMMENT ${quotedText(comment)}`]),
      `RETURN ${fragment(body.replace(/^\s*return\b/i, ""), "body")}`,
    ].join(" ");
    return { function: shown, ...(await runChange(context, { sql, warehouseId: warehouse_id })) };
  },
  text: (output) => fieldText(fieldLines(output)),
});
