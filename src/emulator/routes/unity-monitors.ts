// Monitors of tables: made, shown, refreshed. A refresh counts the rows and columns of the table into its profile table.
import type { JsonObject } from "../../platform/json.ts";
import { runSql, sqlName } from "../catalog/changes.ts";
import { requireMay } from "../catalog/grants.ts";
import { findSecurable } from "../catalog/securables.ts";
import { invalid, optionalArray, optionalObject, optionalText, requiredText, wireId } from "../http/fields.ts";
import { ApiFault, type Call, type Handler, type Route } from "../http/route.ts";
import type { World } from "../world.ts";

interface Refresh {
  readonly id: string;
  readonly state: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly message?: string | undefined;
}

interface MonitorDocument {
  /** The table's own id: a table that is made again has no monitor. */
  readonly tableId: string;
  readonly fields: JsonObject;
  readonly refreshes: readonly Refresh[];
}

const pattern = "/api/2.1/unity-catalog/tables/{name}/monitor";

const create: Handler = async (call, world) => {
  const { table, tableId } = await tableOf(call, world);
  if (monitors(world).get(tableId) !== undefined) {
    throw new ApiFault(409, "ALREADY_EXISTS", `The table '${table}' already has a monitor.`);
  }
  const body = await call.json();
  const schema = requiredText(body["output_schema_name"], "output_schema_name").toLowerCase();
  await findSecurable(world, "schema", schema);
  const kinds = ["snapshot", "time_series", "inference_log"].filter(
    (kind) => optionalObject(body[kind], kind) !== undefined,
  );
  const [kind, second] = kinds;
  if (kind === undefined || second !== undefined)
    throw invalid("Exactly one of snapshot, time_series and inference_log must be given.");
  checkKind(kind, optionalObject(body[kind], kind) ?? {});
  const prefix = `${schema}.${table.split(".").at(-1)}`;
  const fields: JsonObject = {
    table_name: table,
    status: "MONITOR_STATUS_ACTIVE",
    monitor_version: 0,
    assets_dir: requiredText(body["assets_dir"], "assets_dir"),
    output_schema_name: schema,
    profile_metrics_table_name: `${prefix}_profile_metrics`,
    drift_metrics_table_name: `${prefix}_drift_metrics`,
    [kind]: body[kind] ?? {},
    ...optionalFields(body),
  };
  monitors(world).put(tableId, { tableId, fields, refreshes: [] });
  return fields;
};

function checkKind(kind: string, value: JsonObject): void {
  if (kind === "snapshot") return;
  requiredText(value["timestamp_col"], "timestamp_col");
  if ((optionalArray(value["granularities"], "granularities") ?? []).length === 0)
    throw invalid("Missing required field: granularities");
  if (kind !== "inference_log") return;
  for (const field of ["prediction_col", "model_id_col", "problem_type"]) requiredText(value[field], field);
}

function optionalFields(body: JsonObject): JsonObject {
  const schedule = optionalObject(body["schedule"], "schedule");
  if (schedule !== undefined) {
    requiredText(schedule["quartz_cron_expression"], "quartz_cron_expression");
    requiredText(schedule["timezone_id"], "timezone_id");
  }
  const slicing = optionalArray(body["slicing_exprs"], "slicing_exprs");
  const baseline = optionalText(body["baseline_table_name"], "baseline_table_name");
  return {
    ...(schedule === undefined ? {} : { schedule: { pause_status: "UNPAUSED", ...schedule } }),
    ...(slicing === undefined ? {} : { slicing_exprs: [...slicing] }),
    ...(baseline === undefined ? {} : { baseline_table_name: baseline }),
  };
}

const get: Handler = async (call, world) => (await requireMonitor(call, world)).fields;

const remove: Handler = async (call, world) => {
  const { tableId } = await requireMonitor(call, world);
  monitors(world).delete(tableId);
  return {};
};

const refresh: Handler = async (call, world) => {
  const monitor = await requireMonitor(call, world);
  const startedAt = world.clock.now();
  const message = await profile(world, monitor.fields);
  const made: Refresh = {
    id: world.ids.next(),
    state: message === undefined ? "SUCCESS" : "FAILED",
    startedAt,
    endedAt: world.clock.now(),
    message,
  };
  const refreshes = [made, ...monitor.refreshes];
  monitors(world).put(monitor.tableId, { ...monitor, refreshes });
  return { ...refreshView(made), state: "PENDING", end_time_ms: 0, message: "" };
};

/** Writes one row of counts; the reason where that fails. */
async function profile(world: World, fields: JsonObject): Promise<string | undefined> {
  const name = (key: string): string => sqlName(...String(fields[key]).split("."));
  const target = name("profile_metrics_table_name");
  const columns = "window_end TIMESTAMP, column_name STRING, `count` BIGINT";
  try {
    await runSql(world, `CREATE TABLE IF NOT EXISTS ${target} (${columns})`);
    await runSql(
      world,
      `INSERT INTO ${target} SELECT current_timestamp(), ':table', count(*) FROM ${name("table_name")}`,
    );
    return undefined;
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}

const refreshes: Handler = async (call, world) => ({
  refreshes: (await requireMonitor(call, world)).refreshes.map(refreshView),
});

const getRefresh: Handler = async (call, world) => {
  const found = (await requireMonitor(call, world)).refreshes.find(({ id }) => id === call.params["refresh"]);
  if (found === undefined) throw new ApiFault(404, "RESOURCE_DOES_NOT_EXIST", "The refresh does not exist.");
  return refreshView(found);
};

function refreshView({ id, state, startedAt, endedAt, message }: Refresh): object {
  return {
    refresh_id: wireId(id),
    state,
    trigger: "MANUAL",
    start_time_ms: startedAt,
    end_time_ms: endedAt,
    ...(message === undefined ? {} : { message }),
  };
}

async function tableOf(call: Call, world: World): Promise<{ table: string; tableId: string }> {
  const table = (call.params["name"] ?? "").toLowerCase();
  const on = await findSecurable(world, "table", table);
  requireMay(world, call.caller, { on, privilege: call.method === "GET" ? "SELECT" : "MANAGE" });
  return { table, tableId: on.id };
}

async function requireMonitor(call: Call, world: World): Promise<MonitorDocument> {
  const { table, tableId } = await tableOf(call, world);
  const found = monitors(world).get(tableId);
  if (found === undefined) throw new ApiFault(404, "RESOURCE_DOES_NOT_EXIST", `The table '${table}' has no monitor.`);
  return found;
}

function monitors(world: World) {
  return world.store.collection<MonitorDocument>("uc-monitors");
}

export const unityMonitorsRoutes: readonly Route[] = [
  { method: "POST", pattern, handler: create },
  { method: "GET", pattern, handler: get },
  { method: "DELETE", pattern, handler: remove },
  { method: "POST", pattern: `${pattern}/refreshes`, handler: refresh },
  { method: "GET", pattern: `${pattern}/refreshes`, handler: refreshes },
  { method: "GET", pattern: `${pattern}/refreshes/{refresh}`, handler: getRefresh },
];
