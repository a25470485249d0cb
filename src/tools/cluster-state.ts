// The states of a cluster, as the tools go by them.
import type { Cluster } from "../workspace/clusters.ts";

/** Whether code can run on it now. */
export function isUsable(cluster: Cluster): boolean {
  return cluster.state === "RUNNING" || cluster.state === "RESIZING";
}

/** Whether it is on its way to running. */
export function isStarting(cluster: Cluster): boolean {
  return cluster.state === "PENDING" || cluster.state === "RESTARTING";
}
