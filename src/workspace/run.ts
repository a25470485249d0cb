// What a run of a job is, read from the wire: its state, tasks, times and output.
import type { Json, JsonObject } from "../platform/json.ts";
import { flag, id, number, object, objects, requiredId, text, timeMs } from "./fields.ts";
import { runStateOf, type RunState } from "./run-state.ts";

export interface RunTimes {
  readonly startTimeMs: number | undefined;
  readonly endTimeMs: number | undefined;
  readonly setupDurationMs: number | undefined;
  readonly executionDurationMs: number | undefined;
  readonly cleanupDurationMs: number | undefined;
  readonly queueDurationMs: number | undefined;
  /** The whole; the one to use for a run of several tasks. */
  readonly runDurationMs: number | undefined;
}

export interface RunTask {
  readonly taskKey: string;
  /** The task's own run id: what get-output and export take. */
  readonly runId: string | undefined;
  readonly attemptNumber: number;
  readonly state: RunState;
  readonly dependsOn: readonly { readonly taskKey: string; readonly outcome: string | undefined }[];
  readonly runIf: string | undefined;
  readonly description: string | undefined;
  /** `notebook_task`, `spark_python_task`, `sql_task` ...: the field that says what the task does. */
  readonly kind: string | undefined;
  readonly notebookPath: string | undefined;
  /** The cluster it runs or ran on; undefined on serverless compute. */
  readonly clusterId: string | undefined;
  readonly runPageUrl: string | undefined;
  readonly times: RunTimes;
}

export interface RunRepair {
  readonly id: string | undefined;
  /** ORIGINAL or REPAIR. */
  readonly type: string | undefined;
  readonly state: RunState;
  readonly taskRunIds: readonly string[];
}

export interface Run {
  readonly runId: string;
  readonly jobId: string | undefined;
  readonly runName: string | undefined;
  /** JOB_RUN, WORKFLOW_RUN or SUBMIT_RUN. */
  readonly runType: string | undefined;
  readonly trigger: string | undefined;
  readonly creator: string | undefined;
  readonly state: RunState;
  /** Every task of every page, each attempt its own entry; `latestTasks` picks one per key. In a list only with `expandTasks`. */
  readonly tasks: readonly RunTask[];
  /** Iterations of a for-each task's run. */
  readonly iterations: readonly RunTask[];
  readonly times: RunTimes;
  readonly runPageUrl: string | undefined;
  /** Only with `includeHistory`. */
  readonly repairs: readonly RunRepair[];
}

export interface RunOutput {
  /** What the notebook gave to `dbutils.notebook.exit`. */
  readonly notebookResult: string | undefined;
  /** The workspace cut the result at 5 MB. */
  readonly notebookResultTruncated: boolean;
  /** Standard output of Python file, wheel and JAR tasks; notebooks have none. */
  readonly logs: string | undefined;
  readonly logsTruncated: boolean;
  readonly error: string | undefined;
  readonly errorTrace: string | undefined;
  readonly info: string | undefined;
  readonly sqlOutput: Json | undefined;
  readonly dbtOutput: Json | undefined;
  /** The run that a run-job task started. */
  readonly runJobRunId: string | undefined;
  readonly run: Run | undefined;
}

export interface RunView {
  readonly name: string;
  /** NOTEBOOK or DASHBOARD. */
  readonly type: string;
  /** HTML. */
  readonly content: string;
}

/** The latest attempt of each task, in the order in which the keys first come. */
export function latestTasks(run: Run): readonly RunTask[] {
  const latest = new Map<string, RunTask>();
  for (const task of run.tasks) {
    const before = latest.get(task.taskKey);
    if (before === undefined || task.attemptNumber >= before.attemptNumber) latest.set(task.taskKey, task);
  }
  return [...latest.values()];
}

export function toRun(wire: JsonObject): Run {
  return {
    runId: requiredId(wire, "run_id"),
    jobId: id(wire, "job_id"),
    runName: text(wire, "run_name"),
    runType: text(wire, "run_type"),
    trigger: text(wire, "trigger"),
    creator: text(wire, "creator_user_name"),
    state: runStateOf(wire),
    tasks: objects(wire, "tasks").map(toTask),
    iterations: objects(wire, "iterations").map(toTask),
    times: timesOf(wire),
    runPageUrl: text(wire, "run_page_url"),
    repairs: objects(wire, "repair_history").map(toRepair),
  };
}

export function toRunOutput(wire: JsonObject): RunOutput {
  const notebook = object(wire, "notebook_output") ?? {};
  const metadata = object(wire, "metadata");
  const result = notebook["result"];
  return {
    // An empty result is a result too: `dbutils.notebook.exit("")`.
    notebookResult: typeof result === "string" ? result : undefined,
    notebookResultTruncated: flag(notebook, "truncated"),
    logs: text(wire, "logs"),
    logsTruncated: flag(wire, "logs_truncated"),
    error: text(wire, "error"),
    errorTrace: text(wire, "error_trace"),
    info: text(wire, "info"),
    sqlOutput: wire["sql_output"],
    dbtOutput: wire["dbt_output"],
    runJobRunId: id(object(wire, "run_job_output") ?? {}, "run_id"),
    run: metadata === undefined ? undefined : toRun(metadata),
  };
}

function toTask(wire: JsonObject): RunTask {
  const cluster = object(wire, "cluster_instance") ?? {};
  return {
    taskKey: text(wire, "task_key") ?? "",
    runId: id(wire, "run_id"),
    attemptNumber: number(wire, "attempt_number") ?? 0,
    state: runStateOf(wire),
    dependsOn: objects(wire, "depends_on").map((dependency) => {
      return { taskKey: text(dependency, "task_key") ?? "", outcome: text(dependency, "outcome") };
    }),
    runIf: text(wire, "run_if"),
    description: text(wire, "description"),
    kind: Object.keys(wire).find((key) => key.endsWith("_task")),
    notebookPath: text(object(wire, "notebook_task") ?? {}, "notebook_path"),
    clusterId: text(cluster, "cluster_id") ?? text(wire, "existing_cluster_id"),
    runPageUrl: text(wire, "run_page_url"),
    times: timesOf(wire),
  };
}

function toRepair(wire: JsonObject): RunRepair {
  const runIds = wire["task_run_ids"];
  return {
    id: id(wire, "id"),
    type: text(wire, "type"),
    state: runStateOf(wire),
    taskRunIds: Array.isArray(runIds) ? runIds.map(String) : [],
  };
}

function timesOf(wire: JsonObject): RunTimes {
  return {
    startTimeMs: timeMs(wire, "start_time"),
    endTimeMs: timeMs(wire, "end_time"),
    setupDurationMs: number(wire, "setup_duration"),
    executionDurationMs: number(wire, "execution_duration"),
    cleanupDurationMs: number(wire, "cleanup_duration"),
    queueDurationMs: number(wire, "queue_duration"),
    runDurationMs: number(wire, "run_duration"),
  };
}
