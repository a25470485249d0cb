// From a column's type in Databricks SQL to its type in Parquet, and from a value's text to the value.
// Types: https://github.com/apache/parquet-format/blob/master/LogicalTypes.md; texts as the API's JSON_ARRAY has them.
import type { SchemaElement } from "hyparquet-writer";
import type { StatementColumn } from "../../workspace/statement.ts";

export interface ParquetColumn {
  readonly element: Omit<SchemaElement, "name">;
  /** Undefined for a text that is no value of the type. */
  readonly read: (text: string) => unknown;
  /** `DECIMAL(10,2)`. */
  readonly typeText: string;
}

type Reading = Omit<ParquetColumn, "typeText">;

/** What has no type of its own in Parquet (arrays, structs, maps, intervals, variants) is kept as the text that it comes as. */
export function parquetType({ typeName, typeText }: Pick<StatementColumn, "typeName" | "typeText">): ParquetColumn {
  return { ...(typeName === "DECIMAL" ? decimal(typeText) : (plain[typeName] ?? string)), typeText };
}

const string: Reading = {
  element: { type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } },
  read: (text) => text,
};

const plain: Readonly<Record<string, Reading>> = {
  BOOLEAN: { element: { type: "BOOLEAN" }, read: boolean },
  BYTE: { element: { type: "INT32", converted_type: "INT_8" }, read: integer(-(2 ** 7), 2 ** 7 - 1) },
  SHORT: { element: { type: "INT32", converted_type: "INT_16" }, read: integer(-(2 ** 15), 2 ** 15 - 1) },
  INT: { element: { type: "INT32" }, read: integer(-(2 ** 31), 2 ** 31 - 1) },
  LONG: { element: { type: "INT64" }, read: long },
  FLOAT: { element: { type: "FLOAT" }, read: float },
  DOUBLE: { element: { type: "DOUBLE" }, read: float },
  DATE: { element: { type: "INT32", converted_type: "DATE", logical_type: { type: "DATE" } }, read: days },
  TIMESTAMP: {
    element: {
      type: "INT64",
      converted_type: "TIMESTAMP_MICROS",
      logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MICROS" },
    },
    read: micros,
  },
  TIMESTAMP_NTZ: {
    element: { type: "INT64", logical_type: { type: "TIMESTAMP", isAdjustedToUTC: false, unit: "MICROS" } },
    read: (text) => (/(?:Z|\d[+-]\d\d:?\d\d)$/.test(text.slice(10)) ? undefined : micros(text)),
  },
  BINARY: { element: { type: "BYTE_ARRAY" }, read: binary },
};

function boolean(text: string): boolean | undefined {
  if (text === "true") return true;
  return text === "false" ? false : undefined;
}

function integer(least: number, most: number): (text: string) => number | undefined {
  return (text) => {
    if (!/^[+-]?\d+$/.test(text)) return undefined;
    const value = Number(text);
    return value >= least && value <= most ? value : undefined;
  };
}

function long(text: string): bigint | undefined {
  if (!/^[+-]?\d{1,19}$/.test(text)) return undefined;
  const value = BigInt(text.replace(/^\+/, ""));
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

function float(text: string): number | undefined {
  if (text === "NaN") return Number.NaN;
  return /^[+-]?(?:Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)$/.test(text) ? Number(text) : undefined;
}

/** Base64 of the standard alphabet. */
function binary(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return undefined;
  return Uint8Array.from(Buffer.from(text, "base64"));
}

const msOfDay = 86_400_000;

function days(text: string): number | undefined {
  const ms = midnight(text);
  return ms === undefined ? undefined : ms / msOfDay;
}

/** The beginning of a day in UTC; undefined for a day that there is not. Years may have a sign, and five digits or more. */
function midnight(text: string): number | undefined {
  const [, year = "", month = "", day = ""] = /^([+-]?\d{4,6})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  if (year === "") return undefined;
  const date = new Date(0);
  const ms = date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day) ? ms : undefined;
}

const timeOfDay = /^([+-]?\d{4,6}-\d\d-\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?(Z|[+-]\d\d:?\d\d)?$/;

/** Microseconds since the epoch, where a time without a zone is taken as UTC. Finer parts than Spark keeps are none of its own. */
function micros(text: string): bigint | undefined {
  const [, date = "", hour = "0", minute = "0", second = "0", fraction = "", zone = "Z"] = timeOfDay.exec(text) ?? [];
  const start = midnight(date);
  if (start === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const seconds = (Number(hour) * 60 + Number(minute)) * 60 + Number(second) - zoneSeconds(zone);
  const parts = BigInt(fraction.padEnd(6, "0").slice(0, 6));
  return BigInt(start) * 1_000n + BigInt(seconds) * 1_000_000n + parts;
}

function zoneSeconds(zone: string): number {
  if (zone === "Z") return 0;
  const digits = zone.slice(1).replace(":", "");
  const seconds = (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))) * 60;
  return zone.startsWith("-") ? -seconds : seconds;
}

/** Never through a floating-point number: the digits are the value. */
function decimal(typeText: string): Reading {
  const [, digits = "10", places = "0"] = /\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)/.exec(typeText) ?? [];
  const precision = Number(digits);
  const scale = Number(places);
  const element = {
    converted_type: "DECIMAL",
    logical_type: { type: "DECIMAL", precision, scale },
    precision,
    scale,
  } as const;
  return { element: { ...element, ...decimalHolder(precision) }, read: (text) => unscaled(text, precision, scale) };
}

function decimalHolder(precision: number) {
  if (precision <= 9) return { type: "INT32" } as const;
  if (precision <= 18) return { type: "INT64" } as const;
  return { type: "FIXED_LEN_BYTE_ARRAY", type_length: 16 } as const;
}

function unscaled(text: string, precision: number, scale: number): bigint | undefined {
  const [, sign = "", whole = "", fraction = ""] = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(text) ?? [];
  if (whole === "" && fraction === "") return undefined;
  if (/[1-9]/.test(fraction.slice(scale))) return undefined;
  const digits = `${whole}${fraction.slice(0, scale).padEnd(scale, "0")}`.replace(/^0+/, "");
  if (digits.length > precision) return undefined;
  const value = BigInt(digits === "" ? "0" : digits);
  return sign === "-" ? -value : value;
}
