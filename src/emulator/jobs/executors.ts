// What runs a task of each type, and what it hands back.
import type { Json, JsonObject } from "../../platform/json.ts";
import type { Kernel, KernelOptions, NotebookOutcome, NotebookRequest, TaskValues } from "../kernel/types.ts";
import type { World } from "../world.ts";
import type { Compute } from "./compute.ts";
import type { RunDocument, RunState, TaskOutput, TaskRunDocument } from "./documents.ts";
import type { Lookup } from "./references.ts";

/** The parts of the kernel that tasks run on. */
export interface Runners {
  readonly runNotebook: (world: World, request: NotebookRequest) => Promise<NotebookOutcome>;
  readonly startKernel: (world: World, options: KernelOptions) => Promise<Kernel>;
}

/** One execution of a task. */
export interface Execution {
  readonly world: World;
  readonly runners: Runners;
  readonly run: RunDocument;
  readonly taskRun: TaskRunDocument;
  /** The task's own part, as it was configured. */
  readonly body: JsonObject;
  readonly lookup: Lookup;
  /** Values of the job parameters in this run. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly compute: Compute | undefined;
  readonly signal: AbortSignal;
  /** Keeps what is known so far, for clients that look while the task runs. */
  readonly onProgress: (output: TaskOutput) => void;
  /** Keeps the values that the references of the task came to. */
  readonly onResolved: (resolved: JsonObject) => void;
  /** Changes the task run's own record. */
  readonly onChange: (change: Partial<TaskRunDocument>) => void;
  /** dbutils.jobs.taskValues of this task. */
  readonly taskValues: TaskValues;
  readonly jobs: JobsOfTask;
}

/** What tasks need of the engine: other jobs, and iterations. */
export interface JobsOfTask {
  /** Starts a run of another job and waits for its end. */
  runJob(wanted: {
    jobId: string;
    parameters: Readonly<Record<string, string>>;
    parentTaskRunId: string;
    signal: AbortSignal;
    onStart: (runId: string) => void;
  }): Promise<RunState>;
  /** Runs the nested task of a for-each task with one input, to its end. */
  runIteration(wanted: {
    task: JsonObject;
    input: Json;
    parent: TaskRunDocument;
    signal: AbortSignal;
  }): Promise<RunState>;
  readonly workspaceUrl: string;
}

/** Timers hold no more than 2^31 ms, 24 days; a limit beyond that is none for an emulator. */
export const longestTimerSeconds = 2_147_483;

export interface Finish {
  readonly state: RunState;
  readonly output: TaskOutput;
}

export const succeeded: RunState = { lifeCycle: "TERMINATED", result: "SUCCESS", message: "", code: "SUCCESS" };

/** The code ran and failed: the error is in the output. */
export const workloadFailed: RunState = {
  lifeCycle: "TERMINATED",
  result: "FAILED",
  message: "Workload failed, see run output for details",
  code: "RUN_EXECUTION_ERROR",
};

/** The task could not be run as it is configured. */
export function misconfigured(message: string, code: RunState["code"] = "INVALID_RUN_CONFIGURATION"): Finish {
  return {
    state: { lifeCycle: "INTERNAL_ERROR", result: "FAILED", message, ...(code === undefined ? {} : { code }) },
    output: { error: message },
  };
}
