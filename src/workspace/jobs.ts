// Jobs: definitions of work and starting them (Jobs API 2.2). Runs are in runs.ts.
import type { JsonObject } from "../platform/json.ts";
import type { CallOptions } from "./client.ts";
import type { ListOptions, Listing } from "./pages.ts";

/**
 * JobSettings in the wire's own form (snake_case), whole, unknown fields included: what is read can be written back.
 * int64 ids inside it are strings of digits, both ways; the client writes them as bare numbers.
 */
export type JobSettings = JsonObject;

export interface Job {
  readonly jobId: string;
  readonly name: string | undefined;
  readonly creator: string | undefined;
  readonly runAs: string | undefined;
  readonly createdTimeMs: number | undefined;
  /** With every page of tasks, job clusters, parameters and environments. In a list without `expandTasks`, without tasks. */
  readonly settings: JobSettings;
}

export interface ListJobsOptions extends ListOptions {
  /** The whole name, in any case (the API compares exactly). */
  readonly name?: string | undefined;
  readonly expandTasks?: boolean | undefined;
}

export interface UpdateJobOptions extends CallOptions {
  readonly newSettings?: JobSettings | undefined;
  /** Such as `schedule` or `tasks/old_task`. */
  readonly fieldsToRemove?: readonly string[] | undefined;
}

export interface RunNowOptions extends CallOptions {
  /** Cannot be mixed with the older `*Params`. */
  readonly jobParameters?: Readonly<Record<string, string>> | undefined;
  readonly notebookParams?: Readonly<Record<string, string>> | undefined;
  readonly pythonParams?: readonly string[] | undefined;
  readonly jarParams?: readonly string[] | undefined;
  readonly sqlParams?: Readonly<Record<string, string>> | undefined;
  /** Only these tasks, by task key. */
  readonly only?: readonly string[] | undefined;
  readonly queue?: boolean | undefined;
  readonly performanceTarget?: "STANDARD" | "PERFORMANCE_OPTIMIZED" | undefined;
  /** At most 64 characters. One is made when absent, so that a lost answer never starts a second run. */
  readonly idempotencyToken?: string | undefined;
}

export interface StartedRun {
  readonly runId: string;
  readonly numberInJob: string | undefined;
}

export interface JobsApi {
  create(settings: JobSettings, options?: CallOptions): Promise<{ readonly jobId: string }>;
  get(jobId: string, options?: CallOptions): Promise<Job>;
  list(options?: ListJobsOptions): Promise<Listing<Job>>;
  update(jobId: string, options: UpdateJobOptions): Promise<void>;
  /** Replaces all settings. */
  reset(jobId: string, settings: JobSettings, options?: CallOptions): Promise<void>;
  delete(jobId: string, options?: CallOptions): Promise<void>;
  runNow(jobId: string, options?: RunNowOptions): Promise<StartedRun>;
}
