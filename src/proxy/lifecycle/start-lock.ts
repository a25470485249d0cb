// Who starts, replaces or stops the proxy does it alone.
import type { Deps } from "../../platform/deps.ts";
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
