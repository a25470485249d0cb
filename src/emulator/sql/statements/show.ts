// SHOW in its forms.
import type { TableDocument } from "../catalog-documents.ts";
import { tableNotFound, unsupported } from "../faults.ts";
import { allFunctions } from "../functions/table.ts";
import { generators } from "../functions/generators.ts";
import { informationTables } from "../information-schema.ts";
import { quoteText, showName } from "../names.ts";
import type { Cursor } from "../parse/cursor.ts";
import { parseTableName } from "../parse/relations.ts";
import { typeFromText } from "../parse/types.ts";
import { types, typeText } from "../types.ts";
import { propertyKey, showPattern } from "./clauses.ts";
import { textTable, type Action, type Construct, type Path, type StatementSession } from "./define.ts";

function inSchema(cursor: Cursor): readonly string[] | undefined {
  return cursor.accept("IN") || cursor.accept("FROM") ? parseTableName(cursor) : undefined;
}

const matches = (pattern: RegExp | undefined, name: string): boolean => pattern === undefined || pattern.test(name);
const sorted = (names: Iterable<string>): string[] => [...names].sort();

function showCatalogs(cursor: Cursor): Action {
  cursor.expect("SHOW", "CATALOGS");
  const pattern = showPattern(cursor);
  return async (session) => {
    const names = sorted(session.catalogs.all().keys()).filter((name) => matches(pattern, name));
    return textTable(
      [{ name: "catalog" }],
      names.map((name) => [name]),
    );
  };
}

function showSchemas(cursor: Cursor): Action {
  cursor.expect("SHOW");
  if (!cursor.accept("SCHEMAS")) cursor.expect("DATABASES");
  const within = inSchema(cursor);
  const pattern = showPattern(cursor);
  return async (session) => {
    const { schemas } = session.catalogs.catalog(within?.[0] ?? session.catalog);
    const names = sorted([...schemas.keys(), "information_schema"]).filter((name) => matches(pattern, name));
    return textTable(
      [{ name: "databaseName" }],
      names.map((name) => [name]),
    );
  };
}

function showTables(cursor: Cursor): Action {
  cursor.expect("SHOW", "TABLES");
  const within = inSchema(cursor);
  const pattern = showPattern(cursor);
  return async (session) => {
    const [catalog, schema] = session.schemaPath(within ?? [session.catalog, session.schema]);
    const found =
      schema === "information_schema" ? informationTables : session.catalogs.schema(catalog, schema).tables.keys();
    const names = sorted(found).filter((name) => matches(pattern, name));
    const temporary = sorted(session.temporaryViews.keys()).filter((name) => matches(pattern, name));
    return textTable(
      [{ name: "database" }, { name: "tableName" }, { name: "isTemporary", type: types.boolean }],
      [...names.map((name) => [schema, name, "false"]), ...temporary.map((name) => ["", name, "true"])],
    );
  };
}

function showViews(cursor: Cursor): Action {
  cursor.expect("SHOW", "VIEWS");
  const within = inSchema(cursor);
  const pattern = showPattern(cursor);
  return async (session) => {
    const [catalog, schema] = session.schemaPath(within ?? [session.catalog, session.schema]);
    const { tables } = session.catalogs.schema(catalog, schema);
    const names = sorted([...tables].filter(([, document]) => document.kind === "view").map(([name]) => name)).filter(
      (name) => matches(pattern, name),
    );
    const temporary = sorted(session.temporaryViews.keys()).filter((name) => matches(pattern, name));
    return textTable(
      [
        { name: "namespace" },
        { name: "viewName" },
        { name: "isTemporary", type: types.boolean },
        { name: "isMaterialized", type: types.boolean },
      ],
      [
        ...names.map((name) => [schema, name, "false", "false"]),
        ...temporary.map((name) => ["", name, "true", "false"]),
      ],
    );
  };
}

function requireTable(session: StatementSession, path: Path): TableDocument {
  const found = session.catalogs.table(...path);
  if (found === undefined) throw tableNotFound(showName(path));
  return found;
}

function showColumns(cursor: Cursor): Action {
  cursor.expect("SHOW", "COLUMNS");
  if (!cursor.accept("IN")) cursor.expect("FROM");
  const table = parseTableName(cursor);
  const within = inSchema(cursor);
  return async (session) => {
    const document = requireTable(
      session,
      session.path(within === undefined ? table : [...within, table.at(-1) ?? ""]),
    );
    return textTable(
      [{ name: "col_name" }],
      document.columns.map((column) => [column.name]),
    );
  };
}

function showFunctions(cursor: Cursor): Action {
  cursor.expect("SHOW");
  const kind = ["ALL", "SYSTEM", "USER"].find((word) => cursor.accept(word));
  cursor.expect("FUNCTIONS");
  const within = inSchema(cursor);
  const pattern = showPattern(cursor);
  return async (session) => {
    if (within !== undefined) session.schemaPath(within);
    const names =
      kind === "USER"
        ? []
        : sorted([...allFunctions().flatMap((spec) => spec.names), ...Object.keys(generators), "range"]);
    return textTable(
      [{ name: "function" }],
      names.filter((name) => matches(pattern, name)).map((name) => [name]),
    );
  };
}

function showVolumes(cursor: Cursor): Action {
  cursor.expect("SHOW", "VOLUMES");
  const within = inSchema(cursor);
  const pattern = showPattern(cursor);
  return async (session) => {
    const [catalog, schema] = session.schemaPath(within ?? [session.catalog, session.schema]);
    const names = sorted(session.catalogs.schema(catalog, schema).volumes.keys()).filter((name) =>
      matches(pattern, name),
    );
    return textTable(
      [{ name: "database" }, { name: "volume_name" }],
      names.map((name) => [schema, name]),
    );
  };
}

function showProperties(cursor: Cursor): Action {
  cursor.expect("SHOW", "TBLPROPERTIES");
  const name = parseTableName(cursor);
  const key = cursor.accept("(") ? propertyKey(cursor) : undefined;
  if (key !== undefined) cursor.expect(")");
  return async (session) => {
    const path = session.path(name);
    const { properties } = requireTable(session, path);
    const pairs = Object.entries(properties).sort(([a], [b]) => a.localeCompare(b));
    if (key === undefined) return textTable([{ name: "key" }, { name: "value" }], pairs);
    const value = properties[key] ?? `Table ${path.join(".")} does not have property: ${key}`;
    return textTable([{ name: "key" }, { name: "value" }], [[key, value]]);
  };
}

function showCreate(cursor: Cursor): Action {
  cursor.expect("SHOW", "CREATE", "TABLE");
  const name = parseTableName(cursor);
  return async (session) => {
    const path = session.path(name);
    return textTable([{ name: "createtab_stmt" }], [[createText(path, requireTable(session, path))]]);
  };
}

function createText(path: Path, document: TableDocument): string {
  const columns = document.columns.map((column) => {
    const parts =
      document.kind === "view"
        ? [showIdentifier(column.name)]
        : [showIdentifier(column.name), typeText(typeFromText(column.type))];
    if (!column.nullable) parts.push("NOT NULL");
    if (column.default !== undefined) parts.push(`DEFAULT ${column.default}`);
    if (column.comment !== undefined) parts.push(`COMMENT ${sparkText(column.comment)}`);
    return `  ${parts.join(" ")}`;
  });
  const lines = [
    `CREATE ${document.kind.toUpperCase()} ${path.map(showIdentifier).join(".")} (`,
    [...columns, ...document.constraints.map((text) => `  ${text}`)].join(",\n") + ")",
  ];
  if (document.kind === "table") lines.push("USING delta");
  if (document.partitionedBy.length > 0)
    lines.push(`PARTITIONED BY (${document.partitionedBy.map(showIdentifier).join(", ")})`);
  if (document.clusterBy.length > 0) lines.push(`CLUSTER BY (${document.clusterBy.map(showIdentifier).join(", ")})`);
  if (document.comment !== undefined) lines.push(`COMMENT ${sparkText(document.comment)}`);
  const pairs = Object.entries(document.properties).map(([key, value]) => `  ${sparkText(key)} = ${sparkText(value)}`);
  if (pairs.length > 0) lines.push(`TBLPROPERTIES (\n${pairs.join(",\n")})`);
  if (document.view !== undefined) lines.push(`AS ${document.view.text}`);
  return `${lines.join("\n")}\n`;
}

function showIdentifier(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : showName([name]);
}

function sparkText(text: string): string {
  return quoteText(text.replaceAll("\\", "\\\\")).replaceAll("''", "\\'").replace(/^\\'$/, "''");
}

function showRefused(cursor: Cursor): Action {
  throw unsupported(`SHOW ${cursor.peek(1).text.toUpperCase()}`);
}

export const showConstructs: readonly Construct[] = [
  { name: "SHOW CATALOGS", starts: ["SHOW CATALOGS"], usage: "SHOW CATALOGS [LIKE pattern]", parse: showCatalogs },
  {
    name: "SHOW SCHEMAS",
    starts: ["SHOW SCHEMAS", "SHOW DATABASES"],
    usage: "SHOW SCHEMAS | DATABASES [IN catalog] [LIKE pattern]",
    parse: showSchemas,
  },
  { name: "SHOW TABLES", starts: ["SHOW TABLES"], usage: "SHOW TABLES [IN schema] [LIKE pattern]", parse: showTables },
  { name: "SHOW VIEWS", starts: ["SHOW VIEWS"], usage: "SHOW VIEWS [IN schema] [LIKE pattern]", parse: showViews },
  { name: "SHOW COLUMNS", starts: ["SHOW COLUMNS"], usage: "SHOW COLUMNS IN table [IN schema]", parse: showColumns },
  {
    name: "SHOW FUNCTIONS",
    starts: ["SHOW FUNCTIONS", "SHOW ALL FUNCTIONS", "SHOW SYSTEM FUNCTIONS", "SHOW USER FUNCTIONS"],
    usage: "SHOW [ALL | SYSTEM | USER] FUNCTIONS [LIKE pattern]",
    parse: showFunctions,
  },
  {
    name: "SHOW VOLUMES",
    starts: ["SHOW VOLUMES"],
    usage: "SHOW VOLUMES [IN schema] [LIKE pattern]",
    parse: showVolumes,
  },
  {
    name: "SHOW TBLPROPERTIES",
    starts: ["SHOW TBLPROPERTIES"],
    usage: "SHOW TBLPROPERTIES table [(key)]",
    parse: showProperties,
  },
  { name: "SHOW CREATE TABLE", starts: ["SHOW CREATE TABLE"], usage: "SHOW CREATE TABLE name", parse: showCreate },
];

/** Other forms of SHOW, refused by their second word. */
export const refuseShow = showRefused;
