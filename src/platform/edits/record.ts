// What was changed in files of others, and what stood there: by this it is taken back. Readable by this user alone.
import { join } from "node:path";
import type { Deps } from "../deps.ts";
import { MortarError } from "../errors.ts";
import { readTextIfPresent, writeAtomic } from "../files.ts";
import { isObject } from "../json.ts";
import type { Change, Done } from "./changes.ts";
import { parseToml } from "./toml-text.ts";
import type { FormatName } from "./formats.ts";

/** One file, as one owner has changed it. */
export interface EditRecord {
  /** Who wanted it: `hooks-claude`. */
  readonly owner: string;
  readonly file: string;
  readonly format: FormatName | "whole";
  /** There was no such file. */
  readonly created: boolean;
  /** The mode that it had, where it was closed to others. */
  readonly mode?: number;
  readonly done: readonly Done[];
  /** All that was wanted, also what was there already: another owner may have put it there, and take it away. */
  readonly wished?: readonly Change[];
  /** The text of a file that is ours as a whole. */
  readonly content?: string;
  /** A secret is among the values, so that the file is closed to others. */
  readonly secret?: boolean;
  /** Folders that were made for it, the outermost first. */
  readonly folders?: readonly string[];
  /** SHA-256 of the file as it was written. */
  readonly after: string;
  /** The one stretch of the written text that makes it the text of before. */
  readonly undo: { readonly start: number; readonly length: number; readonly text: string };
}

export function recordPath({ paths }: Pick<Deps, "paths">): string {
  return join(paths.data, "edits.json");
}

/** Throws `io`, and `config_invalid` for a record that cannot be understood: guessing would damage a person's files. */
export async function readRecords(deps: Pick<Deps, "paths">): Promise<readonly EditRecord[]> {
  const path = recordPath(deps);
  const text = await readTextIfPresent(path);
  if (text === undefined || text.trim() === "") return [];
  try {
    const value: unknown = JSON.parse(text, revived);
    if (isObject(value) && Array.isArray(value["edits"])) return value["edits"].filter(isRecord);
  } catch {
    // Said below.
  }
  throw new MortarError("config_invalid", `${path} cannot be understood`, {
    hint: "It says what mortar changed in the settings of agents. Move it away to go on; what was changed then stays.",
  });
}

export async function writeRecords(deps: Pick<Deps, "paths">, edits: readonly EditRecord[]): Promise<void> {
  const text = `${JSON.stringify({ version: 1, edits }, storable, 2)}\n`;
  await writeAtomic(recordPath(deps), text, { mode: 0o600, forceMode: true });
}

// TOML has dates and whole numbers that JSON does not: they are kept as TOML writes them.
const literal = "\u0000toml";

function storable(this: unknown, key: string, value: unknown): unknown {
  // A date is a text by the time that it comes here as `value`.
  const own = isObject(this) || Array.isArray(this) ? (this as Record<string, unknown>)[key] : value;
  if (own instanceof Date) return { [literal]: own.toISOString() };
  return typeof own === "bigint" ? { [literal]: String(own) } : value;
}

function revived(_key: string, value: unknown): unknown {
  const text = isObject(value) ? value[literal] : undefined;
  return typeof text === "string" ? parseToml(`x = ${text}`)?.["x"] : value;
}

function isRecord(value: unknown): value is EditRecord {
  return (
    isObject(value) &&
    ["owner", "file", "format", "after"].every((key) => typeof value[key] === "string") &&
    Array.isArray(value["done"]) &&
    isObject(value["undo"])
  );
}
