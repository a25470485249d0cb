// One SELECT: its relations, items with stars and aliases, grouping, and the order that may name any of these.
import { invalidStatement, typeMismatch, unresolvedColumn, unsupported } from "../faults.ts";
import { quoteText, sameName, showName } from "../names.ts";
import { types } from "../types.ts";
import type { Expression, FunctionCall, Grouping, LateralView, Query, Select, SelectItem, Star } from "../parse/ast.ts";
import { generate, isGenerator } from "../functions/generators.ts";
import { endsWith, findIn } from "./columns.ts";
import { combine, type Context, type OutputColumn, type Scope, type ScopeColumn, type Typed } from "./context.ts";
import { analyze, analyzeCondition } from "./expressions.ts";
import { isMeasure, refuseMixed } from "./metrics.ts";
import { orderSql, renamed } from "./query.ts";
import { analyzeRelation } from "./relations.ts";
import { showExpression } from "./shown.ts";

interface Item {
  readonly name: string;
  readonly piece: Typed;
}

interface Source {
  readonly sql: string;
  readonly columns: readonly ScopeColumn[];
}

/** The typed form of a select with its ORDER BY. */
export function analyzeSelect(
  select: Select,
  order: Query["order"],
  outer: Scope | undefined,
  around: Context,
): { sql: string; columns: readonly OutputColumn[] } {
  const context: Context = { ...around, windows: select.windows };
  let source = selectSource(select, outer, context);
  const scopeOf = (): Scope => ({ columns: source.columns, parent: outer });
  const where = select.where === undefined ? undefined : rowCondition(select.where, scopeOf(), context);
  const generated = generatedItem(select, source, { outer, context });
  source = generated.source;
  const scope = scopeOf();
  const items = analyzeItems(generated.items, scope, context);
  if (source.columns.some(isMeasure) && select.group === undefined && !items.some(({ piece }) => piece.aggregate))
    throw unsupported("dimensions of a metric view without GROUP BY");
  if (items.length === 0) throw invalidStatement("UNSUPPORTED_SELECT_STAR", "42000", "The select list is empty.");
  const named: Scope = { columns: source.columns, parent: { columns: aliasColumns(items), parent: outer } };
  const inner = (part: Expression): Typed => analyze(part, named, context);
  const parts = [
    `SELECT ${select.distinct ? "DISTINCT " : ""}${items.map(({ piece }, index) => `${outputSql(piece)} AS c${index}`).join(", ")}`,
    source.sql === "" ? "" : `FROM ${source.sql}`,
    where === undefined ? "" : `WHERE ${where}`,
    select.group === undefined ? "" : `GROUP BY ${groupSql(select.group, items, inner)}`,
    select.having === undefined ? "" : `HAVING ${havingSql(select, named, context)}`,
    select.qualify === undefined ? "" : `QUALIFY ${analyzeCondition(select.qualify, named, context).sql}`,
  ];
  const columns = items.map(({ name, piece }) => ({ name, type: piece.type }));
  const sorted = "all" in order || order.length > 0;
  if (select.distinct && sorted) {
    const distinct = parts.filter((part) => part !== "").join(" ");
    return { sql: orderedDistinct(distinct, order, { items, source, outer, context }), columns };
  }
  // ORDER BY sees the aliases before the columns; GROUP BY and HAVING the other way round.
  const ordering: Scope = { columns: aliasColumns(items), parent: scope };
  if (sorted) parts.push(`ORDER BY ${orderSql(order, columns, (part) => analyze(part, ordering, context))}`);
  return { sql: parts.filter((part) => part !== "").join(" "), columns };
}

interface Distinct {
  readonly items: readonly Item[];
  readonly source: Source;
  readonly outer: Scope | undefined;
  readonly context: Context;
}

/** ORDER BY after DISTINCT sees what was selected, by its name or by the column's own, and nothing else. */
function orderedDistinct(sql: string, order: Query["order"], { items, source, outer, context }: Distinct): string {
  const columns = items.map(({ name, piece }, index) => ({
    name,
    type: piece.type,
    sql: `q.c${index}`,
    qualifier: source.columns.find((each) => each.sql === piece.sql && sameName(each.name, name))?.qualifier ?? [],
  }));
  const scope: Scope = { columns, parent: outer };
  const ordered = orderSql(order, columns, (part) => {
    const piece = analyze(part, scope, context);
    if (!piece.aggregate) return piece;
    throw unsupported(`the aggregate ${piece.shown} in ORDER BY of SELECT DISTINCT; select it under a name`);
  });
  return `SELECT * FROM (${sql}) AS q ORDER BY ${ordered}`;
}

/** A NULL of no type needs one in DuckDB. */
function outputSql(piece: Typed): string {
  return piece.type.kind === "null" ? `CAST(${piece.sql} AS INTEGER)` : piece.sql;
}

function selectSource(select: Select, outer: Scope | undefined, context: Context): Source {
  let source: Source = { sql: "", columns: [] };
  for (const relation of select.from) {
    const next = analyzeRelation(relation, { context, outer, before: source.columns });
    const columns = [...source.columns, ...next.columns];
    refuseMixed(columns, select.from.length === 1 && select.views.length === 0);
    source = {
      sql:
        source.sql === ""
          ? next.sql
          : `${source.sql} CROSS JOIN ${relation.node === "join" ? `(${next.sql})` : next.sql}`,
      columns,
    };
  }
  for (const view of select.views) source = withView(source, view, { outer, context });
  return source;
}

interface Around {
  readonly outer: Scope | undefined;
  readonly context: Context;
}

function withView(source: Source, view: LateralView, { outer, context }: Around): Source {
  const scope: Scope = { columns: source.columns, parent: outer };
  const rows = generate(
    view.call.name,
    view.call.args.map((arg) => analyze(arg, scope, context)),
  );
  const columns = renamed(rows.columns, view.columns, view.alias);
  return joined(
    source,
    { sql: rows.sql, columns, outer: view.outer || rows.outer, qualifier: view.alias === "" ? [] : [view.alias] },
    context,
  );
}

interface Rows {
  readonly sql: string;
  readonly columns: readonly OutputColumn[];
  readonly outer: boolean;
  readonly qualifier: readonly string[];
}

function joined(source: Source, rows: Rows, context: Context): Source {
  const reference = `g${context.unique()}`;
  const columns = rows.columns.map(({ name, type }, index) => ({
    name,
    type,
    sql: `${reference}.c${index}`,
    qualifier: rows.qualifier,
  }));
  const left = source.sql === "" ? "(SELECT 1 AS one) AS single" : source.sql;
  const sql = rows.outer
    ? `${left} LEFT JOIN LATERAL (${rows.sql}) AS ${reference} ON true`
    : `${left} CROSS JOIN LATERAL (${rows.sql}) AS ${reference}`;
  return { sql, columns: [...source.columns, ...columns] };
}

/** `SELECT explode(a) AS x, b`: the generator becomes a lateral join, its item the columns of that. */
function generatedItem(
  select: Select,
  source: Source,
  { outer, context }: Around,
): { source: Source; items: readonly SelectItem[] } {
  const found = select.items.filter((item) => isGeneratorCall(item.expression));
  const [item, ...more] = found;
  if (item === undefined) return { source, items: select.items };
  if (more.length > 0)
    throw invalidStatement(
      "UNSUPPORTED_GENERATOR.MULTI_GENERATOR",
      "42K0E",
      "The generator is not supported: only one generator allowed per SELECT clause.",
    );
  if (select.group !== undefined) throw unsupported("a generator in a SELECT with GROUP BY");
  const call = item.expression as FunctionCall;
  const scope: Scope = { columns: source.columns, parent: outer };
  const rows = generate(
    call.name,
    call.args.map((arg) => analyze(arg, scope, context)),
  );
  const columns = renamed(rows.columns, item.aliases, call.name);
  const qualifier = [`generated ${context.unique()}`];
  const next = joined(source, { sql: rows.sql, columns, outer: rows.outer, qualifier }, context);
  // A star shows the columns that were there before, so that the new ones are hidden from it.
  const hidden = next.columns.map((column) => (column.qualifier === qualifier ? { ...column, hidden: true } : column));
  const items = select.items.flatMap((each) => {
    if (each !== item) return [each];
    return columns.map((column) => ({
      expression: { node: "column", parts: [...qualifier, column.name] } as const,
      aliases: [column.name],
    }));
  });
  return { source: { sql: next.sql, columns: hidden }, items };
}

function isGeneratorCall(expression: Expression): boolean {
  return expression.node === "call" && isGenerator(expression.name);
}

function rowCondition(expression: Expression, scope: Scope, context: Context): string {
  const piece = analyzeCondition(expression, scope, context);
  if (piece.aggregate) {
    throw invalidStatement(
      "INVALID_WHERE_CONDITION",
      "42903",
      `The WHERE condition "${showExpression(expression)}" contains invalid expressions: aggregates are not allowed there.`,
    );
  }
  return piece.sql;
}

/** The items in order. Each may use the aliases of those before it, where no column has that name. */
function analyzeItems(items: readonly SelectItem[], scope: Scope, context: Context): Item[] {
  const done: Item[] = [];
  for (const { expression, aliases } of items) {
    if (expression.node === "star") {
      done.push(...expandStar(expression, scope));
      continue;
    }
    if (aliases.length > 1)
      throw invalidStatement("NUM_COLUMNS_MISMATCH", "42826", "Several aliases need a generator such as posexplode.");
    const within: Scope = { columns: scope.columns, parent: { columns: aliasColumns(done), parent: scope.parent } };
    const piece = analyze(expression, within, context);
    if (piece.lambda !== undefined) throw typeMismatch(piece.shown, "a lambda is no value");
    // A column is shown as the table spells it, not as the statement does.
    const shown =
      expression.node === "column" || expression.node === "field" ? piece.shown : showExpression(expression);
    done.push({ name: aliases[0] ?? shown, piece });
  }
  return done;
}

function aliasColumns(items: readonly Item[]): ScopeColumn[] {
  return items.map(({ name, piece }) => ({
    name,
    type: piece.type,
    sql: piece.sql,
    qualifier: [],
    aggregate: piece.aggregate,
    unstable: piece.volatile,
  }));
}

function expandStar({ qualifier, except }: Star, scope: Scope): Item[] {
  if (scope.columns.some(isMeasure))
    throw unsupported("* of a metric view; name its dimensions, and its measures in MEASURE()");
  const visible = scope.columns.filter((column) =>
    qualifier.length === 0 ? column.hidden !== true : endsWith(column.qualifier, qualifier),
  );
  const items = visible.length === 0 && qualifier.length > 0 ? structItems(qualifier, scope) : visible.map(columnItem);
  if (items.length === 0)
    throw invalidStatement(
      "CANNOT_RESOLVE_STAR_EXPAND",
      "42704",
      `Cannot resolve ${showName([...qualifier, "*"])}: there are no columns.`,
    );
  for (const name of except) {
    if (!items.some((item) => sameName(item.name, name)))
      throw unresolvedColumn(showName([name]), items.map((item) => showName([item.name])).slice(0, 5));
  }
  return items.filter((item) => !except.some((name) => sameName(name, item.name)));
}

function columnItem(column: ScopeColumn): Item {
  const { name, type, sql } = column;
  return { name, piece: { sql, type, shown: name, aggregate: false, volatile: false } };
}

function structItems(qualifier: readonly string[], scope: Scope): Item[] {
  const piece = findIn(qualifier, scope);
  if (piece?.type.kind !== "struct") return [];
  return piece.type.fields.map((field) => ({
    name: field.name,
    piece: combine([piece], {
      sql: `struct_extract(${piece.sql}, ${quoteText(field.name)})`,
      type: field.type,
      shown: field.name,
    }),
  }));
}

function groupSql(group: Grouping, items: readonly Item[], inner: (part: Expression) => Typed): string {
  if (group.kind === "all") {
    const keys = items.flatMap(({ piece }, index) => (piece.aggregate ? [] : [String(index + 1)]));
    return keys.length === 0 ? "()" : keys.join(", ");
  }
  const key = (expression: Expression): string => groupKey(expression, items, inner);
  if (group.kind === "sets")
    return `GROUPING SETS (${group.sets.map((set) => `(${set.map(key).join(", ")})`).join(", ")})`;
  const keys = group.expressions.map(key).join(", ");
  return group.kind === "list" ? keys : `${group.kind.toUpperCase()} (${keys})`;
}

function groupKey(expression: Expression, items: readonly Item[], inner: (part: Expression) => Typed): string {
  const piece = groupPiece(expression, items, inner);
  if (piece.aggregate)
    throw invalidStatement(
      "GROUP_BY_AGGREGATE",
      "42903",
      `Aggregate functions are not allowed in GROUP BY, but found ${piece.shown}.`,
    );
  if (piece.type.kind === "map") throw typeMismatch(piece.shown, "maps cannot be grouped by");
  // DuckDB would take a constant for a position.
  if (piece.literal !== undefined || piece.type.kind === "null") return "(SELECT NULL)";
  return piece.sql;
}

function groupPiece(expression: Expression, items: readonly Item[], inner: (part: Expression) => Typed): Typed {
  if (expression.node !== "literal" || expression.type.kind !== types.int.kind) return inner(expression);
  const position = Number(expression.value);
  const item = items[position - 1];
  if (item !== undefined) return item.piece;
  throw invalidStatement(
    "GROUP_BY_POS_OUT_OF_RANGE",
    "42805",
    `GROUP BY position ${position} is not in select list (valid range is [1, ${items.length}]).`,
  );
}

function havingSql(select: Select, scope: Scope, context: Context): string {
  if (select.having === undefined) return "";
  return analyzeCondition(select.having, scope, context).sql;
}
