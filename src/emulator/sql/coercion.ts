// Which type two types meet in, by the warehouse's ANSI rules; and what arithmetic on decimals gives.
import {
  arrayOf,
  decimal,
  isFloating,
  isInteger,
  isNumeric,
  isTemporal,
  mapOf,
  sameType,
  types,
  type DataType,
  type DecimalType,
  type StructField,
} from "./types.ts";

const integerRank = ["byte", "short", "int", "long"];

/** The type that all of these can be brought to without being asked, or undefined when they do not meet. */
export function commonType(all: readonly DataType[]): DataType | undefined {
  // Strings give way to every other type, so that they are met last: [string, int, date] must not depend on order.
  const ordered = [...all].sort((left, right) => Number(left.kind === "string") - Number(right.kind === "string"));
  let met: DataType = types.null;
  for (const type of ordered) {
    const next = commonOfTwo(met, type);
    if (next === undefined) return undefined;
    met = next;
  }
  return met;
}

export function commonOfTwo(left: DataType, right: DataType): DataType | undefined {
  if (sameType(left, right)) return left;
  if (left.kind === "null") return right;
  if (right.kind === "null") return left;
  if (isNumeric(left) && isNumeric(right)) return commonNumber(left, right);
  if (left.kind === "string") return commonWithText(right);
  if (right.kind === "string") return commonWithText(left);
  if (isTemporal(left) && isTemporal(right)) return commonTime(left, right);
  return commonComplex(left, right);
}

function commonNumber(left: DataType, right: DataType): DataType {
  if (isInteger(left) && isInteger(right)) {
    return integerRank.indexOf(left.kind) >= integerRank.indexOf(right.kind) ? left : right;
  }
  if (isFloating(left) || isFloating(right)) return types.double;
  return widerDecimal(decimalOf(left), decimalOf(right));
}

/** In ANSI mode text becomes the other type: a whole number becomes BIGINT, a fraction DOUBLE. */
function commonWithText(other: DataType): DataType | undefined {
  if (isInteger(other)) return types.long;
  if (isNumeric(other)) return types.double;
  if (isTemporal(other) || other.kind === "boolean" || other.kind === "binary") return other;
  return undefined;
}

function commonTime(left: DataType, right: DataType): DataType {
  if (left.kind === "timestamp" || right.kind === "timestamp") return types.timestamp;
  return types.timestampNtz;
}

function commonComplex(left: DataType, right: DataType): DataType | undefined {
  if (left.kind === "array" && right.kind === "array") {
    const element = commonOfTwo(left.element, right.element);
    return element === undefined ? undefined : arrayOf(element);
  }
  if (left.kind === "map" && right.kind === "map") {
    const key = commonOfTwo(left.key, right.key);
    const value = commonOfTwo(left.value, right.value);
    return key === undefined || value === undefined ? undefined : mapOf(key, value);
  }
  if (left.kind === "struct" && right.kind === "struct" && left.fields.length === right.fields.length) {
    const fields: StructField[] = [];
    for (const [index, field] of left.fields.entries()) {
      const other = right.fields[index];
      const type =
        other === undefined || other.name.toLowerCase() !== field.name.toLowerCase()
          ? undefined
          : commonOfTwo(field.type, other.type);
      if (type === undefined) return undefined;
      fields.push({ name: field.name, type });
    }
    return { kind: "struct", fields };
  }
  return undefined;
}

const integerDigits: Readonly<Record<string, number>> = { byte: 3, short: 5, int: 10, long: 20 };

/** The decimal that holds every value of an integer type; a decimal is itself. `digits` narrows it for a literal. */
export function decimalOf(type: DataType, digits?: number): DecimalType {
  if (type.kind === "decimal") return type;
  return decimal(digits ?? integerDigits[type.kind] ?? 38, 0);
}

export function widerDecimal(left: DecimalType, right: DecimalType): DecimalType {
  const scale = Math.max(left.scale, right.scale);
  const whole = Math.max(left.precision - left.scale, right.precision - right.scale);
  return fit(whole + scale, scale);
}

/** The result of `+ - * / %` on decimals. The rules are those of the SQL reference's page on DECIMAL. */
export function decimalResult(
  operator: "+" | "-" | "*" | "/" | "%",
  left: DecimalType,
  right: DecimalType,
): DecimalType {
  const scale = Math.max(left.scale, right.scale);
  const leftWhole = left.precision - left.scale;
  const rightWhole = right.precision - right.scale;
  switch (operator) {
    case "+":
    case "-":
      return fit(Math.max(leftWhole, rightWhole) + scale + 1, scale);
    case "*":
      return fit(left.precision + right.precision + 1, left.scale + right.scale);
    case "/": {
      const quotient = Math.max(6, left.scale + right.precision + 1);
      return fit(leftWhole + right.scale + quotient, quotient);
    }
    case "%":
      return fit(Math.min(leftWhole, rightWhole) + scale, scale);
  }
}

/** Past 38 digits the scale shrinks, to no less than 6, so that the digits before the point stay. */
export function fit(precision: number, scale: number): DecimalType {
  if (precision <= 38) return decimal(precision, scale);
  const whole = precision - scale;
  return decimal(38, Math.max(38 - whole, Math.min(scale, 6)));
}

/** Whether a value of `from` may become `to` where a function or a column asks for it. */
export function converts(from: DataType, to: DataType): boolean {
  if (sameType(from, to) || from.kind === "null") return true;
  if (to.kind === "string")
    return isNumeric(from) || isTemporal(from) || from.kind === "boolean" || from.kind === "binary";
  if (from.kind === "string") return commonWithText(to) !== undefined;
  if (isNumeric(from) && isNumeric(to)) return true;
  if (isTemporal(from) && isTemporal(to)) return true;
  if (from.kind === "array" && to.kind === "array") return converts(from.element, to.element);
  if (from.kind === "map" && to.kind === "map") return converts(from.key, to.key) && converts(from.value, to.value);
  if (from.kind === "struct" && to.kind === "struct") {
    return (
      from.fields.length === to.fields.length &&
      from.fields.every((field, index) => converts(field.type, to.fields[index]?.type ?? types.null))
    );
  }
  return false;
}
