// Finding an installed program: the PATH, then the places that a program started from a desktop does not have in it.
import { existsSync } from "node:fs";
import { join, posix, win32 } from "node:path";
import type { Environment, OperatingSystem } from "./deps.ts";
import type { Paths } from "./paths.ts";

export interface ProgramSearch {
  readonly env: Environment;
  readonly os: OperatingSystem;
  readonly paths: Pick<Paths, "home">;
}

/**
 * The path of the program, or undefined. Extra places are looked at after the PATH; an empty PATH has no places. What the
 * PATH says relative to the working folder (`.`, an empty part) is left out: a repository's folder is not a place of
 * programs that get tokens.
 */
export function findProgram(name: string, { env, os, paths }: ProgramSearch): string | undefined {
  const found = Bun.which(name, { PATH: absoluteParts(env["PATH"] ?? env["Path"] ?? "", os) });
  if (found !== null) return found;
  const file = os === "win32" ? `${name}.exe` : name;
  return extraFolders(env, os, paths.home)
    .map((folder) => join(folder, file))
    .find((path) => existsSync(path));
}

function absoluteParts(path: string, os: OperatingSystem): string {
  const { delimiter, isAbsolute } = os === "win32" ? win32 : posix;
  return path
    .split(delimiter)
    .map((part) => (os === "win32" ? part.replace(/^"|"$/g, "") : part))
    .filter((part) => isAbsolute(part))
    .join(delimiter);
}

function extraFolders(env: Environment, os: OperatingSystem, home: string | undefined): string[] {
  if (os === "win32") {
    const local = env["LOCALAPPDATA"];
    return local === undefined || local === "" ? [] : [join(local, "Microsoft", "WinGet", "Links")];
  }
  const own = home === undefined ? [] : [join(home, ".local", "bin")];
  return os === "darwin" ? ["/opt/homebrew/bin", "/usr/local/bin", ...own] : ["/usr/local/bin", ...own];
}
