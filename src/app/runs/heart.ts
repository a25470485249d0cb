// What goes on for as long as the process lives: it says that its runs are alive, hears who is to stop, and looks for runs that
// nobody carries on.
import { toMortarError } from "../../platform/errors.ts";
import { endOrphans, loseOperations, silentMs } from "./orphans.ts";
import type { Runtime } from "./run/runtime.ts";
import type { Operations } from "./tools/operations.ts";

export interface HeartOptions {
  readonly runtime: Runtime;
  readonly operations: Operations;
  readonly signal: AbortSignal;
  /** Between two beats, in milliseconds. */
  readonly beatMs?: number;
  /** Between two looks for runs of others, in milliseconds. */
  readonly sweepMs?: number;
}

/** Ends with `signal`. Never throws: a database that is away is asked again. */
export async function beat(options: HeartOptions): Promise<void> {
  const { runtime, signal, beatMs = 1_000, sweepMs = 10_000 } = options;
  const { clock, log } = runtime.deps;
  let beatenMs = clock.now();
  let sweptMs = clock.now();
  while (!signal.aborted) {
    await clock.sleep(beatMs, signal).catch(() => undefined);
    if (signal.aborted) return;
    try {
      const nowMs = clock.now();
      if (runtime.live.size === 0) beatenMs = nowMs;
      else {
        const isLate = nowMs - beatenMs > silentMs / 2;
        await beatOnce(runtime, isLate);
        beatenMs = nowMs;
      }
      if (nowMs - sweptMs < sweepMs) continue;
      sweptMs = nowMs;
      // Ours too: one whose end could not be stored is under way by name alone.
      await endOrphans(runtime, runtime.replica);
      await loseOperations(runtime, silentMs, options.operations.own());
      runtime.sessions.clear((conversationId) => isBusy(runtime, conversationId));
    } catch (thrown) {
      log.debug(`The app's database: ${toMortarError(thrown).message}`);
    }
  }
}

/** @param isLate It was silent for so long that another replica may have ended its runs. */
async function beatOnce({ parts, replica, live }: Runtime, isLate: boolean): Promise<void> {
  const { runs } = parts.store;
  if (isLate) {
    for (const one of live.values()) {
      const present = await runs.get(one.runId);
      if (present?.status !== "running" && !one.isFinishing) one.stop("interrupted");
    }
  }
  for (const id of await runs.beat(replica)) live.get(id)?.stop("cancelled");
}

function isBusy({ live }: Runtime, conversationId: string): boolean {
  return [...live.values()].some((one) => one.conversationId === conversationId);
}
