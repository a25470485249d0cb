// The libraries that a task asks for: its own on a cluster, its environment's on serverless compute.
import { isObject, type Json, type JsonObject } from "../../platform/json.ts";
import { objects } from "./settings-check.ts";

/** Library objects as the Libraries API has them; a dependency of an environment is taken for the same from PyPI or a file. */
export function librariesOf(task: JsonObject, settings: JsonObject): readonly Json[] {
  const own = Array.isArray(task["libraries"]) ? task["libraries"] : [];
  const key = task["environment_key"];
  const environment = objects(settings, "environments").find((item) => item["environment_key"] === key);
  const spec = key === undefined ? undefined : environment?.["spec"];
  const dependencies = isObject(spec) && Array.isArray(spec["dependencies"]) ? spec["dependencies"] : [];
  return [...own, ...dependencies.map((text) => dependency(String(text)))];
}

function dependency(text: string): Json {
  const requirements = /^(?:-r|--requirement)\s+(.+)$/.exec(text)?.[1];
  if (requirements !== undefined) return { requirements };
  return text.startsWith("/") || text.endsWith(".whl") ? { whl: text } : { pypi: { package: text } };
}
