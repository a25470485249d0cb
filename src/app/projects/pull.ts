// Brings into a project's folder what the database has newer, and loses nothing that was changed here.
import type { Stats } from "node:fs";
import { hashOf } from "../../skills/package.ts";
import type { StoredFile } from "../storage/store.ts";
import { isGone, isOfThisFile } from "./file-faults.ts";
import { factsAt, moveTo, readWhole, removeWhole, writeWhole } from "./disk.ts";
import { fileLimitBytes } from "./limits.ts";
import { tellOnce, type Keeping, type Live } from "./live.ts";
import { decide, keptName } from "./merge.ts";
import { pathParts, shown } from "./paths.ts";
import { identityOf, isUntouched, knownOf, modeHere, type Common } from "./sync-state.ts";

export interface Pulled {
  /** Something here is newer: it is to be sent. */
  readonly hasNews: boolean;
  readonly isChanged: boolean;
  /** What the database has. */
  readonly remote: ReadonlyMap<string, StoredFile>;
  /** What it has newer and could not be laid here. */
  readonly unsettled: ReadonlySet<string>;
}

/**
 * Compares the database with what both had last, and takes over what differs. Throws what the store throws, `io`. A file that
 * the database does not give whole is left out, and told of.
 */
export async function pull(keeping: Keeping, live: Live, common: Common): Promise<Pulled> {
  const listed = await keeping.store.files.list(live.id);
  const remote = new Map(listed.map((file) => [file.path, file]));
  // A database that has nothing of a project that it had is a new one, or was set back: nothing is deleted for that.
  if (remote.size === 0 && common.size > 0) {
    common.clear();
    return { hasNews: true, isChanged: true, remote, unsettled: new Set() };
  }
  const work = [...new Set([...remote.keys(), ...common.keys()])].filter(
    (path) => identityIn(remote.get(path)) !== common.get(path)?.hash,
  );
  let hasNews = false;
  const unsettled = new Set<string>();
  const bringing = { keeping, live, common, places: placesOf(remote, live), unsettled };
  await inParallel(work, atOnce, async (path) => {
    live.ended.signal.throwIfAborted();
    hasNews = (await bringOne(bringing, path, remote.get(path))) || hasNews;
  });
  return { hasNews, isChanged: work.length > 0, remote, unsettled };
}

const atOnce = 4;

function identityIn(file: StoredFile | undefined): string | undefined {
  return file === undefined ? undefined : identityOf(file.hash, file.mode);
}

interface Bringing {
  readonly keeping: Keeping;
  readonly live: Live;
  readonly common: Common;
  readonly places: ReadonlyMap<string, string>;
  readonly unsettled: Set<string>;
}

/** Returns whether something here is to be sent. A file in whose way something lies is told of, and the others are brought. */
async function bringOne(bringing: Bringing, path: string, remote: StoredFile | undefined): Promise<boolean> {
  const { keeping, live, places, unsettled } = bringing;
  const parts = storedParts(path, live);
  if (parts === undefined || (remote !== undefined && places.get(keyOf(path, live)) !== path)) {
    const what = "cannot lie on this machine under its name, and stays in the database alone";
    tellOnce(keeping.deps, live, `a file ${what}: ${shown(path)}`);
    unsettled.add(path);
    return false;
  }
  const content = remote === undefined ? undefined : await contentOf(bringing, remote);
  if (remote !== undefined && content === undefined) return false;
  const theirs = remote === undefined || content === undefined ? undefined : { file: remote, content };
  try {
    return await live.edit(() =>
      settle(bringing, parts, theirs).catch((thrown: unknown) => {
        // It vanished while it was looked at, by the agent's hand: the second look is at what is there now.
        if (isGone(thrown)) return settle(bringing, parts, theirs);
        throw thrown;
      }),
    );
  } catch (thrown) {
    if (!isOfThisFile(thrown)) throw thrown;
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    tellOnce(keeping.deps, live, `a file cannot be brought from the database now: ${why}`);
    unsettled.add(path);
    return false;
  }
}

interface Theirs {
  readonly file: StoredFile;
  readonly content: Uint8Array<ArrayBuffer>;
}

async function settle(bringing: Bringing, parts: readonly string[], theirs: Theirs | undefined): Promise<boolean> {
  const { keeping, live, common } = bringing;
  const path = parts.join("/");
  const local = await localHash(live, parts, common);
  const decision = decide(common.get(path)?.hash, local.hash, identityIn(theirs?.file));
  if (decision === "send") {
    common.delete(path);
    return true;
  }
  if (decision === "same") {
    if (theirs === undefined || local.facts === undefined) common.delete(path);
    else common.set(path, knownOf(local.hash ?? "", local.facts, keeping.deps.clock.now()));
    return false;
  }
  if (theirs === undefined) {
    await removeWhole(live.root, parts);
    common.delete(path);
    return false;
  }
  const { mode, modifiedMs, hash } = theirs.file;
  if (decision === "both" && local.content !== hash) {
    const growth = local.isOther ? "none" : await growthOf(live, parts, theirs.content);
    if (growth === "ours") {
      // The database's is the beginning of ours, which is sent whole.
      common.set(path, { hash: identityOf(hash, mode), size: -1, mtimeMs: -1, ctimeMs: -1 });
      return true;
    }
    if (growth === "none") await keep(bringing, parts);
  }
  const wanted = { mode: mode & 0o755, forceMode: true, modifiedMs, exact: true };
  const facts = await writeWhole(live.root, parts, theirs.content, wanted);
  common.set(path, knownOf(identityOf(hash, mode), facts, keeping.deps.clock.now()));
  return decision === "both";
}

/** The names below the project's folder; undefined for a path that is none of a project's: a database is not to be trusted more than a request. */
function storedParts(path: string, { root }: Live): readonly string[] | undefined {
  const [kind, ...below] = path.split("/");
  try {
    const parts = pathParts(path, root.os);
    const isProjects = (kind === "files" || kind === "sessions") && below.length > 0;
    return parts.join("/") === path && isProjects ? parts : undefined;
  } catch {
    return undefined;
  }
}

/** Of paths that a disk without upper and lower case takes for one, the first has it. */
function placesOf(remote: ReadonlyMap<string, StoredFile>, live: Live): ReadonlyMap<string, string> {
  const places = new Map<string, string>();
  for (const path of [...remote.keys()].toSorted()) {
    const key = keyOf(path, live);
    if (!places.has(key)) places.set(key, path);
  }
  return places;
}

function keyOf(path: string, { root }: Live): string {
  return root.os === "linux" ? path : path.normalize("NFC").toLowerCase();
}

async function contentOf(bringing: Bringing, file: StoredFile): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const { keeping, live } = bringing;
  const content = await keeping.store.files.content(live.id, file.hash);
  if (content !== undefined && hashOf(content) === file.hash) return content;
  tellOnce(keeping.deps, live, `a file is damaged in the database: ${shown(file.path)}`);
  return undefined;
}

interface Local {
  /** Its identity. */
  readonly hash: string | undefined;
  readonly content: string | undefined;
  readonly facts: Stats | undefined;
  /** Something is there that is no plain file of ours to read: a folder, a link, a file of too many bytes. */
  readonly isOther: boolean;
}

async function localHash(live: Live, parts: readonly string[], common: Common): Promise<Local> {
  const facts = await factsAt(live.root, parts);
  const known = common.get(parts.join("/"));
  if (facts === undefined) return { hash: undefined, content: undefined, facts, isOther: false };
  if (facts.isFile() && known !== undefined && isUntouched(known, facts)) {
    return { hash: known.hash, content: undefined, facts, isOther: false };
  }
  if (!facts.isFile() || facts.size > fileLimitBytes) {
    return { hash: "other", content: undefined, facts, isOther: true };
  }
  const read = await readWhole(live.root, parts, fileLimitBytes);
  const content = hashOf(read.content);
  const hash = identityOf(content, modeHere(read.facts.mode, live.root.os, known));
  return { hash, content, facts: read.facts, isOther: false };
}

/** A transcript only grows: the one that begins with the other is the newer. */
async function growthOf(live: Live, parts: readonly string[], theirs: Uint8Array): Promise<"ours" | "theirs" | "none"> {
  if (parts[0] !== "sessions") return "none";
  const { content } = await readWhole(live.root, parts, fileLimitBytes);
  if (content.length >= theirs.length) return startsWith(content, theirs) ? "ours" : "none";
  return startsWith(theirs, content) ? "theirs" : "none";
}

function startsWith(whole: Uint8Array, beginning: Uint8Array): boolean {
  return Buffer.from(whole.buffer, whole.byteOffset, beginning.length).equals(beginning);
}

/** What was changed here gets a name of its own beside the other. */
async function keep(bringing: Bringing, parts: readonly string[]): Promise<void> {
  const { keeping, live } = bringing;
  const name = parts.at(-1) ?? "";
  for (let attempt = 0; ; attempt++) {
    const kept = [...parts.slice(0, -1), keptName(name, keeping.deps.clock.now(), attempt)];
    if ((await factsAt(live.root, kept)) !== undefined) continue;
    await moveTo(live.root, parts, kept);
    keeping.deps.log.warn(
      `Project ${live.id}: ${parts.join("/")} was changed here and elsewhere; ours is kept as ${kept.at(-1) ?? ""}`,
    );
    return;
  }
}

async function inParallel<T>(items: readonly T[], atMost: number, work: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  const worker = async (): Promise<void> => {
    for (const item of rest) await work(item);
  };
  const all = await Promise.allSettled(Array.from({ length: Math.min(atMost, items.length) }, worker));
  const failed = all.find((one) => one.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}
