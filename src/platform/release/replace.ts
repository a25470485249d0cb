// Putting a new program in the place of the running one, in one step, and keeping the old one.
import { randomBytes } from "node:crypto";
import { copyFile, link, open, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { OperatingSystem } from "../deps.ts";
import { MortarError } from "../errors.ts";
import { errnoOf } from "../files.ts";

/** Writes a program beside `target`, ready to take its place. Throws `io` or `permission_denied`. */
export async function placeBeside(target: string, program: Uint8Array): Promise<string> {
  const fresh = besides(target, "new");
  try {
    const file = await open(fresh, "wx", 0o755);
    try {
      await file.writeFile(program);
      await file.sync();
    } finally {
      await file.close();
    }
    return fresh;
  } catch (cause) {
    await rm(fresh, { force: true }).catch(() => undefined);
    throw cannotWrite(target, cause);
  }
}

/**
 * `fresh`, a file beside `target`, takes its place; the path of the old one is returned. At every moment there is a whole
 * program at `target`, save on Windows between two renames: a program that runs can be renamed there, not replaced.
 * Throws `io` or `permission_denied`, and then `target` is as it was.
 */
export async function replaceProgram(target: string, fresh: string, os: OperatingSystem): Promise<string> {
  try {
    return os === "win32" ? await replaceByRenaming(target, fresh) : await replaceOver(target, fresh);
  } catch (cause) {
    throw cannotWrite(target, cause);
  }
}

async function replaceOver(target: string, fresh: string): Promise<string> {
  const previous = join(dirname(target), `.${basename(target)}.previous`);
  const kept = besides(target, "old");
  try {
    // A second name for the same bytes where the file system has that, else a copy.
    await link(target, kept).catch(() => copyFile(target, kept));
    await rename(kept, previous);
    await rename(fresh, target);
  } catch (thrown) {
    await rm(kept, { force: true });
    throw thrown;
  }
  return previous;
}

async function replaceByRenaming(target: string, fresh: string): Promise<string> {
  const stem = target.replace(/\.exe$/i, "");
  await removeOld(target);
  // A kept program that still runs cannot be removed; then the next one gets another name.
  const previous = `${stem}.previous-${randomBytes(4).toString("hex")}.exe`;
  await rename(target, previous);
  try {
    await rename(fresh, target);
  } catch (thrown) {
    await rename(previous, target);
    throw thrown;
  }
  return previous;
}

/** Removes programs that earlier updates kept, as far as none of them runs. */
async function removeOld(target: string): Promise<void> {
  const stem = basename(target).replace(/\.exe$/i, "");
  const names = await readdir(dirname(target));
  const old = names.filter((name) => name.startsWith(`${stem}.previous-`) || /^\.mortar-[0-9a-f]{12}\.old/.test(name));
  await Promise.all(old.map((name) => rm(join(dirname(target), name), { force: true }).catch(() => undefined)));
}

/** The program that the last update kept beside `target`; undefined when there is none. */
export async function findPrevious(target: string, os: OperatingSystem): Promise<string | undefined> {
  const stem = basename(target).replace(/\.exe$/i, "");
  const names = await readdir(dirname(target)).catch(() => []);
  const isKept = (name: string): boolean =>
    os === "win32" ? name.startsWith(`${stem}.previous-`) : name === `.${basename(target)}.previous`;
  const paths = names.filter(isKept).map((name) => join(dirname(target), name));
  const dated = await Promise.all(paths.map(async (path) => ({ path, at: (await stat(path)).mtimeMs })));
  return dated.toSorted((left, right) => right.at - left.at)[0]?.path;
}

/** Gives a kept program a name under which it can take the place of `target`. Throws as `replaceProgram`. */
export async function takePrevious(target: string, previous: string): Promise<string> {
  const fresh = besides(target, "new");
  try {
    await rename(previous, fresh);
    return fresh;
  } catch (cause) {
    throw cannotWrite(target, cause);
  }
}

/**
 * Makes the program's other names mean the new program again. Needed on Windows alone, where they are hard links: a
 * symbolic link needs no care. Returns the names that could not be changed.
 */
export async function renewLinks(target: string, links: readonly string[], os: OperatingSystem): Promise<string[]> {
  const failed: string[] = [];
  if (os !== "win32") return failed;
  for (const path of links) {
    const aside = besides(path, "old");
    try {
      await rename(path, aside);
      try {
        await link(target, path);
      } catch (thrown) {
        await rename(aside, path);
        throw thrown;
      }
      await rm(aside, { force: true }).catch(() => undefined);
    } catch {
      failed.push(path);
    }
  }
  return failed;
}

function besides(path: string, kind: "new" | "old"): string {
  const ending = /\.exe$/i.test(path) ? ".exe" : "";
  return join(dirname(path), `.mortar-${randomBytes(6).toString("hex")}.${kind}${ending}`);
}

function cannotWrite(target: string, cause: unknown): MortarError {
  if (cause instanceof MortarError) return cause;
  const code = errnoOf(cause);
  const folder = dirname(target);
  if (["EACCES", "EPERM", "EROFS"].includes(code ?? "")) {
    return new MortarError("permission_denied", `Cannot write to ${folder}`, {
      hint: "Update with the rights of whoever installed it, or install mortar into a folder of your own.",
      cause,
    });
  }
  const why = code === "ENOSPC" ? "the disk is full" : (code ?? String(cause));
  return new MortarError("io", `Cannot replace ${target}: ${why}`, { cause });
}
