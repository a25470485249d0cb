// get_metric_view: the definition of a metric view, and its columns.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { isObject, parseJson, type JsonObject } from "../../platform/json.ts";
import { object, objects, text } from "../../workspace/fields.ts";
import { defineTool } from "../define.ts";
import { tableFields, tableOf } from "../fields.ts";
import { cutText } from "../limits.ts";
import { readValue } from "./read-value.ts";
import { fieldLines, fieldText, tableLines } from "../text.ts";
import { warehouseIdInput } from "../sql/fields.ts";
import { metricViewInput } from "./metric-definition.ts";
import { quotedPath, tableParts } from "./names.ts";

export const getMetricView = defineTool({
  name: "get_metric_view",
  toolset: "catalog",
  effect: "read",
  title: "Describe a metric view",
  description: "Tells a metric view's dimensions, measures and definition.",
  input: z.strictObject({ metric_view: metricViewInput, warehouse_id: warehouseIdInput }),
  output: z.object({
    metric_view: z.string(),
    type: z.string().optional(),
    owner: z.string().optional(),
    comment: z.string().optional(),
    definition: z.string().optional(),
    ...tableFields,
    truncated: z.boolean(),
  }),
  spellings: { full_name: "metric_view", name: "metric_view" },
  run: async (context, { metric_view, warehouse_id }) => {
    const parts = tableParts(metric_view);
    const sql = `DESCRIBE TABLE EXTENDED ${quotedPath(parts)} AS JSON`;
    const wire = objectOf(await readValue(context, sql, warehouse_id));
    const definition = cutText(text(wire, "view_text") ?? "", context.limits.cellChars);
    return {
      metric_view: parts.join("."),
      type: text(wire, "type"),
      owner: text(wire, "owner"),
      comment: text(wire, "comment"),
      definition: definition.text === "" ? undefined : definition.text,
      ...tableOf(objects(wire, "columns"), {
        column: (one) => text(one, "name"),
        kind: (one) => kindOf(one),
        type: (one) => text(object(one, "type") ?? {}, "name"),
        comment: (one) => text(one, "comment"),
      }),
      truncated: definition.truncated,
    };
  },
  text: ({ columns, rows, ...rest }) => fieldText(fieldLines(rest), tableLines(columns, rows)),
});

/** Newer workspaces say so beside the column, others in its metadata. */
function kindOf(column: JsonObject): string | undefined {
  const told = text(object(column, "metadata") ?? {}, "metric_view.type");
  if (told !== undefined) return told;
  const { is_measure: isMeasure } = column;
  if (typeof isMeasure !== "boolean") return undefined;
  return isMeasure ? "measure" : "dimension";
}

function objectOf(json: string): JsonObject {
  const value = parseJson(json);
  if (isObject(value)) return value as JsonObject;
  throw new MortarError("bad_response", "The warehouse describes the view in a form that is not known", {
    hint: "`get_table` shows its columns.",
  });
}
