// All-purpose and job clusters (Clusters API 2.1). What a cluster is stands in cluster.ts.
import type { JsonObject } from "../platform/json.ts";
import type { CallOptions, Client } from "./client.ts";
import { toCluster, type Cluster, type ClusterState } from "./cluster.ts";
import { flag, number, object, objects, requiredId, requiredText, text, timeMs } from "./fields.ts";
import { collect, pageSize, pagesOf, type ListOptions, type Listing } from "./pages.ts";

export type { Cluster, ClusterState } from "./cluster.ts";

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
  /** Of a running cluster: `size` has `num_workers` or `autoscale`. */
  resize(clusterId: string, size: JsonObject, options?: CallOptions): Promise<void>;
  permanentDelete(clusterId: string, options?: CallOptions): Promise<void>;
  events(clusterId: string, options?: ListEventsOptions): Promise<Listing<ClusterEvent>>;
  nodeTypes(options?: CallOptions): Promise<readonly NodeType[]>;
  sparkVersions(options?: CallOptions): Promise<readonly SparkVersion[]>;
}

const base = "/api/2.1/clusters";

export function createClustersApi(client: Client): ClustersApi {
  const act = (action: string, idempotent: boolean): ClustersApi["start"] => {
    return (clusterId, { signal } = {}) =>
      client.run({ method: "POST", path: `${base}/${action}`, body: { cluster_id: clusterId }, idempotent, signal });
  };
  return {
    list: (options = {}) => listClusters(client, options),
    get: async (clusterId, { signal } = {}) =>
      toCluster(await client.json({ method: "GET", path: `${base}/get`, query: { cluster_id: clusterId }, signal })),
    create: async (spec, { signal } = {}) => {
      const answer = await client.json({ method: "POST", path: `${base}/create`, body: spec, signal });
      return { clusterId: requiredId(answer, "cluster_id") };
    },
    edit: (clusterId, spec, { signal } = {}) =>
      client.run({ method: "POST", path: `${base}/edit`, body: { ...spec, cluster_id: clusterId }, signal }),
    // Starting twice is INVALID_STATE the second time, so a lost answer is not simply asked for again.
    start: act("start", false),
    restart: act("restart", false),
    terminate: act("delete", true),
    resize: (clusterId, size, { signal } = {}) =>
      client.run({ method: "POST", path: `${base}/resize`, body: { ...size, cluster_id: clusterId }, signal }),
    permanentDelete: act("permanent-delete", false),
    events: (clusterId, options = {}) => listEvents(client, clusterId, options),
    nodeTypes: async ({ signal } = {}) => {
      const answer = await client.json({ method: "GET", path: `${base}/list-node-types`, signal });
      return objects(answer, "node_types").map(toNodeType);
    },
    sparkVersions: async ({ signal } = {}) => {
      const answer = await client.json({ method: "GET", path: `${base}/spark-versions`, signal });
      return objects(answer, "versions").map((version) => {
        return { key: requiredText(version, "key"), name: text(version, "name") ?? "" };
      });
    },
  };
}

function listClusters(client: Client, options: ListClustersOptions): Promise<Listing<Cluster>> {
  const { states, sources, policyId, pinned, limit, signal } = options;
  const filter = { cluster_states: states, cluster_sources: sources, policy_id: policyId, is_pinned: pinned };
  const pages = pagesOf(client, (token) => {
    const query = { filter_by: filter, page_size: pageSize(limit, 100), page_token: token };
    return { method: "GET", path: `${base}/list`, query, signal };
  });
  return collect(pages, (page) => objects(page, "clusters").map(toCluster), limit);
}

function listEvents(client: Client, clusterId: string, options: ListEventsOptions): Promise<Listing<ClusterEvent>> {
  const { order = "DESC", limit, signal } = options;
  const pages = pagesOf(client, (token) => {
    const body = {
      cluster_id: clusterId,
      order,
      event_types: options.eventTypes,
      start_time: options.startTimeMs,
      end_time: options.endTimeMs,
      page_size: pageSize(limit, 500),
      page_token: token,
    };
    return { method: "POST", path: `${base}/events`, body, idempotent: true, signal };
  });
  return collect(pages, (page) => objects(page, "events").map(toEvent), limit);
}

function toEvent(wire: JsonObject): ClusterEvent {
  return {
    timestampMs: timeMs(wire, "timestamp"),
    type: text(wire, "type") ?? "UNKNOWN",
    details: object(wire, "details") ?? {},
  };
}

function toNodeType(wire: JsonObject): NodeType {
  const instance = object(wire, "node_instance_type") ?? {};
  return {
    nodeTypeId: requiredId(wire, "node_type_id"),
    description: text(wire, "description"),
    category: text(wire, "category"),
    memoryMb: number(wire, "memory_mb") ?? 0,
    cores: number(wire, "num_cores") ?? 0,
    gpus: number(wire, "num_gpus") ?? 0,
    deprecated: flag(wire, "is_deprecated"),
    hidden: flag(wire, "is_hidden"),
    localDisks: number(instance, "local_disks") ?? 0,
    localDiskGb: number(instance, "local_disk_size_gb") ?? 0,
  };
}
