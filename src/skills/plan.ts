// What an installation, an update or a removal does to one skill's folder, from what lies there and what we wrote.

/** What lies in a skill's folder at the paths that matter. */
export interface Disk {
  readonly kind: "absent" | "folder" | "other";
  /** SHA-256 by path; `other` for what is no plain file or lies behind a link. Absent files are not in it. */
  readonly files: ReadonlyMap<string, string>;
}

/** A file that stays as it is, and why. */
export interface Kept {
  readonly path: string;
  readonly reason: "changed" | "deleted" | "foreign";
}

export interface FolderPlan {
  readonly status: "added" | "updated" | "unchanged" | "kept" | "removed";
  /** Why nothing of the folder is ours to change, with `kept`. */
  readonly reason?: string;
  readonly write: readonly string[];
  readonly remove: readonly string[];
  readonly kept: readonly Kept[];
  /** The hashes to record; undefined where the skill is not ours, or no more. */
  readonly record: Readonly<Record<string, string>> | undefined;
}

export interface InstallFacts {
  readonly disk: Disk;
  /** The hashes that we recorded when we wrote the skill; undefined where we did not. */
  readonly recorded: Readonly<Record<string, string>> | undefined;
  /** The hashes of what is to lie there. */
  readonly fresh: ReadonlyMap<string, string>;
  /** Files that were deleted by hand come back. */
  readonly restore: boolean;
}

/** Ours is replaced, what somebody changed or made stays and is named. A folder that we did not write stays whole. */
export function planInstall({ disk, recorded, fresh, restore }: InstallFacts): FolderPlan {
  if (disk.kind === "other") return left("it is no folder of its own, but a link or a file");
  if (recorded === undefined) return planFirst(disk, fresh);
  const restores = restore || disk.kind === "absent";
  const write: string[] = [];
  const kept: Kept[] = [];
  const record: Record<string, string> = {};
  for (const [path, hash] of fresh) {
    const found = disk.files.get(path);
    const before = recorded[path];
    const isOurs = found === undefined ? restores || before === undefined : found === before;
    if (found === hash || isOurs) record[path] = hash;
    else if (before !== undefined) record[path] = before;
    if (found === hash) continue;
    if (isOurs) write.push(path);
    else kept.push({ path, reason: reasonOf(found, before) });
  }
  const old = Object.entries(recorded).filter(([path]) => !fresh.has(path) && disk.files.has(path));
  const remove = old.filter(([path, hash]) => disk.files.get(path) === hash).map(([path]) => path);
  for (const [path] of old) if (!remove.includes(path)) kept.push({ path, reason: "changed" });
  const changes = write.length + remove.length > 0;
  const status = disk.kind === "absent" ? "added" : "updated";
  return { status: changes ? status : "unchanged", write, remove, kept, record };
}

function reasonOf(found: string | undefined, before: string | undefined): Kept["reason"] {
  if (found === undefined) return "deleted";
  return before === undefined ? "foreign" : "changed";
}

/**
 * A skill that we did not record: an empty place is filled, and files that are all as ours become ours (an installation
 * that was cut off left some of them). Anything else is somebody's.
 */
function planFirst(disk: Disk, fresh: ReadonlyMap<string, string>): FolderPlan {
  const record = Object.fromEntries(fresh);
  if (disk.kind === "absent") return { status: "added", write: [...fresh.keys()], remove: [], kept: [], record };
  const differs = disk.files.size === 0 || [...disk.files].some(([path, hash]) => fresh.get(path) !== hash);
  if (differs) return left("it was there before and is not ours");
  const write = [...fresh.keys()].filter((path) => !disk.files.has(path));
  return { status: write.length === 0 ? "unchanged" : "updated", write, remove: [], kept: [], record };
}

function left(reason: string): FolderPlan {
  return { status: "kept", reason, write: [], remove: [], kept: [], record: undefined };
}

/** Takes away what we wrote and nobody changed. What stays is named, and is the user's from then on. */
export function planRemove(disk: Disk, recorded: Readonly<Record<string, string>>): FolderPlan {
  if (disk.kind === "other") return left("it is no folder of its own, but a link or a file");
  const there = Object.entries(recorded).filter(([path]) => disk.files.has(path));
  const remove = there.filter(([path, hash]) => disk.files.get(path) === hash).map(([path]) => path);
  const kept = there.filter(([path]) => !remove.includes(path)).map(([path]): Kept => ({ path, reason: "changed" }));
  return { status: "removed", write: [], remove, kept, record: undefined };
}
