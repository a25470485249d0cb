// What is in a folder of this machine, for sending it: files alone, nothing from outside of the folder.
import { readdir, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import type { Dirent } from "node:fs";
import { mostEntries, tooMany } from "./names.ts";

export interface LocalFile {
  /** The names from the folder down to it. */
  readonly parts: readonly string[];
  /** Where it really lies. */
  readonly path: string;
  readonly sizeBytes: number;
}

export interface LocalTree {
  readonly files: readonly LocalFile[];
  /** Folders with nothing to send in them; the folder itself is one of no names. */
  readonly emptyFolders: readonly (readonly string[])[];
  readonly leftOut: readonly LeftOut[];
}

interface LeftOut {
  readonly parts: readonly string[];
  readonly why: string;
}

export interface TreeOptions {
  /** Also names that begin with a point, and `__pycache__`. */
  readonly hidden: boolean;
  /** Further names that are left out with the hidden ones. */
  readonly leaveOut?: RegExp | undefined;
  readonly signal: AbortSignal;
}

/** Throws `too_large` beyond 100,000 files, and what the file system throws where a folder cannot be read. */
export async function localTree(folder: string, { hidden, leaveOut, signal }: TreeOptions): Promise<LocalTree> {
  const root = await realpath(folder);
  const files: LocalFile[] = [];
  const leftOut: LeftOut[] = [];
  const emptyFolders: (readonly string[])[] = [];
  const open: (readonly string[])[] = [[]];
  for (let above = open.pop(); above !== undefined; above = open.pop()) {
    signal.throwIfAborted();
    let isEmpty = true;
    for (const entry of await readdir(join(root, ...above), { withFileTypes: true })) {
      const parts = [...above, entry.name];
      if (!hidden && (isHidden(entry.name) || leaveOut?.test(entry.name) === true)) {
        leftOut.push({ parts, why: "hidden: include_hidden sends it" });
        continue;
      }
      if (entry.isDirectory()) {
        open.push(parts);
        isEmpty = false;
        continue;
      }
      const found = await fileAt(root, parts, entry);
      if (typeof found === "string") {
        leftOut.push({ parts, why: found });
        continue;
      }
      files.push(found);
      isEmpty = false;
      if (files.length > mostEntries) throw tooMany(folder);
    }
    if (isEmpty) emptyFolders.push(above);
  }
  return { files: files.toSorted(byPath), emptyFolders, leftOut };
}

function isHidden(name: string): boolean {
  return name.startsWith(".") || name === "__pycache__";
}

/** The file, or why it is none that is sent. A link counts where it leads to a file of the same folder. */
async function fileAt(root: string, parts: readonly string[], entry: Dirent): Promise<LocalFile | string> {
  const path = join(root, ...parts);
  if (!entry.isFile() && !entry.isSymbolicLink()) return "it is no file but a pipe, a socket or a device";
  const real = entry.isSymbolicLink() ? await realpath(path).catch(() => undefined) : path;
  if (real === undefined) return "it is a link to nothing";
  if (!real.startsWith(root.endsWith(sep) ? root : root + sep)) return "it is a link that leads out of the folder";
  const found = await stat(real).catch(() => undefined);
  if (found?.isFile() === true) return { parts, path: real, sizeBytes: found.size };
  return found?.isDirectory() === true ? "it is a link to a folder" : "it cannot be read";
}

function byPath(one: LocalFile, other: LocalFile): number {
  const [left, right] = [one.parts.join("/"), other.parts.join("/")];
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
