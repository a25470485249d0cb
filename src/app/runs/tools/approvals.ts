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
  /** How often an answer that came by another replica is looked for, in milliseconds. */
  readonly pollMs?: number;
}

/** Who decides what nobody decides any more. */
const nobody = "mortar";

export function createApprovals(parts: ApprovalParts): Approvals {
  const { store, emit } = parts;
  const waiting = new Map<string, (decision: Decision) => void>();
  const decided = (found: Found, decision: Decision, by: string): void => {
    const place = { conversationId: found.conversation_id, runId: found.run_id };
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
        const decision = await Promise.race([answer.promise, lookedFor(parts, approval.id, both), aborted(both)]);
        if (decision !== undefined) return decision;
        // The run ends: whoever answers now is told that it is too late.
        if (await store.approvals.decide(approval.id, "deny", nobody)) decided(found, "deny", nobody);
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
      decided(found, decision, by);
      if (decision !== "allow_conversation") return;
      // The same tool may be waited for more than once: what is allowed from now on is allowed for these, too.
      for (const other of await store.approvals.pending(found.conversation_id)) {
        if (other.tool_name !== found.tool_name || !(await store.approvals.decide(other.id, "allow_once", by)))
          continue;
        decided({ ...other, conversation_id: found.conversation_id, run_id: found.run_id }, "allow_once", by);
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
