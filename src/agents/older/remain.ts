// What a program before this one has left on this machine: named, and taken away where a person says so.
import { rm, rmdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { Deps } from "../../platform/deps.ts";
import { valueAt } from "../../platform/edits/changes.ts";
import { applyEdit, textBelow } from "../../platform/edits/edits.ts";
import { formats, type FormatName } from "../../platform/edits/formats.ts";
import type { JsonPath } from "../../platform/edits/json-text.ts";

export interface OlderRemain {
  /** What was seen, and where. */
  readonly seen: string;
  /** What only a person, or an administrator, can do about it; with a removal, what comes after that. */
  readonly step?: string | undefined;
  readonly removal?: Removal | undefined;
}

export interface Removal {
  /** As in "Delete /home/me/.ai-dev-kit". */
  readonly title: string;
  /** Takes it away for good. Throws `io`, `config_invalid`, `timeout`. */
  apply(): Promise<void>;
}

export interface OlderLook {
  readonly deps: Deps;
  /** The path of this program. */
  readonly self: string;
  readonly signal: AbortSignal;
}

export type FindRemains = (look: OlderLook) => Promise<readonly OlderRemain[]>;

export interface CleanEdit {
  readonly file: string;
  readonly format: FormatName;
  /** The text without what is to go. */
  readonly clean: (text: string) => string;
}

/**
 * Those that change their file, or what lies in it below our own changes. One that is not there, or cannot be understood,
 * has nothing that we could take out.
 */
export async function effective(
  deps: Pick<Deps, "paths" | "clock">,
  edits: readonly CleanEdit[],
): Promise<readonly CleanEdit[]> {
  const found = await Promise.all(
    edits.map(async (edit) => {
      const text = await textBelow(deps, edit.file).catch(() => undefined);
      return text !== undefined && safely(edit.clean, text) !== text ? [edit] : [];
    }),
  );
  return found.flat();
}

function safely(clean: (text: string) => string, text: string): string {
  try {
    return clean(text);
  } catch {
    return text;
  }
}

/** Edits for good: also what a setup has on record as the value of before does not come back. Throws as `applyEdit`. */
export async function cleanFiles(deps: Pick<Deps, "paths" | "clock">, edits: readonly CleanEdit[]): Promise<void> {
  for (const edit of edits) await applyEdit(deps, { ...edit, owner: "older", changes: [], deep: true });
}

/** The text without these values, and without the objects that are empty then. */
export function withoutPaths(format: FormatName, text: string, paths: readonly JsonPath[]): string {
  const { parse, set } = formats[format];
  return paths.reduce((all, path) => {
    if (valueAt(parse(all), path) === undefined) return all;
    const next = set(all, path, undefined);
    const above = path.slice(0, -1);
    const left = above.length === 0 ? undefined : valueAt(parse(next), above);
    const isEmptied = typeof left === "object" && left !== null && Object.keys(left).length === 0;
    return isEmptied ? set(next, above, undefined) : next;
  }, text);
}

/** Deletes files and folders with all that is in them, and the folders around files that are empty then. Throws `io`. */
export async function deletePaths(paths: readonly string[], around: readonly string[] = []): Promise<void> {
  for (const path of paths) await rm(path, { recursive: true, force: true });
  const folders = new Set(around);
  for (const path of paths) {
    if (folders.has(dirname(path))) await rmdir(dirname(path)).catch(() => undefined);
  }
}
