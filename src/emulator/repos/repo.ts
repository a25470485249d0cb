// A git folder: where it lies, what it was cloned from, and what of it was changed since.
import { join } from "node:path";
import { ApiFault } from "../http/route.ts";
import { importObject } from "../routes/object-import.ts";
import type { Collection } from "../state/store.ts";
import type { TreeObject } from "../state/tree.ts";
import type { World } from "../world.ts";
import { commitOf, fetchMirror, filesOf, hashOf } from "./git.ts";

export interface RepoDocument {
  /** Digits: the id of its folder. */
  readonly id: string;
  /** Without /Workspace. */
  readonly path: string;
  readonly url: string;
  readonly provider: string;
  /** Absent where a tag is checked out. */
  readonly branch?: string;
  readonly tag?: string;
  /** Absent for a repository without a commit. */
  readonly commit?: string;
  readonly patterns?: readonly string[];
  /** By the path of the object in the workspace, the hash of what was checked out there. */
  readonly objects: Readonly<Record<string, string>>;
}

export function reposOf(world: World): Collection<RepoDocument> {
  return world.store.collection<RepoDocument>("repos");
}

/** Throws RESOURCE_DOES_NOT_EXIST. A git folder whose folder was deleted is gone too. */
export function requireRepo(world: World, id: string): RepoDocument {
  const repo = reposOf(world).get(id);
  if (repo !== undefined && world.tree.find(repo.path) !== undefined) return repo;
  if (repo !== undefined) reposOf(world).delete(id);
  throw new ApiFault(404, "RESOURCE_DOES_NOT_EXIST", `Repo with ID ${id} could not be found.`);
}

export function mirrorOf(world: World, id: string): string {
  return join(world.folder, "git", `${id}.git`);
}

export type Wanted = { readonly branch: string } | { readonly tag: string };

/**
 * Fetches, and checks the branch or tag out into the folder. Throws GIT_CONFLICT where the folder holds changes that the
 * checkout would overwrite, unless they may go, and RESOURCE_DOES_NOT_EXIST for an unknown branch or tag.
 */
export async function checkOut(
  world: World,
  repo: RepoDocument,
  { wanted, discard }: { wanted: Wanted; discard: boolean },
): Promise<RepoDocument> {
  const mirror = mirrorOf(world, repo.id);
  await fetchMirror(world, mirror);
  const ref = "branch" in wanted ? (`refs/heads/${wanted.branch}` as const) : (`refs/tags/${wanted.tag}` as const);
  const commit = await commitOf(world, mirror, ref);
  if (commit === undefined) {
    const [kind, name] = "branch" in wanted ? ["Branch", wanted.branch] : ["Tag", wanted.tag];
    throw new ApiFault(404, "RESOURCE_DOES_NOT_EXIST", `${kind} ${name} does not exist in ${repo.url}.`);
  }
  const files = (await filesOf(world, mirror, commit)).filter(({ path }) => isWanted(path, repo.patterns));
  const changed = changedObjects(world, repo);
  if (changed.length > 0 && !discard) {
    const named = changed.slice(0, 5).join(", ");
    throw new ApiFault(
      409,
      "GIT_CONFLICT",
      `The git folder has uncommitted changes: ${named}. Commit or discard them.`,
    );
  }
  for (const path of Object.keys(repo.objects)) if (world.tree.find(path) !== undefined) world.tree.remove(path, false);
  const objects: Record<string, string> = {};
  for (const { path, bytes } of files) {
    const object = place(world, `${repo.path}/${path}`, bytes);
    objects[object.path] = hashOf(world.tree.read(object.path));
  }
  const { branch: _branch, tag: _tag, ...rest } = repo;
  const next = { ...rest, ...wanted, commit, objects };
  reposOf(world).put(repo.id, next);
  return next;
}

/** The paths whose content is no longer what was checked out, or that are gone. */
function changedObjects(world: World, { objects }: RepoDocument): readonly string[] {
  return Object.entries(objects)
    .filter(([path, hash]) => world.tree.find(path) === undefined || hashOf(world.tree.read(path)) !== hash)
    .map(([path]) => path);
}

function place(world: World, path: string, content: Uint8Array): TreeObject {
  world.tree.makeFolder(path.slice(0, path.lastIndexOf("/")));
  return importObject(world.tree, { path, format: "AUTO", language: undefined, content, overwrite: true });
}

/** Sparse checkout in cone mode: folders with all below them, and the files at the root. */
function isWanted(path: string, patterns: readonly string[] | undefined): boolean {
  if (patterns === undefined || patterns.length === 0 || !path.includes("/")) return true;
  return patterns.some((pattern) => path.startsWith(`${pattern.replaceAll(/^\/|\/$/g, "")}/`));
}
