// create_connection: how another database is reached, for foreign catalogs and for queries on it.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool } from "../define.ts";
import { warehouseIdInput } from "../sql/fields.ts";
import { nowhere } from "../targets.ts";
import { optionsInput, optionsSql, secretOptionsInput } from "./connection-options.ts";
import { quotedName, quotedText } from "./names.ts";
import { runChange } from "./run-change.ts";
import { securableOutput, securableText, securableView } from "./securable-view.ts";
import { collectionPath, securablePath } from "./securables.ts";
import { changeUnity, getUnity } from "./unity-api.ts";

export const createConnection = defineTool({
  name: "create_connection",
  toolset: "catalog",
  effect: "write",
  title: "Create a connection",
  description: "Creates a connection to another system. Passwords come from secrets: secret_options.",
  input: z.strictObject({
    name: z.string().min(1, "must not be empty"),
    connection_type: z
      .string()
      .min(1, "must not be empty")
      .describe("POSTGRESQL, MYSQL, SNOWFLAKE, SQLSERVER, HTTP ..."),
    options: optionsInput,
    secret_options: secretOptionsInput,
    comment: z.string().optional(),
    warehouse_id: warehouseIdInput,
  }),
  output: securableOutput,
  targets: nowhere,
  run: async (context, { name, connection_type, options, secret_options, comment, warehouse_id }) => {
    const type = connection_type.trim().toUpperCase();
    if (!/^[A-Z][A-Z0-9_]*$/.test(type)) {
      throw new MortarError("invalid_input", "connection_type is a word", { hint: "POSTGRESQL, MYSQL, SNOWFLAKE ..." });
    }
    if (secret_options === undefined) {
      const body = { name, connection_type: type, options, comment };
      const path = collectionPath("connection");
      return securableView("connection", await changeUnity(context, { method: "POST", path, body }));
    }
    const remark = comment === undefined ? "" : ` COMMENT ${quotedText(comment)}`;
    const sql = `CREATE CONNECTION ${quotedName(name)} TYPE ${type} OPTIONS ${optionsSql(options, secret_options)}${remark}`;
    const { hint } = await runChange(context, { sql, warehouseId: warehouse_id });
    if (hint !== undefined) return { securable_type: "connection", full_name: name, hint };
    return securableView("connection", await getUnity(context, securablePath("connection", name)));
  },
  text: securableText,
});
