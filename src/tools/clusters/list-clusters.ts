// list_clusters: the clusters of the workspace, the interactive ones unless told otherwise.
import * as z from "zod";
import type { Cluster, ClusterState } from "../../workspace/clusters.ts";
import { defineTool } from "../define.ts";
import { tableFields, tableOf } from "../fields.ts";
import { fieldLines, fieldText, tableLines } from "../text.ts";
import { workersText } from "./summary.ts";

const filters = {
  all: undefined,
  running: ["RUNNING", "RESIZING"],
  starting: ["PENDING", "RESTARTING"],
  terminated: ["TERMINATED", "TERMINATING", "ERROR"],
} as const satisfies Record<string, readonly ClusterState[] | undefined>;

/** Clusters that people and agents attach to; jobs and pipelines make the rest. */
const interactiveSources = ["UI", "API"];

export const listClusters = defineTool({
  name: "list_clusters",
  toolset: "clusters",
  effect: "read",
  title: "List clusters",
  description:
    "Lists all-purpose clusters with their state. Only a RUNNING cluster can execute code; start_cluster starts a terminated one.",
  input: z.strictObject({
    filter_by: z
      .enum(["all", "running", "starting", "terminated"])
      .default("all")
      .describe("terminated includes TERMINATING and ERROR"),
    name_filter: z.string().optional().describe("Part of the name, in any case"),
    include_job_clusters: z.boolean().default(false).describe("Also those that jobs and pipelines made"),
    limit: z.int().min(1).max(100).default(25),
    offset: z.int().min(0).default(0),
  }),
  output: z.object({
    ...tableFields,
    returned: z.number(),
    total_matched: z.number(),
    truncated: z.boolean(),
    next_offset: z.number().optional(),
    hint: z.string().optional(),
  }),
  run: async ({ workspace, signal }, input) => {
    const { items } = await workspace.clusters.list({
      signal,
      states: filters[input.filter_by],
      ...(input.include_job_clusters ? {} : { sources: interactiveSources }),
    });
    const matched = items.filter((cluster) => matches(cluster, input.filter_by, input.name_filter));
    const shown = matched.slice(input.offset, input.offset + input.limit);
    const end = input.offset + shown.length;
    return {
      ...clusterTable(shown),
      returned: shown.length,
      total_matched: matched.length,
      truncated: end < matched.length,
      next_offset: end < matched.length ? end : undefined,
      hint: matched.length === 0 ? "No cluster matches. `create_cluster` makes one." : undefined,
    };
  },
  text: ({ columns, rows, ...rest }) => fieldText(tableLines(columns, rows), fieldLines(rest)),
});

/** The state is checked here too: not every workspace knows the filter. */
function matches(cluster: Cluster, filter: keyof typeof filters, name: string | undefined): boolean {
  const states: readonly ClusterState[] | undefined = filters[filter];
  if (states !== undefined && !states.includes(cluster.state)) return false;
  return name === undefined || cluster.clusterName.toLowerCase().includes(name.toLowerCase());
}

function clusterTable(clusters: readonly Cluster[]) {
  return tableOf(clusters, {
    cluster_id: (one) => one.clusterId,
    cluster_name: (one) => one.clusterName,
    state: (one) => one.state,
    spark_version: (one) => one.sparkVersion,
    node_type_id: (one) => one.nodeTypeId,
    num_workers: (one) => workersText(one),
    creator: (one) => one.creator,
  });
}
