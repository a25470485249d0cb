// Settings of jobs and runs as a caller gives them, in the wire's own form.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { isObject, type JsonObject } from "../../platform/json.ts";

export function settingsInput(what: string) {
  return z.record(z.string(), z.unknown()).describe(what);
}

/** Throws `invalid_input` for settings without tasks. */
export function requireTasks(settings: Readonly<Record<string, unknown>>): void {
  const { tasks } = settings;
  if (Array.isArray(tasks) && tasks.length > 0 && tasks.every(isObject)) return;
  throw new MortarError("invalid_input", "settings: tasks is missing, or is no list of objects", {
    hint: 'A task is {"task_key": "a", "notebook_task": {"notebook_path": "/Workspace/..."}}; other kinds are spark_python_task, sql_task, pipeline_task, run_job_task, condition_task, for_each_task.',
  });
}

/** Environments need a version, and the newest that every workspace has is meant where none is named. */
export function withEnvironmentVersions(settings: Readonly<Record<string, unknown>>): JsonObject {
  const { environments } = settings;
  if (!Array.isArray(environments)) return settings as JsonObject;
  const filled = environments.map((one: unknown) => {
    if (!isObject(one)) return one;
    const spec = isObject(one["spec"]) ? one["spec"] : {};
    const isNamed = ["environment_version", "client", "base_environment"].some((name) => spec[name] !== undefined);
    return isNamed ? one : { ...one, spec: { environment_version: "4", ...spec } };
  });
  return { ...settings, environments: filled } as JsonObject;
}
