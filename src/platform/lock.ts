// A lock between processes, for what must happen once on a machine: a token refresh, an edit of a shared file.
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { MortarError } from "./errors.ts";
import { errnoOf, makePrivateFolder } from "./files.ts";
import type { Clock } from "./deps.ts";

export interface LockOptions {
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  /** How long to wait for another holder, in milliseconds. */
  readonly waitMs?: number;
}

/**
 * Runs `work` while this process alone holds the lock `name` in `folder`. The system's own file lock is taken, by way of
 * SQLite: it is free in the moment in which its holder dies, and stays held while its holder is stopped or the machine
 * sleeps. A lock that goes by ages of files does neither, and a clock that is set back makes it last.
 * Throws `timeout` when the lock does not come free, `io`, and what `work` throws.
 */
export async function withLock<T>(
  folder: string,
  name: string,
  options: LockOptions,
  work: () => Promise<T>,
): Promise<T> {
  await makePrivateFolder(folder);
  const release = await acquire(join(folder, `${name}.lck`), options);
  try {
    return await work();
  } finally {
    release();
  }
}

async function acquire(path: string, { clock, signal, waitMs = 30_000 }: LockOptions): Promise<() => void> {
  let waitedMs = 0;
  for (let attempt = 0; ; attempt++) {
    signal?.throwIfAborted();
    const release = await tryOnce(path);
    if (release !== undefined) return release;
    if (waitedMs >= waitMs) {
      throw new MortarError("timeout", `Another mortar process holds ${path}`, {
        hint: "Wait for it to finish, or end it, and run the command again.",
      });
    }
    // Counted in naps and not by the clock, which jumps when a laptop wakes up.
    const napMs = Math.min(20 + attempt * 10, 200);
    await clock.sleep(napMs, signal);
    waitedMs += napMs;
  }
}

/** Takes the lock, or gives undefined when another holds it. The file stays empty, and stays. */
async function tryOnce(path: string): Promise<(() => void) | undefined> {
  const { Database } = await import("bun:sqlite");
  try {
    createPrivate(path);
    const database = new Database(path, { readwrite: true });
    try {
      database.run("BEGIN EXCLUSIVE");
    } catch (thrown) {
      database.close();
      throw thrown;
    }
    return () => database.close();
  } catch (cause) {
    if (errnoOf(cause)?.startsWith("SQLITE_BUSY") === true) return undefined;
    throw new MortarError("io", `Cannot take the lock ${path}`, {
      hint: "Mortar's folder must be on a disk that can be written and knows file locks; MORTAR_HOME puts it elsewhere.",
      cause,
    });
  }
}

/** Never opens a file that is there: closing it again would free the lock that another part of this process holds. */
function createPrivate(path: string): void {
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (thrown) {
    if (errnoOf(thrown) !== "EEXIST") throw thrown;
  }
}
