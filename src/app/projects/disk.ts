// Files below a project's root, by the names on the way to them. No link is ever followed, and no write is seen half done.
import { randomBytes } from "node:crypto";
import { constants, type Stats } from "node:fs";
import { chmod, link, lstat, open, readdir, rename, rm, utimes, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { MortarError } from "../../platform/errors.ts";
import { errnoOf, makePrivateFolder } from "../../platform/files.ts";
import { fileFault, isGone } from "./file-faults.ts";
import { composed, labelOf, shown, waitingFolder } from "./paths.ts";
import { childPlace, makePlace, openPlace, type Place, type Root } from "./place.ts";

/** What lies there; undefined for nothing. Throws what `openPlace` does but `not_found`. */
export async function factsAt(root: Root, parts: readonly string[]): Promise<Stats | undefined> {
  const name = parts.at(-1);
  try {
    if (name === undefined) return await lstat(root.path);
    await using place = await openPlace(root, parts.slice(0, -1));
    return await lstat(place.at(name));
  } catch (thrown) {
    if (isGone(thrown)) return undefined;
    throw fileFault("read", labelOf(parts), thrown);
  }
}

/**
 * Opens a plain file for reading. The caller closes it. Throws `not_found`, `invalid_input` for a folder, a link, a pipe or a
 * device.
 */
export async function openFile(
  root: Root,
  parts: readonly string[],
): Promise<{ readonly handle: FileHandle; readonly facts: Stats }> {
  const label = labelOf(parts);
  const name = parts.at(-1);
  if (name === undefined) throw fileFault("read", label, Object.assign(new Error("a folder"), { code: "EISDIR" }));
  try {
    await using place = await openPlace(root, parts.slice(0, -1));
    return await openPlain(root, place, name);
  } catch (thrown) {
    throw fileFault("read", label, thrown);
  }
}

// Without NONBLOCK, opening a pipe waits for somebody at its other end.
const readFlags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

async function openPlain({ os }: Root, place: Place, name: string): Promise<{ handle: FileHandle; facts: Stats }> {
  const before = os === "linux" ? undefined : await lstat(place.at(name));
  if (before?.isSymbolicLink() === true) throw Object.assign(new Error("a link"), { code: "ELOOP" });
  const handle = await open(place.at(name), readFlags);
  const facts = await handle.stat().catch(async (thrown: unknown) => {
    await handle.close();
    throw thrown;
  });
  const isSame = before === undefined || (before.ino === facts.ino && before.dev === facts.dev);
  if (facts.isFile() && isSame) return { handle, facts };
  await handle.close();
  throw Object.assign(new Error("no plain file"), { code: facts.isDirectory() ? "EISDIR" : "ELOOP" });
}

/** The whole content, with the facts of the file before it was read. Throws `too_large` for more than `limitBytes`, also where it grows. */
export async function readWhole(
  root: Root,
  parts: readonly string[],
  limitBytes: number,
): Promise<{ readonly content: Uint8Array<ArrayBuffer>; readonly facts: Stats }> {
  const { handle, facts } = await openFile(root, parts);
  try {
    if (facts.size > limitBytes) throw tooLarge(labelOf(parts), limitBytes);
    return { content: await readTo(handle, facts.size, limitBytes, labelOf(parts)), facts };
  } catch (thrown) {
    throw fileFault("read", labelOf(parts), thrown);
  } finally {
    await handle.close();
  }
}

async function readTo(
  handle: FileHandle,
  expected: number,
  limitBytes: number,
  label: string,
): Promise<Uint8Array<ArrayBuffer>> {
  let content = new Uint8Array(expected + 1);
  let length = 0;
  for (;;) {
    const { bytesRead } = await handle.read(content, length, content.length - length, length);
    if (bytesRead === 0) return content.slice(0, length);
    length += bytesRead;
    if (length > limitBytes) throw tooLarge(label, limitBytes);
    if (length < content.length) continue;
    const wider = new Uint8Array(content.length * 2 + 4096);
    wider.set(content);
    content = wider;
  }
}

export function tooLarge(label: string, limitBytes: number): MortarError {
  return new MortarError("too_large", `${shown(label)} is larger than ${limitBytes / 1024 ** 2} MB`, {
    hint: "Keep large data in a volume of the workspace, and have the agent read it from there.",
  });
}

/** Chunks of a file, at most `sizeBytes` in all, so that one that grows has an end. It is opened when the first is asked for. */
export async function* chunksOf(
  root: Root,
  parts: readonly string[],
  sizeBytes: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const { handle } = await openFile(root, parts);
  try {
    for (let position = 0; position < sizeBytes;) {
      const chunk = new Uint8Array(Math.min(chunkBytes, sizeBytes - position));
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, position);
      if (bytesRead === 0) return;
      position += bytesRead;
      yield bytesRead === chunk.length ? chunk : chunk.slice(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

const chunkBytes = 256 * 1024;

export interface WriteFacts {
  /** Of a new file, 0644 unless given; one that is there keeps its own unless `forceMode`. */
  readonly mode?: number;
  readonly forceMode?: boolean;
  readonly modifiedMs?: number;
  /** `already_exists` where something is there. */
  readonly isNew?: boolean;
  /** Names stay as they are given, and are not composed. */
  readonly exact?: boolean;
  /** Waits until the disk has it. */
  readonly flush?: boolean;
}

/**
 * Writes a file in one step, with the folders on the way to it; names that are new are composed (NFC). Returns what lies
 * there. Throws `invalid_input` where a folder or a link is in its place, `already_exists`, `io`.
 */
export async function writeWhole(
  root: Root,
  parts: readonly string[],
  content: Uint8Array,
  wanted: WriteFacts = {},
): Promise<Stats> {
  const label = labelOf(parts);
  const waiting = join(root.path, waitingFolder, randomBytes(8).toString("hex"));
  try {
    await using place = await makePlace(root, parts.slice(0, -1), wanted.exact);
    const { name, before } = await target(place, parts.at(-1) ?? "", wanted.exact);
    if (wanted.isNew === true && before !== undefined) throw Object.assign(new Error(), { code: "EEXIST" });
    if (before?.isDirectory() === true) throw Object.assign(new Error("a folder"), { code: "EISDIR" });
    if (before !== undefined && !before.isFile()) throw Object.assign(new Error("a link"), { code: "ELOOP" });
    const mode = wanted.forceMode === true ? wanted.mode : (before?.mode ?? wanted.mode);
    await stage(waiting, content, { ...wanted, mode: (mode ?? 0o644) & 0o777 });
    if (wanted.isNew === true) await placeNew(waiting, place.at(name));
    else await rename(waiting, place.at(name));
    return await lstat(place.at(name));
  } catch (thrown) {
    await rm(waiting, { force: true }).catch(() => undefined);
    throw fileFault("write", label, thrown);
  }
}

/** The name as it is there, or else composed. */
async function target(
  place: Place,
  name: string,
  exact = false,
): Promise<{ readonly name: string; readonly before: Stats | undefined }> {
  const kept = exact ? name : composed(name);
  for (const form of new Set([name, kept])) {
    const before = await lstat(place.at(form)).catch((thrown: unknown) => {
      if (isGone(thrown)) return undefined;
      throw thrown;
    });
    if (before !== undefined) return { name: form, before };
  }
  return { name: kept, before: undefined };
}

async function stage(path: string, content: Uint8Array, wanted: WriteFacts & { readonly mode: number }): Promise<void> {
  await makePrivateFolder(join(path, ".."));
  const handle = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, wanted.mode);
  try {
    await handle.writeFile(content);
    if (wanted.flush === true) await handle.sync();
  } finally {
    await handle.close();
  }
  await chmod(path, wanted.mode);
  if (wanted.modifiedMs !== undefined) await utimes(path, wanted.modifiedMs / 1000, wanted.modifiedMs / 1000);
}

/** A second name for the file fails where something is there, which a renaming does not. */
async function placeNew(waiting: string, path: string): Promise<void> {
  try {
    await link(waiting, path);
  } catch (thrown) {
    if (errnoOf(thrown) === "EEXIST" || isGone(thrown)) throw thrown;
    // A disk without hard links: nothing was there a moment ago.
    return rename(waiting, path);
  }
  await rm(waiting, { force: true });
}

/** Makes a folder, and those on the way to it. Throws `invalid_input` where something else is there, `io`. */
export async function makeFolder(root: Root, parts: readonly string[]): Promise<void> {
  try {
    const place = await makePlace(root, parts);
    await place[Symbol.asyncDispose]();
  } catch (thrown) {
    throw fileFault("make", labelOf(parts), thrown);
  }
}

/** Renames, where nothing of the new name is there; with the folders on the way. Throws `not_found`, `already_exists`, `io`. */
export async function moveTo(root: Root, from: readonly string[], to: readonly string[]): Promise<void> {
  const label = labelOf(from);
  if (to.length > from.length && from.every((part, index) => part === to[index])) {
    throw new MortarError("invalid_input", `${shown(label)} cannot be moved into itself`, {
      hint: "Give a path outside of it.",
    });
  }
  try {
    await using source = await openPlace(root, from.slice(0, -1));
    const oldName = from.at(-1) ?? "";
    const moved = await lstat(source.at(oldName));
    await using place = await makePlace(root, to.slice(0, -1));
    const { name, before } = await target(place, to.at(-1) ?? "");
    // On a disk without upper and lower case, the new name may be the same file's.
    const isSame = before !== undefined && before.ino === moved.ino && before.dev === moved.dev;
    const isRenaming =
      isSame && from.join("/") !== to.join("/") && from.join("/").toLowerCase() === to.join("/").toLowerCase();
    if (before !== undefined && !isRenaming) {
      throw fileFault("move to", labelOf(to), Object.assign(new Error(), { code: "EEXIST" }));
    }
    await rename(source.at(oldName), place.at(isRenaming ? composed(to.at(-1) ?? "") : name));
  } catch (thrown) {
    throw fileFault("move", label, thrown);
  }
}

/**
 * Takes away a file, a link (never what it points to) or a folder with all that is in it. It is out of the agent's reach
 * before anything is deleted, so that nothing can be laid in the way. Throws `not_found`, `io`.
 */
export async function removeWhole(root: Root, parts: readonly string[]): Promise<void> {
  const waiting = join(root.path, waitingFolder, randomBytes(8).toString("hex"));
  try {
    await makePrivateFolder(join(waiting, ".."));
    await using place = await openPlace(root, parts.slice(0, -1));
    const name = parts.at(-1) ?? "";
    await rename(place.at(name), waiting).catch(async (thrown: unknown) => {
      // A folder that forbids writing may not even be carried elsewhere.
      if (!isForbidden(thrown)) throw thrown;
      await using inner = await childPlace(root, place, name);
      await chmod(inner.folder, 0o700);
      await rename(place.at(name), waiting);
    });
    await removeTree(waiting);
  } catch (thrown) {
    throw fileFault("delete", labelOf(parts), thrown);
  }
}

/** Deletes a folder with all that is in it, also where it forbids that: package managers lay out folders that are read-only. */
export async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (thrown) {
    // Or a program that has not ended wrote into it meanwhile.
    if (!isForbidden(thrown) && errnoOf(thrown) !== "ENOTEMPTY") throw thrown;
    await unlock(path);
    await rm(path, { recursive: true, force: true });
  }
}

function isForbidden(cause: unknown): boolean {
  return ["EACCES", "EPERM"].includes(errnoOf(cause) ?? "");
}

async function unlock(path: string): Promise<void> {
  if (!(await lstat(path)).isDirectory()) return;
  await chmod(path, 0o700);
  for (const name of await readdir(path)) await unlock(join(path, name));
}
