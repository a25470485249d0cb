// list_tables: tables and views of a schema.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { isoTime } from "../fields.ts";
import { listInput, listOutput, listPage, listText } from "../name-list.ts";
import { catalogInput } from "./names.ts";

export const listTables = defineTool({
  name: "list_tables",
  toolset: "catalog",
  effect: "read",
  title: "List tables",
  description: "Lists the tables and views of a schema.",
  input: z.strictObject({ catalog: catalogInput, schema: z.string().min(1, "must not be empty"), ...listInput }),
  output: listOutput,
  spellings: { catalog_name: "catalog", schema_name: "schema" },
  run: async ({ workspace, signal, limits }, input) =>
    listPage(await workspace.unityCatalog.tables(input.catalog, input.schema, { signal, namesOnly: true }), input, {
      fields: {
        table: (one) => one.fullName,
        type: (one) => one.tableType,
        format: (one) => one.dataSourceFormat,
        owner: (one) => one.owner,
        updated: (one) => isoTime(one.updatedAtMs),
        comment: (one) => one.comment,
      },
      textChars: limits.textChars,
      nothing: "No table matches that you can see.",
    }),
  text: listText,
});
