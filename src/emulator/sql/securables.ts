// Catalogs, schemas and tables as the Unity Catalog API shows them. hive_metastore is none of its catalogs.
import type {
  CatalogDocument,
  CatalogNode,
  ColumnDocument,
  FunctionDocument,
  SchemaDocument,
  SchemaNode,
  TableDocument,
  VolumeDocument,
} from "./catalog-documents.ts";
import { informationTable, informationTables } from "./information-schema.ts";
import { typeFromText } from "./parse/types.ts";
import { describeType, typeName, type DataType } from "./types.ts";

export type Catalogs = ReadonlyMap<string, CatalogNode>;

/** What lists are asked to leave out of tables. */
export interface Omissions {
  readonly columns: boolean;
  readonly properties: boolean;
  readonly userNames: boolean;
}

export const nothingOmitted: Omissions = { columns: false, properties: false, userNames: false };

const outside = "hive_metastore";
const information = "information_schema";
const systemUser = "System user";

export function catalogViews(catalogs: Catalogs): readonly object[] {
  return byName(catalogs)
    .filter(([name]) => name !== outside)
    .map(([name, node]) => catalogView(name, node));
}

/** The catalog of that name, whatever its case; undefined where there is none. */
export function findCatalog(catalogs: Catalogs, name: string): CatalogNode | undefined {
  return name.toLowerCase() === outside ? undefined : catalogs.get(name.toLowerCase());
}

export function catalogView(name: string, { document }: CatalogNode): object {
  return {
    name,
    full_name: name,
    securable_type: "CATALOG",
    catalog_type: catalogType(document),
    isolation_mode: document.isolation ?? "OPEN",
    ...(document.storageRoot === undefined ? {} : { storage_root: document.storageRoot }),
    ...(document.connection === undefined ? {} : { connection_name: document.connection }),
    ...(document.share === undefined
      ? {}
      : { provider_name: document.share.provider, share_name: document.share.name }),
    ...ownership(document),
    properties: document.properties,
  };
}

function catalogType({ connection, share }: CatalogDocument): string {
  if (connection !== undefined) return "FOREIGN_CATALOG";
  return share === undefined ? "MANAGED_CATALOG" : "DELTASHARING_CATALOG";
}

/** Every schema of the catalog, information_schema among them. */
export function schemaViews(catalog: string, node: CatalogNode): readonly object[] {
  const names = [...node.schemas.keys(), information].toSorted();
  return names.flatMap((name) => schemaView(catalog, name, node) ?? []);
}

export function schemaView(catalog: string, name: string, node: CatalogNode): object | undefined {
  const found = name === information ? systemDocument(node) : node.schemas.get(name)?.document;
  if (found === undefined) return undefined;
  return {
    name,
    catalog_name: catalog,
    full_name: `${catalog}.${name}`,
    catalog_type: "MANAGED_CATALOG",
    schema_id: found.id,
    ...ownership(found),
    properties: found.properties,
  };
}

/** The tables and views of a schema, or undefined where the catalog has no such schema. */
export function tableViews(path: readonly [string, string], node: CatalogNode, omit: Omissions) {
  const [catalog, schema] = path;
  if (schema === information) {
    return [...informationTables].toSorted().map((name) => informationView(catalog, name, { node, omit }));
  }
  const found = node.schemas.get(schema);
  if (found === undefined) return undefined;
  return byName(found.tables).map(([name, document]) => tableView([catalog, schema, name], document, omit));
}

/** One table or view, or undefined. */
export function findTable(path: readonly [string, string, string], node: CatalogNode, omit: Omissions) {
  const [catalog, schema, name] = path;
  if (schema === information) {
    return informationTables.includes(name) ? informationView(catalog, name, { node, omit }) : undefined;
  }
  const document = node.schemas.get(schema)?.tables.get(name);
  return document === undefined ? undefined : tableView(path, document, omit);
}

/** The volumes of a schema, or undefined where the catalog has no such schema. */
export function volumeViews([catalog, schema]: readonly [string, string], node: CatalogNode) {
  if (schema === information) return [];
  const found = node.schemas.get(schema);
  return found && byName(found.volumes).map(([name, document]) => volumeView([catalog, schema, name], document));
}

/** One volume, or undefined. */
export function findVolume(path: readonly [string, string, string], node: CatalogNode): object | undefined {
  const document = node.schemas.get(path[1])?.volumes.get(path[2]);
  return document === undefined ? undefined : volumeView(path, document);
}

/** The kind of a table or view, as API and SQL call it. */
export function tableTypeOf({ kind, metric, pipeline }: TableDocument): string {
  if (metric === true) return "METRIC_VIEW";
  if (pipeline !== undefined) return pipeline.type;
  return kind === "view" ? "VIEW" : "MANAGED";
}

function volumeView(path: readonly [string, string, string], document: VolumeDocument): object {
  const { location } = document;
  return {
    ...namesOf(path),
    volume_type: location === undefined ? "MANAGED" : "EXTERNAL",
    ...(location === undefined ? {} : { storage_location: location }),
    volume_id: document.id,
    ...ownership(document),
  };
}

/** The functions of a schema. */
export function functionViews([catalog, schema]: readonly [string, string], node: SchemaNode): readonly object[] {
  return byName(node.functions).map(([name, document]) => functionView([catalog, schema, name], document));
}

export function functionView(path: readonly [string, string, string], document: FunctionDocument): object {
  const returns = typeFromText(document.returns);
  return {
    ...namesOf(path),
    data_type: typeName(returns),
    full_data_type: describeType(returns),
    routine_body: "SQL",
    routine_definition: document.body.text,
    parameter_style: "S",
    security_type: "DEFINER",
    sql_data_access: "CONTAINS_SQL",
    is_deterministic: true,
    is_null_call: false,
    specific_name: path[2],
    function_id: document.id,
    ...ownership(document),
    ...(document.parameters.length === 0
      ? {}
      : {
          input_params: {
            parameters: document.parameters.map(({ name, type, comment }, position) => ({
              name,
              type_text: describeType(typeFromText(type)),
              type_name: typeName(typeFromText(type)),
              position,
              parameter_mode: "IN",
              parameter_type: "PARAM",
              ...(comment === undefined ? {} : { comment }),
            })),
          },
        }),
  };
}

function tableView(path: readonly [string, string, string], document: TableDocument, omit: Omissions): object {
  const isView = document.kind === "view";
  return {
    ...namesOf(path),
    table_type: tableTypeOf(document),
    ...(document.pipeline === undefined ? {} : { pipeline_id: document.pipeline.id }),
    ...(isView ? {} : { data_source_format: "DELTA" }),
    ...(omit.columns ? {} : { columns: document.columns.map((column, index) => columnView(column, index, document)) }),
    ...(document.view === undefined ? {} : { view_definition: document.view.text }),
    ...(document.rowFilter === undefined
      ? {}
      : {
          row_filter: {
            function_name: document.rowFilter.function.join("."),
            input_column_names: document.rowFilter.columns,
          },
        }),
    ...(omit.properties ? {} : { properties: document.properties }),
    ...ownership(document, omit.userNames),
    ...(document.owner === systemUser ? {} : { table_id: document.id }),
  };
}

interface InformationOptions {
  readonly node: CatalogNode;
  readonly omit: Omissions;
}

function informationView(catalog: string, name: string, { node, omit }: InformationOptions): object {
  const { columns } = informationTable(catalog, name, node);
  const documents = columns.map((column) => ({
    name: column.name,
    type: describeType(column.type),
    nullable: true,
  }));
  const document: TableDocument = {
    ...systemDocument(node),
    comment: undefined,
    kind: "view",
    columns: documents,
    partitionedBy: [],
    clusterBy: [],
    constraints: [],
  };
  return tableView([catalog, information, name], document, omit);
}

function systemDocument({ document }: CatalogNode): SchemaDocument {
  return { ...document, owner: systemUser, comment: "Information schema (auto-created)", properties: {} };
}

function namesOf([catalog, schema, name]: readonly [string, string, string]): object {
  return { name, catalog_name: catalog, schema_name: schema, full_name: `${catalog}.${schema}.${name}` };
}

function ownership({ comment, owner, createdAt, updatedAt }: SchemaDocument, withoutNames = false): object {
  return {
    ...(comment === undefined ? {} : { comment }),
    created_at: createdAt,
    updated_at: updatedAt,
    ...(withoutNames ? {} : { owner, created_by: owner, updated_by: owner }),
  };
}

function columnView(column: ColumnDocument, position: number, { partitionedBy }: TableDocument): object {
  const type = typeFromText(column.type);
  const partition = partitionedBy.findIndex((name) => name.toLowerCase() === column.name.toLowerCase());
  const metadata = column.comment === undefined ? {} : { comment: column.comment };
  return {
    name: column.name,
    type_text: describeType(type),
    // The statement API calls both kinds of timestamp by one name; this API tells them apart.
    type_name: type.kind === "timestamp_ntz" ? "TIMESTAMP_NTZ" : typeName(type),
    type_json: JSON.stringify({ name: column.name, type: sparkType(type), nullable: column.nullable, metadata }),
    type_precision: type.kind === "decimal" ? type.precision : 0,
    type_scale: type.kind === "decimal" ? type.scale : 0,
    position,
    nullable: column.nullable,
    ...(column.comment === undefined ? {} : { comment: column.comment }),
    ...(partition === -1 ? {} : { partition_index: partition }),
    ...(column.mask === undefined
      ? {}
      : {
          mask: {
            function_name: column.mask.function.join("."),
            ...(column.mask.columns.length === 0 ? {} : { using_column_names: column.mask.columns }),
          },
        }),
  };
}

const sparkNames: Readonly<Record<string, string>> = { int: "integer", null: "void" };

/** A type in Spark's own JSON. */
function sparkType(type: DataType): unknown {
  switch (type.kind) {
    case "decimal":
      return `decimal(${type.precision},${type.scale})`;
    case "array":
      return { type: "array", elementType: sparkType(type.element), containsNull: true };
    case "map":
      return {
        type: "map",
        keyType: sparkType(type.key),
        valueType: sparkType(type.value),
        valueContainsNull: true,
      };
    case "struct":
      return {
        type: "struct",
        fields: type.fields.map(({ name, type: inner }) => ({
          name,
          type: sparkType(inner),
          nullable: true,
          metadata: {},
        })),
      };
    default:
      return sparkNames[type.kind] ?? type.kind;
  }
}

function byName<T>(map: ReadonlyMap<string, T>): [string, T][] {
  return [...map].toSorted(([left], [right]) => (left < right ? -1 : 1));
}
