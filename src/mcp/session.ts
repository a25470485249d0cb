// What this session opened on the workspace and lets go at its end.
import type { Session } from "../tools/define.ts";
import type { SealKey } from "./consent/seal.ts";
import { createTaskStore, type TaskStore } from "./tasks/task-store.ts";

/** A session of one caller over MCP. */
export interface ClientSession extends Session {
  /** Seals what he is asked. */
  readonly sealKey: SealKey;
  /** His calls that go on without him. */
  readonly tasks: TaskStore;
}

export interface EndingSession extends ClientSession {
  /** Nothing is kept that its end would let go. */
  isEmpty(): boolean;
  /** Lets everything go, as far as `signal` leaves time. Never throws. */
  end(signal: AbortSignal): Promise<void>;
}

/** How long what was opened after the end may take to be let go. */
const farewellMs = 10_000;

export function createSession(): EndingSession {
  const kept = new Map<string, { release: (signal: AbortSignal) => Promise<void>; about: string | undefined }>();
  // What a call that was under way at the end opens afterwards would stay for ever.
  let isEnded = false;
  return {
    sealKey: { used: new Map() },
    tasks: createTaskStore(),
    keep: (key, release, about) => {
      if (!isEnded) return void kept.set(key, { release, about });
      void release(AbortSignal.timeout(farewellMs)).catch(() => undefined);
    },
    isEmpty: () => kept.size === 0,
    about: (key) => kept.get(key)?.about,
    forget: (key) => void kept.delete(key),
    end: async (signal) => {
      isEnded = true;
      const releases = [...kept.values()];
      kept.clear();
      await Promise.allSettled(releases.map(({ release }) => release(signal)));
    },
  };
}
