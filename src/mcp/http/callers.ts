// Who calls over HTTP, and what each has open: a workspace of his own and the contexts of his session.
import { createHash } from "node:crypto";
import type { Clock } from "../../platform/deps.ts";
import type { WorkspaceSource } from "../../tools/open-workspace.ts";
import { createSession, type EndingSession } from "../session.ts";

export interface Caller {
  readonly source: WorkspaceSource;
  readonly session: EndingSession;
}

export interface Callers {
  /** The caller with this proof, the same one while it is used. */
  of(proof: string): Caller;
  /** Lets go of everything that any of them opened, as far as `signal` leaves time. */
  end(signal: AbortSignal): Promise<void>;
}

export interface CallersOptions {
  readonly clock: Clock;
  readonly open: (proof: string) => WorkspaceSource;
  /** How long one that does not call is remembered, in milliseconds. Default one hour. */
  readonly idleMs?: number;
  /** How many are remembered; beyond them one with nothing open goes first, of those the one that has not
   *  called for longest: tokens that somebody made up push out no one who works. Default 1,000. */
  readonly most?: number;
}

/** How long the contexts of a caller who is forgotten may take to close. */
const farewellMs = 10_000;

interface Known extends Caller {
  usedMs: number;
}

export function createCallers({ clock, open, idleMs = 3_600_000, most = 1_000 }: CallersOptions): Callers {
  // In the order of their last call, the oldest first.
  const known = new Map<string, Known>();
  const forget = (key: string, { session }: Known): void => {
    known.delete(key);
    void session.end(AbortSignal.timeout(farewellMs));
  };
  const clear = (nowMs: number): void => {
    for (const [key, one] of known) if (nowMs - one.usedMs > idleMs) forget(key, one);
    for (const [key, one] of known) if (known.size > most && one.session.isEmpty()) forget(key, one);
    for (const [key, one] of known) if (known.size > most) forget(key, one);
  };
  return {
    of: (proof) => {
      const nowMs = clock.now();
      clear(nowMs);
      // The token itself is not kept as a key.
      const key = createHash("sha256").update(proof).digest("base64");
      const found = known.get(key) ?? { source: open(proof), session: createSession(), usedMs: nowMs };
      found.usedMs = nowMs;
      known.delete(key);
      known.set(key, found);
      return found;
    },
    end: async (signal) => {
      const all = [...known.values()];
      known.clear();
      await Promise.allSettled(all.map(({ session }) => session.end(signal)));
    },
  };
}
