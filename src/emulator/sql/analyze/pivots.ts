// PIVOT: values of a column become columns. UNPIVOT: columns become rows.
import { invalidStatement, typeMismatch, unsupported } from "../faults.ts";
import { quoteText, sameName } from "../names.ts";
import { isComplex, types, typeText } from "../types.ts";
import type { Expression, FunctionCall, Pivot, PivotItem, Unpivot } from "../parse/ast.ts";
import { coerce, type Context, type OutputColumn, type Scope, type ScopeColumn, type Typed } from "./context.ts";
import { analyze, meet } from "./expressions.ts";
import { showExpression } from "./shown.ts";

interface Source {
  readonly sql: string;
  readonly columns: readonly ScopeColumn[];
}

interface Around {
  readonly context: Context;
  readonly outer: Scope | undefined;
}

/** One row for each group of what PIVOT does not name; a value without rows is NULL, for count too. */
export function pivotRelation(pivot: Pivot, source: Source, { context, outer }: Around): Source {
  const scope: Scope = { columns: source.columns, parent: outer };
  const named = new Set([...pivot.aggregates.map((each) => each.expression), ...pivot.columns].flatMap(namesIn));
  const visible = source.columns.filter((column) => column.hidden !== true);
  const groups = visible.filter((column) => !named.has(column.name.toLowerCase()));
  const items: { readonly sql: string; readonly column: OutputColumn }[] = groups.map(({ sql, name, type }) => ({
    sql,
    column: { name, type },
  }));
  for (const value of pivot.values) {
    const condition = matches(pivot.columns, value.expression);
    const present = analyze(countWhere(condition), scope, context);
    for (const aggregate of pivot.aggregates) {
      const piece = analyze({ ...aggregateCall(aggregate), filter: condition }, scope, context);
      if (!piece.aggregate) throw aggregateWanted(piece.shown);
      if (isComplex(piece.type)) throw unsupported(`a PIVOT of the type ${typeText(piece.type)}`);
      items.push({
        sql: `CASE WHEN ${present.sql} > 0 THEN ${piece.sql} END`,
        column: { name: columnName(value, pivot.aggregates.length === 1 ? undefined : aggregate), type: piece.type },
      });
    }
  }
  const list = items.map(({ sql }, index) => `${sql} AS c${index}`).join(", ");
  const group = groups.length === 0 ? "" : `GROUP BY ${groups.map(({ sql }) => sql).join(", ")}`;
  return placed(
    `SELECT ${list} FROM ${source.sql} ${group}`,
    items.map(({ column }) => column),
    { context, alias: pivot.alias },
  );
}

function aggregateCall({ expression }: PivotItem): FunctionCall {
  if (expression.node !== "call") throw aggregateWanted(showExpression(expression));
  if (expression.filter !== undefined || expression.over !== undefined)
    throw unsupported("FILTER and OVER on the aggregate of a PIVOT");
  return expression;
}

function aggregateWanted(shown: string): Error {
  return invalidStatement(
    "PIVOT_AGGREGATE_WANTED",
    "42K0E",
    `Aggregate expression required for pivot, but '${shown}' did not appear in any aggregate function.`,
  );
}

function countWhere(filter: Expression): FunctionCall {
  const star: Expression = { node: "star", qualifier: [], except: [] };
  return { node: "call", name: "count", args: [star], distinct: false, filter };
}

function matches(columns: readonly Expression[], value: Expression): Expression {
  const [left, ...more] = columns;
  if (left !== undefined && more.length === 0) return { node: "binary", operator: "<=>", left, right: value };
  const tuple: Expression = { node: "call", name: "struct", args: columns, distinct: false };
  if (value.node !== "call" || value.name !== "struct" || value.args.length !== columns.length)
    throw typeMismatch(showExpression(value), `${columns.length} values are wanted, as in (a, b)`);
  return { node: "binary", operator: "<=>", left: plainStruct(tuple.args), right: plainStruct(value.args) };
}

/** Fields of both sides need the same names to be compared. */
function plainStruct(args: readonly Expression[]): FunctionCall {
  const named = args.flatMap((arg, index): Expression[] => [
    { node: "literal", type: types.string, value: `f${index}` },
    arg,
  ]);
  return { node: "call", name: "named_struct", args: named, distinct: false };
}

function columnName(value: PivotItem, aggregate: PivotItem | undefined): string {
  const { expression } = value;
  if (value.name === undefined && expression.node !== "literal" && expression.node !== "cast")
    if (expression.node !== "unary") throw unsupported("a value of PIVOT without a name that is no literal");
  const own = value.name ?? literalName(expression);
  return aggregate === undefined ? own : `${own}_${aggregate.name ?? showExpression(aggregate.expression)}`;
}

function literalName(expression: Expression): string {
  if (expression.node === "literal") return expression.value === null ? "null" : showExpression(expression);
  if (expression.node === "unary") return `${expression.operator}${literalName(expression.operand)}`;
  if (expression.node === "cast" && expression.written !== undefined) return literalName(expression.operand);
  throw unsupported("a value of PIVOT without a name that is no literal");
}

/** Lower-case names that an expression reads: of columns, and of what stands before their fields. */
function namesIn(part: unknown): string[] {
  if (Array.isArray(part)) return part.flatMap(namesIn);
  if (typeof part !== "object" || part === null) return [];
  if ("node" in part && part.node === "column" && "parts" in part && Array.isArray(part.parts))
    return part.parts.map((each) => String(each).toLowerCase());
  return Object.values(part).flatMap(namesIn);
}

/** One row for each of the columns: its name and its value. */
export function unpivotRelation(unpivot: Unpivot, source: Source, { context, outer }: Around): Source {
  const scope: Scope = { columns: source.columns, parent: outer };
  const pieces = unpivot.columns.map(({ expression }) => analyze(expression, scope, context));
  const type = meet(pieces, unpivot.value);
  const taken = new Set(pieces.map(({ sql }) => sql));
  const others = source.columns.filter((column) => column.hidden !== true && !taken.has(column.sql));
  const lines = pieces.map(
    (piece: Typed, index) => `(${quoteText(unpivot.columns[index]?.name ?? piece.shown)}, ${coerce(piece, type)})`,
  );
  const reference = `u${context.unique()}`;
  const reads = [...others.map(({ sql }) => sql), `${reference}.n`, `${reference}.v`];
  const list = reads.map((sql, index) => `${sql} AS c${index}`).join(", ");
  const present = unpivot.nulls ? "" : ` WHERE ${reference}.v IS NOT NULL`;
  const columns = [
    ...others.map(({ name, type: of }) => ({ name, type: of })),
    { name: unpivot.name, type: types.string },
    { name: unpivot.value, type },
  ];
  if (others.some(({ name }) => sameName(name, unpivot.name) || sameName(name, unpivot.value)))
    throw unsupported("UNPIVOT into the name of a column that stays");
  return placed(
    `SELECT ${list} FROM ${source.sql} CROSS JOIN LATERAL (VALUES ${lines.join(", ")}) AS ${reference}(n, v)${present}`,
    columns,
    { context, alias: unpivot.alias },
  );
}

function placed(
  query: string,
  columns: readonly OutputColumn[],
  { context, alias }: { readonly context: Context; readonly alias: string | undefined },
): Source {
  const reference = `r${context.unique()}`;
  return {
    sql: `(${query}) AS ${reference}`,
    columns: columns.map(({ name, type }, index) => ({
      name,
      type,
      sql: `${reference}.c${index}`,
      qualifier: alias === undefined ? [] : [alias],
    })),
  };
}
