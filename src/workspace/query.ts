// Query strings as the workspace reads them: nested objects become dotted keys, lists become repeated keys.
import { MortarError } from "../platform/errors.ts";

export type QueryValue =
  | string
  | number
  | boolean
  | undefined
  | readonly (string | number | boolean)[]
  | { readonly [key: string]: QueryValue };
export type Query = { readonly [key: string]: QueryValue };

/**
 * `?a=1&b.c=2&b.c=3`, or the empty string. Keys whose value is undefined are left out. Throws `invalid_input` for text that
 * is no Unicode.
 */
export function encodeQuery(query: Query | undefined): string {
  const pairs: string[] = [];
  addPairs(pairs, "", query ?? {});
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

function addPairs(pairs: string[], prefix: string, query: Query): void {
  for (const [key, value] of Object.entries(query)) addValue(pairs, `${prefix}${key}`, value);
}

function addValue(pairs: string[], key: string, value: QueryValue): void {
  if (value === undefined) return;
  if (Array.isArray(value)) {
    for (const item of value as readonly (string | number | boolean)[]) addValue(pairs, key, item);
    return;
  }
  if (typeof value === "object") return addPairs(pairs, `${key}.`, value as Query);
  pairs.push(`${encoded(key)}=${encoded(String(value))}`);
}

/** JSON can carry half of a surrogate pair, which no address can. */
function encoded(text: string): string {
  if (text.isWellFormed()) return encodeURIComponent(text);
  throw new MortarError("invalid_input", `${JSON.stringify(text)} holds half of a character`);
}

/** A name or id as one segment of a path. Throws `invalid_input` for what a URL would swallow: nothing, `.` and `..`. */
export function segment(value: string, what: string): string {
  if (value !== "" && value !== "." && value !== "..") return encoded(value);
  throw new MortarError("invalid_input", `${JSON.stringify(value)} is not a ${what}`);
}
