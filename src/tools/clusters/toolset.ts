// The clusters toolset, in the catalog's order.
import type { Tool } from "../define.ts";
import { createCluster } from "./create-cluster.ts";
import { getClusterStatus } from "./get-cluster-status.ts";
import { listClusterPolicies } from "./list-cluster-policies.ts";
import { listClusters } from "./list-clusters.ts";
import { startCluster } from "./start-cluster.ts";
import { stopCluster } from "./stop-cluster.ts";

export const clustersToolset: readonly Tool[] = [
  listClusters,
  getClusterStatus,
  startCluster,
  stopCluster,
  createCluster,
  listClusterPolicies,
];
