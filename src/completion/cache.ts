// Values from far away, kept on disk: what is there is shown at once, and renewed behind the person's back.
import { createHash, randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { mkdir, open, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Candidate } from "./table.ts";

export interface CacheOptions {
  /** Made when it is missing, readable by this user alone. */
  readonly folder: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** How long values count as fresh; five minutes unless given. */
  readonly freshMs?: number;
  /** How long one attempt to renew keeps others from trying, also when it fails; thirty seconds unless given. */
  readonly attemptMs?: number;
}

export interface Cached {
  readonly candidates: readonly Candidate[];
  readonly fresh: boolean;
}

export interface CompletionCache {
  /** What is kept under this key. A file that is damaged, strange or another user's counts as none. Never throws. */
  read(key: string): Promise<Cached | undefined>;
  /** Keeps values. Throws what the file system throws. */
  write(key: string, candidates: readonly Candidate[]): Promise<void>;
  /** True for the one who may renew this key now; everyone else has to wait for his attempt to grow old. */
  claim(key: string): Promise<boolean>;
}

const version = 1;
const maximumBytes = 4 * 1024 * 1024;

export function createCache(options: CacheOptions): CompletionCache {
  const { folder, now, freshMs = 300_000, attemptMs = 30_000 } = options;
  const path = (key: string, ending: string): string =>
    join(folder, `${createHash("sha256").update(key).digest("hex").slice(0, 32)}.${ending}`);
  return {
    read: async (key) => {
      const entry = parseEntry(await readOwn(path(key, "json")), key);
      if (entry === undefined) return undefined;
      // A time that lies ahead is no time of ours.
      const ageMs = now() - entry.savedAtMs;
      return { candidates: entry.candidates, fresh: ageMs >= 0 && ageMs < freshMs };
    },
    write: async (key, candidates) => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const temporary = path(key, `${randomUUID()}.tmp`);
      try {
        await writeFile(temporary, JSON.stringify({ version, key, savedAtMs: now(), candidates }), {
          mode: 0o600,
          flag: "wx",
        });
        await rename(temporary, path(key, "json"));
      } finally {
        await rm(temporary, { force: true });
      }
    },
    claim: (key) => claim(folder, path(key, "attempt"), { nowMs: now(), attemptMs }),
  };
}

interface Entry {
  readonly savedAtMs: number;
  readonly candidates: readonly Candidate[];
}

/** The text of a plain file of this user, or undefined. */
async function readOwn(path: string): Promise<string | undefined> {
  try {
    // Without waiting: something else than a file, such as a pipe, must not hold the prompt.
    const file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    try {
      const { size, uid } = await file.stat();
      const own = process.getuid === undefined || uid === process.getuid();
      return own && (await file.stat()).isFile() && size <= maximumBytes ? await file.readFile("utf8") : undefined;
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}

function parseEntry(text: string | undefined, key: string): Entry | undefined {
  if (text === undefined) return undefined;
  try {
    const entry: unknown = JSON.parse(text);
    if (!isRecord(entry) || entry["version"] !== version || entry["key"] !== key) return undefined;
    const { savedAtMs, candidates } = entry;
    if (typeof savedAtMs !== "number" || !Array.isArray(candidates) || !candidates.every(isCandidate)) return undefined;
    return { savedAtMs, candidates };
  } catch {
    return undefined;
  }
}

function isCandidate(value: unknown): value is Candidate {
  if (!isRecord(value) || typeof value["value"] !== "string") return false;
  const { description, partial } = value;
  return (
    (description === undefined || typeof description === "string") &&
    (partial === undefined || typeof partial === "boolean")
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

async function claim(folder: string, path: string, times: { nowMs: number; attemptMs: number }): Promise<boolean> {
  const { nowMs, attemptMs } = times;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = await open(path, "wx", 0o600).catch(() => undefined);
    await file?.close();
    const ageMs = nowMs - (await stat(path)).mtimeMs;
    if (file === undefined && ageMs >= 0 && ageMs < attemptMs) return false;
    await utimes(path, nowMs / 1000, nowMs / 1000);
    return true;
  } catch {
    return false;
  }
}

export interface CachedValuesOptions {
  readonly cache: CompletionCache;
  readonly key: string;
  /** Fetches the values and writes them to the cache, here or in another process. Resolves when they are there. */
  readonly renew: () => Promise<void>;
  /** Resolves when the prompt has waited long enough. */
  readonly deadline: Promise<void>;
}

/**
 * Fresh values as they are; old ones as they are, while they are renewed; else those that are there when the renewal or
 * the deadline comes, or none. Never throws.
 */
export async function cachedValues(options: CachedValuesOptions): Promise<readonly Candidate[]> {
  const { cache, key, renew, deadline } = options;
  const kept = await cache.read(key);
  if (kept?.fresh === true) return kept.candidates;
  const renewing = (await cache.claim(key)) ? renew().catch(() => undefined) : undefined;
  if (kept !== undefined) return kept.candidates;
  await (renewing === undefined ? undefined : Promise.race([renewing, deadline]));
  return (await cache.read(key))?.candidates ?? [];
}
