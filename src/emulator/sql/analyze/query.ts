// Queries in DuckDB's words: WITH, set operations, VALUES, ORDER BY and LIMIT.
import { commonType } from "../coercion.ts";
import { castSql } from "../casts.ts";
import { invalidStatement, typeMismatch } from "../faults.ts";
import { isInteger, typeText, types, type DataType } from "../types.ts";
import type { Expression, Query, QueryBody } from "../parse/ast.ts";
import {
  coerce,
  type CommonTableScope,
  type Context,
  type OutputColumn,
  type Scope,
  type ScopeColumn,
  type Typed,
  type TypedQuery,
} from "./context.ts";
import { analyze, meet } from "./expressions.ts";
import { analyzeSelect } from "./select.ts";
import { tableQuery } from "./relations.ts";
import { orderingSql } from "./windows.ts";

/** The typed form of a query. `outer` is the scope around it, for correlated names. */
export function analyzeQuery(query: Query, outer: Scope | undefined, context: Context): TypedQuery {
  const { inner, clause } = commonTables(query, outer, context);
  const { body } = query;
  const made =
    body.node === "select"
      ? analyzeSelect(body, query.order, outer, inner)
      : orderedBody(query, analyzeBody(body, outer, inner), inner);
  const limits = limitSql(query, inner);
  const ordered = limits !== "" || !isEmptyOrder(query.order);
  return { sql: `${clause}${made.sql}${limits}`, columns: made.columns, ordered };
}

function isEmptyOrder(order: Query["order"]): boolean {
  return "length" in order && order.length === 0;
}

function commonTables(query: Query, outer: Scope | undefined, context: Context): { inner: Context; clause: string } {
  if (query.with.length === 0) return { inner: context, clause: "" };
  const known = new Map<string, CommonTableScope>(context.common);
  const parts: string[] = [];
  for (const { name, columns, query: body } of query.with) {
    const typed = analyzeQuery(body, outer, { ...context, common: new Map(known) });
    const sql = `with_${context.unique()}`;
    known.set(name.toLowerCase(), { sql, columns: renamed(typed.columns, columns, name) });
    parts.push(`${sql} AS (${typed.sql})`);
  }
  return { inner: { ...context, common: known }, clause: `WITH ${parts.join(", ")} ` };
}

/** The columns under the names that an alias list gives. Throws when the numbers differ. */
export function renamed(
  columns: readonly OutputColumn[],
  names: readonly string[],
  owner: string,
): readonly OutputColumn[] {
  if (names.length === 0) return columns;
  if (names.length !== columns.length) {
    throw invalidStatement(
      "ASSIGNMENT_ARITY_MISMATCH",
      "42802",
      `The number of columns or variables assigned or aliased for ${owner}: ${names.length} does not match the number of source expressions: ${columns.length}.`,
    );
  }
  return columns.map((column, index) => ({ name: names[index] ?? column.name, type: column.type }));
}

function analyzeBody(body: QueryBody, outer: Scope | undefined, context: Context): TypedQuery {
  switch (body.node) {
    case "select":
      return { ...analyzeSelect(body, [], outer, context), ordered: false };
    case "values":
      return valuesQuery(body.rows, { columns: [], parent: outer }, context);
    case "table":
      return tableQuery(body.name, context);
    case "nested":
      return analyzeQuery(body.query, outer, context);
    case "set":
      return setOperation(body, outer, context);
  }
}

function setOperation(
  body: Extract<QueryBody, { node: "set" }>,
  outer: Scope | undefined,
  context: Context,
): TypedQuery {
  const left = analyzeBody(body.left, outer, context);
  const right = analyzeBody(body.right, outer, context);
  if (left.columns.length !== right.columns.length) {
    throw invalidStatement(
      "NUM_COLUMNS_MISMATCH",
      "42826",
      `${body.operator} can only be performed on inputs with the same number of columns, but the first input has ${left.columns.length} columns and the second input has ${right.columns.length} columns.`,
    );
  }
  const columns = left.columns.map((column, index) => {
    const other = right.columns[index]?.type ?? types.null;
    const type = commonType([column.type, other]);
    if (type !== undefined) return { name: column.name, type };
    throw invalidStatement(
      "INCOMPATIBLE_COLUMN_TYPE",
      "42825",
      `${body.operator} can only be performed on tables with compatible column types. Column ${index + 1} has the types "${typeText(column.type)}" and "${typeText(other)}".`,
    );
  });
  const operator = `${body.operator}${body.all ? " ALL" : ""}`;
  return { sql: `(${retyped(left, columns)}) ${operator} (${retyped(right, columns)})`, columns, ordered: false };
}

/** The query with its columns brought to these types. */
export function retyped(query: TypedQuery, columns: readonly OutputColumn[], names?: readonly string[]): string {
  const parts = columns.map(({ type }, index) => {
    const from = query.columns[index]?.type ?? types.null;
    return `${castSql({ sql: `q.c${index}`, from, to: type })} AS ${names?.[index] ?? `c${index}`}`;
  });
  return `SELECT ${parts.join(", ")} FROM (${query.sql}) AS q`;
}

/** VALUES: each column has the type that all its values meet in. */
export function valuesQuery(rows: readonly (readonly Expression[])[], scope: Scope, context: Context): TypedQuery {
  const typed = rows.map((row) => row.map((item) => analyze(item, scope, context)));
  const width = typed[0]?.length ?? 0;
  if (typed.some((row) => row.length !== width)) {
    throw invalidStatement(
      "INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH",
      "42000",
      "Cannot create inline table: the rows have different numbers of columns.",
    );
  }
  const columns = Array.from({ length: width }, (_, index) => {
    const pieces = typed.map((row) => row[index]).filter((piece) => piece !== undefined);
    return { name: `col${index + 1}`, type: meet(pieces, `col${index + 1}`) };
  });
  const lines = typed.map(
    (row) => `(${row.map((piece, index) => coerce(piece, columns[index]?.type ?? piece.type)).join(", ")})`,
  );
  const names = columns.map((_, index) => `c${index}`).join(", ");
  // The types are written out: DuckDB would give a column of NULLs and numbers its own type.
  const casts = columns.map(({ type }, index) => `${castNull(type, `q.c${index}`)} AS c${index}`).join(", ");
  return { sql: `SELECT ${casts} FROM (VALUES ${lines.join(", ")}) AS q(${names})`, columns, ordered: false };
}

function castNull(type: DataType, sql: string): string {
  return type.kind === "null" ? `CAST(${sql} AS INTEGER)` : sql;
}

/** ORDER BY on what is no SELECT: only the output columns can be named. */
function orderedBody(query: Query, made: TypedQuery, context: Context): TypedQuery {
  if (isEmptyOrder(query.order)) {
    // LIMIT after a set operation or a nested query needs a query of its own around.
    const plain = query.limit === undefined && query.offset === undefined;
    return plain ? made : { ...made, sql: `SELECT * FROM (${made.sql}) AS q` };
  }
  const columns: ScopeColumn[] = made.columns.map(({ name, type }, index) => ({
    name,
    type,
    sql: `q.c${index}`,
    qualifier: [],
  }));
  const scope: Scope = { columns, parent: undefined };
  return {
    ...made,
    sql: `SELECT * FROM (${made.sql}) AS q ORDER BY ${orderSql(query.order, made.columns, (each) => analyze(each, scope, context))}`,
  };
}

/** The items of ORDER BY: a whole number is a position, `ALL` is every column. */
export function orderSql(
  order: Query["order"],
  columns: readonly OutputColumn[],
  inner: (part: Expression) => Typed,
): string {
  if ("all" in order) return columns.map((_, index) => orderingSql(order, String(index + 1))).join(", ");
  return order.map((each) => orderingSql(each, orderTarget(each.expression, columns, inner))).join(", ");
}

function orderTarget(
  expression: Expression,
  columns: readonly OutputColumn[],
  inner: (part: Expression) => Typed,
): string {
  if (expression.node === "literal") {
    const position = Number(expression.value);
    if (!isInteger(expression.type)) return "(SELECT NULL)";
    if (position >= 1 && position <= columns.length) return String(position);
    throw invalidStatement(
      "ORDER_BY_POS_OUT_OF_RANGE",
      "42805",
      `ORDER BY position ${position} is not in select list (valid range is [1, ${columns.length}]).`,
    );
  }
  if (expression.node === "column" && expression.parts.length === 1) {
    const name = expression.parts[0]?.toLowerCase();
    const matches = columns.flatMap((column, index) => (column.name.toLowerCase() === name ? [index] : []));
    const [only] = matches;
    if (matches.length === 1 && only !== undefined) return String(only + 1);
  }
  const piece = inner(expression);
  if (piece.type.kind === "map") throw typeMismatch(piece.shown, "maps cannot be ordered");
  return piece.sql;
}

function limitSql(query: Query, context: Context): string {
  const number = (expression: Expression, what: string): string => {
    const piece = analyze(expression, { columns: [], parent: undefined }, context);
    if (isInteger(piece.type)) return coerce(piece, types.long);
    throw invalidStatement(
      "INVALID_LIMIT_LIKE_EXPRESSION.DATA_TYPE",
      "42K0E",
      `The ${what} expression must be integer type, but got "${typeText(piece.type)}".`,
    );
  };
  const limit = query.limit === undefined ? "" : ` LIMIT ${number(query.limit, "limit")}`;
  const offset = query.offset === undefined ? "" : ` OFFSET ${number(query.offset, "offset")}`;
  return limit + offset;
}
