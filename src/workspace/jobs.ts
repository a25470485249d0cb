// Jobs: definitions of work and starting them (Jobs API 2.2). Runs are in runs.ts.
import type { JsonObject } from "../platform/json.ts";
import type { CallOptions, Client } from "./client.ts";
import { flag, id, object, objects, requiredId, text, timeMs } from "./fields.ts";
import { idDigits, settingsFromWire, settingsToWire, wireId } from "./ids.ts";
import { appendLists, collect, pageSize, pagesOf, type ListOptions, type Listing } from "./pages.ts";

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
  readonly pythonNamedParams?: Readonly<Record<string, string>> | undefined;
  readonly sparkSubmitParams?: readonly string[] | undefined;
  readonly dbtCommands?: readonly string[] | undefined;
  /** Such as `{ full_refresh: true }`. */
  readonly pipelineParams?: JsonObject | undefined;
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

const base = "/api/2.2/jobs";
// The lists inside settings that the API cuts at 100 and continues on the next page.
const pagedSettings = ["tasks", "job_clusters", "parameters", "environments"];

export function createJobsApi(client: Client): JobsApi {
  const get: JobsApi["get"] = (jobId, { signal } = {}) => getJob(client, jobId, signal);
  return {
    get,
    create: async (settings, { signal } = {}) => {
      const body = settingsToWire(settings);
      return {
        jobId: requiredId(await client.json({ method: "POST", path: `${base}/create`, body, signal }), "job_id"),
      };
    },
    list: (options = {}) => listJobs(client, options),
    update: async (jobId, { newSettings, fieldsToRemove, signal }) => {
      const body = {
        job_id: wireJobId(jobId),
        new_settings: newSettings === undefined ? undefined : settingsToWire(newSettings),
        fields_to_remove: fieldsToRemove,
      };
      return client.run({ method: "POST", path: `${base}/update`, body, idempotent: true, signal });
    },
    reset: async (jobId, settings, { signal } = {}) => {
      const body = { job_id: wireJobId(jobId), new_settings: settingsToWire(settings) };
      return client.run({ method: "POST", path: `${base}/reset`, body, idempotent: true, signal });
    },
    delete: async (jobId, { signal } = {}) => {
      const body = { job_id: wireJobId(jobId) };
      return client.run({ method: "POST", path: `${base}/delete`, body, idempotent: true, signal });
    },
    runNow: async (jobId, options = {}) => runNow(client, jobId, options),
  };
}

async function getJob(client: Client, jobId: string, signal: AbortSignal | undefined): Promise<Job> {
  const query = { job_id: idDigits(jobId, "job id") };
  let job: JsonObject | undefined;
  const pages = pagesOf(client, (token) => {
    return { method: "GET", path: `${base}/get`, query: { ...query, page_token: token }, signal };
  });
  for await (const page of pages) {
    const settings = appendLists(object(job ?? {}, "settings"), object(page, "settings") ?? {}, pagedSettings);
    job = { ...page, ...job, settings };
  }
  return toJob(job ?? {});
}

async function listJobs(client: Client, options: ListJobsOptions): Promise<Listing<Job>> {
  const { name, expandTasks, limit, signal } = options;
  const pages = pagesOf(client, (token) => {
    const query = { name, expand_tasks: expandTasks, limit: pageSize(limit, 100), page_token: token };
    return { method: "GET", path: `${base}/list`, query, signal };
  });
  const listing = await collect(pages, (page) => objects(page, "jobs"), limit);
  const items: Job[] = [];
  for (const job of listing.items) {
    // A job with more than 100 tasks is cut in a list.
    const cut = expandTasks === true && flag(job, "has_more");
    items.push(cut ? await getJob(client, requiredId(job, "job_id"), signal) : toJob(job));
  }
  return { items, truncated: listing.truncated };
}

async function runNow(client: Client, jobId: string, options: RunNowOptions): Promise<StartedRun> {
  const body = {
    job_id: wireJobId(jobId),
    job_parameters: options.jobParameters,
    notebook_params: options.notebookParams,
    python_params: options.pythonParams,
    jar_params: options.jarParams,
    sql_params: options.sqlParams,
    python_named_params: options.pythonNamedParams,
    spark_submit_params: options.sparkSubmitParams,
    dbt_commands: options.dbtCommands,
    pipeline_params: options.pipelineParams,
    only: options.only,
    queue: options.queue === undefined ? undefined : { enabled: options.queue },
    performance_target: options.performanceTarget,
    idempotency_token: options.idempotencyToken ?? crypto.randomUUID(),
  };
  const { signal } = options;
  const answer = await client.json({ method: "POST", path: `${base}/run-now`, body, idempotent: true, signal });
  return { runId: requiredId(answer, "run_id"), numberInJob: id(answer, "number_in_job") };
}

function toJob(wire: JsonObject): Job {
  const settings = object(wire, "settings") ?? {};
  return {
    jobId: requiredId(wire, "job_id"),
    name: text(settings, "name"),
    creator: text(wire, "creator_user_name"),
    runAs: text(wire, "run_as_user_name"),
    createdTimeMs: timeMs(wire, "created_time"),
    settings: settingsFromWire(settings),
  };
}

function wireJobId(jobId: string): unknown {
  return wireId(jobId, "job id");
}
