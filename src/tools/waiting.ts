// How long a call waits, and how it tells meanwhile. A wait ends well before the limits of common clients; the answer
// then carries the handle and says how to go on.
import type { WaitOptions } from "../workspace/poll.ts";
import type { ToolContext } from "./define.ts";

interface WaitInput {
  readonly wait_seconds?: number | undefined;
  /** The older way to say it: it only shortens the wait. */
  readonly timeout_minutes?: number | undefined;
}

/** The longest wait of this call, in milliseconds. */
export function waitMs(input: WaitInput, { limits }: Pick<ToolContext, "limits">): number {
  const asked = input.wait_seconds ?? limits.waitSeconds;
  const older = input.timeout_minutes === undefined ? Number.POSITIVE_INFINITY : input.timeout_minutes * 60;
  return Math.max(0, Math.min(asked, older, limits.maxWaitSeconds)) * 1_000;
}

/** Options for the waits of workspace/waits.ts: they end with the call and report after each question. */
export function waitOptions<T>(
  context: Pick<ToolContext, "signal" | "progress">,
  timeoutMs: number,
  describe: (last: T) => string,
): WaitOptions<T> {
  const total = Math.ceil(timeoutMs / 1_000);
  return {
    signal: context.signal,
    timeoutMs,
    // Half a second first, half a second more each time: short work is seen at once, long work is asked for rarely.
    firstDelayMs: 500,
    onProgress: (last, { elapsedMs }) => {
      context.progress(describe(last), Math.min(Math.round(elapsedMs / 1_000), total), total);
    },
  };
}

/**
 * A signal for cleaning up after the caller has gone: not his, and short.
 * @param ms How long the clean-up may take, in milliseconds.
 */
export function cleanupSignal(ms = 5_000): AbortSignal {
  return AbortSignal.timeout(ms);
}
