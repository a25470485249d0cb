// Monitors of tables (data profiling): what is told of them. https://docs.databricks.com/api/workspace/qualitymonitors
import * as z from "zod";
import type { JsonObject } from "../../platform/json.ts";
import { object, requiredId, text, texts, timeMs } from "../../workspace/fields.ts";
import { isoTime } from "../fields.ts";
import { tableParts } from "./names.ts";

export const monitorSpellings = { table_name: "table", full_name: "table" };

export const monitorOutput = z.object({
  table: z.string(),
  status: z.string(),
  kind: z.string().optional(),
  schedule: z.string().optional(),
  output_schema: z.string().optional(),
  profile_table: z.string().optional(),
  drift_table: z.string().optional(),
  assets_dir: z.string().optional(),
  dashboard_id: z.string().optional(),
  failure: z.string().optional(),
  hint: z.string().optional(),
});

export function monitorView(table: string, wire: JsonObject) {
  const schedule = object(wire, "schedule");
  return {
    table: tableParts(table).join("."),
    status: (text(wire, "status") ?? "unknown").replace(/^MONITOR_STATUS_/, ""),
    kind: kindOf(wire),
    schedule:
      schedule === undefined
        ? undefined
        : [text(schedule, "quartz_cron_expression"), text(schedule, "timezone_id"), text(schedule, "pause_status")]
            .filter((part) => part !== undefined)
            .join(", "),
    output_schema: text(wire, "output_schema_name"),
    profile_table: text(wire, "profile_metrics_table_name"),
    drift_table: text(wire, "drift_metrics_table_name"),
    assets_dir: text(wire, "assets_dir"),
    dashboard_id: text(wire, "dashboard_id"),
    failure: text(wire, "latest_monitor_failure_msg"),
  };
}

function kindOf(wire: JsonObject): string | undefined {
  const series = object(wire, "time_series");
  if (series !== undefined)
    return `time series by ${text(series, "timestamp_col")}, ${texts(series, "granularities").join(", ")}`;
  const log = object(wire, "inference_log");
  if (log !== undefined)
    return `inference log by ${text(log, "timestamp_col")}, ${texts(log, "granularities").join(", ")}`;
  return object(wire, "snapshot") === undefined ? undefined : "snapshot";
}

export function refreshView(wire: JsonObject) {
  return {
    refresh_id: requiredId(wire, "refresh_id"),
    state: text(wire, "state") ?? "UNKNOWN",
    trigger: text(wire, "trigger"),
    started: isoTime(timeMs(wire, "start_time_ms")),
    ended: isoTime(timeMs(wire, "end_time_ms")),
    message: text(wire, "message"),
  };
}
