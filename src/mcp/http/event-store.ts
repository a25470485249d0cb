// What a session's streams carried last, so that a client whose connection broke gets what it missed (Last-Event-ID).
import type { EventStore, JSONRPCMessage } from "@modelcontextprotocol/server";

interface KeptEvent {
  readonly id: string;
  readonly stream: string;
  readonly message: JSONRPCMessage;
  readonly chars: number;
}

/** Of one session. */
const mostEvents = 100;
const mostChars = 500_000;

/** A store for one session. What is too old to be kept is not sent again; the rest is, in order. */
export function createEventStore(): EventStore {
  const kept: KeptEvent[] = [];
  let chars = 0;
  let last = 0;
  const streamOf = (id: string): string | undefined => /^(.+)_\d+$/.exec(id)?.[1];
  return {
    storeEvent: async (stream, message) => {
      last += 1;
      const event = { id: `${stream}_${last}`, stream, message, chars: JSON.stringify(message).length };
      kept.push(event);
      chars += event.chars;
      while (kept.length > mostEvents || (chars > mostChars && kept.length > 1)) chars -= kept.shift()?.chars ?? 0;
      return event.id;
    },
    getStreamIdForEventId: async (id) => streamOf(id),
    replayEventsAfter: async (id, { send }) => {
      const stream = streamOf(id) ?? "";
      const after = Number(id.slice(stream.length + 1));
      for (const event of kept.filter((one) => one.stream === stream)) {
        // The first of a stream is empty: it only gives the client an id to come back with.
        if (Number(event.id.slice(stream.length + 1)) > after && Object.keys(event.message).length > 0) {
          await send(event.id, event.message);
        }
      }
      return stream;
    },
  };
}
