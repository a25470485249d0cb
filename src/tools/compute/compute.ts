// Where a notebook runs: on serverless compute, on a cluster made for the run, or on one that is there.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import type { JsonObject } from "../../platform/json.ts";
import type { ToolContext } from "../define.ts";
import { clusterSpec } from "./cluster-spec.ts";

export const computeInput = z.strictObject({
  kind: z.enum(["serverless", "job_cluster", "existing_cluster"]).optional(),
  cluster_id: z.string().optional().describe("existing_cluster: which"),
  spark_version: z.string().optional().describe("job_cluster; default newest LTS"),
  node_type_id: z.string().optional().describe("job_cluster; default smallest of use"),
  num_workers: z.int().min(0).optional().describe("job_cluster; default 1, 0 is a single node"),
  policy_id: z.string().optional().describe("job_cluster"),
  environment_version: z.string().optional().describe("serverless"),
  dependencies: z.array(z.string()).optional().describe("serverless: pip requirements"),
  performance_target: z.enum(["STANDARD", "PERFORMANCE_OPTIMIZED"]).optional().describe("serverless"),
});

export type ComputeWish = z.output<typeof computeInput>;
type Kind = NonNullable<ComputeWish["kind"]>;

const own: Readonly<Record<Kind, readonly (keyof ComputeWish)[]>> = {
  serverless: ["environment_version", "dependencies", "performance_target"],
  job_cluster: ["spark_version", "node_type_id", "num_workers", "policy_id"],
  existing_cluster: ["cluster_id"],
};

/** The newest that every workspace has; a caller who wants another names it. */
const defaultEnvironmentVersion = "4";

/** The compute of one task, in the wire's words, and what must stand beside the tasks for it. */
export interface TaskCompute {
  readonly kind: Kind;
  /** Fields of the task itself. */
  readonly cluster: JsonObject | undefined;
  readonly environment: JsonObject | undefined;
  readonly performanceTarget: string | undefined;
  readonly clusterId: string | undefined;
}

/**
 * What `wish` asks for. The kind follows from the fields where it is not given; nothing at all is serverless. Throws
 * `invalid_input` for fields of two kinds, and what choosing a node type throws.
 */
export async function resolveCompute(context: ToolContext, wish: ComputeWish | undefined): Promise<TaskCompute> {
  const kind = kindOf(wish ?? {});
  const nothing = { cluster: undefined, environment: undefined, performanceTarget: undefined, clusterId: undefined };
  if (kind === "existing_cluster") return { ...nothing, kind, clusterId: wish?.cluster_id };
  if (kind === "job_cluster") {
    const cluster = await clusterSpec(context.workspace, wish ?? {}, { signal: context.signal });
    return { ...nothing, kind, cluster };
  }
  return { ...nothing, kind, environment: environmentOf(wish), performanceTarget: wish?.performance_target };
}

function environmentOf(wish: ComputeWish | undefined): JsonObject | undefined {
  if (wish?.environment_version === undefined && wish?.dependencies === undefined) return undefined;
  return {
    environment_version: wish.environment_version ?? defaultEnvironmentVersion,
    ...(wish.dependencies === undefined ? {} : { dependencies: [...wish.dependencies] }),
  };
}

function kindOf(wish: ComputeWish): Kind {
  const kinds = (Object.keys(own) as Kind[]).filter((kind) => own[kind].some((field) => wish[field] !== undefined));
  const kind = wish.kind ?? kinds[0] ?? "serverless";
  const other = kinds.find((one) => one !== kind);
  if (other !== undefined) {
    const fields = own[other].filter((field) => wish[field] !== undefined);
    throw new MortarError("invalid_input", `compute: ${fields.join(", ")} does not go with ${kind}`, {
      hint: `${kind} takes ${own[kind].join(", ")}; ${other} takes ${own[other].join(", ")}.`,
    });
  }
  if (kind === "existing_cluster" && wish.cluster_id === undefined) {
    throw new MortarError("invalid_input", "compute: existing_cluster needs cluster_id", {
      hint: "`list_clusters` shows the clusters there are.",
    });
  }
  return kind;
}

/** Fields of tasks and what they refer to, with equal clusters and environments shared between tasks. */
export class ComputePlan {
  readonly #clusters = new Map<string, { readonly key: string; readonly spec: JsonObject }>();
  readonly #environments = new Map<string, { readonly key: string; readonly spec: JsonObject }>();
  #performanceTarget: string | undefined;

  /** The compute fields of a task of a job. */
  forTask(compute: TaskCompute): JsonObject {
    this.#performanceTarget ??= compute.performanceTarget;
    if (compute.clusterId !== undefined) return { existing_cluster_id: compute.clusterId };
    if (compute.cluster !== undefined)
      return { job_cluster_key: keyOf(this.#clusters, compute.cluster, "job_cluster") };
    if (compute.environment === undefined) return {};
    return { environment_key: keyOf(this.#environments, compute.environment, "environment") };
  }

  /** The compute fields of a task of a one-time run, which knows no shared clusters. */
  forOneTask(compute: TaskCompute): JsonObject {
    return compute.cluster === undefined ? this.forTask(compute) : { new_cluster: compute.cluster };
  }

  /** What stands beside the tasks. */
  shared(): JsonObject {
    const clusters = [...this.#clusters.values()].map(({ key, spec }) => ({ job_cluster_key: key, new_cluster: spec }));
    const environments = [...this.#environments.values()].map(({ key, spec }) => ({ environment_key: key, spec }));
    return {
      ...(clusters.length === 0 ? {} : { job_clusters: clusters }),
      ...(environments.length === 0 ? {} : { environments }),
      ...(this.#performanceTarget === undefined ? {} : { performance_target: this.#performanceTarget }),
    };
  }
}

function keyOf(known: Map<string, { key: string; spec: JsonObject }>, spec: JsonObject, stem: string): string {
  const text = JSON.stringify(spec);
  const there = known.get(text);
  if (there !== undefined) return there.key;
  const key = known.size === 0 ? stem : `${stem}_${known.size + 1}`;
  known.set(text, { key, spec });
  return key;
}
