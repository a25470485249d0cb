// Stopping a run, wherever it is carried out.
import { MortarError } from "../../../platform/errors.ts";
import type { Runtime } from "./runtime.ts";

/** How often another replica's run is looked at, and how long, in milliseconds: one that is silent for a minute is ended by others. */
const pollMs = 300;
const patienceMs = 100_000;

/** Resolves when it has ended; false where it had ended before. Throws `not_found`, and `timeout` where nobody hears. */
export async function stopRun({ live, parts, deps }: Runtime, runId: string): Promise<boolean> {
  const here = live.get(runId);
  if (here !== undefined) {
    const isLate = here.isFinishing;
    here.stop("cancelled");
    await here.ended;
    return !isLate;
  }
  const { runs } = parts.store;
  const found = await runs.get(runId);
  if (found === undefined) throw new MortarError("not_found", "There is no such run");
  if (found.status !== "running") return false;
  await runs.requestStop(runId);
  for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += pollMs) {
    await deps.clock.sleep(pollMs);
    if ((await runs.get(runId))?.status !== "running") return true;
  }
  throw new MortarError("timeout", "The run has been asked to stop, and has not stopped yet", {
    hint: "The replica that carries it out does not answer. Look again in a minute.",
  });
}
