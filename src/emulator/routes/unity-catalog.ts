// Unity Catalog 2.1, to read: catalogs, schemas, tables and volumes as SQL has made them.
import { invalid, optionalFlag, requiredText } from "../http/fields.ts";
import { ApiFault, type Call, type Handler, type Route } from "../http/route.ts";
import type { CatalogNode } from "../sql/catalog-documents.ts";
import {
  catalogView,
  catalogViews,
  findCatalog,
  findTable,
  findVolume,
  nothingOmitted,
  schemaView,
  schemaViews,
  tableViews,
  volumeViews,
  type Omissions,
} from "../sql/securables.ts";
import type { World } from "../world.ts";
import { pageIn } from "./unity-lists.ts";

const unity = "/api/2.1/unity-catalog";

const listCatalogs: Handler = async (call, world) =>
  pageIn(call, { field: "catalogs", items: catalogViews((await world.sql()).catalogs()), most: 1_000 });

const getCatalog: Handler = async (call, world) => {
  const name = nameIn(call);
  return catalogView(name.toLowerCase(), await requireCatalog(world, name));
};

const listSchemas: Handler = async (call, world) => {
  const catalog = requiredText(call.query.get("catalog_name"), "catalog_name").toLowerCase();
  const node = await requireCatalog(world, catalog);
  return pageIn(call, { field: "schemas", items: schemaViews(catalog, node), most: 1_000 });
};

const getSchema: Handler = async (call, world) => {
  const [catalog = "", schema = ""] = partsOf(nameIn(call), 2);
  const found = schemaView(catalog, schema, await requireCatalog(world, catalog));
  if (found === undefined) throw schemaMissing(catalog, schema);
  return found;
};

const listTables: Handler = async (call, world) => {
  const catalog = requiredText(call.query.get("catalog_name"), "catalog_name").toLowerCase();
  const schema = requiredText(call.query.get("schema_name"), "schema_name").toLowerCase();
  const items = tableViews([catalog, schema], await requireCatalog(world, catalog), omissions(call));
  if (items === undefined) throw schemaMissing(catalog, schema);
  return pageIn(call, { field: "tables", items, most: 50 });
};

const getTable: Handler = async (call, world) => {
  const [catalog = "", schema = "", table = ""] = partsOf(nameIn(call), 3);
  const node = await requireCatalog(world, catalog);
  if (schemaView(catalog, schema, node) === undefined) throw schemaMissing(catalog, schema);
  const found = findTable([catalog, schema, table], node, nothingOmitted);
  if (found === undefined) throw missing("TABLE_DOES_NOT_EXIST", "Table", `${catalog}.${schema}.${table}`);
  return found;
};

const tableExists: Handler = async (call, world) => {
  const [catalog = "", schema = "", table = ""] = partsOf(nameIn(call), 3);
  const node = findCatalog((await world.sql()).catalogs(), catalog);
  const found = node === undefined ? undefined : findTable([catalog, schema, table], node, nothingOmitted);
  return { table_exists: found !== undefined };
};

const listVolumes: Handler = async (call, world) => {
  const catalog = requiredText(call.query.get("catalog_name"), "catalog_name").toLowerCase();
  const schema = requiredText(call.query.get("schema_name"), "schema_name").toLowerCase();
  const items = volumeViews([catalog, schema], await requireCatalog(world, catalog));
  if (items === undefined) throw schemaMissing(catalog, schema);
  return pageIn(call, { field: "volumes", items, most: 10_000 });
};

const getVolume: Handler = async (call, world) => {
  const [catalog = "", schema = "", volume = ""] = partsOf(nameIn(call), 3);
  const node = await requireCatalog(world, catalog);
  if (schemaView(catalog, schema, node) === undefined) throw schemaMissing(catalog, schema);
  const found = findVolume([catalog, schema, volume], node);
  if (found === undefined) throw missing("NOT_FOUND", "Volume", `${catalog}.${schema}.${volume}`);
  return found;
};

function nameIn(call: Call): string {
  return call.params["name"] ?? "";
}

/** The lower-case parts of a full name. Throws INVALID_PARAMETER_VALUE where there are more or fewer. */
function partsOf(fullName: string, count: number): readonly string[] {
  const parts = fullName.toLowerCase().split(".");
  if (parts.length === count && !parts.includes("")) return parts;
  const form = ["catalog", "schema", "table"].slice(0, count).join(".");
  throw invalid(`Invalid full name '${fullName}': expected ${form}.`);
}

async function requireCatalog(world: World, name: string): Promise<CatalogNode> {
  const found = findCatalog((await world.sql()).catalogs(), name);
  if (found === undefined) throw missing("CATALOG_DOES_NOT_EXIST", "Catalog", name);
  return found;
}

function schemaMissing(catalog: string, schema: string): ApiFault {
  return missing("SCHEMA_DOES_NOT_EXIST", "Schema", `${catalog}.${schema}`);
}

function missing(errorCode: string, what: string, name: string): ApiFault {
  return new ApiFault(404, errorCode, `${what} '${name}' does not exist.`, [
    {
      "@type": "type.googleapis.com/google.rpc.ErrorInfo",
      reason: errorCode,
      domain: "unity-catalog.databricks.com",
      metadata: { [what.toLowerCase()]: name },
    },
  ]);
}

function omissions({ query }: Call): Omissions {
  const wants = (name: string): boolean => optionalFlag(query.get(name), name);
  return { columns: wants("omit_columns"), properties: wants("omit_properties"), userNames: wants("omit_username") };
}

export const unityCatalogRoutes: readonly Route[] = [
  { method: "GET", pattern: `${unity}/catalogs`, handler: listCatalogs },
  { method: "GET", pattern: `${unity}/catalogs/{name}`, handler: getCatalog },
  { method: "GET", pattern: `${unity}/schemas`, handler: listSchemas },
  { method: "GET", pattern: `${unity}/schemas/{name}`, handler: getSchema },
  { method: "GET", pattern: `${unity}/tables`, handler: listTables },
  { method: "GET", pattern: `${unity}/tables/{name}`, handler: getTable },
  { method: "GET", pattern: `${unity}/tables/{name}/exists`, handler: tableExists },
  { method: "GET", pattern: `${unity}/volumes`, handler: listVolumes },
  { method: "GET", pattern: `${unity}/volumes/{name}`, handler: getVolume },
];
