// The events of runs as they go over the wire: our stream of a conversation, and the older protocol's of one run.
import type { Run } from "../contract/api.ts";
import type { ResetEvent, StoredEvent } from "../contract/events.ts";
import type { AppParts } from "./parts.ts";
import { eventStream } from "./sse.ts";

type Parts = Pick<AppParts, "deps" | "store" | "runs">;

const keepAliveMs = 15_000;
/** How often it is looked whether the reader may still read. */
const checkMs = 15_000;
const pageSize = 500;

export interface ConversationStream {
  readonly conversationId: string;
  readonly afterSeq: number;
  /** Whether the reader may still read. */
  readonly isAllowed: () => Promise<boolean>;
  readonly signal: AbortSignal;
}

/** All events after `afterSeq`, and then those that come, until the reader goes. `id:` is the seq, which comes back as Last-Event-ID. */
export function conversationStream(parts: Parts, options: ConversationStream): Response {
  const end = endingWith(options.signal);
  return eventStream(conversationTexts(parts, options, end.signal), {
    clock: parts.deps.clock,
    end,
    keepAliveMs,
    // How soon a browser comes back when the connection broke, in milliseconds.
    opening: "retry: 1000\n\n",
    keepAlive: () => ": still here\n\n",
  });
}

async function* conversationTexts(
  { deps, runs, store }: Parts,
  { conversationId, afterSeq: wished, isAllowed }: ConversationStream,
  signal: AbortSignal,
): AsyncGenerator<string, void> {
  const mayRead = checked(deps, isAllowed);
  const lastSeq = await store.events.lastSeq(conversationId);
  const afterSeq = Math.min(wished, lastSeq);
  // A reader from before the database was restored would wait for numbers that he has seen.
  if (wished > lastSeq) yield textOf({ type: "reset", seq: lastSeq });
  for await (const event of runs.watch(conversationId, { afterSeq, signal })) {
    if (!(await mayRead())) return;
    yield textOf(event);
  }
}

/** Asks once in a while, and else says what was said last. */
function checked({ clock }: Parts["deps"], isAllowed: () => Promise<boolean>): () => Promise<boolean> {
  let checkedMs = clock.now();
  return async () => {
    if (clock.now() - checkedMs <= checkMs) return true;
    checkedMs = clock.now();
    return await isAllowed();
  };
}

function textOf(event: StoredEvent | ResetEvent): string {
  return `id: ${event.seq}\ndata: ${JSON.stringify(event)}\n\n`;
}

export interface RunStream {
  readonly run: Run;
  /** The `_cursor` of the last event that the reader has; undefined for one that begins. */
  readonly cursor: number | undefined;
  /** Whether the reader may still read. */
  readonly isAllowed: () => Promise<boolean>;
  readonly signal: AbortSignal;
}

/** One run from its first event to its last, in the older protocol. Source: the older app's own client. */
export function olderStream(parts: Parts, options: RunStream): Response {
  const end = endingWith(options.signal);
  const { clock } = parts.deps;
  let at = options.cursor ?? options.run.before_seq;
  let eventMs = clock.now();
  const mayRead = checked(parts.deps, options.isAllowed);
  async function* texts(): AsyncGenerator<string, void> {
    const data = (event: object): string => `data: ${JSON.stringify({ ...event, _cursor: at })}\n\n`;
    if (options.cursor === undefined) {
      yield data({ type: "conversation.created", conversation_id: options.run.conversation_id });
    }
    for await (const event of eventsOf(parts, { ...options, signal: end.signal })) {
      if (!(await mayRead())) return;
      at = event.seq;
      eventMs = clock.now();
      if (event.type !== "conversation.created") yield data(olderEvent(event));
    }
    yield "data: [DONE]\n\n";
  }
  return eventStream(texts(), {
    clock,
    end,
    keepAliveMs,
    opening: ": run\n\n",
    keepAlive: () => {
      const silent = { type: "keepalive", elapsed_since_last_event: (clock.now() - eventMs) / 1_000, _cursor: at };
      return `data: ${JSON.stringify(silent)}\n\n`;
    },
  });
}

/** The older protocol has the words of an error in `error`. */
function olderEvent(event: StoredEvent): object {
  return event.type === "error" ? { ...event, error: event.message } : event;
}

/** The run's events after the cursor, to its end. */
async function* eventsOf(
  { store, runs }: Parts,
  { run, cursor, signal }: RunStream,
): AsyncGenerator<StoredEvent, void> {
  let afterSeq = Math.max(run.before_seq, cursor ?? 0);
  if (run.status === "running") {
    for await (const event of runs.watch(run.conversation_id, { afterSeq, signal })) {
      if (isReset(event)) break;
      if (event.run_id !== run.id) continue;
      yield event;
      if (event.type === "stream.completed") return;
    }
  }
  // It had ended before, or ended while its first events were being let go.
  for (;;) {
    const page = await store.events.ofRun(run.id, { afterSeq, limit: pageSize });
    for (const event of page) {
      yield event;
      // A title may come after it, and is no part of what the reader waits for.
      if (event.type === "stream.completed") return;
    }
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return;
    afterSeq = last.seq;
  }
}

function isReset(event: StoredEvent | ResetEvent): event is ResetEvent {
  return event.type === "reset";
}

function endingWith(signal: AbortSignal): AbortController {
  const end = new AbortController();
  if (signal.aborted) end.abort();
  signal.addEventListener("abort", () => end.abort(), { once: true });
  return end;
}
