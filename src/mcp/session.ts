// What this session opened on the workspace and lets go at its end.
import type { Session } from "../tools/define.ts";

export interface EndingSession extends Session {
  /** Lets everything go, as far as `signal` leaves time. Never throws. */
  end(signal: AbortSignal): Promise<void>;
}

export function createSession(): EndingSession {
  const kept = new Map<string, (signal: AbortSignal) => Promise<void>>();
  return {
    keep: (key, release) => void kept.set(key, release),
    forget: (key) => void kept.delete(key),
    end: async (signal) => {
      const releases = [...kept.values()];
      kept.clear();
      await Promise.allSettled(releases.map((release) => release(signal)));
    },
  };
}
