// Who starts, replaces or stops the proxy does it alone.
import type { Deps } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import { withLock } from "../../platform/lock.ts";

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
 * Held by the process in the background from its beginning until it is on record. Whoever has started it may be gone by
 * then, and its lock with it.
 */
export function startingLock<T>(
  deps: Pick<Deps, "paths" | "clock">,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  return withLock(deps.paths.run, "proxy-start", { clock: deps.clock, signal, waitMs }, work);
}

// A start takes a fraction of a second; one that hangs is not waited for.
const startingMs = 10_000;

/** Waits until no proxy is just starting. Throws `io` and an abort. */
export async function untilStarted(deps: Pick<Deps, "paths" | "clock">, signal: AbortSignal): Promise<void> {
  const options = { clock: deps.clock, signal, waitMs: startingMs };
  await withLock(deps.paths.run, "proxy-start", options, () => Promise.resolve()).catch((thrown: unknown) => {
    if (!(thrown instanceof MortarError) || thrown.code !== "timeout") throw thrown;
  });
}
