// Stored events on their way to those who watch here: handed over while a reader keeps up, else he is sent to the database.
import type { StoredEvent } from "../../contract/events.ts";
import { weightOf } from "./joined.ts";

export interface Subscription {
  /** What came since the last call, in order; `behind` where it was too much, and the database has to be read. */
  take(): readonly StoredEvent[] | "behind";
  /** Resolves when something has come, or with `signal`. */
  wait(signal: AbortSignal): Promise<void>;
  close(): void;
}

export interface Hub {
  publish(events: readonly StoredEvent[]): void;
  subscribe(conversationId: string): Subscription;
}

/** As many events may wait for one reader, and as much of them, in characters. */
const mostKept = 256;
const mostWeight = 2_000_000;

interface Reader {
  events: StoredEvent[];
  weight: number;
  isBehind: boolean;
  wake: (() => void) | undefined;
}

export function createHub(): Hub {
  const readers = new Map<string, Set<Reader>>();
  return {
    publish: (events) => {
      for (const event of events) {
        const own = readers.get(event.conversation_id);
        if (own === undefined) continue;
        const weight = weightOf(event);
        for (const reader of own) hand(reader, event, weight);
      }
    },
    subscribe: (conversationId) => {
      const reader: Reader = { events: [], weight: 0, isBehind: false, wake: undefined };
      const all = readers.get(conversationId) ?? new Set();
      readers.set(conversationId, all.add(reader));
      return {
        take: () => {
          const { events, isBehind } = reader;
          reader.events = [];
          reader.weight = 0;
          reader.isBehind = false;
          return isBehind ? "behind" : events;
        },
        wait: (signal) => waitFor(reader, signal),
        close: () => {
          all.delete(reader);
          if (all.size === 0 && readers.get(conversationId) === all) readers.delete(conversationId);
        },
      };
    },
  };
}

function hand(reader: Reader, event: StoredEvent, weight: number): void {
  reader.weight += weight;
  if (reader.events.length >= mostKept || (reader.weight > mostWeight && reader.events.length > 0)) {
    reader.events = [];
    reader.isBehind = true;
  }
  if (!reader.isBehind) reader.events.push(event);
  reader.wake?.();
}

function waitFor(reader: Reader, signal: AbortSignal): Promise<void> {
  if (reader.events.length > 0 || reader.isBehind || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      signal.removeEventListener("abort", done);
      reader.wake = undefined;
      resolve();
    };
    reader.wake = done;
    signal.addEventListener("abort", done, { once: true });
  });
}
