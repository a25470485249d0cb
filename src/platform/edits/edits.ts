// The one module by which files that belong to others are changed: whole or not at all, on record, and taken back exactly.
import { createHash } from "node:crypto";
import { readFile, rm, stat } from "node:fs/promises";
import type { Deps } from "../deps.ts";
import { MortarError } from "../errors.ts";
import { errnoOf, writeAtomic } from "../files.ts";
import { withLock } from "../lock.ts";
import { broken, makeChanges, takeBack, type Change } from "./changes.ts";
import { formats, type FormatName } from "./formats.ts";
import { readRecords, writeRecords, type EditRecord } from "./record.ts";

export type EditDeps = Pick<Deps, "paths" | "clock">;

/** Changes to a file that holds other things too. */
export interface EditRequest {
  readonly owner: string;
  readonly file: string;
  readonly format: FormatName;
  readonly changes: readonly Change[];
  /** Takes out what is to go for good, before anything else: it is not on record and does not come back. */
  readonly clean?: (text: string) => string;
  /** A secret is among the values: the file is closed to all others for as long as it is there. */
  readonly secret?: boolean;
  readonly dryRun?: boolean;
}

/** A file that is ours from its first byte to its last. */
export interface FileRequest {
  readonly owner: string;
  readonly file: string;
  readonly content: string;
  /** Whether a file that is there, and not on record, may be replaced for good. */
  readonly mayReplace?: (text: string) => boolean;
  readonly dryRun?: boolean;
}

export interface EditResult {
  readonly file: string;
  readonly status: "written" | "unchanged";
}

export interface RevertResult {
  readonly file: string;
  readonly status: "restored" | "removed" | "unchanged";
  /** Values that were not taken back, since they are no longer as they were written. */
  readonly kept: number;
}

/**
 * Changes a file. What the same owner had changed in it is taken back first, so that a second call is as good as one.
 * Throws `config_invalid` for a file that cannot be understood or has something else in the way, `io` and `timeout`;
 * then nothing was written.
 */
export async function applyEdit(deps: EditDeps, request: EditRequest): Promise<EditResult> {
  const { owner, file, dryRun } = request;
  const format = formats[request.format];
  return locked(deps, async () => {
    const records = await readRecords(deps);
    const present = await readExact(file);
    if (present !== undefined && present.trim() !== "" && format.parse(present) === undefined) throw broken(file);
    const own = records.find((one) => one.owner === owner && one.file === file);
    const start = own === undefined ? present : undone(own, present).text;
    const blank = start === undefined || start.trim() === "";
    const cleaned = blank ? format.empty : (request.clean?.(start) ?? start);
    const made = makeChanges(format, cleaned, { changes: request.changes, file });
    if (made.done.length === 0 && own === undefined && cleaned === start) return { file, status: "unchanged" };
    const before = blank ? (start ?? "") : cleaned;
    const next = made.done.length === 0 && blank ? start : made.text;
    const others = records.filter((one) => one !== own);
    const isSameText = next === present;
    if (dryRun === true || next === undefined) return { file, status: isSameText ? "unchanged" : "written" };
    const mode = request.secret === true ? (own?.mode ?? (await openMode(file))) : own?.mode;
    const record: EditRecord = {
      ...(mode === undefined ? {} : { mode }),
      owner,
      file,
      format: request.format,
      created: start === undefined,
      done: made.done,
      after: hashOf(next),
      undo: undoOf(before, next),
    };
    // On record first: what happens between the two is then known, and taken back where it came about.
    await writeRecords(deps, made.done.length === 0 ? others : [...others, record]);
    const isSecret = request.secret === true && made.done.length > 0;
    if (!isSameText || (isSecret && mode !== undefined)) {
      await writeAtomic(file, next, isSecret ? { mode: 0o600, forceMode: true } : {});
    }
    return { file, status: isSameText ? "unchanged" : "written" };
  });
}

/** The mode of a file that others may read; undefined for one that is closed to them, and where there is none. */
async function openMode(file: string): Promise<number | undefined> {
  const found = await stat(file).catch(() => undefined);
  return found === undefined || (found.mode & 0o077) === 0 ? undefined : found.mode & 0o777;
}

/** Writes a file of our own. Throws `already_exists` for one that is there and not ours, `io` and `timeout`. */
export async function applyFile(deps: EditDeps, request: FileRequest): Promise<EditResult> {
  const { owner, file, content, dryRun } = request;
  return locked(deps, async () => {
    const records = await readRecords(deps);
    const present = await readExact(file);
    const own = records.find((one) => one.owner === owner && one.file === file);
    const isOurs = own !== undefined && present !== undefined && hashOf(present) === own.after;
    if (present !== undefined && present !== content && !isOurs && request.mayReplace?.(present) !== true) {
      throw new MortarError("already_exists", `${file} is there, and mortar has not written it`, {
        hint: "Look at it, and move it away if nothing needs it.",
      });
    }
    const status = present === content ? "unchanged" : "written";
    if (dryRun === true) return { file, status };
    const undo = { start: 0, length: content.length, text: "" };
    const record: EditRecord = { owner, file, format: "whole", created: true, done: [], after: hashOf(content), undo };
    await writeRecords(deps, [...records.filter((one) => one !== own), record]);
    if (status === "written") await writeAtomic(file, content);
    return { file, status };
  });
}

/**
 * Takes back what the owner has changed, in all files: the same bytes where nobody else has changed the file since, else
 * each value that is still ours. Throws `config_invalid` for a file that cannot be understood, `io` and `timeout`.
 */
export async function revertEdits(
  deps: EditDeps,
  owner: string,
  { dryRun = false }: { readonly dryRun?: boolean } = {},
): Promise<readonly RevertResult[]> {
  return locked(deps, async () => {
    const records = await readRecords(deps);
    const results: RevertResult[] = [];
    let left = records;
    for (const record of records.filter((one) => one.owner === owner)) {
      results.push(await revertOne(record, dryRun));
      left = inherited(
        left.filter((one) => one !== record),
        record,
      );
      // One by one: what is taken back stays so when the next file cannot be.
      if (!dryRun) await writeRecords(deps, left);
    }
    return results;
  });
}

/** What is on record, of one owner or of all. Throws as `readRecords`. */
export async function listEdits(deps: EditDeps, owner?: string): Promise<readonly EditRecord[]> {
  const records = await readRecords(deps);
  return owner === undefined ? records : records.filter((one) => one.owner === owner);
}

/** What one owner made and another still uses, the other takes away: the file, and the objects around its values. */
function inherited(records: readonly EditRecord[], gone: EditRecord): readonly EditRecord[] {
  const heir = records.find((one) => one.file === gone.file && one.done.length > 0);
  const made = gone.done.flatMap((one) => one.made);
  if (heir === undefined || (made.length === 0 && !gone.created)) return records;
  const done = heir.done.map((one, index) => (index === 0 ? { ...one, made: [...made, ...one.made] } : one));
  // No longer by its bytes: they hold what the other made.
  const next = { ...heir, done, created: heir.created || gone.created, after: "" };
  return records.map((one) => (one === heir ? next : one));
}

async function revertOne(record: EditRecord, dryRun: boolean): Promise<RevertResult> {
  const { file } = record;
  const present = await readExact(file);
  if (present === undefined) return { file, status: "unchanged", kept: 0 };
  const { text, kept } = undone(record, present);
  if (text === undefined) {
    if (!dryRun) await rm(file, { force: true });
    return { file, status: "removed", kept };
  }
  const { mode } = record;
  if (!dryRun && text !== present) {
    await writeAtomic(file, text, mode === undefined ? {} : { mode, forceMode: true });
  }
  return { file, status: text === present ? "unchanged" : "restored", kept };
}

/** The text without what is on record; undefined where there was no file and there is nothing left in it. */
function undone(record: EditRecord, present: string | undefined): { text: string | undefined; kept: number } {
  if (present === undefined) return { text: undefined, kept: 0 };
  if (hashOf(present) === record.after) {
    if (record.created) return { text: undefined, kept: 0 };
    const { start, length, text } = record.undo;
    return { text: present.slice(0, start) + text + present.slice(start + length), kept: 0 };
  }
  if (record.format === "whole") return { text: present, kept: 1 };
  const format = formats[record.format];
  if (present.trim() === "") return { text: present, kept: 0 };
  const root = format.parse(present);
  if (root === undefined) throw broken(record.file);
  const { text, kept } = takeBack(format, present, record.done);
  const isEmpty = Object.keys(format.parse(text) ?? {}).length === 0;
  const hasNothing = record.created && isEmpty && !/[/#]/.test(text);
  return { text: hasNothing ? undefined : text, kept };
}

/** The one stretch in which the two texts differ, as it has to be put back. */
function undoOf(before: string, after: string): EditRecord["undo"] {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < most - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  return { start, length: after.length - end - start, text: before.slice(start, before.length - end) };
}

/** The text of a file, byte for byte; undefined where there is none. Throws `config_invalid` for what is not UTF-8, `io`. */
async function readExact(file: string): Promise<string | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    if (errnoOf(cause) === "ENOENT" || errnoOf(cause) === "ENOTDIR") return undefined;
    throw new MortarError("io", `Cannot read ${file}: ${errnoOf(cause) ?? String(cause)}`, { cause });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw broken(file);
  }
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function locked<T>({ paths, clock }: EditDeps, work: () => Promise<T>): Promise<T> {
  return withLock(paths.run, "edits", { clock }, work);
}
