// Asking again and again until something is as wanted, or the time is over.
import type { Clock } from "../platform/deps.ts";

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
}

export declare function pollUntil<T>(clock: Clock, ask: () => Promise<T>, options: PollOptions<T>): Promise<Waited<T>>;
