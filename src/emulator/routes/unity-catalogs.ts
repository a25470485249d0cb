// Catalogs and schemas of Unity Catalog, to make, change and delete. https://docs.databricks.com/api/workspace/catalogs
import { requireMay } from "../catalog/grants.ts";
import { notHere, patched, runSql, sqlName } from "../catalog/changes.ts";
import { metastoreId, requireRoot } from "../catalog/metastore.ts";
import { findSecurable } from "../catalog/securables.ts";
import { invalid, optionalFlag, optionalText, optionalTextMap, optionalWord, requiredText } from "../http/fields.ts";
import type { Call, Handler, Route } from "../http/route.ts";
import type { CatalogDocument, CatalogNode } from "../sql/catalog-documents.ts";
import { catalogView, findCatalog, schemaView } from "../sql/securables.ts";
import type { World } from "../world.ts";

const unity = "/api/2.1/unity-catalog";

const createCatalog: Handler = async (call, world) => {
  const body = await call.json();
  const name = requiredText(body["name"], "name").toLowerCase();
  const root = await findSecurable(world, "metastore", metastoreId(world));
  requireMay(world, call.caller, { on: root, privilege: "CREATE_CATALOG" });
  const connection = optionalText(body["connection_name"], "connection_name");
  const provider = optionalText(body["provider_name"], "provider_name");
  const share = optionalText(body["share_name"], "share_name");
  if (connection !== undefined) requireRoot(world, "connection", connection);
  if ((provider === undefined) !== (share === undefined)) throw invalid("provider_name and share_name go together.");
  if (provider !== undefined) requireRoot(world, "provider", provider);
  await runSql(world, `CREATE CATALOG ${sqlName(name)}`);
  const node = await requireCatalog(world, name);
  await putCatalog(world, name, {
    ...patched(world, node.document, body),
    owner: call.caller.userName,
    storageRoot: optionalText(body["storage_root"], "storage_root"),
    connection,
    share: provider === undefined || share === undefined ? undefined : { provider, name: share },
  });
  return catalogView(name, await requireCatalog(world, name));
};

const updateCatalog: Handler = async (call, world) => {
  const name = (call.params["name"] ?? "").toLowerCase();
  const node = await managed(call, world, { type: "catalog", name });
  const body = await call.json();
  refuseRename(body["new_name"], name);
  const isolation = optionalWord(body["isolation_mode"], "isolation_mode", ["OPEN", "ISOLATED"]);
  const document = { ...patched(world, node.document, body), ...(isolation === undefined ? {} : { isolation }) };
  await putCatalog(world, name, document);
  return catalogView(name, await requireCatalog(world, name));
};

const deleteCatalog: Handler = async (call, world) => {
  const name = (call.params["name"] ?? "").toLowerCase();
  await managed(call, world, { type: "catalog", name });
  const force = optionalFlag(call.query.get("force"), "force");
  await runSql(world, `DROP CATALOG ${sqlName(name)}${force ? " CASCADE" : ""}`);
  return {};
};

const createSchema: Handler = async (call, world) => {
  const body = await call.json();
  const name = requiredText(body["name"], "name").toLowerCase();
  const catalog = requiredText(body["catalog_name"], "catalog_name").toLowerCase();
  const on = await findSecurable(world, "catalog", catalog);
  requireMay(world, call.caller, { on, privilege: "CREATE_SCHEMA" });
  await runSql(world, `CREATE SCHEMA ${sqlName(catalog, name)}`);
  return putSchema(world, [catalog, name], { ...body, owner: call.caller.userName });
};

const updateSchema: Handler = async (call, world) => {
  const name = (call.params["name"] ?? "").toLowerCase();
  await managed(call, world, { type: "schema", name });
  const body = await call.json();
  const [catalog = "", schema = ""] = name.split(".");
  refuseRename(body["new_name"], schema);
  return putSchema(world, [catalog, schema], body);
};

const deleteSchema: Handler = async (call, world) => {
  const name = (call.params["name"] ?? "").toLowerCase();
  await managed(call, world, { type: "schema", name });
  const force = optionalFlag(call.query.get("force"), "force");
  await runSql(world, `DROP SCHEMA ${sqlName(...name.split("."))}${force ? " CASCADE" : ""}`);
  return {};
};

/** A catalog is a file, a schema a schema of DuckDB, which has no other name for it. */
function refuseRename(newName: unknown, name: string): void {
  const wanted = optionalText(newName, "new_name") ?? "";
  if (wanted !== "" && wanted.toLowerCase() !== name) throw notHere("renaming catalogs and schemas");
}

async function putCatalog(world: World, catalog: string, document: CatalogDocument): Promise<void> {
  const put = [{ key: { kind: "catalog" as const, schema: "", name: "" }, document }];
  await (await world.sql()).change({ catalog, sql: [], put });
}

async function putSchema(
  world: World,
  [catalog, schema]: readonly [string, string],
  body: Parameters<typeof patched>[2],
): Promise<object> {
  optionalTextMap(body["properties"], "properties");
  const node = await requireCatalog(world, catalog);
  const found = node.schemas.get(schema);
  if (found !== undefined) {
    const put = [
      { key: { kind: "schema" as const, schema, name: "" }, document: patched(world, found.document, body) },
    ];
    await (await world.sql()).change({ catalog, sql: [], put });
  }
  return schemaView(catalog, schema, await requireCatalog(world, catalog)) ?? {};
}

async function managed(
  call: Call,
  world: World,
  { type, name }: { readonly type: string; readonly name: string },
): Promise<CatalogNode> {
  const on = await findSecurable(world, type, name);
  requireMay(world, call.caller, { on, privilege: "MANAGE" });
  return requireCatalog(world, name.split(".")[0] ?? "");
}

async function requireCatalog(world: World, name: string): Promise<CatalogNode> {
  const found = findCatalog((await world.sql()).catalogs(), name);
  if (found === undefined) throw invalid(`Catalog '${name}' does not exist.`);
  return found;
}

export const unityCatalogsRoutes: readonly Route[] = [
  { method: "POST", pattern: `${unity}/catalogs`, handler: createCatalog },
  { method: "PATCH", pattern: `${unity}/catalogs/{name}`, handler: updateCatalog },
  { method: "DELETE", pattern: `${unity}/catalogs/{name}`, handler: deleteCatalog },
  { method: "POST", pattern: `${unity}/schemas`, handler: createSchema },
  { method: "PATCH", pattern: `${unity}/schemas/{name}`, handler: updateSchema },
  { method: "DELETE", pattern: `${unity}/schemas/{name}`, handler: deleteSchema },
];
