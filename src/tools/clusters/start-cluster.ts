// start_cluster: from whatever state the cluster is in to RUNNING, as far as one call may wait.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import type { Cluster } from "../../workspace/clusters.ts";
import { pollUntil } from "../../workspace/poll.ts";
import { waitForCluster } from "../../workspace/waits.ts";
import { isStarting, isUsable } from "../cluster-state.ts";
import { defineTool, type ToolContext } from "../define.ts";
import { nowhere } from "../targets.ts";
import { clusterIdInput, waitSecondsInput } from "../fields.ts";
import { fieldLines, fieldText } from "../text.ts";
import { waitMs, waitOptions } from "../waiting.ts";
import { clusterFields, clusterHead, waitingText } from "./summary.ts";

export const startCluster = defineTool({
  name: "start_cluster",
  toolset: "clusters",
  effect: "write",
  idempotent: true,
  title: "Start a cluster",
  description:
    "Starts a cluster and waits for it to run; starting takes minutes, so call it again with the same cluster_id until the status is running. A running or starting cluster is left as it is.",
  input: z.strictObject({
    cluster_id: clusterIdInput,
    wait: z.boolean().default(true),
    wait_seconds: waitSecondsInput(50),
    timeout_minutes: z.number().min(0).optional().describe("Shortens wait_seconds"),
  }),
  output: z.object({
    ...clusterFields,
    status: z.enum(["already_running", "started", "starting", "stopping", "failed"]),
    hint: z.string().optional(),
  }),
  targets: nowhere,
  run: async (context, input) => {
    const deadline = context.deps.clock.now() + (input.wait ? waitMs(input, context) : 0);
    const left = (): number => Math.max(0, deadline - context.deps.clock.now());
    const before = await context.workspace.clusters.get(input.cluster_id, { signal: context.signal });
    if (isUsable(before)) return { ...clusterHead(before), status: "already_running" as const };
    const stopped = await untilStartable(context, before, left());
    if (stopped.state === "TERMINATING") {
      const hint = "It is still stopping. Call `start_cluster` again with the same cluster_id.";
      return { ...clusterHead(stopped), status: "stopping" as const, hint };
    }
    if (!isStarting(stopped) && !isUsable(stopped)) await startUnlessStarted(context, input.cluster_id);
    return await untilRunning(context, input.cluster_id, left());
  },
  text: (output) => fieldText(fieldLines(output)),
  failed: ({ status }) => status === "failed",
});

/** A cluster that is stopping cannot be started before it has stopped. */
async function untilStartable(context: ToolContext, cluster: Cluster, timeoutMs: number): Promise<Cluster> {
  if (cluster.state !== "TERMINATING") return cluster;
  const { workspace, deps, signal } = context;
  const waited = await pollUntil(deps.clock, () => workspace.clusters.get(cluster.clusterId, { signal }), {
    ...waitOptions(context, timeoutMs, waitingText),
    done: ({ state }) => state !== "TERMINATING",
  });
  return waited.last;
}

/** Between our question and the start another may have started it: that is what was wanted. */
async function startUnlessStarted({ workspace, signal }: ToolContext, clusterId: string): Promise<void> {
  try {
    await workspace.clusters.start(clusterId, { signal });
  } catch (thrown) {
    if (!(thrown instanceof MortarError) || thrown.code !== "invalid_state") throw thrown;
    const now = await workspace.clusters.get(clusterId, { signal });
    if (!isUsable(now) && !isStarting(now)) throw thrown;
  }
}

async function untilRunning(context: ToolContext, clusterId: string, timeoutMs: number) {
  const { last, timedOut } = await waitForCluster(
    context.workspace,
    clusterId,
    waitOptions(context, timeoutMs, waitingText),
  );
  const head = clusterHead(last);
  if (isUsable(last)) return { ...head, status: "started" as const };
  if (timedOut) return { ...head, status: "starting" as const, hint: stillStarting };
  return { ...head, status: "failed" as const, hint: "It did not start: state_message says why." };
}

export const stillStarting =
  "It goes on starting. Call `start_cluster` again with the same cluster_id to go on waiting; `get_cluster_status` asks once.";
