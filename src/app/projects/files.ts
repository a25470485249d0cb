// The files of a project as the page sees them: listed, read, written, moved, deleted, zipped.
import { MortarError } from "../../platform/errors.ts";
import { hashOf } from "../../skills/package.ts";
import type { FileEntry, FileText } from "../contract/api.ts";
import {
  chunksOf,
  factsAt,
  makeFolder,
  moveTo,
  openFile,
  readWhole,
  removeWhole,
  tooLarge,
  writeWhole,
} from "./disk.ts";
import { isMadeAnew } from "./excluded.ts";
import { fileLimitBytes, listLimit, textLimitBytes } from "./limits.ts";
import type { Live } from "./live.ts";
import { mediaType, textOf } from "./media.ts";
import { isHidden, newPathParts, pathParts, shown } from "./paths.ts";
import type { OpenedFile, ProjectFiles } from "./projects.ts";
import { streamOf } from "./stream.ts";
import { walkTree, type Found } from "./walk.ts";
import { zipOfFolder } from "./zip.ts";

export interface FilesOptions {
  /** The project, its folder made ready. Throws `not_found` for what is none. */
  readonly ready: (projectId: string) => Promise<Live>;
  readonly changed: (projectId: string) => void;
}

export function createFiles({ ready, changed }: FilesOptions): ProjectFiles {
  const edit = async <T>(id: string, work: (live: Live) => Promise<T>): Promise<T> => {
    const live = await ready(id);
    try {
      return await live.edit(() => work(live));
    } finally {
      changed(id);
    }
  };
  return {
    list: async (id, options = {}) => listFiles(await ready(id), options),
    read: async (id, path) => {
      const live = await ready(id);
      return readText(live, below(live, path));
    },
    open: async (id, path) => {
      const live = await ready(id);
      return openStream(live, below(live, path));
    },
    write: (id, path, content, version) => edit(id, (live) => writeText(live, path, content, version)),
    makeFolder: (id, path) => edit(id, (live) => makeFolder(live.root, ["files", ...newPathParts(path)])),
    move: (id, from, to) => edit(id, (live) => moveTo(live.root, named(live, from), ["files", ...newPathParts(to)])),
    remove: (id, path) => edit(id, (live) => removeWhole(live.root, named(live, path))),
    zip: async (id, folder = "") => {
      const live = await ready(id);
      return zipOfFolder(live, below(live, folder));
    },
  };
}

function below({ root }: Live, path: string): readonly string[] {
  return ["files", ...pathParts(path, root.os)];
}

/** The same for what is not the folder itself. */
function named(live: Live, path: string): readonly string[] {
  const parts = below(live, path);
  if (parts.length > 1) return parts;
  throw new MortarError("invalid_input", "The project's own folder can be neither moved nor deleted", {
    hint: "Name what is in it, or delete the project.",
  });
}

async function listFiles(
  live: Live,
  { folder, hidden = false }: { readonly folder?: string; readonly hidden?: boolean },
): Promise<readonly FileEntry[]> {
  const top = below(live, folder ?? "");
  const { found, isCut } = await walkTree(live.root, top, {
    tells: (parts) => hidden || !isHidden(parts.slice(top.length)),
    into: (parts) => folder === undefined && !isMadeAnew(parts.at(-1) ?? ""),
    limit: listLimit,
    signal: live.ended.signal,
  });
  if (isCut) {
    throw new MortarError("too_large", `There are more than ${listLimit} files in ${shown(folder ?? "")}`, {
      hint: "List one folder at a time.",
    });
  }
  return found.map(entryOf);
}

function entryOf({ parts, facts }: Found): FileEntry {
  const isFolder = facts.isDirectory();
  return {
    path: parts.slice(1).join("/"),
    name: parts.at(-1) ?? "",
    type: isFolder ? "directory" : "file",
    size: isFolder ? 0 : facts.size,
    modified: facts.mtime.toISOString(),
  };
}

async function readText(live: Live, parts: readonly string[]): Promise<FileText> {
  const { handle, facts } = await openFile(live.root, parts);
  await handle.close();
  const path = parts.slice(1).join("/");
  const name = parts.at(-1) ?? "";
  const rest = { path, name, size: facts.size, modified: facts.mtime.toISOString() };
  if (facts.size > textLimitBytes) {
    return { ...rest, version: farVersion(facts), content: null, media_type: mediaType(name, false) };
  }
  const read = await readWhole(live.root, parts, textLimitBytes);
  const text = textOf(read.content);
  return {
    ...rest,
    size: read.content.length,
    modified: read.facts.mtime.toISOString(),
    version: hashOf(read.content),
    content: text ?? null,
    media_type: mediaType(name, text !== undefined),
  };
}

/** Of a file that is too long to be read for that. */
function farVersion({
  size,
  mtimeMs,
  ino,
}: {
  readonly size: number;
  readonly mtimeMs: number;
  readonly ino: number;
}): string {
  return `${size}-${mtimeMs}-${ino}`;
}

async function openStream(live: Live, parts: readonly string[]): Promise<OpenedFile> {
  const { handle, facts } = await openFile(live.root, parts);
  await handle.close();
  const name = parts.at(-1) ?? "";
  const file = streamOf(chunksOf(live.root, parts, facts.size));
  return { name, size: facts.size, media_type: mediaType(name, false), file };
}

async function writeText(
  live: Live,
  path: string,
  content: Uint8Array,
  version: string | null | undefined,
): Promise<FileText> {
  if (content.length > fileLimitBytes) throw tooLarge(path, fileLimitBytes);
  const parts = await writable(live, path);
  if (typeof version === "string") await requireVersion(live, parts, version);
  try {
    await writeWhole(live.root, parts, content, { isNew: version === null, flush: true });
  } catch (thrown) {
    if (version === null && thrown instanceof MortarError && thrown.code === "already_exists")
      throw changedMeanwhile(path);
    throw thrown;
  }
  return readText(live, await asWritten(live, parts));
}

/** What is there may be saved under the name that it has; something new gets one that can lie everywhere. */
async function writable(live: Live, path: string): Promise<readonly string[]> {
  const parts = named(live, path);
  const facts = await factsAt(live.root, parts);
  return facts === undefined ? ["files", ...newPathParts(path)] : parts;
}

async function asWritten(live: Live, parts: readonly string[]): Promise<readonly string[]> {
  const facts = await factsAt(live.root, parts);
  return facts === undefined ? parts.map((part) => part.normalize("NFC")) : parts;
}

async function requireVersion(live: Live, parts: readonly string[], version: string): Promise<void> {
  const now = await readText(live, parts).catch((thrown: unknown) => {
    if (thrown instanceof MortarError && thrown.code === "not_found") return undefined;
    throw thrown;
  });
  if (now?.version !== version) throw changedMeanwhile(parts.slice(1).join("/"));
}

function changedMeanwhile(path: string): MortarError {
  return new MortarError("conflict", `${shown(path)} was changed in the meantime`, {
    hint: "Load it again and bring your changes into it, or save it under another name.",
  });
}
