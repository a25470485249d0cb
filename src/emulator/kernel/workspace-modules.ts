// Python modules that lie as files beside a notebook in the workspace.
import { posix } from "node:path";
import type { World } from "../world.ts";

export interface WorkspaceModule {
  /** Where the source lies, as a cluster shows it: below /Workspace. */
  readonly path: string;
  readonly source: string;
  readonly isPackage: boolean;
}

/**
 * The module `a.b` from `a/b.py` or `a/b/__init__.py` beside the notebook; a folder without `__init__.py` is a package with an
 * empty source. Notebooks are no modules. Undefined where there is none.
 */
export function findWorkspaceModule(world: World, notebookPath: string, name: string): WorkspaceModule | undefined {
  const parts = name.split(".");
  // A Python task's file may lie in DBFS, which is no folder of the workspace.
  if (!notebookPath.startsWith("/") || !parts.every((part) => /^[\p{L}\p{N}_]+$/u.test(part))) return undefined;
  const base = posix.join(posix.dirname(notebookPath), ...parts);
  for (const path of [`${base}/__init__.py`, `${base}.py`]) {
    const found = world.tree.find(path);
    if (found?.objectType !== "FILE") continue;
    const source = new TextDecoder().decode(world.tree.read(found.path));
    return { path: `/Workspace${found.path}`, source, isPackage: path.endsWith("/__init__.py") };
  }
  const folder = world.tree.find(base);
  return folder?.objectType === "DIRECTORY"
    ? { path: `/Workspace${folder.path}`, source: "", isPackage: true }
    : undefined;
}
