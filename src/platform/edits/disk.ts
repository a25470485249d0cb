// Files of others on the disk: read to the byte, written whole, and gone with the folders that were made for them.
import { existsSync } from "node:fs";
import { readFile, realpath, rm, rmdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { MortarError } from "../errors.ts";
import { endingPath, errnoOf, writeAtomic, type WriteOptions } from "../files.ts";
import { broken } from "./changes.ts";

/** The text of a file, byte for byte; undefined where there is none. Throws `config_invalid` for what is not UTF-8, `io`. */
export async function readExact(file: string): Promise<string | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(await endingPath(file));
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

/** The mode of a file that others may read; undefined for one that is closed to them, and where there is none. */
export async function openMode(file: string): Promise<number | undefined> {
  const found = await stat(file).catch(() => undefined);
  return found === undefined || (found.mode & 0o077) === 0 ? undefined : found.mode & 0o777;
}

/** The folders on the way to a file that are not there yet, the outermost first. */
export function missingFolders(file: string): readonly string[] {
  const missing: string[] = [];
  for (let folder = dirname(file); !existsSync(folder); folder = dirname(folder)) {
    missing.unshift(folder);
    if (dirname(folder) === folder) break;
  }
  return missing;
}

/** Writes a file, or takes it away with those of the folders that are empty then. A link stays. Throws `io`. */
export async function put(
  file: string,
  text: string | undefined,
  options: WriteOptions & { readonly folders?: readonly string[] } = {},
): Promise<void> {
  if (text !== undefined) return writeAtomic(file, text, options);
  try {
    await rm(await realpath(file).catch(() => file), { force: true });
  } catch (cause) {
    throw new MortarError("io", `Cannot remove ${file}: ${errnoOf(cause) ?? String(cause)}`, { cause });
  }
  for (const folder of (options.folders ?? []).toReversed()) {
    // Somebody may have put something there.
    const isGone = await rmdir(folder).then(
      () => true,
      () => false,
    );
    if (!isGone) return;
  }
}
