// Operators: arithmetic with the warehouse's result types, comparison, text, dates and intervals.
import { typeMismatch, unsupported } from "../faults.ts";
import { commonOfTwo, decimalOf, decimalResult } from "../coercion.ts";
import { macro } from "../macros.ts";
import {
  decimal,
  duckType,
  isInteger,
  isNumeric,
  isTemporal,
  types,
  typeText,
  type DataType,
  type DecimalType,
} from "../types.ts";
import type { BinaryOperator, Expression } from "../parse/ast.ts";
import { coerce, combine, type Typed } from "./context.ts";
import { meet } from "./expressions.ts";

export function analyzeUnary(operator: "-" | "+" | "~" | "NOT", operand: Typed, shown: string): Typed {
  if (operator === "NOT")
    return combine([operand], { sql: `(NOT ${coerce(operand, types.boolean)})`, type: types.boolean, shown });
  const text = operand.type.kind === "string" || operand.type.kind === "null";
  const type = text ? types.double : operand.type;
  if (!isNumeric(type) || (operator === "~" && !isInteger(type))) {
    throw typeMismatch(shown, `the operator ${operator} does not take "${typeText(operand.type)}"`);
  }
  return combine([operand], { sql: `(${operator}(${coerce(operand, type)}))`, type, shown });
}

type Inner = (part: Expression) => Typed;

export function analyzeBinary(node: Extract<Expression, { node: "binary" }>, inner: Inner, shown: string): Typed {
  const { operator } = node;
  const interval = [node.right, node.left].find((side) => side.node === "interval");
  if (interval?.node === "interval") return shiftByInterval(node, interval, { inner, shown });
  if (operator === "AND" || operator === "OR") return shortCircuit(operator, flatten(operator, node).map(inner), shown);
  const left = inner(node.left);
  const right = inner(node.right);
  switch (operator) {
    case "||":
      return concatenate([left, right], shown);
    case "&":
    case "|":
    case "^":
      return bits(operator, left, right, shown);
    case "DIV":
      return wholeQuotient(left, right, shown);
    case "+":
    case "-":
      return shiftByDays(operator, left, right, shown) ?? arithmetic(operator, left, right, shown);
    case "*":
    case "/":
    case "%":
      return arithmetic(operator, left, right, shown);
    default:
      return compare(operator, left, right, shown);
  }
}

/** The operands of a chain of one operator, left to right. */
export function flatten(operator: "AND" | "OR", node: Expression): readonly Expression[] {
  const found: Expression[] = [];
  let rest = node;
  while (rest.node === "binary" && rest.operator === operator) {
    found.unshift(rest.right);
    rest = rest.left;
  }
  return [rest, ...found];
}

const mayFail = /memory\.main\.|error\(|CAST\(|[-+*]/;

/**
 * AND and OR as values. The warehouse does not look at what no longer matters, so that `x <> 0 AND 1 / x > 2` never
 * divides by zero; DuckDB does that in filters, not in values.
 */
function shortCircuit(operator: "AND" | "OR", pieces: readonly Typed[], shown: string): Typed {
  const parts = pieces.map((piece) => coerce(piece, types.boolean));
  const decided = operator === "AND" ? "FALSE" : "TRUE";
  const joined = `(${parts.join(` ${operator} `)})`;
  const tests = parts.map((part) => `WHEN ${part} IS ${decided} THEN ${decided}`).join(" ");
  const sql = parts.slice(1).some((part) => mayFail.test(part)) ? `CASE ${tests} ELSE ${joined} END` : joined;
  return combine(pieces, { sql, type: types.boolean, shown });
}

const duckComparisons: Partial<Record<BinaryOperator, string>> = { "<=>": "IS NOT DISTINCT FROM" };

export function compare(operator: BinaryOperator, left: Typed, right: Typed, shown: string): Typed {
  const type = meet([left, right], shown);
  if (type.kind === "map") throw typeMismatch(shown, "maps cannot be compared");
  const sql = `(${coerce(left, type)} ${duckComparisons[operator] ?? operator} ${coerce(right, type)})`;
  return combine([left, right], { sql, type: types.boolean, shown });
}

/** `||` and concat: texts, binaries or arrays; NULL when one of them is. */
export function concatenate(pieces: readonly Typed[], shown: string): Typed {
  const arrays = pieces.some((piece) => piece.type.kind === "array");
  const binaries = pieces.every((piece) => piece.type.kind === "binary");
  let type: DataType = binaries ? types.binary : types.string;
  if (arrays) type = meet(pieces, shown);
  const parts = pieces.map((piece) => coerce(piece, type));
  // A NULL among constants would make DuckDB forget the type.
  if (!arrays) return combine(pieces, { sql: `CAST((${parts.join(" || ")}) AS ${duckType(type)})`, type, shown });
  // DuckDB takes a NULL list for an empty one.
  const absent = parts.map((part) => `(${part}) IS NULL`).join(" OR ");
  const joined = parts.reduce((left, right) => `list_concat(${left}, ${right})`);
  return combine(pieces, { sql: `CASE WHEN ${absent} THEN NULL ELSE ${joined} END`, type, shown });
}

function bits(operator: "&" | "|" | "^", left: Typed, right: Typed, shown: string): Typed {
  const type = meet([left, right], shown);
  if (!isInteger(type)) throw typeMismatch(shown, `the operator ${operator} takes whole numbers`);
  const [a, b] = [coerce(left, type), coerce(right, type)];
  const sql = operator === "^" ? `xor(${a}, ${b})` : `(${a} ${operator} ${b})`;
  return combine([left, right], { sql, type, shown });
}

function wholeQuotient(left: Typed, right: Typed, shown: string): Typed {
  for (const piece of [left, right]) {
    if (piece.type.kind === "decimal") throw unsupported("DIV on DECIMAL");
    if (!isInteger(piece.type) && piece.type.kind !== "null" && piece.type.kind !== "string")
      throw typeMismatch(shown, "DIV takes whole numbers");
  }
  const [a, b] = [coerce(left, types.long), coerce(right, types.long)];
  return combine([left, right], {
    sql: isNonZero(right) ? `(${a} // ${b})` : macro("quotient", a, b),
    type: types.long,
    shown,
  });
}

type Arithmetic = "+" | "-" | "*" | "/" | "%";

/** Numbers, and text that becomes a number. Used by the try_ functions too, which put their own guard around. */
export function arithmetic(operator: Arithmetic, left: Typed, right: Typed, shown: string): Typed {
  const made = (sql: string, type: DataType): Typed => combine([left, right], { sql, type, shown });
  const bothDecimal = decimalPair(left, right);
  if (bothDecimal !== undefined)
    return made(decimalArithmetic(operator, left, right, bothDecimal), decimalResult(operator, ...bothDecimal));
  const type = numberType(operator, left, right, shown);
  const [a, b] = [coerce(left, type), coerce(right, type)];
  if ((operator === "/" || operator === "%") && !isNonZero(right))
    return made(macro(operator === "/" ? "divide" : "remainder", a, b), type);
  return made(`(${a} ${operator} ${b})`, type);
}

/** A divisor that is written out and is not zero needs no guard. */
function isNonZero({ literal, type }: Typed): boolean {
  return isNumeric(type) && typeof literal?.value === "string" && Number(literal.value) !== 0;
}

function numberType(operator: Arithmetic, left: Typed, right: Typed, shown: string): DataType {
  const met = commonOfTwo(left.type, right.type);
  const type = met?.kind === "null" || met?.kind === "string" ? types.double : met;
  if (type === undefined || !isNumeric(type)) {
    throw typeMismatch(
      shown,
      `the operator ${operator} does not take "${typeText(left.type)}" and "${typeText(right.type)}"`,
    );
  }
  return operator === "/" ? types.double : type;
}

/** Both sides as decimals, when one is a decimal and the other a decimal or a whole number. */
function decimalPair(left: Typed, right: Typed): [DecimalType, DecimalType] | undefined {
  const exact = (type: DataType): boolean => type.kind === "decimal" || isInteger(type);
  if (!exact(left.type) || !exact(right.type)) return undefined;
  if (left.type.kind !== "decimal" && right.type.kind !== "decimal") return undefined;
  return [decimalOf(left.type, literalDigits(left)), decimalOf(right.type, literalDigits(right))];
}

/** A literal counts with its own digits: `price * 2` widens the price by one digit, not by ten. */
function literalDigits(piece: Typed): number | undefined {
  const value = piece.literal?.value;
  return typeof value === "string" && isInteger(piece.type) ? value.replace(/^-/, "").length : undefined;
}

function decimalArithmetic(
  operator: Arithmetic,
  left: Typed,
  right: Typed,
  [a, b]: [DecimalType, DecimalType],
): string {
  const result = decimalResult(operator, a, b);
  const as = (sql: string, type: DecimalType): string => `CAST(${sql} AS ${duckType(type)})`;
  if (operator === "/")
    return decimalQuotient({
      left: as(left.sql, a),
      leftScale: a.scale,
      right: as(right.sql, b),
      rightScale: b.scale,
      result,
    });
  if (operator === "*") {
    // DuckDB keeps a product of two numbers of 18 digits within 18 digits.
    const roomy = decimal(Math.max(a.precision, 19), a.scale);
    return as(`(${as(left.sql, roomy)} * ${as(right.sql, b)})`, result);
  }
  // Both sides at the larger scale are exact; where that does not fit 38 digits DuckDB fails, and so does the statement.
  const scale = Math.max(a.scale, b.scale);
  const wide = decimal(Math.min(38, Math.max(a.precision - a.scale, b.precision - b.scale) + scale + 1), scale);
  if (operator === "%" && !isNonZero(right))
    return as(macro("remainder", as(left.sql, wide), as(right.sql, wide)), result);
  return as(`(${as(left.sql, wide)} ${operator} ${as(right.sql, wide)})`, result);
}

export interface QuotientRequest {
  readonly left: string;
  readonly leftScale: number;
  readonly right: string;
  readonly rightScale: number;
  readonly result: DecimalType;
}

/** Exact division of two decimals: DuckDB would give a double. */
export function decimalQuotient({ left, leftScale, right, rightScale, result }: QuotientRequest): string {
  const shift = result.scale + rightScale - leftScale;
  const power = (exponent: number): string => `CAST(1${"0".repeat(Math.max(0, exponent))} AS HUGEINT)`;
  const unit = power(result.scale);
  const text = macro(
    "decimal_divide",
    `CAST(${left} AS VARCHAR)`,
    `CAST(${right} AS VARCHAR)`,
    power(shift),
    power(-shift),
    unit,
    String(result.scale),
  );
  return `CAST(${text} AS ${duckType(result)})`;
}

/** `d + 1`, `1 + d` and `d - 1` for a date; undefined when neither side is one. */
function shiftByDays(operator: "+" | "-", left: Typed, right: Typed, shown: string): Typed | undefined {
  if (operator === "-" && isTemporal(left.type) && (isTemporal(right.type) || right.type.kind === "string")) {
    throw unsupported("the difference of two dates as an INTERVAL; use datediff or timestampdiff");
  }
  const swap = operator === "+" && right.type.kind === "date";
  const [date, days] = swap ? [right, left] : [left, right];
  if (date.type.kind !== "date") return undefined;
  if (!["byte", "short", "int", "null"].includes(days.type.kind))
    throw typeMismatch(shown, "a date is moved by whole days of the type INT");
  return combine([left, right], {
    sql: `(${date.sql} ${operator} ${coerce(days, types.int)})`,
    type: types.date,
    shown,
  });
}

type IntervalNode = Extract<Expression, { node: "interval" }>;
const dayUnits = ["YEAR", "MONTH", "WEEK", "DAY"];

function shiftByInterval(
  node: Extract<Expression, { node: "binary" }>,
  interval: IntervalNode,
  { inner, shown }: { inner: Inner; shown: string },
): Typed {
  const { operator } = node;
  const other = node.left === interval ? node.right : node.left;
  const fits = operator === "+" || (operator === "-" && node.right === interval);
  if (!fits || other.node === "interval")
    throw unsupported("an INTERVAL other than as an operand of + or - on a date or timestamp");
  const moment = inner(other);
  if (!isTemporal(moment.type))
    throw typeMismatch(
      shown,
      `an interval cannot be added to "${typeText(moment.type)}"; cast it to DATE or TIMESTAMP`,
    );
  const amounts: Typed[] = [];
  // Months first, as the warehouse does: the order decides at the end of a month.
  const ordered = [...interval.parts].sort(
    (a, b) => Number(!a.unit.match(/YEAR|MONTH/)) - Number(!b.unit.match(/YEAR|MONTH/)),
  );
  let sql = moment.sql;
  for (const { amount, unit } of ordered) {
    const count = inner(amount);
    if (!isInteger(count.type)) throw typeMismatch(shown, "an interval counts whole units");
    amounts.push(count);
    sql = `(${sql} ${operator} to_${unit.toLowerCase()}s(${coerce(count, dayUnits.includes(unit) ? types.int : types.long)}))`;
  }
  if (moment.type.kind !== "date") return combine([moment, ...amounts], { sql, type: moment.type, shown });
  const type = ordered.every(({ unit }) => dayUnits.includes(unit)) ? types.date : types.timestamp;
  return combine([moment, ...amounts], { sql: `CAST(${sql} AS ${duckType(type)})`, type, shown });
}
