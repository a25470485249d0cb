// Whether a job's settings, or a one-time run's, can be accepted: the checks that a workspace makes before it stores anything.
import { isObject, type JsonObject } from "../../platform/json.ts";
import {
  invalid,
  optionalArray,
  optionalFlag,
  optionalInteger,
  optionalObject,
  optionalText,
  optionalWord,
  requiredText,
} from "../http/fields.ts";
import { ApiFault } from "../http/route.ts";
import { cronProblem } from "./cron.ts";
import { findCycle, runIfWords } from "./graph.ts";
import { bodyOf, checkBody, needsCompute, typeOf } from "./task-types.ts";

/** What the check needs to know of the workspace. */
export interface SettingsWorld {
  readonly serverless: boolean;
  readonly hasCluster: (clusterId: string) => boolean;
  readonly hasJob: (jobId: string) => boolean;
  /** Throws INVALID_PARAMETER_VALUE for a cluster that could not be created. */
  readonly checkCluster: (spec: JsonObject) => void;
}

const maxTasks = 1000;
const year = { min: 0, max: 31_536_000 };

/**
 * Checks job settings (or the body of runs/submit). Throws INVALID_PARAMETER_VALUE, or FEATURE_DISABLED for a serverless
 * task where serverless compute is off. Schedules are checked and kept; the emulator does not fire them.
 */
export function checkSettings(settings: JsonObject, world: SettingsWorld): void {
  const name = optionalText(settings["name"] ?? settings["run_name"], "name");
  if (name !== undefined && new TextEncoder().encode(name).length > 4096) {
    throw invalid("The name must not be longer than 4096 bytes.");
  }
  optionalInteger(settings["max_concurrent_runs"], "max_concurrent_runs", { min: 0, max: 1000 });
  optionalInteger(settings["timeout_seconds"], "timeout_seconds", year);
  checkSchedule(settings);
  checkParameters(settings);
  optionalObject(settings["email_notifications"], "email_notifications");
  optionalObject(settings["webhook_notifications"], "webhook_notifications");
  optionalObject(settings["health"], "health");
  const jobClusters = keysOf(settings, "job_clusters", "job_cluster_key");
  for (const cluster of objects(settings, "job_clusters")) checkNewCluster(cluster["new_cluster"], world);
  const environments = keysOf(settings, "environments", "environment_key");
  checkTasks(settings, { world, jobClusters, environments });
}

interface TaskContext {
  readonly world: SettingsWorld;
  readonly jobClusters: ReadonlySet<string>;
  readonly environments: ReadonlySet<string>;
}

function checkTasks(settings: JsonObject, context: TaskContext): void {
  const tasks = objects(settings, "tasks");
  if (tasks.length === 0) throw invalid("At least one task must be specified.");
  if (tasks.length > maxTasks)
    throw invalid(`A job can have at most ${maxTasks} tasks, but ${tasks.length} were specified.`);
  const keys = keysOf(settings, "tasks", "task_key");
  const conditions = new Set(
    tasks.filter((task) => task["condition_task"] !== undefined).map((task) => task["task_key"]),
  );
  const git = settings["git_source"] !== undefined;
  for (const task of tasks) {
    checkTask(task, { ...context, git });
    for (const { key, outcome } of dependencies(task)) {
      const own = String(task["task_key"]);
      if (!keys.has(key)) throw invalid(`Task '${own}' depends on task '${key}', which does not exist.`);
      if (outcome !== undefined && !conditions.has(key)) {
        throw invalid(`Task '${own}' depends on an outcome of task '${key}', which is not a condition task.`);
      }
    }
  }
  const cycle = findCycle(nodesOf(tasks));
  if (cycle !== undefined) throw invalid(`The task dependencies contain a cycle: ${cycle.join(" -> ")}.`);
}

function checkTask(task: JsonObject, context: TaskContext & { git: boolean; nested?: boolean }): void {
  const key = requiredText(task["task_key"], "task_key");
  if (!/^[\w-]{1,100}$/.test(key)) {
    throw invalid(
      `Invalid task key '${key}': it may hold letters, digits, '-' and '_' and be at most 100 characters long.`,
    );
  }
  const type = typeOf(task, key);
  checkBody(task, type, { key, git: context.git });
  optionalWord(task["run_if"], `tasks.${key}.run_if`, runIfWords);
  optionalInteger(task["timeout_seconds"], `tasks.${key}.timeout_seconds`, year);
  optionalInteger(task["max_retries"], `tasks.${key}.max_retries`, { min: -1, max: 1000 });
  optionalInteger(task["min_retry_interval_millis"], `tasks.${key}.min_retry_interval_millis`, {
    min: 0,
    max: 86_400_000,
  });
  optionalFlag(task["retry_on_timeout"], `tasks.${key}.retry_on_timeout`);
  if (needsCompute(type)) checkCompute(task, key, context);
  if (type === "run_job_task") {
    const jobId = String(bodyOf(task, type)["job_id"]);
    if (!context.world.hasJob(jobId)) throw invalid(`Job ${jobId} does not exist.`);
  }
  if (type !== "for_each_task") return;
  if (context.nested === true)
    throw invalid(`The for_each_task of task '${key}' must not contain another for_each_task.`);
  checkTask(bodyOf(task, type)["task"] as JsonObject, { ...context, nested: true });
}

function checkCompute(task: JsonObject, key: string, context: TaskContext): void {
  const chosen = ["existing_cluster_id", "new_cluster", "job_cluster_key"].filter((name) => task[name] !== undefined);
  const environment = optionalText(task["environment_key"], `tasks.${key}.environment_key`);
  if (chosen.length > 1 || (chosen.length === 1 && environment !== undefined)) {
    const names = environment === undefined ? chosen : [...chosen, "environment_key"];
    throw invalid(`Task '${key}' must specify at most one kind of compute, but it has ${names.join(", ")}.`);
  }
  const existing = optionalText(task["existing_cluster_id"], `tasks.${key}.existing_cluster_id`);
  if (existing !== undefined && !context.world.hasCluster(existing))
    throw invalid(`Cluster ${existing} does not exist`);
  const shared = optionalText(task["job_cluster_key"], `tasks.${key}.job_cluster_key`);
  if (shared !== undefined && !context.jobClusters.has(shared)) {
    throw invalid(`The job cluster key '${shared}' of task '${key}' is not defined in job_clusters.`);
  }
  if (task["new_cluster"] !== undefined) checkNewCluster(task["new_cluster"], context.world);
  if (chosen.length === 0) checkServerless(task, { key, environment, context });
}

/** What a workspace without serverless compute says to a task that names no cluster. */
export function serverlessOff(taskKey: string): string {
  return `Serverless compute is not enabled for this workspace. Specify a cluster for task '${taskKey}', or contact your workspace administrator to enable serverless compute.`;
}

interface ServerlessTask {
  readonly key: string;
  readonly environment: string | undefined;
  readonly context: TaskContext;
}

function checkServerless(task: JsonObject, { key, environment, context }: ServerlessTask): void {
  if (!context.world.serverless) {
    throw new ApiFault(400, "FEATURE_DISABLED", serverlessOff(key));
  }
  if (environment !== undefined && !context.environments.has(environment)) {
    throw invalid(`The environment key '${environment}' of task '${key}' is not defined in environments.`);
  }
  if (environment === undefined && task["spark_python_task"] !== undefined) {
    throw invalid(`An environment is required for serverless task ${key}. Please define one.`);
  }
}

function checkNewCluster(spec: unknown, world: SettingsWorld): void {
  if (!isObject(spec)) throw invalid("Missing required field: new_cluster");
  world.checkCluster(spec as JsonObject);
}

function checkSchedule(settings: JsonObject): void {
  const schedule = optionalObject(settings["schedule"], "schedule");
  const kinds = ["schedule", "trigger", "continuous"].filter((name) => settings[name] !== undefined);
  if (kinds.length > 1)
    throw invalid(`At most one of schedule, trigger, continuous may be set, but ${kinds.join(", ")} are.`);
  if (schedule === undefined) return;
  const expression = requiredText(schedule["quartz_cron_expression"], "schedule.quartz_cron_expression");
  const problem = cronProblem(expression);
  if (problem !== undefined) throw invalid(`Invalid quartz cron expression '${expression}': ${problem}.`);
  const zone = requiredText(schedule["timezone_id"], "schedule.timezone_id");
  if (!isTimeZone(zone))
    throw invalid(`Invalid timezone_id '${zone}': expected a Java time zone id such as 'Europe/London'.`);
  optionalWord(schedule["pause_status"], "schedule.pause_status", ["PAUSED", "UNPAUSED"]);
}

function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

function checkParameters(settings: JsonObject): void {
  keysOf(settings, "parameters", "name");
  for (const parameter of objects(settings, "parameters")) {
    const name = String(parameter["name"]);
    if (!/^[\w.-]+$/.test(name)) {
      throw invalid(`Invalid job parameter name '${name}': it may hold letters, digits, '_', '-' and '.'.`);
    }
    if (typeof parameter["default"] !== "string") throw invalid(`Missing required field: parameters.${name}.default`);
  }
}

/** The unique values of one key in a list of objects. Throws when one is absent or there twice. */
function keysOf(settings: JsonObject, list: string, keyName: string): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const item of objects(settings, list)) {
    const key = requiredText(item[keyName], `${list}.${keyName}`);
    if (keys.has(key)) throw invalid(`Duplicate ${keyName} '${key}' in ${list}.`);
    keys.add(key);
  }
  return keys;
}

/** The objects of a list field; an empty list where the field is absent. */
export function objects(settings: JsonObject, name: string): readonly JsonObject[] {
  return (optionalArray(settings[name], name) ?? []).map((item) => {
    if (!isObject(item)) throw invalid(`Invalid value for the field '${name}': expected objects.`);
    return item as JsonObject;
  });
}

export interface Dependency {
  readonly key: string;
  readonly outcome: string | undefined;
}

/** What a task depends on. */
export function dependencies(task: JsonObject): readonly Dependency[] {
  return objects(task, "depends_on").map((item) => ({
    key: requiredText(item["task_key"], "depends_on.task_key"),
    outcome: optionalText(item["outcome"], "depends_on.outcome"),
  }));
}

/** Tasks as the nodes of a graph. */
export function nodesOf(tasks: readonly JsonObject[]): readonly { key: string; dependsOn: readonly string[] }[] {
  return tasks.map((task) => ({
    key: String(task["task_key"]),
    dependsOn: dependencies(task).map(({ key }) => key),
  }));
}
