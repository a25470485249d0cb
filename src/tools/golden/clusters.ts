// The toolset clusters as it is listed. Made by the tests of the golden files.
import type { ListedTool } from "../listed-tool.ts";
import createCluster from "./create_cluster.json";
import getClusterStatus from "./get_cluster_status.json";
import listClusterPolicies from "./list_cluster_policies.json";
import listClusters from "./list_clusters.json";
import startCluster from "./start_cluster.json";
import stopCluster from "./stop_cluster.json";

export const clustersGolden: readonly ListedTool[] = [
  listClusters,
  getClusterStatus,
  startCluster,
  stopCluster,
  createCluster,
  listClusterPolicies,
];
