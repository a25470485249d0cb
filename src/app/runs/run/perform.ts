// One run from its first event to its last, in the background. Whatever happens, it ends, and what was said is kept.
import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { MortarError, toMortarError } from "../../../platform/errors.ts";
import { makePrivateFolder } from "../../../platform/files.ts";
import type { Context } from "../../contract/api.ts";
import type { AnyEvent, ErrorShape } from "../../contract/events.ts";
import type { RunTrace, Tracer } from "../../tracing/tracer.ts";
import { storable } from "../tools/secrets-out.ts";
import { agentTurn } from "./agent-turn.ts";
import { atLast } from "./at-last.ts";
import type { BegunRun } from "./begin.ts";
import { closeApprovals, finishRun, foldStored, persistenceOf, placeOf, type RunOutcome } from "./finish.ts";
import { createFold, type FoldedRun, type MessageFold } from "./message-fold.ts";
import type { Ended, LiveRun, Runtime } from "./runtime.ts";

export interface PerformedRun extends BegunRun {
  /** What the request said, for the conversation's next run. */
  readonly remembered: Context;
}

/** How a run tells what happens: stored, folded into its message, traced. */
export interface Emitter {
  /** To be awaited before the run goes on; ends early with the run. */
  emit(event: AnyEvent): Promise<void>;
}

export async function perform(runtime: Runtime, begun: PerformedRun, live: LiveRun): Promise<void> {
  const { deps } = runtime;
  const startedMs = deps.clock.now();
  const fold = createFold();
  const trace = traceOf(runtime, begun);
  const emitter = createEmitter(runtime, begun, { live, fold, trace });
  live.emit = emitter.emit;
  let thrown: MortarError | undefined;
  try {
    await opening(runtime, begun, emitter);
    live.signal.throwIfAborted();
    await inRunFolder(runtime, (runFolder) => agentTurn(runtime, begun, { live, emitter, runFolder }));
  } catch (failure) {
    thrown = toMortarError(failure);
  }
  live.isFinishing = true;
  try {
    const ended = await endOf(runtime, begun, { live, fold, emitter, thrown });
    const outcome: RunOutcome = { ...ended.outcome, durationMs: deps.clock.now() - startedMs };
    await finishRun(runtime, begun.run, { folded: ended.folded, outcome });
    void trace?.end(outcome.status);
  } catch (failure) {
    deps.log.warn(`A run could not be ended: ${toMortarError(failure).message}`);
    void trace?.end("error");
  }
}

/** A trace that fails costs no run. */
function traceOf({ parts, deps }: Runtime, begun: BegunRun): RunTrace | undefined {
  const attempt = <T>(work: () => T): T | undefined => {
    try {
      return work();
    } catch (thrown) {
      deps.log.debug(`A run is not traced: ${toMortarError(thrown).message}`);
      return undefined;
    }
  };
  const trace = attempt(() => beginTrace(parts.tracer, begun));
  if (trace === undefined) return undefined;
  return {
    event: (event) => attempt(() => trace.event(event)),
    end: (status) => Promise.resolve(attempt(() => trace.end(status))).catch(() => undefined),
  };
}

function beginTrace(tracer: Tracer | undefined, { caller, choices, run, message }: BegunRun): RunTrace | undefined {
  return tracer?.begin({
    runId: run.id,
    conversationId: run.conversation_id,
    user: caller.user,
    engine: run.engine,
    model: run.model,
    message: message.content,
    experiment: choices.experiment,
    access: caller.access,
  });
}

interface Telling {
  readonly live: LiveRun;
  readonly fold: MessageFold;
  readonly trace: RunTrace | undefined;
}

function createEmitter({ writer }: Runtime, { run }: BegunRun, { live, fold, trace }: Telling): Emitter {
  const place = placeOf(run);
  return {
    emit: (event) => {
      const safe = storable(event);
      fold.add(safe);
      if (isAgents(safe)) trace?.event(safe);
      const waiting = writer.write(place, safe);
      return waiting === undefined ? done : orStopped(waiting, live.signal);
    },
  };
}

const done = Promise.resolve();

const appEvents: ReadonlySet<string> = new Set([
  "conversation.created",
  "run.started",
  "approval.requested",
  "approval.resolved",
  "operation",
  "conversation.titled",
  "cancelled",
  "stream.completed",
] satisfies AnyEvent["type"][]);

type AgentsEvent = Parameters<RunTrace["event"]>[0];

function isAgents(event: AnyEvent): event is AgentsEvent {
  return !appEvents.has(event.type);
}

/** A run that is stopped waits for no database. */
function orStopped(waiting: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      signal.removeEventListener("abort", go);
      resolve();
    };
    if (signal.aborted) return go();
    signal.addEventListener("abort", go, { once: true });
    void waiting.then(go);
  });
}

async function opening({ parts }: Runtime, begun: PerformedRun, { emit }: Emitter): Promise<void> {
  const { run, message, isNew, remembered, title } = begun;
  if (isNew) await emit({ type: "conversation.created", conversation_id: run.conversation_id });
  await emit({ type: "run.started", message_id: message.id, engine: run.engine });
  if (title !== undefined) await emit({ type: "conversation.titled", title });
  const change = { ...remembered, ...(title === undefined || isNew ? {} : { title }) };
  if (Object.keys(change).length > 0) await parts.store.conversations.update(run.conversation_id, change);
}

/** A private folder for as long as the run lasts. */
async function inRunFolder({ parts, deps }: Runtime, work: (runFolder: string) => Promise<void>): Promise<void> {
  const runFolder = join(parts.dataFolder, "runs", randomUUID());
  await makePrivateFolder(runFolder);
  try {
    await work(runFolder);
  } finally {
    await rm(runFolder, { recursive: true, force: true, maxRetries: 3 }).catch((failure: unknown) =>
      deps.log.warn(`${runFolder} could not be taken away: ${toMortarError(failure).message}`),
    );
  }
}

interface AtEnd {
  readonly live: LiveRun;
  readonly fold: MessageFold;
  readonly emitter: Emitter;
  readonly thrown: MortarError | undefined;
}

/** How it ended, told and stored; what is stored of it. */
async function endOf(
  runtime: Runtime,
  { run }: BegunRun,
  { live, fold, emitter, thrown }: AtEnd,
): Promise<{ readonly folded: FoldedRun; readonly outcome: Omit<RunOutcome, "durationMs"> }> {
  const { writer } = runtime;
  const reason = live.reason();
  const isLost = reason instanceof MortarError;
  const { status, error } = verdict(live, fold.result(), thrown);
  if (isLost) {
    // Its last events never came into the database: what is there is what it said.
    await atLast(persistenceOf(runtime), () => runtime.parts.store.check());
    writer.resume(run.id);
  }
  if (error !== undefined && (isLost || fold.result().error === undefined)) {
    await emitter.emit({ type: "error", ...error });
  }
  await closeApprovals(runtime, run, emitter.emit).catch((failure: unknown) =>
    runtime.deps.log.warn(`Questions of a run could not be closed: ${toMortarError(failure).message}`),
  );
  if (status === "cancelled") await emitter.emit({ type: "cancelled" });
  await writer.flushed(run.id);
  const isPart = isLost || live.isToldElsewhere;
  const folded = isPart ? await atLast(persistenceOf(runtime), () => foldStored(runtime, run.id)) : fold.result();
  return { folded, outcome: { status, error } };
}

function verdict(
  live: LiveRun,
  folded: FoldedRun,
  thrown: MortarError | undefined,
): { readonly status: Ended; readonly error: ErrorShape | undefined } {
  const reason = live.reason();
  if (reason instanceof MortarError) return { status: "error", error: shapeOf(reason) };
  if (reason !== undefined) return { status: reason, error: undefined };
  if (thrown !== undefined) return { status: "error", error: shapeOf(thrown) };
  if (folded.error !== undefined) return { status: "error", error: folded.error };
  if (folded.hasResult) return { status: "completed", error: undefined };
  return { status: "error", error: { code: "bad_response", message: "The agent ended without an answer" } };
}

function shapeOf({ code, message, hint }: MortarError): ErrorShape {
  return { code, message, ...(hint === undefined ? {} : { hint }) };
}
