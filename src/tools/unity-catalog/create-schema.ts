// create_schema: an empty schema.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { pathTarget, securable } from "../targets.ts";
import { nameParts } from "./names.ts";
import { securableOutput, securableText, securableView } from "./securable-view.ts";
import { collectionPath } from "./securables.ts";
import { changeUnity } from "./unity-api.ts";

export const createSchema = defineTool({
  name: "create_schema",
  toolset: "catalog",
  effect: "write",
  title: "Create a schema",
  description: "Creates an empty schema in a catalog.",
  input: z.strictObject({
    catalog: z.string().min(1, "must not be empty"),
    schema: z.string().min(1, "must not be empty"),
    comment: z.string().optional(),
    storage_root: z.string().optional().describe("Where managed data lies; else the catalog's place"),
    properties: z.record(z.string(), z.string()).optional(),
  }),
  output: securableOutput,
  targets: ({ catalog, schema, storage_root: place }) => [
    securable(...nameParts(catalog, 1, "catalog"), ...nameParts(schema, 1, "schema")),
    ...(place === undefined ? [] : [pathTarget(place)]),
  ],
  spellings: { catalog_name: "catalog", schema_name: "schema", name: "schema" },
  run: async (context, { catalog, schema, ...more }) => {
    const body = {
      catalog_name: nameParts(catalog, 1, "catalog").join(""),
      name: nameParts(schema, 1, "schema").join(""),
      ...more,
    };
    return securableView(
      "schema",
      await changeUnity(context, { method: "POST", path: collectionPath("schema"), body }),
    );
  },
  text: securableText,
});
