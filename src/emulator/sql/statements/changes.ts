// INSERT, UPDATE and DELETE.
import { endsWith } from "../analyze/columns.ts";
import { analyzeQuery } from "../analyze/query.ts";
import { analyze, analyzeCondition } from "../analyze/expressions.ts";
import { coerce, emptyScope, type Scope, type ScopeColumn, type Typed } from "../analyze/context.ts";
import type { ColumnDocument, TableDocument } from "../catalog-documents.ts";
import type { RawResult } from "../database.ts";
import { tablePath } from "../physical.ts";
import { isGuarded } from "../policies.ts";
import type { SqlTable } from "../engine.ts";
import { invalidStatement, tableNotFound, unresolvedColumn, unsupported } from "../faults.ts";
import { quoteName, sameName, showName } from "../names.ts";
import type { Expression, Query, TableName } from "../parse/ast.ts";
import { Cursor } from "../parse/cursor.ts";
import { parseExpression } from "../parse/expressions.ts";
import { parseQuery, startsQuery } from "../parse/queries.ts";
import { parseTableName } from "../parse/relations.ts";
import { typeFromText } from "../parse/types.ts";
import { duckType } from "../types.ts";
import { duplicateColumn } from "./clauses.ts";
import { countTable, type Action, type Construct, type Path, type StatementSession } from "./define.ts";
import { requireKind } from "./drops.ts";

export interface Target {
  readonly path: Path;
  readonly document: TableDocument;
  readonly sql: string;
  readonly columns: readonly ScopeColumn[];
}

/** The table that a change is made to; columns are read through `reference`. */
export function findTarget(
  session: StatementSession,
  name: TableName,
  options: { readonly statement: string; readonly alias?: string | undefined; readonly reference?: string },
): Target {
  if (name.length === 1 && session.temporaryViews.has((name[0] ?? "").toLowerCase()))
    throw unsupported(`${options.statement} on a temporary view`);
  const path = session.path(name);
  const document = session.catalogs.table(...path);
  if (document === undefined) throw tableNotFound(showName(path));
  requireKind(document, "table", { path, statement: options.statement });
  if (isGuarded(document) && !options.statement.startsWith("INSERT"))
    throw unsupported(`${options.statement} on a table with a row filter or a column mask`);
  const qualifier = options.alias === undefined ? path : [options.alias];
  const columns = document.columns.map((column) => ({
    name: column.name,
    type: typeFromText(column.type),
    sql: `${options.reference ?? "target"}.${quoteName(column.name)}`,
    qualifier,
  }));
  return { path, document, sql: tablePath(...path), columns };
}

interface Insert {
  readonly name: TableName;
  readonly overwrite: boolean;
  readonly replaceWhere: Expression | undefined;
  readonly names: readonly string[] | undefined;
  readonly byName: boolean;
  readonly query: Query;
}

function insert(cursor: Cursor): Action {
  cursor.expect("INSERT");
  const overwrite = cursor.accept("OVERWRITE");
  if (!overwrite) cursor.expect("INTO");
  if (cursor.at("DIRECTORY") || cursor.at("LOCAL", "DIRECTORY")) throw unsupported("INSERT OVERWRITE DIRECTORY");
  cursor.accept("TABLE");
  const name = parseTableName(cursor);
  if (cursor.at("PARTITION")) throw unsupported("INSERT ... PARTITION");
  const replaceWhere = cursor.accept("REPLACE", "WHERE") ? parseExpression(cursor) : undefined;
  if (cursor.at("REPLACE")) throw unsupported("INSERT ... REPLACE USING or ON");
  const byName = cursor.accept("BY", "NAME");
  const names = !byName && cursor.at("(") && !startsQuery(cursor) ? nameList(cursor) : undefined;
  if (!startsQuery(cursor)) throw cursor.unexpected("expected VALUES or a query");
  const query = parseQuery(cursor);
  refuseDefault(query);
  return (session) => runInsert(session, { name, overwrite, replaceWhere, names, byName, query });
}

function nameList(cursor: Cursor): string[] {
  cursor.expect("(");
  return cursor.listToParenthesis(() => cursor.name());
}

function refuseDefault({ body }: Query): void {
  if (body.node !== "values") return;
  const isDefault = (item: Expression): boolean =>
    item.node === "column" && item.parts.length === 1 && item.parts[0]?.toUpperCase() === "DEFAULT";
  if (body.rows.some((row) => row.some(isDefault)))
    throw unsupported("DEFAULT in VALUES; leave the column out of the list");
}

async function runInsert(session: StatementSession, statement: Insert): Promise<SqlTable> {
  const target = findTarget(session, statement.name, { statement: "INSERT", reference: "" });
  const typed = analyzeQuery(statement.query, undefined, session.context());
  const given = statement.byName
    ? typed.columns.map((column) => column.name)
    : (statement.names ?? target.document.columns.map((column) => column.name));
  requireKnown(given, target);
  if (given.length !== typed.columns.length)
    throw arityMismatch(
      target,
      given,
      typed.columns.map((column) => column.name),
    );
  const values = target.columns.map((column, at) => {
    const index = given.findIndex((name) => sameName(name, column.name));
    const source = typed.columns[index];
    if (source === undefined) return defaultValue(session, target.document.columns[at], column);
    const piece: Typed = {
      sql: `q.c${index}`,
      type: source.type,
      shown: column.name,
      aggregate: false,
      volatile: false,
    };
    return coerce(piece, column.type);
  });
  const rows = `SELECT ${values.join(", ")} FROM (${typed.sql}) AS q`;
  const count = await write(session, target, { statement, rows });
  return countTable({ num_affected_rows: count, num_inserted_rows: count });
}

async function write(
  session: StatementSession,
  target: Target,
  { statement, rows }: { readonly statement: Insert; readonly rows: string },
): Promise<number> {
  const [catalog, schema, table] = target.path;
  const clearing = statement.overwrite || statement.replaceWhere !== undefined;
  const mode = clearing ? "Overwrite" : "Append";
  return session.catalogs.exclusively(session.signal, async (writer) => {
    const entry = {
      at: session.now(),
      user: session.user,
      operation: "WRITE",
      parameters: { mode, statsOnLoad: "false", partitionBy: "[]" },
      metrics: {},
    };
    const history = [{ schema, table, entry }];
    if (!clearing) {
      return countOf(
        await session.catalogs.changeWithin(
          writer,
          { catalog, sql: [`INSERT INTO ${target.sql} ${rows}`], history },
          session.signal,
        ),
      );
    }
    // The query may read the table that it overwrites: its rows are set aside before the old ones go.
    const staging = `${tablePath(catalog, schema, `mortar staging ${table}`)}`;
    const old =
      statement.replaceWhere === undefined ? "" : ` WHERE ${replaceCondition(session, statement.replaceWhere, target)}`;
    const sql = [
      `CREATE TABLE ${staging} AS SELECT * FROM ${target.sql} LIMIT 0`,
      `INSERT INTO ${staging} ${rows}`,
      `DELETE FROM ${target.sql}${old}`,
      `INSERT INTO ${target.sql} SELECT * FROM ${staging}`,
      `DROP TABLE ${staging}`,
    ];
    return countOf(await session.catalogs.changeWithin(writer, { catalog, sql, history }, session.signal), 3);
  });
}

/** The number of rows that statement `index` of a change touched. */
function countOf(results: readonly RawResult["rows"][], index = 0): number {
  return Number(results[index]?.[0]?.[0] ?? 0);
}

function replaceCondition(session: StatementSession, condition: Expression, target: Target): string {
  const columns = target.columns.map((column) => ({ ...column, sql: quoteName(column.name) }));
  return analyzeCondition(condition, { columns, parent: undefined }, session.context()).sql;
}

function requireKnown(given: readonly string[], target: Target): void {
  for (const [index, name] of given.entries()) {
    if (!target.columns.some((column) => sameName(column.name, name)))
      throw unresolvedColumn(showName([name]), target.columns.map((column) => showName([column.name])).slice(0, 5));
    if (given.slice(0, index).some((other) => sameName(other, name))) throw duplicateColumn(name);
  }
}

function arityMismatch(target: Target, given: readonly string[], data: readonly string[]): Error {
  const few = data.length < given.length;
  return invalidStatement(
    `INSERT_COLUMN_ARITY_MISMATCH.${few ? "NOT_ENOUGH" : "TOO_MANY"}_DATA_COLUMNS`,
    "21S01",
    `Cannot write to ${showName(target.path)}, the reason is ${few ? "not enough" : "too many"} data columns: Table columns: ${given.map((name) => showName([name])).join(", ")}. Data columns: ${data.map((name) => showName([name])).join(", ")}.`,
  );
}

/** What a column that is not given gets: its DEFAULT, or NULL. */
export function defaultValue(
  session: StatementSession,
  document: ColumnDocument | undefined,
  column: ScopeColumn,
): string {
  if (document?.default === undefined) return `CAST(NULL AS ${duckType(column.type)})`;
  const cursor = new Cursor(document.default);
  const expression = parseExpression(cursor);
  cursor.finish();
  return coerce(analyze(expression, emptyScope, session.context()), column.type);
}

export interface Assignment {
  /** As written: `column`, or `alias.column`. */
  readonly parts: TableName;
  /** Undefined for DEFAULT. */
  readonly value: Expression | undefined;
}

/** `a = 1, t.b = DEFAULT` after SET. */
export function assignments(cursor: Cursor): Assignment[] {
  return cursor.list(() => {
    const parts = parseTableName(cursor);
    cursor.expect("=");
    return { parts, value: cursor.accept("DEFAULT") ? undefined : parseExpression(cursor) };
  });
}

/** The column that `column` or `alias.column` names. What names a field inside a struct is refused. */
export function targetColumn(parts: TableName, target: Target): string {
  const name = parts.at(-1) ?? "";
  const [first] = target.columns;
  if (parts.length > 1 && (first === undefined || !endsWith(first.qualifier, parts.slice(0, -1)))) {
    throw unsupported(`a change of the field ${showName(parts)} inside a struct; set the whole column`);
  }
  return name;
}

/** `"a" = expression, ...` with each value brought to its column's type. */
export function assignmentSql(
  session: StatementSession,
  target: Target,
  list: readonly Assignment[],
  scope: Scope,
): string {
  const named = list.map(({ parts, value }) => ({ name: targetColumn(parts, target), value }));
  requireKnown(
    named.map((each) => each.name),
    target,
  );
  return named
    .map(({ name, value }) => {
      const at = target.columns.findIndex((column) => sameName(column.name, name));
      const column = target.columns[at];
      if (column === undefined) throw unresolvedColumn(showName([name]), []);
      const sql =
        value === undefined
          ? defaultValue(session, target.document.columns[at], column)
          : coerce(analyze(value, scope, session.context()), column.type);
      return `${quoteName(column.name)} = ${sql}`;
    })
    .join(", ");
}

function update(cursor: Cursor): Action {
  cursor.expect("UPDATE");
  const name = parseTableName(cursor);
  const alias = cursor.accept("AS") ? cursor.name() : cursor.bareAlias();
  cursor.expect("SET");
  const list = assignments(cursor);
  const where = cursor.accept("WHERE") ? parseExpression(cursor) : undefined;
  return async (session) => {
    const target = findTarget(session, name, { statement: "UPDATE", alias });
    const scope: Scope = { columns: target.columns, parent: undefined };
    const set = assignmentSql(session, target, list, scope);
    const condition = where === undefined ? undefined : analyzeCondition(where, scope, session.context());
    const sql = `UPDATE ${target.sql} AS target SET ${set}${condition === undefined ? "" : ` WHERE ${condition.sql}`}`;
    const count = await changeRows(session, target, { sql, operation: "UPDATE", predicate: condition?.shown });
    return countTable({ num_affected_rows: count });
  };
}

function remove(cursor: Cursor): Action {
  cursor.expect("DELETE", "FROM");
  const name = parseTableName(cursor);
  const alias = cursor.accept("AS") ? cursor.name() : cursor.bareAlias();
  const where = cursor.accept("WHERE") ? parseExpression(cursor) : undefined;
  return async (session) => {
    const target = findTarget(session, name, { statement: "DELETE", alias });
    const condition =
      where === undefined
        ? undefined
        : analyzeCondition(where, { columns: target.columns, parent: undefined }, session.context());
    const sql = `DELETE FROM ${target.sql} AS target${condition === undefined ? "" : ` WHERE ${condition.sql}`}`;
    const count = await changeRows(session, target, { sql, operation: "DELETE", predicate: condition?.shown });
    return countTable({ num_affected_rows: count });
  };
}

interface RowChange {
  readonly sql: string;
  readonly operation: string;
  readonly predicate: string | undefined;
}

async function changeRows(
  session: StatementSession,
  target: Target,
  { sql, operation, predicate }: RowChange,
): Promise<number> {
  const [catalog, schema, table] = target.path;
  const parameters = { predicate: JSON.stringify(predicate === undefined ? [] : [predicate]) };
  const entry = { at: session.now(), user: session.user, operation, parameters, metrics: {} };
  return session.catalogs.exclusively(session.signal, async (writer) => {
    return countOf(
      await session.catalogs.changeWithin(
        writer,
        { catalog, sql: [sql], history: [{ schema, table, entry }] },
        session.signal,
      ),
    );
  });
}

export const changeConstructs: readonly Construct[] = [
  {
    name: "INSERT",
    starts: ["INSERT"],
    usage: "INSERT INTO | OVERWRITE [TABLE] name [(columns) | BY NAME | REPLACE WHERE condition] query or VALUES",
    parse: insert,
  },
  {
    name: "UPDATE",
    starts: ["UPDATE"],
    usage: "UPDATE name [alias] SET column = value | DEFAULT, ... [WHERE condition]",
    parse: update,
  },
  { name: "DELETE", starts: ["DELETE FROM"], usage: "DELETE FROM name [alias] [WHERE condition]", parse: remove },
];
