// The events of a conversation for one reader: from the database first, then as they come, whichever process they come from.
import type { Clock } from "../../../platform/deps.ts";
import type { ResetEvent, StoredEvent } from "../../contract/events.ts";
import type { Store } from "../../storage/store.ts";
import type { WatchOptions } from "../runs.ts";
import type { Hub, Subscription } from "./hub.ts";

export interface WatchParts {
  readonly store: Pick<Store, "events" | "runs" | "conversations">;
  readonly clock: Clock;
  readonly hub: Hub;
  /** Whether this process runs it: then nothing has to be looked for. */
  readonly isHere: (runId: string) => boolean;
  /** The run of a conversation that is under way here, until its last event is stored: a little longer than the database says. */
  readonly runOf: (conversationId: string) => string | undefined;
  /** How often the database is looked at while a run is under way elsewhere, in milliseconds. */
  readonly pollMs?: number;
  /** How often else. */
  readonly idlePollMs?: number;
}

const pageSize = 500;

/**
 * Every event once and in order, for as long as `signal` lasts or the run that is under way. A database that goes away meanwhile is
 * waited for. Throws what the database throws at the beginning.
 */
export async function* watch(
  parts: WatchParts,
  conversationId: string,
  options: WatchOptions,
): AsyncGenerator<StoredEvent | ResetEvent> {
  const { store, hub } = parts;
  const { signal } = options;
  if (signal.aborted) return;
  const subscription = hub.subscribe(conversationId);
  try {
    const here = parts.runOf(conversationId);
    let activeRun = here ?? (await store.conversations.get(conversationId))?.active_run_id ?? undefined;
    const awaited = options.untilRunEnds === true ? { runId: activeRun } : undefined;
    let cursor = options.afterSeq;
    let isLive = false;
    let hasBegun = false;
    // Whether the run was over before the database was last read to its end.
    let wasOver = awaited !== undefined && activeRun === undefined;
    while (!signal.aborted) {
      const next: Page | undefined = isLive ? handedOver(subscription, cursor) : undefined;
      const page: Page = next ?? (await readOn(parts, conversationId, cursor).catch(hasBegun ? unread : thrown));
      hasBegun = true;
      if (page.reset !== undefined) {
        cursor = page.reset;
        yield { type: "reset", seq: cursor };
        continue;
      }
      for (const event of page.events) {
        if (signal.aborted) return;
        cursor = event.seq;
        activeRun = activeAfter(activeRun, event);
        yield event;
        if (event.type === "stream.completed" && awaited !== undefined && event.run_id === awaited.runId) return;
      }
      isLive = page.isAll;
      if (!isLive || page.events.length > 0) continue;
      if (wasOver) return;
      const isQuiet = await rest(parts, { subscription, signal, isElsewhere: isElsewhere(parts, activeRun) });
      if (!isQuiet) continue;
      // Nobody told anything: another process may have written, or may be gone.
      isLive = false;
      if (awaited?.runId !== undefined) wasOver = await isOver(store, awaited.runId).catch(() => false);
    }
  } finally {
    subscription.close();
  }
}

interface Page {
  readonly events: readonly StoredEvent[];
  /** Nothing was left behind them when they were read. */
  readonly isAll: boolean;
  /** Go on from here: what was asked for is no longer kept. */
  readonly reset?: number;
}

/** Nothing now: it is looked for again after a while, or when something is handed over. */
const unread = (): Page => ({ events: [], isAll: true });

function thrown(failure: unknown): never {
  throw failure;
}

/** What was handed over and follows `cursor`; undefined where the database has to be read. */
function handedOver(subscription: Subscription, cursor: number): Page | undefined {
  const taken = subscription.take();
  if (taken === "behind") return undefined;
  const events = taken.filter(({ seq }) => seq > cursor);
  const isWhole = events.every(({ seq }, at) => seq === cursor + 1 + at);
  return isWhole ? { events, isAll: true } : undefined;
}

async function readOn({ store }: WatchParts, conversationId: string, cursor: number): Promise<Page> {
  const { events, reset } = await store.events.after(conversationId, cursor, pageSize);
  if (!reset) return { events, isAll: events.length < pageSize };
  const active = (await store.conversations.get(conversationId))?.active_run_id ?? undefined;
  const run = active === undefined ? undefined : await store.runs.get(active);
  // Past at least where the reader was: or it would be told the same for ever.
  const seq = run?.before_seq ?? (await store.events.lastSeq(conversationId));
  return { events: [], isAll: false, reset: Math.max(seq, cursor + 1) };
}

function activeAfter(active: string | undefined, event: StoredEvent): string | undefined {
  if (event.type === "run.started") return event.run_id;
  return event.type === "stream.completed" && event.run_id === active ? undefined : active;
}

function isElsewhere({ isHere }: WatchParts, runId: string | undefined): boolean {
  return runId !== undefined && !isHere(runId);
}

interface Resting {
  readonly subscription: Subscription;
  readonly signal: AbortSignal;
  readonly isElsewhere: boolean;
}

/** Waits until something is handed over; true where nothing was for so long that it has to be looked for. */
async function rest(parts: WatchParts, { subscription, signal, isElsewhere }: Resting): Promise<boolean> {
  const { pollMs = 300, idlePollMs = 2_000 } = parts;
  const over = new AbortController();
  const both = AbortSignal.any([signal, over.signal]);
  const nap = parts.clock.sleep(isElsewhere ? pollMs : idlePollMs, both).then(
    () => true,
    () => false,
  );
  const isQuiet = await Promise.race([subscription.wait(both).then(() => false), nap]);
  over.abort();
  return isQuiet;
}

async function isOver(store: WatchParts["store"], runId: string): Promise<boolean> {
  return (await store.runs.get(runId))?.status !== "running";
}
