// list_catalogs: the catalogs that the user can see.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { listInput, listOutput, listPage, listText } from "../name-list.ts";

export const listCatalogs = defineTool({
  name: "list_catalogs",
  toolset: "catalog",
  effect: "read",
  title: "List catalogs",
  description: "Lists the catalogs of Unity Catalog that you can see.",
  input: z.strictObject(listInput),
  output: listOutput,
  run: async ({ workspace, signal, limits }, input) =>
    listPage(await workspace.unityCatalog.catalogs({ signal }), input, {
      fields: {
        catalog: (one) => one.name,
        type: (one) => one.catalogType,
        owner: (one) => one.owner,
        comment: (one) => one.comment,
      },
      textChars: limits.textChars,
      nothing: "No catalog matches that you can see.",
    }),
  text: listText,
});
