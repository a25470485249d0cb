// Asking again and again until something is as wanted, or the time is over.
import type { Clock } from "../platform/deps.ts";
import { abortOf } from "./transport.ts";

export interface WaitOptions<T> {
  readonly signal?: AbortSignal | undefined;
  /** How long to wait in all, in milliseconds. 0 asks once. */
  readonly timeoutMs: number;
  /** Called after each question that did not end the wait. */
  readonly onProgress?: ((last: T, progress: WaitProgress) => void | Promise<void>) | undefined;
  /** The wait after the first question, and the step by which each later one grows. Default 1,000 ms. */
  readonly firstDelayMs?: number | undefined;
  /** The longest wait between two questions. Default 10,000 ms. */
  readonly maxDelayMs?: number | undefined;
}

export interface WaitProgress {
  /** How often it was asked, from 1. */
  readonly attempt: number;
  readonly elapsedMs: number;
}

export interface Waited<T> {
  readonly last: T;
  /** True when the time was over first: `last` is then not what was waited for, and the work goes on. */
  readonly timedOut: boolean;
}

export interface PollOptions<T> extends WaitOptions<T> {
  /** Whether this ends the wait. */
  readonly done: (last: T) => boolean;
  /** The least that a question gets at the end of the time, so that the last state is a fresh one. Default 5,000 ms. */
  readonly graceMs?: number | undefined;
}

/** Asks once; the signal fires when the caller aborts or the time is over. */
export type Ask<T> = (signal: AbortSignal | undefined) => Promise<T>;

/**
 * Asks until `done`, with waits that grow by `firstDelayMs` up to `maxDelayMs`. Returns, and does not throw, when the time
 * is over. Throws what `ask` throws, and what the caller's abort means.
 */
export async function pollUntil<T>(clock: Clock, ask: Ask<T>, options: PollOptions<T>): Promise<Waited<T>> {
  const { signal, timeoutMs, firstDelayMs = 1000, maxDelayMs = 10_000, graceMs = 5000 } = options;
  const startedMs = clock.now();
  const leftMs = (): number => timeoutMs - (clock.now() - startedMs);
  let last: T = await ask(signal);
  for (let attempt = 1; ; attempt++) {
    if (options.done(last)) return { last, timedOut: false };
    await options.onProgress?.(last, { attempt, elapsedMs: clock.now() - startedMs });
    if (leftMs() <= 0) return { last, timedOut: true };
    // At least a moment: a delay of 0 would be a busy loop against the workspace.
    const delayMs = Math.max(10, Math.min(attempt * firstDelayMs, maxDelayMs));
    await sleep(clock, Math.min(delayMs, leftMs()), signal);
    const next = await askInTime(ask, Math.max(leftMs(), graceMs), signal);
    if (next === undefined) return { last, timedOut: true };
    last = next.answer;
  }
}

// A timer keeps its delay in 31 bits; a longer one would fire at once.
const longestTimerMs = 2 ** 31 - 1;

/** The answer, or undefined when it did not come in time: a question that hangs or is turned away must not prolong the wait. */
async function askInTime<T>(
  ask: Ask<T>,
  limitMs: number,
  signal: AbortSignal | undefined,
): Promise<{ answer: T } | undefined> {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), Math.min(limitMs, longestTimerMs));
  try {
    return { answer: await ask(signal === undefined ? over.signal : AbortSignal.any([signal, over.signal])) };
  } catch (thrown) {
    if (over.signal.aborted && signal?.aborted !== true) return undefined;
    throw signal?.aborted === true ? abortOf(signal) : thrown;
  } finally {
    clearTimeout(timer);
  }
}

async function sleep(clock: Clock, delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await clock.sleep(delayMs, signal);
  } catch (thrown) {
    throw signal?.aborted === true ? abortOf(signal) : thrown;
  }
}
