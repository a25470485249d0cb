// Reading and writing our own files: whole or not at all, private where they hold a secret.
import { randomBytes } from "node:crypto";
import { constants, existsSync } from "node:fs";
import { chmod, mkdir, open, readFile, readlink, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { MortarError } from "./errors.ts";

/**
 * The file's text, or undefined when there is no such file. Throws `io` when it cannot be read, and for a pipe that lies in
 * the place of one.
 */
export async function readTextIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(await endingPath(path), "utf8");
  } catch (cause) {
    if (errnoOf(cause) === "ENOENT" || errnoOf(cause) === "ENOTDIR") return undefined;
    throw ioError(`Cannot read ${path}`, cause);
  }
}

/**
 * The path itself. Throws for a pipe or a socket, whose reading might never end; those that a shell makes (`<(command)`) have
 * somebody at their other end.
 */
export async function endingPath(path: string): Promise<string> {
  if (/^\/(?:dev|proc)\//.test(path)) return path;
  const facts = await stat(path);
  if (!facts.isFIFO() && !facts.isSocket()) return path;
  throw Object.assign(new Error(`${path} is a pipe`), { code: "a pipe, and no file" });
}

export interface WriteOptions {
  /** Mode of a new file; 0600 unless given. A file that is there keeps its mode unless `forceMode`. */
  readonly mode?: number;
  readonly forceMode?: boolean;
}

/**
 * Replaces a file in one step: a temporary file in the same folder, flushed, then renamed. A symbolic link is followed,
 * so that the link stays. The folder is made (0700) when it is missing. Throws `io`.
 */
export async function writeAtomic(
  path: string,
  content: string | Uint8Array,
  options: WriteOptions = {},
): Promise<void> {
  const target = await linkTarget(path);
  const existing = await stat(target).catch(() => undefined);
  const wanted = options.mode ?? 0o600;
  const mode = existing === undefined || options.forceMode === true ? wanted : existing.mode & 0o777;
  const temporary = join(dirname(target), `.${randomBytes(6).toString("hex")}.tmp`);
  try {
    await makePrivateFolder(dirname(target));
    const handle = await open(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, mode);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await chmod(temporary, mode);
    await rename(temporary, target);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw ioError(`Cannot write ${path}`, cause, writeHint(dirname(target), cause));
  }
}

/** The file that `path` means: links are followed, also the last one to a file that is not there yet. */
async function linkTarget(path: string, depth = 0): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const link = depth < mostLinks ? await readlink(path).catch(() => undefined) : undefined;
    return link === undefined ? path : linkTarget(resolve(dirname(path), link), depth + 1);
  }
}

// As many as Linux follows.
const mostLinks = 40;

/** Makes the folder and its parents, readable by this user alone. A folder that is there is left as it is. */
export async function makePrivateFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw ioError(`Cannot create the folder ${path}`, cause, writeHint(path, cause));
  }
}

/** The system's error name (`ENOENT`, `EACCES`), where there is one. */
export function errnoOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && "code" in thrown && typeof thrown.code === "string" ? thrown.code : undefined;
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of the path is not a folder",
  ENOENT: "no such file or folder",
};

function ioError(what: string, cause: unknown, hint?: string): MortarError {
  if (cause instanceof MortarError) return cause;
  const name = errnoOf(cause);
  return new MortarError("io", `${what}: ${reasons[name ?? ""] ?? name ?? String(cause)}`, { hint, cause });
}

/** What to do where a folder, or the nearest above it that is there, cannot be written. */
function writeHint(folder: string, cause: unknown): string | undefined {
  const name = errnoOf(cause);
  if (name === "ENOSPC") return "Free some space on the disk, and run the command again.";
  if (name === "EROFS") return `Mount the disk of ${nearest(folder)} for writing, and run the command again.`;
  if (name !== "EACCES" && name !== "EPERM") return undefined;
  return `Make ${nearest(folder)} writable for your user (see its owner and mode), and run the command again.`;
}

function nearest(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearest(dirname(folder));
}
