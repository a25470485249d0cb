// The cluster that the workspace is asked for, in its own words.
import type { JsonObject } from "../../platform/json.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import { explainingCompute } from "../errors.ts";
import { chooseNodeType, chooseSparkVersion, policyAttributes } from "./choice.ts";

export interface ClusterWish {
  readonly num_workers?: number | undefined;
  readonly max_workers?: number | undefined;
  readonly node_type_id?: string | undefined;
  readonly spark_version?: string | undefined;
  readonly policy_id?: string | undefined;
  readonly spark_conf?: Readonly<Record<string, string>> | undefined;
  readonly custom_tags?: Readonly<Record<string, string>> | undefined;
}

/**
 * Size, node type, Spark version and policy of a cluster, for clusters/create and for a job's `new_cluster`. What is
 * absent is chosen, unless the policy gives it.
 */
export async function clusterSpec(
  workspace: Workspace,
  wish: ClusterWish,
  options: { readonly signal: AbortSignal },
): Promise<JsonObject> {
  const { policy_id: policyId } = wish;
  const policy =
    policyId === undefined ? undefined : await explainingCompute(() => workspace.policies.get(policyId, options));
  const given = policyAttributes(policy?.definition);
  const pooled = given.has("instance_pool_id");
  const nodeType =
    wish.node_type_id ?? (given.has("node_type_id") || pooled ? undefined : await chooseNodeType(workspace, options));
  const sparkVersion =
    wish.spark_version ?? (given.has("spark_version") ? undefined : await chooseSparkVersion(workspace, options));
  return {
    ...(sparkVersion === undefined ? {} : { spark_version: sparkVersion }),
    ...(nodeType === undefined ? {} : { node_type_id: nodeType }),
    ...(wish.policy_id === undefined ? {} : { policy_id: wish.policy_id, apply_policy_default_values: true }),
    ...clusterSize(wish),
  };
}

/** The same settings without what a cluster without workers has. */
export function withoutSingleNode(settings: Readonly<Record<string, string>>): Record<string, string> {
  const own = { ...singleNodeConf, ...singleNodeTags };
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !Object.hasOwn(own, name)));
}

/** A cluster without workers runs nothing unless Spark is told that the driver does the work. */
const singleNodeConf = { "spark.databricks.cluster.profile": "singleNode", "spark.master": "local[*]" };
const singleNodeTags = { ResourceClass: "SingleNode" };

/** Workers, and what Spark and the bill must know of a cluster without any; the caller's own settings go over them. */
export function clusterSize(
  wish: Pick<ClusterWish, "num_workers" | "max_workers" | "spark_conf" | "custom_tags">,
): JsonObject {
  const workers = wish.num_workers ?? 1;
  const scales = wish.max_workers !== undefined && wish.max_workers > workers;
  const single = workers === 0 && !scales;
  const conf = { ...(single ? singleNodeConf : {}), ...wish.spark_conf };
  const tags = { ...(single ? singleNodeTags : {}), ...wish.custom_tags };
  return {
    ...(scales
      ? { autoscale: { min_workers: workers, max_workers: wish.max_workers ?? workers } }
      : { num_workers: workers }),
    ...(Object.keys(conf).length === 0 ? {} : { spark_conf: conf }),
    ...(Object.keys(tags).length === 0 ? {} : { custom_tags: tags }),
  };
}
