// create_monitor: watches a table's data: a snapshot, a time series, or what a model answered.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import type { JsonObject } from "../../platform/json.ts";
import { defineTool, type ToolContext } from "../define.ts";
import { securable, workspacePathTarget } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { onMonitor } from "./monitors-api.ts";
import { monitorOutput, monitorSpellings, monitorView } from "./monitors.ts";
import { nameParts, tableInput, tableParts } from "./names.ts";

export const createMonitor = defineTool({
  name: "create_monitor",
  toolset: "catalog",
  effect: "write",
  title: "Create a monitor",
  description:
    "Watches a table's data and writes profile and drift tables: a snapshot each time, or by a timestamp column, or of a model's answers.",
  input: z.strictObject({
    table: tableInput,
    output_schema: z.string().min(1, "must not be empty").describe("catalog.schema for the tables that it writes"),
    timestamp_column: z.string().min(1).optional().describe("Without it a snapshot"),
    granularities: z.array(z.string()).default(["1 day"]).describe("5 minutes, 1 hour, 1 day, 1 week"),
    model: z
      .strictObject({
        problem_type: z.enum(["PROBLEM_TYPE_CLASSIFICATION", "PROBLEM_TYPE_REGRESSION"]),
        prediction_column: z.string(),
        model_column: z.string(),
        label_column: z.string().optional(),
      })
      .optional()
      .describe("Of a table of answers"),
    schedule_cron: z.string().optional().describe("Quartz: 0 0 12 * * ?"),
    schedule_timezone: z.string().default("UTC"),
    assets_dir: z.string().optional().describe("Workspace folder for its dashboard"),
    slicing_exprs: z.array(z.string()).optional(),
    baseline_table: z.string().optional(),
  }),
  output: monitorOutput,
  spellings: { ...monitorSpellings, output_schema_name: "output_schema" },
  targets: async ({ output_schema, assets_dir }, context) => [
    securable(...nameParts(output_schema, 2, "catalog.schema")),
    ...(assets_dir === undefined ? [] : [await workspacePathTarget(context, assets_dir)]),
  ],
  run: async (context, input) => {
    const { table, output_schema, schedule_cron: cron, schedule_timezone } = input;
    const body = {
      output_schema_name: nameParts(output_schema, 2, "catalog.schema").join("."),
      assets_dir: input.assets_dir ?? (await usualFolder(context, tableParts(table))),
      ...kindBody(input),
      ...(cron === undefined ? {} : { schedule: { quartz_cron_expression: cron, timezone_id: schedule_timezone } }),
      ...(input.slicing_exprs === undefined ? {} : { slicing_exprs: input.slicing_exprs }),
      ...(input.baseline_table === undefined ? {} : { baseline_table_name: input.baseline_table }),
    };
    const wire = await onMonitor(context, table, { is: "create", body });
    const hint = "`refresh_monitor` looks at the data; `get_monitor` shows when it is ready.";
    return { ...monitorView(table, wire), hint };
  },
  text: (output) => fieldText(fieldLines(output)),
});

interface Kind {
  readonly timestamp_column?: string | undefined;
  readonly granularities: readonly string[];
  readonly model?:
    | {
        readonly problem_type: string;
        readonly prediction_column: string;
        readonly model_column: string;
        readonly label_column?: string | undefined;
      }
    | undefined;
}

function kindBody({ timestamp_column: timestamp, granularities, model }: Kind): JsonObject {
  if (timestamp === undefined && model === undefined) return { snapshot: {} };
  if (timestamp === undefined) {
    throw new MortarError("invalid_input", "A monitor of a model's answers needs a timestamp_column", {
      hint: "Name the column that says when each answer was given.",
    });
  }
  const times = { timestamp_col: timestamp, granularities: [...granularities] };
  if (model === undefined) return { time_series: times };
  const { problem_type, prediction_column, model_column, label_column } = model;
  return {
    inference_log: {
      ...times,
      problem_type,
      prediction_col: prediction_column,
      model_id_col: model_column,
      ...(label_column === undefined ? {} : { label_col: label_column }),
    },
  };
}

/** In the home of the caller, a folder of its own for each table. */
async function usualFolder({ workspace, signal }: ToolContext, table: readonly string[]): Promise<string> {
  const me = await workspace.identity.userName({ signal });
  return `/Workspace/Users/${me}/databricks_lakehouse_monitoring/${table.join("_")}`;
}
