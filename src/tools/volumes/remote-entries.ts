// What is below a folder of a volume. The names come from outside: one that could lead elsewhere is told, not followed.
import type { FileEntry } from "../../workspace/files.ts";
import type { Listing } from "../../workspace/pages.ts";
import type { ToolContext } from "../define.ts";
import { entryProblem, mostEntries, tooMany, type Entry } from "../transfer/names.ts";

export type RemoteEntry = Entry & FileEntry;

export interface WalkOptions {
  readonly recursive: boolean;
  /** No more entries than this are asked for in one folder. */
  readonly limit?: number | undefined;
}

const listingsAhead = 5;

/** Folder by folder, the nearest ones first. Throws what listing throws. */
export async function* remoteEntries(
  { workspace, signal }: Pick<ToolContext, "workspace" | "signal">,
  root: string,
  { recursive, limit }: WalkOptions,
): AsyncGenerator<RemoteEntry> {
  const left = new AbortController();
  const options = { limit, signal: AbortSignal.any([signal, left.signal]) };
  const folders: (readonly string[])[] = [[]];
  const listings: Promise<Listing<FileEntry>>[] = [];
  const ask = (parts: readonly string[]): void => {
    const listing = workspace.files.list([root, ...parts].join("/"), options);
    // It is awaited in its turn; until then a failure is not unhandled.
    listing.catch(() => undefined);
    listings.push(listing);
  };
  try {
    for (let at = 0; at < folders.length; at++) {
      for (const parts of folders.slice(listings.length, at + listingsAhead)) ask(parts);
      const { items = [] } = (await listings[at]) ?? {};
      const seen = new Set<string>();
      for (const item of items) {
        const parts = [...(folders[at] ?? []), item.name];
        const problem = entryProblem(item, { parts, seen });
        yield { ...item, parts, problem };
        if (recursive && item.isDirectory && problem === undefined) folders.push(parts);
      }
    }
  } finally {
    left.abort();
  }
}

/** All that is below the folder. Throws `too_large` beyond 100,000 entries. */
export async function remoteTree(
  context: Pick<ToolContext, "workspace" | "signal">,
  root: string,
): Promise<readonly RemoteEntry[]> {
  const entries: RemoteEntry[] = [];
  for await (const entry of remoteEntries(context, root, { recursive: true, limit: mostEntries })) {
    entries.push(entry);
    if (entries.length > mostEntries) throw tooMany(root);
  }
  return entries;
}
