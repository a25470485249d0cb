// A lock between processes, for what must happen once on a machine: a token refresh, an edit of a shared file.
import { join } from "node:path";
import lockfile from "proper-lockfile";
import { MortarError } from "./errors.ts";
import { makePrivateFolder } from "./files.ts";
import type { Clock } from "./deps.ts";

export interface LockOptions {
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  /** How long to wait for another holder, in milliseconds. */
  readonly waitMs?: number;
}

const staleMs = 10_000;

/**
 * Runs `work` while this process alone holds the lock `name` in `folder`. A holder that died is passed over after ten
 * seconds. Throws `timeout` when the lock does not come free, and what `work` throws.
 */
export async function withLock<T>(
  folder: string,
  name: string,
  options: LockOptions,
  work: () => Promise<T>,
): Promise<T> {
  await makePrivateFolder(folder);
  const path = join(folder, name);
  const deadline = options.clock.now() + (options.waitMs ?? 30_000);
  const release = await acquire(path, deadline, options);
  try {
    return await work();
  } finally {
    await release().catch(() => undefined);
  }
}

async function acquire(path: string, deadline: number, options: LockOptions): Promise<() => Promise<void>> {
  for (let attempt = 0; ; attempt++) {
    options.signal?.throwIfAborted();
    try {
      // onCompromised: a laptop that slept past the stale time must not crash the process; the work re-reads what it guards.
      return await lockfile.lock(path, { realpath: false, stale: staleMs, onCompromised: () => undefined });
    } catch (cause) {
      const held = cause instanceof Error && "code" in cause && cause.code === "ELOCKED";
      if (!held) throw new MortarError("io", `Cannot take the lock ${path}`, { cause });
      if (options.clock.now() >= deadline) {
        throw new MortarError("timeout", `Another mortar process holds ${path}`, {
          hint: "Wait for it to finish, or end it, and run the command again.",
          cause,
        });
      }
      await options.clock.sleep(Math.min(20 + attempt * 10, 200), options.signal);
    }
  }
}
