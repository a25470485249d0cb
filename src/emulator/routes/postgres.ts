// Lakebase autoscaling: Postgres API 2.0. https://docs.databricks.com/api/workspace/postgres
import { isObject } from "../../platform/json.ts";
import { invalid, optionalObject, optionalText, requiredText } from "../http/fields.ts";
import { ApiFault, type Call, type Handler, type Route } from "../http/route.ts";
import {
  addResource,
  childrenOf,
  operationFor,
  removeTree,
  requireResource,
  resourcesOf,
} from "../lakebase/resources.ts";
import { syncedTableSpec } from "../lakebase/synced-tables.ts";
import { operationNamed, operationView, viewOf } from "../lakebase/views.ts";
import { pageOf, pageSizeOf } from "../paging.ts";

const base = "/api/2.0/postgres";

function idOf(call: Call, name: string): string {
  const id = requiredText(call.query.get(name), name);
  if (/^[a-z][a-z0-9-]{0,62}$/.test(id)) return id;
  throw invalid(
    `${name} must start with a lowercase letter and hold only lowercase letters, numbers and hyphens, at most 63.`,
  );
}

const createProject: Handler = async (call, world) => {
  const id = idOf(call, "project_id");
  const spec = optionalObject((await call.json())["spec"], "spec") ?? {};
  const owner = call.caller.userName;
  const project = addResource(world, { name: `projects/${id}`, owner, spec });
  const branch = `${project.name}/branches/production`;
  addResource(world, { name: branch, owner, spec: { no_expiry: true }, isDefault: true });
  const endpoint = { endpoint_type: "ENDPOINT_TYPE_READ_WRITE", ...defaults(spec) };
  addResource(world, { name: `${branch}/endpoints/primary`, owner, spec: endpoint });
  const database = { postgres_database: "databricks_postgres", role: `${branch}/roles/${owner}` };
  addResource(world, { name: `${branch}/databases/databricks-postgres`, owner, spec: database });
  return operationView(world, operationFor(world, project.name, project.readyAt));
};

function defaults(spec: Readonly<Record<string, unknown>>): object {
  return isObject(spec["default_endpoint_settings"]) ? spec["default_endpoint_settings"] : {};
}

const createBranch: Handler = async (call, world) => {
  const project = requireResource(world, `projects/${call.params["project"]}`);
  const spec = optionalObject((await call.json())["spec"], "spec") ?? {};
  const lives = ["ttl", "expire_time", "no_expiry"].filter((key) => spec[key] !== undefined);
  if (lives.length !== 1) throw invalid("Exactly one of ttl, expire_time and no_expiry must be given.");
  const source = optionalText(spec["source_branch"], "source_branch");
  if (source !== undefined) requireResource(world, source);
  const main = childrenOf(world, project.name, "branches").find(({ isDefault }) => isDefault === true);
  const name = `${project.name}/branches/${idOf(call, "branch_id")}`;
  const full = { source_branch: source ?? main?.name, ...spec };
  const made = addResource(world, { name, owner: call.caller.userName, spec: full });
  return operationView(world, operationFor(world, name, made.readyAt));
};

const createEndpoint: Handler = async (call, world) => {
  const branch = requireResource(world, `projects/${call.params["project"]}/branches/${call.params["branch"]}`);
  const spec = optionalObject((await call.json())["spec"], "spec") ?? {};
  const type = requiredText(spec["endpoint_type"], "endpoint_type");
  const others = childrenOf(world, branch.name, "endpoints");
  if (type === "ENDPOINT_TYPE_READ_WRITE" && others.some((one) => one.spec["endpoint_type"] === type)) {
    throw new ApiFault(409, "ALREADY_EXISTS", `The branch ${branch.name} has a read-write endpoint already.`);
  }
  checkUnits(spec);
  const name = `${branch.name}/endpoints/${idOf(call, "endpoint_id")}`;
  const made = addResource(world, { name, owner: call.caller.userName, spec });
  return operationView(world, operationFor(world, name, made.readyAt));
};

function checkUnits(spec: Readonly<Record<string, unknown>>): void {
  const [least, most] = [spec["autoscaling_limit_min_cu"] ?? 0.5, spec["autoscaling_limit_max_cu"] ?? 32];
  if (typeof least !== "number" || typeof most !== "number" || least < 0.5 || most > 112 || least > most) {
    throw invalid("autoscaling limits must be from 0.5 to 112, the lower one not above the upper one.");
  }
}

const createSyncedTable: Handler = async (call, world) => {
  const name = `synced_tables/${requiredText(call.query.get("synced_table_id"), "synced_table_id")}`;
  const spec = optionalObject((await call.json())["spec"], "spec") ?? {};
  requireResource(world, requiredText(spec["branch"], "spec.branch"));
  const made = addResource(world, {
    name,
    owner: call.caller.userName,
    spec: await syncedTableSpec(world, { name: name.slice("synced_tables/".length), spec }),
  });
  return operationView(world, operationFor(world, name, made.readyAt));
};

/** Anything by its name: an operation, a resource, or a list of what is below one. */
const get: Handler = (call, world) => {
  const name = call.params["name"] ?? "";
  const operation = operationNamed(world, name);
  if (operation !== undefined) return operationView(world, operation);
  const kind = /(?:^|\/)(projects|branches|endpoints|databases)$/.exec(name)?.[1];
  if (kind === undefined) return viewOf(world, requireResource(world, name));
  const parent = name.slice(0, -kind.length).replace(/\/$/, "");
  if (parent !== "") requireResource(world, parent);
  const size = pageSizeOf(call.query, { name: "page_size", fallback: 50, max: 1_000 });
  const page = pageOf(childrenOf(world, parent, kind), { size, token: call.query.get("page_token") });
  return {
    ...(page.items.length === 0 ? {} : { [kind]: page.items.map((one) => viewOf(world, one)) }),
    ...(page.next === undefined ? {} : { next_page_token: page.next }),
  };
};

const patch: Handler = async (call, world) => {
  const before = requireResource(world, call.params["name"] ?? "");
  const mask = requiredText(call.query.get("update_mask"), "update_mask").split(",");
  const spec = optionalObject((await call.json())["spec"], "spec") ?? {};
  const named = mask.map((path) => path.replace(/^spec\./, ""));
  const change = Object.fromEntries(named.map((key) => [key, spec[key]]));
  checkUnits({ ...before.spec, ...change });
  const now = world.clock.now();
  // One way to live replaces another.
  const lives = ["ttl", "expire_time", "no_expiry"];
  const kept = named.some((key) => lives.includes(key))
    ? Object.fromEntries(Object.entries(before.spec).filter(([key]) => !lives.includes(key)))
    : before.spec;
  const after = { ...before, spec: { ...kept, ...change }, updatedAt: now, readyAt: now + world.switches.runStartMs };
  resourcesOf(world).put(before.name, after);
  return operationView(world, operationFor(world, before.name, after.readyAt));
};

const remove: Handler = (call, world) => {
  const found = requireResource(world, call.params["name"] ?? "");
  const isBranch = found.name.split("/").at(-2) === "branches";
  if (isBranch && (found.isDefault === true || found.spec["is_protected"] === true)) {
    const why = found.isDefault === true ? "default" : "protected";
    throw new ApiFault(400, "INVALID_STATE", `The branch ${found.name} is ${why} and cannot be deleted.`);
  }
  const dependent = resourcesOf(world)
    .all()
    .find(({ name, spec }) => spec["source_branch"] === found.name && !name.startsWith(`${found.name}/`));
  if (isBranch && dependent !== undefined) {
    throw new ApiFault(400, "INVALID_STATE", `The branch ${found.name} has the child branch ${dependent.name}.`);
  }
  removeTree(world, found.name);
  return operationView(world, operationFor(world, found.name, world.clock.now() + world.switches.runStartMs));
};

const credential: Handler = async (call, world) => {
  const body = await call.json();
  requireResource(world, requiredText(body["endpoint"], "endpoint"));
  const seconds = Number.parseFloat(optionalText(body["ttl"], "ttl") ?? "3600s");
  if (!(seconds >= 300 && seconds <= 3_600)) throw invalid("ttl must be from 300s to 3600s.");
  const token = `emulated.${world.ids.hex(64)}`;
  return { token, expire_time: new Date(world.clock.now() + seconds * 1_000).toISOString() };
};

export const postgresRoutes: readonly Route[] = [
  { method: "POST", pattern: `${base}/credentials`, handler: credential },
  { method: "POST", pattern: `${base}/projects`, handler: createProject },
  { method: "POST", pattern: `${base}/projects/{project}/branches`, handler: createBranch },
  { method: "POST", pattern: `${base}/projects/{project}/branches/{branch}/endpoints`, handler: createEndpoint },
  { method: "POST", pattern: `${base}/synced_tables`, handler: createSyncedTable },
  { method: "GET", pattern: `${base}/{name...}`, handler: get },
  { method: "PATCH", pattern: `${base}/{name...}`, handler: patch },
  { method: "DELETE", pattern: `${base}/{name...}`, handler: remove },
];
