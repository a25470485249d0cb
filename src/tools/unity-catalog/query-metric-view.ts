// query_metric_view: measures by dimensions, grouped as the view's definition wants it.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool } from "../define.ts";
import { waitSecondsInput } from "../fields.ts";
import { waitMs } from "../waiting.ts";
import { maxRowsInput, outcome, outcomeFailed, outcomeOf, outcomeText, warehouseIdInput } from "../sql/fields.ts";
import { oneStatement } from "../sql/one-statement.ts";
import { runStatement } from "../sql/statement-run.ts";
import { safeEffectOf } from "../sql/text/effect.ts";
import { chooseWarehouse } from "../sql/warehouse-choice.ts";
import { fragment } from "./fragments.ts";
import { metricViewInput } from "./metric-definition.ts";
import { quotedName, quotedPath, tableParts } from "./names.ts";

export const queryMetricView = defineTool({
  name: "query_metric_view",
  toolset: "catalog",
  effect: "read",
  title: "Query a metric view",
  description: "Returns measures of a metric view by dimensions.",
  input: z.strictObject({
    metric_view: metricViewInput,
    measures: z.array(z.string().min(1)).default([]),
    dimensions: z.array(z.string().min(1)).default([]),
    where: z.string().optional().describe("Condition on dimensions"),
    order_by: z.string().optional().describe("`Order month` DESC"),
    max_rows: maxRowsInput,
    warehouse_id: warehouseIdInput,
    wait_seconds: waitSecondsInput(50),
  }),
  output: outcome,
  spellings: {
    full_name: "metric_view",
    name: "metric_view",
    query_measures: "measures",
    query_dimensions: "dimensions",
    limit: "max_rows",
  },
  run: async (context, input) => {
    const { text: sql, tokens } = oneStatement(querySql(input));
    // What a caller wrote into a condition could call a function that does more than read.
    const { effect, why } = safeEffectOf(sql, tokens);
    if (effect !== "read")
      throw new MortarError("read_only", `It would do more than read: ${why}`, { hint: "Nothing was run." });
    const warehouse = await chooseWarehouse(context, input.warehouse_id);
    const ended = await runStatement(context, { statement: sql, warehouseId: warehouse.id }, waitMs(input, context));
    return await outcomeOf(context, ended, { warehouse, page: { offset: 0, maxRows: input.max_rows } });
  },
  text: outcomeText,
  failed: outcomeFailed,
});

interface MetricQuery {
  readonly metric_view: string;
  readonly measures: readonly string[];
  readonly dimensions: readonly string[];
  readonly where?: string | undefined;
  readonly order_by?: string | undefined;
  readonly max_rows: number;
}

/** Throws `invalid_input` where nothing is asked for, and for a condition that is none. */
function querySql({ metric_view, measures, dimensions, where, order_by, max_rows }: MetricQuery): string {
  const items = [
    ...dimensions.map(quotedName),
    ...measures.map((one) => `MEASURE(${quotedName(one)}) AS ${quotedName(one)}`),
  ];
  if (items.length === 0) {
    throw new MortarError("invalid_input", "Neither measures nor dimensions are asked for", {
      hint: "`get_metric_view` shows them.",
    });
  }
  return [
    `SELECT ${items.join(", ")} FROM ${quotedPath(tableParts(metric_view))}`,
    ...(where === undefined ? [] : [`WHERE (${fragment(where, "where")})`]),
    ...(dimensions.length === 0 ? [] : ["GROUP BY ALL"]),
    ...(order_by === undefined ? [] : [`ORDER BY ${fragment(order_by, "order_by")}`]),
    `LIMIT ${max_rows + 1}`,
  ].join(" ");
}
