// How much a column takes. The routes say it to people first; here nothing gets by that a page could not show again.
import { MortarError } from "../../platform/errors.ts";

const mebibyte = 1024 * 1024;

/** Of names and titles, in characters. */
export const nameLength = 255;
/** Of ids that others made (clusters, sessions) and of names in Unity Catalog. */
export const wordLength = 500;
/** Of instructions, messages and events, in characters of their text or JSON. */
export const textLength = 32 * mebibyte;
/** Of one project file, in bytes. */
export const fileSizeBytes = 100 * mebibyte;

/** The text itself. Throws `invalid_input` where it is empty or has more than `length` characters. */
export function name(what: string, text: string, length: number = nameLength): string {
  if (text.trim() === "") throw new MortarError("invalid_input", `The ${what} is empty`, { hint: `Give a ${what}.` });
  return word(what, text, length);
}

/** The text itself, which may be empty. Throws `invalid_input` where it has more than `length` characters. */
export function word(what: string, text: string, length: number = wordLength): string {
  if (text.length <= length) return text;
  const message = `The ${what} has ${text.length.toLocaleString("en")} characters, and at most ${length.toLocaleString("en")} are kept`;
  throw new MortarError("invalid_input", message, { hint: `Give a shorter ${what}.` });
}

/** Its JSON. Throws `too_large`. */
export function json(what: string, value: unknown): string {
  const text = JSON.stringify(value) ?? "null";
  if (text.length <= textLength) return text;
  throw new MortarError("too_large", `The ${what} has ${text.length.toLocaleString("en")} characters as JSON`, {
    hint: `At most ${textLength.toLocaleString("en")} are kept: cut what is long in it first.`,
  });
}
