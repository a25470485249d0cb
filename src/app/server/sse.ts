// Server-Sent Events from an async iterable: at the reader's pace, with a sign of life while nothing happens.
import type { Clock } from "../../platform/deps.ts";
import { streamHeaders } from "./headers.ts";

export interface EventStreamOptions {
  readonly clock: Clock;
  /** Ends the stream, and with it what is read. */
  readonly end: AbortController;
  /** Written first, so that the headers leave at once. */
  readonly opening: string;
  /** What is written when nothing came for a while. */
  readonly keepAlive: () => string;
  readonly keepAliveMs: number;
}

const encoder = new TextEncoder();

/**
 * The texts of `source`, each written when the reader has room for it. When the reader goes, `end` fires, and `source` is to
 * finish. A failure of `source` breaks the stream off: the reader comes back by itself.
 */
export function eventStream(source: AsyncIterable<string>, options: EventStreamOptions): Response {
  const { clock, end, opening, keepAlive, keepAliveMs } = options;
  const texts = source[Symbol.asyncIterator]();
  let next: Promise<IteratorResult<string>> | undefined;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      controller.enqueue(encoder.encode(opening));
    },
    pull: async (controller) => {
      next ??= texts.next();
      const silence = new AbortController();
      const quiet = clock.sleep(keepAliveMs, silence.signal).then(
        () => "quiet" as const,
        () => "quiet" as const,
      );
      try {
        const first = await Promise.race([next, quiet]);
        if (first === "quiet") return controller.enqueue(encoder.encode(keepAlive()));
        next = undefined;
        if (first.done === true) return controller.close();
        controller.enqueue(encoder.encode(first.value));
      } catch (thrown) {
        end.abort();
        controller.error(thrown);
      } finally {
        silence.abort();
      }
    },
    cancel: async () => {
      end.abort();
      await texts.return?.().catch(() => undefined);
    },
  });
  return new Response(body, { headers: streamHeaders });
}
