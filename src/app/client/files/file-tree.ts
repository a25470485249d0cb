// A project's files as a tree, and paths below its folder.
import type { FileEntry } from "../../contract/api.ts";

export interface FileNode {
  readonly entry: FileEntry;
  readonly depth: number;
  readonly children: readonly FileNode[];
}

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** Folders first, then by name; a folder that only its files name is made. */
export function fileTree(entries: readonly FileEntry[]): readonly FileNode[] {
  const byFolder = new Map<string, FileEntry[]>();
  const known = new Set<string>();
  const add = (entry: FileEntry): void => {
    if (known.has(entry.path)) return;
    known.add(entry.path);
    const folder = folderOf(entry.path);
    const siblings = byFolder.get(folder);
    if (siblings === undefined) byFolder.set(folder, [entry]);
    else siblings.push(entry);
    if (folder !== "")
      add({ path: folder, name: nameOf(folder), type: "directory", size: 0, modified: entry.modified });
  };
  const isFolder = (entry: FileEntry): number => (entry.type === "directory" ? 0 : 1);
  // Folders that are listed come before those that are made for their files.
  for (const entry of entries.toSorted((one, other) => isFolder(one) - isFolder(other))) add(entry);
  const nodes = (folder: string, depth: number): readonly FileNode[] =>
    (byFolder.get(folder) ?? [])
      .toSorted((one, other) => isFolder(one) - isFolder(other) || collator.compare(one.name, other.name))
      .map((entry) => ({ entry, depth, children: entry.type === "directory" ? nodes(entry.path, depth + 1) : [] }));
  return nodes("", 0);
}

/** The rows that are seen while these folders are open. */
export function visibleNodes(nodes: readonly FileNode[], open: ReadonlySet<string>): readonly FileNode[] {
  return nodes.flatMap((node) => (open.has(node.entry.path) ? [node, ...visibleNodes(node.children, open)] : [node]));
}

/** Files whose path has every word; all of them in a flat list, at most 200. */
export function findFiles(entries: readonly FileEntry[], query: string): readonly FileEntry[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const found = entries.filter(
    ({ path, type }) => type === "file" && words.every((word) => path.toLowerCase().includes(word)),
  );
  return found.toSorted((one, other) => collator.compare(one.path, other.path)).slice(0, 200);
}

/** Empty for the top. */
export function folderOf(path: string): string {
  const at = path.lastIndexOf("/");
  return at < 0 ? "" : path.slice(0, at);
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

export function joined(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}

/** The folders on the way to a path. */
export function foldersTo(path: string): readonly string[] {
  const folder = folderOf(path);
  return folder === "" ? [] : [...foldersTo(folder), folder];
}

const devices = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** What is wrong with a path below the project's folder; undefined where nothing is. The server has the last word. */
export function pathProblem(path: string): string | undefined {
  if (path === "") return "Write a name.";
  if (path.length > 500) return "The path is too long: 500 characters at most.";
  if (path.startsWith("/") || /^[a-z]:/i.test(path))
    return "Write it below the project's folder, without a slash in front.";
  const parts = path.split("/");
  if (parts.some((part) => part === "" || part === "." || part === ".."))
    return "A part of the path is empty, “.” or “..”.";
  if (/[\\:*?"<>|]|\p{Cc}/u.test(path)) return 'These characters cannot be in a name: \\ : * ? " < > |';
  if (parts.some((part) => devices.test(part) || /[. ]$/.test(part)))
    return "Not every system can keep a file of this name.";
  return undefined;
}
