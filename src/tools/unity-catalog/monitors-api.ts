// Monitors over whichever API the workspace has: the older one, by the table's name, and the one that takes its place, by the
// table's id. Answers are in the form of the older one. https://docs.databricks.com/api/workspace/dataquality
import { MortarError } from "../../platform/errors.ts";
import { isObject, type Json, type JsonObject } from "../../platform/json.ts";
import { object, objects, requiredText, text, texts } from "../../workspace/fields.ts";
import { collect, pagesOf } from "../../workspace/pages.ts";
import { segment } from "../../workspace/query.ts";
import type { ToolContext } from "../define.ts";
import { tableParts } from "./names.ts";
import { changeUnity, getUnity, unityPath } from "./unity-api.ts";

type Operation =
  { readonly is: "get" | "delete" | "refresh" | "refreshes" } | { readonly is: "create"; readonly body: JsonObject };

/** Throws `invalid_input` for a name that is not whole, and what the workspace says. */
export async function onMonitor(context: ToolContext, table: string, operation: Operation): Promise<JsonObject> {
  const name = tableParts(table).join(".");
  try {
    return await older(context, `${unityPath("tables", name)}/monitor`, operation);
  } catch (thrown) {
    // Nothing else is meant by this code: the workspace has no such API any more.
    if (!(thrown instanceof MortarError) || thrown.workspaceCode !== "ENDPOINT_NOT_FOUND") throw thrown;
    return await newer(context, name, operation);
  }
}

async function older(context: ToolContext, path: `/${string}`, operation: Operation): Promise<JsonObject> {
  switch (operation.is) {
    case "get":
      return await getUnity(context, path);
    case "refreshes":
      return await getUnity(context, `${path}/refreshes`);
    case "create":
      return await changeUnity(context, { method: "POST", path, body: operation.body });
    case "refresh":
      return await changeUnity(context, { method: "POST", path: `${path}/refreshes` });
    case "delete":
      return await changeUnity(context, { method: "DELETE", path });
  }
}

const base = "/api/data-quality/v1/monitors";

async function newer(context: ToolContext, table: string, operation: Operation): Promise<JsonObject> {
  const known = await getUnity(context, unityPath("tables", table));
  const place = { object_type: "table", object_id: requiredText(known, "table_id") };
  const path: `/${string}` = `${base}/table/${segment(place.object_id, "table id")}`;
  switch (operation.is) {
    case "get":
      return olderMonitor(await getUnity(context, path));
    case "refreshes":
      return { refreshes: await newerRefreshes(context, `${path}/refreshes`) };
    case "create": {
      const body = { ...place, data_profiling_config: await newerBody(context, operation.body) };
      return olderMonitor(await changeUnity(context, { method: "POST", path: base, body }));
    }
    case "refresh":
      return olderRefresh(await changeUnity(context, { method: "POST", path: `${path}/refreshes`, body: place }));
    case "delete":
      return await changeUnity(context, { method: "DELETE", path });
  }
}

async function newerRefreshes({ workspace, signal }: ToolContext, path: `/${string}`): Promise<JsonObject[]> {
  const pages = pagesOf(workspace.client, (token) => ({ method: "GET", path, query: { page_token: token }, signal }));
  const { items } = await collect(pages, (page) => objects(page, "refreshes"));
  return items.map(olderRefresh);
}

async function newerBody(context: ToolContext, body: JsonObject): Promise<JsonObject> {
  const { output_schema_name, time_series, inference_log, schedule, ...others } = body;
  const schema = await getUnity(context, unityPath("schemas", String(output_schema_name)));
  const log = isObject(inference_log) ? (inference_log as JsonObject) : undefined;
  return {
    ...others,
    output_schema_id: requiredText(schema, "schema_id"),
    ...(isObject(time_series) ? { time_series: newerTimes(time_series as JsonObject) } : {}),
    ...(isObject(schedule) ? { schedule } : {}),
    ...(log === undefined
      ? {}
      : {
          inference_log: {
            ...newerTimes(log),
            prediction_column: log["prediction_col"] ?? null,
            model_id_column: log["model_id_col"] ?? null,
            problem_type: `INFERENCE_${String(log["problem_type"])}`,
            ...(log["label_col"] === undefined ? {} : { label_column: log["label_col"] }),
          },
        }),
  };
}

const granularity = "AGGREGATION_GRANULARITY_";

function newerTimes(times: JsonObject): JsonObject {
  const words = texts(times, "granularities").map((word) => word.trim().toUpperCase().replace(/\s+/g, "_"));
  return {
    timestamp_column: times["timestamp_col"] ?? null,
    granularities: words.map((word) => `${granularity}${word}`),
  };
}

function olderMonitor(wire: JsonObject): JsonObject {
  const config = object(wire, "data_profiling_config") ?? {};
  const { time_series, inference_log, schedule, status, ...others } = config;
  const profile = text(config, "profile_metrics_table_name");
  return {
    ...others,
    status: plain(status, "DATA_PROFILING_STATUS_"),
    table_name: text(config, "monitored_table_name") ?? null,
    // The schema is told by its id alone; its tables are told by their names.
    output_schema_name: profile?.split(".").slice(0, -1).join(".") ?? null,
    latest_monitor_failure_msg: text(config, "latest_monitor_failure_message") ?? null,
    ...(isObject(time_series) ? { time_series: olderTimes(time_series as JsonObject) } : {}),
    ...(isObject(inference_log) ? { inference_log: olderTimes(inference_log as JsonObject) } : {}),
    ...(isObject(schedule) ? { schedule: olderSchedule(schedule as JsonObject) } : {}),
  };
}

function olderTimes(times: JsonObject): JsonObject {
  const words = texts(times, "granularities").map((word) =>
    word.replace(granularity, "").replaceAll("_", " ").toLowerCase(),
  );
  return { timestamp_col: text(times, "timestamp_column") ?? null, granularities: words };
}

function olderSchedule(schedule: JsonObject): JsonObject {
  return { ...schedule, pause_status: plain(schedule["pause_status"], "CRON_SCHEDULE_PAUSE_STATUS_") };
}

function olderRefresh(wire: JsonObject): JsonObject {
  return {
    ...wire,
    state: plain(wire["state"], "MONITOR_REFRESH_STATE_"),
    trigger: plain(wire["trigger"], "MONITOR_REFRESH_TRIGGER_"),
  };
}

function plain(word: Json | undefined, prefix: string): Json {
  return typeof word === "string" ? word.replace(prefix, "") : null;
}
