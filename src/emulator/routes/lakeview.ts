// AI/BI dashboards: Lakeview API 2.0. https://docs.databricks.com/api/workspace/lakeview
import { dashboardsOf, readDefinition, requireDashboard, type DashboardDocument } from "../dashboards/dashboard.ts";
import { optionalFlag, optionalText, requiredText } from "../http/fields.ts";
import { ApiFault, type Call, type Handler, type Route } from "../http/route.ts";
import { pageOf, pageSizeOf } from "../paging.ts";
import { warehousesOf } from "../sql/service/warehouse.ts";
import type { World } from "../world.ts";

const base = "/api/2.0/lakeview/dashboards";
const empty = '{"pages":[{"name":"page1","displayName":"Page 1"}]}';

const list: Handler = (call, world) => {
  const withTrash = optionalFlag(call.query.get("show_trashed"), "show_trashed");
  const size = pageSizeOf(call.query, { name: "page_size", fallback: 20, max: 1_000 });
  const shown = dashboardsOf(world)
    .all()
    .filter(({ state }) => withTrash || state === "ACTIVE");
  const page = pageOf(shown, { size, token: call.query.get("page_token") });
  return {
    ...(page.items.length === 0 ? {} : { dashboards: page.items.map(summary) }),
    ...(page.next === undefined ? {} : { next_page_token: page.next }),
  };
};

const create: Handler = async (call, world) => {
  const body = await call.json();
  const name = requiredText(body["display_name"], "display_name");
  const parent = optionalText(body["parent_path"], "parent_path") ?? `/Users/${call.caller.userName}`;
  const folder = parent.replace(/^\/Workspace(?=\/)/, "").replace(/\/+$/, "");
  if (world.tree.find(folder) === undefined) {
    throw new ApiFault(404, "RESOURCE_DOES_NOT_EXIST", `Path (${folder}) doesn't exist.`);
  }
  const path = `${folder}/${name}.lvdash.json`;
  if (world.tree.find(path) !== undefined) {
    throw new ApiFault(400, "ALREADY_EXISTS", `Node named '${name}.lvdash.json' already exists`);
  }
  const text = readDefinition(optionalText(body["serialized_dashboard"], "serialized_dashboard") ?? empty);
  const warehouseId = warehouseOf(world, optionalText(body["warehouse_id"], "warehouse_id"));
  const { objectId } = write(world, path, text);
  const now = world.clock.now();
  const id = world.ids.hex(32);
  const times = { createdAt: now, updatedAt: now };
  const made = { id, name, path, objectId, warehouseId, etag: world.ids.hex(8), state: "ACTIVE" as const, ...times };
  dashboardsOf(world).put(id, made);
  return view(world, made);
};

const get: Handler = (call, world) => view(world, requireDashboard(world, idOf(call), { active: false }));

const update: Handler = async (call, world) => {
  const before = requireDashboard(world, idOf(call), { active: true });
  const body = await call.json();
  const etag = optionalText(body["etag"], "etag");
  if (etag !== undefined && etag !== before.etag) {
    throw new ApiFault(409, "ABORTED", "The dashboard has been changed since: its etag is another one.");
  }
  const text = optionalText(body["serialized_dashboard"], "serialized_dashboard");
  const name = optionalText(body["display_name"], "display_name") ?? before.name;
  const path = `${before.path.slice(0, before.path.lastIndexOf("/"))}/${name}.lvdash.json`;
  const content = text === undefined ? textOf(world, before) : readDefinition(text);
  if (path !== before.path && world.tree.find(path) !== undefined) {
    throw new ApiFault(400, "ALREADY_EXISTS", `Node named '${name}.lvdash.json' already exists`);
  }
  if (path !== before.path) world.tree.remove(before.path, false);
  const { objectId } = write(world, path, content);
  const warehouseId = warehouseOf(world, optionalText(body["warehouse_id"], "warehouse_id")) ?? before.warehouseId;
  const change = { name, path, objectId, warehouseId, etag: world.ids.hex(8), updatedAt: world.clock.now() };
  dashboardsOf(world).put(before.id, { ...before, ...change });
  return view(world, { ...before, ...change });
};

const trash: Handler = (call, world) => {
  const found = requireDashboard(world, idOf(call), { active: true });
  dashboardsOf(world).put(found.id, { ...found, state: "TRASHED", published: undefined });
  world.tree.remove(found.path, false);
  return {};
};

const publish: Handler = async (call, world) => {
  const found = requireDashboard(world, idOf(call), { active: true });
  const body = await call.json();
  const warehouseId = warehouseOf(world, optionalText(body["warehouse_id"], "warehouse_id")) ?? found.warehouseId;
  if (warehouseId === undefined) throw new ApiFault(400, "INVALID_PARAMETER_VALUE", "A warehouse is required.");
  const embedCredentials = optionalFlag(body["embed_credentials"], "embed_credentials");
  const published = { name: found.name, warehouseId, embedCredentials, at: world.clock.now() };
  dashboardsOf(world).put(found.id, { ...found, published });
  return publishedView(published);
};

const getPublished: Handler = (call, world) => publishedView(requirePublished(world, idOf(call)));

const unpublish: Handler = (call, world) => {
  requirePublished(world, idOf(call));
  const found = requireDashboard(world, idOf(call), { active: true });
  dashboardsOf(world).put(found.id, { ...found, published: undefined });
  return {};
};

function requirePublished(world: World, id: string): NonNullable<DashboardDocument["published"]> {
  const { published } = requireDashboard(world, id, { active: true });
  if (published !== undefined) return published;
  throw new ApiFault(404, "RESOURCE_DOES_NOT_EXIST", `Unable to find published dashboard [dashboardId=${id}]`);
}

function warehouseOf(world: World, id: string | undefined): string | undefined {
  if (id === undefined || id === "" || warehousesOf(world).get(id) !== undefined) return id === "" ? undefined : id;
  throw new ApiFault(404, "RESOURCE_DOES_NOT_EXIST", `SQL warehouse ${id} does not exist.`);
}

function write(world: World, path: string, text: string): { readonly objectId: string } {
  return world.tree.write(path, new TextEncoder().encode(text), { objectType: "FILE", overwrite: true });
}

function textOf(world: World, { path }: DashboardDocument): string {
  return world.tree.find(path) === undefined ? empty : new TextDecoder().decode(world.tree.read(path));
}

function idOf(call: Call): string {
  return call.params["id"] ?? "";
}

const iso = (ms: number): string => new Date(ms).toISOString();

function summary({ id, name, path, warehouseId, etag, state, createdAt, updatedAt }: DashboardDocument) {
  return {
    dashboard_id: id,
    display_name: name,
    path,
    parent_path: path.slice(0, path.lastIndexOf("/")),
    ...(warehouseId === undefined ? {} : { warehouse_id: warehouseId }),
    etag,
    lifecycle_state: state,
    create_time: iso(createdAt),
    update_time: iso(updatedAt),
  };
}

function view(world: World, dashboard: DashboardDocument): object {
  return { ...summary(dashboard), serialized_dashboard: textOf(world, dashboard) };
}

function publishedView({
  name,
  warehouseId,
  embedCredentials,
  at,
}: NonNullable<DashboardDocument["published"]>): object {
  return {
    display_name: name,
    warehouse_id: warehouseId,
    embed_credentials: embedCredentials,
    revision_create_time: iso(at),
  };
}

export const lakeviewRoutes: readonly Route[] = [
  { method: "GET", pattern: base, handler: list },
  { method: "POST", pattern: base, handler: create },
  { method: "GET", pattern: `${base}/{id}`, handler: get },
  { method: "PATCH", pattern: `${base}/{id}`, handler: update },
  { method: "DELETE", pattern: `${base}/{id}`, handler: trash },
  { method: "POST", pattern: `${base}/{id}/published`, handler: publish },
  { method: "GET", pattern: `${base}/{id}/published`, handler: getPublished },
  { method: "DELETE", pattern: `${base}/{id}/published`, handler: unpublish },
];
