// Reads literals and gives statement parameters their typed value.
import { SqlFault, type SqlParameter } from "../engine.ts";
import { decimal, types, type DataType } from "../types.ts";
import type { Expression, IntervalPart, IntervalUnit, Literal } from "./ast.ts";
import type { Cursor } from "./cursor.ts";
import { typeFromText } from "./types.ts";

export function literal(type: DataType, value: string | boolean | null): Literal {
  return { node: "literal", type, value };
}

export const nullLiteral: Literal = literal(types.null, null);

const suffixTypes = { L: types.long, S: types.short, Y: types.byte, D: types.double, F: types.float } as const;

/** `1` is an INT, `1L` a BIGINT, `1.5` a DECIMAL(2,1), `1e3` a DOUBLE; digits that no INT holds make a BIGINT, then a DECIMAL. */
export function numberLiteral(text: string): Literal {
  const suffix = /(BD|[LSYDF])$/i.exec(text)?.[1]?.toUpperCase();
  const digits = suffix === undefined ? text : text.slice(0, -suffix.length);
  if (suffix === "BD") return decimalLiteral(digits);
  if (suffix !== undefined) {
    const type = suffixTypes[suffix as keyof typeof suffixTypes];
    requireRange(digits, type);
    if (type.kind === "double") requireFinite(digits);
    return literal(type, digits);
  }
  if (/[eE]/.test(digits)) {
    requireFinite(digits);
    return literal(types.double, digits);
  }
  if (digits.includes(".")) return decimalLiteral(digits);
  const value = BigInt(digits);
  if (value <= 2147483647n) return literal(types.int, value.toString());
  if (value <= 9223372036854775807n) return literal(types.long, value.toString());
  return decimalLiteral(digits);
}

function requireFinite(digits: string): void {
  if (Number.isFinite(Number(digits))) return;
  throw new SqlFault(
    "INVALID_NUMERIC_LITERAL_RANGE",
    "22003",
    `Numeric literal ${digits} is outside the valid range for double.`,
  );
}

/** `12.5e1` as `125`: the point moved, so that no exponent is left. */
function withoutExponent(text: string): string {
  const [digits = "", exponent] = text.toLowerCase().split("e");
  if (exponent === undefined || Math.abs(Number(exponent)) > 60) return text;
  const [whole = "", fraction = ""] = digits.split(".");
  const shift = Number(exponent);
  const left = shift < 0 ? whole.padStart(-shift, "0") : whole + fraction.slice(0, shift).padEnd(shift, "0");
  if (shift >= 0) return `${left}.${fraction.slice(shift)}`;
  return `${left.slice(0, left.length + shift)}.${left.slice(left.length + shift)}${fraction}`;
}

function decimalLiteral(written: string): Literal {
  const text = withoutExponent(written);
  const [whole = "", fraction = ""] = text.split(".");
  const integer = whole.replace(/^0+/, "");
  const precision = Math.max(integer.length + fraction.length, fraction.length, 1);
  if (precision > 38 || /[eE]/.test(text)) {
    throw new SqlFault(
      "NUMERIC_VALUE_OUT_OF_RANGE",
      "22003",
      `The literal ${text} does not fit a DECIMAL of 38 digits.`,
    );
  }
  return literal(
    decimal(precision, fraction.length),
    `${integer === "" ? "0" : integer}${fraction === "" ? "" : `.${fraction}`}`,
  );
}

const ranges = { byte: 127n, short: 32767n, int: 2147483647n, long: 9223372036854775807n } as const;

function requireRange(digits: string, type: DataType): void {
  const most = ranges[type.kind as keyof typeof ranges];
  if (most === undefined) return;
  if (!/^\d+$/.test(digits) || BigInt(digits) > most) {
    throw new SqlFault(
      "INVALID_NUMERIC_LITERAL_RANGE",
      "22003",
      `Numeric literal ${digits} is outside the valid range for ${type.kind}.`,
    );
  }
}

/**
 * The value of `:name`: a literal, or a cast of the given text to the parameter's type, which fails as a cast does
 * when the text does not fit. It is never put into the statement as text.
 */
export function parameterValue(parameter: SqlParameter): Expression {
  const type = parameter.type === undefined || parameter.type === "" ? types.string : typeFromText(parameter.type);
  const value = parameter.value;
  if (value === undefined || value === null) return { node: "cast", operand: nullLiteral, type, safe: false };
  if (type.kind === "string") return literal(types.string, value);
  if (/^\d{1,38}$/.test(value.trim()) && type.kind in ranges) {
    const digits = BigInt(value.trim()).toString();
    if (BigInt(digits) <= ranges[type.kind as keyof typeof ranges]) return literal(type, digits);
  }
  return { node: "cast", operand: literal(types.string, value), type, safe: false };
}

const units: Readonly<Record<string, IntervalUnit>> = {};
for (const unit of [
  "YEAR",
  "MONTH",
  "WEEK",
  "DAY",
  "HOUR",
  "MINUTE",
  "SECOND",
  "MILLISECOND",
  "MICROSECOND",
] as const) {
  Object.assign(units, { [unit]: unit, [`${unit}S`]: unit });
}

export function intervalUnit(word: string): IntervalUnit | undefined {
  return units[word.toUpperCase()];
}

/** After the word INTERVAL: `3 DAYS`, `'3' DAY`, `1 DAY 2 HOURS`, `'1 day 2 hours'`. */
export function parseInterval(cursor: Cursor, amount: () => Expression): Expression {
  if (cursor.peek().kind === "string" && intervalUnit(cursor.peek(1).text) === undefined) {
    return { node: "interval", parts: intervalText(cursor) };
  }
  const parts: IntervalPart[] = [];
  do {
    const value = cursor.peek().kind === "string" ? intervalNumber(cursor) : amount();
    const unit = intervalUnit(cursor.peek().text);
    if (unit === undefined) throw cursor.unexpected("expected a unit of time");
    cursor.next();
    if (cursor.at("TO")) throw cursor.unexpected("the emulator does not support INTERVAL ... TO ...");
    parts.push({ amount: value, unit });
  } while (cursor.peek().kind === "number" && intervalUnit(cursor.peek(1).text) !== undefined);
  return { node: "interval", parts };
}

function intervalNumber(cursor: Cursor): Expression {
  const text = cursor.peek().text.trim();
  if (!/^[+-]?\d+$/.test(text)) throw cursor.unexpected("expected a whole number in the interval");
  cursor.next();
  return signed(text);
}

function intervalText(cursor: Cursor): IntervalPart[] {
  const text = cursor
    .peek()
    .text.trim()
    .replace(/^interval\s+/i, "");
  const words = text.split(/\s+/);
  const parts: IntervalPart[] = [];
  for (let index = 0; index < words.length; index += 2) {
    const amount = words[index] ?? "";
    const unit = intervalUnit(words[index + 1] ?? "");
    if (!/^[+-]?\d+$/.test(amount) || unit === undefined)
      throw cursor.unexpected("this form of interval is not supported");
    parts.push({ amount: signed(amount), unit });
  }
  cursor.next();
  return parts;
}

function signed(text: string): Expression {
  const value = numberLiteral(text.replace(/^[+-]/, ""));
  return text.startsWith("-") ? { node: "unary", operator: "-", operand: value } : value;
}
