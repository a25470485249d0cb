// What is remembered of a cluster.
import type { JsonObject } from "../../platform/json.ts";

export type ClusterState = "PENDING" | "RUNNING" | "RESTARTING" | "RESIZING" | "TERMINATING" | "TERMINATED" | "ERROR";

export interface TerminationReason {
  readonly code: string;
  readonly type: "SUCCESS" | "CLIENT_ERROR" | "SERVICE_FAULT" | "CLOUD_FAILURE";
  readonly parameters: Readonly<Record<string, string>>;
}

export type ClusterSource = "API" | "UI" | "JOB";

export interface ClusterDocument {
  readonly clusterId: string;
  readonly name: string;
  readonly creator: string;
  readonly source: ClusterSource;
  readonly spec: JsonObject;
  readonly state: ClusterState;
  readonly message: string;
  readonly termination?: TerminationReason;
  readonly createdAt: number;
  readonly restartedAt?: number;
  readonly terminatedAt?: number;
  readonly lastActivityAt?: number;
  readonly pinned: boolean;
  /** New with each start of the driver. */
  readonly sparkContextId?: string;
  /** The run that a job cluster was made for. */
  readonly runName?: string;
}

export interface ClusterEvent {
  readonly cluster_id: string;
  readonly timestamp: number;
  readonly type: string;
  readonly details: JsonObject;
}
