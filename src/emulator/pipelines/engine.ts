// The updates of one world that go on: begun, stopped, ended. What is remembered of them is in the store.
import type { World } from "../world.ts";
import { ApiFault } from "../http/route.ts";
import {
  hasEnded,
  type PipelineDocument,
  type UpdateDocument,
  type UpdateRequest,
  type UpdateState,
} from "./documents.ts";
import { updateEvents } from "./events.ts";
import { newUuid, openPipelineRecords, type PipelineRecords } from "./records.ts";

interface Active {
  readonly updateId: string;
  readonly controller: AbortController;
  readonly ended: Promise<void>;
}

export interface PipelineEngine {
  readonly records: PipelineRecords;
  /** Begins an update. Throws ApiFault 409 while there is another. */
  start(pipeline: PipelineDocument, request: UpdateRequest): UpdateDocument;
  /** Asks the update that goes on to end; returns before it has. */
  stop(pipelineId: string): void;
  /** Resolves when the update that goes on has ended. */
  ended(pipelineId: string): Promise<void>;
  /** Ends the update that goes on, and waits for it. */
  stopped(pipelineId: string): Promise<void>;
}

const engines = new WeakMap<World, PipelineEngine>();

/** The engine of this world, made at the first call; updates that an earlier emulator left open are ended then. */
export function pipelineEngine(world: World): PipelineEngine {
  const known = engines.get(world);
  if (known !== undefined) return known;
  const made = createEngine(world);
  engines.set(world, made);
  return made;
}

function createEngine(world: World): PipelineEngine {
  const records = openPipelineRecords(world);
  const active = new Map<string, Active>();
  const stop = (pipelineId: string): void => {
    const running = active.get(pipelineId);
    if (running === undefined || running.controller.signal.aborted) return;
    records.patchUpdate(running.updateId, { state: "STOPPING" });
    running.controller.abort(new DOMException("The update was stopped", "AbortError"));
  };
  return {
    records,
    stop,
    start: (pipeline, request) => {
      const { pipelineId, spec } = pipeline;
      const running = active.get(pipelineId);
      if (running !== undefined) {
        const message = `An active update ${running.updateId} already exists for pipeline ${pipelineId}.`;
        throw new ApiFault(409, "RESOURCE_CONFLICT", message);
      }
      const update: UpdateDocument = {
        ...request,
        pipelineId,
        spec,
        updateId: newUuid(world),
        state: "QUEUED",
        createdAt: world.clock.now(),
      };
      records.putUpdate(update);
      const controller = new AbortController();
      const signal = AbortSignal.any([controller.signal, world.signal]);
      const ended = execute(world, { records, pipeline, update, signal }).finally(() => active.delete(pipelineId));
      active.set(pipelineId, { updateId: update.updateId, controller, ended });
      return update;
    },
    ended: async (pipelineId) => active.get(pipelineId)?.ended,
    stopped: async (pipelineId) => {
      stop(pipelineId);
      await active.get(pipelineId)?.ended;
    },
  };
}

interface Execution {
  readonly records: PipelineRecords;
  readonly pipeline: PipelineDocument;
  readonly update: UpdateDocument;
  readonly signal: AbortSignal;
}

/** Never throws. */
async function execute(world: World, { records, pipeline, update, signal }: Execution): Promise<void> {
  const events = updateEvents({ records, pipeline, update, workspaceId: world.workspaceId });
  const { updateId } = update;
  const setState = (state: UpdateState, error?: Error): void => {
    const current = records.update(updateId);
    if (current === undefined || hasEnded(current)) return;
    records.patchUpdate(updateId, { state });
    events.progress(state, error);
  };
  events.created();
  setState("WAITING_FOR_RESOURCES");
  try {
    // Loaded here: a list of pipelines needs neither Python nor SQL.
    const { runUpdate } = await import("./update.ts");
    await runUpdate({ world, records, update, events, signal, setState });
    setState("COMPLETED");
  } catch (thrown) {
    if (signal.aborted) setState("CANCELED");
    else setState("FAILED", thrown instanceof Error ? thrown : new Error(String(thrown)));
  }
}
