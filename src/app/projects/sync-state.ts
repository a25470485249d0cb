// What is known of files of a project, kept beside them: what the folder and the database had in common when they last met
// (`sync.json`), and the skills that this program laid out (`skills.json`).
import type { Stats } from "node:fs";
import { join } from "node:path";
import type { OperatingSystem } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import { readTextIfPresent, writeAtomic } from "../../platform/files.ts";
import { isObject, tryJson } from "../../platform/json.ts";
import { fileFault } from "./file-faults.ts";

export interface Known {
  /** What is compared: of project files by `identityOf`. */
  readonly hash: string;
  readonly size: number;
  /** Of the file here when its hash was taken: with the same, it need not be read again. Negative where it is to be. */
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}

export type StateName = "sync.json" | "skills.json";

/** By path: `files/notes.md`, `sessions/x.jsonl`. */
export type Common = Map<string, Known>;

const runs = "+x";

/** Content and, since a script that cannot be started is another, whether it can be run. */
export function identityOf(hash: string, mode: number): string {
  return (mode & 0o100) === 0 ? hash : hash + runs;
}

/** The mode of a file here. Windows has none: there it is as it was when both last met. */
export function modeHere(mode: number, os: OperatingSystem, known: Known | undefined): number {
  if (os !== "win32") return mode & 0o777;
  return known?.hash.endsWith(runs) === true ? 0o755 : 0o644;
}

/** Empty where there is none, or none that can be read: then everything is compared anew, and nothing counts as deleted. */
export async function readCommon(base: string, name: StateName = "sync.json"): Promise<Common> {
  const parsed = tryJson((await readTextIfPresent(join(base, name))) ?? "");
  const files = isObject(parsed) && parsed["version"] === 1 ? parsed["files"] : undefined;
  const common: Common = new Map();
  if (!isObject(files)) return common;
  for (const [path, row] of Object.entries(files)) {
    if (!Array.isArray(row)) continue;
    const [hash, size, mtimeMs, ctimeMs] = row as unknown[];
    if (typeof hash !== "string" || typeof size !== "number") continue;
    if (typeof mtimeMs !== "number" || typeof ctimeMs !== "number") continue;
    common.set(path, { hash, size, mtimeMs, ctimeMs });
  }
  return common;
}

/** Throws `io`. */
export async function writeCommon(base: string, common: Common, name: StateName = "sync.json"): Promise<void> {
  const files = Object.fromEntries(
    [...common].map(([path, { hash, size, mtimeMs, ctimeMs }]) => [path, [hash, size, mtimeMs, ctimeMs]]),
  );
  try {
    await writeAtomic(join(base, name), JSON.stringify({ version: 1, files }));
  } catch (thrown) {
    // The message of the room below has the server's path in it.
    throw fileFault("write", "the project's folder", thrown instanceof MortarError ? thrown.cause : thrown);
  }
}

// A change within the same tick of the disk's clock leaves the times as they are; FAT's ticks are two seconds long.
const tickMs = 2000;

/** What is known of a file whose content was just read. One that was touched a moment ago is read again the next time. */
export function knownOf(hash: string, facts: Stats, nowMs: number): Known {
  const isFresh = nowMs - Math.max(facts.mtimeMs, facts.ctimeMs) < tickMs;
  return { hash, size: facts.size, mtimeMs: isFresh ? -1 : facts.mtimeMs, ctimeMs: facts.ctimeMs };
}

export function isUntouched(known: Known, facts: Stats): boolean {
  return known.size === facts.size && known.mtimeMs === facts.mtimeMs && known.ctimeMs === facts.ctimeMs;
}
