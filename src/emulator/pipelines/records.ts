// Pipelines in the store. Once the world ends nothing more is written: a restart finds what was active and ends it.
import { ApiFault } from "../http/route.ts";
import type { Collection } from "../state/store.ts";
import type { World } from "../world.ts";
import {
  hasEnded,
  type Checkpoint,
  type EventDocument,
  type OwnedTable,
  type PipelineDocument,
  type UpdateDocument,
} from "./documents.ts";

export interface PipelineRecords {
  readonly pipelines: Collection<PipelineDocument>;
  /** Throws ApiFault 404. */
  require(pipelineId: string): PipelineDocument;
  update(updateId: string): UpdateDocument | undefined;
  /** Newest first. */
  updatesOf(pipelineId: string): readonly UpdateDocument[];
  putUpdate(update: UpdateDocument): void;
  patchUpdate(updateId: string, change: Partial<UpdateDocument>): void;
  /** Oldest first. */
  eventsOf(pipelineId: string): readonly EventDocument[];
  addEvent(pipelineId: string, event: Omit<EventDocument, "id" | "sequence" | "at">): void;
  /** By flow and source. */
  checkpointsOf(pipelineId: string): Collection<Checkpoint>;
  /** Sources of streams by the name of the flow that reads them. */
  streamsOf(pipelineId: string): Collection<readonly string[]>;
  /** By key. */
  tablesOf(pipelineId: string): Collection<OwnedTable>;
  /** Forgets a pipeline with all that belongs to it. */
  remove(pipelineId: string): void;
}

/** A UUID as the workspace makes them. */
export function newUuid(world: World): string {
  const hex = world.ids.hex(32);
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20)];
  return parts.join("-");
}

export function openPipelineRecords(world: World): PipelineRecords {
  const pipelines = world.store.collection<PipelineDocument>("pipelines");
  const updates = world.store.collection<UpdateDocument>("pipeline_updates");
  for (const update of updates.all().filter((one) => !hasEnded(one))) {
    updates.put(update.updateId, { ...update, state: "CANCELED" });
  }
  const events = (pipelineId: string) => world.store.collection<EventDocument>(`pipeline_events ${pipelineId}`);
  const checkpointsOf = (pipelineId: string) =>
    world.store.collection<Checkpoint>(`pipeline_checkpoints ${pipelineId}`);
  const tablesOf = (pipelineId: string) => world.store.collection<OwnedTable>(`pipeline_tables ${pipelineId}`);
  const streamsOf = (pipelineId: string) => world.store.collection<readonly string[]>(`pipeline_streams ${pipelineId}`);
  const updatesOf = (pipelineId: string) =>
    updates
      .all()
      .filter((update) => update.pipelineId === pipelineId)
      .toReversed();
  let added = 0;
  const writable = (): boolean => !world.signal.aborted;
  return {
    pipelines,
    updatesOf,
    checkpointsOf,
    tablesOf,
    streamsOf,
    require: (pipelineId) => {
      const found = pipelines.get(pipelineId);
      if (found !== undefined) return found;
      throw new ApiFault(404, "RESOURCE_DOES_NOT_EXIST", `The specified pipeline ${pipelineId} was not found.`);
    },
    update: (updateId) => updates.get(updateId),
    putUpdate: (update) => {
      if (writable()) updates.put(update.updateId, update);
    },
    patchUpdate: (updateId, change) => {
      const update = writable() ? updates.get(updateId) : undefined;
      if (update !== undefined) updates.put(updateId, { ...update, ...change });
    },
    eventsOf: (pipelineId) => events(pipelineId).all(),
    addEvent: (pipelineId, event) => {
      if (!writable()) return;
      const at = world.clock.now();
      const id = newUuid(world);
      added += 1;
      events(pipelineId).put(id, {
        ...event,
        id,
        at,
        sequence: at * 1_000 + (added % 1_000),
      });
    },
    remove: (pipelineId) => {
      for (const { updateId } of updatesOf(pipelineId)) updates.delete(updateId);
      events(pipelineId).clear();
      checkpointsOf(pipelineId).clear();
      tablesOf(pipelineId).clear();
      streamsOf(pipelineId).clear();
      pipelines.delete(pipelineId);
    },
  };
}
