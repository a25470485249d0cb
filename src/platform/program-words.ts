// The words that start a program as it was found: npm's scripts for Windows' command interpreter are not started by it.
import { dirname, win32 } from "node:path";
import type { Environment, OperatingSystem } from "./deps.ts";
import { readTextIfPresent } from "./files.ts";

interface Place {
  readonly env: Environment;
  readonly os: OperatingSystem;
}

/**
 * What to start for the program at `path`. On Windows npm puts a `.cmd` there, through which arguments with quotes would
 * pass the command interpreter and mean something else; what it starts is started in its place.
 */
export async function programWords(path: string, { env, os }: Place): Promise<[string, ...string[]]> {
  if (os !== "win32" || !/\.cmd$/i.test(path)) return [path];
  const text = await readTextIfPresent(path);
  const target = text === undefined ? undefined : shimTarget(text, win32.dirname(path));
  if (target === undefined) return [path];
  if (target.byNode !== true) return [target.file];
  const node = Bun.which("node", { PATH: [dirname(path), env["PATH"] ?? env["Path"] ?? ""].join(";") });
  return node === null ? [path] : [node, ...target.options, target.file];
}

interface ShimTarget {
  readonly file: string;
  readonly byNode: boolean;
  readonly options: readonly string[];
}

/** What such a script starts, in the folder that it lies in; undefined for a script that is none of npm's. */
export function shimTarget(text: string, folder: string): ShimTarget | undefined {
  const match = /^(?:.*&\s*)?("%_prog%"\s+)?((?:-\S+\s+)*)"%(?:dp0%|~dp0)\\([^"]+)"\s+%\*\s*$/m.exec(text);
  const below = match?.[3];
  if (match === null || below === undefined) return undefined;
  const options = (match[2] ?? "").split(/\s+/).filter((word) => word !== "");
  return { file: win32.join(folder, below), byNode: match[1] !== undefined, options };
}
