// The end of a command that was interrupted: its own, as long as that comes soon.
import type { Clock } from "../platform/deps.ts";

/** How long interrupted work may take to end by itself and to clean up behind itself, in milliseconds. */
const patienceMs = 2_000;

/**
 * What `work` gives or throws. Where `signal` fires and the work does not end soon after, throws the signal's reason:
 * some waits cannot be called off, such as that for the other end of a pipe.
 */
export async function untilInterrupted<T>(work: Promise<T>, clock: Clock, signal: AbortSignal): Promise<T> {
  const done = new AbortController();
  const limit = async (): Promise<never> => {
    await fired(signal);
    await clock.sleep(patienceMs, done.signal);
    throw signal.reason;
  };
  try {
    return await Promise.race([work, limit()]);
  } finally {
    done.abort();
    // Whichever comes second has nobody left to tell.
    work.catch(() => undefined);
  }
}

function fired(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  else signal.addEventListener("abort", () => resolve(), { once: true });
  return promise;
}
