// What lies in a project's folder: plain files and folders, in the order of their names. Links are neither followed nor told.
import type { Stats } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { fileFault, isGone } from "./file-faults.ts";
import { deepestFolder, isPlainName, labelOf, longestPath } from "./paths.ts";
import { childPlace, openPlace, type Place, type Root } from "./place.ts";

export interface Found {
  /** From the root on. */
  readonly parts: readonly string[];
  readonly facts: Stats;
}

export interface WalkOptions {
  /** Whether to go into a folder; it is told in any case. */
  readonly into: (parts: readonly string[]) => boolean;
  /** Whether it is told at all. */
  readonly tells?: (parts: readonly string[]) => boolean;
  readonly limit: number;
  readonly signal?: AbortSignal | undefined;
}

export interface Walked {
  readonly found: readonly Found[];
  /** There was more than the limit. */
  readonly isCut: boolean;
  /** Something was left out for its name, for how deep it lies, or for the length of its path. */
  readonly isPartial: boolean;
}

/** Throws `not_found`, `invalid_input` for the folder itself; what vanishes or refuses below it is left out. */
export async function walkTree(root: Root, parts: readonly string[], options: WalkOptions): Promise<Walked> {
  const walk: Walk = { root, options, found: [], isPartial: false };
  try {
    await using place = await openPlace(root, parts);
    const isWhole = await walkFolder(walk, place, parts);
    return { found: walk.found, isCut: !isWhole, isPartial: walk.isPartial };
  } catch (thrown) {
    throw fileFault("read", labelOf(parts), thrown);
  }
}

interface Walk {
  readonly root: Root;
  readonly options: WalkOptions;
  readonly found: Found[];
  isPartial: boolean;
}

async function walkFolder(walk: Walk, place: Place, parts: readonly string[]): Promise<boolean> {
  const { root, options, found } = walk;
  options.signal?.throwIfAborted();
  const all = await readdir(place.folder);
  const room = longestPath - parts.join("/").length - 1;
  const names = all.filter((name) => name.length <= room && isPlainName(name, root.os)).toSorted();
  walk.isPartial ||= names.length < all.length;
  for (let first = 0; first < names.length; first += atOnce) {
    const group = names.slice(first, first + atOnce);
    const facts = await Promise.all(group.map((name) => lstat(place.at(name)).catch(() => undefined)));
    for (const [index, name] of group.entries()) {
      const here = facts[index];
      // On macOS two spellings of a name are one file, and the disk may give either.
      const below = [...parts, root.os === "darwin" ? name.normalize("NFC") : name];
      if (here === undefined || !(here.isFile() || here.isDirectory()) || options.tells?.(below) === false) continue;
      if (found.length >= options.limit) return false;
      found.push({ parts: below, facts: here });
      if (here.isDirectory() && options.into(below)) {
        if (below.length > deepestFolder) walk.isPartial = true;
        else if (!(await walkChild(walk, place, { name, parts: below }))) return false;
      }
    }
  }
  return true;
}

const atOnce = 64;

async function walkChild(
  walk: Walk,
  place: Place,
  child: { readonly name: string; readonly parts: readonly string[] },
): Promise<boolean> {
  let inner: Place;
  try {
    inner = await childPlace(walk.root, place, child.name);
  } catch {
    // Gone, closed to us, or a link by now.
    return true;
  }
  await using below = inner;
  try {
    return await walkFolder(walk, below, child.parts);
  } catch (thrown) {
    if (isGone(thrown)) return true;
    throw thrown;
  }
}
