// Jobs and runs as the Jobs API shows them.
import { isObject, type Json, type JsonObject } from "../../platform/json.ts";
import { wireId } from "../http/fields.ts";
import { releaseOrder } from "./array-pages.ts";
import type { JobDocument, RepairDocument, RunDocument, TaskRunDocument } from "./documents.ts";
import type { Records } from "./records.ts";
import { objects } from "./settings-check.ts";
import { isFinal, legacyState, status } from "./states.ts";

export interface ViewOptions {
  /** `https://host` of this workspace, for run_page_url. */
  readonly origin: string;
  readonly workspaceId: string;
  readonly includeResolved: boolean;
  readonly includeHistory: boolean;
}

/** Job settings with the fields that a workspace fills in. */
export function settingsView(settings: JsonObject): JsonObject {
  const tasks = objects(settings, "tasks").map(taskView);
  return {
    name: "Untitled",
    email_notifications: {},
    webhook_notifications: {},
    timeout_seconds: 0,
    max_concurrent_runs: 1,
    format: "MULTI_TASK",
    ...settings,
    tasks,
  };
}

/** A task as it is stored, with its defaults; ids in it are bare integers. */
export function taskView(task: JsonObject): JsonObject {
  const view: JsonObject = {
    run_if: "ALL_SUCCESS",
    timeout_seconds: 0,
    email_notifications: {},
    webhook_notifications: {},
    ...task,
  };
  for (const [name, source] of [
    ["notebook_task", "WORKSPACE"],
    ["spark_python_task", "WORKSPACE"],
  ] as const) {
    if (isObject(view[name])) view[name] = { source, ...(view[name] as JsonObject) };
  }
  const child = view["run_job_task"];
  if (isObject(child))
    view["run_job_task"] = { ...(child as JsonObject), job_id: wireId(String(child["job_id"])) as Json };
  const each = view["for_each_task"];
  if (isObject(each) && isObject(each["task"])) {
    view["for_each_task"] = { ...(each as JsonObject), task: taskView(each["task"] as JsonObject) };
  }
  return view;
}

/** BaseJob: what jobs/list shows; jobs/get adds to it. */
export function jobView(job: JobDocument, settings: JsonObject): JsonObject {
  return {
    job_id: wireId(job.jobId) as Json,
    creator_user_name: job.creator,
    created_time: job.createdAt,
    settings,
  };
}

/** A run without its arrays of tasks and clusters. */
export function runHead(run: RunDocument, options: ViewOptions): JsonObject {
  const view: Record<string, unknown> = {
    job_id: wireId(run.jobId),
    run_id: wireId(run.runId),
    job_run_id: wireId(run.runId),
    number_in_job: wireId(run.runId),
    original_attempt_run_id: wireId(run.runId),
    creator_user_name: run.creator,
    run_name: run.name,
    run_type: run.type,
    trigger: run.trigger,
    format: "MULTI_TASK",
    run_page_url: pageUrl(run, run.runId, options),
    start_time: run.startedAt,
    end_time: run.endedAt ?? 0,
    run_duration: (run.endedAt ?? run.startedAt) - run.startedAt,
    setup_duration: 0,
    execution_duration: 0,
    cleanup_duration: 0,
    state: legacyState(run.state),
    status: status(run.state),
  };
  if (run.queuedMs > 0) view["queue_duration"] = run.queuedMs;
  if (run.parameters.length > 0) view["job_parameters"] = run.parameters;
  if (run.legacy !== undefined) view["overriding_parameters"] = run.legacy;
  if (run.settings["schedule"] !== undefined) view["schedule"] = run.settings["schedule"];
  if (run.settings["git_source"] !== undefined) view["git_source"] = run.settings["git_source"];
  if (run.settings["description"] !== undefined) view["description"] = run.settings["description"];
  if (run.performanceTarget !== undefined) view["effective_performance_target"] = run.performanceTarget;
  if (run.parentTaskRunId !== undefined) view["trigger_info"] = { run_id: wireId(run.parentTaskRunId) };
  return view as JsonObject;
}

/** The run with its tasks. A run of one task shows that task's durations as its own. */
export function runView(run: RunDocument, records: Records, options: ViewOptions): JsonObject {
  const view: Record<string, unknown> = runHead(run, options);
  const tasks = releaseOrder(records.tasksOf(run));
  const [only] = tasks;
  if (only !== undefined && objects(run.settings, "tasks").length === 1) {
    const last = tasks.at(-1) ?? only;
    view["setup_duration"] = last.setupMs;
    view["execution_duration"] = last.executionMs;
    if (last.clusterId !== undefined) view["cluster_instance"] = clusterInstance(last);
  }
  view["tasks"] = tasks.map((task) => taskRunView(task, run, records, options));
  for (const name of ["job_clusters", "environments"]) {
    if (run.settings[name] !== undefined) view[name] = run.settings[name];
  }
  if (options.includeHistory) view["repair_history"] = run.history.map(historyView);
  return view as JsonObject;
}

/** A task run asked for by its own id. */
export function taskAsRun(task: TaskRunDocument, run: RunDocument, records: Records, options: ViewOptions): JsonObject {
  const view: Record<string, unknown> = {
    ...runHead(run, options),
    ...taskRunView(task, run, records, options),
    number_in_job: wireId(task.runId),
    job_run_id: wireId(run.runId),
    job_id: wireId(run.jobId),
    run_name: task.taskKey,
    tasks: [taskRunView(task, run, records, options)],
  };
  delete view["job_parameters"];
  const iterations = (task.iterations ?? []).flatMap((id) => records.task(id) ?? []);
  if (task.iterations !== undefined) {
    view["iterations"] = iterations.map((item) => taskRunView(item, run, records, options));
  }
  return view as JsonObject;
}

function taskRunView(task: TaskRunDocument, run: RunDocument, records: Records, options: ViewOptions): JsonObject {
  const view: Record<string, unknown> = {
    ...taskView(task.task),
    run_id: wireId(task.runId),
    run_page_url: pageUrl(run, task.runId, options),
    start_time: task.startedAt,
    end_time: task.endedAt ?? 0,
    setup_duration: task.setupMs,
    execution_duration: task.executionMs,
    cleanup_duration: 0,
    attempt_number: task.attempt,
    original_attempt_run_id: wireId(task.originalRunId),
    state: legacyState(task.state),
    status: status(task.state),
  };
  if (task.clusterId !== undefined) view["cluster_instance"] = clusterInstance(task);
  if (task.serverless) view["effective_performance_target"] = run.performanceTarget ?? "PERFORMANCE_OPTIMIZED";
  if (options.includeResolved && task.resolved !== undefined) view["resolved_values"] = task.resolved;
  if (task.outcome !== undefined && isObject(view["condition_task"])) {
    view["condition_task"] = { ...view["condition_task"], outcome: task.outcome };
  }
  if (task.totalIterations !== undefined && isObject(view["for_each_task"])) {
    view["for_each_task"] = { ...view["for_each_task"], stats: { task_run_stats: iterationStats(task, records) } };
  }
  return view as JsonObject;
}

function clusterInstance(task: TaskRunDocument): object {
  return {
    cluster_id: task.clusterId,
    ...(task.sparkContextId === undefined ? {} : { spark_context_id: task.sparkContextId }),
  };
}

function iterationStats(task: TaskRunDocument, records: Records): object {
  const runs = (task.iterations ?? []).flatMap((id) => records.task(id) ?? []);
  const latest = [...new Map(runs.map((run) => [run.originalRunId, run])).values()];
  const ended = latest.filter((run) => isFinal(run.state));
  const succeeded = ended.filter((run) => run.state.result === "SUCCESS");
  return {
    total_iterations: task.totalIterations ?? 0,
    scheduled_iterations: latest.length,
    active_iterations: latest.length - ended.length,
    completed_iterations: ended.length,
    succeeded_iterations: succeeded.length,
    failed_iterations: ended.length - succeeded.length,
  };
}

function historyView(item: RepairDocument): object {
  return {
    type: item.id === undefined ? "ORIGINAL" : "REPAIR",
    ...(item.id === undefined ? {} : { id: wireId(item.id) }),
    start_time: item.startedAt,
    end_time: item.endedAt ?? 0,
    state: legacyState(item.state),
    status: status(item.state),
    task_run_ids: item.taskRunIds.map(wireId),
  };
}

function pageUrl(run: RunDocument, runId: string, { origin, workspaceId }: ViewOptions): string {
  return `${origin}/?o=${workspaceId}#job/${run.jobId}/run/${runId}`;
}
