// create_volume: a place for files.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { pathTarget, securable } from "../targets.ts";
import { nameParts } from "./names.ts";
import { securableOutput, securableText, securableView } from "./securable-view.ts";
import { collectionPath } from "./securables.ts";
import { changeUnity } from "./unity-api.ts";

export const createVolume = defineTool({
  name: "create_volume",
  toolset: "catalog",
  effect: "write",
  title: "Create a volume",
  description: "Creates a volume for files: managed, or external where storage_location is given.",
  input: z.strictObject({
    catalog: z.string().min(1, "must not be empty"),
    schema: z.string().min(1, "must not be empty"),
    volume: z.string().min(1, "must not be empty"),
    storage_location: z.string().optional().describe("Below an external location: s3://bucket/x"),
    comment: z.string().optional(),
  }),
  output: securableOutput,
  targets: ({ catalog, schema, volume, storage_location: place }) => [
    securable(...[catalog, schema, volume].flatMap((part) => nameParts(part, 1, "name"))),
    ...(place === undefined ? [] : [pathTarget(place)]),
  ],
  spellings: { catalog_name: "catalog", schema_name: "schema", name: "volume" },
  run: async (context, { catalog, schema, volume, storage_location, comment }) => {
    const body = {
      catalog_name: nameParts(catalog, 1, "catalog").join(""),
      schema_name: nameParts(schema, 1, "schema").join(""),
      name: nameParts(volume, 1, "volume").join(""),
      volume_type: storage_location === undefined ? "MANAGED" : "EXTERNAL",
      storage_location,
      comment,
    };
    const made = await changeUnity(context, { method: "POST", path: collectionPath("volume"), body });
    const hint = `Files go to /Volumes/${body.catalog_name}/${body.schema_name}/${body.name}/; \`upload_to_volume\` writes them.`;
    return { ...securableView("volume", made), hint };
  },
  text: securableText,
});
