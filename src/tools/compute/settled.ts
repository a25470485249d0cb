// A cluster that is resizing can be neither changed nor restarted: it is waited for.
import type { Cluster } from "../../workspace/clusters.ts";
import { pollUntil } from "../../workspace/poll.ts";
import { waitingText } from "../clusters/summary.ts";
import type { ToolContext } from "../define.ts";
import { waitOptions } from "../waiting.ts";

/** The cluster once it does not resize any more, or when the time is over. */
export async function settledCluster(context: ToolContext, clusterId: string, timeoutMs: number): Promise<Cluster> {
  const { workspace, deps } = context;
  const { last } = await pollUntil(deps.clock, (signal) => workspace.clusters.get(clusterId, { signal }), {
    ...waitOptions(context, timeoutMs, waitingText),
    done: ({ state }) => state !== "RESIZING",
  });
  return last;
}
