// The thing that a statement names: its kind and its name, in whatever of the many forms the language has.
import type { Token } from "./tokens.ts";
import { formats, nameAt } from "./tables.ts";

/** The catalog and schema in which names without them are meant, as far as they are known. */
export interface Place {
  readonly catalog?: string | undefined;
  readonly schema?: string | undefined;
}

export type SqlObject =
  /** `name` has its catalog first; a part that is not known is undefined. */
  | {
      readonly is: "object";
      readonly kind: string;
      readonly name: readonly (string | undefined)[];
      readonly next: number;
    }
  | { readonly is: "path"; readonly path: string; readonly next: number }
  /** Of the metastore or of the session: in no catalog. */
  | { readonly is: "elsewhere"; readonly kind: string; readonly written: string; readonly next: number };

/** Kinds of several words, the longest first, with what they are for names. */
const kinds: readonly (readonly [words: string, level: "catalog" | "schema" | "object" | "column" | "none"])[] = [
  ["STREAMING TABLE", "object"],
  ["MATERIALIZED VIEW", "object"],
  ["METRIC VIEW", "object"],
  ["EXTERNAL TABLE", "object"],
  ["EXTERNAL VOLUME", "object"],
  ["EXTERNAL LOCATION", "none"],
  ["EXTERNAL METADATA", "none"],
  ["STORAGE CREDENTIAL", "none"],
  ["SERVICE CREDENTIAL", "none"],
  ["CLEAN ROOM", "none"],
  ["FOREIGN CATALOG", "catalog"],
  ["FOREIGN SCHEMA", "schema"],
  ["FOREIGN TABLE", "object"],
  ["TABLE", "object"],
  ["VIEW", "object"],
  ["FUNCTION", "object"],
  ["PROCEDURE", "object"],
  ["VOLUME", "object"],
  ["MODEL", "object"],
  ["COLUMN", "column"],
  ["SCHEMA", "schema"],
  ["DATABASE", "schema"],
  ["CATALOG", "catalog"],
  ["CONNECTION", "none"],
  ["CREDENTIAL", "none"],
  ["SHARE", "none"],
  ["RECIPIENT", "none"],
  ["PROVIDER", "none"],
  ["METASTORE", "none"],
  ["VARIABLE", "none"],
];

/**
 * What is named from `from` on: `[kind] [IF [NOT] EXISTS] name`. Without a kind it is a table, or what else is in a schema.
 * Undefined where the name is computed, or nothing that is known here.
 */
export function objectAt(tokens: readonly Token[], from: number, place: Place): SqlObject | undefined {
  if (tokens[from]?.kind === "string") {
    const path = plainString(tokens, from);
    return path === undefined ? undefined : { is: "path", path, next: from + 1 };
  }
  const found = kinds.find(([words]) => words.split(" ").every((word, at) => tokens[from + at]?.key === word));
  const [kind = "TABLE", level = "object"] = found ?? [];
  let at = from + (found === undefined ? 0 : kind.split(" ").length);
  // A table may be called as a kind is.
  if (found !== undefined && tokens[at]?.key === ".")
    return named(tokens, from, { kind: "TABLE", level: "object", place });
  if (tokens[at]?.key === "IF") at += tokens[at + 1]?.key === "NOT" ? 3 : 2;
  if (kind === "METASTORE") return { is: "elsewhere", kind, written: "", next: at };
  return named(tokens, at, { kind, level, place });
}

/** What is named from `from` on where a table alone can stand: `[TABLE] name`. */
export function tableAt(tokens: readonly Token[], from: number, place: Place): SqlObject | undefined {
  const isWord = tokens[from]?.key === "TABLE" && tokens[from + 1]?.key !== ".";
  return named(tokens, isWord ? from + 1 : from, { kind: "TABLE", level: "object", place });
}

interface Wanted {
  readonly kind: string;
  readonly level: (typeof kinds)[number][1];
  readonly place: Place;
}

function named(tokens: readonly Token[], at: number, { kind, level, place }: Wanted): SqlObject | undefined {
  const isComputed = tokens[at]?.key === "IDENTIFIER" && tokens[at + 1]?.key === "(";
  const found = isComputed ? undefined : nameAt(tokens, at);
  // `prod.IDENTIFIER('s').t`: a part of the name is computed.
  if (found === undefined || (tokens[found.next - 1]?.key === "IDENTIFIER" && tokens[found.next]?.key === "("))
    return undefined;
  const { written, next } = found;
  if (level === "none") return { is: "elsewhere", kind, written: written.join("."), next };
  // A schema may be called as a format is: without a slash it is no path, but a table in it.
  if (formats.has(found.name[0] ?? "") && written.length === 2 && /[/:]/.test(written[1] ?? ""))
    return { is: "path", path: written[1] ?? "", next };
  const parts = { catalog: 1, schema: 2, object: 3, column: 4 }[level];
  const missing = Math.max(0, parts - written.length);
  const isBelow = level === "object" || level === "schema";
  const before = isBelow
    ? [place.catalog, place.schema].slice(0, missing)
    : Array.from({ length: missing }, () => undefined);
  return { is: "object", kind, name: [...before, ...written], next };
}

/** The name as people write it; `?` for a part that is not known. */
export function writtenName(object: SqlObject): string {
  if (object.is === "path") return object.path;
  if (object.is === "elsewhere") return object.written;
  const known = object.name.findIndex((part) => part !== undefined);
  return object.name
    .slice(Math.max(0, known))
    .map((part) => part ?? "?")
    .join(".");
}

/** A string's text without its quotes; escapes stay as they are written. */
function textOf({ text }: Token): string {
  return text.replace(/^[rR]?['"]|['"]$/g, "");
}

/**
 * The text of the string that stands there; undefined where it is more than what is written between its quotes: escapes, strings
 * side by side, which are one, and a sum of strings.
 */
function plainString(tokens: readonly Token[], at: number): string | undefined {
  const [token, next] = [tokens[at], tokens[at + 1]];
  if (token?.kind !== "string" || next?.kind === "string" || next?.key === "||" || next?.key === "+") return undefined;
  return token.text.includes("\\") ? undefined : textOf(token);
}

/** Words before a place: `LOCATION 'path'`, `URL 'path'`, `INPATH 'path'`, `OPTIONS (path 'path')`. */
const placeWords = /^(?:option\.)?(?:location|path|url|inpath)$/i;

/**
 * The place whose first word stands here, its `path` undefined where it is computed; undefined where none does.
 * @param isOption Whether this is inside of OPTIONS ( ), where a value may be any expression.
 */
export function placeAt(
  tokens: readonly Token[],
  at: number,
  isOption: boolean,
): { readonly path: string | undefined } | undefined {
  const token = tokens[at];
  if (token === undefined || !placeWords.test(wordOf(token))) return undefined;
  const from = tokens[at + 1]?.key === "=" ? at + 2 : at + 1;
  if (tokens[from]?.kind === "string") return { path: plainString(tokens, from) };
  const isKey = tokens[at - 1]?.key === "(" || tokens[at - 1]?.key === ",";
  return isOption && isKey && /path$/i.test(wordOf(token)) ? { path: undefined } : undefined;
}

function wordOf(token: Token): string {
  if (token.kind === "string") return textOf(token);
  return token.kind === "quoted" ? token.text.slice(1, -1) : token.key;
}
