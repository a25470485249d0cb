// FROM in DuckDB's words: tables, views, subqueries, joins, table functions.
import { ambiguousColumn, invalidStatement, unresolvedColumn, unresolvedRoutine, unsupported } from "../faults.ts";
import { quoteName, sameName, showName } from "../names.ts";
import type { Alias, Join, Relation, TableName } from "../parse/ast.ts";
import { generate, isGenerator, rangeRows } from "../functions/generators.ts";
import {
  coerce,
  type Context,
  type OutputColumn,
  type Scope,
  type ScopeColumn,
  type Typed,
  type TypedQuery,
} from "./context.ts";
import { analyze, analyzeCondition, meet } from "./expressions.ts";
import { metricRelation, refuseMixed } from "./metrics.ts";
import { pivotRelation, unpivotRelation } from "./pivots.ts";
import { analyzeQuery, renamed, valuesQuery } from "./query.ts";

/** A relation in FROM: its text and the columns that the rest of the select can name. */
export interface TypedRelation {
  readonly sql: string;
  readonly columns: readonly ScopeColumn[];
}

/** `lateral` is what a LATERAL relation may refer to: what stands before it; `outer` is the query around. */
export interface Surroundings {
  readonly context: Context;
  readonly outer: Scope | undefined;
  readonly before: readonly ScopeColumn[];
}

export function analyzeRelation(relation: Relation, around: Surroundings): TypedRelation {
  switch (relation.node) {
    case "named":
      return namedRelation(relation.name, relation.alias, around.context);
    case "derived": {
      const outer = relation.lateral ? lateralScope(around) : around.outer;
      const query = analyzeQuery(relation.query, outer, around.context);
      return aliased(query, relation.alias, { context: around.context, lateral: relation.lateral });
    }
    case "inline":
      return aliased(
        valuesQuery(relation.rows, { columns: [], parent: around.outer }, around.context),
        relation.alias,
        { context: around.context },
      );
    case "function":
      return functionRelation(relation, around);
    case "grouped":
      return groupedRelation(relation.relation, relation.alias, around);
    case "pivot":
      return pivotRelation(relation, analyzeRelation(relation.relation, around), around);
    case "unpivot":
      return unpivotRelation(relation, analyzeRelation(relation.relation, around), around);
    case "join":
      return joinRelation(relation, around);
  }
}

function lateralScope(around: Surroundings): Scope {
  return { columns: around.before, parent: around.outer };
}

/** `SELECT * FROM name`, for TABLE name. */
export function tableQuery(name: TableName, context: Context): TypedQuery {
  const { sql, columns } = namedRelation(name, { name: undefined, columns: [] }, context);
  const items = columns.map((column, index) => `${column.sql} AS c${index}`).join(", ");
  return { sql: `SELECT ${items} FROM ${sql}`, columns, ordered: false };
}

function namedRelation(name: TableName, alias: Alias, context: Context): TypedRelation {
  const common = name.length === 1 ? context.common.get((name[0] ?? "").toLowerCase()) : undefined;
  if (common !== undefined) {
    const query = { sql: `SELECT * FROM ${common.sql}`, columns: common.columns };
    return aliased(query, alias, { context, path: name });
  }
  const found = context.find(name);
  if (found.kind === "table") {
    const reference = `r${context.unique()}`;
    const qualifier = alias.name === undefined ? found.path : [alias.name];
    const names = renamed(found.columns, alias.columns, showName(qualifier));
    const columns = found.columns.map((column, index) => ({
      name: names[index]?.name ?? column.name,
      type: column.type,
      sql: `${reference}.${quoteName(column.name)}`,
      qualifier,
    }));
    return { sql: `${found.sql} AS ${reference}`, columns };
  }
  if (found.kind === "metric") return metricRelation(found, alias, context);
  if (context.depth > 50)
    throw invalidStatement(
      "VIEW_EXCEED_MAX_NESTED_DEPTH",
      "54K00",
      `The depth of view ${showName(found.path)} exceeds the maximum view resolution depth (50).`,
    );
  const query = analyzeQuery(found.query, undefined, {
    ...found.within,
    unique: context.unique,
    depth: context.depth + 1,
  });
  return aliased({ sql: query.sql, columns: renamed(query.columns, found.names, showName(found.path)) }, alias, {
    context,
    path: found.path,
  });
}

interface AliasOptions {
  readonly context: Context;
  readonly path?: readonly string[];
  readonly lateral?: boolean;
}

/** A query as a relation. */
function aliased(
  query: { readonly sql: string; readonly columns: readonly OutputColumn[] },
  alias: Alias,
  options: AliasOptions,
): TypedRelation {
  const reference = `r${options.context.unique()}`;
  const qualifier = alias.name === undefined ? (options.path ?? []) : [alias.name];
  const names = renamed(query.columns, alias.columns, alias.name ?? reference);
  const columns = names.map(({ name, type }, index) => ({ name, type, sql: `${reference}.c${index}`, qualifier }));
  return { sql: `${options.lateral === true ? "LATERAL " : ""}(${query.sql}) AS ${reference}`, columns };
}

function functionRelation(
  { call, alias, lateral }: Extract<Relation, { node: "function" }>,
  around: Surroundings,
): TypedRelation {
  const scope: Scope = lateral ? lateralScope(around) : { columns: [], parent: around.outer };
  const args = call.args.map((arg) => analyze(arg, scope, around.context));
  if (call.name === "range") return aliased(rangeRows(args), alias, { context: around.context, lateral });
  if (!isGenerator(call.name)) throw unresolvedRoutine(call.name);
  const rows = generate(call.name, args);
  if (rows.outer) throw unsupported(`${call.name} in FROM`);
  return aliased(rows, alias, { context: around.context, lateral });
}

function groupedRelation(relation: Relation, alias: Alias, around: Surroundings): TypedRelation {
  const inner = analyzeRelation(relation, around);
  if (alias.name === undefined) return { sql: `(${inner.sql})`, columns: inner.columns };
  refuseMixed(inner.columns, false);
  const visible = inner.columns.filter((column) => column.hidden !== true);
  const sql = `SELECT ${visible.map((column, index) => `${column.sql} AS c${index}`).join(", ")} FROM ${inner.sql}`;
  return aliased({ sql, columns: visible }, alias, { context: around.context });
}

const duckJoins = {
  INNER: "JOIN",
  LEFT: "LEFT JOIN",
  RIGHT: "RIGHT JOIN",
  FULL: "FULL JOIN",
  CROSS: "CROSS JOIN",
  "LEFT SEMI": "SEMI JOIN",
  "LEFT ANTI": "ANTI JOIN",
} as const;

function joinRelation(join: Join, around: Surroundings): TypedRelation {
  const left = analyzeRelation(join.left, around);
  const right = analyzeRelation(join.right, { ...around, before: [...around.before, ...left.columns] });
  refuseMixed([...left.columns, ...right.columns], false);
  const using = join.natural ? sharedNames(left, right) : join.using;
  const word = duckJoins[join.kind];
  const rightSql = join.right.node === "join" ? `(${right.sql})` : right.sql;
  if (using.length > 0) return joinUsing(join, { left, right, using, sql: `${left.sql} ${word} ${rightSql}` });
  const columns =
    join.kind === "LEFT SEMI" || join.kind === "LEFT ANTI" ? left.columns : [...left.columns, ...right.columns];
  if (join.on === undefined) {
    if (join.kind === "CROSS" || join.kind === "INNER") return { sql: `${left.sql} CROSS JOIN ${rightSql}`, columns };
    return { sql: `${left.sql} ${word} ${rightSql} ON true`, columns };
  }
  if (join.kind === "CROSS")
    throw invalidStatement(
      "PARSE_SYNTAX_ERROR",
      "42601",
      "Syntax error at or near 'ON': a CROSS JOIN has no condition.",
    );
  const scope: Scope = { columns: [...left.columns, ...right.columns], parent: around.outer };
  const condition = analyzeCondition(join.on, scope, around.context);
  if (condition.aggregate)
    throw invalidStatement("INVALID_JOIN_CONDITION", "42601", "A join condition cannot hold aggregates.");
  return { sql: `${left.sql} ${word} ${rightSql} ON ${condition.sql}`, columns };
}

function sharedNames(left: TypedRelation, right: TypedRelation): string[] {
  const visible = left.columns.filter((column) => column.hidden !== true);
  return visible
    .filter((column) => right.columns.some((other) => other.hidden !== true && sameName(other.name, column.name)))
    .map((column) => column.name);
}

interface UsingParts {
  readonly left: TypedRelation;
  readonly right: TypedRelation;
  readonly using: readonly string[];
  readonly sql: string;
}

/** USING: each shared column once, from the side that has it, or from either in a full join. */
function joinUsing(join: Join, { left, right, using, sql }: UsingParts): TypedRelation {
  const semi = join.kind === "LEFT SEMI" || join.kind === "LEFT ANTI";
  const pairs = using.map((name) => [sideColumn(left, name), sideColumn(right, name)] as const);
  const conditions = pairs.map(([a, b]) => {
    const [x, y] = [typed(a), typed(b)];
    const type = meet([x, y], `${a.name} = ${b.name}`);
    return `${coerce(x, type)} = ${coerce(y, type)}`;
  });
  const condition = ` ON ${conditions.join(" AND ")}`;
  if (semi) return { sql: sql + condition, columns: left.columns };
  const merged = pairs.map(([a, b]): ScopeColumn => {
    const type = meet([typed(a), typed(b)], a.name);
    const both = `coalesce(${coerce(typed(a), type)}, ${coerce(typed(b), type)})`;
    if (join.kind === "FULL") return { name: a.name, type, sql: both, qualifier: [] };
    const source = join.kind === "RIGHT" ? b : a;
    return { name: a.name, type: source.type, sql: source.sql, qualifier: [] };
  });
  const hide = (column: ScopeColumn): ScopeColumn =>
    using.some((name) => sameName(name, column.name)) ? { ...column, hidden: true } : column;
  return { sql: sql + condition, columns: [...merged, ...left.columns.map(hide), ...right.columns.map(hide)] };
}

function sideColumn(side: TypedRelation, name: string): ScopeColumn {
  const found = side.columns.filter((column) => column.hidden !== true && sameName(column.name, name));
  const [only] = found;
  if (only === undefined)
    throw unresolvedColumn(showName([name]), side.columns.map((column) => showName([column.name])).slice(0, 5));
  if (found.length > 1)
    throw ambiguousColumn(
      showName([name]),
      found.map((column) => showName([...column.qualifier, column.name])),
    );
  return only;
}

function typed(column: ScopeColumn): Typed {
  return { sql: column.sql, type: column.type, shown: column.name, aggregate: false, volatile: false };
}
