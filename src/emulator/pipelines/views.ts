// Pipelines, updates and events as the API shows them.
import type { JsonObject } from "../../platform/json.ts";
import { wireId } from "../http/fields.ts";
import { hasEnded, type EventDocument, type PipelineDocument, type UpdateDocument } from "./documents.ts";

const recentUpdates = 5;

/** A pipeline in a list. `updates` are its own, newest first. */
export function pipelineStatus(pipeline: PipelineDocument, updates: readonly UpdateDocument[]): JsonObject {
  const [latest] = updates;
  return {
    pipeline_id: pipeline.pipelineId,
    name: pipeline.name,
    state: stateOf(latest),
    health: latest?.state === "FAILED" ? "UNHEALTHY" : "HEALTHY",
    creator_user_name: pipeline.creator,
    run_as_user_name: pipeline.creator,
    ...(updates.length === 0
      ? {}
      : {
          latest_updates: updates.slice(0, recentUpdates).map(({ updateId, state, createdAt }) => ({
            update_id: updateId,
            state,
            creation_time: new Date(createdAt).toISOString(),
          })),
        }),
  };
}

export function pipelineView(pipeline: PipelineDocument, updates: readonly UpdateDocument[]): JsonObject {
  return {
    ...pipelineStatus(pipeline, updates),
    spec: { id: pipeline.pipelineId, ...pipeline.spec },
    last_modified: pipeline.modifiedAt,
  };
}

function stateOf(latest: UpdateDocument | undefined): string {
  if (latest === undefined || hasEnded(latest)) return "IDLE";
  if (latest.state === "STOPPING" || latest.state === "RESETTING") return latest.state;
  return latest.state === "RUNNING" || latest.state === "SETTING_UP_TABLES" ? "RUNNING" : "STARTING";
}

export function updateView(update: UpdateDocument): JsonObject {
  const { refreshSelection, fullRefreshSelection } = update;
  return {
    pipeline_id: update.pipelineId,
    update_id: update.updateId,
    config: { id: update.pipelineId, ...update.spec },
    cause: update.cause,
    state: update.state,
    creation_time: update.createdAt,
    full_refresh: update.fullRefresh,
    validate_only: update.validateOnly,
    ...(refreshSelection.length === 0 ? {} : { refresh_selection: [...refreshSelection] }),
    ...(fullRefreshSelection.length === 0 ? {} : { full_refresh_selection: [...fullRefreshSelection] }),
  };
}

/** `org_id` is an int64. */
export function eventView(event: EventDocument): object {
  const { org_id: workspaceId, ...origin } = event.origin;
  return {
    id: event.id,
    sequence: { data_plane_id: { instance: "execution", seq_no: event.sequence } },
    origin: { ...(typeof workspaceId === "string" ? { org_id: wireId(workspaceId) } : {}), ...origin },
    timestamp: new Date(event.at).toISOString(),
    message: event.message,
    level: event.level,
    ...(event.error === undefined ? {} : { error: event.error }),
    ...(event.details === undefined ? {} : { details: event.details }),
    event_type: event.type,
    maturity_level: "STABLE",
  };
}
