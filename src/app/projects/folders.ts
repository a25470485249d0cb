// The folder of a project on this machine: made or restored before it is given out, brought up to the database, copied to it, and
// taken away.
import { randomBytes } from "node:crypto";
import { lstat, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { MortarError } from "../../platform/errors.ts";
import { makePrivateFolder } from "../../platform/files.ts";
import { removeTree, writeWhole } from "./disk.ts";
import { fileFault } from "./file-faults.ts";
import type { Keeping, Live } from "./live.ts";
import { firstNotes } from "./notes.ts";
import { isId, waitingFolder } from "./paths.ts";
import { pull } from "./pull.ts";
import { push } from "./push.ts";
import { readCommon, writeCommon, type Common } from "./sync-state.ts";

/** Lies in a project's folder for as long as something in it is not in the database. */
const unsentMark = "unsent";

/**
 * Makes the folder ready, or restores it, and takes over what the database has newer. Returns whether something in it is to be
 * sent. The caller has the project's turn.
 */
export async function bring(keeping: Keeping, live: Live): Promise<boolean> {
  requireLiving(live);
  if (!(await isFolder(live.root.path))) return makeFolder(keeping, live);
  try {
    return await bringUp(keeping, live);
  } catch (thrown) {
    throw fileFault("open", "the project's folder", thrown);
  }
}

async function bringUp(keeping: Keeping, live: Live): Promise<boolean> {
  const { path } = live.root;
  const isFirst = live.common === undefined;
  if (isFirst) await removeTree(join(path, waitingFolder));
  // Whoever took the files away took them from this machine alone.
  const isWhole = await isFolder(join(path, "files"));
  const common = isWhole ? (live.common ?? (await readCommon(path))) : new Map<string, never>();
  live.common = common;
  await makePrivateFolder(join(path, "files"));
  await makePrivateFolder(join(path, "sessions"));
  const { hasNews, isChanged } = await pull(keeping, live, common);
  if (isChanged || !isWhole) await writeCommon(path, common);
  return hasNews;
}

/** In a folder apart, which gets its name when all is in it: nobody sees half of a project. */
async function makeFolder(keeping: Keeping, live: Live): Promise<boolean> {
  const { path, os } = live.root;
  const apart = `${path}.${randomBytes(6).toString("hex")}.new`;
  const common: Common = new Map();
  const made: Live = { ...live, root: { path: apart, os } };
  try {
    await makePrivateFolder(join(apart, "files"));
    await makePrivateFolder(join(apart, "sessions"));
    const { remote } = await pull(keeping, made, common);
    const isNew = remote.size === 0;
    // Nothing is made of a project that was deleted: this throws `not_found` for it.
    if (isNew) await requireStored(keeping, live);
    if (isNew) await writeWhole(made.root, ["files", "CLAUDE.md"], new TextEncoder().encode(firstNotes));
    await writeCommon(apart, common);
    requireLiving(live);
    await rename(apart, path);
    live.common = common;
    return isNew;
  } catch (thrown) {
    await rm(apart, { recursive: true, force: true }).catch(() => undefined);
    throw fileFault("make", "the project's folder", thrown);
  }
}

/** Brings the database up to the folder, and the folder to it. The caller has the project's turn. Throws what the store throws. */
export async function copy(keeping: Keeping, live: Live): Promise<void> {
  const { path } = live.root;
  if (live.ended.signal.aborted || !(await isFolder(join(path, "files")))) return;
  const common = (live.common ??= await readCommon(path));
  try {
    if (await meet(keeping, live, common)) await writeCommon(path, common);
  } catch (thrown) {
    if (live.ended.signal.aborted) return;
    // What was sent until then need not be sent again.
    await writeCommon(path, common).catch(() => undefined);
    throw thrown;
  }
}

/** Throws `not_found` for a project that the database does not have, and what the store throws. */
export async function requireStored({ store }: Keeping, { id }: Live): Promise<void> {
  await store.files.apply(id, { put: [], remove: [] });
}

// Others may be copying the same project: then what they sent is looked at first.
const mostMeetings = 4;

async function meet(keeping: Keeping, live: Live, common: Common): Promise<boolean> {
  let isOther = false;
  for (let meeting = 1; ; meeting++) {
    const { isChanged, remote, unsettled } = await pull(keeping, live, common);
    isOther = isOther || isChanged;
    try {
      const isSent = await push(keeping, live, { common, remote, unsettled });
      return isOther || isSent;
    } catch (thrown) {
      const isConflict = thrown instanceof MortarError && thrown.code === "conflict";
      if (!isConflict || meeting === mostMeetings) throw thrown;
    }
  }
}

/** Remembers beyond this process that something is to be sent. */
export async function markUnsent({ root, ended }: Live): Promise<void> {
  if (!ended.signal.aborted) await writeFile(join(root.path, unsentMark), "").catch(() => undefined);
}

export async function unmarkUnsent({ root }: Live): Promise<void> {
  await rm(join(root.path, unsentMark), { force: true }).catch(() => undefined);
}

/** Takes the folder away, in one step and for good. The caller has the project's turn. Throws `io`. */
export async function discard({ root }: Live): Promise<void> {
  const apart = `${root.path}.${randomBytes(6).toString("hex")}.gone`;
  try {
    await rename(root.path, apart);
  } catch (thrown) {
    if (await isFolder(root.path)) throw fileFault("delete", "the project's folder", thrown);
    return;
  }
  await removeTree(apart).catch((thrown: unknown) => {
    throw fileFault("delete", "the project's folder", thrown);
  });
}

// A restoring that takes longer is not under way any more.
const leftoverMs = 24 * 3600 * 1000;

/** After a process that ended in the middle: the projects with something unsent; and folders that were half made or half deleted go. */
export async function leftovers(root: string, nowMs: number): Promise<readonly string[]> {
  const names = await readdir(root).catch((): string[] => []);
  const unsent: string[] = [];
  for (const name of names) {
    const path = join(root, name);
    if (isId(name)) {
      const mark = await lstat(join(path, unsentMark)).catch(() => undefined);
      if (mark !== undefined) unsent.push(name);
    } else if (isId(name.slice(0, 36)) && /^\.[0-9a-f]{12}\.(?:new|gone)$/.test(name.slice(36))) {
      const facts = await lstat(path).catch(() => undefined);
      if (facts === undefined || nowMs - facts.mtimeMs < leftoverMs) continue;
      await removeTree(path).catch(() => undefined);
    }
  }
  return unsent;
}

export function requireLiving({ ended }: Live): void {
  if (ended.signal.aborted) throw new MortarError("not_found", "There is no such project", { hint: "It was deleted." });
}

async function isFolder(path: string): Promise<boolean> {
  return lstat(path).then(
    (facts) => facts.isDirectory(),
    () => false,
  );
}
