// dbutils.fs over the emulator's own folders.
import { cp, mkdir, open, readdir, rename, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import { errnoOf } from "../../platform/files.ts";
import { FileFault } from "./file-fault.ts";
import { placeOf, type FilePlace, type FileRoots } from "./file-paths.ts";

/** One entry as dbutils.fs.ls shows it; a folder's name ends in a slash and its size is 0. Times in ms. */
export interface FileEntry {
  readonly path: string;
  readonly name: string;
  readonly size: number;
  readonly modificationTime: number;
}

/** Every operation throws FileFault with the refused path in its message. */
export interface Files {
  list(path: string): Promise<readonly FileEntry[]>;
  /** The first `maxBytes` bytes as text. */
  head(path: string, maxBytes: number): Promise<{ text: string; truncated: boolean }>;
  /** Gives the number of bytes written. */
  put(path: string, contents: string, overwrite: boolean): Promise<number>;
  copy(source: string, target: string, recurse: boolean): Promise<void>;
  move(source: string, target: string, recurse: boolean): Promise<void>;
  /** False when there was nothing. */
  remove(path: string, recurse: boolean): Promise<boolean>;
  makeFolder(path: string): Promise<void>;
}

export function createFiles(roots: FileRoots): Files {
  return { list, head, put, copy, move, remove, makeFolder };

  async function list(path: string): Promise<readonly FileEntry[]> {
    const place = await placeOf(path, roots);
    const base = place.shown.endsWith("/") ? place.shown : `${place.shown}/`;
    if (place.names !== undefined) {
      return place.names.map((name) => ({ path: `${base}${name}/`, name: `${name}/`, size: 0, modificationTime: 0 }));
    }
    const found = await stat(place.disk).catch(() => undefined);
    if (found === undefined && place.fixed) return [];
    if (found === undefined) throw missing(place);
    if (!found.isDirectory()) return [await entry(place.shown, place.disk)];
    const names = (await readdir(place.disk)).sort();
    return Promise.all(names.map((name) => entry(base + name, join(place.disk, name))));
  }

  async function head(path: string, maxBytes: number): Promise<{ text: string; truncated: boolean }> {
    const place = await placeOf(path, roots);
    const found = await stat(place.disk).catch(() => undefined);
    if (found === undefined && !place.fixed) throw missing(place);
    if (found === undefined || found.isDirectory()) throw new FileFault(`Cannot head a directory: ${place.shown}`);
    const handle = await open(place.disk);
    try {
      const size = Math.max(0, Math.min(maxBytes, found.size));
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(size), 0, size, 0);
      return { text: new TextDecoder().decode(buffer.subarray(0, bytesRead)), truncated: found.size > size };
    } finally {
      await handle.close();
    }
  }

  async function put(path: string, contents: string, overwrite: boolean): Promise<number> {
    const place = changeable(await placeOf(path, roots));
    return guarded(place, async () => {
      await mkdir(dirname(place.disk), { recursive: true });
      await writeFile(place.disk, contents, { flag: overwrite ? "w" : "wx" });
      return Buffer.byteLength(contents);
    });
  }

  async function copy(source: string, target: string, recurse: boolean): Promise<void> {
    const { from, to } = await pair(source, target, recurse);
    await guarded(to, async () => {
      await mkdir(dirname(to.disk), { recursive: true });
      await cp(from.disk, to.disk, { recursive: recurse, force: true });
    });
  }

  async function move(source: string, target: string, recurse: boolean): Promise<void> {
    const { from, to } = await pair(source, target, recurse);
    changeable(from);
    await guarded(to, async () => {
      await mkdir(dirname(to.disk), { recursive: true });
      try {
        await rename(from.disk, to.disk);
      } catch (thrown) {
        // Another disk, which file:/tmp may be, or a folder that is there.
        if (!["EXDEV", "ENOTEMPTY", "EEXIST"].includes(errnoOf(thrown) ?? "")) throw thrown;
        await cp(from.disk, to.disk, { recursive: recurse, force: true });
        await rm(from.disk, { recursive: true, force: true });
      }
    });
  }

  async function remove(path: string, recurse: boolean): Promise<boolean> {
    const place = changeable(await placeOf(path, roots));
    const found = await stat(place.disk).catch(() => undefined);
    if (found === undefined) return false;
    await guarded(place, async () => {
      if (found.isDirectory() && !recurse) await rmdir(place.disk);
      else await rm(place.disk, { recursive: recurse });
    });
    return true;
  }

  async function makeFolder(path: string): Promise<void> {
    const place = await placeOf(path, roots);
    if (place.fixed) return;
    await guarded(place, () => mkdir(place.disk, { recursive: true }));
  }

  async function pair(source: string, target: string, recurse: boolean): Promise<{ from: FilePlace; to: FilePlace }> {
    const from = await placeOf(source, roots);
    if (from.names !== undefined) throw new FileFault(`${from.shown} lies above the volumes and cannot be copied`);
    const found = await stat(from.disk).catch(() => undefined);
    if (found === undefined) throw missing(from);
    if (found.isDirectory() && !recurse)
      throw new FileFault(`${from.shown} is a directory: recurse=True copies or moves it`);
    const asked = await placeOf(target, roots);
    const there = await stat(asked.disk).catch(() => undefined);
    const goesInside = (there?.isDirectory() === true || asked.fixed) && !found.isDirectory();
    const to = goesInside ? await placeOf(`${target.replace(/\/+$/, "")}/${basename(from.disk)}`, roots) : asked;
    if (to.disk === from.disk || to.disk.startsWith(from.disk + sep)) {
      throw new FileFault(`${to.shown} is ${from.shown} itself or lies inside it`);
    }
    return { from, to: changeable(to) };
  }
}

async function entry(shown: string, disk: string): Promise<FileEntry> {
  const found = await stat(disk).catch(() => undefined);
  const isFolder = found?.isDirectory() === true;
  const end = isFolder ? "/" : "";
  return {
    path: shown + end,
    name: basename(shown) + end,
    size: isFolder ? 0 : (found?.size ?? 0),
    modificationTime: Math.round(found?.mtimeMs ?? 0),
  };
}

function changeable(place: FilePlace): FilePlace {
  if (place.fixed)
    throw new FileFault(`${place.shown} cannot be written: it is the root of a file system, or lies above a volume`);
  return place;
}

function missing(place: FilePlace): FileFault {
  return new FileFault(`java.io.FileNotFoundException: No such file or directory ${place.shown}`);
}

const reasons: Readonly<Record<string, string>> = {
  EEXIST: "java.io.FileAlreadyExistsException: there is a file already (overwrite=True replaces it)",
  ENOTEMPTY: "the directory is not empty (recurse=True removes what is in it)",
  EISDIR: "it is a directory",
  ENOTDIR: "a part of the path is a file",
  EACCES: "permission denied",
  ENOSPC: "the disk is full",
};

async function guarded<T>(place: FilePlace, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (thrown) {
    const name = errnoOf(thrown) ?? "";
    throw new FileFault(`${place.shown}: ${reasons[name] ?? (name || String(thrown))}`, { cause: thrown });
  }
}
