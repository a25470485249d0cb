// What this session opened on the workspace and lets go at its end.
import type { Session } from "../tools/define.ts";

export interface EndingSession extends Session {
  /** Nothing is kept that its end would let go. */
  isEmpty(): boolean;
  /** Lets everything go, as far as `signal` leaves time. Never throws. */
  end(signal: AbortSignal): Promise<void>;
}

export function createSession(): EndingSession {
  const kept = new Map<string, { release: (signal: AbortSignal) => Promise<void>; about: string | undefined }>();
  return {
    keep: (key, release, about) => void kept.set(key, { release, about }),
    isEmpty: () => kept.size === 0,
    about: (key) => kept.get(key)?.about,
    forget: (key) => void kept.delete(key),
    end: async (signal) => {
      const releases = [...kept.values()];
      kept.clear();
      await Promise.allSettled(releases.map(({ release }) => release(signal)));
    },
  };
}
