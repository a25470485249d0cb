// The one module by which files that belong to others are changed: whole or not at all, on record, and taken back exactly.
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { sep } from "node:path";
import type { Deps } from "../deps.ts";
import { MortarError, toMortarError } from "../errors.ts";
import { withLock } from "../lock.ts";
import type { Change } from "./changes.ts";
import { missingFolders, openMode, put, readExact } from "./disk.ts";
import type { FormatName } from "./formats.ts";
import { hashOf, restack, type Wanted } from "./layers.ts";
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
  /** It goes for good from under what other owners have laid over it, too. */
  readonly deep?: boolean;
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

/** All that an owner wants, in all files: what it wanted before and does not any more is taken back. */
export interface Everything {
  readonly owner: string;
  readonly edits: readonly Omit<EditRequest, "owner" | "dryRun">[];
  readonly files: readonly Omit<FileRequest, "owner" | "dryRun">[];
  /** Owners whose changes give way to these. */
  readonly replaces: readonly string[];
  readonly dryRun?: boolean;
}

/** What becomes of one file. */
export interface FileChange {
  readonly file: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly kept: number;
}

/**
 * Changes a file. What the same owner had changed in it is taken back first, so that a second call is as good as one.
 * Throws `config_invalid` for a file that cannot be understood or has something else in the way, `io` and `timeout`;
 * then nothing was written.
 */
export async function applyEdit(deps: EditDeps, request: EditRequest): Promise<EditResult> {
  const { file, dryRun } = request;
  return locked(deps, dryRun, async () => {
    const records = await readRecords(deps);
    const step = await stepOf(records, file, { drop: none, wanted: request });
    if (dryRun !== true) await carryOut(deps, records, [step]);
    return { file, status: step.after === step.before ? "unchanged" : "written" };
  });
}

/** Writes a file of our own. Throws `already_exists` for one that is there and not ours, `io` and `timeout`. */
export async function applyFile(deps: EditDeps, request: FileRequest): Promise<EditResult> {
  const { file, dryRun } = request;
  return locked(deps, dryRun, async () => {
    const records = await readRecords(deps);
    const step = await wholeStep(records, request, none);
    if (dryRun !== true) await carryOut(deps, records, [step]);
    return { file, status: step.after === step.before ? "unchanged" : "written" };
  });
}

/**
 * Makes all of an owner's changes or none: where one file cannot be changed or written, every other is as it was.
 * Throws as `applyEdit` and `applyFile`.
 */
export async function applyAll(deps: EditDeps, all: Everything): Promise<readonly FileChange[]> {
  const { owner, edits, files, replaces, dryRun } = all;
  return locked(deps, dryRun, async () => {
    const records = await readRecords(deps);
    const drop = new Set(replaces);
    const steps: Step[] = [];
    for (const edit of edits) steps.push(await stepOf(records, edit.file, { drop, wanted: { ...edit, owner } }));
    for (const file of files) steps.push(await wholeStep(records, { ...file, owner }, drop));
    const wanted = new Set(steps.map(({ file }) => file));
    const gone = new Set([...drop, owner]);
    for (const { file } of records.filter((one) => gone.has(one.owner) && !wanted.has(one.file))) {
      if (wanted.has(file)) continue;
      wanted.add(file);
      steps.push(await stepOf(records, file, { drop: gone }));
    }
    if (dryRun !== true) await carryOut(deps, records, steps);
    return steps.map(({ file, before, after, kept }) => ({ file, before, after, kept }));
  });
}

export interface RevertOptions {
  readonly dryRun?: boolean;
  /** Told of a file that cannot be taken back, and then the others are; without it that ends the work. */
  readonly onFailure?: (file: string, error: MortarError) => void;
}

/**
 * Takes back what the owner has changed, in all files: the same bytes where nobody else has changed the file since, else
 * each value that is still ours. Throws `config_invalid` for a file that cannot be understood, `io` and `timeout`.
 */
export async function revertEdits(
  deps: EditDeps,
  owner: string,
  { dryRun = false, onFailure }: RevertOptions = {},
): Promise<readonly RevertResult[]> {
  return locked(deps, dryRun, async () => {
    let records = await readRecords(deps);
    const results: RevertResult[] = [];
    for (const { file } of records.filter((one) => one.owner === owner)) {
      try {
        const step = await stepOf(records, file, { drop: new Set([owner]) });
        // One by one: what is taken back stays so when another file cannot be.
        if (!dryRun) records = await carryOut(deps, records, [step]);
        results.push({ file, status: revertStatus(step), kept: step.kept });
      } catch (thrown) {
        if (onFailure === undefined) throw thrown;
        onFailure(file, toMortarError(thrown));
      }
    }
    return results;
  });
}

/** What is on record, of one owner or of all. Throws as `readRecords`. */
export async function listEdits(deps: EditDeps, owner?: string): Promise<readonly EditRecord[]> {
  const records = await readRecords(deps);
  return owner === undefined ? records : records.filter((one) => one.owner === owner);
}

/**
 * The file as it would be without anything of ours; undefined where there would be none. Throws `config_invalid` for one
 * that cannot be understood, and `io`.
 */
export async function textBelow(deps: EditDeps, file: string): Promise<string | undefined> {
  const records = (await readRecords(deps)).filter((one) => one.file === file);
  const text = await readExact(file);
  return restack({ file, text, records }, { drop: new Set(records.map(({ owner }) => owner)) }).text;
}

const none: ReadonlySet<string> = new Set();

interface Step extends FileChange {
  readonly records: readonly EditRecord[];
  /** The mode that the file is to have; undefined leaves it. */
  readonly mode: number | undefined;
  readonly folders: readonly string[];
  /** Something of it was on record. */
  readonly isKnown: boolean;
}

/** What is to be done with one file. Reads only. */
async function stepOf(
  all: readonly EditRecord[],
  file: string,
  { drop, wanted }: { readonly drop: ReadonlySet<string>; readonly wanted?: Omit<Wanted, "content"> | Wanted },
): Promise<Step> {
  const records = all.filter((one) => one.file === file);
  const before = await readExact(file);
  const made = restack({ file, text: before, records }, { drop, put: wanted });
  const open = records.find((one) => one.mode !== undefined)?.mode ?? (await openMode(file));
  const isSecret = made.records.some((one) => isClosed(one));
  const known = records.flatMap((one) => one.folders ?? []);
  const folders = known.length > 0 ? known : missingFolders(file);
  const kept = made.records.map((one, index) => ({
    ...one,
    ...(isClosed(one) && open !== undefined ? { mode: open } : {}),
    ...(index === 0 && folders.length > 0 ? { folders } : {}),
  }));
  const wasClosed = records.some((one) => one.mode !== undefined);
  const reopened = wasClosed ? open : undefined;
  return {
    file,
    before,
    after: made.text,
    kept: made.kept,
    records: kept,
    mode: isSecret ? 0o600 : reopened,
    folders,
    isKnown: records.length > 0,
  };
}

function isClosed({ secret, mode, done }: EditRecord): boolean {
  return done.length > 0 && (secret === true || mode !== undefined);
}

async function wholeStep(
  records: readonly EditRecord[],
  { owner, file, content, mayReplace }: FileRequest,
  drop: ReadonlySet<string>,
): Promise<Step> {
  const present = await readExact(file);
  const known = records.some((one) => one.file === file && present !== undefined && hashOf(present) === one.after);
  if (present !== undefined && present !== content && !known && mayReplace?.(present) !== true) {
    throw new MortarError("already_exists", `${file} is there, and mortar has not written it`, {
      hint: "Look at it, and move it away if nothing needs it.",
    });
  }
  const step = await stepOf(records, file, { drop, wanted: { owner, format: "whole", changes: [], content } });
  // What was there may be replaced for good: it does not come back.
  const own = step.records.map((one, index) => (index === 0 && one.owner === owner ? { ...one, created: true } : one));
  return { ...step, records: own };
}

/** Puts all on record and on the disk. What fails in the middle leaves everything as it was. Gives the new records. */
async function carryOut(
  deps: EditDeps,
  records: readonly EditRecord[],
  steps: readonly Step[],
): Promise<readonly EditRecord[]> {
  const files = new Set(steps.map(({ file }) => file));
  const others = records.filter((one) => !files.has(one.file));
  const next = steps.reduce(bequeathed, [...others, ...steps.flatMap((step) => step.records)]);
  if (Bun.deepEquals(records, next, true) && steps.every((one) => !isToWrite(one))) return next;
  const started: { readonly step: Step; readonly mode: number | undefined }[] = [];
  // On record first, old and new: what happens between the two is then known, and taken back where it came about.
  await writeRecords(deps, [...records.filter((one) => !next.includes(one)), ...next]);
  try {
    for (const step of steps.filter((one) => isToWrite(one))) {
      started.push({ step, mode: await openMode(step.file) });
      const { file, after, mode, folders } = step;
      await put(file, after, { folders, ...(mode === undefined ? {} : { mode, forceMode: true }) });
    }
    await writeRecords(deps, next);
    return next;
  } catch (thrown) {
    for (const { step, mode } of started.toReversed()) {
      const back = { folders: step.folders, mode: mode ?? 0o600, forceMode: true };
      if (step.before !== step.after) await put(step.file, step.before, back).catch(() => undefined);
    }
    await writeRecords(deps, records).catch(() => undefined);
    throw thrown;
  }
}

/** Folders that were made for a file which is gone now, and hold another of ours, go with that one. */
function bequeathed(records: readonly EditRecord[], { records: left, folders }: Step): readonly EditRecord[] {
  const heir = left.length > 0 ? undefined : records.find(({ file }) => folders.some((one) => isBelow(one, file)));
  if (heir === undefined) return records;
  const all = new Set([...folders.filter((one) => isBelow(one, heir.file)), ...(heir.folders ?? [])]);
  const sorted = [...all].toSorted((left, right) => left.length - right.length);
  return records.map((one) => (one === heir ? { ...one, folders: sorted } : one));
}

function isBelow(folder: string, file: string): boolean {
  return file.startsWith(folder + sep);
}

function isToWrite({ before, after, mode, records, folders, isKnown }: Step): boolean {
  // Somebody deleted the file, and folders that were made for it may be left.
  if (before === undefined && after === undefined) return isKnown && records.length === 0 && folders.length > 0;
  // The same bytes, which others must not read from now on.
  return before !== after || (after !== undefined && mode === 0o600 && records.some((one) => one.mode !== undefined));
}

function revertStatus({ before, after }: Step): RevertResult["status"] {
  if (before === after) return "unchanged";
  return after === undefined ? "removed" : "restored";
}

/** Who only looks makes no folder for the lock, and can look at a disk that is not to be written. */
async function locked<T>({ paths, clock }: EditDeps, dryRun: boolean | undefined, work: () => Promise<T>): Promise<T> {
  if (dryRun === true && !(await canWrite(paths.run))) return work();
  return withLock(paths.run, "edits", { clock }, work);
}

function canWrite(folder: string): Promise<boolean> {
  return access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
}
