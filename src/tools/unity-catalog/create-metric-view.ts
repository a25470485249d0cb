// create_metric_view: measures and dimensions over a table, defined once.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { question } from "../question.ts";
import { warehouseIdInput } from "../sql/fields.ts";
import { securable } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { definitionInput, definitionSpellings, metricViewInput, quotedDefinition } from "./metric-definition.ts";
import { quotedPath, tableParts } from "./names.ts";
import { changeFields, runChange } from "./run-change.ts";

export const createMetricView = defineTool({
  name: "create_metric_view",
  toolset: "catalog",
  effect: "destructive",
  title: "Create a metric view",
  description: "Creates a metric view: measures and dimensions over a table, asked for by query_metric_view.",
  input: z.strictObject({
    metric_view: metricViewInput,
    ...definitionInput,
    replace: z.boolean().default(false),
    warehouse_id: warehouseIdInput,
  }),
  output: z.object({ metric_view: z.string(), ...changeFields }),
  spellings: definitionSpellings,
  confirm: ({ metric_view, replace }) =>
    replace ? question`Put the new metric view in the place of ${metric_view}, where it exists?` : undefined,
  targets: ({ metric_view }) => [securable(...tableParts(metric_view))],
  run: async (context, { metric_view, replace, warehouse_id, ...definition }) => {
    const parts = tableParts(metric_view);
    const start = `CREATE ${replace ? "OR REPLACE " : ""}VIEW ${quotedPath(parts)} WITH METRICS LANGUAGE YAML AS`;
    const sql = `${start} ${await quotedDefinition(definition)}`;
    return { metric_view: parts.join("."), ...(await runChange(context, { sql, warehouseId: warehouse_id })) };
  },
  text: (output) => fieldText(fieldLines(output)),
});
