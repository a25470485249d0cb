// A folder below a project's root that stays the one that was checked, whatever an agent lays in its way meanwhile.
import { constants } from "node:fs";
import { lstat, mkdir, open, realpath, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import type { OperatingSystem } from "../../platform/deps.ts";
import { errnoOf } from "../../platform/files.ts";
import { isGone } from "./file-faults.ts";
import { composed } from "./paths.ts";

export interface Place extends AsyncDisposable {
  /** By which the system is called: on Linux the open folder itself, so that no link can come between. */
  at(name: string): string;
  /** The folder itself, for reading its entries. */
  readonly folder: string;
}

export interface Root {
  /** Absolute. */
  readonly path: string;
  readonly os: OperatingSystem;
}

/** Opens the folder `parts` below the root. Throws what the system says: a link on the way is no folder (ENOTDIR, ELOOP). */
export function openPlace(root: Root, parts: readonly string[]): Promise<Place> {
  return walk(root, parts, undefined);
}

/** The same, with the folders that are missing made: under composed names, unless they are to be `exact`. */
export function makePlace(root: Root, parts: readonly string[], exact = false): Promise<Place> {
  return walk(root, parts, exact ? (name) => name : composed);
}

type Naming = (name: string) => string;

/** With `naming`, what is missing is made. */
async function walk(root: Root, parts: readonly string[], naming: Naming | undefined): Promise<Place> {
  let place = await rootPlace(root);
  for (const part of parts) {
    try {
      const next = await (naming === undefined
        ? childPlace(root, place, part)
        : makeChild(root, place, { name: part, kept: naming(part) }));
      await place[Symbol.asyncDispose]();
      place = next;
    } catch (thrown) {
      await place[Symbol.asyncDispose]();
      throw thrown;
    }
  }
  return place;
}

async function rootPlace({ path, os }: Root): Promise<Place> {
  return os === "linux" ? pinned(await open(path, folderFlags)) : named(await realpath(path));
}

const folderFlags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/** A folder in a folder. Throws what the system says; a link is no folder. */
export async function childPlace({ os }: Root, place: Place, name: string): Promise<Place> {
  if (os === "linux") return pinned(await open(place.at(name), folderFlags));
  const path = place.at(name);
  if (!(await lstat(path)).isDirectory()) throw Object.assign(new Error("no folder"), { code: "ENOTDIR" });
  // Every part was looked at; a link that came since, or a junction that Windows calls a folder, shows here.
  const real = await realpath(path);
  if (real.toLowerCase().normalize("NFC") !== path.toLowerCase().normalize("NFC")) {
    throw Object.assign(new Error("a link"), { code: "ELOOP" });
  }
  return named(path);
}

async function makeChild(
  root: Root,
  place: Place,
  { name, kept }: { readonly name: string; readonly kept: string },
): Promise<Place> {
  try {
    return await childPlace(root, place, name);
  } catch (thrown) {
    if (!isGone(thrown) || (await isThere(place.at(name)))) throw thrown;
  }
  await mkdir(place.at(kept), { mode: 0o755 }).catch((thrown: unknown) => {
    if (errnoOf(thrown) !== "EEXIST") throw thrown;
  });
  return childPlace(root, place, kept);
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

// The kernel resolves the name of an open folder to that very folder: what openat(2) does, which the runtime lacks.
function pinned(handle: FileHandle): Place {
  const folder = `/proc/self/fd/${handle.fd}`;
  return { folder, at: (name) => `${folder}/${name}`, [Symbol.asyncDispose]: () => handle.close() };
}

function named(folder: string): Place {
  return { folder, at: (name) => join(folder, name), [Symbol.asyncDispose]: async () => undefined };
}
