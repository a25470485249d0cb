// Questions to the person that a run waits for: asked, answered here or from another replica, and closed with the run.
import { randomUUID } from "node:crypto";
import type { Clock } from "../../../platform/deps.ts";
import { MortarError } from "../../../platform/errors.ts";
import type { AnyEvent, Approval, Decision } from "../../contract/events.ts";
import type { Store } from "../../storage/store.ts";
import type { EventPlace } from "../events/event-writer.ts";

export interface Approvals {
  /** Asks and waits, without a limit, until somebody decides or `signal` fires, which is a no. */
  ask(place: EventPlace, question: Omit<Approval, "id">, signal: AbortSignal): Promise<Decision>;
  /** Throws `not_found`, and `conflict` where it was decided before. */
  decide(id: string, decision: Decision, by: string): Promise<void>;
}

export interface ApprovalParts {
  readonly store: Pick<Store, "approvals">;
  readonly clock: Clock;
  readonly emit: (place: EventPlace, event: AnyEvent) => void;
  /** An answer came by another replica, which told it: what is stored of the run is more than what is known here. */
  readonly toldElsewhere: (place: EventPlace) => void;
  /** How often an answer that came by another replica is looked for, in milliseconds. */
  readonly pollMs?: number;
}

/** How long another replica may take to tell a question, in milliseconds. */
const behindMs = 200;

/** What decides where nobody does any more, as the page shows it: "Denied by …". */
export const endOfRun = "the end of the run";

export function createApprovals(parts: ApprovalParts): Approvals {
  const { store, emit } = parts;
  const waiting = new Map<string, (decision: Decision) => void>();
  const decided = async (found: Found, decision: Decision, by: string): Promise<void> => {
    const place = { conversationId: found.conversation_id, runId: found.run_id };
    // The question may be on its way into the database by another replica: the answer comes after it.
    if (!waiting.has(found.id)) await parts.clock.sleep(behindMs);
    emit(place, { type: "approval.resolved", approval_id: found.id, decision, by });
    waiting.get(found.id)?.(decision);
  };
  return {
    ask: async (place, question, signal) => {
      const approval: Approval = { id: randomUUID(), ...question };
      const answer = Promise.withResolvers<Decision>();
      waiting.set(approval.id, answer.resolve);
      const over = new AbortController();
      const both = AbortSignal.any([signal, over.signal]);
      try {
        const found = { ...approval, conversation_id: place.conversationId, run_id: place.runId };
        await store.approvals.add(found);
        emit(place, { type: "approval.requested", approval });
        const elsewhere = lookedFor(parts, approval.id, both).then((decision) => {
          if (decision !== undefined) parts.toldElsewhere(place);
          return decision;
        });
        const decision = await Promise.race([answer.promise, elsewhere, aborted(both)]);
        if (decision !== undefined) return decision;
        // The run ends: whoever answers now is told that it is too late.
        if (await store.approvals.decide(approval.id, "deny", endOfRun)) await decided(found, "deny", endOfRun);
        return "deny";
      } finally {
        over.abort();
        waiting.delete(approval.id);
      }
    },
    decide: async (id, decision, by) => {
      const found = await store.approvals.get(id);
      if (found === undefined) throw new MortarError("not_found", "There is no such question");
      if (!(await store.approvals.decide(id, decision, by))) {
        throw new MortarError("conflict", "This question was answered before, or its run has ended");
      }
      await decided(found, decision, by);
      if (decision !== "allow_conversation") return;
      // The same tool may be waited for more than once: what is allowed from now on is allowed for these, too.
      for (const other of await store.approvals.pending(found.conversation_id)) {
        if (other.tool_name !== found.tool_name || !(await store.approvals.decide(other.id, "allow_once", by)))
          continue;
        await decided({ ...other, conversation_id: found.conversation_id, run_id: found.run_id }, "allow_once", by);
      }
    },
  };
}

type Found = Approval & { readonly conversation_id: string; readonly run_id: string };

async function lookedFor({ store, clock, pollMs = 1_000 }: ApprovalParts, id: string, signal: AbortSignal) {
  for (;;) {
    await clock.sleep(pollMs, signal).catch(() => undefined);
    if (signal.aborted) return undefined;
    // A database that is away for a moment is asked again.
    const found = await store.approvals.get(id).catch(() => undefined);
    if (found !== undefined && found.decision !== null) return found.decision;
  }
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(undefined);
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}
