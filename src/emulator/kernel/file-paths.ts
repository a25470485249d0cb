// Where the paths of dbutils.fs lie on the disk: DBFS and volumes below the data folder, local files in few places.
import { lstat, realpath } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve, sep } from "node:path";
import type { World } from "../world.ts";
import { FileFault } from "./file-fault.ts";
import { namesAbove, volumeFolder, volumeId, type Catalogs } from "./volumes.ts";

export interface FilePlace {
  /** As dbutils prints it: `dbfs:/data/a.csv`, `file:/tmp/a.csv`. */
  readonly shown: string;
  /** On the disk. */
  readonly disk: string;
  /** The path is the root of a file system, or lies above one: it can be listed, not changed. */
  readonly fixed: boolean;
  /** Names of the folders in it, where it is no folder of the disk: a level of /Volumes above the volumes. */
  readonly names?: readonly string[];
}

/** The folder that is dbfs:/. */
export function dbfsFolder(worldFolder: string): string {
  return join(worldFolder, "files", "dbfs");
}

export interface FileRoots {
  readonly worldFolder: string;
  /** The kernel's working folder, which `file:` paths may use besides the system's folder for temporary files. */
  readonly kernelFolder: string;
  /** What Unity Catalog holds; asked for paths of volumes alone. */
  readonly catalogs: () => Promise<Catalogs>;
}

/** The roots of a world. Without a kernel's folder, local files are those of the system's temporary folder alone. */
export function fileRoots(world: World, kernelFolder = tmpdir()): FileRoots {
  return {
    worldFolder: world.folder,
    kernelFolder,
    catalogs: async () => (await world.sql()).catalogs?.() ?? new Map(),
  };
}

/**
 * Resolves `dbfs:/x`, `/x`, `/Volumes/c/s/v/x`, `file:/tmp/x`. Throws FileFault for any other scheme, for a path that climbs
 * with `..`, and for one that leaves its file system through a symbolic link.
 */
export async function placeOf(path: string, roots: FileRoots): Promise<FilePlace> {
  if (path.includes("\0")) throw new FileFault("A path cannot hold a NUL character");
  const scheme = /^([A-Za-z][\w+.-]*):(?:\/\/(?=\/))?/.exec(path);
  const rest = scheme === null ? path : path.slice(scheme[0].length);
  const segments = rest.split("/").filter((segment) => segment !== "" && segment !== ".");
  if (segments.includes("..")) throw new FileFault(`The path ${path} climbs out with "..", which is refused`);
  if (!rest.startsWith("/"))
    throw new FileFault(`The path ${path} is not absolute: it begins with /, dbfs:/ or file:/`);
  if (scheme?.[1] === "file") return localPlace(segments, roots);
  if (scheme !== null && scheme[1] !== "dbfs") {
    throw new FileFault(`The emulator has no ${scheme[1]}: file system; it has dbfs:/, /Volumes and file:/tmp`);
  }
  if (segments[0] === "Workspace") {
    throw new FileFault("dbutils.fs in the emulator does not reach /Workspace; it has dbfs:/, /Volumes and file:/tmp");
  }
  const shown = `dbfs:/${segments.join("/")}`;
  if (segments[0] === "Volumes") return volumePlace(segments.slice(1), shown, roots);
  const root = dbfsFolder(roots.worldFolder);
  const disk = join(root, ...segments);
  await requireInside(disk, root, path);
  return { shown, disk, fixed: segments.length === 0 };
}

async function volumePlace(parts: readonly string[], shown: string, roots: FileRoots): Promise<FilePlace> {
  const catalogs = await roots.catalogs();
  const [volume, below] = [parts.slice(0, 3), parts.slice(3)];
  if (volume.length < 3) {
    return { shown, disk: roots.worldFolder, fixed: true, names: namesAbove(catalogs, volume) };
  }
  const root = volumeFolder(roots.worldFolder, volumeId(catalogs, volume));
  const disk = join(root, ...below);
  await requireInside(disk, root, shown);
  return { shown, disk, fixed: below.length === 0 };
}

async function localPlace(segments: readonly string[], roots: FileRoots): Promise<FilePlace> {
  const shown = `file:/${segments.join("/")}`;
  const asked = segments[0] === "tmp" ? join(tmpdir(), ...segments.slice(1)) : resolve(sep, ...segments);
  for (const root of [tmpdir(), roots.kernelFolder]) {
    if (isInside(asked, root)) {
      await requireInside(asked, root, shown);
      return { shown, disk: asked, fixed: asked === root };
    }
  }
  throw new FileFault(
    `dbutils.fs in the emulator reaches local files in file:/tmp and in the notebook's working folder only, not ${shown}`,
  );
}

/** Follows the links of what exists of the path, and refuses when that leads out of `root`. */
async function requireInside(disk: string, root: string, path: string): Promise<void> {
  const refusal = new FileFault(`The path ${path} leads out of its file system, which is refused`);
  // Windows knows more separators than the slash that the path was split at.
  if (!isInside(disk, root)) throw refusal;
  const realRoot = await realpath(root).catch(() => root);
  for (let existing = disk; isInside(existing, root); existing = dirname(existing)) {
    const real = await realpath(existing).catch(() => undefined);
    if (real !== undefined && isInside(real, realRoot)) return;
    // A link to what is not there: writing would make it, wherever that is.
    const leaves = real !== undefined || (await lstat(existing).catch(() => undefined))?.isSymbolicLink() === true;
    if (leaves) throw refusal;
  }
}

function isInside(path: string, root: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}
