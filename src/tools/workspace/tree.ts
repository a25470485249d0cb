// What is below a folder of the workspace, with names that can be trusted.
import type { ObjectInfo } from "../../workspace/objects.ts";
import type { ToolContext } from "../define.ts";
import { nameOf } from "../paths.ts";
import { entryProblem, mostEntries, tooMany, type Entry } from "../transfer/names.ts";

export interface WorkspaceEntry extends Entry {
  readonly info: ObjectInfo;
}

const listingsAhead = 5;
const folderTypes: readonly string[] = ["DIRECTORY", "REPO"];

export const isFolder = ({ objectType }: Pick<ObjectInfo, "objectType">): boolean => folderTypes.includes(objectType);

/** Folder by folder, the nearest ones first. Throws what listing throws. */
export async function* workspaceEntries(
  { workspace, signal }: Pick<ToolContext, "workspace" | "signal">,
  root: string,
): AsyncGenerator<WorkspaceEntry> {
  const left = new AbortController();
  const options = { signal: AbortSignal.any([signal, left.signal]) };
  const folders: (readonly string[])[] = [[]];
  const listings: Promise<readonly ObjectInfo[]>[] = [];
  const ask = (parts: readonly string[]): void => {
    const listing = workspace.objects.list([root === "/" ? "" : root, ...parts].join("/") || "/", options);
    // It is awaited in its turn; until then a failure is not unhandled.
    listing.catch(() => undefined);
    listings.push(listing);
  };
  try {
    for (let at = 0; at < folders.length; at++) {
      for (const parts of folders.slice(listings.length, at + listingsAhead)) ask(parts);
      const seen = new Set<string>();
      for (const info of (await listings[at]) ?? []) {
        const name = nameOf(info.path);
        const parts = [...(folders[at] ?? []), name];
        const problem = entryProblem({ name }, { parts, seen });
        const isDirectory = isFolder(info);
        yield { name, parts, isDirectory, problem, info };
        if (isDirectory && problem === undefined) folders.push(parts);
      }
    }
  } finally {
    left.abort();
  }
}

/** All that is below the folder. Throws `too_large` beyond 100,000 entries. */
export async function workspaceTree(
  context: Pick<ToolContext, "workspace" | "signal">,
  root: string,
): Promise<readonly WorkspaceEntry[]> {
  const entries: WorkspaceEntry[] = [];
  for await (const entry of workspaceEntries(context, root)) {
    entries.push(entry);
    if (entries.length > mostEntries) throw tooMany(root);
  }
  return entries;
}
