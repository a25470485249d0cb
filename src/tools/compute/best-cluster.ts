// Which cluster code runs on, where none is named: one that runs and that this user may use.
import { MortarError } from "../../platform/errors.ts";
import type { Cluster } from "../../workspace/clusters.ts";
import { isStarting, isUsable } from "../cluster-state.ts";
import type { ToolContext } from "../define.ts";

/** Clusters that people and agents attach to; jobs and pipelines make the rest. */
export const interactiveSources = ["UI", "API"];

/** Throws `invalid_state` where none runs, with those that could be started. */
export async function bestCluster({ workspace, signal }: ToolContext): Promise<Cluster> {
  const [{ items }, me] = await Promise.all([
    workspace.clusters.list({ signal, sources: interactiveSources }),
    workspace.identity.userName({ signal }),
  ]);
  const best = bestOf(items, me);
  if (best !== undefined) return best;
  throw new MortarError("invalid_state", "No cluster runs that you could use", { hint: startHint(items, me) });
}

/** A cluster that runs, this user's own before a shared one before any other; undefined where there is none. */
export function bestOf(clusters: readonly Cluster[], me: string): Cluster | undefined {
  const usable = clusters.filter((cluster) => isUsable(cluster) && isFor(cluster, me));
  const rank = (cluster: Cluster): number => {
    if (cluster.singleUserName === me) return 0;
    return /shared|demo/i.test(cluster.clusterName) ? 1 : 2;
  };
  return usable.toSorted(
    (left, right) => rank(left) - rank(right) || left.clusterName.localeCompare(right.clusterName, "en"),
  )[0];
}

/** A cluster of one user is of no use to another. */
function isFor({ singleUserName }: Cluster, me: string): boolean {
  return singleUserName === undefined || singleUserName === me;
}

const fewNames = 5;

function startHint(clusters: readonly Cluster[], me: string): string {
  const mine = clusters.filter((cluster) => isFor(cluster, me)).toSorted((left) => (left.creator === me ? -1 : 1));
  const starting = mine.find(isStarting);
  if (starting !== undefined)
    return `${starting.clusterName} is starting: \`start_cluster\` with cluster_id ${starting.clusterId} waits for it.`;
  const named = mine.slice(0, fewNames).map(({ clusterId, clusterName }) => `${clusterName} (${clusterId})`);
  const serverless = "Python and SQL run on serverless compute without a cluster: leave compute and cluster_id out.";
  if (named.length === 0) return `${serverless} \`create_cluster\` makes a cluster.`;
  return `\`start_cluster\` starts one: ${named.join(", ")}. ${serverless}`;
}
