// A conversation's transcript is kept with the project, whatever folder an agent keeps its own in; a kill loses nothing.
import { copyFile, link, mkdir, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { Clock } from "../../platform/deps.ts";

/** Puts a file that cannot be gone on from out of the way. Whether there was one. */
export async function setAside(path: string): Promise<boolean> {
  return rename(path, `${path}.unreadable`).then(
    () => true,
    () => false,
  );
}

export interface Keeper {
  /** Called when the program has written something: keeps the transcript up to date with what it has of the session. */
  keep(sessionId: string): Promise<void>;
  /** Called at the end: what the program kept of it is kept by us alone. */
  close(sessionId: string): Promise<void>;
}

export interface Kept {
  /** The file in which the agent itself keeps a session; undefined where there is none. */
  readonly sourceOf: (sessionId: string) => Promise<string | undefined>;
  /** Where the transcript is kept with the project. */
  readonly transcript: string;
  /** The agent has a list of its files, and is lost without one that it lists. */
  readonly keepsSource?: boolean;
  readonly clock: Pick<Clock, "now">;
}

const copyEveryMs = 2_000;

/** For a session that is new, whose file the program makes in its own folder. */
export function createKeeper({ sourceOf, transcript, clock, keepsSource = false }: Kept): Keeper {
  let copiedAt: number | undefined;
  let isLinked = false;
  const keep = async (sessionId: string): Promise<void> => {
    if (isLinked || (copiedAt !== undefined && clock.now() - copiedAt < copyEveryMs)) return;
    const source = await sourceOf(sessionId);
    if (source === undefined) return;
    await mkdir(dirname(transcript), { recursive: true, mode: 0o700 });
    // Two names of one file: what the program appends is with the project at once.
    if (copiedAt === undefined) isLinked = await link(source, transcript).then(ok, failed);
    if (isLinked) return;
    await copyFile(source, transcript);
    copiedAt = clock.now();
  };
  return {
    keep: (sessionId) => keep(sessionId).catch(() => undefined),
    close: async (sessionId) => {
      const source = await sourceOf(sessionId);
      if (source === undefined) return;
      if (await isNewer(source, transcript)) await copyWhole(source, transcript);
      if (!keepsSource) await rm(source, { force: true });
    },
  };
}

async function copyWhole(source: string, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  await copyFile(source, `${target}.new`);
  await rename(`${target}.new`, target);
}

/** Whether it is another file, and not one that was left behind by a session that has gone on since. */
async function isNewer(source: string, transcript: string): Promise<boolean> {
  const [own, kept] = await Promise.all([stat(source), stat(transcript).catch(() => undefined)]);
  if (kept === undefined) return true;
  return (own.ino !== kept.ino || own.dev !== kept.dev) && own.mtimeMs >= kept.mtimeMs;
}

const ok = (): boolean => true;
const failed = (): boolean => false;
