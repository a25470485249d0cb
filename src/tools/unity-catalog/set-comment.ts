// set_comment: the comment of an object or of a column. Tables and columns have theirs in SQL alone.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { asksNobody } from "../question.ts";
import { warehouseIdInput } from "../sql/fields.ts";
import { fieldLines, fieldText } from "../text.ts";
import { quotedPath, quotedText, tableParts } from "./names.ts";
import { changeFields, runChange } from "./run-change.ts";
import { securablePath } from "./securables.ts";
import { alterOf, tagPlaceInput, tagTargets } from "./tag-place.ts";
import { changeUnity } from "./unity-api.ts";

export const setComment = defineTool({
  name: "set_comment",
  toolset: "catalog",
  effect: "destructive",
  idempotent: true,
  title: "Write a comment",
  description: "Writes the comment of a catalog, schema, table, view, volume or column, over the one that is there.",
  input: z.strictObject({
    ...tagPlaceInput,
    comment: z.string().describe("Empty takes it away"),
    warehouse_id: warehouseIdInput,
  }),
  output: z.object({
    full_name: z.string(),
    column_name: z.string().optional(),
    comment: z.string(),
    ...changeFields,
    sql: z.string().optional(),
  }),
  spellings: { object_type: "securable_type", comment_text: "comment" },
  confirm: asksNobody,
  targets: tagTargets,
  run: async (context, { comment, warehouse_id, ...place }) => {
    const { securable_type: type, full_name, column_name } = place;
    const told = { full_name, column_name, comment };
    if (type !== "table" && type !== "view") {
      // Refuses a column of what has none.
      alterOf(place);
      await changeUnity(context, {
        method: "PATCH",
        path: securablePath(type, full_name),
        body: { comment },
        idempotent: true,
      });
      return { ...told, state: "SUCCEEDED" };
    }
    const parts = tableParts(full_name);
    const on =
      column_name === undefined ? `TABLE ${quotedPath(parts)}` : `COLUMN ${quotedPath([...parts, column_name])}`;
    const sql = `COMMENT ON ${on} IS ${comment === "" ? "NULL" : quotedText(comment)}`;
    return { ...told, ...(await runChange(context, { sql, warehouseId: warehouse_id })) };
  },
  text: (output) => fieldText(fieldLines(output)),
});
