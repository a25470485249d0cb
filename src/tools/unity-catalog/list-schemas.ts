// list_schemas: the schemas of a catalog.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { catalogInput } from "./names.ts";
import { listInput, listOutput, listPage, listText } from "../name-list.ts";

export const listSchemas = defineTool({
  name: "list_schemas",
  toolset: "catalog",
  effect: "read",
  title: "List schemas",
  description: "Lists the schemas of a catalog.",
  input: z.strictObject({ catalog: catalogInput, ...listInput }),
  output: listOutput,
  spellings: { catalog_name: "catalog" },
  run: async ({ workspace, signal, limits }, input) =>
    listPage(await workspace.unityCatalog.schemas(input.catalog, { signal }), input, {
      fields: { schema: (one) => one.fullName, owner: (one) => one.owner, comment: (one) => one.comment },
      textChars: limits.textChars,
      nothing: "No schema matches that you can see.",
    }),
  text: listText,
});
