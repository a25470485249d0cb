// A metric view in a query: its dimensions as columns, its measures for MEASURE alone.
import { invalidStatement, typeMismatch, unsupported } from "../faults.ts";
import { sameName } from "../names.ts";
import type { Alias, FunctionCall } from "../parse/ast.ts";
import { endsWith } from "./columns.ts";
import type { Context, FoundTable, Scope, ScopeColumn, Typed } from "./context.ts";
import { analyze, analyzeCondition } from "./expressions.ts";
import { analyzeRelation, type TypedRelation } from "./relations.ts";
import { showExpression } from "./shown.ts";

type FoundMetric = Extract<FoundTable, { kind: "metric" }>;

/** The source with its joins and its filter, and every dimension and measure as an expression over it. */
export function metricRelation(found: FoundMetric, alias: Alias, context: Context): TypedRelation {
  const { definition, path, within } = found;
  if (alias.columns.length > 0) throw unsupported("names for the columns of a metric view in FROM");
  const inner: Context = {
    ...within,
    unique: context.unique,
    depth: context.depth + 1,
    windows: [],
    common: new Map(),
  };
  const base = analyzeRelation(definition.relation, { context: inner, outer: undefined, before: [] });
  if (base.columns.some(isMeasure)) throw unsupported("a metric view as the source of a metric view");
  const reference = `r${context.unique()}`;
  const raw = base.columns.map((column, index): ScopeColumn => {
    const [name = ""] = column.qualifier;
    const place = definition.joined.get(name);
    // What is joined is named with its join alone.
    return {
      ...column,
      sql: `${reference}.c${index}`,
      ...(place === undefined ? {} : { qualifier: place, hidden: true }),
    };
  });
  const outside: Scope = { columns: base.columns, parent: undefined };
  const where =
    definition.filter === undefined ? "" : ` WHERE ${analyzeCondition(definition.filter, outside, inner).sql}`;
  const items = base.columns.map((column, index) => `${column.sql} AS c${index}`).join(", ");
  const qualifier = alias.name === undefined ? path : [alias.name];
  const columns: ScopeColumn[] = [];
  // Columns of the source come before dimensions of the same name.
  const scope = (): Scope => ({ columns: raw, parent: { columns: [...columns], parent: undefined } });
  for (const { name, expression } of definition.dimensions) {
    const piece = analyze(expression, scope(), inner);
    if (piece.aggregate) throw unsupported(`the dimension ${name}, which is an aggregate`);
    columns.push({ name, type: piece.type, sql: `(${piece.sql})`, qualifier });
  }
  for (const { name, expression } of definition.measures) {
    const piece = analyze(expression, scope(), inner);
    if (!piece.aggregate)
      throw invalidStatement(
        "METRIC_VIEW_INVALID_VIEW_DEFINITION",
        "42K0S",
        `The metric view definition is invalid. Reason: the measure ${name} is no aggregate.`,
      );
    columns.push({ name, type: piece.type, sql: `(${piece.sql})`, qualifier, measure: true, aggregate: true });
  }
  return { sql: `(SELECT ${items} FROM ${base.sql}${where}) AS ${reference}`, columns };
}

export function isMeasure(column: ScopeColumn): boolean {
  return column.measure === true;
}

/** `MEASURE(name)`. */
export function measureOf(call: FunctionCall, scope: Scope): Typed {
  const [arg] = call.args;
  if (arg?.node !== "column" || call.args.length > 1 || call.over !== undefined || call.filter !== undefined) {
    throw typeMismatch(showExpression(call), "MEASURE takes the name of a measure of a metric view");
  }
  const name = arg.parts.at(-1) ?? "";
  const qualifier = arg.parts.slice(0, -1);
  for (let place: Scope | undefined = scope; place !== undefined; place = place.parent) {
    const found = place.columns.find(
      (column) => isMeasure(column) && sameName(column.name, name) && endsWith(column.qualifier, qualifier),
    );
    if (found === undefined) continue;
    return { sql: found.sql, type: found.type, shown: showExpression(call), aggregate: true, volatile: false };
  }
  throw invalidStatement(
    "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION",
    "42703",
    `A column, variable, or function parameter with name \`${name}\` cannot be resolved as a measure of a metric view.`,
  );
}

/** A metric view stands alone in FROM, and its rows are those of a group. */
export function refuseMixed(columns: readonly ScopeColumn[], alone: boolean): void {
  if (columns.some(isMeasure) && !alone) throw unsupported("a join with a metric view; query it in a subquery");
}
