// alter_metric_view: another definition under the same name, which keeps its grants.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { question } from "../question.ts";
import { warehouseIdInput } from "../sql/fields.ts";
import { securable } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { definitionInput, metricViewInput, quotedDefinition } from "./metric-definition.ts";
import { quotedPath, tableParts } from "./names.ts";
import { changeFields, runChange } from "./run-change.ts";

export const alterMetricView = defineTool({
  name: "alter_metric_view",
  toolset: "catalog",
  effect: "destructive",
  idempotent: true,
  title: "Define a metric view anew",
  description: "Replaces the whole definition of a metric view; get_metric_view shows the present one.",
  input: z.strictObject({ metric_view: metricViewInput, ...definitionInput, warehouse_id: warehouseIdInput }),
  output: z.object({ metric_view: z.string(), ...changeFields }),
  spellings: { full_name: "metric_view", name: "metric_view", filter_expr: "filter" },
  confirm: ({ metric_view }) => question`Replace the definition of the metric view ${metric_view}?`,
  targets: ({ metric_view }) => [securable(...tableParts(metric_view))],
  run: async (context, { metric_view, warehouse_id, ...definition }) => {
    const parts = tableParts(metric_view);
    const sql = `ALTER VIEW ${quotedPath(parts)} AS ${await quotedDefinition(definition)}`;
    return { metric_view: parts.join("."), ...(await runChange(context, { sql, warehouseId: warehouse_id })) };
  },
  text: (output) => fieldText(fieldLines(output)),
});
