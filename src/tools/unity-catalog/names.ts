// Names of tables as callers write them: whole, in parts, with backticks or without.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { tokenize } from "../sql/text/tokens.ts";

export const catalogInput = z.string().min(1, "must not be empty");

export const tableInput = z.string().min(1, "must not be empty").describe("catalog.schema.table");

/** The three parts of a name, without backticks. Throws `invalid_input` for any other number of them. */
export function tableParts(name: string): readonly [string, string, string] {
  const tokens = tokenize(name);
  const names = tokens.filter((_token, at) => at % 2 === 0);
  const points = tokens.filter((_token, at) => at % 2 === 1);
  const isName =
    names.every(({ kind }) => kind === "word" || kind === "quoted") && points.every(({ key }) => key === ".");
  const [catalog, schema, table, ...more] = names.map(({ kind, text }) =>
    kind === "quoted" ? text.slice(1, -1).replaceAll("``", "`") : text,
  );
  if (!isName || catalog === undefined || schema === undefined || table === undefined || more.length > 0) {
    throw new MortarError("invalid_input", `${JSON.stringify(name.slice(0, 200))} is not the whole name of a table`, {
      hint: "Write catalog.schema.table; a part with other signs than letters, digits and _ in `backticks`.",
    });
  }
  return [catalog, schema, table];
}

/**
 * The parts of a name that has `count` of them, without backticks. Throws `invalid_input` for any other number. Unlike SQL
 * it takes a dash outside of backticks: nothing is made of the name but a path, or SQL in which it is quoted.
 */
export function nameParts(name: string, count: number, form: string): readonly string[] {
  const found = [...name.trim().matchAll(namePart)].map(
    ([, quoted, plain = ""]) => quoted?.replaceAll("``", "`") ?? plain,
  );
  const isWhole = new RegExp(`^${namePart.source}(?:\\s*\\.\\s*${namePart.source})*$`, "u").test(name.trim());
  if (isWhole && found.length === count && !found.includes("")) return found;
  throw new MortarError("invalid_input", `${JSON.stringify(name.slice(0, 200))} is not a name of the form ${form}`, {
    hint: "A part with other signs than letters, digits, _ and - stands in `backticks`.",
  });
}

const namePart = /(?:`((?:[^`]|``)+)`|([\p{L}\p{N}_-]+))/gu;

/** The parts as one name in SQL. */
export function quotedPath(parts: readonly string[]): string {
  return parts.map(quotedName).join(".");
}

/**
 * A text as a literal of SQL, whatever is in it. It is one string whether the session takes a backslash for an escape or
 * not; and `${` would be read as a variable before the statement is.
 */
export function quotedText(text: string): string {
  const escaped = text
    .replaceAll("\\", "\\\\")
    .replaceAll("'", "\\u0027")
    .replaceAll("${", "\\u0024{")
    .replaceAll("\0", "\\u0000");
  return `'${escaped}'`;
}

/** A name as SQL takes it. Throws `invalid_input` for one with `${x}` in it: a variable's value would make another name of it. */
export function quotedName(part: string): string {
  if (part.includes("${"))
    throw new MortarError("invalid_input", "A name in SQL cannot hold ${, which begins a variable");
  return `\`${part.replaceAll("`", "``")}\``;
}
