// restart_cluster: Spark from anew, as far as one call may wait.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import type { Cluster } from "../../workspace/clusters.ts";
import { waitForCluster } from "../../workspace/waits.ts";
import { isUsable } from "../cluster-state.ts";
import { stillStarting } from "../clusters/start-cluster.ts";
import { clusterFields, clusterHead, waitingText } from "../clusters/summary.ts";
import { defineTool } from "../define.ts";
import { clusterIdInput, waitSecondsInput } from "../fields.ts";
import { asksNobody } from "../question.ts";
import { nowhere } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { waitMs, waitOptions } from "../waiting.ts";
import { settledCluster } from "./settled.ts";

export const restartCluster = defineTool({
  name: "restart_cluster",
  toolset: "compute",
  effect: "destructive",
  title: "Restart a cluster",
  description: "Restarts a running cluster and waits for it: running code, contexts and installed packages are lost.",
  input: z.strictObject({ cluster_id: clusterIdInput, wait_seconds: waitSecondsInput(50) }),
  output: z.object({
    ...clusterFields,
    status: z.enum(["restarted", "restarting", "failed"]),
    hint: z.string().optional(),
  }),
  confirm: asksNobody,
  targets: nowhere,
  run: async (context, input) => {
    const { workspace, signal } = context;
    const deadline = context.deps.clock.now() + waitMs(input, context);
    const left = (): number => Math.max(0, deadline - context.deps.clock.now());
    const before = await settledCluster(context, input.cluster_id, left());
    if (!isUsable(before)) {
      throw new MortarError(
        "invalid_state",
        `Cluster ${input.cluster_id} is ${before.state}, and only a running one is restarted`,
        {
          hint: "`start_cluster` starts it.",
        },
      );
    }
    await workspace.clusters.restart(input.cluster_id, { signal });
    const options = waitOptions<Cluster>(context, left(), waitingText);
    const { last, timedOut } = await waitForCluster(workspace, input.cluster_id, options);
    if (isUsable(last)) return { ...clusterHead(last), status: "restarted" as const };
    if (timedOut) return { ...clusterHead(last), status: "restarting" as const, hint: stillStarting };
    return { ...clusterHead(last), status: "failed" as const, hint: "It did not come up: state_message says why." };
  },
  text: (output) => fieldText(fieldLines(output)),
  failed: ({ status }) => status === "failed",
});
