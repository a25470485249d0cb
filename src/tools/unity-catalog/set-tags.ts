// set_tags: tags of an object or a column, over those of the same names.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool } from "../define.ts";
import { asksNobody } from "../question.ts";
import { warehouseIdInput } from "../sql/fields.ts";
import { fieldLines, fieldText } from "../text.ts";
import { quotedText } from "./names.ts";
import { changeFields, runChange } from "./run-change.ts";
import { alterOf, tagPlaceInput, tagTargets } from "./tag-place.ts";

export const setTags = defineTool({
  name: "set_tags",
  toolset: "catalog",
  effect: "destructive",
  idempotent: true,
  title: "Set tags",
  description: "Sets tags of a catalog, schema, table, view, volume or column; other tags of it stay.",
  input: z.strictObject({
    ...tagPlaceInput,
    tags: z.record(z.string(), z.string()).describe("Values by name; empty for a tag without a value"),
    warehouse_id: warehouseIdInput,
  }),
  output: z.object({ full_name: z.string(), column_name: z.string().optional(), ...changeFields }),
  spellings: { object_type: "securable_type" },
  confirm: asksNobody,
  targets: tagTargets,
  run: async (context, { tags, warehouse_id, ...place }) => {
    const pairs = Object.entries(tags).map(([name, value]) => `${quotedText(name)} = ${quotedText(value)}`);
    if (pairs.length === 0)
      throw new MortarError("invalid_input", "No tag is given", { hint: 'tags: {"team": "blue"}' });
    const sql = `${alterOf(place)} SET TAGS (${pairs.join(", ")})`;
    const { full_name, column_name } = place;
    return { full_name, column_name, ...(await runChange(context, { sql, warehouseId: warehouse_id })) };
  },
  text: (output) => fieldText(fieldLines(output)),
});
