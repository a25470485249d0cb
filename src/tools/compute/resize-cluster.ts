// resize_cluster: more or fewer workers while it runs; nothing that runs on it is lost.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { isUsable } from "../cluster-state.ts";
import { clusterFields, clusterHead, workersText } from "../clusters/summary.ts";
import { defineTool } from "../define.ts";
import { clusterIdInput } from "../fields.ts";
import { nowhere } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";

export const resizeCluster = defineTool({
  name: "resize_cluster",
  toolset: "compute",
  effect: "write",
  idempotent: true,
  title: "Resize a running cluster",
  description: "Gives a running cluster more or fewer workers without a restart, until update_cluster says otherwise.",
  input: z.strictObject({
    cluster_id: clusterIdInput,
    num_workers: z.int().min(0),
    max_workers: z.int().min(1).optional().describe("Scales from num_workers up to this"),
  }),
  output: z.object({ ...clusterFields, num_workers: z.string(), hint: z.string().optional() }),
  targets: nowhere,
  run: async ({ workspace, signal }, { cluster_id: clusterId, num_workers: workers, max_workers: most }) => {
    const before = await workspace.clusters.get(clusterId, { signal });
    if (!isUsable(before)) {
      throw new MortarError(
        "invalid_state",
        `Cluster ${clusterId} is ${before.state}, and only a running one is resized`,
        {
          hint: "`update_cluster` changes the size that it starts with.",
        },
      );
    }
    const scales = most !== undefined && most > workers;
    const size = scales ? { autoscale: { min_workers: workers, max_workers: most } } : { num_workers: workers };
    await workspace.clusters.resize(clusterId, size, { signal });
    const after = await workspace.clusters.get(clusterId, { signal });
    const hint = after.state === "RESIZING" ? "It is resizing, and runs code meanwhile." : undefined;
    return { ...clusterHead(after), num_workers: workersText(after), hint };
  },
  text: (output) => fieldText(fieldLines(output)),
});
