// One session: its current catalog and schema, its temporary views, and its connection.
import { noteRead, touching } from "./lineage.ts";
import { valuesRelation } from "./values-relation.ts";
import type { Context, FoundRoutine, FoundTable } from "./analyze/context.ts";
import type { Beyond } from "./beyond.ts";
import type { Catalogs } from "./catalogs.ts";
import type { Connection } from "./database.ts";
import { tablePath } from "./physical.ts";
import type { SqlOptions, SqlSession, SqlTable } from "./engine.ts";
import { invalidStatement, tableNotFound } from "./faults.ts";
import { informationTable, systemInformation } from "./information-schema.ts";
import { metricDefinition } from "./metric-definition.ts";
import { showName } from "./names.ts";
import { Cursor } from "./parse/cursor.ts";
import { parseQuery } from "./parse/queries.ts";
import { typeFromText } from "./parse/types.ts";
import { guarded } from "./policies.ts";
import type { Path, StatementSession, TemporaryView } from "./statements/define.ts";
import { parseStatement } from "./statements/table.ts";

export interface SessionOptions {
  readonly catalogs: Catalogs;
  readonly connection: Connection;
  readonly user: string;
  readonly now: () => number;
  readonly beyond?: Beyond | undefined;
  readonly catalog: string;
  readonly schema: string;
  /** Fires when the engine closes. */
  readonly signal: AbortSignal;
}

interface Place {
  catalog: string;
  schema: string;
}

/** Opens a session. Its statements run one after the other. */
export function createSession(options: SessionOptions): SqlSession {
  const place: Place = { catalog: options.catalog.toLowerCase(), schema: options.schema.toLowerCase() };
  const temporaryViews = new Map<string, TemporaryView>();
  let turn: Promise<unknown> = Promise.resolve();
  return {
    get catalog() {
      return place.catalog;
    },
    get schema() {
      return place.schema;
    },
    query: (statement, run = {}) => {
      const result = turn.then(() => execute(statement, run, { options, place, temporaryViews }));
      turn = result.catch(() => undefined);
      return result;
    },
    close: async () => {
      await turn;
      options.connection.close();
    },
  };
}

interface State {
  readonly options: SessionOptions;
  readonly place: Place;
  readonly temporaryViews: Map<string, TemporaryView>;
}

async function execute(statement: string, run: SqlOptions, state: State): Promise<SqlTable> {
  const signal = run.signal === undefined ? state.options.signal : AbortSignal.any([run.signal, state.options.signal]);
  signal.throwIfAborted();
  const action = parseStatement(new Cursor(statement, run.parameters));
  const { result, touched } = await touching(async () => action(statementSession(state, signal, run.rowLimit)));
  state.options.beyond?.touched(touched);
  return result;
}

function statementSession(
  { options, place, temporaryViews }: State,
  signal: AbortSignal,
  rowLimit: number | undefined,
): StatementSession {
  const { catalogs, connection, user, now, beyond } = options;
  const session: StatementSession = {
    catalogs,
    connection,
    user,
    signal,
    rowLimit,
    now,
    beyond,
    temporaryViews,
    get catalog() {
      return place.catalog;
    },
    set catalog(name) {
      place.catalog = name;
    },
    get schema() {
      return place.schema;
    },
    set schema(name) {
      place.schema = name;
    },
    context: () => sessionContext(session),
    path: (name) => fullPath(name, place),
    schemaPath: (name) => {
      const parts = name.map((part) => part.toLowerCase());
      if (parts.length > 2) throw tooManyParts(name);
      const [first = "", second] = parts;
      return second === undefined ? [place.catalog, first] : [first, second];
    },
  };
  return session;
}

function fullPath(name: readonly string[], { catalog, schema }: Place): Path {
  const parts = name.map((part) => part.toLowerCase());
  if (parts.length > 3) throw tooManyParts(name);
  const [third = "", second = schema, first = catalog] = parts.reverse();
  return [first, second, third];
}

function tooManyParts(name: readonly string[]): Error {
  return invalidStatement(
    "IDENTIFIER_TOO_MANY_NAME_PARTS",
    "42601",
    `${showName(name)} is not a valid identifier as it has more than 3 name parts.`,
  );
}

function sessionContext(session: StatementSession): Context {
  let last = 0;
  const context: Context = {
    catalog: session.catalog,
    schema: session.schema,
    user: session.user,
    common: new Map(),
    windows: [],
    depth: 0,
    unique: () => ++last,
    find: (name) => {
      const view = name.length === 1 ? session.temporaryViews.get((name[0] ?? "").toLowerCase()) : undefined;
      if (view !== undefined) {
        return { kind: "view", query: view.query, names: view.names, path: name, within: view.within };
      }
      const path = session.path(name);
      const found = findTable(session, path, context);
      if (path[0] !== "system" && path[1] !== "information_schema") noteRead(path);
      return found;
    },
    routine: (name) => findRoutine(session, session.path(name), context),
  };
  return context;
}

/** What names are looked up in. */
type Around = Pick<StatementSession, "catalogs" | "beyond">;

function findTable(around: Around, path: Path, context: Context): FoundTable {
  const { catalogs } = around;
  const [catalog, schema, table] = path;
  if (catalog === "system" && schema === "information_schema") return systemInformation(table, catalogs.all());
  if (catalog === "system") {
    const made = around.beyond?.systemTable(schema, table);
    if (made === undefined) throw tableNotFound(showName(path));
    return valuesRelation(path, made);
  }
  if (schema === "information_schema") return informationTable(catalog, table, catalogs.catalog(catalog));
  const document = catalogs.table(...path);
  if (document === undefined) throw tableNotFound(showName(path));
  if (document.view === undefined) {
    const columns = document.columns.map((column) => ({ name: column.name, type: typeFromText(column.type) }));
    const raw: FoundTable = { kind: "table", sql: tablePath(...path), columns, path };
    return guarded(document, raw, placedContext(around, context, { catalog, schema }));
  }
  const { text, catalog: viewCatalog, schema: viewSchema } = document.view;
  const within = placedContext(around, context, { catalog: viewCatalog, schema: viewSchema });
  if (document.metric === true) return { kind: "metric", definition: metricDefinition(text), path, within };
  const cursor = new Cursor(text);
  const query = parseQuery(cursor);
  cursor.finish();
  return { kind: "view", query, names: document.columns.map((column) => column.name), path, within };
}

/** The context in which a view's or a function's text is read: its own place, and nothing of the query around. */
function placedContext(around: Around, context: Context, place: Place): Context {
  return {
    ...context,
    ...place,
    common: new Map(),
    find: (name) => findTable(around, fullPath(name, place), context),
    routine: (name) => findRoutine(around, fullPath(name, place), context),
  };
}

function findRoutine(around: Around, path: Path, context: Context): FoundRoutine | undefined {
  const document = around.catalogs.routine(...path);
  if (document === undefined) return undefined;
  const { catalog, schema } = document.body;
  return { document, path, within: placedContext(around, context, { catalog, schema }) };
}
