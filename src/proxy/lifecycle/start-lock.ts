// Who starts, replaces or stops the proxy does it alone.
import { writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import type { Deps } from "../../platform/deps.ts";
import { readTextIfPresent } from "../../platform/files.ts";
import { withLock } from "../../platform/lock.ts";
import { isAlive } from "../../platform/process.ts";
import { startingFile } from "./places.ts";
import { readRecord } from "./record.ts";

const waitMs = 45_000;

/** Throws `timeout` when another holds it too long, `io`, an abort, and what `work` throws. */
export function proxyLock<T>(
  deps: Pick<Deps, "paths" | "clock">,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  return withLock(deps.paths.run, "proxy", { clock: deps.clock, signal, waitMs }, work);
}

/**
 * Notes the process that was started, and 0 just before: whoever starts it may be gone before it is on record, and its lock
 * with it.
 */
export function noteStart(deps: Pick<Deps, "paths">, pid: number): void {
  try {
    writeFileSync(startingFile(deps), String(pid), { mode: 0o600 });
  } catch {
    // A full disk: the proxy says so itself.
  }
}

export function forgetStart(deps: Pick<Deps, "paths">): Promise<void> {
  return rm(startingFile(deps), { force: true });
}

// A start takes a fraction of a second; one that hangs is not waited for.
const startingMs = 10_000;
// Where nobody had the time to note which process it is, or whether there is one.
const unknownMs = 3_000;
const pollMs = 25;

/** Waits until no proxy is just starting: it is on record then, or has ended. Throws `io` and an abort. */
export async function untilStarted(deps: Pick<Deps, "paths" | "clock">, signal: AbortSignal): Promise<void> {
  for (let waitedMs = 0; waitedMs < startingMs; waitedMs += pollMs) {
    const text = await readTextIfPresent(startingFile(deps));
    if (text === undefined) return;
    const pid = Number(text);
    const record = await readRecord(deps);
    const isUnknown = !(pid > 0);
    if (isUnknown && (waitedMs >= unknownMs || (record !== undefined && isAlive(record.pid)))) break;
    if (!isUnknown && (!isAlive(pid) || record?.pid === pid)) break;
    await deps.clock.sleep(pollMs, signal);
  }
  await forgetStart(deps);
}
