// A cluster as the tools show it.
import * as z from "zod";
import type { Cluster } from "../../workspace/clusters.ts";
import { isoTime } from "../fields.ts";

/** The fields that say what a cluster is and how it is. */
export const clusterFields = {
  cluster_id: z.string(),
  cluster_name: z.string(),
  state: z.string(),
  state_message: z.string().optional(),
};

export function clusterHead(cluster: Cluster) {
  return {
    cluster_id: cluster.clusterId,
    cluster_name: cluster.clusterName,
    state: cluster.state,
    state_message: stateMessage(cluster),
  };
}

// What the cloud said may be long: its beginning names the cause.
const detailChars = 500;

/** The state's message with the reason of the termination, where there is one, and what is known of a failure. */
export function stateMessage(cluster: Cluster): string | undefined {
  const reason = cluster.terminationReason;
  const message = cluster.stateMessage === "" ? undefined : cluster.stateMessage;
  if (reason?.code === undefined || cluster.state === "RUNNING" || cluster.state === "PENDING") return message;
  const said = message === undefined ? reason.code : `${reason.code}: ${message}`;
  const details = reason.type === "SUCCESS" ? [] : Object.entries(reason.parameters);
  const more = details.filter(([, value]) => value !== "" && !said.includes(value));
  return more.length === 0
    ? said
    : `${said} (${more
        .map((one) => one.join(": "))
        .join("; ")
        .slice(0, detailChars)})`;
}

/** `2`, `1-8` for one that scales, `0` for a single node. */
export function workersText(cluster: Cluster): string {
  if (cluster.autoscale !== undefined) return `${cluster.autoscale.minWorkers}-${cluster.autoscale.maxWorkers}`;
  return String(cluster.numWorkers ?? 0);
}

export function clusterTimes(cluster: Cluster) {
  return {
    start_time: isoTime(cluster.startTimeMs),
    last_restarted_time: isoTime(cluster.lastRestartedTimeMs),
    terminated_time: cluster.state === "RUNNING" ? undefined : isoTime(cluster.terminatedTimeMs),
  };
}

export function waitingText(cluster: Cluster): string {
  const message = cluster.stateMessage === undefined || cluster.stateMessage === "" ? "" : `: ${cluster.stateMessage}`;
  return `Cluster ${cluster.clusterName} is ${cluster.state}${message}`;
}
