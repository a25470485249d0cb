// update_cluster: changes what is given of a cluster; everything else of its configuration stays.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { isObject, type JsonObject } from "../../platform/json.ts";
import { isUsable } from "../cluster-state.ts";
import { clusterFields, clusterHead } from "../clusters/summary.ts";
import { defineTool } from "../define.ts";
import { explainingCompute } from "../errors.ts";
import { clusterIdInput, parametersInput } from "../fields.ts";
import { asksNobody } from "../question.ts";
import { nowhere } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { clusterSize, withoutSingleNode } from "./cluster-spec.ts";
import { settledCluster } from "./settled.ts";

const input = z.strictObject({
  cluster_id: clusterIdInput,
  cluster_name: z.string().optional(),
  num_workers: z.int().min(0).optional().describe("0 makes a single node"),
  max_workers: z.int().min(1).optional().describe("Scales from num_workers up to this"),
  node_type_id: z.string().optional(),
  driver_node_type_id: z.string().optional(),
  spark_version: z.string().optional(),
  autotermination_minutes: z.int().min(0).optional().describe("0 never"),
  data_security_mode: z.string().optional(),
  single_user_name: z.string().optional(),
  policy_id: z.string().optional(),
  spark_conf: parametersInput("Added to those there").optional(),
  custom_tags: parametersInput("Added to those there").optional(),
  extra_settings: z
    .record(z.string(), z.unknown())
    .optional()
    .describe("Other fields of clusters/edit; null removes one"),
});
type Wish = z.output<typeof input>;

export const updateCluster = defineTool({
  name: "update_cluster",
  toolset: "compute",
  effect: "destructive",
  idempotent: true,
  title: "Change a cluster",
  description:
    "Changes a cluster's configuration; what is not given stays. A running cluster restarts: running code and contexts are lost.",
  input,
  output: z.object({
    ...clusterFields,
    changed: z.array(z.string()),
    restarted: z.boolean(),
    hint: z.string().optional(),
  }),
  confirm: asksNobody,
  targets: nowhere,
  run: async (context, wish) => {
    const { workspace, signal, limits } = context;
    const before = await settledCluster(context, wish.cluster_id, limits.waitSeconds * 1_000);
    const after = changedConfiguration(before.configuration, wish);
    const names = [...new Set([...Object.keys(before.configuration), ...Object.keys(after)])];
    const changed = names.filter((name) => JSON.stringify(after[name]) !== JSON.stringify(before.configuration[name]));
    if (changed.length === 0) {
      return { ...clusterHead(before), changed, restarted: false, hint: "Nothing was to change; nothing was done." };
    }
    await explainingCompute(() => workspace.clusters.edit(wish.cluster_id, after, { signal }));
    const now = await workspace.clusters.get(wish.cluster_id, { signal });
    const restarted = isUsable(before);
    return {
      ...clusterHead(now),
      changed,
      restarted,
      hint: restarted ? "It restarts with the new configuration: `start_cluster` waits for it." : undefined,
    };
  },
  text: (output) => fieldText(fieldLines(output)),
});

const plainFields = [
  "cluster_name",
  "node_type_id",
  "driver_node_type_id",
  "spark_version",
  "autotermination_minutes",
  "data_security_mode",
  "single_user_name",
  "policy_id",
] as const;

function changedConfiguration(before: JsonObject, wish: Wish): JsonObject {
  const plain = plainFields.flatMap((name) => (wish[name] === undefined ? [] : [[name, wish[name]]]));
  if (plain.length === 0 && !resizes(wish) && !adds(wish) && wish.extra_settings === undefined) {
    throw new MortarError("invalid_input", "Nothing to change is given", { hint: "Give at least one setting." });
  }
  const maps = {
    spark_conf: { ...texts(before["spark_conf"]), ...wish.spark_conf },
    custom_tags: { ...texts(before["custom_tags"]), ...wish.custom_tags },
  };
  const after: Record<string, unknown> = {
    ...before,
    ...withContents(maps),
    ...(resizes(wish) ? resized(before, wish, maps) : {}),
    ...Object.fromEntries(plain),
    ...wish.extra_settings,
  };
  // The driver is of the workers' type unless it was of another.
  const together = before["driver_node_type_id"] === before["node_type_id"] && wish.driver_node_type_id === undefined;
  if (wish.node_type_id !== undefined && together) after["driver_node_type_id"] = wish.node_type_id;
  return Object.fromEntries(
    Object.entries(after).filter(([, value]) => value !== null && value !== undefined),
  ) as JsonObject;
}

function resizes({ num_workers, max_workers }: Wish): boolean {
  return num_workers !== undefined || max_workers !== undefined;
}

function adds({ spark_conf, custom_tags }: Wish): boolean {
  return spark_conf !== undefined || custom_tags !== undefined;
}

type Maps = Readonly<Record<"spark_conf" | "custom_tags", Readonly<Record<string, string>>>>;

/** A cluster gets, and loses, what Spark must know of one without workers. */
function resized(before: JsonObject, wish: Wish, { spark_conf, custom_tags }: Maps): Record<string, unknown> {
  const scale = isObject(before["autoscale"]) ? before["autoscale"] : undefined;
  const workers = wish.num_workers ?? numberOf(scale?.["min_workers"] ?? before["num_workers"]);
  // Who gives a number alone wants that many; who gives a range wants it from where it was.
  const most = wish.max_workers;
  return {
    autoscale: undefined,
    num_workers: undefined,
    is_single_node: undefined,
    spark_conf: undefined,
    custom_tags: undefined,
    ...clusterSize({
      num_workers: workers,
      max_workers: most,
      spark_conf: withoutSingleNode(spark_conf),
      custom_tags: withoutSingleNode(custom_tags),
    }),
  };
}

function withContents(maps: Maps): Partial<Maps> {
  return Object.fromEntries(Object.entries(maps).filter(([, map]) => Object.keys(map).length > 0));
}

function texts(value: unknown): Record<string, string> {
  if (!isObject(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, String(one)]));
}

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : 1;
}
