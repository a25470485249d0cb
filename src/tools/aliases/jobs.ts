// Older tools of jobs and their runs.
import { eras, span } from "./eras.ts";
import type { Arguments, OlderTool } from "./row.ts";
import { by, carriedArguments, leads, refuse, to, waitsFor } from "./routers.ts";
import { isObject } from "../../platform/json.ts";

const { head, v8, v0 } = eras;

const settingNames =
  "name tasks job_clusters environments tags timeout_seconds max_concurrent_runs email_notifications webhook_notifications notification_settings schedule queue run_as git_source parameters health deployment";
const settingFields =
  "name?: str, tasks?: objs, job_clusters?: objs, environments?: objs, tags?: map, timeout_seconds?: int, max_concurrent_runs?: int, email_notifications?: obj, webhook_notifications?: obj, notification_settings?: obj, schedule?: obj, queue?: obj, run_as?: obj, git_source?: obj, parameters?: objs, health?: obj, deployment?: obj";

const create = leads("create_job_from_settings", (args) => {
  const settings = carriedArguments(args, settingNames);
  for (const needed of ["name", "tasks"]) {
    if (settings[needed] === undefined) return refuse(`${needed} is missing`, "A job needs name and tasks.");
  }
  return { tool: "create_job_from_settings", arguments: { settings: { max_concurrent_runs: 1, ...settings } } };
});

/** Each field that was given replaced the whole field, lists included. */
const update = leads("update_job", (args) => ({
  tool: "update_job",
  arguments: { job_id: args.all["job_id"], settings: carriedArguments(args, settingNames), replace_lists: true },
}));

const list = to("list_jobs", "name=name_filter", {
  drops: "expand_tasks",
  adapts: { limit: (value) => ({ limit: atMost(value, 100) }) },
});
const get = to("get_job", "job_id");
const findByName = to("get_job", "name");
const remove = to("delete_job", "job_id");

const parameterNames =
  "jar_params notebook_params python_params spark_submit_params python_named_params pipeline_params sql_params dbt_commands";
const parameterFields =
  "idempotency_token?: str, jar_params?: texts, notebook_params?: map, python_params?: texts, spark_submit_params?: texts, python_named_params?: map, pipeline_params?: obj, sql_params?: map, dbt_commands?: texts, queue?: obj";

const runNow = to("run_job_with_parameters", `job_id idempotency_token ${parameterNames}`, {
  adapts: { queue: (value) => ({ queue: isObject(value) && value["enabled"] === true }) },
});
const listRuns = to("list_runs", "job_id active_only completed_only offset", {
  adapts: {
    limit: (value) => ({ limit: atMost(value, 200) }),
    start_time_from: (value) => at("started_after", value),
    start_time_to: (value) => at("started_before", value),
  },
});
const wait = to("wait_for_run", "run_id", {
  adapts: { timeout: waitsFor, poll_interval: (value) => ({ poll_interval_seconds: value }) },
});

function atMost(value: unknown, most: number): number {
  return Math.min(most, Math.max(1, Number(value)));
}

/** Older times are milliseconds since 1970. */
function at(name: string, value: unknown): Arguments {
  const time = new Date(Number(value));
  return Number.isNaN(time.getTime()) ? {} : { [name]: time.toISOString() };
}

const manageJobs = `action: create|get|list|find_by_name|update|delete, job_id?: id, ${settingFields}, limit: int = 25, expand_tasks: bool = false`;
const runFields = `job_id?: id, run_id?: id, ${parameterFields}`;
const listFields =
  "active_only: bool = false, completed_only: bool = false, limit: int = 25, offset: int = 0, start_time_from?: int, start_time_to?: int";
const waitFields = "timeout: int = 3600, poll_interval: int = 10";

const runActions = {
  run_now: runNow,
  get: to("get_job_run_status", "run_id"),
  get_output: to("get_run_output", "run_id"),
  cancel: to("cancel_run", "run_id"),
  list: listRuns,
  wait,
};

/** The tasks that failed are repaired anyway where none is named. */
const repair = to("repair_run", "run_id rerun_dependent_tasks rerun_tasks notebook_params", {
  drops: "rerun_all_failed_tasks latest_repair_id",
});

export const jobTools: readonly OlderTool[] = [
  {
    name: "manage_jobs",
    generations: span(head, v8),
    toolset: "jobs",
    parameters: manageJobs,
    does: "Creates (unless there is one of the name), shows, lists, finds, changes or deletes jobs.",
    router: by("action", { create, get, list, find_by_name: findByName, update, delete: remove }),
  },
  {
    name: "manage_job_runs",
    generations: span(head),
    toolset: "jobs",
    parameters: `action: run_now|repair|get|get_output|cancel|list|wait, ${runFields}, rerun_all_failed_tasks?: bool, rerun_dependent_tasks?: bool, rerun_tasks?: texts, latest_repair_id?: id, ${listFields}, ${waitFields}`,
    does: "Runs a job; repairs, shows, cancels, lists runs, or waits for one.",
    router: by("action", { ...runActions, repair }),
  },
  {
    name: "manage_job_runs",
    generations: span(v8),
    toolset: "jobs",
    parameters: `action: run_now|get|get_output|cancel|list|wait, ${runFields}, ${listFields}, ${waitFields}`,
    does: "Runs a job; shows, cancels, lists runs, or waits for one.",
    router: by("action", runActions),
  },
  {
    name: "list_jobs",
    generations: span(v0),
    toolset: "jobs",
    parameters: "name?: str, limit: int = 25, expand_tasks: bool = false",
    does: "Lists jobs, by part of their names.",
    router: list,
  },
  {
    name: "get_job",
    generations: span(v0),
    toolset: "jobs",
    parameters: "job_id: id",
    does: "Shows a job with its settings.",
    router: get,
  },
  {
    name: "find_job_by_name",
    generations: span(v0),
    toolset: "jobs",
    parameters: "name: str",
    does: "Finds the job of exactly that name.",
    router: findByName,
  },
  {
    name: "create_job",
    generations: span(v0),
    toolset: "jobs",
    parameters: settingFields
      .replace("name?: str, tasks?: objs", "name: str, tasks: objs")
      .replace("max_concurrent_runs?: int", "max_concurrent_runs: int = 1"),
    does: "Creates a job, unless there is one of the name.",
    router: create,
  },
  {
    name: "update_job",
    generations: span(v0),
    toolset: "jobs",
    parameters: `job_id: id, ${settingFields}`,
    does: "Changes the fields of a job that are given.",
    router: update,
  },
  {
    name: "delete_job",
    generations: span(v0),
    toolset: "jobs",
    parameters: "job_id: id",
    does: "Deletes a job.",
    router: remove,
  },
  {
    name: "run_job_now",
    generations: span(v0),
    toolset: "jobs",
    parameters: `job_id: id, ${parameterFields}`,
    does: "Runs a job.",
    router: runNow,
  },
  {
    name: "get_run",
    generations: span(v0),
    toolset: "jobs",
    parameters: "run_id: id",
    does: "Shows how far a run and its tasks are.",
    router: runActions.get,
  },
  {
    name: "get_run_output",
    generations: span(v0),
    toolset: "jobs",
    parameters: "run_id: id",
    does: "Shows what a run's notebook gave.",
    router: runActions.get_output,
  },
  {
    name: "cancel_run",
    generations: span(v0),
    toolset: "jobs",
    parameters: "run_id: id",
    does: "Cancels a run.",
    router: runActions.cancel,
  },
  {
    name: "list_runs",
    generations: span(v0),
    toolset: "jobs",
    parameters: `job_id?: id, ${listFields}`,
    does: "Lists runs.",
    router: listRuns,
  },
  {
    name: "wait_for_run",
    generations: span(v0),
    toolset: "jobs",
    parameters: `run_id: id, ${waitFields}`,
    does: "Waits for a run to end, and hands over what goes on when it takes longer.",
    router: wait,
  },
];
