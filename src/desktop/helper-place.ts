// Where the program is that Claude Desktop runs for a token: a second name of this one, since it can be given no words.
import { copyFile, link, realpath, rm, stat, symlink } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";
import type { Deps } from "../platform/deps.ts";
import { MortarError } from "../platform/errors.ts";
import { errnoOf, makePrivateFolder } from "../platform/files.ts";
import { helperName } from "../platform/release/targets.ts";
import { stableCommand } from "../proxy/lifecycle/service/spec.ts";

/** Where the macOS package puts it. */
export const packagedHelper = `/usr/local/bin/${helperName}`;

type PlaceDeps = Pick<Deps, "env" | "os" | "paths">;

export function helperFile(os: Deps["os"]): string {
  return os === "win32" ? `${helperName}.exe` : helperName;
}

/** The helper beside this program, or the one that `linkHelper` has made; undefined where there is neither. */
export async function findHelper(deps: PlaceDeps): Promise<string | undefined> {
  for (const path of await places(deps)) {
    if (await isThere(path)) return path;
  }
  return undefined;
}

/** Where it is looked for, the best first: beside the name on the PATH, which an update leaves where it is. */
async function places(deps: PlaceDeps): Promise<readonly string[]> {
  const command = await stableCommand(deps);
  const own = ownHelper(deps);
  if (command.length > 1) return [own];
  const [program] = command;
  const target = await realpath(program).catch(() => program);
  const beside = [dirname(program), dirname(target)].map((folder) => join(folder, helperFile(deps.os)));
  return [...new Set([...beside, ...(await onPath(deps, target)), own])];
}

/** One on the PATH that leads here: packages may put names elsewhere than the program. */
async function onPath({ env, os }: PlaceDeps, target: string): Promise<readonly string[]> {
  const named = Bun.which(helperFile(os), { PATH: env["PATH"] ?? env["Path"] ?? "" });
  if (named === null || !isAbsolute(named)) return [];
  return (await realpath(named).catch(() => "")) === target ? [named] : [];
}

/** A link of our own, for a program that was copied somewhere without it. */
export function ownHelper({ paths, os }: Pick<Deps, "paths" | "os">): string {
  return join(paths.data, "bin", helperFile(os));
}

/** Makes that link, and gives its path. Throws `unsupported` where this is no compiled program, `io`. */
export async function linkHelper(deps: PlaceDeps): Promise<string> {
  const command = await stableCommand(deps);
  if (command.length > 1) {
    throw new MortarError("unsupported", "Claude Desktop cannot start a program that runs from its source", {
      hint: "Use a compiled mortar, or name the helper with --binary-path.",
    });
  }
  const path = ownHelper(deps);
  await makePrivateFolder(dirname(path));
  try {
    await rm(path, { force: true });
    // Windows gives links to administrators alone.
    if (deps.os === "win32") await link(command[0], path).catch(() => copyFile(command[0], path));
    else await symlink(command[0], path);
  } catch (cause) {
    throw new MortarError("io", `Cannot make ${path}: ${errnoOf(cause) ?? String(cause)}`, { cause });
  }
  return path;
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true;
}
