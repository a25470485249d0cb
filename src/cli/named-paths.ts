// Files and folders named on the command line: `~` becomes the home folder, and what is no file or no folder is refused.
import { readdirSync, statSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import type { Deps } from "../platform/deps.ts";
import { MortarError } from "../platform/errors.ts";
import { expandTilde } from "../platform/paths.ts";
import { nearest } from "../platform/suggest.ts";
import type { Parsed } from "./parse.ts";
import type { Command, ValueKind, ValueRules } from "./spec.ts";

type Surroundings = Pick<Deps, "cwd" | "paths">;

/**
 * The same words with `~` expanded in every file and folder: a shell leaves `--data=~/x` as it is. Throws `not_found`
 * for one that has to exist and does not, `usage` for a folder in a file's place and the other way round.
 */
export function resolveNamedPaths(command: Command, parsed: Parsed, where: Surroundings): Parsed {
  const flags: Record<string, Parsed["flags"][string]> = { ...parsed.flags };
  for (const [name, flag] of Object.entries(command.flags)) {
    const kind = flag.kind === "list" ? flag.of : flag.kind;
    const value = flags[name];
    if (flag.kind === "switch" || !isPath(kind) || value === undefined) continue;
    const one = (path: string): string => checkedPath({ label: `--${name}`, kind, rules: flag, path }, where);
    flags[name] = Array.isArray(value) ? value.map(one) : one(String(value));
  }
  const positionals = parsed.positionals.map((path, index) => {
    const declared = command.positionals[index] ?? command.positionals.at(-1);
    if (declared === undefined || !isPath(declared.kind)) return path;
    return checkedPath({ label: declared.name, kind: declared.kind, rules: declared, path }, where);
  });
  return { ...parsed, flags, positionals };
}

/** Whether a command names a file or a folder at all. */
export function takesPaths(command: Command): boolean {
  const kinds = Object.values(command.flags).map((flag) => (flag.kind === "list" ? flag.of : flag.kind));
  return [...kinds, ...command.positionals.map(({ kind }) => kind)].some((kind) => isPath(kind));
}

type PathKind = "file" | "folder";

function isPath(kind: ValueKind | "switch"): kind is PathKind {
  return kind === "file" || kind === "folder";
}

interface NamedPath {
  readonly label: string;
  readonly kind: PathKind;
  readonly rules: ValueRules;
  readonly path: string;
}

function checkedPath({ label, kind, rules, path }: NamedPath, { cwd, paths }: Surroundings): string {
  if (path === "-" && kind === "file") return path;
  const expanded = expandTilde(path, paths);
  const absolute = resolve(cwd, expanded);
  const found = kindOf(label, absolute);
  if (found === undefined) {
    if (rules.exists === true) throw missing(label, kind, absolute);
    return expanded;
  }
  // A device or a pipe (`/dev/stdin`, `<(...)`) is as good as a file.
  if (kind === "file" && found === "folder") throw mismatch(label, absolute, "is a folder, and a file is wanted");
  if (kind === "folder" && found === "file") throw mismatch(label, absolute, "is a file, and a folder is wanted");
  return expanded;
}

function kindOf(label: string, path: string): PathKind | undefined {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) return undefined;
    return found.isDirectory() ? "folder" : "file";
  } catch (cause) {
    throw new MortarError("io", `${label}: cannot look at ${path}`, {
      hint: "Check the permissions on its way.",
      cause,
    });
  }
}

function missing(label: string, kind: PathKind, path: string): MortarError {
  const near = nearest(basename(path), namesIn(dirname(path)));
  return new MortarError("not_found", `${label}: there is no ${kind} ${path}`, {
    hint: near === undefined ? "Check the path." : `Did you mean ${resolve(dirname(path), near)}?`,
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function mismatch(label: string, path: string, what: string): MortarError {
  return new MortarError("usage", `${label}: ${path} ${what}`, { hint: "Check the path." });
}
