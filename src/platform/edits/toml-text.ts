// Changing a value in the text of a TOML file: comments, order and every other value stay.
import { parse, patch } from "@decimalturn/toml-patch";
import { MortarError } from "../errors.ts";
import { isObject } from "../json.ts";
import { isSame } from "./changes.ts";
import type { JsonPath } from "./json-text.ts";

/** The table that the text is; undefined for what is no TOML. */
export function parseToml(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The line, from 1, of the first error. */
export function faultOfToml(text: string): number | undefined {
  try {
    parse(text);
    return undefined;
  } catch (thrown) {
    return isObject(thrown) && typeof thrown["line"] === "number" ? thrown["line"] : undefined;
  }
}

/**
 * Sets the value at the path, with the tables on the way to it; undefined takes it out. Throws `config_invalid` where the
 * text that comes out would mean something else, rather than write that.
 */
export function setToml(text: string, path: JsonPath, value: unknown): string {
  const wanted = parseToml(text) ?? {};
  putValue(wanted, path, value);
  const patched = patch(text, wanted);
  const next = text.trim() === "" && patched !== "" && !patched.endsWith("\n") ? `${patched}\n` : patched;
  if (isSame(parseToml(next), wanted)) return next;
  throw new MortarError("config_invalid", `${path.join(".")} cannot be changed in this TOML file`, {
    hint: "Its structure is one that cannot be edited safely; change it by hand.",
  });
}

/** Sets a value in an object, with the objects on the way to it; undefined takes it out. */
export function putValue(root: Record<string, unknown>, path: JsonPath, value: unknown): void {
  let table: Record<string, unknown> | unknown[] = root;
  for (const part of path.slice(0, -1)) {
    const holder: Record<string | number, unknown> = table as Record<string | number, unknown>;
    const next: unknown = holder[part];
    if (isObject(next) || Array.isArray(next)) table = next;
    else {
      const made = {};
      holder[part] = made;
      table = made;
    }
  }
  const last = path.at(-1) ?? "";
  if (value === undefined && Array.isArray(table)) table.splice(Number(last), 1);
  else if (value === undefined) delete (table as Record<string | number, unknown>)[last];
  else (table as Record<string | number, unknown>)[last] = value;
}
