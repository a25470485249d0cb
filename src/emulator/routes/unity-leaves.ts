// Volumes, tables and functions of Unity Catalog, to make, change and delete.
import { notHere, patched, runSql, sqlName } from "../catalog/changes.ts";
import { requireMay } from "../catalog/grants.ts";
import { rootObjects } from "../catalog/metastore.ts";
import { findSecurable } from "../catalog/securables.ts";
import { invalid, optionalText, optionalWord, requiredText } from "../http/fields.ts";
import { ApiFault, type Call, type Handler, type Route } from "../http/route.ts";
import type { FunctionDocument, SchemaNode, TableDocument, VolumeDocument } from "../sql/catalog-documents.ts";
import { findTable, findVolume, functionView, functionViews, nothingOmitted } from "../sql/securables.ts";
import type { World } from "../world.ts";
import { pageIn } from "./unity-lists.ts";

const unity = "/api/2.1/unity-catalog";
type Path = readonly [catalog: string, schema: string, name: string];

const createVolume: Handler = async (call, world) => {
  const body = await call.json();
  const [catalog, schema, name] = ["catalog_name", "schema_name", "name"].map((field) =>
    requiredText(body[field], field).toLowerCase(),
  );
  const path: Path = [catalog ?? "", schema ?? "", name ?? ""];
  const on = await findSecurable(world, "schema", `${catalog}.${schema}`);
  requireMay(world, call.caller, { on, privilege: "CREATE_VOLUME" });
  const type = optionalWord(body["volume_type"], "volume_type", ["MANAGED", "EXTERNAL"]) ?? "MANAGED";
  const location = optionalText(body["storage_location"], "storage_location");
  if ((type === "EXTERNAL") !== (location !== undefined)) {
    throw invalid("storage_location goes with a volume of the type EXTERNAL, and with no other.");
  }
  if (location !== undefined) requireLocation(world, location);
  await runSql(world, `CREATE VOLUME ${sqlName(...path)}`);
  const found = (await schemaOf(world, path)).volumes.get(path[2]);
  if (found !== undefined) {
    const document = { ...patched(world, found, body), owner: call.caller.userName, location };
    await put(world, "volume", path, document);
  }
  return viewOf(world, "volume", path);
};

function requireLocation(world: World, url: string): void {
  const inside = rootObjects(world, "external_location")
    .all()
    .some(({ fields }) => `${url}/`.startsWith(`${String(fields["url"]).replace(/\/+$/, "")}/`));
  if (!inside) throw new ApiFault(400, "INVALID_PARAMETER_VALUE", `No external location contains the path '${url}'.`);
}

const updateVolume: Handler = async (call, world) => {
  const path = await managed(call, world, "volume");
  const [catalog, schema, name] = path;
  const body = await call.json();
  const node = await schemaOf(world, path);
  const found = node.volumes.get(name);
  const newName = (optionalText(body["new_name"], "new_name") ?? "").toLowerCase() || name;
  if (found === undefined) throw invalid(`Volume '${path.join(".")}' does not exist.`);
  if (newName !== name && node.volumes.has(newName))
    throw new ApiFault(409, "VOLUME_ALREADY_EXISTS", `Volume '${catalog}.${schema}.${newName}' already exists`);
  await (
    await world.sql()
  ).change({
    catalog,
    sql: [],
    drop: newName === name ? [] : [{ kind: "volume", schema, name }],
    put: [{ key: { kind: "volume", schema, name: newName }, document: patched(world, found, body) }],
  });
  return viewOf(world, "volume", [catalog, schema, newName]);
};

const updateTable: Handler = async (call, world) => {
  const path = await managed(call, world, "table");
  const body = await call.json();
  const found = (await schemaOf(world, path)).tables.get(path[2]);
  const strange = Object.keys(body).find((field) => field !== "owner");
  if (strange !== undefined) throw invalid(`The field ${strange} of a table cannot be changed over the API.`);
  if (found !== undefined) await put(world, "table", path, patched(world, found, body));
  return {};
};

const updateFunction: Handler = async (call, world) => {
  const path = await managed(call, world, "function");
  const body = await call.json();
  const found = (await schemaOf(world, path)).functions.get(path[2]);
  if (found !== undefined) await put(world, "function", path, patched(world, found, { owner: body["owner"] ?? null }));
  return viewOf(world, "function", path);
};

const removal =
  (type: "volume" | "table" | "function"): Handler =>
  async (call, world) => {
    const path = await managed(call, world, type);
    const isView = type === "table" && (await schemaOf(world, path)).tables.get(path[2])?.kind === "view";
    await runSql(world, `DROP ${isView ? "VIEW" : type.toUpperCase()} ${sqlName(...path)}`);
    return {};
  };

const listFunctions: Handler = async (call, world) => {
  const catalog = requiredText(call.query.get("catalog_name"), "catalog_name").toLowerCase();
  const schema = requiredText(call.query.get("schema_name"), "schema_name").toLowerCase();
  await findSecurable(world, "schema", `${catalog}.${schema}`);
  const items = functionViews([catalog, schema], await schemaOf(world, [catalog, schema, ""]));
  return pageIn(call, { field: "functions", items, most: 100 });
};

const getFunction: Handler = async (call, world) => {
  const name = (call.params["name"] ?? "").toLowerCase();
  await findSecurable(world, "function", name);
  const [catalog = "", schema = "", routine = ""] = name.split(".");
  return viewOf(world, "function", [catalog, schema, routine]);
};

const createFunction: Handler = () => {
  throw notHere("functions made over the API; CREATE FUNCTION makes them");
};

async function managed(call: Call, world: World, type: string): Promise<Path> {
  const name = (call.params["name"] ?? "").toLowerCase();
  const on = await findSecurable(world, type, name);
  requireMay(world, call.caller, { on, privilege: "MANAGE" });
  const [catalog = "", schema = "", leaf = ""] = name.split(".");
  return [catalog, schema, leaf];
}

async function put(
  world: World,
  kind: "volume" | "table" | "function",
  [catalog, schema, name]: Path,
  document: VolumeDocument | TableDocument | FunctionDocument,
): Promise<void> {
  await (await world.sql()).change({ catalog, sql: [], put: [{ key: { kind, schema, name }, document }] });
}

async function schemaOf(world: World, [catalog, schema]: Path): Promise<SchemaNode> {
  const found = (await world.sql()).catalogs().get(catalog)?.schemas.get(schema);
  if (found === undefined)
    throw new ApiFault(404, "SCHEMA_DOES_NOT_EXIST", `Schema '${catalog}.${schema}' does not exist.`);
  return found;
}

async function viewOf(world: World, kind: "volume" | "table" | "function", path: Path): Promise<object> {
  const node = (await world.sql()).catalogs().get(path[0]);
  if (node === undefined) return {};
  if (kind === "volume") return findVolume(path, node) ?? {};
  if (kind === "table") return findTable(path, node, nothingOmitted) ?? {};
  const document = node.schemas.get(path[1])?.functions.get(path[2]);
  return document === undefined ? {} : functionView(path, document);
}

export const unityLeavesRoutes: readonly Route[] = [
  { method: "POST", pattern: `${unity}/volumes`, handler: createVolume },
  { method: "PATCH", pattern: `${unity}/volumes/{name}`, handler: updateVolume },
  { method: "DELETE", pattern: `${unity}/volumes/{name}`, handler: removal("volume") },
  { method: "PATCH", pattern: `${unity}/tables/{name}`, handler: updateTable },
  { method: "DELETE", pattern: `${unity}/tables/{name}`, handler: removal("table") },
  { method: "GET", pattern: `${unity}/functions`, handler: listFunctions },
  { method: "GET", pattern: `${unity}/functions/{name}`, handler: getFunction },
  { method: "POST", pattern: `${unity}/functions`, handler: createFunction },
  { method: "PATCH", pattern: `${unity}/functions/{name}`, handler: updateFunction },
  { method: "DELETE", pattern: `${unity}/functions/{name}`, handler: removal("function") },
];
