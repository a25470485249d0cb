// A conversation's transcript: kept with the project, given to Claude Code to go on from, never lost by a kill.
import { copyFile, link, mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isObject, tryJson } from "../../../platform/json.ts";
import type { Clock } from "../../../platform/deps.ts";
import { countOf, type ClaudeCount } from "./count.ts";

export interface Transcript {
  /** What the program had counted of the session: it goes on counting from there. */
  readonly before: ClaudeCount;
}

/**
 * Reads a transcript that the program can go on from; undefined where it cannot. It takes any by its path, from whatever
 * folder and machine, and appends to that very file; a line that was cut off by a kill does it no harm.
 */
export async function readTranscript(path: string): Promise<Transcript | undefined> {
  const text = await readFile(path, "utf8").catch(() => "");
  const lines = text.split("\n");
  const isUsable = lines.some((line) => {
    const value = line.includes('"sessionId"') ? tryJson(line) : undefined;
    return isObject(value) && (value["type"] === "user" || value["type"] === "assistant");
  });
  if (!isUsable) return undefined;
  const counts = lines.filter((line) => line.startsWith('{"type":"cost-state"'));
  const last = tryJson(counts.at(-1) ?? "");
  return { before: countOf(isObject(last) ? last["totalCostUSD"] : 0, isObject(last) ? last["modelUsage"] : {}) };
}

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
  /** The program's own folder. */
  readonly configFolder: string;
  /** Where the transcript is kept with the project. */
  readonly transcript: string;
  readonly clock: Pick<Clock, "now">;
}

const copyEveryMs = 2_000;

/** For a session that is new, whose file the program makes in its own folder. */
export function createKeeper({ configFolder, transcript, clock }: Kept): Keeper {
  let copiedAt: number | undefined;
  let isLinked = false;
  const keep = async (sessionId: string): Promise<void> => {
    if (isLinked || (copiedAt !== undefined && clock.now() - copiedAt < copyEveryMs)) return;
    const source = await sourceOf(configFolder, sessionId);
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
      const source = await sourceOf(configFolder, sessionId);
      if (source === undefined) return;
      if (await isNewer(source, transcript)) await copyWhole(source, transcript);
      await rm(source, { force: true });
    },
  };
}

async function copyWhole(source: string, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  await copyFile(source, `${target}.new`);
  await rename(`${target}.new`, target);
}

async function sourceOf(configFolder: string, sessionId: string): Promise<string | undefined> {
  // An id is a name of a file here.
  if (!/^[\w-]+$/.test(sessionId)) return undefined;
  const root = join(configFolder, "projects");
  for (const folder of await readdir(root).catch(() => [])) {
    const path = join(root, folder, `${sessionId}.jsonl`);
    const facts = await stat(path).catch(() => undefined);
    if (facts?.isFile() === true) return path;
  }
  return undefined;
}

/** Whether it is another file, and not one that was left behind by a session that has gone on since. */
async function isNewer(source: string, transcript: string): Promise<boolean> {
  const [own, kept] = await Promise.all([stat(source), stat(transcript).catch(() => undefined)]);
  if (kept === undefined) return true;
  return (own.ino !== kept.ino || own.dev !== kept.dev) && own.mtimeMs >= kept.mtimeMs;
}

const ok = (): boolean => true;
const failed = (): boolean => false;
