// When a proxy that nobody uses ends: time is counted only while the machine is awake.

export interface IdleLook {
  /** Milliseconds since the epoch, by whatever clock. */
  readonly nowMs: number;
  /** A stream runs, or a session has a lease. */
  readonly busy: boolean;
  /** Changes whenever a request has come. */
  readonly mark: number;
}

/**
 * Tells at each look whether nothing has happened for `limitMs`; never when that is 0. A look counts for no more than
 * `longestStepMs`: what is missing beyond that, the machine slept, or somebody set its clock.
 */
export function createIdle(limitMs: number, longestStepMs: number): (look: IdleLook) => boolean {
  let idleMs = 0;
  let last: IdleLook | undefined;
  return (look) => {
    const stepMs = last === undefined ? 0 : look.nowMs - last.nowMs;
    const isActive = look.busy || last === undefined || look.mark !== last.mark;
    last = look;
    if (isActive) idleMs = 0;
    else idleMs += Math.min(Math.max(stepMs, 0), longestStepMs);
    return limitMs > 0 && idleMs >= limitMs;
  };
}
