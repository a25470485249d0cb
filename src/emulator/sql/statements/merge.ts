// MERGE INTO.
import { analyze, analyzeCondition } from "../analyze/expressions.ts";
import { coerce, type Context, type Scope, type ScopeColumn } from "../analyze/context.ts";
import { analyzeRelation, type TypedRelation } from "../analyze/relations.ts";
import type { SqlTable } from "../engine.ts";
import { invalidStatement, unresolvedColumn, unsupported } from "../faults.ts";
import { quoteName, sameName, showName } from "../names.ts";
import type { Expression, Relation, TableName } from "../parse/ast.ts";
import type { Cursor } from "../parse/cursor.ts";
import { parseExpression } from "../parse/expressions.ts";
import { parseRelation, parseTableName } from "../parse/relations.ts";
import {
  assignments,
  assignmentSql,
  defaultValue,
  findTarget,
  targetColumn,
  type Assignment,
  type Target,
} from "./changes.ts";
import { countTable, type Action, type Construct, type StatementSession } from "./define.ts";

type Side = "matched" | "not matched" | "not matched by source";

interface Clause {
  readonly side: Side;
  readonly condition: Expression | undefined;
  readonly act: MergeAct;
}

type MergeAct =
  | { readonly kind: "delete" }
  | { readonly kind: "update"; readonly set: readonly Assignment[] | "all" }
  | {
      readonly kind: "insert";
      readonly columns: readonly TableName[];
      readonly values: readonly (Expression | undefined)[];
    }
  | { readonly kind: "insert all" };

interface Merge {
  readonly name: TableName;
  readonly alias: string | undefined;
  readonly source: Relation;
  readonly on: Expression;
  readonly clauses: readonly Clause[];
}

function merge(cursor: Cursor): Action {
  cursor.expect("MERGE");
  if (cursor.at("WITH", "SCHEMA", "EVOLUTION")) throw unsupported("MERGE WITH SCHEMA EVOLUTION");
  cursor.expect("INTO");
  const name = parseTableName(cursor);
  const alias = cursor.accept("AS") ? cursor.name() : cursor.bareAlias();
  cursor.expect("USING");
  const source = parseRelation(cursor);
  cursor.expect("ON");
  const on = parseExpression(cursor);
  const clauses: Clause[] = [];
  while (cursor.accept("WHEN")) clauses.push(parseClause(cursor));
  if (clauses.length === 0) throw cursor.unexpected("expected WHEN");
  return (session) => runMerge(session, { name, alias, source, on, clauses });
}

function parseClause(cursor: Cursor): Clause {
  const negated = cursor.accept("NOT");
  cursor.expect("MATCHED");
  let side: Side = negated ? "not matched" : "matched";
  if (negated && cursor.accept("BY", "SOURCE")) side = "not matched by source";
  else if (negated) cursor.accept("BY", "TARGET");
  const condition = cursor.accept("AND") ? parseExpression(cursor) : undefined;
  cursor.expect("THEN");
  return { side, condition, act: side === "not matched" ? parseInsert(cursor) : parseChange(cursor) };
}

function parseChange(cursor: Cursor): MergeAct {
  if (cursor.accept("DELETE")) return { kind: "delete" };
  cursor.expect("UPDATE", "SET");
  return { kind: "update", set: cursor.accept("*") ? "all" : assignments(cursor) };
}

function parseInsert(cursor: Cursor): MergeAct {
  cursor.expect("INSERT");
  if (cursor.accept("*")) return { kind: "insert all" };
  cursor.expect("(");
  const columns = cursor.listToParenthesis(() => parseTableName(cursor));
  cursor.expect("VALUES", "(");
  const values = cursor.listToParenthesis(() => (cursor.accept("DEFAULT") ? undefined : parseExpression(cursor)));
  return { kind: "insert", columns, values };
}

interface Parts {
  readonly target: Target;
  readonly source: TypedRelation;
  readonly context: Context;
  readonly session: StatementSession;
}

async function runMerge(session: StatementSession, statement: Merge): Promise<SqlTable> {
  const target = findTarget(session, statement.name, { statement: "MERGE", alias: statement.alias });
  const context = session.context();
  const source = analyzeRelation(statement.source, { context, outer: undefined, before: [] });
  const parts: Parts = { target, source, context, session };
  const both: Scope = { columns: [...target.columns, ...source.columns], parent: undefined };
  const on = analyzeCondition(statement.on, both, context);
  const whens = statement.clauses.map((clause) => clauseSql(clause, parts)).join(" ");
  const sql = `MERGE INTO ${target.sql} AS target USING ${source.sql} ON ${on.sql} ${whens} RETURNING merge_action`;
  const [catalog, schema, table] = target.path;
  const entry = {
    at: session.now(),
    user: session.user,
    operation: "MERGE",
    parameters: { predicate: JSON.stringify([on.shown]) },
    metrics: {},
  };
  return session.catalogs.exclusively(session.signal, async (writer) => {
    if (needsSingleMatch(statement.clauses)) {
      const probe = `SELECT 1 FROM ${target.sql} AS target JOIN ${source.sql} ON ${on.sql} GROUP BY target.rowid HAVING count(*) > 1 LIMIT 1`;
      const { rows } = await writer.run(probe, { signal: session.signal });
      if (rows.length > 0) {
        throw invalidStatement(
          "DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE",
          "21506",
          "Cannot perform Merge as multiple source rows matched and attempted to modify the same target row in the Delta table in possibly conflicting ways.",
        );
      }
    }
    const [actions = []] = await session.catalogs.changeWithin(
      writer,
      { catalog, sql: [sql], history: [{ schema, table, entry }] },
      session.signal,
    );
    const count = (action: string): number => actions.filter(([found]) => String(found) === action).length;
    const [updated, deleted, inserted] = [count("UPDATE"), count("DELETE"), count("INSERT")];
    return countTable({
      num_affected_rows: updated + deleted + inserted,
      num_updated_rows: updated,
      num_deleted_rows: deleted,
      num_inserted_rows: inserted,
    });
  });
}

/** Several matches of one row conflict, unless all that is done to it is one deletion without a condition. */
function needsSingleMatch(clauses: readonly Clause[]): boolean {
  const matched = clauses.filter((clause) => clause.side === "matched");
  const [first] = matched;
  if (first === undefined) return false;
  return !(matched.length === 1 && first.act.kind === "delete" && first.condition === undefined);
}

function clauseSql({ side, condition, act }: Clause, parts: Parts): string {
  const columns: readonly ScopeColumn[] = {
    matched: [...parts.target.columns, ...parts.source.columns],
    "not matched": parts.source.columns,
    "not matched by source": parts.target.columns,
  }[side];
  const scope: Scope = { columns, parent: undefined };
  const when = condition === undefined ? "" : ` AND ${analyzeCondition(condition, scope, parts.context).sql}`;
  return `WHEN ${side.toUpperCase()}${when} THEN ${actSql(act, parts, scope)}`;
}

function actSql(act: MergeAct, parts: Parts, scope: Scope): string {
  const { target, session } = parts;
  if (act.kind === "delete") return "DELETE";
  if (act.kind === "update") {
    if (act.set !== "all") return `UPDATE SET ${assignmentSql(session, target, act.set, scope)}`;
    return `UPDATE SET ${target.columns.map((column) => `${quoteName(column.name)} = ${sourceValue(column, parts)}`).join(", ")}`;
  }
  const names = target.columns.map((column) => quoteName(column.name)).join(", ");
  if (act.kind === "insert all")
    return `INSERT (${names}) VALUES (${target.columns.map((column) => sourceValue(column, parts)).join(", ")})`;
  if (act.columns.length !== act.values.length)
    throw invalidStatement(
      "INSERT_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS",
      "21S01",
      "The INSERT of MERGE has a different number of columns and values.",
    );
  const given = act.columns.map((parts) => targetColumn(parts, target));
  for (const name of given) {
    if (!target.columns.some((column) => sameName(column.name, name)))
      throw unresolvedColumn(showName([name]), target.columns.map((column) => showName([column.name])).slice(0, 5));
  }
  const values = target.columns.map((column, at) => {
    const value = act.values[given.findIndex((name) => sameName(name, column.name))];
    return value === undefined
      ? defaultValue(session, target.document.columns[at], column)
      : coerce(analyze(value, scope, parts.context), column.type);
  });
  return `INSERT (${names}) VALUES (${values.join(", ")})`;
}

/** The source's column of the same name, for `UPDATE SET *` and `INSERT *`. */
function sourceValue(column: ScopeColumn, { source }: Parts): string {
  const found = source.columns.find((each) => each.hidden !== true && sameName(each.name, column.name));
  if (found === undefined)
    throw unresolvedColumn(showName([column.name]), source.columns.map((each) => showName([each.name])).slice(0, 5));
  return coerce(
    { sql: found.sql, type: found.type, shown: found.name, aggregate: false, volatile: false },
    column.type,
  );
}

export const mergeConstructs: readonly Construct[] = [
  {
    name: "MERGE",
    starts: ["MERGE"],
    usage:
      "MERGE INTO name [alias] USING source ON condition WHEN [NOT] MATCHED [BY SOURCE] [AND condition] THEN UPDATE SET | DELETE | INSERT",
    parse: merge,
  },
];
