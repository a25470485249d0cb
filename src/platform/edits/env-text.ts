// Changing a variable in the text of a .env file: comments, order and every other line stay.
import { MortarError } from "../errors.ts";
import type { JsonPath } from "./json-text.ts";

/** As the readers of such files understand a line: a name, and a value that may be quoted and then go over lines. */
const line =
  /^(\uFEFF?[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*=[ \t]*)('[^']*'|"(?:\\.|[^"\\])*"|`[^`]*`|[^#'"`\r\n][^#\r\n]*|)([ \t]*(?:#.*)?)(\r\n|\n|\r|$)/gm;

/** The variables of the text. There is no text that is none. */
export function parseEnv(text: string): Record<string, unknown> {
  const found = [...text.matchAll(line)];
  return Object.fromEntries(found.map(([, , name = "", value = ""]) => [name, plain(value)]));
}

/** Sets a variable, or takes it out (undefined). Throws `config_invalid` for a value that such a file cannot hold. */
export function setEnv(text: string, path: JsonPath, value: unknown): string {
  const name = String(path[0] ?? "");
  if (path.length !== 1 || (value !== undefined && (typeof value !== "string" || /["\r\n\\$]/.test(value)))) {
    throw new MortarError("config_invalid", `${path.join(".")} cannot be written into a .env file`);
  }
  // The last one of a name is the one that holds.
  const found = [...text.matchAll(line)].findLast((one) => one[2] === name);
  if (found === undefined) return value === undefined ? text : added(text, `${name}=${written(value as string)}`);
  const [whole, head = "", , present = "", tail = "", end = ""] = found;
  const space = /[ \t]*$/.exec(present)?.[0] ?? "";
  const next = value === undefined ? "" : `${head}${written(value as string)}${space}${tail}${end}`;
  return text.slice(0, found.index) + next + text.slice(found.index + whole.length);
}

/** Such a file has no lists. */
export function appendEnv(text: string, path: JsonPath, value: unknown): string {
  return setEnv(text, path, value);
}

function added(text: string, entry: string): string {
  const end = text.includes("\r\n") ? "\r\n" : "\n";
  const isOpen = withoutBom(text) !== "" && !/[\r\n]$/.test(text);
  return `${text}${isOpen ? end : ""}${entry}${end}`;
}

function written(value: string): string {
  return /^[\w@%+:,./-]*$/.test(value) ? value : `"${value}"`;
}

function plain(value: string): string {
  const quoted = /^(['"`])([\s\S]*)\1$/.exec(value.trim());
  if (quoted === null) return value.trim();
  return quoted[1] === '"' ? (quoted[2] ?? "").replaceAll("\\n", "\n") : (quoted[2] ?? "");
}

function withoutBom(text: string): string {
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}
