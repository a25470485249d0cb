// Gives every expression its type and its form in DuckDB's words.
import { ambiguousColumn, invalidStatement, typeMismatch, unsupported } from "../faults.ts";
import { castSql } from "../casts.ts";
import { commonType } from "../coercion.ts";
import { matchesPattern } from "../functions/regex.ts";
import { quoteText } from "../names.ts";
import { macro } from "../macros.ts";
import { duckType, isInteger, types, typeText, type DataType } from "../types.ts";
import type { Expression, Lambda, Literal } from "../parse/ast.ts";
import { analyzeCall } from "./calls.ts";
import { fieldOf, resolveColumn } from "./columns.ts";
import { coerce, combine, type Context, type Scope, type Typed } from "./context.ts";
import { analyzeBinary, analyzeUnary, compare, flatten } from "./operators.ts";
import { analyzeQuery } from "./query.ts";
import { showExpression } from "./shown.ts";

/** The typed form of `expression`. Throws the fault that the warehouse, or the emulator's limits, give for it. */
export function analyze(expression: Expression, scope: Scope, context: Context): Typed {
  const shown = showExpression(expression);
  const inner = (part: Expression): Typed => analyze(part, scope, context);
  switch (expression.node) {
    case "literal":
      return analyzeLiteral(expression, shown);
    case "column":
      return analyzeName(expression.parts, scope, context);
    case "call":
      return analyzeCall(expression, scope, context);
    case "unary":
      return analyzeUnary(expression.operator, inner(expression.operand), shown);
    case "binary":
      return analyzeBinary(expression, inner, shown);
    case "between":
      return analyzeBetween(
        [inner(expression.operand), inner(expression.low), inner(expression.high)],
        expression.negated,
        shown,
      );
    case "inList":
      return analyzeInList(inner(expression.operand), expression.items.map(inner), expression.negated, shown);
    case "inQuery":
      return analyzeInQuery(expression, scope, context);
    case "like":
      return analyzeLike(expression, inner, shown);
    case "is":
      return analyzeIs(expression, inner(expression.operand), shown);
    case "case":
      return analyzeCase(expression, inner, shown);
    case "cast": {
      const operand = inner(expression.operand);
      const request = { sql: operand.sql, from: operand.type, to: expression.type, safe: expression.safe, shown };
      return combine([operand], { sql: castSql(request), type: expression.type, shown });
    }
    case "scalarQuery":
      return analyzeScalarQuery(expression.query, scope, context);
    case "exists": {
      const query = analyzeQuery(expression.query, scope, context);
      return combine([], { sql: `EXISTS (${query.sql})`, type: types.boolean, shown });
    }
    case "index":
      return analyzeIndex(inner(expression.operand), inner(expression.index), shown);
    case "field":
      return fieldOf(inner(expression.operand), expression.name);
    case "extract":
      return analyzeCall(
        {
          node: "call",
          name: "date_part",
          args: [{ node: "literal", type: types.string, value: expression.unit }, expression.operand],
          distinct: false,
        },
        scope,
        context,
      );
    case "lambda":
      return analyzeLambda(expression, scope, context);
    case "interval":
      throw unsupported("an INTERVAL other than as an operand of + or - on a date or timestamp");
    case "star":
      throw invalidStatement("INVALID_USAGE_OF_STAR_OR_REGEX", "42000", `Invalid usage of '*' in expression.`);
  }
}

/** A condition: WHERE, ON, HAVING. Its ANDs and ORs stay plain, so that DuckDB sees join keys and filters in them. */
export function analyzeCondition(expression: Expression, scope: Scope, context: Context): Typed {
  if (expression.node === "binary" && (expression.operator === "AND" || expression.operator === "OR")) {
    const { operator } = expression;
    const pieces = flatten(operator, expression).map((part) => analyzeCondition(part, scope, context));
    const sql = `(${pieces.map((piece) => piece.sql).join(` ${operator} `)})`;
    return combine(pieces, { sql, type: types.boolean, shown: showExpression(expression) });
  }
  const piece = analyze(expression, scope, context);
  return { ...piece, sql: coerce(piece, types.boolean), type: types.boolean };
}

/** Functions that need no parentheses. A column of that name comes first. */
const bareFunctions = [
  "current_date",
  "current_timestamp",
  "current_user",
  "session_user",
  "user",
  "current_catalog",
  "current_schema",
  "current_database",
  "localtimestamp",
];

function analyzeName(parts: readonly string[], scope: Scope, context: Context): Typed {
  const name = (parts[0] ?? "").toLowerCase();
  if (parts.length === 1 && bareFunctions.includes(name) && !isKnown(name, scope)) {
    return analyzeCall({ node: "call", name, args: [], distinct: false }, scope, context);
  }
  return resolveColumn(parts, scope);
}

function isKnown(name: string, scope: Scope): boolean {
  for (let place: Scope | undefined = scope; place !== undefined; place = place.parent) {
    if (place.columns.some((column) => column.hidden !== true && column.name.toLowerCase() === name)) return true;
  }
  return false;
}

function analyzeLiteral(node: Literal, shown: string): Typed {
  return { sql: literalSql(node), type: node.type, shown, aggregate: false, volatile: false, literal: node };
}

function literalSql({ type, value }: Literal): string {
  if (value === null) return "NULL";
  if (typeof value === "boolean") return value ? "true" : "false";
  switch (type.kind) {
    case "string":
      return quoteText(value);
    case "binary":
      return `from_hex('${value}')`;
    case "int":
      // The digits of the least INT are no INT by themselves.
      return value === "-2147483648" ? `CAST(${value} AS INTEGER)` : signed(value);
    case "float":
    case "double":
      // As a text: the digits alone would be a decimal first, which has no -0.0.
      return `CAST('${value}' AS ${duckType(type)})`;
    default:
      return `CAST(${signed(value)} AS ${duckType(type)})`;
  }
}

function signed(digits: string): string {
  return digits.startsWith("-") ? `(${digits})` : digits;
}

function analyzeBetween(pieces: readonly [Typed, Typed, Typed], negated: boolean, shown: string): Typed {
  const type = meet(pieces, shown);
  const [operand, low, high] = pieces.map((piece) => coerce(piece, type));
  return combine(pieces, {
    sql: `(${operand} ${negated ? "NOT " : ""}BETWEEN ${low} AND ${high})`,
    type: types.boolean,
    shown,
  });
}

function analyzeInList(operand: Typed, items: readonly Typed[], negated: boolean, shown: string): Typed {
  const all = [operand, ...items];
  const type = meet(all, shown);
  refuseMap(type, shown);
  const [left, ...rest] = all.map((piece) => coerce(piece, type));
  return combine(all, { sql: `(${left} ${negated ? "NOT " : ""}IN (${rest.join(", ")}))`, type: types.boolean, shown });
}

function analyzeInQuery(expression: Extract<Expression, { node: "inQuery" }>, scope: Scope, context: Context): Typed {
  const query = analyzeQuery(expression.query, scope, context);
  const [column] = query.columns;
  if (query.columns.length !== 1 || column === undefined)
    throw unsupported("(a, b) IN (SELECT ...) with several columns; use EXISTS");
  const operand = analyze(expression.operand, scope, context);
  const shown = showExpression(expression);
  const right: Typed = { sql: "q.c0", type: column.type, shown: column.name, aggregate: false, volatile: false };
  const type = meet([operand, right], shown);
  refuseMap(type, shown);
  const sql = `(${coerce(operand, type)} ${expression.negated ? "NOT " : ""}IN (SELECT ${coerce(right, type)} FROM (${query.sql}) AS q))`;
  return combine([operand], { sql, type: types.boolean, shown });
}

function analyzeLike(
  like: Extract<Expression, { node: "like" }>,
  inner: (part: Expression) => Typed,
  shown: string,
): Typed {
  const operand = inner(like.operand);
  const patterns = like.patterns.map(inner);
  const text = coerce(operand, types.string);
  if (like.escape !== undefined && like.escape.length !== 1) {
    throw invalidStatement(
      "INVALID_ESCAPE_CHAR",
      "42604",
      `\`EscapeChar\` should be a string literal of length one, but got "${like.escape}".`,
    );
  }
  const escape = quoteText(like.escape ?? "\\");
  const tests = patterns.map((pattern) => {
    if (like.how === "RLIKE") return matchesPattern(operand, pattern).sql;
    requireEscapes(pattern.literal?.value, like.escape ?? "\\");
    return `${text} ${like.how} ${coerce(pattern, types.string)} ESCAPE ${escape}`;
  });
  // NOT LIKE ANY asks whether there is one that is not like: the denial stands before each.
  const joined = tests
    .map((test) => `(${like.negated ? "NOT " : ""}(${test}))`)
    .join(like.quantifier === "ALL" ? " AND " : " OR ");
  return combine([operand, ...patterns], {
    sql: `(${joined})`,
    type: types.boolean,
    shown,
  });
}

/** The escape of LIKE may stand before `_`, `%` and itself alone. */
function requireEscapes(pattern: unknown, escape: string): void {
  if (typeof pattern !== "string") return;
  for (let at = 0; at < pattern.length; at += 1) {
    if (pattern[at] !== escape) continue;
    at += 1;
    const next = pattern[at];
    if (next === undefined)
      throw invalidStatement(
        "INVALID_FORMAT.ESC_AT_THE_END",
        "42601",
        `The format is invalid: '${pattern}'. The escape character is not allowed to end with.`,
      );
    if (next !== "_" && next !== "%" && next !== escape)
      throw invalidStatement(
        "INVALID_FORMAT.ESC_IN_THE_MIDDLE",
        "42601",
        `The format is invalid: '${pattern}'. The escape character is not allowed to precede '${next}'.`,
      );
  }
}

function analyzeIs({ what, negated }: Extract<Expression, { node: "is" }>, operand: Typed, shown: string): Typed {
  const sql = what === "NULL" ? operand.sql : coerce(operand, types.boolean);
  return combine([operand], { sql: `(${sql} IS ${negated ? "NOT " : ""}${what})`, type: types.boolean, shown });
}

function analyzeCase(
  node: Extract<Expression, { node: "case" }>,
  inner: (part: Expression) => Typed,
  shown: string,
): Typed {
  const operand = node.operand === undefined ? undefined : inner(node.operand);
  const conditions = node.branches.map(({ when }) => {
    const piece = inner(when);
    if (operand !== undefined) return compare("=", operand, piece, shown);
    return { ...piece, sql: coerce(piece, types.boolean) };
  });
  const results = node.branches.map(({ result }) => inner(result));
  const otherwise = node.otherwise === undefined ? undefined : inner(node.otherwise);
  const values = otherwise === undefined ? results : [...results, otherwise];
  const type = meet(values, shown);
  const branches = conditions.map((condition, index) => {
    const result = results[index];
    return result === undefined ? "" : `WHEN ${condition.sql} THEN ${coerce(result, type)}`;
  });
  const last = otherwise === undefined ? "" : ` ELSE ${coerce(otherwise, type)}`;
  return combine([...conditions, ...values], { sql: `CASE ${branches.join(" ")}${last} END`, type, shown });
}

function analyzeScalarQuery(
  query: Extract<Expression, { node: "scalarQuery" }>["query"],
  scope: Scope,
  context: Context,
): Typed {
  const typed = analyzeQuery(query, scope, context);
  const [column] = typed.columns;
  if (column === undefined || typed.columns.length !== 1) {
    throw invalidStatement(
      "INVALID_SUBQUERY_EXPRESSION.SCALAR_SUBQUERY_RETURN_MORE_THAN_ONE_OUTPUT_COLUMN",
      "42823",
      `Scalar subquery must return only one column, but got ${typed.columns.length}.`,
    );
  }
  return combine([], { sql: `(${typed.sql})`, type: column.type, shown: "scalarsubquery()" });
}

function analyzeIndex(operand: Typed, index: Typed, shown: string): Typed {
  const { type } = operand;
  if (type.kind === "array") {
    if (!isInteger(index.type) && index.type.kind !== "null")
      throw typeMismatch(shown, "the index of an array must be a whole number");
    return combine([operand, index], {
      sql: macro("item_at", operand.sql, coerce(index, types.long)),
      type: type.element,
      shown,
    });
  }
  if (type.kind === "map") {
    return combine([operand, index], { sql: `(${operand.sql})[${coerce(index, type.key)}]`, type: type.value, shown });
  }
  if (type.kind === "struct" && index.literal !== undefined && typeof index.literal.value === "string")
    return fieldOf(operand, index.literal.value);
  throw typeMismatch(shown, `"${typeText(type)}" cannot be indexed`);
}

function analyzeLambda(lambda: Lambda, scope: Scope, context: Context): Typed {
  return {
    sql: "NULL",
    type: types.null,
    shown: showExpression(lambda),
    aggregate: false,
    volatile: false,
    lambda: {
      arity: lambda.parameters.length,
      apply: (given) => {
        if (new Set(lambda.parameters.map((name) => name.toLowerCase())).size < lambda.parameters.length) {
          throw ambiguousColumn(lambda.parameters.join(", "), lambda.parameters);
        }
        const names = lambda.parameters.map(() => `lambda_${context.unique()}`);
        const columns = lambda.parameters.map((name, index) => ({
          name,
          type: given[index]?.type ?? types.null,
          sql: (given[index]?.read ?? String)(names[index] ?? ""),
          qualifier: [],
        }));
        return { names, body: analyze(lambda.body, { columns, parent: scope }, context) };
      },
    },
  };
}

/** The type that all pieces are brought to. Throws DATATYPE_MISMATCH when there is none. */
export function meet(pieces: readonly Typed[], shown: string): DataType {
  const type = commonType(pieces.map((piece) => piece.type));
  if (type !== undefined) return type;
  const kinds = [...new Set(pieces.map((piece) => `"${typeText(piece.type)}"`))];
  throw invalidStatement(
    "DATATYPE_MISMATCH.DATA_DIFF_TYPES",
    "42K09",
    `Cannot resolve "${shown}" due to data type mismatch: input should all be the same type, but it's [${kinds.join(", ")}].`,
  );
}

function refuseMap(type: DataType, shown: string): void {
  if (type.kind === "map") throw typeMismatch(shown, "maps cannot be compared");
}
