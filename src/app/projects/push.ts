// Sends to the database what was changed in a project's folder: only what differs is read, and only that travels.
import { hashOf } from "../../skills/package.ts";
import type { StoredFile } from "../storage/store.ts";
import { factsAt, readWhole } from "./disk.ts";
import { isLitter, isMadeAnew } from "./excluded.ts";
import { isGone } from "./file-faults.ts";
import { copyLimitBytes, copyLimitFiles, fileLimitBytes } from "./limits.ts";
import { oursOf, tellOnce, type Keeping, type Live } from "./live.ts";
import { identityOf, isUntouched, knownOf, modeHere, type Common, type Known } from "./sync-state.ts";
import { walkTree, type Found } from "./walk.ts";

interface Pushing {
  readonly keeping: Keeping;
  readonly live: Live;
  readonly common: Common;
  readonly remote: ReadonlyMap<string, StoredFile>;
  readonly unsettled: ReadonlySet<string>;
}

type NewFile = StoredFile & { readonly content: () => Promise<Uint8Array<ArrayBuffer>> };

/** What is read and not yet sent. */
interface Batch {
  readonly put: NewFile[];
  readonly known: Map<string, Known>;
  sizeBytes: number;
}

// So much is in memory at once, and one file more.
const batchBytes = 16 * 1024 ** 2;
const batchFiles = 500;

export interface Met {
  readonly common: Common;
  /** What the database had when it was looked at: what it has since is not written over. */
  readonly remote: ReadonlyMap<string, StoredFile>;
  /** Paths at which the database's is newer and could not be laid here: they are left as they are there. */
  readonly unsettled: ReadonlySet<string>;
}

/**
 * Sends what differs from what both had last. Returns whether anything did. Throws what the store throws, which is `conflict`
 * where another replica came between, and `io`.
 */
export async function push(keeping: Keeping, live: Live, met: Met): Promise<boolean> {
  const { common, unsettled } = met;
  const pushing = { keeping, live, ...met };
  const files = await filesHere(pushing);
  let batch: Batch = { put: [], known: new Map(), sizeBytes: 0 };
  let isChanged = false;
  for (const { parts, facts } of files) {
    live.ended.signal.throwIfAborted();
    const path = parts.join("/");
    const known = common.get(path);
    if (unsettled.has(path) || (known !== undefined && isUntouched(known, facts))) continue;
    const isNew = await readInto(pushing, batch, parts);
    isChanged = isChanged || isNew;
    if (batch.sizeBytes < batchBytes && batch.put.length < batchFiles) continue;
    await send(pushing, batch, []);
    batch = { put: [], known: new Map(), sizeBytes: 0 };
  }
  const removed = await goneFrom(pushing, files);
  await send(pushing, batch, removed);
  return isChanged || removed.length > 0;
}

/** Plain files that travel, in the order of their paths, up to the limits. */
async function filesHere(pushing: Pushing): Promise<readonly Found[]> {
  const { keeping, live } = pushing;
  const tell = (what: string): void => tellOnce(keeping.deps, live, what);
  // Skills of ours come with the program, and do not travel.
  const ours = await oursOf(live);
  const { found, isCut, isPartial } = await walkTree(live.root, [], {
    tells: (parts) => {
      const name = parts.at(-1) ?? "";
      if (parts.length === 1) return name === "files" || name === "sessions";
      return !isMadeAnew(name) && !isLitter(name) && !ours.has(parts.join("/"));
    },
    into: () => true,
    limit: copyLimitFiles,
    signal: live.ended.signal,
  });
  if (isCut) tell(`it has more than ${copyLimitFiles} files and folders; the others are not copied to the database`);
  if (isPartial) tell("files whose names or paths cannot lie on another system are not copied to the database");
  let sizeBytes = 0;
  return found.filter(({ parts, facts }) => {
    if (!facts.isFile()) return false;
    if (facts.size > fileLimitBytes) {
      tell(`${parts.join("/")} is larger than ${fileLimitBytes / 1024 ** 2} MB and is not copied to the database`);
      return false;
    }
    sizeBytes += facts.size;
    if (sizeBytes > copyLimitBytes) tell(`it has more than 2 GB; ${parts.join("/")} and what follows is not copied`);
    return sizeBytes <= copyLimitBytes;
  });
}

/** Reads a file into the batch. False where it is as both had it, or has vanished. */
async function readInto({ keeping, live, common }: Pushing, batch: Batch, parts: readonly string[]): Promise<boolean> {
  const path = parts.join("/");
  const read = await readWhole(live.root, parts, fileLimitBytes).catch((thrown: unknown) => {
    // Gone, unreadable, or grown since it was looked at: it comes with a later change, and the others now.
    if (!isGone(thrown)) keeping.deps.log.debug(`Project ${live.id}: ${path} could not be read: ${String(thrown)}`);
    return undefined;
  });
  if (read === undefined) return false;
  const { content, facts } = read;
  const hash = hashOf(content);
  const before = common.get(path);
  const mode = modeHere(facts.mode, live.root.os, before);
  const known = knownOf(identityOf(hash, mode), facts, keeping.deps.clock.now());
  if (before?.hash === known.hash) {
    common.set(path, known);
    return false;
  }
  batch.put.push({
    path,
    hash,
    size: content.length,
    mode,
    modifiedMs: Math.round(facts.mtimeMs),
    content: async () => content,
  });
  batch.known.set(path, known);
  batch.sizeBytes += content.length;
  return true;
}

/** What both had and is here no more; looked at one by one, since a folder that could not be read tells nothing. */
async function goneFrom({ live, common, unsettled }: Pushing, files: readonly Found[]): Promise<readonly string[]> {
  const here = new Set(files.map(({ parts }) => parts.join("/")));
  const gone: string[] = [];
  for (const path of common.keys()) {
    if (here.has(path) || unsettled.has(path)) continue;
    const facts = await factsAt(live.root, path.split("/")).catch(() => "unknown" as const);
    // A folder, or a link, may have its name now.
    if (facts === undefined || (facts !== "unknown" && !facts.isFile())) gone.push(path);
  }
  return gone;
}

async function send(
  { keeping, live, common, remote }: Pushing,
  batch: Batch,
  remove: readonly string[],
): Promise<void> {
  const { put } = batch;
  if (put.length === 0 && remove.length === 0) return;
  live.ended.signal.throwIfAborted();
  const paths = [...put.map(({ path }) => path), ...remove];
  const expects = new Map(paths.map((path) => [path, remote.get(path)?.hash ?? null]));
  await keeping.store.files.apply(live.id, { put, remove, expects });
  for (const [path, known] of batch.known) common.set(path, known);
  for (const path of remove) common.delete(path);
}
