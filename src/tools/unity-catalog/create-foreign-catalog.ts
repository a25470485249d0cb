// create_foreign_catalog: another system's database, shown as a catalog.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { catalogInput, nameParts } from "./names.ts";
import { securableOutput, securableText, securableView } from "./securable-view.ts";
import { collectionPath, securableTargets } from "./securables.ts";
import { changeUnity } from "./unity-api.ts";

export const createForeignCatalog = defineTool({
  name: "create_foreign_catalog",
  toolset: "catalog",
  effect: "write",
  title: "Create a foreign catalog",
  description: "Creates a catalog that shows a database of another system, over a connection.",
  input: z.strictObject({
    catalog: catalogInput,
    connection: z.string().min(1, "must not be empty"),
    options: z.record(z.string(), z.string()).optional().describe('{"database": "sales"}, for most systems'),
    comment: z.string().optional(),
  }),
  output: securableOutput,
  spellings: { catalog_name: "catalog", connection_name: "connection", catalog_options: "options" },
  targets: ({ catalog }) => securableTargets("catalog", catalog),
  run: async (context, { catalog, connection, options, comment }) => {
    const body = { name: nameParts(catalog, 1, "catalog").join(""), connection_name: connection, options, comment };
    return securableView(
      "catalog",
      await changeUnity(context, { method: "POST", path: collectionPath("catalog"), body }),
    );
  },
  text: securableText,
});
