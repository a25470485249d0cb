// Older tools of pipelines.
import { isObject } from "../../platform/json.ts";
import { eras, span } from "./eras.ts";
import type { Arguments, OlderArguments, OlderTool, Route } from "./row.ts";
import { by, carriedArguments, leads, refuse, to, waitsFor } from "./routers.ts";

const { head, v8, v0, jan14, jan1 } = eras;

const specNames =
  "name root_path catalog schema workspace_file_paths=sources workspace_notebook_paths=sources serverless extra_settings";
const needed = ["name", "root_path", "catalog", "schema", "workspace_file_paths"];

function missing({ all }: OlderArguments): Route | undefined {
  const name = needed.find((one) => all[one] === undefined);
  return name === undefined ? undefined : refuse(`${name} is missing`, `A pipeline needs ${needed.join(", ")}.`);
}

const create = to("create_pipeline", specNames);
const createChecked = leads("create_pipeline", (args, around) => missing(args) ?? create.route(args, around));
const update = to("update_pipeline", `pipeline_id ${specNames}`);

/** By the id in extra_settings, else by name; started where that is asked for. */
const createOrUpdate = leads("get_pipeline create_pipeline update_pipeline deploy_pipeline run_pipeline", (args) => {
  const lacking = missing(args);
  if (lacking !== undefined) return lacking;
  const { name, extra_settings: extra } = args.all;
  const { id, ...others } = isObject(extra) ? extra : {};
  const spec = { ...carriedArguments(args, specNames), ...(extra === undefined ? {} : { extra_settings: others }) };
  const change = (pipelineId: string): Route => ({
    tool: "update_pipeline",
    arguments: { pipeline_id: pipelineId, ...spec },
    after: (given) => startOf(args.all, { pipeline_id: pipelineId, ...given }),
  });
  if (typeof id === "string" && id !== "") return change(id);
  if (args.all["start_run"] === true) {
    return {
      tool: "deploy_pipeline",
      arguments: { ...spec, ...waitOf(args.all), full_refresh: args.all["full_refresh"] },
    };
  }
  return {
    look: { tool: "get_pipeline", arguments: { name } },
    next: (found) => {
      const there = found?.["pipeline_id"];
      return typeof there === "string" ? change(there) : { tool: "create_pipeline", arguments: spec };
    },
  };
});

function startOf(older: Arguments, { pipeline_id }: Arguments) {
  if (older["start_run"] !== true) return undefined;
  return { tool: "run_pipeline", arguments: { pipeline_id, full_refresh: older["full_refresh"], ...startWait(older) } };
}

function startWait(older: Arguments): Arguments {
  return older["wait_for_completion"] === true ? waitsFor(older["timeout"]) : { wait: false };
}

function waitOf(older: Arguments): Arguments {
  return older["wait_for_completion"] === true ? waitsFor(older["timeout"]) : { wait_seconds: 0 };
}

const get = to("get_pipeline", "pipeline_id");
const remove = to("delete_pipeline", "pipeline_id");
const findByName = to("get_pipeline", "name");

const selection = "pipeline_id refresh_selection full_refresh full_refresh_selection validate_only";
const start = to("run_pipeline", `${selection} wait`, {
  drops: "full_error_details",
  adapts: { timeout: waitsFor },
});
/** Before it could wait, it did not. */
const startOnly = to("run_pipeline", selection, { fixed: { wait: false } });
const getUpdate = to("get_pipeline_update", "pipeline_id update_id", { drops: "include_config full_error_details" });
const stop = to("stop_pipeline", "pipeline_id");
const limited = (value: unknown) => ({ limit: Math.min(250, Math.max(1, Number(value))) });
const events = (limit: number, carried = "pipeline_id") =>
  to("list_pipeline_events", carried, { fixed: { limit }, adapts: { max_results: limited } });

const spec = "name: str, root_path: str, catalog: str, schema: str, workspace_file_paths: texts";
const wishes = "name?: str, root_path?: str, catalog?: str, schema?: str, workspace_file_paths?: texts";
const runs =
  "start_run: bool = false, wait_for_completion: bool = false, full_refresh: bool = true, timeout: int = 1800";
const starting =
  "refresh_selection?: texts, full_refresh: bool = false, full_refresh_selection?: texts, validate_only: bool = false";
const waiting = "wait: bool = true, timeout: int = 300";

const createDoes = "Creates a pipeline of workspace files.";
const updateDoes = "Changes what is given of a pipeline; the rest stays.";

export const pipelineTools: readonly OlderTool[] = [
  {
    name: "manage_pipeline",
    generations: span(head),
    toolset: "pipelines",
    parameters: `action: create|create_or_update|get|update|delete|find_by_name, ${wishes}, extra_settings?: obj, ${runs}, pipeline_id?: str`,
    does: "Creates, changes, shows, deletes or finds a pipeline; create_or_update goes by the name and can start it.",
    router: by("action", {
      create: createChecked,
      create_or_update: createOrUpdate,
      get,
      update,
      delete: remove,
      find_by_name: findByName,
    }),
  },
  {
    name: "manage_pipeline_run",
    generations: span(head),
    toolset: "pipelines",
    parameters: `action: start|get|stop|get_events, pipeline_id: str, ${starting}, ${waiting}, update_id?: str, include_config: bool = false, full_error_details: bool = false, max_results: int = 5, event_log_level: ERROR|WARN|INFO = "WARN"`,
    does: "Starts, shows or stops an update of a pipeline, or lists its events.",
    router: by("action", {
      start,
      get: getUpdate,
      stop,
      get_events: events(5, "pipeline_id update_id event_log_level=level"),
    }),
  },
  {
    name: "create_pipeline",
    generations: span(v8, jan14),
    toolset: "pipelines",
    parameters: `${spec}, extra_settings?: obj`,
    does: createDoes,
    router: create,
  },
  {
    name: "create_pipeline",
    generations: span(jan1),
    toolset: "pipelines",
    parameters:
      "name: str, root_path: str, catalog: str, schema: str, workspace_notebook_paths: texts, serverless: bool = true",
    does: "Creates a pipeline of notebooks.",
    router: create,
  },
  {
    name: "get_pipeline",
    generations: span(v8, jan1),
    toolset: "pipelines",
    parameters: "pipeline_id: str",
    does: "Shows a pipeline.",
    router: get,
  },
  {
    name: "update_pipeline",
    generations: span(v8, jan14),
    toolset: "pipelines",
    parameters: `pipeline_id: str, ${wishes}, extra_settings?: obj`,
    does: updateDoes,
    router: update,
  },
  {
    name: "update_pipeline",
    generations: span(jan1),
    toolset: "pipelines",
    parameters:
      "pipeline_id: str, name?: str, root_path?: str, catalog?: str, schema?: str, workspace_notebook_paths?: texts, serverless?: bool",
    does: updateDoes,
    router: update,
  },
  {
    name: "delete_pipeline",
    generations: span(v8, jan1),
    toolset: "pipelines",
    parameters: "pipeline_id: str",
    does: "Deletes a pipeline.",
    router: remove,
  },
  {
    name: "start_update",
    generations: span(v8),
    toolset: "pipelines",
    parameters: `pipeline_id: str, ${starting}, ${waiting}, full_error_details: bool = false`,
    does: "Starts an update of a pipeline and waits for it.",
    router: start,
  },
  {
    name: "start_update",
    generations: span(v0, jan1),
    toolset: "pipelines",
    parameters: `pipeline_id: str, ${starting}`,
    does: "Starts an update of a pipeline.",
    router: startOnly,
  },
  {
    name: "get_update",
    generations: span(v8),
    toolset: "pipelines",
    parameters: "pipeline_id: str, update_id: str, include_config: bool = false, full_error_details: bool = false",
    does: "Shows an update of a pipeline, and why it failed.",
    router: getUpdate,
  },
  {
    name: "get_update",
    generations: span(v0, jan1),
    toolset: "pipelines",
    parameters: "pipeline_id: str, update_id: str",
    does: "Shows an update of a pipeline, and why it failed.",
    router: getUpdate,
  },
  {
    name: "stop_pipeline",
    generations: span(v8, jan1),
    toolset: "pipelines",
    parameters: "pipeline_id: str",
    does: "Stops a pipeline.",
    router: stop,
  },
  {
    name: "get_pipeline_events",
    generations: span(v8),
    toolset: "pipelines",
    parameters: 'pipeline_id: str, max_results: int = 5, event_log_level: ERROR|WARN|INFO = "WARN", update_id?: str',
    does: "Lists events of a pipeline.",
    router: events(5, "pipeline_id update_id event_log_level=level"),
  },
  {
    name: "get_pipeline_events",
    generations: span(v0, jan1),
    toolset: "pipelines",
    parameters: "pipeline_id: str, max_results: int = 100",
    does: "Lists events of a pipeline.",
    router: to("list_pipeline_events", "pipeline_id", {
      fixed: { limit: 100, level: "INFO" },
      adapts: { max_results: limited },
    }),
  },
  {
    name: "create_or_update_pipeline",
    generations: span(v8, jan14),
    toolset: "pipelines",
    parameters: `${spec}, ${runs}, extra_settings?: obj`,
    does: "Creates the pipeline of this name or changes the one that has it, and starts it where start_run is true.",
    router: createOrUpdate,
  },
  {
    name: "find_pipeline_by_name",
    generations: span(v8, jan14),
    toolset: "pipelines",
    parameters: "name: str",
    does: "Finds the pipeline of exactly that name.",
    router: findByName,
  },
];
