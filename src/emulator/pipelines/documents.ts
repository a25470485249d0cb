// What is remembered of pipelines: their specifications, updates, events, and how far each stream has been read.
import type { JsonObject } from "../../platform/json.ts";

export interface PipelineDocument {
  readonly pipelineId: string;
  readonly name: string;
  readonly spec: JsonObject;
  readonly creator: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly modifiedAt: number;
}

export type UpdateState =
  | "QUEUED"
  | "CREATED"
  | "WAITING_FOR_RESOURCES"
  | "INITIALIZING"
  | "RESETTING"
  | "SETTING_UP_TABLES"
  | "RUNNING"
  | "STOPPING"
  | "COMPLETED"
  | "FAILED"
  | "CANCELED";

/** What an update was asked to do. */
export interface UpdateRequest {
  readonly fullRefresh: boolean;
  readonly refreshSelection: readonly string[];
  readonly fullRefreshSelection: readonly string[];
  readonly validateOnly: boolean;
  readonly parameters: Readonly<Record<string, string>>;
  readonly cause: string;
}

export interface UpdateDocument extends UpdateRequest {
  readonly updateId: string;
  readonly pipelineId: string;
  readonly state: UpdateState;
  /** The pipeline's specification when the update began. */
  readonly spec: JsonObject;
  readonly createdAt: number;
}

export interface EventDocument {
  readonly id: string;
  readonly sequence: number;
  readonly at: number;
  readonly level: "INFO" | "WARN" | "ERROR" | "METRICS";
  readonly type: string;
  readonly message: string;
  readonly origin: JsonObject;
  readonly error?: JsonObject;
  readonly details?: JsonObject;
}

/** How far a flow has read one of its sources. */
export interface Checkpoint {
  /** The table, which is another one after it was made anew. */
  readonly sourceId?: string;
  readonly version?: number;
  readonly rows?: number;
  readonly files?: readonly string[];
}

/** A table that a pipeline has made. */
export interface OwnedTable {
  readonly fullName: string;
  readonly kind: "materialized" | "streaming";
}

const endStates: readonly UpdateState[] = ["COMPLETED", "FAILED", "CANCELED"];

export function hasEnded({ state }: UpdateDocument): boolean {
  return endStates.includes(state);
}
