// create_cluster: a new all-purpose cluster that can really run code, whatever its size and cloud.
import * as z from "zod";
import { isAbort } from "../../platform/errors.ts";
import type { Cluster } from "../../workspace/clusters.ts";
import type { Waited } from "../../workspace/poll.ts";
import { waitForCluster } from "../../workspace/waits.ts";
import { isUsable } from "../cluster-state.ts";
import { defineTool, type ToolContext } from "../define.ts";
import { nowhere } from "../targets.ts";
import { goingOn } from "../errors.ts";
import { parametersInput, waitSecondsInput } from "../fields.ts";
import { fieldLines, fieldText } from "../text.ts";
import { cleanupSignal, waitMs, waitOptions } from "../waiting.ts";
import { clusterSpec } from "../compute/cluster-spec.ts";
import { stillStarting } from "./start-cluster.ts";
import { clusterFields, clusterHead, waitingText } from "./summary.ts";

const securityModes = [
  "SINGLE_USER",
  "USER_ISOLATION",
  "NONE",
  "DATA_SECURITY_MODE_AUTO",
  "DATA_SECURITY_MODE_DEDICATED",
  "DATA_SECURITY_MODE_STANDARD",
] as const;

const input = z.strictObject({
  cluster_name: z.string().min(1, "must not be empty"),
  num_workers: z.int().min(0).default(1).describe("0 makes a single-node cluster"),
  max_workers: z.int().min(1).optional().describe("Scales from num_workers up to this"),
  node_type_id: z.string().optional().describe("Default: the smallest of use in this workspace"),
  spark_version: z.string().optional().describe("Default: the newest LTS"),
  policy_id: z.string().optional().describe("From list_cluster_policies; its defaults apply"),
  data_security_mode: z.enum(securityModes).default("SINGLE_USER"),
  single_user_name: z.string().optional().describe("Default: you"),
  autotermination_minutes: z.int().min(0).default(30).describe("Idle minutes until it stops; 0 never"),
  custom_tags: parametersInput("Tags").optional(),
  spark_conf: parametersInput("Spark settings").optional(),
  wait: z.boolean().default(false),
  wait_seconds: waitSecondsInput(50),
  timeout_minutes: z.number().min(0).optional().describe("Shortens wait_seconds"),
});

export const createCluster = defineTool({
  name: "create_cluster",
  toolset: "clusters",
  effect: "write",
  title: "Create a cluster",
  description:
    "Creates an all-purpose cluster and starts it. It costs money until it stops by itself after autotermination_minutes idle, or by stop_cluster; taking the call back terminates it. Look at list_clusters first.",
  input,
  output: z.object({
    ...clusterFields,
    status: z.enum(["creating", "running", "failed"]),
    node_type_id: z.string().optional(),
    spark_version: z.string().optional(),
    num_workers: z.string().optional(),
    hint: z.string().optional(),
  }),
  targets: nowhere,
  run: async (context, wish) => {
    const { workspace, signal } = context;
    const spec = {
      ...(await clusterSpec(workspace, wish, { signal })),
      cluster_name: wish.cluster_name,
      autotermination_minutes: wish.autotermination_minutes,
      data_security_mode: wish.data_security_mode,
      ...(await singleUser(context, wish)),
    };
    signal.throwIfAborted();
    // Not ended by the caller's signal: nobody would learn of a cluster that was created meanwhile, and it costs money.
    const { clusterId } = await workspace.clusters.create(spec);
    const { last, timedOut } = await terminatedWithCall(context, clusterId, wish.wait ? waitMs(wish, context) : 0);
    return {
      ...clusterHead(last),
      ...outcome(isUsable(last), timedOut),
      node_type_id: last.nodeTypeId,
      spark_version: last.sparkVersion,
      num_workers: last.autoscale === undefined ? String(last.numWorkers ?? 0) : undefined,
    };
  },
  text: (output) => fieldText(fieldLines(output)),
  failed: ({ status }) => status === "failed",
});

/** A cluster of one user needs the user's name. */
async function singleUser({ workspace, signal }: ToolContext, wish: z.output<typeof input>) {
  const dedicated =
    wish.data_security_mode === "SINGLE_USER" || wish.data_security_mode === "DATA_SECURITY_MODE_DEDICATED";
  if (!dedicated) return wish.single_user_name === undefined ? {} : { single_user_name: wish.single_user_name };
  return { single_user_name: wish.single_user_name ?? (await workspace.identity.userName({ signal })) };
}

/** Waits for it. The caller who takes the call back never learns its id, so it ends with the call; who gets an error learns it. */
async function terminatedWithCall(
  context: ToolContext,
  clusterId: string,
  timeoutMs: number,
): Promise<Waited<Cluster>> {
  const { workspace, signal } = context;
  try {
    return await waitForCluster(workspace, clusterId, waitOptions(context, timeoutMs, waitingText));
  } catch (thrown) {
    if (!isAbort(thrown) && !signal.aborted) {
      throw goingOn(thrown, `The cluster was created: \`start_cluster\` with cluster_id ${clusterId} waits for it.`);
    }
    await workspace.clusters.terminate(clusterId, { signal: cleanupSignal() }).catch(() => undefined);
    throw thrown;
  }
}

function outcome(running: boolean, timedOut: boolean) {
  if (running) return { status: "running" as const };
  if (timedOut) return { status: "creating" as const, hint: stillStarting };
  return { status: "failed" as const, hint: "It did not start: state_message says why." };
}
