// The files of the shipped skills as resources under `skill://`, and their folders.
import type { Resource } from "@modelcontextprotocol/server";
import { skillTexts } from "../../skills/embedded.ts";

export interface SkillFile {
  readonly uri: string;
  readonly name: string;
  readonly text: string;
  readonly sizeBytes: number;
}

interface SkillFiles {
  readonly files: ReadonlyMap<string, SkillFile>;
  /** What is directly in each folder, by the folder's address. */
  readonly folders: ReadonlyMap<string, readonly Resource[]>;
}

export const skillScheme = "skill://";

let known: Promise<SkillFiles> | undefined;

/** What ships never changes while the program runs: it is unpacked once, when it is first asked for. */
export function skillFiles(): Promise<SkillFiles> {
  return (known ??= readFiles());
}

async function readFiles(): Promise<SkillFiles> {
  const encoder = new TextEncoder();
  const files = new Map<string, SkillFile>();
  for (const [path, text] of await skillTexts()) {
    const uri = skillScheme + path;
    files.set(uri, { uri, name: nameOf(path), text, sizeBytes: encoder.encode(text).byteLength });
  }
  return { files, folders: foldersOf([...files.values()]) };
}

function foldersOf(files: readonly SkillFile[]): ReadonlyMap<string, readonly Resource[]> {
  const folders = new Map<string, Map<string, Resource>>();
  const put = (parent: string, child: Resource): void => {
    const children = folders.get(parent) ?? new Map<string, Resource>();
    folders.set(parent, children.set(child.uri, child));
  };
  for (const { uri, name, sizeBytes } of files) {
    put(parentOf(uri), { uri, name, mimeType: "text/markdown", size: sizeBytes });
    // A folder's own folder knows it, up to the skill's root.
    for (let folder = parentOf(uri); parentOf(folder).length > skillScheme.length; folder = parentOf(folder)) {
      put(parentOf(folder), { uri: folder, name: nameOf(folder), mimeType: "inode/directory" });
    }
  }
  return new Map([...folders].map(([uri, children]) => [uri, [...children.values()]]));
}

export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
