// stop_cluster: terminates a cluster; its configuration stays.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { nowhere } from "../targets.ts";
import { asksNobody } from "../question.ts";
import { clusterIdInput } from "../fields.ts";
import { fieldLines, fieldText } from "../text.ts";
import { clusterFields, clusterHead } from "./summary.ts";

export const stopCluster = defineTool({
  name: "stop_cluster",
  toolset: "clusters",
  effect: "destructive",
  idempotent: true,
  title: "Stop a cluster",
  description:
    "Terminates a cluster for everyone who uses it: running code and execution contexts are lost. Its configuration stays and start_cluster starts it again.",
  input: z.strictObject({ cluster_id: clusterIdInput }),
  output: z.object({
    ...clusterFields,
    status: z.enum(["terminating", "terminated", "already_terminated"]),
    hint: z.string().optional(),
  }),
  confirm: asksNobody,
  targets: nowhere,
  run: async ({ workspace, signal }, input) => {
    const before = await workspace.clusters.get(input.cluster_id, { signal });
    if (before.state === "TERMINATED") return { ...clusterHead(before), status: "already_terminated" as const };
    if (before.state !== "TERMINATING") await workspace.clusters.terminate(input.cluster_id, { signal });
    const after = await workspace.clusters.get(input.cluster_id, { signal });
    if (after.state === "TERMINATED") return { ...clusterHead(after), status: "terminated" as const };
    return {
      ...clusterHead(after),
      status: "terminating" as const,
      hint: "It is stopping; `get_cluster_status` shows when it has.",
    };
  },
  text: (output) => fieldText(fieldLines(output)),
});
