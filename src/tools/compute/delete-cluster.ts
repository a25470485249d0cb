// delete_cluster: the cluster with its configuration, for good.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { clusterIdInput } from "../fields.ts";
import { question } from "../question.ts";
import { nowhere } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";

export const deleteCluster = defineTool({
  name: "delete_cluster",
  toolset: "compute",
  effect: "destructive",
  title: "Delete a cluster",
  description: "Deletes a cluster and its configuration for good. stop_cluster only stops it.",
  input: z.strictObject({ cluster_id: clusterIdInput }),
  output: z.object({ cluster_id: z.string(), cluster_name: z.string(), deleted: z.boolean() }),
  confirm: async ({ cluster_id }, { workspace, signal }) => {
    const { clusterName, state } = await workspace.clusters.get(cluster_id, { signal });
    return question`Delete the cluster ${clusterName} (${cluster_id}, ${state}) and its configuration for good?`;
  },
  targets: nowhere,
  run: async ({ workspace, signal }, { cluster_id: clusterId }) => {
    const { clusterName } = await workspace.clusters.get(clusterId, { signal });
    await workspace.clusters.permanentDelete(clusterId, { signal });
    return { cluster_id: clusterId, cluster_name: clusterName, deleted: true };
  },
  text: (output) => fieldText(fieldLines(output)),
});
