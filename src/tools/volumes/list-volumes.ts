// list_volumes: the volumes of a schema.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { isoTime } from "../fields.ts";
import { listInput, listOutput, listPage, listText } from "../name-list.ts";
import { catalogInput } from "../unity-catalog/names.ts";

export const listVolumes = defineTool({
  name: "list_volumes",
  toolset: "volumes",
  effect: "read",
  title: "List volumes",
  description: "Lists the volumes of a schema: folders of files in Unity Catalog.",
  input: z.strictObject({ catalog: catalogInput, schema: z.string().min(1, "must not be empty"), ...listInput }),
  output: listOutput,
  spellings: { catalog_name: "catalog", schema_name: "schema" },
  run: async ({ workspace, signal, limits }, input) =>
    listPage(await workspace.volumes.list(input.catalog, input.schema, { signal }), input, {
      fields: {
        volume_path: (one) => `/Volumes/${one.catalogName}/${one.schemaName}/${one.name}`,
        type: (one) => one.volumeType,
        owner: (one) => one.owner,
        updated: (one) => isoTime(one.updatedAtMs),
        comment: (one) => one.comment,
        storage_location: (one) => one.storageLocation,
      },
      textChars: limits.textChars,
      nothing: "No volume matches that you can see. CREATE VOLUME catalog.schema.name makes one.",
    }),
  text: listText,
});
