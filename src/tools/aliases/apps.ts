// Older tools of apps.
import { eras, span } from "./eras.ts";
import type { Call, OlderTool, Route } from "./row.ts";
import { by, carriedArguments, leads, refuse, to, whether } from "./routers.ts";

const { head, v8, v0 } = eras;

const deploy = to("deploy_app", "app_name=name name source_code_path=source_path mode");

/** The app of the name, made where it is not there; then its code, where that is given. */
const createOrUpdate = leads("get_app create_app update_app deploy_app", (args) => {
  const { name, description, source_code_path: source } = args.all;
  if (name === undefined) return refuse("name is missing", "Give the app's name.");
  const described = description === undefined ? { name } : { name, description };
  const deployed: Call = {
    tool: "deploy_app",
    arguments: carriedArguments(args, "name source_code_path=source_path mode"),
  };
  const after = (): Call | undefined => (source === undefined ? undefined : deployed);
  const get: Call = { tool: "get_app", arguments: { name } };
  return {
    look: get,
    next: (found): Route => {
      if (found === undefined) return { tool: "create_app", arguments: described, after };
      if (description !== undefined) return { tool: "update_app", arguments: described, after };
      return source === undefined ? get : deployed;
    },
  };
});

const list = to("list_apps", "name_contains=name_filter", {
  fixed: { limit: 20 },
  adapts: { limit: (value) => ({ limit: Math.min(500, Math.max(1, Number(value))) }) },
});
const remove = to("delete_app", "name");
const noDeployment = "The logs are those of what runs now: leave deployment_id out.";

const get = leads("get_app get_app_logs", (args) => {
  const { name, include_logs: withLogs, deployment_id: deployment } = args.all;
  const shown: Call = { tool: "get_app", arguments: { name } };
  if (deployment !== undefined) return refuse("deployment_id means nothing here", noDeployment);
  return withLogs === true ? { each: [shown, { tool: "get_app_logs", arguments: { name } }] } : shown;
});

const logs = leads("get_app_logs", ({ all }) => {
  if (all["deployment_id"] !== undefined) return refuse("deployment_id means nothing here", noDeployment);
  return { tool: "get_app_logs", arguments: { name: all["app_name"] } };
});

const appFields = "source_code_path?: str, description?: str, mode?: str";
const createDoes = "Creates an app where there is none of the name, and deploys its source where that is given.";

export const appTools: readonly OlderTool[] = [
  {
    name: "manage_app",
    generations: span(head),
    toolset: "apps",
    parameters: `action: create_or_update|get|list|delete, name?: str, ${appFields}, include_logs: bool = false, deployment_id?: str, name_contains?: str`,
    does: "Creates and deploys, shows (with logs), lists or deletes apps.",
    router: by("action", { create_or_update: createOrUpdate, get, list, delete: remove }),
  },
  {
    name: "create_or_update_app",
    generations: span(v8),
    toolset: "apps",
    parameters: `name: str, ${appFields}`,
    does: createDoes,
    router: createOrUpdate,
  },
  {
    name: "get_app",
    generations: span(v8),
    toolset: "apps",
    parameters: "name?: str, name_contains?: str, include_logs: bool = false, deployment_id?: str",
    does: "Shows an app (with its logs), or lists apps.",
    router: whether("name", get, list),
  },
  {
    name: "create_app",
    generations: span(v0),
    toolset: "apps",
    parameters: "name: str, description?: str",
    does: "Creates an app.",
    router: to("create_app", "name description"),
  },
  {
    name: "get_app",
    generations: span(v0),
    toolset: "apps",
    parameters: "name: str",
    does: "Shows an app.",
    router: to("get_app", "name"),
  },
  {
    name: "list_apps",
    generations: span(v0),
    toolset: "apps",
    parameters: "name_contains?: str, limit: int = 20",
    does: "Lists apps.",
    router: list,
  },
  {
    name: "deploy_app",
    generations: span(v0),
    toolset: "apps",
    parameters: "app_name: str, source_code_path: str, mode?: str",
    does: "Deploys an app's source.",
    router: deploy,
  },
  {
    name: "delete_app",
    generations: span(v8, v0),
    toolset: "apps",
    parameters: "name: str",
    does: "Deletes an app.",
    router: remove,
  },
  {
    name: "get_app_logs",
    generations: span(v0),
    toolset: "apps",
    parameters: "app_name: str, deployment_id?: str",
    does: "Shows an app's logs.",
    router: logs,
  },
];
