// jobs/update: how new settings are laid over the old ones, and how fields are removed.
import { isObject, type Json, type JsonObject } from "../../platform/json.ts";
import { invalid } from "../http/fields.ts";
import { ownValue } from "../own-value.ts";

/** Arrays whose elements are merged by a key; everything else is replaced whole. */
const keyed: Readonly<Record<string, string>> = {
  tasks: "task_key",
  job_clusters: "job_cluster_key",
  environments: "environment_key",
  parameters: "name",
};

/** Job settings after an update. Elements of keyed arrays replace those with the same key; new ones come last. */
export function mergeSettings(old: JsonObject, update: JsonObject): JsonObject {
  const merged: JsonObject = { ...old };
  for (const [name, value] of Object.entries(update)) {
    const key = ownValue(keyed, name);
    merged[name] = key === undefined || !Array.isArray(value) ? value : mergeList(old[name], value, key);
  }
  return merged;
}

function mergeList(old: Json | undefined, update: readonly Json[], key: string): Json[] {
  const before = Array.isArray(old) ? old : [];
  const replaced = before.map((item) => update.find((newer) => sameKey(newer, item, key)) ?? item);
  return [...replaced, ...update.filter((newer) => !before.some((item) => sameKey(newer, item, key)))];
}

function sameKey(left: Json, right: Json, key: string): boolean {
  return isObject(left) && isObject(right) && left[key] !== undefined && left[key] === right[key];
}

/**
 * Settings without the fields named: a top-level name (`schedule`), or an element of a keyed array by its key
 * (`tasks/load`, `job_clusters/shared`). Throws INVALID_PARAMETER_VALUE for a field that cannot be removed.
 */
export function removeFields(settings: JsonObject, fields: readonly string[]): JsonObject {
  const left: JsonObject = { ...settings };
  for (const field of fields) {
    const [name = "", element, ...more] = field.split("/");
    if (name === "" || more.length > 0) throw invalid(`Invalid field to remove: '${field}'.`);
    if (element === undefined) {
      delete left[name];
      continue;
    }
    const key = ownValue(keyed, name);
    if (key === undefined) throw invalid(`Cannot remove '${field}': ${name} is not an array with keys.`);
    const list = left[name];
    if (!Array.isArray(list)) continue;
    left[name] = list.filter((item) => !(isObject(item) && item[key] === element));
  }
  return left;
}
