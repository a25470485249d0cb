// Starting, watching, reading and ending runs (Jobs API 2.2). What a run is stands in run.ts.
import type { JsonObject } from "../platform/json.ts";
import type { CallOptions, Client } from "./client.ts";
import { flag, objects, requiredId, text } from "./fields.ts";
import { idDigits, settingsToWire, wireId } from "./ids.ts";
import { appendLists, collect, pageSize, pagesOf, type ListOptions, type Listing } from "./pages.ts";
import { toRun, toRunOutput, type Run, type RunOutput, type RunView } from "./run.ts";

export type { Run, RunOutput, RunTimes, RunView } from "./run.ts";

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
  /** Parameters of other kinds, in the wire's own form: `python_params`, `sql_params` ... */
  readonly otherParams?: JsonObject | undefined;
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
  /** Asks for the end of every run of a job. */
  cancelAll(jobId: string, options?: CallOptions): Promise<void>;
  delete(runId: string, options?: CallOptions): Promise<void>;
  repair(runId: string, options: RepairOptions): Promise<{ readonly repairId: string }>;
}

const base = "/api/2.2/jobs/runs";
const pagedLists = ["tasks", "iterations", "job_clusters", "job_parameters", "repair_history"];

export function createRunsApi(client: Client): RunsApi {
  return {
    submit: async (request, { idempotencyToken, signal } = {}) => {
      const token = idempotencyToken ?? text(request, "idempotency_token") ?? crypto.randomUUID();
      const body = { ...settingsToWire(request), idempotency_token: token };
      const answer = await client.json({ method: "POST", path: `${base}/submit`, body, idempotent: true, signal });
      return { runId: requiredId(answer, "run_id") };
    },
    get: (runId, options = {}) => getRun(client, runId, options),
    list: (options = {}) => listRuns(client, options),
    getOutput: async (runId, { signal } = {}) => {
      const query = runQuery(runId);
      return toRunOutput(await client.json({ method: "GET", path: `${base}/get-output`, query, signal }));
    },
    export: async (runId, { views = "CODE", signal } = {}) => {
      const query = { ...runQuery(runId), views_to_export: views };
      return objects(await client.json({ method: "GET", path: `${base}/export`, query, signal }), "views").map(toView);
    },
    cancel: async (runId, { signal } = {}) =>
      client.run({ method: "POST", path: `${base}/cancel`, body: runBody(runId), idempotent: true, signal }),
    cancelAll: async (jobId, { signal } = {}) => {
      const body = { job_id: wireId(jobId, "job id") };
      return client.run({ method: "POST", path: `${base}/cancel-all`, body, idempotent: true, signal });
    },
    delete: async (runId, { signal } = {}) =>
      client.run({ method: "POST", path: `${base}/delete`, body: runBody(runId), signal }),
    repair: async (runId, options) => {
      const { signal } = options;
      const body = repairBody(runId, options);
      const answer = await client.json({ method: "POST", path: `${base}/repair`, body, signal });
      return { repairId: requiredId(answer, "repair_id") };
    },
  };
}

async function getRun(client: Client, runId: string, { includeHistory, signal }: GetRunOptions): Promise<Run> {
  const query = { ...runQuery(runId), include_history: includeHistory };
  let run: JsonObject | undefined;
  const pages = pagesOf(client, (token) => {
    return { method: "GET", path: `${base}/get`, query: { ...query, page_token: token }, signal };
  });
  for await (const page of pages) run = appendLists(run, page, pagedLists);
  return toRun(run ?? {});
}

async function listRuns(client: Client, options: ListRunsOptions): Promise<Listing<Run>> {
  const { limit, signal } = options;
  const query = {
    job_id: options.jobId === undefined ? undefined : idDigits(options.jobId, "job id"),
    active_only: options.activeOnly,
    completed_only: options.completedOnly,
    run_type: options.runType,
    start_time_from: options.startTimeFromMs,
    start_time_to: options.startTimeToMs,
    expand_tasks: options.expandTasks,
    limit: pageSize(limit, 24),
  };
  const pages = pagesOf(client, (token) => {
    return { method: "GET", path: `${base}/list`, query: { ...query, page_token: token }, signal };
  });
  const listing = await collect(pages, (page) => objects(page, "runs"), limit);
  const items: Run[] = [];
  for (const run of listing.items) {
    // A run with more than 100 tasks is cut in a list.
    const cut = options.expandTasks === true && flag(run, "has_more");
    items.push(cut ? await getRun(client, requiredId(run, "run_id"), { signal }) : toRun(run));
  }
  return { items, truncated: listing.truncated };
}

function repairBody(runId: string, options: RepairOptions): object {
  const { latestRepairId } = options;
  return {
    ...runBody(runId),
    rerun_tasks: options.rerunTasks,
    rerun_all_failed_tasks: options.rerunAllFailedTasks,
    rerun_dependent_tasks: options.rerunDependentTasks,
    latest_repair_id: latestRepairId === undefined ? undefined : wireId(latestRepairId, "repair id"),
    job_parameters: options.jobParameters,
    notebook_params: options.notebookParams,
    ...options.otherParams,
  };
}

function toView(wire: JsonObject): RunView {
  return {
    name: text(wire, "name") ?? "",
    type: text(wire, "type") ?? "NOTEBOOK",
    content: text(wire, "content") ?? "",
  };
}

function runQuery(runId: string): { run_id: string } {
  return { run_id: idDigits(runId, "run id") };
}

function runBody(runId: string): { run_id: unknown } {
  return { run_id: wireId(runId, "run id") };
}
