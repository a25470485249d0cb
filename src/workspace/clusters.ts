// All-purpose and job clusters (Clusters API 2.1).
import type { JsonObject } from "../platform/json.ts";
import type { CallOptions } from "./client.ts";
import type { ListOptions, Listing } from "./pages.ts";

export type ClusterState =
  | "PENDING"
  | "RUNNING"
  | "RESTARTING"
  | "RESIZING"
  | "TERMINATING"
  | "TERMINATED"
  | "ERROR"
  | "UNKNOWN"
  | (string & {});

export interface TerminationReason {
  readonly code: string | undefined;
  readonly type: string | undefined;
  readonly parameters: Readonly<Record<string, string>>;
}

export interface Cluster {
  readonly clusterId: string;
  readonly clusterName: string;
  readonly state: ClusterState;
  readonly stateMessage: string | undefined;
  readonly terminationReason: TerminationReason | undefined;
  readonly sparkVersion: string | undefined;
  readonly nodeTypeId: string | undefined;
  readonly driverNodeTypeId: string | undefined;
  /** 0 for a single node; undefined when it scales by itself. */
  readonly numWorkers: number | undefined;
  readonly autoscale: { readonly minWorkers: number; readonly maxWorkers: number } | undefined;
  /** Minutes without work until it ends; 0 means never. */
  readonly autoterminationMinutes: number;
  readonly dataSecurityMode: string | undefined;
  readonly singleUserName: string | undefined;
  readonly policyId: string | undefined;
  /** UI, API, JOB, SQL, MODELS, PIPELINE ... */
  readonly source: string | undefined;
  readonly creator: string | undefined;
  readonly startTimeMs: number | undefined;
  readonly terminatedTimeMs: number | undefined;
  readonly lastRestartedTimeMs: number | undefined;
  readonly customTags: Readonly<Record<string, string>>;
  /** Changes with every start of Spark. */
  readonly sparkContextId: string | undefined;
  /** The fields that `edit` takes, in the wire's own form: change some and give all back. */
  readonly configuration: JsonObject;
}

export interface ListClustersOptions extends ListOptions {
  readonly states?: readonly ClusterState[] | undefined;
  /** `["UI", "API"]` leaves the clusters of jobs and pipelines out. */
  readonly sources?: readonly string[] | undefined;
  readonly policyId?: string | undefined;
  readonly pinned?: boolean | undefined;
}

export interface ClusterEvent {
  readonly timestampMs: number | undefined;
  readonly type: string;
  readonly details: JsonObject;
}

export interface ListEventsOptions extends ListOptions {
  /** Default DESC: newest first. */
  readonly order?: "ASC" | "DESC" | undefined;
  readonly eventTypes?: readonly string[] | undefined;
  readonly startTimeMs?: number | undefined;
  readonly endTimeMs?: number | undefined;
}

export interface NodeType {
  readonly nodeTypeId: string;
  readonly description: string | undefined;
  readonly category: string | undefined;
  readonly memoryMb: number;
  readonly cores: number;
  readonly gpus: number;
  readonly deprecated: boolean;
  readonly hidden: boolean;
  readonly localDisks: number;
  readonly localDiskGb: number;
}

export interface SparkVersion {
  /** `15.4.x-scala2.12`. */
  readonly key: string;
  readonly name: string;
}

export interface ClustersApi {
  list(options?: ListClustersOptions): Promise<Listing<Cluster>>;
  get(clusterId: string, options?: CallOptions): Promise<Cluster>;
  /** `spec` is the wire's own form (snake_case). Returns at once; the cluster starts meanwhile. */
  create(spec: JsonObject, options?: CallOptions): Promise<{ readonly clusterId: string }>;
  /** Replaces the whole configuration; a running cluster restarts. */
  edit(clusterId: string, spec: JsonObject, options?: CallOptions): Promise<void>;
  start(clusterId: string, options?: CallOptions): Promise<void>;
  restart(clusterId: string, options?: CallOptions): Promise<void>;
  /** Stops it; the configuration stays. */
  terminate(clusterId: string, options?: CallOptions): Promise<void>;
  permanentDelete(clusterId: string, options?: CallOptions): Promise<void>;
  events(clusterId: string, options?: ListEventsOptions): Promise<Listing<ClusterEvent>>;
  nodeTypes(options?: CallOptions): Promise<readonly NodeType[]>;
  sparkVersions(options?: CallOptions): Promise<readonly SparkVersion[]>;
}
