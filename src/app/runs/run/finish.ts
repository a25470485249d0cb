// The end of a run: its message, its place in the conversation, and the event that says so, in this order.
import { toMortarError } from "../../../platform/errors.ts";
import type { Run } from "../../contract/api.ts";
import type { AnyEvent, ErrorShape } from "../../contract/events.ts";
import type { NewMessage } from "../../storage/store.ts";
import type { EventPlace } from "../events/event-writer.ts";
import { endOfRun } from "../tools/approvals.ts";
import { atLast, type Persistence } from "./at-last.ts";
import { foldOf, type FoldedRun } from "./message-fold.ts";
import type { Ended, Runtime } from "./runtime.ts";

export interface RunOutcome {
  readonly status: Ended;
  readonly error: ErrorShape | undefined;
  readonly durationMs: number;
}

type Ending = Pick<Runtime, "deps" | "parts" | "writer" | "ending">;

/** Questions that nobody will answer any more are closed, and it is told. */
export async function closeApprovals(
  { parts }: Pick<Runtime, "parts">,
  run: Run,
  tell: (event: AnyEvent) => Promise<void> | undefined,
): Promise<void> {
  const { approvals } = parts.store;
  // There is one run at a time in a conversation: all that wait are of this one.
  for (const { id } of await approvals.pending(run.conversation_id)) {
    if (!(await approvals.decide(id, "deny", endOfRun))) continue;
    await tell({ type: "approval.resolved", approval_id: id, decision: "deny", by: endOfRun });
  }
  await approvals.closeRun(run.id);
}

export function placeOf(run: Pick<Run, "id" | "conversation_id">): EventPlace {
  return { conversationId: run.conversation_id, runId: run.id };
}

/** The message of what is stored of a run. */
export async function foldStored({ parts }: Pick<Runtime, "parts">, runId: string): Promise<FoldedRun> {
  const events: AnyEvent[] = [];
  for (let afterSeq = 0; ;) {
    const page = await parts.store.events.ofRun(runId, { afterSeq, limit: pageSize });
    events.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return foldOf(events);
    afterSeq = last.seq;
  }
}

const pageSize = 1_000;

/** Stores what came of a run whose events are all stored. Never throws: what cannot be stored is logged. */
export async function finishRun(
  ending: Ending,
  run: Run,
  about: { folded: FoldedRun; outcome: RunOutcome },
): Promise<void> {
  const { deps, parts, writer } = ending;
  const persistence = persistenceOf(ending);
  const { folded, outcome } = about;
  try {
    const messageId = await atLast(persistence, () => addMessage(ending, run, about));
    if (folded.sessionId !== undefined) {
      const session = { session_id: folded.sessionId };
      await atLast(persistence, () => parts.store.conversations.update(run.conversation_id, session));
    }
    const isOurs = await atLast(persistence, () => parts.store.runs.end(run.id, runEnd(folded, outcome)));
    parts.projects.changed(run.project_id);
    // Another replica took it for dead, ended it and told so.
    if (isOurs) await tellEnd({ writer }, run, { status: outcome.status, messageId });
  } catch (thrown) {
    deps.log.warn(`The end of a run could not be stored: ${toMortarError(thrown).message}`);
  }
}

export function persistenceOf({ deps, parts, ending }: Ending): Persistence {
  return { store: parts.store, clock: deps.clock, signal: ending };
}

export function runEnd(folded: FoldedRun, { status, error, durationMs }: RunOutcome) {
  return {
    status,
    duration_ms: folded.durationMs ?? durationMs,
    ...(error === undefined ? {} : { error }),
    ...(folded.costUsd === undefined ? {} : { total_cost_usd: folded.costUsd }),
    ...(folded.usage === undefined ? {} : { usage: folded.usage }),
    ...(folded.model === undefined ? {} : { model: folded.model }),
  };
}

/** The id of the assistant's message; undefined where the run said nothing. A second call adds none. */
export async function addMessage(
  { parts }: Pick<Runtime, "parts">,
  run: Run,
  { folded, outcome }: { readonly folded: FoldedRun; readonly outcome: RunOutcome },
): Promise<string | undefined> {
  const { messages } = parts.store;
  const latest = await messages.page(run.conversation_id, { limit: 5 });
  const present = latest.messages.find(({ run_id, role }) => run_id === run.id && role === "assistant");
  if (present !== undefined) return present.id;
  if (folded.blocks.length === 0) return undefined;
  const { status, error, durationMs } = outcome;
  const model = folded.model ?? run.model;
  const message: NewMessage = {
    role: "assistant",
    content: folded.content,
    blocks: folded.blocks,
    is_error: error !== undefined,
    run_id: run.id,
    status,
    duration_ms: folded.durationMs ?? durationMs,
    ...(folded.costUsd === undefined ? {} : { total_cost_usd: folded.costUsd }),
    ...(folded.usage === undefined ? {} : { usage: folded.usage }),
    ...(model === null ? {} : { model }),
  };
  return (await messages.add(run.conversation_id, message)).id;
}

/** The last event of every run. */
export async function tellEnd(
  { writer }: Pick<Runtime, "writer">,
  run: Run,
  { status, messageId }: { readonly status: Ended; readonly messageId: string | undefined },
): Promise<void> {
  await writer.write(placeOf(run), {
    type: "stream.completed",
    status,
    is_error: status === "error",
    is_cancelled: status === "cancelled",
    ...(messageId === undefined ? {} : { message_id: messageId }),
  });
  await writer.flushed(run.id);
}
