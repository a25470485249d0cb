// Runs whose process is gone: ended as `interrupted`, with the message of what is stored of them.
import { toMortarError } from "../../platform/errors.ts";
import type { Run } from "../contract/api.ts";
import { atLast } from "./run/at-last.ts";
import { addMessage, closeApprovals, foldStored, persistenceOf, placeOf, runEnd, tellEnd } from "./run/finish.ts";
import type { Runtime } from "./run/runtime.ts";

type Adopting = Pick<Runtime, "deps" | "parts" | "writer" | "ending" | "live" | "beginning">;

/** A process that has not been heard of for so long is gone, in milliseconds. */
export const silentMs = 60_000;

/** Ends those of `replica` and of all that are silent. @param replica Empty for those that are silent alone. */
export async function endOrphans(runtime: Adopting, replica: string): Promise<void> {
  const found = await runtime.parts.store.runs.orphans(replica, silentMs);
  for (const run of found) {
    if (runtime.live.has(run.id) || runtime.beginning.has(run.conversation_id)) continue;
    await endOrphan(runtime, run).catch((thrown: unknown) =>
      runtime.deps.log.warn(`A run of another process could not be ended: ${toMortarError(thrown).message}`),
    );
  }
}

async function endOrphan(runtime: Adopting, run: Run): Promise<void> {
  const { store } = runtime.parts;
  const before = await foldStored(runtime, run.id);
  const lastMs = runtime.deps.clock.now() - Date.parse(run.created_at);
  const outcome = { status: "interrupted", error: undefined, durationMs: Math.max(0, lastMs) } as const;
  // Another replica may have found it, too: one of them ends it.
  if (!(await store.runs.end(run.id, runEnd(before, outcome)))) return;
  const persistence = persistenceOf(runtime);
  await closeApprovals(runtime, run, (event) => runtime.writer.write(placeOf(run), event));
  await runtime.writer.flushed(run.id);
  const folded = await atLast(persistence, () => foldStored(runtime, run.id));
  const messageId = await atLast(persistence, () => addMessage(runtime, run, { folded, outcome }));
  if (folded.sessionId !== undefined) {
    await store.conversations.update(run.conversation_id, { session_id: folded.sessionId });
  }
  runtime.parts.projects.changed(run.project_id);
  await tellEnd(runtime, run, { status: "interrupted", messageId });
}

/** Operations that nobody carries on are lost, and it is told. */
export async function loseOperations(runtime: Adopting, silentForMs: number, own: readonly string[]): Promise<void> {
  const lost = await runtime.parts.store.operations.lose(silentForMs, own);
  for (const operation of lost) {
    const place = placeOf({ id: operation.run_id, conversation_id: operation.conversation_id });
    await runtime.writer.write(place, { type: "operation", operation });
  }
}
