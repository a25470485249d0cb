// Reading the proxy's log: its last lines, and those that come, over the change of files when it is begun anew.
import { open, stat } from "node:fs/promises";
import type { Clock } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import { errnoOf, readTextIfPresent } from "../../platform/files.ts";

/** The last lines, the oldest first; undefined where there is no such file. Throws `io`. */
export async function lastLines(path: string, count: number): Promise<readonly string[] | undefined> {
  const text = await readTextIfPresent(path);
  if (text === undefined) return undefined;
  const lines = (await linesOf(text, path, count)).slice(-count);
  return count === 0 ? [] : lines;
}

/** Where the file has just been begun, the one before has the rest. */
async function linesOf(text: string, path: string, count: number): Promise<string[]> {
  const lines = text.split("\n").slice(0, -1);
  if (lines.length >= count) return lines;
  const before = ((await readTextIfPresent(`${path}.1`)) ?? "").split("\n").slice(0, -1);
  return [...before, ...lines];
}

interface FollowOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onText: (text: string) => void;
}

const pollMs = 200;

/** Gives what is appended from now on, until the signal fires. A file that is not there yet is waited for. */
export async function followLog(path: string, { clock, signal, onText }: FollowOptions): Promise<void> {
  let known = await stateOf(path);
  let at = known?.size ?? 0;
  while (!signal.aborted) {
    const now = await stateOf(path);
    if (now !== undefined && known !== undefined && now.inode !== known.inode) {
      // It has been begun anew. What came last before that is in the one before.
      const before = await stateOf(`${path}.1`);
      if (before?.inode === known.inode && before.size > at) onText(await readFrom(`${path}.1`, at, before.size));
      at = 0;
    }
    known = now ?? known;
    const size = now?.size ?? at;
    if (size < at) at = 0;
    if (size > at) {
      onText(await readFrom(path, at, size));
      at = size;
    }
    await clock.sleep(pollMs, signal).catch(() => undefined);
  }
}

async function stateOf(path: string): Promise<{ readonly inode: number; readonly size: number } | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found === undefined ? undefined : { inode: found.ino, size: found.size };
}

async function readFrom(path: string, start: number, end: number): Promise<string> {
  try {
    const file = await open(path, "r");
    try {
      const buffer = Buffer.alloc(end - start);
      const { bytesRead } = await file.read(buffer, 0, buffer.length, start);
      return buffer.toString("utf8", 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw new MortarError("io", `Cannot read ${path}: ${errnoOf(cause) ?? String(cause)}`, { cause });
  }
}
