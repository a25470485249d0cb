// Looks at a skill's folder, and changes it by a plan. Nothing behind a link is read, written or deleted.
import { lstat, mkdir, readFile, rm, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { MortarError } from "../platform/errors.ts";
import { errnoOf, writeAtomic } from "../platform/files.ts";
import { hashOf, type SkillFile } from "./package.ts";
import type { Disk, FolderPlan } from "./plan.ts";

/** What lies at `paths` below `folder`. Throws `io`. */
export async function lookAt(folder: string, paths: Iterable<string>): Promise<Disk> {
  const own = await kindOf(folder);
  if (own !== "folder") return { kind: own === "absent" ? "absent" : "other", files: new Map() };
  const files = new Map<string, string>();
  for (const path of new Set(paths)) {
    const found = await contentOf(folder, path);
    if (found !== undefined) files.set(path, found);
  }
  // A folder that holds nothing is as good as none.
  return { kind: files.size === 0 && (await isEmpty(folder)) ? "absent" : "folder", files };
}

async function isEmpty(folder: string): Promise<boolean> {
  const { readdir } = await import("node:fs/promises");
  return (await readdir(folder)).length === 0;
}

async function contentOf(folder: string, path: string): Promise<string | undefined> {
  const parts = path.split("/");
  for (let depth = 1; depth < parts.length; depth++) {
    const kind = await kindOf(join(folder, ...parts.slice(0, depth)));
    if (kind !== "folder") return kind === "absent" ? undefined : "other";
  }
  const kind = await kindOf(join(folder, ...parts));
  if (kind === "file") return hashOf(await readFile(join(folder, ...parts)));
  return kind === "absent" ? undefined : "other";
}

async function kindOf(path: string): Promise<"absent" | "folder" | "file" | "other"> {
  try {
    const found = await lstat(path);
    if (found.isDirectory()) return "folder";
    return found.isFile() ? "file" : "other";
  } catch (cause) {
    if (errnoOf(cause) === "ENOENT" || errnoOf(cause) === "ENOTDIR") return "absent";
    throw failure("read", path, cause);
  }
}

/** Writes and deletes what the plan says. Throws `io`. */
export async function applyPlan(
  folder: string,
  plan: FolderPlan,
  files: ReadonlyMap<string, SkillFile>,
): Promise<void> {
  for (const path of plan.write) {
    const file = files.get(path);
    if (file === undefined) continue;
    const target = join(folder, ...path.split("/"));
    await mkdir(dirname(target), { recursive: true }).catch((cause: unknown) => {
      throw failure("create a folder for", target, cause);
    });
    await writeAtomic(target, file.content, { mode: file.executable ? 0o755 : 0o644 });
  }
  for (const path of plan.remove) {
    const target = join(folder, ...path.split("/"));
    await rm(target, { force: true }).catch((cause: unknown) => {
      throw failure("delete", target, cause);
    });
  }
  if (plan.remove.length > 0 || plan.status === "removed") await removeEmptyFolders(folder, plan.remove);
}

/** The folders of deleted files go where nothing is left in them, the skill's own last. */
async function removeEmptyFolders(folder: string, removed: readonly string[]): Promise<void> {
  const below = new Set<string>();
  for (const path of removed) {
    const parts = path.split("/");
    for (let depth = parts.length - 1; depth > 0; depth--) below.add(join(folder, ...parts.slice(0, depth)));
  }
  const deepestFirst = [...below].toSorted((left, right) => right.length - left.length);
  for (const path of [...deepestFirst, folder]) await rmdir(path).catch(() => undefined);
}

function failure(what: string, path: string, cause: unknown): MortarError {
  return new MortarError("io", `Cannot ${what} ${path}: ${errnoOf(cause) ?? String(cause)}`, { cause });
}
