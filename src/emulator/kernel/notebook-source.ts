// Finds and reads the notebooks that cells name: %run and dbutils.notebook.run.
import { posix } from "node:path";
import { splitNotebook, type SplitNotebook } from "../notebook-cells.ts";
import { ApiFault } from "../http/route.ts";
import type { World } from "../world.ts";

/** A notebook that cannot be run, or that failed. */
export class NotebookFault extends Error {}

export interface NotebookSource extends SplitNotebook {
  readonly path: string;
}

/** An absolute path from one that may be relative to the folder of the notebook at `base`. Throws NotebookFault. */
export function resolveNotebookPath(path: string, base: string | undefined): string {
  if (path === "") throw new NotebookFault("The path of the notebook is missing");
  if (path.startsWith("/")) return posix.normalize(path);
  if (base === undefined) {
    throw new NotebookFault(
      `The path ${path} is relative, and this session belongs to no notebook: give a path that begins with /`,
    );
  }
  return posix.normalize(posix.join(posix.dirname(base), path));
}

/** Reads a notebook and splits it into cells. Throws NotebookFault. */
export function readNotebook(world: World, path: string): NotebookSource {
  try {
    const found = world.tree.find(path);
    if (found === undefined) throw new NotebookFault(`Notebook not found: ${path}`);
    if (found.objectType !== "NOTEBOOK") {
      throw new NotebookFault(`${path} is a ${found.objectType.toLowerCase()}, not a notebook`);
    }
    const source = new TextDecoder().decode(world.tree.read(path));
    return { path: found.path, ...splitNotebook(source, found.language ?? "PYTHON") };
  } catch (thrown) {
    if (thrown instanceof ApiFault) throw new NotebookFault(thrown.message, { cause: thrown });
    throw thrown;
  }
}

/** `./setup $env="dev" $n=1`: the path and the widget values. Throws NotebookFault for anything else. */
export function parseRunMagic(code: string): { path: string; values: ReadonlyMap<string, string> } {
  const lines = code.split(/\r?\n/).filter((line) => line.trim() !== "" && !line.trim().startsWith("#"));
  const [line = "", ...more] = lines;
  if (more.length > 0) throw new NotebookFault("%run must be alone in its cell");
  const path = /^\s*(?:"([^"]+)"|'([^']+)'|([^\s$]+))/.exec(line);
  if (path === null) throw new NotebookFault("%run needs the path of a notebook");
  const values = new Map<string, string>();
  const rest = line.slice(path[0].length);
  const left = rest.replace(/\s*\$(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(\S+))/g, (...found) => {
    const [, name, double, single, bare] = found as (string | undefined)[];
    values.set(name ?? "", (double ?? single ?? bare ?? "").replace(/\\(.)/g, "$1"));
    return "";
  });
  if (left.trim() !== "") throw new NotebookFault(`%run does not understand: ${left.trim()}`);
  return { path: path[1] ?? path[2] ?? path[3] ?? "", values };
}
