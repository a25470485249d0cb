// SQL warehouses 2.0.
import type { JsonObject } from "../../platform/json.ts";
import { isObject } from "../../platform/json.ts";
import {
  invalid,
  optionalArray,
  optionalFlag,
  optionalInteger,
  optionalObject,
  optionalText,
  optionalWord,
  requiredText,
} from "../http/fields.ts";
import type { Call, Handler, Route } from "../http/route.ts";
import { pageOf, pageSizeOf } from "../paging.ts";
import { busyOn } from "../sql/service/statements.ts";
import {
  clusterSizes,
  defaultSettings,
  ensureStarted,
  newWarehouse,
  requireWarehouse,
  stateOf,
  stopWarehouse,
  warehousesOf,
  type WarehouseDocument,
  type WarehouseSettings,
} from "../sql/service/warehouse.ts";
import type { World } from "../world.ts";

const warehouses = "/api/2.0/sql/warehouses";

const list: Handler = (call, world) => {
  const size = pageSizeOf(call.query, { name: "page_size", fallback: 1_000, max: 1_000 });
  const page = pageOf(warehousesOf(world).all(), { size, token: call.query.get("page_token") });
  return {
    warehouses: page.items.map((warehouse) => view(call, world, warehouse)),
    ...(page.next === undefined ? {} : { next_page_token: page.next }),
  };
};

const get: Handler = (call, world) => view(call, world, requireWarehouse(world, idOf(call)));

/** A new warehouse starts at once. */
const create: Handler = async (call, world) => {
  const body = await call.json();
  requiredText(body["name"], "name");
  const base = {
    ...defaultSettings,
    auto_stop_mins: 120,
    cluster_size: "",
    enable_serverless_compute: world.switches.serverless,
  };
  const settings = readSettings(body, base);
  if (settings.cluster_size === "") throw invalid("Missing required field: cluster_size");
  requireFreeName(world, settings.name, undefined);
  const document = newWarehouse(world, settings, call.caller.userName);
  warehousesOf(world).put(document.id, document);
  ensureStarted(world, document.id, 0);
  return { id: document.id };
};

const edit: Handler = async (call, world) => {
  const warehouse = requireWarehouse(world, idOf(call));
  const settings = readSettings(await call.json(), warehouse.settings);
  requireFreeName(world, settings.name, warehouse.id);
  warehousesOf(world).put(warehouse.id, { ...requireWarehouse(world, warehouse.id), settings });
  return {};
};

const remove: Handler = (call, world) => {
  requireWarehouse(world, idOf(call));
  warehousesOf(world).delete(idOf(call));
  return {};
};

const start: Handler = (call, world) => {
  ensureStarted(world, idOf(call), busyOn(world, idOf(call)));
  return {};
};

const stop: Handler = (call, world) => {
  stopWarehouse(world, idOf(call));
  return {};
};

function idOf(call: Call): string {
  return call.params["id"] ?? "";
}

function requireFreeName(world: World, name: string, own: string | undefined): void {
  const taken = warehousesOf(world)
    .all()
    .some((warehouse) => warehouse.settings.name === name && warehouse.id !== own);
  if (taken) throw invalid(`A SQL warehouse with the name ${name} already exists.`);
}

/** The settings with what the body changes. Throws INVALID_PARAMETER_VALUE. */
function readSettings(body: JsonObject, base: WarehouseSettings): WarehouseSettings {
  const clusters = { min: 1, max: 40 };
  const flag = (name: string, fallback: boolean): boolean =>
    body[name] === undefined ? fallback : optionalFlag(body[name], name);
  const least = optionalInteger(body["min_num_clusters"], "min_num_clusters", clusters) ?? base.min_num_clusters;
  const most =
    optionalInteger(body["max_num_clusters"], "max_num_clusters", clusters) ?? Math.max(base.max_num_clusters, least);
  if (most < least) throw invalid("max_num_clusters must be greater than or equal to min_num_clusters.");
  const type =
    optionalWord(body["warehouse_type"], "warehouse_type", ["PRO", "CLASSIC", "TYPE_UNSPECIFIED"]) ??
    base.warehouse_type;
  const settings: WarehouseSettings = {
    name: optionalText(body["name"], "name") ?? base.name,
    cluster_size: optionalWord(body["cluster_size"], "cluster_size", clusterSizes) ?? base.cluster_size,
    min_num_clusters: least,
    max_num_clusters: most,
    auto_stop_mins:
      optionalInteger(body["auto_stop_mins"], "auto_stop_mins", { min: 0, max: 100_000 }) ?? base.auto_stop_mins,
    warehouse_type: type === "TYPE_UNSPECIFIED" ? base.warehouse_type : type,
    enable_serverless_compute: flag("enable_serverless_compute", base.enable_serverless_compute),
    enable_photon: flag("enable_photon", base.enable_photon),
    spot_instance_policy:
      optionalWord(body["spot_instance_policy"], "spot_instance_policy", [
        "COST_OPTIMIZED",
        "RELIABILITY_OPTIMIZED",
        "POLICY_UNSPECIFIED",
      ]) ?? base.spot_instance_policy,
    channel: readChannel(body, base),
    tags: readTags(body) ?? base.tags,
  };
  if (settings.enable_serverless_compute && settings.warehouse_type !== "PRO")
    throw invalid("Serverless compute needs a warehouse of the type PRO.");
  if (!settings.enable_serverless_compute && settings.auto_stop_mins > 0 && settings.auto_stop_mins < 10)
    throw invalid("auto_stop_mins must be 0 or at least 10.");
  return settings;
}

function readChannel(body: JsonObject, base: WarehouseSettings): { name: string } {
  const channel = optionalObject(body["channel"], "channel");
  return { name: optionalText(channel?.["name"], "channel.name") ?? base.channel.name };
}

function readTags(body: JsonObject): WarehouseSettings["tags"] | undefined {
  const tags = optionalObject(body["tags"], "tags");
  if (tags === undefined) return undefined;
  const custom_tags = (optionalArray(tags["custom_tags"], "tags.custom_tags") ?? []).map((item) => {
    if (!isObject(item)) throw invalid("Invalid value for the field 'tags.custom_tags': expected objects.");
    return { key: requiredText(item["key"], "key"), value: optionalText(item["value"], "value") ?? "" };
  });
  return { custom_tags };
}

function view(call: Call, world: World, warehouse: WarehouseDocument): object {
  const { id, settings, creator } = warehouse;
  const busy = busyOn(world, id);
  const state = stateOf(world, warehouse, busy);
  const { hostname } = new URL(call.request.url);
  const path = `/sql/1.0/warehouses/${id}`;
  return {
    id,
    ...settings,
    size: settings.cluster_size.toUpperCase().replaceAll("-", "_"),
    state,
    num_clusters: state === "RUNNING" ? settings.min_num_clusters : 0,
    num_active_sessions: busy,
    creator_name: creator,
    health: { status: "HEALTHY" },
    jdbc_url: `jdbc:spark://${hostname}:443/default;transportMode=http;ssl=1;AuthMech=3;httpPath=${path};`,
    odbc_params: { hostname, path, protocol: "https", port: 443 },
  };
}

export const warehousesRoutes: readonly Route[] = [
  { method: "GET", pattern: warehouses, handler: list },
  { method: "POST", pattern: warehouses, handler: create },
  { method: "GET", pattern: `${warehouses}/{id}`, handler: get },
  { method: "DELETE", pattern: `${warehouses}/{id}`, handler: remove },
  { method: "POST", pattern: `${warehouses}/{id}/edit`, handler: edit },
  { method: "POST", pattern: `${warehouses}/{id}/start`, handler: start },
  { method: "POST", pattern: `${warehouses}/{id}/stop`, handler: stop },
];
