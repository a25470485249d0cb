// Compute policies: their definitions, and how they bind a cluster's specification.
import { isObject, parseJson, type Json, type JsonObject } from "../../platform/json.ts";
import { invalid, optionalFlag, optionalText } from "../http/fields.ts";
import { ApiFault } from "../http/route.ts";
import type { World } from "../world.ts";
import { readSpec } from "./spec.ts";

export interface PolicyDocument {
  readonly policyId: string;
  readonly name: string;
  readonly description?: string;
  /** JSON text: rules by the path of a field, `spark_conf.spark.master` or `autotermination_minutes`. */
  readonly definition: string;
  readonly creator: string;
  readonly createdAt: number;
  readonly familyId?: string;
  readonly maxClustersPerUser?: number;
}

const ruleTypes = ["fixed", "forbidden", "allowlist", "blocklist", "range", "regex", "unlimited"];

/** The rules of a definition. Throws INVALID_PARAMETER_VALUE. */
export function readDefinition(definition: string): Record<string, JsonObject> {
  const rules = parseRules(definition);
  for (const [path, rule] of Object.entries(rules)) {
    if (!isObject(rule)) throw invalid(`Invalid policy definition: the rule for '${path}' must be an object.`);
    const type = rule["type"];
    if (typeof type !== "string" || !ruleTypes.includes(type)) {
      throw invalid(
        `Invalid policy definition: the rule for '${path}' has type '${String(type)}'. Valid types are: ${ruleTypes.join(", ")}.`,
      );
    }
    if (type === "fixed" && rule["value"] === undefined)
      throw invalid(`Invalid policy definition: '${path}' must have a value.`);
    if (/^(allow|block)list$/.test(type) && !Array.isArray(rule["values"])) {
      throw invalid(`Invalid policy definition: '${path}' must have values.`);
    }
    if (type === "regex" && (typeof rule["pattern"] !== "string" || !isPattern(rule["pattern"]))) {
      throw invalid(`Invalid policy definition: '${path}' must have a valid pattern.`);
    }
  }
  return rules as Record<string, JsonObject>;
}

function parseRules(definition: string): JsonObject {
  let value: Json;
  try {
    value = parseJson(definition);
  } catch {
    throw invalid("Invalid policy definition: it must be a JSON document given as a string.");
  }
  if (!isObject(value)) throw invalid("Invalid policy definition: it must be a JSON object.");
  return value as JsonObject;
}

function isPattern(pattern: string): boolean {
  try {
    return new RegExp(pattern) instanceof RegExp;
  } catch {
    return false;
  }
}

/**
 * The specification in a cluster request, bound by its policy, with defaults. Throws INVALID_PARAMETER_VALUE, and
 * RESOURCE_DOES_NOT_EXIST for an unknown policy.
 */
export function checkClusterRequest(world: World, body: JsonObject, owner: string): JsonObject {
  const policyId = optionalText(body["policy_id"], "policy_id");
  if (policyId === undefined || policyId === "") return readSpec(body, owner);
  const policy = policiesOf(world).get(policyId);
  if (policy === undefined) {
    throw new ApiFault(404, "RESOURCE_DOES_NOT_EXIST", `Can't find a cluster policy with id: ${policyId}.`);
  }
  const { apply_policy_default_values: defaults, ...spec } = body;
  return readSpec(
    bind(readDefinition(policy.definition), spec, optionalFlag(defaults, "apply_policy_default_values")),
    owner,
  );
}

export function policiesOf(world: World) {
  return world.store.collection<PolicyDocument>("cluster_policies");
}

/** The specification with fixed values and defaults filled in. Throws for a value that the policy does not allow. */
export function bind(rules: Readonly<Record<string, JsonObject>>, spec: JsonObject, defaults: boolean): JsonObject {
  let bound = spec;
  for (const [path, rule] of Object.entries(rules)) {
    const given = valueAt(bound, path);
    if (given === undefined) {
      const filled = rule["type"] === "fixed" ? rule["value"] : defaultOf(rule, defaults);
      if (filled !== undefined && appliesTo(path)) bound = withValue(bound, path, filled);
      continue;
    }
    const problem = problemWith(rule, given);
    if (problem !== undefined) throw invalid(`Validation failed for ${path}, ${problem}`);
  }
  return bound;
}

/** Rules on what is not a field of a cluster: its type, its price. */
function appliesTo(path: string): boolean {
  return path !== "cluster_type" && path !== "dbus_per_hour";
}

function defaultOf(rule: JsonObject, apply: boolean): Json | undefined {
  if (rule["defaultValue"] === undefined) return undefined;
  return apply || rule["isOptional"] !== true ? rule["defaultValue"] : undefined;
}

function problemWith(rule: JsonObject, given: Json): string | undefined {
  const shown = JSON.stringify(given);
  const list = Array.isArray(rule["values"]) ? rule["values"] : [];
  const same = (value: Json | undefined): boolean => String(value) === String(given);
  switch (rule["type"]) {
    case "fixed":
      return same(rule["value"]) ? undefined : `the value must be ${JSON.stringify(rule["value"])} (is ${shown})`;
    case "forbidden":
      return "the value must not be present";
    case "allowlist":
      return list.some(same) ? undefined : `the value must be one of ${JSON.stringify(list)} (is ${shown})`;
    case "blocklist":
      return list.some(same) ? `the value must not be one of ${JSON.stringify(list)} (is ${shown})` : undefined;
    case "regex":
      return new RegExp(`^(?:${String(rule["pattern"])})$`).test(String(given))
        ? undefined
        : `the value must match ${String(rule["pattern"])} (is ${shown})`;
    case "range":
      return outOfRange(rule, Number(given)) ? `the value must be in its range (is ${shown})` : undefined;
    default:
      return undefined;
  }
}

function outOfRange(rule: JsonObject, value: number): boolean {
  const least = rule["minValue"] === undefined ? -Infinity : Number(rule["minValue"]);
  const most = rule["maxValue"] === undefined ? Infinity : Number(rule["maxValue"]);
  return !(value >= least && value <= most);
}

// The part after the first dot is one key: Spark settings have dots in their names.
function valueAt(spec: JsonObject, path: string): Json | undefined {
  const dot = path.indexOf(".");
  if (dot === -1) return spec[path];
  const inner = spec[path.slice(0, dot)];
  return isObject(inner) ? (inner as JsonObject)[path.slice(dot + 1)] : undefined;
}

function withValue(spec: JsonObject, path: string, value: Json): JsonObject {
  const dot = path.indexOf(".");
  if (dot === -1) return { ...spec, [path]: value };
  const outer = path.slice(0, dot);
  const inner = isObject(spec[outer]) ? (spec[outer] as JsonObject) : {};
  return { ...spec, [outer]: { ...inner, [path.slice(dot + 1)]: value } };
}
