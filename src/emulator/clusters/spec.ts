// A cluster's specification: what is refused, what is filled in, and whether the cluster could run a Spark job at all.
import { isObject, type JsonObject } from "../../platform/json.ts";
import {
  invalid,
  optionalFlag,
  optionalInteger,
  optionalObject,
  optionalText,
  optionalTextMap,
  optionalWord,
  requiredText,
} from "../http/fields.ts";
import { nodeKind, nodeKinds, sparkVersions } from "./catalog.ts";

const securityModes = [
  "DATA_SECURITY_MODE_AUTO",
  "DATA_SECURITY_MODE_STANDARD",
  "DATA_SECURITY_MODE_DEDICATED",
  "SINGLE_USER",
  "USER_ISOLATION",
  "NONE",
  "LEGACY_TABLE_ACL",
  "LEGACY_PASSTHROUGH",
  "LEGACY_SINGLE_USER",
  "LEGACY_SINGLE_USER_STANDARD",
];

/** Fields of a request that are no part of the specification. */
const notSpec = ["cluster_id", "idempotency_token", "clone_from"];

/** The specification in a request, checked and with defaults. Throws INVALID_PARAMETER_VALUE. */
export function readSpec(body: JsonObject, owner: string): JsonObject {
  const given = Object.fromEntries(Object.entries(body).filter(([name]) => !notSpec.includes(name)));
  checkVersion(given);
  checkNode(given);
  checkSize(given);
  optionalInteger(given["autotermination_minutes"], "autotermination_minutes", { min: 0, max: 10_000 });
  optionalTextMap(given["spark_conf"], "spark_conf");
  optionalTextMap(given["custom_tags"], "custom_tags");
  optionalTextMap(given["spark_env_vars"], "spark_env_vars");
  optionalText(given["cluster_name"], "cluster_name");
  const minutes = given["autotermination_minutes"];
  if (typeof minutes === "number" && minutes !== 0 && minutes < 10) {
    throw invalid(
      "The value of autotermination_minutes must be between 10 and 10000 (or 0 to disable auto termination).",
    );
  }
  return withDefaults(given, owner);
}

function checkVersion(spec: JsonObject): void {
  const version = requiredText(spec["spark_version"], "spark_version");
  if (/^(custom:|apache-spark-)/.test(version)) return;
  if (!sparkVersions.some(({ key }) => key === version)) throw invalid(`Invalid spark version ${version}.`);
}

function checkNode(spec: JsonObject): void {
  if (optionalText(spec["instance_pool_id"], "instance_pool_id") !== undefined) {
    throw invalid("instance_pool_id: instance pools are not supported by the Mortar emulator.");
  }
  const autoChosen = optionalFlag(spec["is_single_node"], "is_single_node") && spec["kind"] === "CLASSIC_PREVIEW";
  const node = optionalText(spec["node_type_id"], "node_type_id");
  if (node === undefined && !autoChosen) throw invalid("Missing required field: node_type_id");
  for (const id of [node, optionalText(spec["driver_node_type_id"], "driver_node_type_id")]) {
    if (id !== undefined && nodeKind(id) === undefined) {
      const supported = nodeKinds.map((kind) => kind.id).join(", ");
      throw invalid(`Node type ${id} is not supported. Supported node types: ${supported}`);
    }
  }
  const mode = optionalWord(spec["data_security_mode"], "data_security_mode", securityModes);
  const user = optionalText(spec["single_user_name"], "single_user_name");
  if (user !== undefined && mode !== undefined && !/SINGLE_USER|DEDICATED|AUTO/.test(mode)) {
    throw invalid(`single_user_name must not be set with data_security_mode ${mode}.`);
  }
}

function checkSize(spec: JsonObject): void {
  const single = optionalFlag(spec["is_single_node"], "is_single_node");
  if (single && spec["kind"] !== "CLASSIC_PREVIEW")
    throw invalid("is_single_node can only be used when kind is CLASSIC_PREVIEW.");
  const workers = optionalInteger(spec["num_workers"], "num_workers", { min: 0, max: 100_000 });
  const scale = optionalObject(spec["autoscale"], "autoscale");
  if (single && (workers !== undefined || scale !== undefined)) {
    throw invalid("num_workers and autoscale must not be set when is_single_node is true.");
  }
  if (!single && (workers === undefined) === (scale === undefined)) {
    throw invalid("Exactly 1 of virtual_cluster_size, num_workers or autoscale must be specified.");
  }
  if (scale !== undefined) checkScale(scale);
}

export function checkScale(scale: JsonObject): void {
  const bounds = { min: 0, max: 100_000 };
  const least = optionalInteger(scale["min_workers"], "autoscale.min_workers", bounds);
  const most = optionalInteger(scale["max_workers"], "autoscale.max_workers", bounds);
  if (least === undefined || most === undefined) throw invalid("autoscale must have min_workers and max_workers.");
  if (least > most) throw invalid(`autoscale.min_workers (${least}) must not be greater than max_workers (${most}).`);
}

function withDefaults(given: JsonObject, owner: string): JsonObject {
  const spec: JsonObject = { ...given };
  if (spec["is_single_node"] === true) {
    spec["num_workers"] = 0;
    spec["node_type_id"] ??= "m5d.large";
    spec["spark_conf"] = { ...textMap(spec["spark_conf"]), ...singleNodeConf };
    spec["custom_tags"] = { ...textMap(spec["custom_tags"]), ResourceClass: "SingleNode" };
  }
  spec["driver_node_type_id"] ??= spec["node_type_id"] ?? null;
  const mode = spec["data_security_mode"];
  const dedicated = typeof mode === "string" && /^(SINGLE_USER|DATA_SECURITY_MODE_DEDICATED)$/.test(mode);
  if (dedicated) spec["single_user_name"] ??= owner;
  return spec;
}

const singleNodeConf = { "spark.databricks.cluster.profile": "singleNode", "spark.master": "local[*]" };

function textMap(value: unknown): Record<string, string> {
  return isObject(value) ? (value as Record<string, string>) : {};
}

/** Workers that a running cluster of this specification has. */
export function workersOf(spec: JsonObject): number {
  const scale = spec["autoscale"];
  if (isObject(scale)) return Number(scale["min_workers"] ?? 0);
  return Number(spec["num_workers"] ?? 0);
}

/**
 * Whether Spark jobs get executors. A cluster without workers runs them only with the single-node configuration:
 * otherwise each waits for resources that never come, here as there.
 */
export function canRunSpark(spec: JsonObject): boolean {
  if (workersOf(spec) > 0 || isObject(spec["autoscale"])) return true;
  const conf = textMap(spec["spark_conf"]);
  return conf["spark.databricks.cluster.profile"] === "singleNode" || (conf["spark.master"] ?? "").startsWith("local");
}

/** The failure that the specification orders for the next start, by the Spark setting of the emulator; a termination code. */
export function orderedFailure(spec: JsonObject): string | undefined {
  const code = textMap(spec["spark_conf"])[failureSetting];
  return code === undefined || code === "" ? undefined : code;
}

/** A Spark setting that makes a cluster's start fail: its value is the termination code to end with. */
export const failureSetting = "spark.mortar.emulator.failStart";
