// What of this machine is meant by a path, a folder or a pattern.
import { realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { Glob } from "bun";
import { MortarError } from "../../platform/errors.ts";
import type { Deps } from "../../platform/deps.ts";
import { localPath } from "../transfer/local-place.ts";
import { localTree, type LocalFile, type LocalTree } from "../transfer/local-tree.ts";
import { mostEntries, tooMany } from "../transfer/names.ts";

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
  if (found?.isDirectory() === true) refuseWhole(deps, local);
  if (found?.isDirectory() === true) return { ...(await localTree(local, options)), isOneFile: false, name: "" };
  if (found?.isFile() === true) {
    const file = { parts: [], path: await realpath(local), sizeBytes: found.size };
    return { files: [file], emptyFolders: [], leftOut: [], isOneFile: true, name: basename(local) };
  }
  if (found !== undefined) {
    throw new MortarError("invalid_input", `${source} is no file and no folder`, { hint: "Nothing was sent." });
  }
  if (/[*?[{]/.test(source)) return await matching(deps, { local, source }, options);
  throw new MortarError("not_found", `There is no file or folder ${source} on this machine`, {
    hint: "source is a path on the machine where this server runs. Nothing was sent.",
  });
}

/** A whole disk or a whole home folder is never meant, and holds what nobody wants to send. */
function refuseWhole({ paths }: Deps, folder: string): void {
  const whole = resolve(folder);
  if (whole !== dirname(whole) && whole !== paths.home) return;
  throw new MortarError("invalid_input", `${whole} is a whole disk or home folder, and is not sent`, {
    hint: "Name a folder in it. Nothing was sent.",
  });
}

interface Pattern {
  readonly local: string;
  readonly source: string;
}

/** The files that the pattern matches, with their folders below its fixed part. */
async function matching(
  deps: Deps,
  { local, source }: Pattern,
  { hidden, signal }: { readonly hidden: boolean; readonly signal: AbortSignal },
): Promise<Sources> {
  const parts = local.split(/[/\\]/);
  const fixed = parts.findIndex((part) => /[*?[{]/.test(part));
  const root = parts.slice(0, fixed).join("/") || "/";
  refuseWhole(deps, root);
  const glob = new Glob(parts.slice(fixed).join("/"));
  const files: LocalFile[] = [];
  const isFolder = (await stat(root).catch(() => undefined))?.isDirectory() === true;
  const names = isFolder ? glob.scan({ cwd: root, dot: hidden, onlyFiles: true, followSymlinks: false }) : [];
  for await (const name of names) {
    signal.throwIfAborted();
    const below = name.split(/[/\\]/);
    if (!hidden && below.some((part) => part === "__pycache__" || madeAgain.test(part))) continue;
    const path = join(root, name);
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile() === true) files.push({ parts: below, path, sizeBytes: found.size });
    if (files.length > mostEntries) throw tooMany(root);
  }
  if (files.length > 0) return { files, emptyFolders: [], leftOut: [], isOneFile: false, name: "" };
  throw new MortarError("not_found", `No file on this machine matches ${source}`, {
    hint: "* is within one folder, ** goes through all of them. Nothing was sent.",
  });
}
