// CREATE VIEW, temporary views, ALTER VIEW. A view is kept as its text and read anew at each use, as the warehouse does.
import { analyzeQuery, renamed } from "../analyze/query.ts";
import type { TypedQuery } from "../analyze/context.ts";
import type { Tags } from "../catalog-documents.ts";
import type { SqlTable } from "../engine.ts";
import { alreadyExists, invalidStatement, tableNotFound, unsupported } from "../faults.ts";
import { sameName, showName } from "../names.ts";
import type { Query, TableName } from "../parse/ast.ts";
import type { Cursor } from "../parse/cursor.ts";
import { parseQuery } from "../parse/queries.ts";
import { parseTableName } from "../parse/relations.ts";
import { describeType, requireStorable } from "../types.ts";
import { duplicateColumn, ifNotExists, properties } from "./clauses.ts";
import { emptyTable, type Action, type Construct, type StatementSession } from "./define.ts";
import { requireKind } from "./drops.ts";
import { makeMetricView } from "./metric-views.ts";
import { tagEdit, tagged } from "./tags.ts";

interface ViewDefinition {
  readonly name: TableName;
  readonly replace: boolean;
  readonly unlessExists: boolean;
  readonly columns: readonly { readonly name: string; readonly comment: string | undefined }[];
  readonly comment: string | undefined;
  readonly properties: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly text: string;
}

function createView(cursor: Cursor): Action {
  cursor.expect("CREATE");
  const replace = cursor.accept("OR", "REPLACE");
  if (cursor.at("GLOBAL")) throw unsupported("global temporary views");
  const temporary = cursor.accept("TEMPORARY") || cursor.accept("TEMP");
  cursor.expect("VIEW");
  const unlessExists = ifNotExists(cursor);
  const name = parseTableName(cursor);
  const columns = cursor.accept("(") ? cursor.listToParenthesis(() => viewColumn(cursor)) : [];
  let comment: string | undefined;
  let given: Record<string, string> = {};
  let metric = false;
  for (;;) {
    if (cursor.accept("COMMENT")) comment = cursor.string();
    else if (cursor.accept("TBLPROPERTIES")) given = properties(cursor);
    else if (cursor.accept("WITH", "METRICS")) metric = true;
    else if (metric && cursor.accept("LANGUAGE", "YAML")) continue;
    else if (cursor.at("WITH")) throw unsupported("WITH SCHEMA BINDING of a view");
    else break;
  }
  if (cursor.at("USING")) throw unsupported("temporary views USING a file format");
  cursor.expect("AS");
  if (metric) {
    if (temporary || columns.length > 0 || comment !== undefined || Object.keys(given).length > 0)
      throw unsupported("TEMPORARY, columns, COMMENT and TBLPROPERTIES of a metric view");
    const yaml = cursor.string();
    return async (session) => {
      await makeMetricView(session, { name, yaml, replace, unlessExists });
      return emptyTable;
    };
  }
  const { query, text } = viewQuery(cursor);
  const definition = { name, replace, unlessExists, columns, comment, properties: given, query, text };
  return async (session) => (temporary ? makeTemporary(session, definition) : makeView(session, definition));
}

function viewColumn(cursor: Cursor): { name: string; comment: string | undefined } {
  const name = cursor.name();
  return { name, comment: cursor.accept("COMMENT") ? cursor.string() : undefined };
}

function viewQuery(cursor: Cursor): { query: Query; text: string } {
  const start = cursor.position;
  const query = parseQuery(cursor);
  const tokens = cursor.tokens.slice(start, cursor.position);
  if (tokens.some((token) => token.kind === "parameter")) {
    throw invalidStatement(
      "UNSUPPORTED_FEATURE.PARAMETER_MARKER_IN_UNEXPECTED_STATEMENT",
      "0A000",
      "The feature is not supported: Parameter markers are not allowed in the query of CREATE VIEW.",
    );
  }
  return { query, text: cursor.textBetween(start, cursor.position) };
}

function checkedColumns(
  session: StatementSession,
  definition: Pick<ViewDefinition, "name" | "columns" | "query">,
): TypedQuery["columns"] {
  const typed = analyzeQuery(definition.query, undefined, session.context());
  const columns = renamed(
    typed.columns,
    definition.columns.map((column) => column.name),
    showName(definition.name),
  );
  for (const [index, column] of columns.entries()) {
    if (columns.slice(0, index).some((other) => sameName(other.name, column.name))) throw duplicateColumn(column.name);
  }
  return columns;
}

function makeTemporary(session: StatementSession, definition: ViewDefinition): SqlTable {
  const [name = "", ...more] = definition.name;
  if (more.length > 0)
    throw invalidStatement(
      "TEMP_VIEW_NAME_TOO_MANY_NAME_PARTS",
      "428EK",
      `CREATE TEMPORARY VIEW or the corresponding Dataset APIs only accept single-part view names, but got: ${showName(definition.name)}.`,
    );
  const key = name.toLowerCase();
  if (session.temporaryViews.has(key) && !definition.replace) {
    if (definition.unlessExists) return emptyTable;
    throw alreadyExists("TABLE_OR_VIEW", showName(definition.name));
  }
  const columns = checkedColumns(session, definition);
  // What the view names is fixed here: a temporary view that is replaced later must not come to name itself.
  const within = session.context();
  const before = new Map(session.temporaryViews);
  session.temporaryViews.set(key, {
    query: definition.query,
    names: columns.map((column) => column.name),
    text: definition.text,
    within: { ...within, find: (found) => findBefore(found, before, within.find) },
  });
  return emptyTable;
}

type Find = ReturnType<StatementSession["context"]>["find"];

function findBefore(name: readonly string[], before: StatementSession["temporaryViews"], find: Find): ReturnType<Find> {
  const view = name.length === 1 ? before.get((name[0] ?? "").toLowerCase()) : undefined;
  if (view === undefined) return find(name);
  return { kind: "view", query: view.query, names: view.names, path: name, within: view.within };
}

async function makeView(session: StatementSession, definition: ViewDefinition): Promise<SqlTable> {
  const path = session.path(definition.name);
  const [catalog, schema, name] = path;
  const known = session.catalogs.schema(catalog, schema).tables.get(name);
  if (known !== undefined && definition.unlessExists) return emptyTable;
  if (known !== undefined && !definition.replace) throw alreadyExists("TABLE_OR_VIEW", showName(path));
  if (known !== undefined) requireKind(known, "view", { path, statement: "CREATE OR REPLACE VIEW" });
  refuseTemporary(session, definition);
  const columns = checkedColumns(session, definition);
  for (const column of columns) requireStorable(column.type, column.name);
  const fresh = session.catalogs.newDocument(definition.comment, definition.properties);
  const document = {
    ...fresh,
    ...(known === undefined ? {} : { createdAt: known.createdAt, id: known.id }),
    kind: "view" as const,
    columns: columns.map((column, index) => ({
      name: column.name,
      type: describeType(column.type),
      nullable: true,
      comment: definition.columns[index]?.comment,
    })),
    partitionedBy: [],
    clusterBy: [],
    constraints: [],
    view: {
      text: definition.text,
      catalog: session.catalog,
      schema: session.schema,
      names: definition.columns.length > 0,
    },
  };
  refuseCycle(session, { ...definition, path });
  await session.catalogs.change(
    { catalog, sql: [], put: [{ key: { kind: "table", schema, name }, document }] },
    session.signal,
  );
  return emptyTable;
}

/** A lasting view must not rest on one that ends with the session. */
function refuseTemporary(session: StatementSession, definition: ViewDefinition): void {
  if (session.temporaryViews.size === 0) return;
  const context = session.context();
  const find: Find = (name) => {
    if (name.length === 1 && session.temporaryViews.has((name[0] ?? "").toLowerCase())) {
      throw invalidStatement(
        "INVALID_TEMP_OBJ_REFERENCE",
        "42K0F",
        `Cannot create the persistent object ${showName(definition.name)} of the type VIEW because it references to the temporary object ${showName(name)} of the type VIEW.`,
      );
    }
    return context.find(name);
  };
  analyzeQuery(definition.query, undefined, { ...context, find });
}

function refuseCycle(
  session: StatementSession,
  { path, query }: { readonly path: readonly string[]; readonly query: Query },
): void {
  const context = session.context();
  const guard =
    (inner: Find): Find =>
    (name) => {
      const found = inner(name);
      if (found.path.join(".") === path.join("."))
        throw invalidStatement(
          "RECURSIVE_VIEW",
          "42K0H",
          `Recursive view ${showName(path)} detected (cycle: ${showName(path)} -> ${showName(path)}).`,
        );
      return found.kind === "view" ? { ...found, within: { ...found.within, find: guard(found.within.find) } } : found;
    };
  analyzeQuery(query, undefined, { ...context, find: guard(context.find) });
}

function alterView(cursor: Cursor): Action {
  cursor.expect("ALTER", "VIEW");
  const name = parseTableName(cursor);
  const column = cursor.accept("ALTER", "COLUMN") ? cursor.name() : undefined;
  const tags = tagEdit(cursor);
  if (tags !== undefined) return (session) => setViewTags(session, { name, column, tags });
  if (column !== undefined || !cursor.accept("AS"))
    throw unsupported(
      `ALTER VIEW ... ${cursor.peek().text.toUpperCase()}; ALTER VIEW ... AS and SET TAGS are supported`,
    );
  if (cursor.peek().kind === "string") return alterMetricView(cursor.string(), name);
  const { query, text } = viewQuery(cursor);
  return async (session) => {
    const path = session.path(name);
    const found = session.catalogs.table(...path);
    if (found === undefined) throw tableNotFound(showName(path));
    requireKind(found, "view", { path, statement: "ALTER VIEW ... AS" });
    const { comment, properties: kept } = found;
    return makeView(session, {
      name,
      replace: true,
      unlessExists: false,
      columns: [],
      comment,
      properties: kept,
      query,
      text,
    });
  };
}

function alterMetricView(yaml: string, name: TableName): Action {
  return async (session) => {
    const path = session.path(name);
    const found = session.catalogs.table(...path);
    if (found === undefined) throw tableNotFound(showName(path));
    if (found.metric !== true) throw unsupported("YAML as the query of a view that is no metric view");
    await makeMetricView(session, { name, yaml, replace: true, unlessExists: false });
    return emptyTable;
  };
}

interface ViewTags {
  readonly name: TableName;
  readonly column: string | undefined;
  readonly tags: (tags: Tags | undefined) => Tags;
}

async function setViewTags(session: StatementSession, { name, column, tags }: ViewTags): Promise<SqlTable> {
  const path = session.path(name);
  const [catalog, schema, view] = path;
  await session.catalogs.exclusively(session.signal, async (writer) => {
    const found = session.catalogs.table(...path);
    if (found === undefined) throw tableNotFound(showName(path));
    requireKind(found, "view", { path, statement: "ALTER VIEW ... SET TAGS" });
    const document = tagged(found, column, tags);
    await session.catalogs.changeWithin(writer, {
      catalog,
      sql: [],
      put: [{ key: { kind: "table", schema, name: view }, document }],
    });
  });
  return emptyTable;
}

export const viewConstructs: readonly Construct[] = [
  {
    name: "CREATE VIEW",
    starts: [
      "CREATE VIEW",
      "CREATE OR REPLACE VIEW",
      "CREATE TEMPORARY VIEW",
      "CREATE TEMP VIEW",
      "CREATE OR REPLACE TEMPORARY VIEW",
      "CREATE OR REPLACE TEMP VIEW",
      "CREATE GLOBAL",
      "CREATE OR REPLACE GLOBAL",
    ],
    usage:
      "CREATE [OR REPLACE] [TEMPORARY] VIEW [IF NOT EXISTS] name [(columns)] [COMMENT] [TBLPROPERTIES] AS query; CREATE [OR REPLACE] VIEW name WITH METRICS LANGUAGE YAML AS $$YAML$$",
    parse: createView,
  },
  {
    name: "ALTER VIEW",
    starts: ["ALTER VIEW"],
    usage: "ALTER VIEW name AS query | $$YAML$$ | [ALTER COLUMN name] SET TAGS | UNSET TAGS",
    parse: alterView,
  },
];
