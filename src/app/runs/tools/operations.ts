// Calls of tools that took too long to wait for: they go on by themselves, are watched, cancelled, and told of in their conversation.
import { randomUUID } from "node:crypto";
import type { Clock } from "../../../platform/deps.ts";
import { MortarError } from "../../../platform/errors.ts";
import type { AnyEvent, Operation, OperationStatus } from "../../contract/events.ts";
import type { Store } from "../../storage/store.ts";
import type { EventPlace } from "../events/event-writer.ts";

export interface OperationOwner extends EventPlace {
  readonly projectId: string;
  readonly user: string;
}

export interface OperationOutcome {
  readonly status: Exclude<OperationStatus, "running" | "lost">;
  /** The result's text, or the error's message. */
  readonly text: string;
  readonly structured?: unknown;
}

export interface LiveOperation {
  readonly id: string;
  tell(progress: string): void;
  settle(outcome: OperationOutcome): Promise<void>;
}

export interface Operations {
  /** @param cancel What ends the call; `settle` is still to come. */
  open(owner: OperationOwner, call: OperationCall, cancel: () => void): Promise<LiveOperation>;
  /** Throws `not_found`; waits at most a few seconds for the call's end. */
  cancel(id: string): Promise<Operation>;
  /** The operation when it has ended, or as it is after `waitMs`. Undefined where there is none. */
  wait(id: string, waitMs: number, signal: AbortSignal): Promise<Operation | undefined>;
  /** The structured half of a result that came here; undefined once it is forgotten. */
  structured(id: string): unknown;
  /** The ids of those that go on here. */
  own(): readonly string[];
  /** Cancels all that go on here and waits for them, as far as `signal` leaves time. */
  close(signal: AbortSignal): Promise<void>;
}

export interface OperationCall {
  readonly tool_name: string;
  /** Known only once the agent has said it. */
  readonly toolUseId: () => string | undefined;
  readonly startedMs: number;
  readonly progress: string | undefined;
}

export interface OperationParts {
  readonly store: Pick<Store, "operations">;
  readonly clock: Clock;
  readonly emit: (place: EventPlace, event: AnyEvent) => void;
  /** How often what another replica wrote is looked for, in milliseconds. */
  readonly pollMs?: number;
}

interface Live {
  readonly owner: OperationOwner;
  readonly cancel: () => void;
  readonly ended: PromiseWithResolvers<void>;
  present: Operation;
  /** Fires once a person or the agent wants its end. */
  isCancelled: boolean;
}

/** Results whose structured half is kept for the agent to ask for. */
const mostKept = 200;
/** One result is at most so long in the database, in characters. */
const mostResult = 200_000;
const cancelWaitMs = 5_000;
/** How often one that goes on is written again: else another replica takes it for lost. */
const beatMs = 15_000;
/** How often progress is written, at most. */
const progressMs = 1_000;

export function createOperations(parts: OperationParts): Operations {
  const { store, clock, pollMs = 1_000 } = parts;
  const live = new Map<string, Live>();
  const kept = new Map<string, unknown>();
  const book: Book = { ...parts, live };
  const read = async (id: string): Promise<Operation | undefined> => {
    const found = await store.operations.get(id);
    return found === undefined ? undefined : plain(found);
  };
  const wait: Operations["wait"] = async (id, waitMs, signal) => {
    const here = live.get(id);
    const untilMs = clock.now() + waitMs;
    if (here !== undefined) await inTime(clock, here.ended.promise, { waitMs, signal });
    for (;;) {
      const present = await read(id);
      const leftMs = untilMs - clock.now();
      if (present?.status !== "running" || leftMs <= 0 || signal.aborted) return present;
      await clock.sleep(Math.min(pollMs, leftMs), signal).catch(() => undefined);
    }
  };
  return {
    open: (owner, call, cancel) => open(book, kept, { owner, call, cancel }),
    wait,
    cancel: async (id) => {
      const present = await read(id);
      if (present === undefined) throw new MortarError("not_found", "There is no such operation");
      if (present.status !== "running") return present;
      const here = live.get(id);
      if (here === undefined) await store.operations.requestCancel(id);
      else {
        here.isCancelled = true;
        here.cancel();
      }
      return (await wait(id, cancelWaitMs, new AbortController().signal)) ?? present;
    },
    structured: (id) => kept.get(id),
    own: () => [...live.keys()],
    close: async (signal) => {
      for (const one of live.values()) {
        one.isCancelled = true;
        one.cancel();
      }
      const ends = [...live.values()].map(({ ended }) => ended.promise);
      await inTime(clock, Promise.all(ends), { waitMs: cancelWaitMs, signal });
    },
  };
}

interface Book extends OperationParts {
  readonly live: Map<string, Live>;
}

async function open(
  book: Book,
  kept: Map<string, unknown>,
  { owner, call, cancel }: { owner: OperationOwner; call: OperationCall; cancel: () => void },
): Promise<LiveOperation> {
  const { clock, live, emit } = book;
  const id = randomUUID();
  const present: Operation = {
    id,
    conversation_id: owner.conversationId,
    run_id: owner.runId,
    ...idOf(call),
    tool_name: call.tool_name,
    status: "running",
    started_at: new Date(call.startedMs).toISOString(),
    ...(call.progress === undefined ? {} : { progress: call.progress }),
  };
  const one: Live = { owner, cancel, ended: Promise.withResolvers(), present, isCancelled: false };
  await put(book, one);
  live.set(id, one);
  emit(owner, { type: "operation", operation: present });
  void attend(book, one);
  let toldMs = clock.now();
  return {
    id,
    tell: (progress) => {
      one.present = { ...one.present, ...idOf(call), progress };
      if (clock.now() - toldMs < progressMs) return;
      toldMs = clock.now();
      emit(owner, { type: "operation", operation: one.present });
    },
    settle: async ({ status, text, structured }) => {
      if (structured !== undefined) keep(kept, id, structured);
      one.present = {
        ...one.present,
        ...idOf(call),
        status: one.isCancelled && status !== "completed" ? "cancelled" : status,
        ended_at: new Date(clock.now()).toISOString(),
        result: text.length <= mostResult ? text : `${text.slice(0, mostResult)}\n… (cut here: it is longer)`,
      };
      await putAtLast(book, one);
      emit(owner, { type: "operation", operation: one.present });
      live.delete(id);
      one.ended.resolve();
    },
  };
}

/** Writes it now and then while it goes on, and sees whether somebody elsewhere wants its end. */
async function attend(book: Book, one: Live): Promise<void> {
  const { store, clock, live, pollMs = 1_000 } = book;
  const over = new AbortController();
  void one.ended.promise.then(() => over.abort());
  const { id } = one.present;
  for (let sinceMs = 0; live.has(id); sinceMs += pollMs) {
    await clock.sleep(pollMs, over.signal).catch(() => undefined);
    if (!live.has(id)) return;
    const wanted = await store.operations.cancelled([id]).catch(() => []);
    if (wanted.length > 0 && !one.isCancelled) {
      one.isCancelled = true;
      one.cancel();
    }
    if (sinceMs < beatMs) continue;
    sinceMs = 0;
    await put(book, one).catch(() => undefined);
  }
}

function put({ store }: Book, { present, owner }: Live): Promise<void> {
  return store.operations.put({ ...present, project_id: owner.projectId, user: owner.user });
}

/** A database that is away is tried again for a while: a result is worth it. */
async function putAtLast(book: Book, one: Live): Promise<void> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    try {
      return await put(book, one);
    } catch {
      await book.clock.sleep(Math.min(100 * 2 ** attempt, 5_000));
    }
  }
}

const attempts = 10;

function idOf({ toolUseId }: OperationCall): { readonly tool_use_id?: string } {
  const id = toolUseId();
  return id === undefined ? {} : { tool_use_id: id };
}

function keep(kept: Map<string, unknown>, id: string, structured: unknown): void {
  kept.set(id, structured);
  for (const oldest of kept.keys()) if (kept.size > mostKept) kept.delete(oldest);
}

/** Without what only the database needs to know of it. */
function plain(
  found: Operation & { readonly project_id?: string; readonly user?: string; readonly cancel_requested?: boolean },
) {
  const { project_id: _project, user: _user, cancel_requested: _requested, ...operation } = found;
  return operation;
}

/** Waits for `work`, at most so long; never throws. */
async function inTime(
  clock: Clock,
  work: Promise<unknown>,
  { waitMs, signal }: { readonly waitMs: number; readonly signal: AbortSignal },
): Promise<void> {
  const over = new AbortController();
  const nap = clock.sleep(waitMs, AbortSignal.any([signal, over.signal]));
  await Promise.race([work, nap]).catch(() => undefined);
  over.abort();
  await nap.catch(() => undefined);
}
