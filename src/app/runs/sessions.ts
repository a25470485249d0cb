// What a user's tools have open on the workspace in a conversation, such as execution contexts: kept from one run to the next.
import type { Clock } from "../../platform/deps.ts";
import { createSession, type ClientSession, type EndingSession } from "../../mcp/session.ts";

export interface Sessions {
  /** The same one for the same user, conversation and workspace, for as long as it is used. */
  of(place: { readonly user: string; readonly conversationId: string; readonly host: string }): ClientSession;
  /** Lets go of those that were not used for long. */
  clear(isBusy: (conversationId: string) => boolean): void;
  /** Lets go of all, as far as `signal` leaves time. */
  end(signal: AbortSignal): Promise<void>;
}

interface Known {
  readonly conversationId: string;
  readonly session: EndingSession;
  usedMs: number;
}

const idleMs = 1_800_000;
const farewellMs = 10_000;

export function createSessions(clock: Clock): Sessions {
  const known = new Map<string, Known>();
  return {
    of: ({ user, conversationId, host }) => {
      const key = JSON.stringify([user, conversationId, host]);
      const found = known.get(key) ?? { conversationId, session: createSession(), usedMs: 0 };
      found.usedMs = clock.now();
      known.set(key, found);
      return found.session;
    },
    clear: (isBusy) => {
      for (const [key, one] of known) {
        if (isBusy(one.conversationId)) one.usedMs = clock.now();
        if (clock.now() - one.usedMs < idleMs) continue;
        known.delete(key);
        void one.session.end(AbortSignal.timeout(farewellMs));
      }
    },
    end: async (signal) => {
      const all = [...known.values()];
      known.clear();
      await Promise.all(all.map(({ session }) => session.end(signal)));
    },
  };
}
