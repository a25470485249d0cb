// Values of a result as the statement API writes them: texts, and JSON text for what is nested.
import type { DuckDBValue } from "@duckdb/node-api";
import type { DataType } from "./types.ts";

/** A value as text, or null. Nested values become JSON whose scalars are texts too, as the service sends them. */
export function valueText(value: DuckDBValue, type: DataType): string | null {
  if (value === null) return null;
  const plain = plainValue(value, type);
  return typeof plain === "string" ? plain : JSON.stringify(plain);
}

type Plain = string | null | readonly Plain[] | { readonly [key: string]: Plain };

function plainValue(value: DuckDBValue, type: DataType): Plain {
  if (value === null) return null;
  switch (type.kind) {
    case "array":
      return items(value).map((item) => plainValue(item, type.element));
    case "map":
      return Object.fromEntries(
        entries(value).map(({ key, value: item }) => [keyText(key, type.key), plainValue(item, type.value)]),
      );
    case "struct": {
      const fields = structEntries(value);
      return Object.fromEntries(
        type.fields.map((field) => [field.name, plainValue(fields[field.name] ?? null, field.type)]),
      );
    }
    default:
      return scalarText(value, type);
  }
}

function keyText(key: DuckDBValue, type: DataType): string {
  const plain = plainValue(key, type);
  return typeof plain === "string" ? plain : JSON.stringify(plain);
}

function scalarText(value: NonNullable<DuckDBValue>, type: DataType): string {
  switch (type.kind) {
    case "double":
      return doubleText(Number(value));
    case "float":
      return floatText(Number(value));
    case "date":
      return dateText(field(value, "days"));
    case "timestamp":
      return `${timestampText(field(value, "micros"))}Z`;
    case "timestamp_ntz":
      return timestampText(field(value, "micros"));
    case "binary":
      return Buffer.from(bytesOf(value)).toString("base64");
    default:
      return String(value);
  }
}

/** As Java prints it: `1.0`, `0.001`, `1.0E10`, `NaN`, `Infinity`. */
export function doubleText(value: number): string {
  return javaText(value, value.toExponential());
}

/** The shortest digits that give the same 32-bit number. */
export function floatText(value: number): string {
  for (let digits = 1; digits <= 9; digits++) {
    const text = value.toExponential(digits - 1);
    if (Math.fround(Number(text)) === value) return javaText(value, text);
  }
  return javaText(value, value.toExponential());
}

function javaText(value: number, exponential: string): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "Infinity" : "-Infinity";
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const [, sign = "", whole = "", fraction = "", power = ""] =
    /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(exponential) ?? [];
  const exponent = Number(power);
  const digits = whole + fraction.replace(/0+$/, "");
  if (exponent < -3 || exponent >= 7) return `${sign}${whole}.${digits.slice(1) || "0"}E${exponent}`;
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  const padded = digits.padEnd(exponent + 1, "0");
  return `${sign}${padded.slice(0, exponent + 1)}.${padded.slice(exponent + 1) || "0"}`;
}

function dateText(days: bigint): string {
  return isoDate(Number(days) * 86_400_000);
}

function timestampText(micros: bigint): string {
  const millis = Number((micros - (((micros % 1000n) + 1000n) % 1000n)) / 1000n);
  const time = new Date(millis);
  if (Number.isNaN(time.getTime())) return String(micros);
  return `${isoDate(millis)}T${time.toISOString().slice(-13, -1)}`;
}

function isoDate(millis: number): string {
  const time = new Date(millis);
  if (Number.isNaN(time.getTime())) return String(millis);
  const text = time.toISOString();
  const end = text.indexOf("T");
  // JavaScript writes years past 9999 with a sign and six digits.
  return text.slice(0, end).replace(/^\+0*/, "+");
}

function field(value: NonNullable<DuckDBValue>, name: string): bigint {
  const found: unknown = typeof value === "object" ? Reflect.get(value, name) : undefined;
  if (typeof found === "bigint") return found;
  if (typeof found === "number") return BigInt(found);
  throw new TypeError(`a value without ${name}`);
}

function bytesOf(value: NonNullable<DuckDBValue>): Uint8Array {
  const found: unknown = typeof value === "object" ? Reflect.get(value, "bytes") : undefined;
  if (found instanceof Uint8Array) return found;
  throw new TypeError("a value without bytes");
}

function items(value: NonNullable<DuckDBValue>): readonly DuckDBValue[] {
  const found: unknown = typeof value === "object" ? Reflect.get(value, "items") : undefined;
  if (Array.isArray(found)) return found as DuckDBValue[];
  throw new TypeError("a value without items");
}

function entries(
  value: NonNullable<DuckDBValue>,
): readonly { readonly key: DuckDBValue; readonly value: DuckDBValue }[] {
  const found: unknown = typeof value === "object" ? Reflect.get(value, "entries") : undefined;
  if (Array.isArray(found)) return found as { key: DuckDBValue; value: DuckDBValue }[];
  throw new TypeError("a value without entries");
}

function structEntries(value: NonNullable<DuckDBValue>): Readonly<Record<string, DuckDBValue>> {
  const found: unknown = typeof value === "object" ? Reflect.get(value, "entries") : undefined;
  if (typeof found === "object" && found !== null && !Array.isArray(found)) return found as Record<string, DuckDBValue>;
  throw new TypeError("a value without fields");
}
