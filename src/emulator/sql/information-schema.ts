// information_schema of a catalog, made from the documents when it is read.
import type { FoundTable, OutputColumn } from "./analyze/context.ts";
import type { CatalogNode, TableDocument, Tags } from "./catalog-documents.ts";
import { tableNotFound, unsupported } from "./faults.ts";
import { showName } from "./names.ts";
import { valuesRelation, type Relation, type Value } from "./values-relation.ts";
import { typeFromText } from "./parse/types.ts";
import { typeName, types } from "./types.ts";

type Maker = (catalog: string, node: CatalogNode) => Relation;

const text = (name: string): OutputColumn => ({ name, type: types.string });
const time = (name: string): OutputColumn => ({ name, type: types.timestamp });
const number = (name: string): OutputColumn => ({ name, type: types.int });

const tagColumns = [text("tag_name"), text("tag_value")];

function plainType({ kind, pipeline }: TableDocument): string {
  if (pipeline !== undefined) return pipeline.type;
  return kind === "view" ? "VIEW" : "MANAGED";
}

function tagRows(tags: Tags | undefined, ...place: readonly string[]): Value[][] {
  return Object.entries(tags ?? {}).map(([name, value]) => [...place, name, value]);
}

const tables: Readonly<Record<string, Maker>> = {
  schemata: (catalog, node) => ({
    columns: [
      text("catalog_name"),
      text("schema_name"),
      text("schema_owner"),
      text("comment"),
      time("created"),
      time("last_altered"),
    ],
    rows: [...node.schemas].map(([schema, { document }]) => [
      catalog,
      schema,
      document.owner,
      document.comment ?? null,
      document.createdAt,
      document.updatedAt,
    ]),
  }),
  tables: (catalog, node) => ({
    columns: [
      text("table_catalog"),
      text("table_schema"),
      text("table_name"),
      text("table_type"),
      text("is_insertable_into"),
      text("commit_action"),
      text("table_owner"),
      text("comment"),
      time("created"),
      time("last_altered"),
      text("data_source_format"),
    ],
    rows: allTables(node).map(([schema, name, document]) => [
      catalog,
      schema,
      name,
      document.metric === true ? "METRIC_VIEW" : plainType(document),
      document.kind === "view" ? "NO" : "YES",
      "PRESERVE",
      document.owner,
      document.comment ?? null,
      document.createdAt,
      document.updatedAt,
      document.kind === "view" ? null : "DELTA",
    ]),
  }),
  views: (catalog, node) => ({
    columns: [
      text("table_catalog"),
      text("table_schema"),
      text("table_name"),
      text("view_definition"),
      text("check_option"),
      text("is_updatable"),
      text("is_insertable_into"),
    ],
    rows: allTables(node)
      .filter(([, , document]) => document.view !== undefined)
      .map(([schema, name, document]) => [catalog, schema, name, document.view?.text ?? null, "NONE", "NO", "NO"]),
  }),
  columns: (catalog, node) => ({
    columns: [
      text("table_catalog"),
      text("table_schema"),
      text("table_name"),
      text("column_name"),
      number("ordinal_position"),
      text("column_default"),
      text("is_nullable"),
      text("full_data_type"),
      text("data_type"),
      text("comment"),
    ],
    rows: allTables(node).flatMap(([schema, name, document]) =>
      document.columns.map((column, index) => [
        catalog,
        schema,
        name,
        column.name,
        index,
        column.default ?? null,
        column.nullable ? "YES" : "NO",
        column.type,
        typeName(typeFromText(column.type)),
        column.comment ?? null,
      ]),
    ),
  }),
  volumes: (catalog, node) => ({
    columns: [
      text("volume_catalog"),
      text("volume_schema"),
      text("volume_name"),
      text("volume_type"),
      text("volume_owner"),
      text("comment"),
      time("created"),
    ],
    rows: [...node.schemas].flatMap(([schema, { volumes }]) =>
      [...volumes].map(([name, document]) => [
        catalog,
        schema,
        name,
        "MANAGED",
        document.owner,
        document.comment ?? null,
        document.createdAt,
      ]),
    ),
  }),
  catalog_tags: (catalog, node) => ({
    columns: [text("catalog_name"), ...tagColumns],
    rows: tagRows(node.document.tags, catalog),
  }),
  schema_tags: (catalog, node) => ({
    columns: [text("catalog_name"), text("schema_name"), ...tagColumns],
    rows: [...node.schemas].flatMap(([schema, { document }]) => tagRows(document.tags, catalog, schema)),
  }),
  table_tags: (catalog, node) => ({
    columns: [text("catalog_name"), text("schema_name"), text("table_name"), ...tagColumns],
    rows: allTables(node).flatMap(([schema, name, document]) => tagRows(document.tags, catalog, schema, name)),
  }),
  column_tags: (catalog, node) => ({
    columns: [text("catalog_name"), text("schema_name"), text("table_name"), text("column_name"), ...tagColumns],
    rows: allTables(node).flatMap(([schema, name, document]) =>
      document.columns.flatMap((column) => tagRows(column.tags, catalog, schema, name, column.name)),
    ),
  }),
  volume_tags: (catalog, node) => ({
    columns: [text("catalog_name"), text("schema_name"), text("volume_name"), ...tagColumns],
    rows: [...node.schemas].flatMap(([schema, { volumes }]) =>
      [...volumes].flatMap(([name, document]) => tagRows(document.tags, catalog, schema, name)),
    ),
  }),
};

/** Names of what is supported, for the document. */
export const informationTables: readonly string[] = Object.keys(tables);

function allTables(node: CatalogNode): (readonly [schema: string, name: string, document: TableDocument])[] {
  return [...node.schemas].flatMap(([schema, { tables: found }]) =>
    [...found].map(([name, document]) => [schema, name, document] as const),
  );
}

const known = [
  "catalogs",
  "routines",
  "parameters",
  "table_constraints",
  "key_column_usage",
  "table_privileges",
  "schema_privileges",
  "constraint_column_usage",
  "referential_constraints",
];

/** A table of information_schema as a relation. Throws TABLE_OR_VIEW_NOT_FOUND, or UNSUPPORTED_FEATURE for one that is real elsewhere. */
export function informationTable(
  catalog: string,
  name: string,
  node: CatalogNode,
): Extract<FoundTable, { kind: "table" }> {
  return relationOf([catalog, "information_schema", name], new Map([[catalog, node]]));
}

/** The same of every catalog that the API shows: `system.information_schema`. */
export function systemInformation(
  name: string,
  catalogs: ReadonlyMap<string, CatalogNode>,
): Extract<FoundTable, { kind: "table" }> {
  const shown = new Map([...catalogs].filter(([catalog]) => catalog !== "hive_metastore"));
  return relationOf(["system", "information_schema", name], shown);
}

function relationOf(
  path: readonly [string, string, string],
  nodes: ReadonlyMap<string, CatalogNode>,
): Extract<FoundTable, { kind: "table" }> {
  const name = path[2];
  const make = Object.hasOwn(tables, name) ? tables[name] : undefined;
  if (make === undefined) {
    if (known.includes(name)) throw unsupported(`information_schema.${name}`);
    throw tableNotFound(showName(path));
  }
  const made = [...nodes].map(([catalog, node]) => make(catalog, node));
  const columns = made[0]?.columns ?? [];
  const rows = made.flatMap((each) => each.rows);
  return valuesRelation(path, { columns, rows });
}
