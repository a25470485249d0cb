// What is remembered of jobs and their runs.
import type { JsonObject } from "../../platform/json.ts";
import type { ExecutedCommand } from "../kernel/types.ts";
import type { NotebookLanguage } from "../state/tree.ts";

export interface JobDocument {
  readonly jobId: string;
  readonly createdAt: number;
  readonly creator: string;
  readonly settings: JsonObject;
}

export type LifeCycle =
  | "QUEUED"
  | "PENDING"
  | "RUNNING"
  | "TERMINATING"
  | "TERMINATED"
  | "SKIPPED"
  | "INTERNAL_ERROR"
  | "BLOCKED"
  | "WAITING_FOR_RETRY";

export type RunResult =
  | "SUCCESS"
  | "FAILED"
  | "TIMEDOUT"
  | "CANCELED"
  | "MAXIMUM_CONCURRENT_RUNS_REACHED"
  | "UPSTREAM_FAILED"
  | "UPSTREAM_CANCELED"
  | "EXCLUDED"
  | "SUCCESS_WITH_FAILURES";

export type TerminationCode =
  | "SUCCESS"
  | "SUCCESS_WITH_FAILURES"
  | "USER_CANCELED"
  | "CANCELED"
  | "SKIPPED"
  | "RUN_EXECUTION_ERROR"
  | "RESOURCE_NOT_FOUND"
  | "INVALID_RUN_CONFIGURATION"
  | "FEATURE_DISABLED"
  | "CLUSTER_ERROR"
  | "INVALID_CLUSTER_REQUEST"
  | "DRIVER_ERROR"
  | "LIBRARY_INSTALLATION_ERROR"
  | "MAX_CONCURRENT_RUNS_EXCEEDED"
  | "INTERNAL_ERROR";

export interface RunState {
  readonly lifeCycle: LifeCycle;
  readonly result?: RunResult;
  readonly message: string;
  readonly code?: TerminationCode;
}

export type RunType = "JOB_RUN" | "SUBMIT_RUN";
export type Trigger = "ONE_TIME" | "RETRY" | "RUN_JOB_TASK";

/** What run-now said beyond the job's settings. */
export interface LegacyParameters {
  readonly notebook_params?: Readonly<Record<string, string>>;
  readonly python_params?: readonly string[];
  readonly sql_params?: Readonly<Record<string, string>>;
  readonly jar_params?: readonly string[];
  readonly pipeline_params?: JsonObject;
}

export interface JobParameter {
  readonly name: string;
  readonly default: string;
  /** Set where the run overrides the default. */
  readonly value?: string;
}

/** The first execution of a run, or one repair of it. */
export interface RepairDocument {
  /** Absent for the first execution. */
  readonly id?: string;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly state: RunState;
  readonly taskRunIds: readonly string[];
}

/** A run of a job, or a one-time run. Its tasks are documents of their own. */
export interface RunDocument {
  readonly runId: string;
  readonly jobId: string;
  readonly name: string;
  readonly type: RunType;
  readonly trigger: Trigger;
  readonly creator: string;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly queuedMs: number;
  readonly state: RunState;
  readonly settings: JsonObject;
  readonly parameters: readonly JobParameter[];
  readonly legacy?: LegacyParameters;
  /** Task keys that run-now was limited to. */
  readonly only?: readonly string[];
  /** Every task run of this run in the order of creation: first attempts, retries, repairs. */
  readonly taskRunIds: readonly string[];
  readonly history: readonly RepairDocument[];
  readonly token?: string;
  readonly queueEnabled: boolean;
  readonly performanceTarget?: string;
  /** The task run that started this run by a run_job_task. */
  readonly parentTaskRunId?: string;
}

/** What a task gave, beyond its state. */
export interface TaskOutput {
  readonly notebookExit?: string;
  readonly error?: string;
  readonly trace?: string;
  readonly logs?: string;
  readonly sqlText?: string;
  readonly sqlStatements?: readonly string[];
  readonly info?: string;
  readonly childRunId?: string;
  readonly language?: NotebookLanguage;
  readonly commands?: readonly ExecutedCommand[];
}

export interface TaskRunDocument {
  readonly runId: string;
  readonly parentRunId: string;
  readonly jobId: string;
  readonly taskKey: string;
  readonly task: JsonObject;
  readonly attempt: number;
  /** The first attempt's run id. */
  readonly originalRunId: string;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly setupMs: number;
  readonly executionMs: number;
  readonly state: RunState;
  readonly clusterId?: string;
  readonly sparkContextId?: string;
  readonly serverless: boolean;
  readonly resolved?: JsonObject;
  /** What the task set with dbutils.jobs.taskValues. */
  readonly values?: JsonObject;
  /** `"true"` or `"false"` of a condition task. */
  readonly outcome?: string;
  /** Run ids of a for-each task's iterations. */
  readonly iterations?: readonly string[];
  readonly totalIterations?: number;
  /** Set on an iteration: the for-each task run that it belongs to. */
  readonly forEachRunId?: string;
}
