// A download into a file: whole under its name, or not at all.
import { randomBytes } from "node:crypto";
import { link, lstat, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { MortarError } from "../../platform/errors.ts";
import { errnoOf } from "../../platform/files.ts";
import type { Download } from "../../workspace/download.ts";

export interface WriteWish {
  readonly overwrite: boolean;
  /** Leaves a file alone that is there with this size, in bytes. */
  readonly sameSize?: number | undefined;
}

/**
 * Gives the bytes written; undefined where the file was left alone. `start` is asked only where there is something to
 * write. Throws `already_exists`, what the download throws, and what the file system throws.
 */
export async function writeDownload(
  file: string,
  { overwrite, sameSize }: WriteWish,
  start: () => Promise<Download>,
): Promise<number | undefined> {
  const present = await lstat(file).catch(() => undefined);
  if (present?.isFile() === true && present.size === sameSize) return undefined;
  if (present?.isDirectory() === true) throw new MortarError("already_exists", "a folder of this name is there");
  if (present !== undefined && !overwrite) throw isThere();
  // Of the file's own folder, so that it can be renamed; short, since the name itself may be as long as names can be.
  const part = join(dirname(file), `.${randomBytes(6).toString("hex")}.part`);
  try {
    const sizeBytes = await receive(part, await start());
    if (overwrite) await rename(part, file);
    else await renameToFree(part, file);
    return sizeBytes;
  } catch (thrown) {
    await rm(part, { force: true }).catch(() => undefined);
    throw thrown;
  }
}

function isThere(): MortarError {
  return new MortarError("already_exists", "a file of this name is there; overwrite replaces it");
}

async function receive(part: string, { body, sizeBytes }: Download): Promise<number> {
  const handle = await open(part, "wx");
  let written = 0;
  try {
    for await (const chunk of body) {
      await handle.writeFile(chunk);
      written += chunk.byteLength;
    }
  } finally {
    await handle.close();
  }
  if (sizeBytes === undefined || written === sizeBytes) return written;
  throw new MortarError("bad_response", `the workspace promised ${sizeBytes} bytes and gave ${written}`);
}

/**
 * A link refuses a name that has been taken meanwhile, which rename does not; some file systems have no links. Throws
 * `already_exists` where something has the name.
 */
export async function renameToFree(part: string, file: string): Promise<void> {
  try {
    await link(part, file);
    await rm(part, { force: true });
  } catch (thrown) {
    if (errnoOf(thrown) === "EEXIST") throw isThere();
    if ((await lstat(file).catch(() => undefined)) !== undefined) throw isThere();
    await rename(part, file);
  }
}
