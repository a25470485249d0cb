// Where the paths of spark.read lie on the disk: what dbutils.fs reaches, the mounts by `file:`, and files of the workspace.
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { WorkspaceTree } from "../state/tree.ts";
import { placeOf, type FileRoots } from "./file-paths.ts";

export interface SparkPlace {
  /** As Spark prints it: `dbfs:/data/a.csv`. */
  readonly shown: string;
  /** On the disk; what is there may not exist. */
  readonly disk: string;
  /** The path lies above the volumes, where there are folders alone. */
  readonly isAbove: boolean;
}

export interface SparkRoots {
  readonly roots: FileRoots;
  readonly tree: WorkspaceTree;
  /** Where copies of workspace files are put; each question makes its own, which go with the folder. */
  readonly folder: string;
}

/** Resolves a path without a glob. Throws FileFault, as dbutils.fs does. */
export async function sparkPlace(path: string, { roots, tree, folder }: SparkRoots): Promise<SparkPlace> {
  const local = /^file:(?:\/\/(?=\/))?(\/.*)$/.exec(path)?.[1];
  const [first, ...names] = (local ?? path).split("/").filter((name) => name !== "" && name !== ".");
  if (first === "Workspace" && !names.includes("..")) {
    return { ...(await copied(`/${names.join("/")}`, tree, folder)), isAbove: false };
  }
  const isMount = local !== undefined && (first === "dbfs" || first === "Volumes");
  if (isMount) {
    const place = await placeOf(first === "dbfs" ? `/${names.join("/")}` : `/Volumes/${names.join("/")}`, roots);
    return { shown: `file:/${[first, ...names].join("/")}`, disk: place.disk, isAbove: place.names !== undefined };
  }
  const place = await placeOf(path, roots);
  return { shown: place.shown, disk: place.disk, isAbove: place.names !== undefined };
}

/** The workspace's files at and below the path, as files of the disk; notebooks are none. */
async function copied(path: string, tree: WorkspaceTree, folder: string): Promise<{ shown: string; disk: string }> {
  // A folder of its own each time: one reading may name several paths, and takes the files after it has found them all.
  const root = await mkdtemp(join(folder, "workspace-files-"));
  const disk = join(root, basename(path) || "root");
  await copyObject(path, disk, tree);
  return { shown: path === "/" ? "file:/Workspace" : `file:/Workspace${path}`, disk };
}

async function copyObject(path: string, disk: string, tree: WorkspaceTree): Promise<void> {
  const found = tree.find(path);
  if (found?.objectType === "FILE") {
    await mkdir(dirname(disk), { recursive: true });
    await writeFile(disk, tree.read(path));
  }
  if (found?.objectType !== "DIRECTORY") return;
  await mkdir(disk, { recursive: true });
  for (const child of tree.list(path)) await copyObject(child.path, join(disk, basename(child.path)), tree);
}
