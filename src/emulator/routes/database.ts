// Lakebase provisioned: Database API 2.0. https://docs.databricks.com/api/workspace/database
import {
  invalid,
  optionalFlag,
  optionalInteger,
  optionalObject,
  optionalText,
  optionalTexts,
  optionalWord,
  requiredText,
} from "../http/fields.ts";
import type { Call, Handler, Route } from "../http/route.ts";
import {
  addResource,
  childrenOf,
  removeTree,
  requireResource,
  resourcesOf,
  type ResourceDocument,
} from "../lakebase/resources.ts";
import { syncedTableSpec } from "../lakebase/synced-tables.ts";
import { pageOf, pageSizeOf } from "../paging.ts";
import type { World } from "../world.ts";

const base = "/api/2.0/database";
const capacities = ["CU_1", "CU_2", "CU_4", "CU_8"] as const;

const createInstance: Handler = async (call, world) => {
  const body = await call.json();
  const name = requiredText(body["name"], "name");
  if (!/^[a-z][a-z0-9-]{0,62}$/.test(name)) throw invalid(`Invalid instance name ${name}.`);
  const spec = {
    capacity: optionalWord(body["capacity"], "capacity", capacities) ?? "CU_1",
    stopped: optionalFlag(body["stopped"], "stopped"),
    retention_window_in_days:
      optionalInteger(body["retention_window_in_days"], "retention_window_in_days", { min: 2, max: 35 }) ?? 7,
  };
  const owner = call.caller.userName;
  return view(world, addResource(world, { name: `instances/${name}`, owner, spec }));
};

const listInstances: Handler = (call, world) => {
  const size = pageSizeOf(call.query, { name: "page_size", fallback: 100, max: 1_000 });
  const page = pageOf(childrenOf(world, "", "instances"), { size, token: call.query.get("page_token") });
  return {
    ...(page.items.length === 0 ? {} : { database_instances: page.items.map((one) => view(world, one)) }),
    ...(page.next === undefined ? {} : { next_page_token: page.next }),
  };
};

const getInstance: Handler = (call, world) => view(world, instanceOf(call, world));

const patchInstance: Handler = async (call, world) => {
  const before = instanceOf(call, world);
  const body = await call.json();
  requiredText(call.query.get("update_mask"), "update_mask");
  const capacity = optionalWord(body["capacity"], "capacity", capacities);
  const stopped = body["stopped"] === undefined ? undefined : optionalFlag(body["stopped"], "stopped");
  const now = world.clock.now();
  const change = { ...(capacity === undefined ? {} : { capacity }), ...(stopped === undefined ? {} : { stopped }) };
  const times = { updatedAt: now, readyAt: now + world.switches.runStartMs };
  const after = { ...before, spec: { ...before.spec, ...change }, ...times };
  resourcesOf(world).put(before.name, after);
  return view(world, after);
};

const deleteInstance: Handler = (call, world) => {
  const { name } = instanceOf(call, world);
  if (!optionalFlag(call.query.get("purge"), "purge"))
    throw invalid("purge must be true: the data is deleted for good.");
  removeTree(world, name);
  return {};
};

const credential: Handler = async (call, world) => {
  const body = await call.json();
  const names = optionalTexts(body["instance_names"], "instance_names") ?? [];
  if (names.length === 0) throw invalid("instance_names must name at least one instance.");
  for (const name of names) requireResource(world, `instances/${name}`);
  requiredText(body["request_id"], "request_id");
  const expiration_time = new Date(world.clock.now() + 3_600_000).toISOString();
  return { token: `emulated.${world.ids.hex(64)}`, expiration_time };
};

const createSynced: Handler = async (call, world) => {
  const body = await call.json();
  const name = requiredText(body["name"], "name");
  const instance = optionalText(body["database_instance_name"], "database_instance_name");
  if (instance !== undefined) requireResource(world, `instances/${instance}`);
  const { spec, status } = await syncedTableSpec(world, { name, spec: optionalObject(body["spec"], "spec") ?? {} });
  const made = {
    name,
    database_instance_name: instance,
    logical_database_name: optionalText(body["logical_database_name"], "logical_database_name"),
    spec,
    data_synchronization_status: status,
    unity_catalog_provisioning_state: "ACTIVE",
  };
  addResource(world, { name: `database_synced_tables/${name}`, owner: call.caller.userName, spec: made });
  return made;
};

const getSynced: Handler = (call, world) => requireResource(world, syncedName(call)).spec;

const deleteSynced: Handler = (call, world) => {
  removeTree(world, requireResource(world, syncedName(call)).name);
  return {};
};

function syncedName(call: Call): string {
  return `database_synced_tables/${call.params["name"] ?? ""}`;
}

function instanceOf(call: Call, world: World): ResourceDocument {
  return requireResource(world, `instances/${call.params["name"] ?? ""}`);
}

function view(world: World, { name, uid, owner, spec, createdAt, readyAt }: ResourceDocument): object {
  const stopped = spec["stopped"] === true;
  const settled = stopped ? "STOPPED" : "AVAILABLE";
  const moving = createdAt + world.switches.runStartMs >= readyAt ? "STARTING" : "UPDATING";
  const dns = `instance-${uid}`;
  return {
    name: name.slice("instances/".length),
    uid,
    creator: owner,
    creation_time: new Date(createdAt).toISOString(),
    ...spec,
    effective_stopped: stopped,
    effective_capacity: spec["capacity"],
    pg_version: "PG_VERSION_16",
    state: world.clock.now() < readyAt ? moving : settled,
    read_write_dns: `${dns}.database.emulator.invalid`,
    read_only_dns: `${dns}-ro.database.emulator.invalid`,
  };
}

export const databaseRoutes: readonly Route[] = [
  { method: "POST", pattern: `${base}/instances`, handler: createInstance },
  { method: "GET", pattern: `${base}/instances`, handler: listInstances },
  { method: "GET", pattern: `${base}/instances/{name}`, handler: getInstance },
  { method: "PATCH", pattern: `${base}/instances/{name}`, handler: patchInstance },
  { method: "DELETE", pattern: `${base}/instances/{name}`, handler: deleteInstance },
  { method: "POST", pattern: `${base}/credentials`, handler: credential },
  { method: "POST", pattern: `${base}/synced_tables`, handler: createSynced },
  { method: "GET", pattern: `${base}/synced_tables/{name}`, handler: getSynced },
  { method: "DELETE", pattern: `${base}/synced_tables/{name}`, handler: deleteSynced },
];
