// Monitors of tables over the newer API, which knows tables and schemas by their ids.
// https://docs.databricks.com/api/workspace/dataquality
import type { JsonObject } from "../../platform/json.ts";
import { requireMay } from "../catalog/grants.ts";
import {
  createMonitor,
  deleteMonitor,
  refreshMonitor,
  requireMonitor,
  requireRefresh,
  type MonitorDocument,
  type Refresh,
} from "../catalog/monitors.ts";
import { findSecurable, type Securable } from "../catalog/securables.ts";
import { invalid, optionalArray, optionalObject, requiredText, wireId } from "../http/fields.ts";
import { ApiFault, type Call, type Handler, type Route } from "../http/route.ts";
import { pageOf, pageSizeOf } from "../paging.ts";
import type { World } from "../world.ts";

const base = "/api/data-quality/v1/monitors";
const one = `${base}/{type}/{id}`;

const create: Handler = async (call, world) => {
  const body = await call.json();
  const table = await tableById(call, world, {
    type: requiredText(body["object_type"], "object_type"),
    id: requiredText(body["object_id"], "object_id"),
  });
  const config = optionalObject(body["data_profiling_config"], "data_profiling_config");
  if (config === undefined) throw invalid("Missing required field: data_profiling_config");
  return monitorView(world, await createMonitor(world, table, await olderBody(world, config)));
};

/** The configuration in the words of the older API. */
async function olderBody(world: World, config: JsonObject): Promise<JsonObject> {
  const schema = await nameOfId(world, "schema", requiredText(config["output_schema_id"], "output_schema_id"));
  const series = optionalObject(config["time_series"], "time_series");
  const log = optionalObject(config["inference_log"], "inference_log");
  const { time_series: _series, inference_log: _log, output_schema_id: _id, ...plain } = config;
  return {
    ...plain,
    output_schema_name: schema,
    ...(series === undefined ? {} : { time_series: timesBody(series) }),
    ...(log === undefined
      ? {}
      : {
          inference_log: {
            ...timesBody(log),
            prediction_col: requiredText(log["prediction_column"], "prediction_column"),
            model_id_col: requiredText(log["model_id_column"], "model_id_column"),
            problem_type: requiredText(log["problem_type"], "problem_type"),
            ...(log["label_column"] === undefined ? {} : { label_col: log["label_column"] }),
          },
        }),
  };
}

const granularity = "AGGREGATION_GRANULARITY_";

function timesBody(given: JsonObject): JsonObject {
  const words = optionalArray(given["granularities"], "granularities") ?? [];
  return {
    timestamp_col: requiredText(given["timestamp_column"], "timestamp_column"),
    granularities: words.map((word) => {
      if (!String(word).startsWith(granularity)) throw invalid(`'${String(word)}' is no granularity.`);
      return String(word).slice(granularity.length).replace("_", " ").toLowerCase();
    }),
  };
}

async function monitorView(world: World, { tableId, fields }: MonitorDocument): Promise<object> {
  const { table_name, status, output_schema_name, time_series, inference_log, schedule, ...others } = fields;
  const schema = await findSecurable(world, "schema", String(output_schema_name));
  return {
    object_type: "table",
    object_id: tableId,
    data_profiling_config: {
      ...others,
      monitored_table_name: table_name,
      output_schema_id: schema.id,
      status: String(status).replace("MONITOR_STATUS", "DATA_PROFILING_STATUS"),
      ...(time_series === undefined ? {} : { time_series: timesView(time_series as JsonObject) }),
      ...(inference_log === undefined ? {} : { inference_log: logView(inference_log as JsonObject) }),
      ...(schedule === undefined ? {} : { schedule: scheduleView(schedule as JsonObject) }),
    },
  };
}

function timesView({ timestamp_col, granularities }: JsonObject): JsonObject {
  const words = Array.isArray(granularities) ? granularities : [];
  return {
    timestamp_column: timestamp_col ?? "",
    granularities: words.map((word) => `${granularity}${String(word).replace(" ", "_").toUpperCase()}`),
  };
}

function logView(log: JsonObject): JsonObject {
  return {
    ...timesView(log),
    prediction_column: log["prediction_col"] ?? "",
    model_id_column: log["model_id_col"] ?? "",
    problem_type: log["problem_type"] ?? "",
    ...(log["label_col"] === undefined ? {} : { label_column: log["label_col"] }),
  };
}

function scheduleView(schedule: JsonObject): JsonObject {
  const word = String(schedule["pause_status"] ?? "UNPAUSED").replace("CRON_SCHEDULE_PAUSE_STATUS_", "");
  return { ...schedule, pause_status: `CRON_SCHEDULE_PAUSE_STATUS_${word}` };
}

const get: Handler = async (call, world) => monitorView(world, requireMonitor(world, await tableOf(call, world)));

const remove: Handler = async (call, world) => {
  deleteMonitor(world, await tableOf(call, world));
  return {};
};

const refresh: Handler = async (call, world) => {
  const table = await tableOf(call, world);
  const made = await refreshMonitor(world, table);
  return { ...refreshView(table, made), state: "MONITOR_REFRESH_STATE_PENDING", end_time_ms: 0, message: "" };
};

const refreshes: Handler = async (call, world) => {
  const table = await tableOf(call, world);
  const all = requireMonitor(world, table).refreshes.map((each) => refreshView(table, each));
  const size = pageSizeOf(call.query, { name: "page_size", fallback: 50, max: 1_000 });
  const page = pageOf(all, { size, token: call.query.get("page_token") });
  return { refreshes: page.items, ...(page.next === undefined ? {} : { next_page_token: page.next }) };
};

const getRefresh: Handler = async (call, world) => {
  const table = await tableOf(call, world);
  return refreshView(table, requireRefresh(requireMonitor(world, table), call.params["refresh"] ?? ""));
};

function refreshView(table: Securable, { id, state, startedAt, endedAt, message }: Refresh): object {
  return {
    object_type: "table",
    object_id: table.id,
    refresh_id: wireId(id),
    state: `MONITOR_REFRESH_STATE_${state}`,
    trigger: "MONITOR_REFRESH_TRIGGER_MANUAL",
    start_time_ms: startedAt,
    end_time_ms: endedAt,
    ...(message === undefined ? {} : { message }),
  };
}

function tableOf(call: Call, world: World): Promise<Securable> {
  return tableById(call, world, { type: call.params["type"] ?? "", id: call.params["id"] ?? "" });
}

async function tableById(
  call: Call,
  world: World,
  { type, id }: { readonly type: string; readonly id: string },
): Promise<Securable> {
  if (type !== "table") throw new ApiFault(501, "NOT_IMPLEMENTED", "The Mortar emulator monitors tables alone.");
  const on = await findSecurable(world, "table", await nameOfId(world, "table", id));
  requireMay(world, call.caller, { on, privilege: call.method === "GET" ? "SELECT" : "MANAGE" });
  return on;
}

async function nameOfId(world: World, type: "table" | "schema", id: string): Promise<string> {
  for (const [catalog, node] of (await world.sql()).catalogs()) {
    for (const [schema, { document, tables }] of node.schemas) {
      if (type === "schema" && document.id === id) return `${catalog}.${schema}`;
      const found = type === "table" ? [...tables].find(([, table]) => table.id === id) : undefined;
      if (found !== undefined) return `${catalog}.${schema}.${found[0]}`;
    }
  }
  throw new ApiFault(404, "RESOURCE_DOES_NOT_EXIST", `There is no ${type} with the id '${id}'.`);
}

export const dataQualityRoutes: readonly Route[] = [
  { method: "POST", pattern: base, handler: create },
  { method: "GET", pattern: one, handler: get },
  { method: "DELETE", pattern: one, handler: remove },
  { method: "POST", pattern: `${one}/refreshes`, handler: refresh },
  { method: "GET", pattern: `${one}/refreshes`, handler: refreshes },
  { method: "GET", pattern: `${one}/refreshes/{refresh}`, handler: getRefresh },
];
