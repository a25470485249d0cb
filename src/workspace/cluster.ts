// What a cluster is, read from the wire: its state, why it ended, and the configuration that can be edited.
import type { JsonObject } from "../platform/json.ts";
import { flag, id, number, object, requiredId, text, textMap, timeMs } from "./fields.ts";

export type ClusterState =
  | "PENDING"
  | "RUNNING"
  | "RESTARTING"
  | "RESIZING"
  | "TERMINATING"
  | "TERMINATED"
  | "ERROR"
  | "UNKNOWN"
  | (string & {});

export interface TerminationReason {
  readonly code: string | undefined;
  readonly type: string | undefined;
  readonly parameters: Readonly<Record<string, string>>;
}

export interface Cluster {
  readonly clusterId: string;
  readonly clusterName: string;
  readonly state: ClusterState;
  readonly stateMessage: string | undefined;
  readonly terminationReason: TerminationReason | undefined;
  readonly sparkVersion: string | undefined;
  readonly nodeTypeId: string | undefined;
  readonly driverNodeTypeId: string | undefined;
  /** 0 for a single node; undefined when it scales by itself. */
  readonly numWorkers: number | undefined;
  readonly autoscale: { readonly minWorkers: number; readonly maxWorkers: number } | undefined;
  /** Minutes without work until it ends; 0 means never. */
  readonly autoterminationMinutes: number;
  readonly dataSecurityMode: string | undefined;
  readonly singleUserName: string | undefined;
  readonly policyId: string | undefined;
  /** UI, API, JOB, SQL, MODELS, PIPELINE ... */
  readonly source: string | undefined;
  readonly creator: string | undefined;
  readonly startTimeMs: number | undefined;
  readonly terminatedTimeMs: number | undefined;
  readonly lastRestartedTimeMs: number | undefined;
  readonly customTags: Readonly<Record<string, string>>;
  /** Changes with every start of Spark. */
  readonly sparkContextId: string | undefined;
  readonly singleNode: boolean;
  /** The fields that `edit` takes, in the wire's own form: change some and give all back. */
  readonly configuration: JsonObject;
}

// What `clusters/edit` takes of what `clusters/get` gives.
const editable: readonly string[] = [
  "cluster_name",
  "spark_version",
  "node_type_id",
  "driver_node_type_id",
  "instance_pool_id",
  "driver_instance_pool_id",
  "num_workers",
  "autoscale",
  "autotermination_minutes",
  "data_security_mode",
  "single_user_name",
  "policy_id",
  "is_single_node",
  "kind",
  "use_ml_runtime",
  "runtime_engine",
  "spark_conf",
  "spark_env_vars",
  "custom_tags",
  "init_scripts",
  "cluster_log_conf",
  "ssh_public_keys",
  "aws_attributes",
  "azure_attributes",
  "gcp_attributes",
  "docker_image",
  "workload_type",
  "enable_elastic_disk",
  "enable_local_disk_encryption",
  "remote_disk_throughput",
  "total_initial_remote_disk_size",
];

export function toCluster(wire: JsonObject): Cluster {
  const autoscale = object(wire, "autoscale");
  const reason = object(wire, "termination_reason");
  return {
    clusterId: requiredId(wire, "cluster_id"),
    clusterName: text(wire, "cluster_name") ?? "",
    state: text(wire, "state") ?? "UNKNOWN",
    stateMessage: text(wire, "state_message"),
    terminationReason: reason === undefined ? undefined : toReason(reason),
    sparkVersion: text(wire, "spark_version"),
    nodeTypeId: text(wire, "node_type_id"),
    driverNodeTypeId: text(wire, "driver_node_type_id"),
    numWorkers: autoscale === undefined ? (number(wire, "num_workers") ?? 0) : undefined,
    autoscale: autoscale === undefined ? undefined : toAutoscale(autoscale),
    autoterminationMinutes: number(wire, "autotermination_minutes") ?? 0,
    dataSecurityMode: text(wire, "data_security_mode"),
    singleUserName: text(wire, "single_user_name"),
    policyId: text(wire, "policy_id"),
    source: text(wire, "cluster_source"),
    creator: text(wire, "creator_user_name"),
    startTimeMs: timeMs(wire, "start_time"),
    terminatedTimeMs: timeMs(wire, "terminated_time"),
    lastRestartedTimeMs: timeMs(wire, "last_restarted_time"),
    customTags: textMap(wire, "custom_tags"),
    sparkContextId: id(wire, "spark_context_id"),
    singleNode: isSingleNode(wire),
    configuration: Object.fromEntries(Object.entries(wire).filter(([key]) => editable.includes(key))),
  };
}

function isSingleNode(wire: JsonObject): boolean {
  const profile = text(object(wire, "spark_conf") ?? {}, "spark.databricks.cluster.profile");
  return flag(wire, "is_single_node") || profile === "singleNode";
}

function toReason(wire: JsonObject): TerminationReason {
  return { code: text(wire, "code"), type: text(wire, "type"), parameters: textMap(wire, "parameters") };
}

function toAutoscale(wire: JsonObject): { minWorkers: number; maxWorkers: number } {
  return { minWorkers: number(wire, "min_workers") ?? 0, maxWorkers: number(wire, "max_workers") ?? 0 };
}
