// Runs of jobs and one-time runs (Jobs API 2.2).
import type { Json, JsonObject } from "../platform/json.ts";
import type { CallOptions } from "./client.ts";
import type { ListOptions, Listing } from "./pages.ts";
import type { RunState } from "./run-state.ts";

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

export interface SubmitOptions extends CallOptions {
  /** At most 64 characters. One is made when absent, so that a lost answer never starts a second run. */
  readonly idempotencyToken?: string | undefined;
}

export interface GetRunOptions extends CallOptions {
  readonly includeHistory?: boolean | undefined;
}

export interface ListRunsOptions extends ListOptions {
  readonly jobId?: string | undefined;
  readonly activeOnly?: boolean | undefined;
  readonly completedOnly?: boolean | undefined;
  readonly runType?: "JOB_RUN" | "WORKFLOW_RUN" | "SUBMIT_RUN" | undefined;
  readonly startTimeFromMs?: number | undefined;
  readonly startTimeToMs?: number | undefined;
  readonly expandTasks?: boolean | undefined;
}

export interface ExportRunOptions extends CallOptions {
  /** Default CODE. */
  readonly views?: "CODE" | "DASHBOARDS" | "ALL" | undefined;
}

export interface RepairOptions extends CallOptions {
  readonly rerunTasks?: readonly string[] | undefined;
  readonly rerunAllFailedTasks?: boolean | undefined;
  readonly rerunDependentTasks?: boolean | undefined;
  /** Needed from the second repair on. */
  readonly latestRepairId?: string | undefined;
  readonly jobParameters?: Readonly<Record<string, string>> | undefined;
  readonly notebookParams?: Readonly<Record<string, string>> | undefined;
}

export interface RunsApi {
  /** Starts a one-time run. `request` is the wire's own form (snake_case): `run_name`, `tasks`, `environments`, `timeout_seconds` ... */
  submit(request: JsonObject, options?: SubmitOptions): Promise<{ readonly runId: string }>;
  get(runId: string, options?: GetRunOptions): Promise<Run>;
  list(options?: ListRunsOptions): Promise<Listing<Run>>;
  /** Takes a TASK run id where the run has several tasks. */
  getOutput(runId: string, options?: CallOptions): Promise<RunOutput>;
  /** The rendered cells of a notebook task's run. Takes a TASK run id. */
  export(runId: string, options?: ExportRunOptions): Promise<readonly RunView[]>;
  /** Asks for the end; the run ends a little later. */
  cancel(runId: string, options?: CallOptions): Promise<void>;
  delete(runId: string, options?: CallOptions): Promise<void>;
  repair(runId: string, options: RepairOptions): Promise<{ readonly repairId: string }>;
}
