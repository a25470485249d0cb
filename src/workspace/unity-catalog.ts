// Catalogs, schemas and tables (Unity Catalog API 2.1).
import type { JsonObject } from "../platform/json.ts";
import type { CallOptions, Client } from "./client.ts";
import { flag, number, object, objects, requiredText, text, textMap, texts, timeMs } from "./fields.ts";
import { collect, pagesOf, type ListOptions, type Listing } from "./pages.ts";
import { segment, type Query } from "./query.ts";

/** What a catalog, a schema and a table have in common. */
export interface Securable {
  readonly name: string;
  /** `catalog`, `catalog.schema`, `catalog.schema.table`. */
  readonly fullName: string;
  readonly owner: string | undefined;
  readonly comment: string | undefined;
  readonly createdAtMs: number | undefined;
  readonly updatedAtMs: number | undefined;
  /** The caller sees that it is there, and may not use it. */
  readonly browseOnly: boolean;
}

export interface Catalog extends Securable {
  /** MANAGED_CATALOG, SYSTEM_CATALOG, DELTASHARING_CATALOG, FOREIGN_CATALOG; new ones appear. */
  readonly catalogType: string | undefined;
}

export interface Schema extends Securable {
  readonly catalogName: string;
}

export interface Column {
  readonly name: string;
  /** As DESCRIBE prints it: `decimal(10,2)`, `array<string>`. */
  readonly typeText: string;
  /** LONG, STRING, STRUCT: without parameters. */
  readonly typeName: string | undefined;
  readonly nullable: boolean;
  /** From 0. */
  readonly position: number;
  readonly comment: string | undefined;
  /** Its place among the columns that the table is partitioned by, from 0. */
  readonly partitionIndex: number | undefined;
  /** The function that decides what readers see of it, with the other columns that it is given. */
  readonly mask: PolicyFunction | undefined;
}

/** The function of a row filter or of a column mask. */
export interface PolicyFunction {
  readonly functionName: string;
  readonly columnNames: readonly string[];
}

export interface Table extends Securable {
  readonly catalogName: string;
  readonly schemaName: string;
  /** MANAGED, EXTERNAL, VIEW, MATERIALIZED_VIEW, STREAMING_TABLE, FOREIGN; new ones appear. */
  readonly tableType: string | undefined;
  /** DELTA, PARQUET, CSV; none for a view. */
  readonly dataSourceFormat: string | undefined;
  readonly tableId: string | undefined;
  readonly storageLocation: string | undefined;
  readonly viewDefinition: string | undefined;
  readonly properties: Readonly<Record<string, string>>;
  /** Decides which rows readers see. */
  readonly rowFilter: PolicyFunction | undefined;
  /** Empty where the list was asked to leave them out. */
  readonly columns: readonly Column[];
}

export interface ListSecurablesOptions extends ListOptions {
  /** Also those that the caller only may know of. */
  readonly includeBrowse?: boolean | undefined;
}

export interface ListTablesOptions extends ListSecurablesOptions {
  /** Without columns and properties: names alone come much faster. */
  readonly namesOnly?: boolean | undefined;
}

/** Errors: `not_found` where a catalog, schema or table is not there or not the caller's to see. */
export interface UnityCatalogApi {
  catalogs(options?: ListSecurablesOptions): Promise<Listing<Catalog>>;
  schemas(catalog: string, options?: ListSecurablesOptions): Promise<Listing<Schema>>;
  tables(catalog: string, schema: string, options?: ListTablesOptions): Promise<Listing<Table>>;
  /** One table with its columns, by `catalog.schema.table`. */
  table(fullName: string, options?: CallOptions): Promise<Table>;
}

const base = "/api/2.1/unity-catalog";

/** https://docs.databricks.com/api/workspace/tables */
export function createUnityCatalogApi(client: Client): UnityCatalogApi {
  return {
    catalogs: (options = {}) => list(client, { what: "catalogs", query: {}, read: toCatalog }, options),
    schemas: (catalog, options = {}) =>
      list(client, { what: "schemas", query: { catalog_name: catalog }, read: toSchema }, options),
    tables: (catalog, schema, { namesOnly, ...options } = {}) => {
      const less = namesOnly === true ? { omit_columns: true, omit_properties: true } : {};
      const query = { catalog_name: catalog, schema_name: schema, ...less };
      return list(client, { what: "tables", query, read: toTable }, options);
    },
    table: async (fullName, { signal } = {}) =>
      toTable(await client.json({ method: "GET", path: `${base}/tables/${segment(fullName, "table name")}`, signal })),
  };
}

interface ListRequest<T> {
  /** The last part of the path, and the field of the answer. */
  readonly what: string;
  readonly query: Query;
  readonly read: (wire: JsonObject) => T;
}

function list<T>(client: Client, request: ListRequest<T>, options: ListSecurablesOptions): Promise<Listing<T>> {
  const { limit, includeBrowse, signal } = options;
  // 0 asks for pages of the workspace's own size; without the field it gathers everything in one slow answer.
  const size = limit === undefined ? 0 : limit + 1;
  const pages = pagesOf(client, (token) => ({
    method: "GET",
    path: `${base}/${request.what}`,
    query: { ...request.query, include_browse: includeBrowse, max_results: size, page_token: token },
    signal,
  }));
  return collect(pages, (page) => objects(page, request.what).map(request.read), limit);
}

function toSecurable(wire: JsonObject): Omit<Securable, "fullName"> {
  return {
    name: requiredText(wire, "name"),
    owner: text(wire, "owner"),
    comment: text(wire, "comment"),
    createdAtMs: timeMs(wire, "created_at"),
    updatedAtMs: timeMs(wire, "updated_at"),
    browseOnly: flag(wire, "browse_only"),
  };
}

function toCatalog(wire: JsonObject): Catalog {
  const common = toSecurable(wire);
  return { ...common, fullName: common.name, catalogType: text(wire, "catalog_type") };
}

function toSchema(wire: JsonObject): Schema {
  const common = toSecurable(wire);
  const catalogName = requiredText(wire, "catalog_name");
  return { ...common, catalogName, fullName: text(wire, "full_name") ?? `${catalogName}.${common.name}` };
}

function toTable(wire: JsonObject): Table {
  const common = toSecurable(wire);
  const catalogName = requiredText(wire, "catalog_name");
  const schemaName = requiredText(wire, "schema_name");
  return {
    ...common,
    catalogName,
    schemaName,
    fullName: text(wire, "full_name") ?? `${catalogName}.${schemaName}.${common.name}`,
    tableType: text(wire, "table_type"),
    dataSourceFormat: text(wire, "data_source_format"),
    tableId: text(wire, "table_id"),
    storageLocation: text(wire, "storage_location"),
    viewDefinition: text(wire, "view_definition"),
    properties: textMap(wire, "properties"),
    rowFilter: toPolicy(object(wire, "row_filter"), "input_column_names"),
    columns: objects(wire, "columns").map(toColumn),
  };
}

function toColumn(wire: JsonObject, index: number): Column {
  return {
    name: requiredText(wire, "name"),
    typeText: text(wire, "type_text") ?? "",
    typeName: text(wire, "type_name"),
    nullable: wire["nullable"] !== false,
    position: number(wire, "position") ?? index,
    comment: text(wire, "comment"),
    partitionIndex: number(wire, "partition_index"),
    mask: toPolicy(object(wire, "mask"), "using_column_names"),
  };
}

function toPolicy(wire: JsonObject | undefined, columns: string): PolicyFunction | undefined {
  const functionName = wire === undefined ? undefined : text(wire, "function_name");
  if (wire === undefined || functionName === undefined) return undefined;
  return { functionName, columnNames: texts(wire, columns) };
}
