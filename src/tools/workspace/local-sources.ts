// What of this machine is meant by a path, a folder or a pattern.
import { realpath, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { Glob } from "bun";
import { MortarError } from "../../platform/errors.ts";
import type { Deps } from "../../platform/deps.ts";
import { localPath } from "../transfer/local-place.ts";
import { localTree, type LocalTree } from "../transfer/local-tree.ts";

/** Made anew on any machine, and large. */
const madeAgain = /^(?:node_modules|venv)$|\.egg-info$/;

export interface Sources extends LocalTree {
  /** The source is a single file: its path in the workspace may be its own. */
  readonly isOneFile: boolean;
  /** The name of the single file. */
  readonly name: string;
}

interface Wish {
  readonly source: string;
  readonly include_hidden: boolean;
}

/** Throws `not_found` where nothing is meant, and `too_large` beyond 100,000 files. */
export async function localSources(
  deps: Deps,
  { source, include_hidden }: Wish,
  signal: AbortSignal,
): Promise<Sources> {
  const local = localPath(deps, source);
  const found = await stat(local).catch(() => undefined);
  const options = { hidden: include_hidden, leaveOut: madeAgain, signal };
  if (found?.isDirectory() === true) return { ...(await localTree(local, options)), isOneFile: false, name: "" };
  if (found?.isFile() === true) {
    const file = { parts: [], path: await realpath(local), sizeBytes: found.size };
    return { files: [file], emptyFolders: [], leftOut: [], isOneFile: true, name: basename(local) };
  }
  if (found !== undefined) {
    throw new MortarError("invalid_input", `${source} is no file and no folder`, { hint: "Nothing was sent." });
  }
  if (/[*?[{]/.test(source)) return await matching(local, source, options);
  throw new MortarError("not_found", `There is no file or folder ${source} on this machine`, {
    hint: "source is a path on the machine where this server runs. Nothing was sent.",
  });
}

/** The files below the pattern's fixed part that it matches, with their folders below that part. */
async function matching(local: string, source: string, options: Parameters<typeof localTree>[1]): Promise<Sources> {
  const parts = local.split(/[/\\]/);
  const fixed = parts.findIndex((part) => /[*?[{]/.test(part));
  const root = parts.slice(0, fixed).join("/") || "/";
  const pattern = new Glob(parts.slice(fixed).join("/"));
  const folder = await stat(root).catch(() => undefined);
  const tree = folder?.isDirectory() === true ? await localTree(join(root), options) : undefined;
  const files = tree?.files.filter((file) => pattern.match(file.parts.join("/"))) ?? [];
  if (files.length > 0) return { files, emptyFolders: [], leftOut: [], isOneFile: false, name: "" };
  throw new MortarError("not_found", `No file on this machine matches ${source}`, {
    hint: "* is within one folder, ** goes through all of them. Nothing was sent.",
  });
}
