// Jobs API 2.2: jobs. Schedules, triggers, notifications and health rules are checked and kept; nothing fires them here.
import { isObject, type JsonObject } from "../../platform/json.ts";
import { clustersOf } from "../clusters/clusters.ts";
import { checkClusterRequest } from "../clusters/policy.ts";
import {
  invalid,
  optionalFlag,
  optionalObject,
  optionalText,
  optionalTexts,
  requiredId,
  wireId,
} from "../http/fields.ts";
import type { Call, Handler, Route } from "../http/route.ts";
import { arrayPage, exceedsPage } from "../jobs/array-pages.ts";
import type { JobDocument } from "../jobs/documents.ts";
import { engineOf, type RunEngine } from "../jobs/engine.ts";
import { jobView, settingsView, type ViewOptions } from "../jobs/run-view.ts";
import { checkSettings, type SettingsWorld } from "../jobs/settings-check.ts";
import { mergeSettings, removeFields } from "../jobs/settings-merge.ts";
import { pageOf, pageSizeOf } from "../paging.ts";
import type { World } from "../world.ts";

const pagedArrays = ["tasks", "job_clusters", "parameters", "environments"];
const maxJobs = 10_000;

const create: Handler = async (call, world) => {
  const { jobs } = engineFor(call, world).records;
  const { access_control_list: _acl, idempotency_token: token, ...settings } = await call.json();
  const known = knownToken(world, token);
  if (known !== undefined && jobs.get(known) !== undefined) return { job_id: wireId(known) };
  checkSettings(settings, settingsWorld(world));
  if (jobs.all().length >= maxJobs) throw invalid(`The workspace has reached its limit of ${maxJobs} jobs.`);
  const jobId = world.ids.next();
  jobs.put(jobId, { jobId, createdAt: world.clock.now(), creator: call.caller.userName, settings });
  if (typeof token === "string" && token !== "") world.store.collection<string>("job_tokens").put(token, jobId);
  return { job_id: wireId(jobId) };
};

const get: Handler = (call, world) => {
  const job = requireJob(engineFor(call, world), requiredId(call.query.get("job_id"), "job_id"));
  const token = optionalText(call.query.get("page_token"), "page_token");
  const { page, next } = arrayPage(settingsView(job.settings), pagedArrays, token);
  return {
    ...jobView(job, page),
    run_as_user_name: runAs(job),
    ...(next === undefined ? {} : { next_page_token: next }),
  };
};

const list: Handler = (call, world) => {
  const engine = engineFor(call, world);
  const { query } = call;
  const name = query.get("name")?.toLowerCase();
  const size = pageSizeOf(query, { name: "limit", fallback: 20, max: 100 });
  const expand = optionalFlag(query.get("expand_tasks"), "expand_tasks");
  const found = engine.records.jobs
    .all()
    .filter((job) => name === undefined || name === "" || nameOf(job).toLowerCase() === name)
    .toReversed();
  const { items, next, previous } = pageOf(found, { size, token: query.get("page_token") });
  return {
    ...(items.length === 0 ? {} : { jobs: items.map((job) => listed(job, expand)) }),
    has_more: next !== undefined,
    ...(next === undefined ? {} : { next_page_token: next }),
    ...(previous === undefined ? {} : { prev_page_token: previous }),
  };
};

const update: Handler = async (call, world) => {
  const engine = engineFor(call, world);
  const body = await call.json();
  const job = requireJob(engine, requiredId(body["job_id"], "job_id"));
  const changes = optionalObject(body["new_settings"], "new_settings") ?? {};
  const removals = optionalTexts(body["fields_to_remove"], "fields_to_remove") ?? [];
  store(world, engine, { ...job, settings: mergeSettings(removeFields(job.settings, removals), changes) });
  return {};
};

const reset: Handler = async (call, world) => {
  const engine = engineFor(call, world);
  const body = await call.json();
  const job = requireJob(engine, requiredId(body["job_id"], "job_id"));
  const settings = optionalObject(body["new_settings"], "new_settings");
  if (settings === undefined) throw invalid("Missing required field: new_settings");
  store(world, engine, { ...job, settings });
  return {};
};

/** 200 for a job that is gone already, as a workspace answers. */
const remove: Handler = async (call, world) => {
  const jobId = requiredId((await call.json())["job_id"], "job_id");
  engineFor(call, world).records.jobs.delete(jobId);
  return {};
};

export const jobsRoutes: readonly Route[] = ["2.2", "2.1"].flatMap((version): Route[] => [
  { method: "POST", pattern: `/api/${version}/jobs/create`, handler: create },
  { method: "GET", pattern: `/api/${version}/jobs/get`, handler: get },
  { method: "GET", pattern: `/api/${version}/jobs/list`, handler: list },
  { method: "POST", pattern: `/api/${version}/jobs/update`, handler: update },
  { method: "POST", pattern: `/api/${version}/jobs/reset`, handler: reset },
  { method: "POST", pattern: `/api/${version}/jobs/delete`, handler: remove },
]);

/** The engine of the world, which learns the address that clients use. */
export function engineFor(call: Call, world: World): RunEngine {
  const engine = engineOf(world);
  engine.workspaceUrl = new URL(call.request.url).origin;
  return engine;
}

/** The job. Throws INVALID_PARAMETER_VALUE in the words by which clients tell that there is none. */
export function requireJob(engine: RunEngine, jobId: string): JobDocument {
  const job = engine.records.jobs.get(jobId);
  if (job === undefined) throw invalid(`Job ${jobId} does not exist.`);
  return job;
}

export function nameOf(job: JobDocument): string {
  return optionalText(job.settings["name"], "name") ?? "Untitled";
}

/** What the check of settings may ask of this world. */
export function settingsWorld(world: World): SettingsWorld {
  return {
    serverless: world.switches.serverless,
    hasCluster: (clusterId) => clustersOf(world).find(clusterId) !== undefined,
    hasJob: (jobId) => engineOf(world).records.jobs.get(jobId) !== undefined,
    checkCluster: (spec) => void checkClusterRequest(world, spec, world.owner.userName),
  };
}

function store(world: World, engine: RunEngine, job: JobDocument): void {
  checkSettings(job.settings, settingsWorld(world));
  engine.records.jobs.put(job.jobId, job);
}

function listed(job: JobDocument, expand: boolean): JsonObject {
  const settings = settingsView(job.settings);
  if (!expand) {
    const { tasks: _tasks, job_clusters: _clusters, environments: _environments, ...head } = settings;
    return jobView(job, head);
  }
  const { page } = arrayPage(settings, pagedArrays, undefined);
  return { ...jobView(job, page), ...(exceedsPage(settings, pagedArrays) ? { has_more: true } : {}) };
}

function runAs(job: JobDocument): string {
  const identity = job.settings["run_as"];
  if (!isObject(identity)) return job.creator;
  return String(identity["user_name"] ?? identity["service_principal_name"] ?? job.creator);
}

function knownToken(world: World, token: unknown): string | undefined {
  if (typeof token !== "string" || token === "") return undefined;
  return world.store.collection<string>("job_tokens").get(token);
}

/** How a call wants runs to be shown, where it says nothing special. */
export function viewOptions(call: Call, world: World): ViewOptions {
  return {
    origin: new URL(call.request.url).origin,
    workspaceId: world.workspaceId,
    includeResolved: false,
    includeHistory: false,
  };
}
