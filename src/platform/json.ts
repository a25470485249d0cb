// JSON whose integers keep every digit. Databricks ids are int64 and pass 2^53, where a JavaScript number loses them.

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/**
 * Parses JSON. An integer beyond the safe range comes back as its digits in a string; every other number as a number.
 * Throws SyntaxError.
 */
export function parseJson(text: string): Json {
  return JSON.parse(text, keepDigits) as Json;
}

function keepDigits(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  const source = context?.source;
  return source !== undefined && /^-?\d+$/.test(source) ? source : value;
}

/** The value of a JSON text by the language's own parser; undefined for a text that is none. */
export function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A marker that `JSON.stringify` writes as the bare digits: how an id goes back on the wire (int64 in proto3 JSON). */
export function rawInteger(digits: string): unknown {
  if (!/^(?:0|-?[1-9]\d{0,19})$/.test(digits)) throw new TypeError("not an integer");
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(digits);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
