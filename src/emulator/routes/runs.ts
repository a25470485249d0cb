// Jobs API 2.2: starting runs, and what is asked of a run while it goes on.
import type { JsonObject } from "../../platform/json.ts";
import { invalid, optionalFlag, optionalId, optionalText, optionalTexts, requiredId, wireId } from "../http/fields.ts";
import { ApiFault, type Handler, type Route } from "../http/route.ts";
import { arrayPage } from "../jobs/array-pages.ts";
import type { RunDocument, TaskRunDocument } from "../jobs/documents.ts";
import type { RunEngine } from "../jobs/engine.ts";
import { exportViews, outputView } from "../jobs/run-output.ts";
import { parametersOf, readJobParameters, readLegacy, readQueue, readRepair, readToken } from "../jobs/run-request.ts";
import { runView, taskAsRun, type ViewOptions } from "../jobs/run-view.ts";
import { checkSettings } from "../jobs/settings-check.ts";
import { isFinal } from "../jobs/states.ts";
import type { World } from "../world.ts";
import { engineFor, nameOf, requireJob, settingsWorld, viewOptions } from "./jobs.ts";
import { listRuns } from "./runs-list.ts";

const pagedArrays = ["tasks", "job_clusters", "environments", "iterations"];

const runNow: Handler = async (call, world) => {
  const engine = engineFor(call, world);
  const body = await call.json();
  const job = requireJob(engine, requiredId(body["job_id"], "job_id"));
  const token = readToken(body);
  const known = runOfToken(world, engine, token);
  if (known !== undefined) return { run_id: wireId(known.runId), number_in_job: wireId(known.runId) };
  const legacy = readLegacy(body);
  const values = readJobParameters(body, job.settings) ?? {};
  const only = optionalTexts(body["only"], "only");
  const performance = performanceOf(body) ?? performanceOf(job.settings);
  const run = engine.start({
    jobId: job.jobId,
    name: nameOf(job),
    type: "JOB_RUN",
    trigger: "ONE_TIME",
    creator: call.caller.userName,
    settings: job.settings,
    parameters: parametersOf(job.settings, values),
    queueEnabled: readQueue(body, readQueue(job.settings, false)),
    ...(legacy === undefined ? {} : { legacy }),
    ...(only === undefined ? {} : { only }),
    ...(token === undefined ? {} : { token }),
    ...(performance === undefined ? {} : { performanceTarget: performance }),
  });
  rememberToken(world, token, run);
  return { run_id: wireId(run.runId), number_in_job: wireId(run.runId) };
};

const submit: Handler = async (call, world) => {
  const engine = engineFor(call, world);
  const { access_control_list: _acl, idempotency_token: _token, ...body } = await call.json();
  const token = readToken(await call.json());
  const known = runOfToken(world, engine, token);
  if (known !== undefined) return { run_id: wireId(known.runId) };
  checkSettings(body, settingsWorld(world));
  const performance = performanceOf(body);
  const run = engine.start({
    jobId: world.ids.next(),
    name: optionalText(body["run_name"], "run_name") ?? "Untitled",
    type: "SUBMIT_RUN",
    trigger: "ONE_TIME",
    creator: call.caller.userName,
    settings: body,
    parameters: [],
    queueEnabled: readQueue(body, false),
    ...(token === undefined ? {} : { token }),
    ...(performance === undefined ? {} : { performanceTarget: performance }),
  });
  rememberToken(world, token, run);
  return { run_id: wireId(run.runId) };
};

const get: Handler = (call, world) => {
  const engine = engineFor(call, world);
  const { query } = call;
  const found = findRun(engine, requiredId(query.get("run_id"), "run_id"));
  const options: ViewOptions = {
    ...viewOptions(call, world),
    includeResolved: optionalFlag(query.get("include_resolved_values"), "include_resolved_values"),
    includeHistory: optionalFlag(query.get("include_history"), "include_history"),
  };
  const { page, next } = arrayPage(viewOf(engine, found, options), pagedArrays, query.get("page_token") ?? undefined);
  return { ...page, ...(next === undefined ? {} : { next_page_token: next }) };
};

const getOutput: Handler = (call, world) => {
  const engine = engineFor(call, world);
  const found = findRun(engine, requiredId(call.query.get("run_id"), "run_id"));
  const task = singleTask(engine, found, "Retrieving the output");
  const metadata = viewOf(engine, found, viewOptions(call, world));
  return { metadata, ...(task === undefined ? {} : outputView(task, engine.records.output(task.runId))) };
};

const exportRun: Handler = (call, world) => {
  const engine = engineFor(call, world);
  const found = findRun(engine, requiredId(call.query.get("run_id"), "run_id"));
  const task = singleTask(engine, found, "Exporting");
  const output = task === undefined ? undefined : engine.records.output(task.runId);
  if (task?.task["notebook_task"] === undefined || output === undefined) {
    throw invalid(
      `Run ${found.task?.runId ?? found.run.runId} is not a run of a notebook task: only those can be exported.`,
    );
  }
  const wanted = optionalText(call.query.get("views_to_export"), "views_to_export") ?? "CODE";
  if (!["CODE", "DASHBOARDS", "ALL"].includes(wanted)) {
    throw invalid(`Invalid value '${wanted}' for views_to_export. Valid values are: CODE, DASHBOARDS, ALL.`);
  }
  return { views: wanted === "DASHBOARDS" ? [] : exportViews(world, task, output) };
};

const cancel: Handler = async (call, world) => {
  const engine = engineFor(call, world);
  const { run, task } = findRun(engine, requiredId((await call.json())["run_id"], "run_id"));
  if (task === undefined) engine.cancel(run);
  else engine.cancelTask(run, task);
  return {};
};

const cancelAll: Handler = async (call, world) => {
  const engine = engineFor(call, world);
  const body = await call.json();
  const jobId = optionalId(body["job_id"], "job_id");
  const queuedOnly = optionalFlag(body["all_queued_runs"], "all_queued_runs");
  if (jobId === undefined && !queuedOnly) throw invalid("Either job_id or all_queued_runs must be specified.");
  if (jobId !== undefined) requireJob(engine, jobId);
  // Queued ones first, or the end of an active one would start the next of them.
  const runs = engine.records
    .runs()
    .filter((run) => !isFinal(run.state) && (jobId === undefined || run.jobId === jobId))
    .filter((run) => !queuedOnly || run.state.lifeCycle === "QUEUED")
    .toSorted((left, right) => Number(right.state.lifeCycle === "QUEUED") - Number(left.state.lifeCycle === "QUEUED"));
  for (const run of runs) engine.cancel(run);
  return {};
};

const remove: Handler = async (call, world) => {
  const engine = engineFor(call, world);
  const { run } = findRun(engine, requiredId((await call.json())["run_id"], "run_id"));
  if (!isFinal(run.state))
    throw new ApiFault(400, "INVALID_STATE", `Run ${run.runId} is still active. Cancel it first.`);
  engine.records.removeRun(run);
  return {};
};

const repair: Handler = async (call, world) => {
  const engine = engineFor(call, world);
  const body = await call.json();
  const { run } = findRun(engine, requiredId(body["run_id"], "run_id"));
  return { repair_id: wireId(engine.repair(run, readRepair(body, run.settings))) };
};

export const runsRoutes: readonly Route[] = ["2.2", "2.1"].flatMap((version): Route[] => {
  const at = (method: Route["method"], path: string, handler: Handler): Route => ({
    method,
    pattern: `/api/${version}/jobs/${path}`,
    handler,
  });
  return [
    at("POST", "run-now", runNow),
    at("POST", "runs/submit", submit),
    at("GET", "runs/get", get),
    at("GET", "runs/list", listRuns),
    at("GET", "runs/get-output", getOutput),
    at("GET", "runs/export", exportRun),
    at("POST", "runs/cancel", cancel),
    at("POST", "runs/cancel-all", cancelAll),
    at("POST", "runs/delete", remove),
    at("POST", "runs/repair", repair),
  ];
});

interface FoundRun {
  readonly run: RunDocument;
  /** Set where the id is a task run's. */
  readonly task?: TaskRunDocument;
}

/** A run by its id or by one of its task runs'. Throws INVALID_PARAMETER_VALUE. */
function findRun(engine: RunEngine, runId: string): FoundRun {
  const run = engine.records.run(runId);
  if (run !== undefined) return { run };
  const task = engine.records.task(runId);
  const parent = task === undefined ? undefined : engine.records.run(task.parentRunId);
  if (task === undefined || parent === undefined) throw invalid(`Run ${runId} does not exist.`);
  return { run: parent, task };
}

function viewOf(engine: RunEngine, { run, task }: FoundRun, options: ViewOptions): JsonObject {
  return task === undefined ? runView(run, engine.records, options) : taskAsRun(task, run, engine.records, options);
}

/** The task run that is meant: itself, or the one of a run that has one task. Undefined where none was started. */
function singleTask(engine: RunEngine, { run, task }: FoundRun, what: string): TaskRunDocument | undefined {
  if (task !== undefined) return task;
  const latest = [...engine.records.latestTasks(run).values()];
  if (latest.length <= 1) return latest[0];
  const each =
    what === "Exporting" ? "export each individual task run" : "retrieve the output of each individual task run";
  throw invalid(`${what} of runs with multiple tasks is not supported. Please ${each} instead.`);
}

function runOfToken(world: World, engine: RunEngine, token: string | undefined): RunDocument | undefined {
  if (token === undefined) return undefined;
  const runId = world.store.collection<string>("run_tokens").get(token);
  if (runId === undefined) return undefined;
  const run = engine.records.run(runId);
  if (run === undefined)
    throw invalid(`The run that was created with the idempotency_token '${token}' has been deleted.`);
  return run;
}

function rememberToken(world: World, token: string | undefined, run: RunDocument): void {
  if (token !== undefined) world.store.collection<string>("run_tokens").put(token, run.runId);
}

function performanceOf(body: JsonObject): string | undefined {
  const target = optionalText(body["performance_target"], "performance_target");
  if (target === undefined || target === "STANDARD" || target === "PERFORMANCE_OPTIMIZED") return target;
  throw invalid(`Invalid value '${target}' for performance_target. Valid values are: STANDARD, PERFORMANCE_OPTIMIZED.`);
}
