// Monitors of tables: kept by the table's own id, in the form of the older API; both APIs show the same ones. A refresh counts
// the rows of the table into its profile table.
import type { JsonObject } from "../../platform/json.ts";
import { invalid, optionalArray, optionalObject, optionalText, requiredText } from "../http/fields.ts";
import { ApiFault } from "../http/route.ts";
import type { Collection } from "../state/store.ts";
import type { World } from "../world.ts";
import { runSql, sqlName } from "./changes.ts";
import { findSecurable, type Securable } from "./securables.ts";

export interface Refresh {
  readonly id: string;
  readonly state: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly message?: string | undefined;
}

export interface MonitorDocument {
  /** The table's own id: a table that is made again has no monitor. */
  readonly tableId: string;
  readonly fields: JsonObject;
  readonly refreshes: readonly Refresh[];
}

/** Throws RESOURCE_DOES_NOT_EXIST. */
export function requireMonitor(world: World, { id, name }: Pick<Securable, "id" | "name">): MonitorDocument {
  const found = monitors(world).get(id);
  if (found === undefined) throw new ApiFault(404, "RESOURCE_DOES_NOT_EXIST", `The table '${name}' has no monitor.`);
  return found;
}

/** Makes a monitor from a body of the older API. Throws ALREADY_EXISTS, INVALID_PARAMETER_VALUE. */
export async function createMonitor(world: World, table: Securable, body: JsonObject): Promise<MonitorDocument> {
  if (monitors(world).get(table.id) !== undefined) {
    throw new ApiFault(409, "ALREADY_EXISTS", `The table '${table.name}' already has a monitor.`);
  }
  const schema = requiredText(body["output_schema_name"], "output_schema_name").toLowerCase();
  await findSecurable(world, "schema", schema);
  const kinds = ["snapshot", "time_series", "inference_log"].filter(
    (kind) => optionalObject(body[kind], kind) !== undefined,
  );
  const [kind, second] = kinds;
  if (kind === undefined || second !== undefined)
    throw invalid("Exactly one of snapshot, time_series and inference_log must be given.");
  checkKind(kind, optionalObject(body[kind], kind) ?? {});
  const prefix = `${schema}.${table.name.split(".").at(-1)}`;
  const fields: JsonObject = {
    table_name: table.name,
    status: "MONITOR_STATUS_ACTIVE",
    monitor_version: 0,
    assets_dir: requiredText(body["assets_dir"], "assets_dir"),
    output_schema_name: schema,
    profile_metrics_table_name: `${prefix}_profile_metrics`,
    drift_metrics_table_name: `${prefix}_drift_metrics`,
    [kind]: body[kind] ?? {},
    ...optionalFields(body),
  };
  const monitor = { tableId: table.id, fields, refreshes: [] };
  monitors(world).put(table.id, monitor);
  return monitor;
}

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

export function deleteMonitor(world: World, table: Securable): void {
  requireMonitor(world, table);
  monitors(world).delete(table.id);
}

export async function refreshMonitor(world: World, table: Securable): Promise<Refresh> {
  const monitor = requireMonitor(world, table);
  const startedAt = world.clock.now();
  const message = await profile(world, monitor.fields);
  const made: Refresh = {
    id: world.ids.next(),
    state: message === undefined ? "SUCCESS" : "FAILED",
    startedAt,
    endedAt: world.clock.now(),
    message,
  };
  monitors(world).put(table.id, { ...monitor, refreshes: [made, ...monitor.refreshes] });
  return made;
}

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

/** Throws RESOURCE_DOES_NOT_EXIST. */
export function requireRefresh({ refreshes }: MonitorDocument, id: string): Refresh {
  const found = refreshes.find((one) => one.id === id);
  if (found === undefined) throw new ApiFault(404, "RESOURCE_DOES_NOT_EXIST", "The refresh does not exist.");
  return found;
}

function monitors(world: World): Collection<MonitorDocument> {
  return world.store.collection<MonitorDocument>("uc-monitors");
}
