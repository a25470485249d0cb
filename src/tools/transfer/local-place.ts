// Where files from a volume may lie on this machine: inside the folder that was named, whatever the names say.
import { mkdir, realpath, stat } from "node:fs/promises";
import { join, resolve, sep } from "node:path";
import { MortarError } from "../../platform/errors.ts";
import type { Deps, OperatingSystem } from "../../platform/deps.ts";
import { nameProblem } from "./names.ts";

// https://learn.microsoft.com/windows/win32/fileio/naming-a-file
const devices = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[\d¹²³])(?:\..*)?$/i;

/** Why a file of this name is not written here; undefined where it is. */
export function localNameProblem(name: string, os: OperatingSystem): string | undefined {
  if (name.includes("\\")) return "the name holds a backslash, which parts folders on Windows";
  if (os === "win32") {
    if (devices.test(name.replace(/[. ]+$/, ""))) return "the name is that of a device on Windows";
    // A colon would name a drive, or a second stream of a file.
    if (/[<>:"|?*\p{Cc}]|[. ]$/u.test(name)) return "the name is none that Windows takes";
  }
  return nameProblem(name);
}

/** A path as a person writes it: `~/x` is in the home folder, a relative one below the folder that we work in. */
export function localPath({ cwd, paths }: Pick<Deps, "cwd" | "paths">, written: string): string {
  const isHome = paths.home !== undefined && /^~(?:[/\\]|$)/.test(written);
  return resolve(cwd, isHome ? join(paths.home ?? "", written.slice(1)) : written);
}

export interface LocalFolder {
  /** The real folder of these names below the root, made where it is missing. Throws `invalid_input` where it leads out. */
  folder(parts: readonly string[]): Promise<string>;
}

/** Makes the root. Throws `already_exists` where a file is in its place. */
export async function openLocalFolder(root: string): Promise<LocalFolder> {
  if ((await stat(root).catch(() => undefined))?.isDirectory() === false) {
    throw new MortarError("already_exists", `${root} is a file, and a folder is needed`, {
      hint: "Take another destination. Nothing was written.",
    });
  }
  await mkdir(root, { recursive: true });
  const realRoot = await realpath(root);
  const made = new Map<string, Promise<string>>();
  const make = async (parts: readonly string[]): Promise<string> => {
    if (parts.length === 0) return realRoot;
    // Level by level: a link that leads out is met before anything is made behind it.
    const path = join(await folder(parts.slice(0, -1)), parts.at(-1) ?? "");
    await mkdir(path).catch((thrown: unknown) => {
      if (!(thrown instanceof Error && "code" in thrown && thrown.code === "EEXIST")) throw thrown;
    });
    const real = await realpath(path);
    if (real.startsWith(realRoot.endsWith(sep) ? realRoot : realRoot + sep)) return real;
    throw new MortarError("invalid_input", "a link here leads out of the destination");
  };
  const folder = (parts: readonly string[]): Promise<string> => {
    const key = parts.join("/");
    const known = made.get(key) ?? make(parts);
    made.set(key, known);
    return known;
  };
  return { folder };
}
