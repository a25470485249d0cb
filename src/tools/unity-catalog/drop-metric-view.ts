// drop_metric_view: the view alone; the data under it stays.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { question } from "../question.ts";
import { warehouseIdInput } from "../sql/fields.ts";
import { securable } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { metricViewInput } from "./metric-definition.ts";
import { quotedPath, tableParts } from "./names.ts";
import { changeFields, runChange } from "./run-change.ts";

export const dropMetricView = defineTool({
  name: "drop_metric_view",
  toolset: "catalog",
  effect: "destructive",
  title: "Drop a metric view",
  description: "Deletes a metric view; the data under it stays.",
  input: z.strictObject({ metric_view: metricViewInput, warehouse_id: warehouseIdInput }),
  output: z.object({ metric_view: z.string(), ...changeFields }),
  spellings: { full_name: "metric_view", name: "metric_view" },
  confirm: ({ metric_view }) => question`Delete the view ${metric_view}?`,
  targets: ({ metric_view }) => [securable(...tableParts(metric_view))],
  run: async (context, { metric_view, warehouse_id }) => {
    const parts = tableParts(metric_view);
    const sql = `DROP VIEW ${quotedPath(parts)}`;
    return { metric_view: parts.join("."), ...(await runChange(context, { sql, warehouseId: warehouse_id })) };
  },
  text: (output) => fieldText(fieldLines(output)),
});
