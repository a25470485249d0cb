// Events on their way into the database: stored before anybody sees them, those of all runs together, and never more in
// memory than is bounded, however long the database is away.
import type { Clock } from "../../../platform/deps.ts";
import { MortarError, toMortarError } from "../../../platform/errors.ts";
import type { AnyEvent, StoredEvent } from "../../contract/events.ts";
import type { Store } from "../../storage/store.ts";
import { joined, weightOf } from "./joined.ts";

export interface EventPlace {
  readonly conversationId: string;
  readonly runId: string;
}

export interface EventWriter {
  /** Takes an event. What it returns is to be awaited before the run goes on: more may not wait for the database. */
  write(place: EventPlace, event: AnyEvent): Promise<void> | undefined;
  /** Resolves when all that was taken of this run is stored, or given up. */
  flushed(runId: string): Promise<void>;
  /** From now on events of a run that was given up are taken again. */
  resume(runId: string): void;
  /** Stores what is left as far as `signal` leaves time, and takes nothing more. */
  close(signal: AbortSignal): Promise<void>;
}

export interface EventWriterOptions {
  readonly store: Pick<Store, "events" | "check">;
  readonly clock: Clock;
  /** Told of everything that has been stored, in order. */
  readonly stored: (events: readonly StoredEvent[]) => void;
  /** Told when a run's events cannot be stored: they are dropped until `resume`. */
  readonly failed: (runId: string, error: MortarError) => void;
  /** Between two batches, in milliseconds. */
  readonly pauseMs?: number;
  /** How much of one run may wait, in characters. */
  readonly mostWaiting?: number;
  /** After how long the database is given up, in milliseconds. */
  readonly giveUpMs?: number;
}

interface Entry {
  readonly place: EventPlace;
  event: AnyEvent;
  weight: number;
}

interface Waiting {
  weight: number;
  count: number;
  dropping: boolean;
  /** Those who wait until there is room, and until nothing is left. */
  room: (() => void)[];
  empty: (() => void)[];
}

/** As many events go in one transaction. */
const mostBatch = 500;
/** After as many failures it is asked whose fault they are. */
const patientAttempts = 5;
const longestNapMs = 5_000;

export function createEventWriter(options: EventWriterOptions): EventWriter {
  const { clock, pauseMs = 25, mostWaiting = 1_000_000 } = options;
  const runs = new Map<string, Waiting>();
  // The last entry of each conversation that is still in the queue: what comes next may join it.
  const last = new Map<string, Entry>();
  const ending = new AbortController();
  let queue: Entry[] = [];
  let pumping: Promise<void> | undefined;

  const waitingOf = (runId: string): Waiting => {
    const known = runs.get(runId);
    if (known !== undefined) return known;
    const made: Waiting = { weight: 0, count: 0, dropping: false, room: [], empty: [] };
    runs.set(runId, made);
    return made;
  };
  const settle = (entries: readonly Entry[]): void => {
    for (const { place, weight } of entries) {
      const waiting = waitingOf(place.runId);
      waiting.weight -= weight;
      waiting.count -= 1;
      if (waiting.weight < mostWaiting) for (const go of waiting.room.splice(0)) go();
      if (waiting.count > 0) continue;
      for (const go of waiting.empty.splice(0)) go();
      if (!waiting.dropping) runs.delete(place.runId);
    }
  };
  const giveUp = (runId: string, error: MortarError): void => {
    waitingOf(runId).dropping = true;
    const dropped = queue.filter(({ place }) => place.runId === runId);
    queue = queue.filter(({ place }) => place.runId !== runId);
    for (const entry of dropped)
      if (last.get(entry.place.conversationId) === entry) last.delete(entry.place.conversationId);
    settle(dropped);
    options.failed(runId, error);
  };
  const storing: Storing = { options, ending: ending.signal, settle, giveUp };
  const pump = async (): Promise<void> => {
    // What comes in the same turn goes along.
    await Promise.resolve();
    while (queue.length > 0) {
      const batch = queue.slice(0, mostBatch);
      queue = queue.slice(mostBatch);
      for (const entry of batch)
        if (last.get(entry.place.conversationId) === entry) last.delete(entry.place.conversationId);
      await storeBatch(storing, batch);
      await clock.sleep(pauseMs, ending.signal).catch(() => undefined);
    }
    pumping = undefined;
  };
  return {
    write: (place, event) => {
      if (ending.signal.aborted) return undefined;
      const waiting = waitingOf(place.runId);
      if (waiting.dropping) return undefined;
      const before = last.get(place.conversationId);
      const both = before?.place.runId === place.runId ? joined(before.event, event) : undefined;
      if (before !== undefined && both !== undefined) {
        const weight = weightOf(both);
        waiting.weight += weight - before.weight;
        Object.assign(before, { event: both, weight });
      } else {
        const entry: Entry = { place, event, weight: weightOf(event) };
        waiting.weight += entry.weight;
        waiting.count += 1;
        queue.push(entry);
        last.set(place.conversationId, entry);
      }
      pumping ??= pump();
      if (waiting.weight < mostWaiting) return undefined;
      return new Promise((resolve) => waiting.room.push(resolve));
    },
    flushed: (runId) => {
      const waiting = runs.get(runId);
      if (waiting === undefined || waiting.count === 0) return Promise.resolve();
      return new Promise((resolve) => waiting.empty.push(resolve));
    },
    resume: (runId) => {
      runs.delete(runId);
    },
    close: async (signal) => {
      const hurry = (): void => ending.abort();
      if (signal.aborted) hurry();
      signal.addEventListener("abort", hurry, { once: true });
      await pumping;
      signal.removeEventListener("abort", hurry);
      ending.abort();
    },
  };
}

interface Storing {
  readonly options: EventWriterOptions;
  readonly ending: AbortSignal;
  settle(entries: readonly Entry[]): void;
  giveUp(runId: string, error: MortarError): void;
}

/** Returns when each event of the batch is stored or given up. */
async function storeBatch(storing: Storing, batch: readonly Entry[]): Promise<void> {
  const { options, ending } = storing;
  const { clock, giveUpMs = 60_000 } = options;
  const sinceMs = clock.now();
  let left = batch;
  for (let attempt = 1; left.length > 0; attempt++) {
    const failure = await tryStore(storing, left);
    if (failure === undefined) return;
    const isLate = ending.aborted || clock.now() - sinceMs >= giveUpMs;
    if (isLate) return drop(storing, left, failure);
    if (attempt >= patientAttempts) left = await withoutGuilty(storing, left);
    await clock.sleep(Math.min(50 * 2 ** attempt, longestNapMs), ending).catch(() => undefined);
  }
}

async function tryStore({ options, settle }: Storing, entries: readonly Entry[]): Promise<MortarError | undefined> {
  const rows = entries.map(({ place, event }) => ({
    conversation_id: place.conversationId,
    run_id: place.runId,
    event,
  }));
  let events: readonly StoredEvent[];
  try {
    events = await options.store.events.append(rows);
  } catch (thrown) {
    return toMortarError(thrown);
  }
  options.stored(events);
  settle(entries);
  return undefined;
}

/** The database answers and will not have a run's events: the others need not wait for it. What is left, in order. */
async function withoutGuilty(storing: Storing, entries: readonly Entry[]): Promise<readonly Entry[]> {
  const answers = await storing.options.store.check().then(
    () => true,
    () => false,
  );
  if (!answers) return entries;
  const byRun = Map.groupBy(entries, ({ place }) => place.runId);
  for (const own of byRun.values()) {
    const failure = await tryStore(storing, own);
    if (failure !== undefined) drop(storing, own, failure);
  }
  return [];
}

function drop(storing: Storing, entries: readonly Entry[], failure: MortarError): void {
  const error = new MortarError("unavailable", `What the agent said could not be stored: ${failure.message}`, {
    hint: failure.hint ?? "See whether the app's database is there and has room, then send the message again.",
    cause: failure,
  });
  const runIds = new Set(entries.map(({ place }) => place.runId));
  for (const runId of runIds) storing.giveUp(runId, error);
  storing.settle(entries);
}
