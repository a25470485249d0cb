// CREATE TABLE in its forms, DROP TABLE, TRUNCATE, REPLACE.
import { analyzeQuery, retyped } from "../analyze/query.ts";
import type { TableDocument } from "../catalog-documents.ts";
import { schemaPath, tablePath } from "../physical.ts";
import type { SqlTable } from "../engine.ts";
import { alreadyExists, invalidStatement, tableNotFound, unsupported } from "../faults.ts";
import { quoteName, sameName, showName } from "../names.ts";
import type { Query, TableName } from "../parse/ast.ts";
import type { Cursor } from "../parse/cursor.ts";
import { parseQuery, startsQuery } from "../parse/queries.ts";
import { parseTableName } from "../parse/relations.ts";
import { typeFromText } from "../parse/types.ts";
import { describeType, duckType, requireStorable } from "../types.ts";
import {
  columnDefinition,
  columnNames,
  constraintText,
  duplicateColumn,
  ifNotExists,
  properties,
  type ColumnDefinition,
} from "./clauses.ts";
import { countTable, emptyTable, type Action, type Construct, type Path, type StatementSession } from "./define.ts";

interface TableDefinition {
  readonly name: TableName;
  readonly replace: boolean;
  readonly unlessExists: boolean;
  readonly columns: readonly ColumnDefinition[];
  readonly constraints: readonly string[];
  readonly options: TableOptions;
  readonly query: Query | undefined;
  readonly like: TableName | undefined;
}

interface TableOptions {
  comment: string | undefined;
  properties: Record<string, string>;
  partitionedBy: string[];
  partitionColumns: ColumnDefinition[];
  clusterBy: string[];
}

function createTable(cursor: Cursor): Action {
  const replace = cursor.accept("REPLACE") || (cursor.accept("CREATE") && cursor.accept("OR", "REPLACE"));
  if (cursor.at("EXTERNAL")) throw unsupported("external tables");
  if (cursor.at("TEMPORARY") || cursor.at("TEMP")) throw unsupported("temporary tables; use CREATE TEMPORARY VIEW");
  cursor.expect("TABLE");
  const unlessExists = ifNotExists(cursor);
  const name = parseTableName(cursor);
  const columns: ColumnDefinition[] = [];
  const constraints: string[] = [];
  if (cursor.at("(") && !startsQuery(cursor)) readColumns(cursor, columns, constraints);
  const like = cursor.accept("LIKE") ? parseTableName(cursor) : undefined;
  if (cursor.at("DEEP", "CLONE") || cursor.at("SHALLOW", "CLONE") || cursor.at("CLONE")) throw unsupported("CLONE");
  const options = readOptions(cursor);
  const query = cursor.accept("AS") || startsQuery(cursor) ? parseQuery(cursor) : undefined;
  const definition = { name, replace, unlessExists, columns, constraints, options, query, like };
  return (session) => runCreate(session, definition);
}

function readColumns(cursor: Cursor, columns: ColumnDefinition[], constraints: string[]): void {
  cursor.expect("(");
  cursor.listToParenthesis(() => {
    const isConstraint =
      cursor.at("CONSTRAINT") || cursor.at("PRIMARY", "KEY") || cursor.at("FOREIGN", "KEY") || cursor.at("CHECK", "(");
    if (isConstraint) constraints.push(constraintText(cursor));
    else {
      const column = columnDefinition(cursor);
      columns.push(column);
      constraints.push(...column.constraints);
    }
  });
}

const refusedOptions = ["LOCATION", "OPTIONS", "CLUSTERED", "COLLATION"];

function readOptions(cursor: Cursor): TableOptions {
  const options: TableOptions = {
    comment: undefined,
    properties: {},
    partitionedBy: [],
    partitionColumns: [],
    clusterBy: [],
  };
  for (;;) {
    if (cursor.accept("USING")) requireFormat(cursor.name());
    else if (cursor.accept("COMMENT")) options.comment = cursor.string();
    else if (cursor.accept("TBLPROPERTIES")) options.properties = properties(cursor);
    else if (cursor.accept("PARTITIONED", "BY")) readPartitions(cursor, options);
    else if (cursor.accept("CLUSTER", "BY")) readClusters(cursor, options);
    else {
      const refused = refusedOptions.find((word) => cursor.at(word));
      if (refused !== undefined) throw unsupported(`${refused} of CREATE TABLE`);
      if (cursor.at("WITH", "ROW", "FILTER")) throw unsupported("row filters");
      return options;
    }
  }
}

function requireFormat(format: string): void {
  if (!["delta", "parquet"].includes(format.toLowerCase())) throw unsupported(`tables USING ${format.toUpperCase()}`);
}

function readPartitions(cursor: Cursor, options: TableOptions): void {
  cursor.expect("(");
  cursor.listToParenthesis(() => {
    const start = cursor.position;
    const name = cursor.name();
    options.partitionedBy.push(name);
    if (cursor.at(",") || cursor.at(")")) return;
    if (cursor.at("(")) throw unsupported("PARTITIONED BY an expression");
    cursor.rewind(start);
    options.partitionColumns.push(columnDefinition(cursor));
  });
}

function readClusters(cursor: Cursor, options: TableOptions): void {
  if (cursor.accept("AUTO") || cursor.accept("NONE")) return;
  options.clusterBy = columnNames(cursor);
}

async function runCreate(session: StatementSession, definition: TableDefinition): Promise<SqlTable> {
  const path = session.path(definition.name);
  const [catalog, schema, name] = path;
  const known = session.catalogs.schema(catalog, schema).tables.get(name);
  if (known !== undefined && definition.unlessExists) return emptyTable;
  if (known !== undefined && !definition.replace) throw alreadyExists("TABLE_OR_VIEW", showName(path));
  if (known?.kind === "view")
    throw invalidStatement(
      "EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE",
      "42809",
      `'CREATE OR REPLACE TABLE' expects a table but ${showName(path)} is a view.`,
    );
  const content =
    definition.query === undefined ? declared(session, definition) : selected(session, definition.query, path);
  const document = tableDocument(session, definition, content.columns, known);
  const target = tablePath(...path);
  const operation = `${known === undefined ? "CREATE" : "CREATE OR REPLACE"} TABLE${definition.query === undefined ? "" : " AS SELECT"}`;
  const run = {
    at: session.now(),
    user: session.user,
    operation,
    parameters: historyParameters(document),
    metrics: {},
  };
  return session.catalogs.exclusively(session.signal, async (writer) => {
    const raced = session.catalogs.table(...path);
    if (raced !== undefined && definition.unlessExists) return emptyTable;
    if (raced !== undefined && !definition.replace) throw alreadyExists("TABLE_OR_VIEW", showName(path));
    const change = {
      catalog,
      sql: content.sql(target, raced !== undefined),
      put: [{ key: { kind: "table", schema, name }, document } as const],
      history: [{ schema, table: name, entry: run }],
    };
    const [filled] = await session.catalogs.changeWithin(writer, change, session.signal);
    if (definition.query === undefined) return emptyTable;
    const count = Number(filled?.[0]?.[0] ?? 0);
    return countTable({ num_affected_rows: count, num_inserted_rows: count });
  });
}

interface Content {
  readonly columns: readonly ColumnDefinition[];
  readonly sql: (target: string, replace: boolean) => readonly string[];
}

function declared(session: StatementSession, { columns, options, like }: TableDefinition): Content {
  const all = like === undefined ? [...columns, ...options.partitionColumns] : likeColumns(session, like);
  for (const column of all) requireStorable(column.type, column.name);
  const parts = all.map(
    (column) => `${quoteName(column.name)} ${duckType(column.type)}${column.nullable ? "" : " NOT NULL"}`,
  );
  // DuckDB has no table without columns; the warehouse has, to be filled by ALTER TABLE or schema evolution.
  if (all.length === 0) throw unsupported("a table without columns");
  return {
    columns: all,
    sql: (target, replace) => [`CREATE ${replace ? "OR REPLACE " : ""}TABLE ${target} (${parts.join(", ")})`],
  };
}

function likeColumns(session: StatementSession, name: TableName): ColumnDefinition[] {
  const path = session.path(name);
  const source = session.catalogs.table(...path);
  if (source === undefined) throw tableNotFound(showName(path));
  return source.columns.map((column) => ({
    name: column.name,
    type: typeFromText(column.type),
    nullable: column.nullable,
    comment: column.comment,
    default: column.default,
    constraints: [],
  }));
}

function selected(session: StatementSession, query: Query, path: Path): Content {
  const typed = analyzeQuery(query, undefined, session.context());
  const columns = typed.columns.map(({ name, type }) => ({
    name,
    type,
    nullable: true,
    comment: undefined,
    default: undefined,
    constraints: [],
  }));
  for (const column of columns) requireStorable(column.type, column.name);
  requireDistinct(columns.map((column) => column.name));
  const body = retyped(
    typed,
    typed.columns,
    columns.map((column) => quoteName(column.name)),
  );
  // The rows are read before the table that they may come from is replaced.
  const staging = `${schemaPath(path[0], path[1])}.${quoteName(`mortar staging ${path[2]}`)}`;
  return {
    columns,
    sql: (target, replace) => {
      if (!replace) return [`CREATE TABLE ${target} AS ${body}`];
      return [
        `CREATE TABLE ${staging} AS ${body}`,
        `DROP TABLE ${target}`,
        `ALTER TABLE ${staging} RENAME TO ${quoteName(path[2])}`,
      ];
    },
  };
}

function requireDistinct(names: readonly string[]): void {
  for (const [index, name] of names.entries()) {
    if (names.slice(0, index).some((other) => sameName(other, name))) throw duplicateColumn(name);
  }
}

function tableDocument(
  session: StatementSession,
  definition: TableDefinition,
  columns: readonly ColumnDefinition[],
  known: TableDocument | undefined,
): TableDocument {
  const { options, constraints } = definition;
  requireDistinct(columns.map((column) => column.name));
  if (definition.query !== undefined && definition.columns.length > 0)
    throw unsupported("CREATE TABLE with columns and a query");
  for (const name of [...options.partitionedBy, ...options.clusterBy]) {
    if (!columns.some((column) => sameName(column.name, name))) {
      throw invalidStatement(
        "COLUMN_NOT_DEFINED_IN_TABLE",
        "42703",
        `column ${showName([name])} is not defined in table ${showName(definition.name)}, defined table columns are: ${columns.map((column) => showName([column.name])).join(", ")}.`,
      );
    }
  }
  const fresh = session.catalogs.newDocument(options.comment, options.properties);
  return {
    ...fresh,
    ...(known === undefined ? {} : { createdAt: known.createdAt, id: known.id }),
    kind: "table",
    columns: columns.map(({ name, type, nullable, comment, default: preset }) => ({
      name,
      type: describeType(type),
      nullable,
      comment,
      default: preset,
    })),
    partitionedBy: options.partitionedBy,
    clusterBy: options.clusterBy,
    constraints,
  };
}

function historyParameters(document: TableDocument): Record<string, string> {
  return {
    partitionBy: JSON.stringify(document.partitionedBy),
    clusterBy: JSON.stringify(document.clusterBy),
    description: document.comment ?? "",
    isManaged: "true",
    properties: JSON.stringify(document.properties),
  };
}

export const tableConstructs: readonly Construct[] = [
  {
    name: "CREATE TABLE",
    starts: [
      "CREATE TABLE",
      "CREATE OR REPLACE TABLE",
      "REPLACE TABLE",
      "CREATE EXTERNAL TABLE",
      "CREATE TEMPORARY TABLE",
      "CREATE TEMP TABLE",
    ],
    usage:
      "CREATE [OR REPLACE] TABLE [IF NOT EXISTS] name [(columns)] [USING DELTA | PARQUET] [PARTITIONED BY] [CLUSTER BY] [COMMENT] [TBLPROPERTIES] [AS query], or LIKE another; keys are kept and not enforced",
    parse: createTable,
  },
];
