// unset_tags: takes tags away from an object or a column.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { question } from "../question.ts";
import { warehouseIdInput } from "../sql/fields.ts";
import { fieldLines, fieldText } from "../text.ts";
import { quotedText } from "./names.ts";
import { changeFields, runChange } from "./run-change.ts";
import { alterOf, tagPlaceInput, tagTargets } from "./tag-place.ts";

export const unsetTags = defineTool({
  name: "unset_tags",
  toolset: "catalog",
  effect: "destructive",
  idempotent: true,
  title: "Take tags away",
  description: "Takes tags away from a catalog, schema, table, view, volume or column.",
  input: z.strictObject({
    ...tagPlaceInput,
    tag_names: z.array(z.string().min(1)).min(1, "must not be empty"),
    warehouse_id: warehouseIdInput,
  }),
  output: z.object({ full_name: z.string(), column_name: z.string().optional(), ...changeFields }),
  spellings: { object_type: "securable_type" },
  confirm: ({ full_name, column_name, tag_names }) =>
    column_name === undefined
      ? question`Take the tags ${tag_names} from ${full_name}?`
      : question`Take the tags ${tag_names} from the column ${column_name} of ${full_name}?`,
  targets: tagTargets,
  run: async (context, { tag_names, warehouse_id, ...place }) => {
    const sql = `${alterOf(place)} UNSET TAGS (${tag_names.map(quotedText).join(", ")})`;
    const { full_name, column_name } = place;
    return { full_name, column_name, ...(await runChange(context, { sql, warehouseId: warehouse_id })) };
  },
  text: (output) => fieldText(fieldLines(output)),
});
