// A cluster as the Clusters API shows it.
import { isObject, type JsonObject } from "../../platform/json.ts";
import { wireId } from "../http/fields.ts";
import { nodeKind } from "./catalog.ts";
import type { ClusterDocument } from "./documents.ts";
import { workersOf } from "./spec.ts";

/** ClusterDetails. Fields that do not apply to the state are left out. */
export function clusterView(cluster: ClusterDocument): JsonObject {
  const { spec } = cluster;
  const running = cluster.state === "RUNNING" || cluster.state === "RESIZING";
  const view: Record<string, unknown> = {
    ...spec,
    cluster_id: cluster.clusterId,
    creator_user_name: cluster.creator,
    cluster_name: cluster.name,
    autotermination_minutes: spec["autotermination_minutes"] ?? 0,
    enable_elastic_disk: spec["enable_elastic_disk"] ?? false,
    enable_local_disk_encryption: false,
    disk_spec: {},
    cluster_source: cluster.source,
    instance_source: { node_type_id: spec["node_type_id"] },
    driver_instance_source: { node_type_id: spec["driver_node_type_id"] },
    effective_spark_version: spec["spark_version"],
    state: cluster.state,
    state_message: cluster.message,
    start_time: cluster.createdAt,
    default_tags: defaultTags(cluster),
    init_scripts_safe_mode: false,
    spec: { ...spec, cluster_name: cluster.name },
  };
  if (cluster.restartedAt !== undefined) view["last_restarted_time"] = cluster.restartedAt;
  if (cluster.restartedAt !== undefined) view["last_state_loss_time"] = cluster.restartedAt;
  if (cluster.lastActivityAt !== undefined) view["last_activity_time"] = cluster.lastActivityAt;
  if (cluster.terminatedAt !== undefined) view["terminated_time"] = cluster.terminatedAt;
  if (cluster.termination !== undefined) view["termination_reason"] = { ...cluster.termination };
  if (cluster.sparkContextId !== undefined) view["spark_context_id"] = wireId(cluster.sparkContextId);
  if (running) Object.assign(view, size(cluster));
  return view as JsonObject;
}

function size({ spec, clusterId }: ClusterDocument): object {
  const workers = workersOf(spec);
  const kind = nodeKind(String(spec["node_type_id"]));
  const driver = nodeKind(String(spec["driver_node_type_id"]));
  const address = (host: number): string => `10.0.0.${host}`;
  return {
    jdbc_port: 10000,
    cluster_cores: (driver?.cores ?? 0) + workers * (kind?.cores ?? 0),
    cluster_memory_mb: (driver?.memoryMb ?? 0) + workers * (kind?.memoryMb ?? 0),
    driver: { node_id: `${clusterId}-driver`, private_ip: address(10), host_private_ip: address(10) },
    executors: Array.from({ length: Math.min(workers, 100) }, (_, index) => ({
      node_id: `${clusterId}-worker-${index}`,
      private_ip: address(11 + index),
      host_private_ip: address(11 + index),
    })),
    ...(isObject(spec["autoscale"]) ? { num_workers: workers } : {}),
  };
}

function defaultTags(cluster: ClusterDocument): Record<string, string> {
  return {
    Vendor: "Databricks",
    Creator: cluster.creator,
    ClusterName: cluster.name,
    ClusterId: cluster.clusterId,
    ...(cluster.runName === undefined ? {} : { RunName: cluster.runName }),
  };
}
