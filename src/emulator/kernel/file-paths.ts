// Where the paths of dbutils.fs lie on the disk: DBFS and volumes below the data folder, local files in few places.
import { realpath } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve, sep } from "node:path";

/** A refusal of a file operation. */
export class FileFault extends Error {}

export interface FilePlace {
  /** As dbutils prints it: `dbfs:/data/a.csv`, `file:/tmp/a.csv`. */
  readonly shown: string;
  /** On the disk. */
  readonly disk: string;
  /** The path is a root, or a level of /Volumes above a volume: it can be listed, not changed. */
  readonly fixed: boolean;
}

/** Folders of the emulator's own file systems below its data folder. */
export function dbfsFolder(worldFolder: string): string {
  return join(worldFolder, "files", "dbfs");
}

export function volumesFolder(worldFolder: string): string {
  return join(worldFolder, "files", "volumes");
}

export interface FileRoots {
  readonly worldFolder: string;
  /** The kernel's working folder, which `file:` paths may use besides the system's folder for temporary files. */
  readonly kernelFolder: string;
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
  const inVolumes = segments[0] === "Volumes";
  const root = inVolumes ? volumesFolder(roots.worldFolder) : dbfsFolder(roots.worldFolder);
  const below = inVolumes ? segments.slice(1) : segments;
  const disk = join(root, ...below);
  await requireInside(disk, root, path);
  return { shown: `dbfs:/${segments.join("/")}`, disk, fixed: inVolumes ? below.length < 3 : below.length === 0 };
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
  const realRoot = await realpath(root).catch(() => root);
  for (let existing = disk; isInside(existing, root); existing = dirname(existing)) {
    const real = await realpath(existing).catch(() => undefined);
    if (real === undefined) continue;
    if (!isInside(real, realRoot))
      throw new FileFault(`The path ${path} leads out of its file system, which is refused`);
    return;
  }
}

function isInside(path: string, root: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}
