// get_cluster_status: one cluster in detail.
import * as z from "zod";
import type { Cluster } from "../../workspace/clusters.ts";
import { isStarting, isUsable } from "../cluster-state.ts";
import { defineTool } from "../define.ts";
import { clusterIdInput } from "../fields.ts";
import { fieldLines, fieldText } from "../text.ts";
import { clusterFields, clusterHead, clusterTimes, workersText } from "./summary.ts";

export const getClusterStatus = defineTool({
  name: "get_cluster_status",
  toolset: "clusters",
  effect: "read",
  title: "Get a cluster's state",
  description: "Shows a cluster's state, configuration and, where it ended, why.",
  input: z.strictObject({ cluster_id: clusterIdInput }),
  output: z.object({
    ...clusterFields,
    spark_version: z.string().optional(),
    node_type_id: z.string().optional(),
    driver_node_type_id: z.string().optional(),
    num_workers: z.string(),
    autotermination_minutes: z.number(),
    data_security_mode: z.string().optional(),
    single_user_name: z.string().optional(),
    policy_id: z.string().optional(),
    creator: z.string().optional(),
    start_time: z.string().optional(),
    last_restarted_time: z.string().optional(),
    terminated_time: z.string().optional(),
    hint: z.string().optional(),
  }),
  run: async ({ workspace, signal }, input) => {
    const cluster = await workspace.clusters.get(input.cluster_id, { signal });
    return {
      ...clusterHead(cluster),
      spark_version: cluster.sparkVersion,
      node_type_id: cluster.nodeTypeId,
      driver_node_type_id: cluster.driverNodeTypeId,
      num_workers: workersText(cluster),
      autotermination_minutes: cluster.autoterminationMinutes,
      data_security_mode: cluster.dataSecurityMode,
      single_user_name: cluster.singleUserName,
      policy_id: cluster.policyId,
      creator: cluster.creator,
      ...clusterTimes(cluster),
      hint: nextStep(cluster),
    };
  },
  text: (output) => fieldText(fieldLines(output)),
});

function nextStep(cluster: Cluster): string | undefined {
  if (isUsable(cluster)) return undefined;
  if (isStarting(cluster)) return "It is starting. `start_cluster` with this cluster_id waits for it.";
  if (cluster.state === "TERMINATING") return "It is stopping. `start_cluster` waits for that and starts it again.";
  return "`start_cluster` starts it.";
}
