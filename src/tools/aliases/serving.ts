// Older tools of serving endpoints, of agents, of what was made, and of documents.
import { isObject } from "../../platform/json.ts";
import { eras, span } from "./eras.ts";
import type { Arguments, OlderTool, Route, Router } from "./row.ts";
import { by, byName, carriedArguments, leads, refuse, textOf, to } from "./routers.ts";

const { head, v8, v0 } = eras;

const invoke = to("invoke_serving_endpoint", "name=endpoint messages dataframe_records max_tokens temperature", {
  // One row of a model's inputs.
  adapts: { inputs: (value) => ({ instances: [value] }) },
});
const get = to("get_serving_endpoint", "name=endpoint");
const list = to("list_serving_endpoints", "", {
  fixed: { limit: 50 },
  adapts: { limit: (value) => ({ limit: Math.min(500, Math.max(1, Number(value))) }) },
});

type Kind = "assistant" | "supervisor";

const families = { assistant: "knowledge-assistants", supervisor: "supervisor-agents" } as const;

/** Agents were known by their tile's id, which is that of the agent. */
function agentOf(kind: Kind, id: unknown): string {
  return textOf(id).includes("/") ? textOf(id) : `${families[kind]}/${textOf(id)}`;
}

function onAgent(kind: Kind, tool: string): Router {
  return leads(tool, ({ all }) => {
    if (all["tile_id"] === undefined)
      return refuse("tile_id is missing", "Give the tile_id, as find_by_name shows it.");
    return { tool, arguments: { agent: agentOf(kind, all["tile_id"]) } };
  });
}

function agentActions(kind: Kind, create: Router): Readonly<Record<string, Router>> {
  return {
    create_or_update: create,
    get: onAgent(kind, "get_agent"),
    find_by_name: to("list_agents", "name=name_filter", { fixed: { kind } }),
    delete: onAgent(kind, "delete_agent"),
  };
}

/** The agent of the id or the exact name, for `next`; undefined where there is none. */
function lookedUp(kind: Kind, { tile_id: id, name }: Arguments, next: (agent: string | undefined) => Route): Route {
  if (typeof id === "string") return next(agentOf(kind, id));
  if (name === undefined) return refuse("name is missing", "Give the agent's name.");
  return {
    look: { tool: "list_agents", arguments: { kind, name_filter: name, limit: 500 } },
    next: (found) => byName(found, { name, column: "agent" }, next),
  };
}

const assistant = leads("list_agents create_knowledge_assistant update_agent", (args) =>
  lookedUp("assistant", args.all, (agent) => {
    const carried = carriedArguments(args, "name description instructions");
    if (agent !== undefined) return { tool: "update_agent", arguments: { agent, ...carried } };
    const { volume_path, name } = args.all;
    if (volume_path === undefined) return refuse("volume_path is missing", "Give the folder with its documents.");
    const described = { description: `Answers from the documents of ${textOf(name)}`, ...carried };
    return { tool: "create_knowledge_assistant", arguments: { ...described, volume_path } };
  }),
);

const targets: readonly (readonly [older: string, type: string])[] = [
  ["endpoint_name", "serving_endpoint"],
  ["genie_space_id", "genie_space"],
  ["ka_tile_id", "knowledge_assistant"],
  ["uc_function_name", "uc_function"],
  ["connection_name", "uc_connection"],
];

function supervisorTool(agent: unknown): Arguments {
  const given = isObject(agent) ? agent : {};
  const [older = "", type = ""] = targets.find(([name]) => given[name] !== undefined && given[name] !== null) ?? [];
  const target = type === "knowledge_assistant" ? agentOf("assistant", given[older]) : given[older];
  return { type, target, description: given["description"] };
}

const supervisor = leads("list_agents create_supervisor_agent update_agent add_agent_examples", (args) =>
  lookedUp("supervisor", args.all, (agent) => {
    const carried = carriedArguments(args, "name description instructions");
    const { agents, examples } = args.all;
    const after = (given: Arguments) => examplesFor(given["agent"] ?? agent, examples);
    if (agent === undefined) {
      const tools = Array.isArray(agents) ? agents.map(supervisorTool) : [];
      return { tool: "create_supervisor_agent", arguments: { ...carried, tools }, after };
    }
    if (agents === undefined) return { tool: "update_agent", arguments: { agent, ...carried }, after };
    return refuse(
      `the tools of ${agent}, which is there, are not replaced as a whole`,
      "Leave agents out to change the rest; `add_supervisor_tool` and `delete_supervisor_tool` change its tools.",
    );
  }),
);

function examplesFor(agent: unknown, examples: unknown) {
  if (!Array.isArray(examples) || examples.length === 0) return undefined;
  const shaped = examples.map((one: unknown) => {
    const { question, guideline } = isObject(one) ? one : {};
    return { question, ...(guideline === undefined ? {} : { guidelines: [guideline] }) };
  });
  return { tool: "add_agent_examples", arguments: { agent, examples: shaped } };
}

const pdf = leads("create_pdf", ({ all }) => {
  const { html_content: html, filename, catalog, schema, volume, folder } = all;
  const name = textOf(filename).toLowerCase().endsWith(".pdf") ? textOf(filename) : `${textOf(filename)}.pdf`;
  const within = textOf(folder).replaceAll(/^\/+|\/+$/g, "");
  const parts = [catalog, schema, volume, within, name].map(textOf).filter((part) => part !== "");
  return { tool: "create_pdf", arguments: { html, volume_path: `/Volumes/${parts.join("/")}`, overwrite: true } };
});

const message = "messages?: objs, inputs?: obj, dataframe_records?: objs, max_tokens?: int, temperature?: num";

export const servingTools: readonly OlderTool[] = [
  {
    name: "manage_serving_endpoint",
    generations: span(head),
    toolset: "serving",
    parameters: `action: get|list|query, name?: str, ${message}, limit: int = 50`,
    does: "Shows, lists or calls serving endpoints.",
    router: by("action", { get, list, query: invoke }),
  },
  {
    name: "get_serving_endpoint_status",
    generations: span(v8, v0),
    toolset: "serving",
    parameters: "name: str",
    does: "Shows a serving endpoint.",
    router: get,
  },
  {
    name: "query_serving_endpoint",
    generations: span(v8, v0),
    toolset: "serving",
    parameters: `name: str, ${message}`,
    does: "Calls a serving endpoint.",
    router: invoke,
  },
  {
    name: "list_serving_endpoints",
    generations: span(v8, v0),
    toolset: "serving",
    parameters: "limit: int = 50",
    does: "Lists serving endpoints.",
    router: list,
  },
  {
    name: "manage_ka",
    generations: span(head, v0),
    toolset: "agents",
    parameters:
      "action: create_or_update|get|find_by_name|delete, name?: str, volume_path?: str, description?: str, instructions?: str, tile_id?: str, add_examples_from_volume: bool = true",
    does: "Creates, changes, shows, finds or deletes knowledge assistants. Once it is made, add_agent_examples adds the examples of a volume.",
    router: by("action", agentActions("assistant", assistant)),
  },
  {
    name: "manage_mas",
    generations: span(head, v0),
    toolset: "agents",
    parameters:
      "action: create_or_update|get|find_by_name|delete, name?: str, agents?: objs, description?: str, instructions?: str, tile_id?: str, examples?: objs",
    does: "Creates, changes, shows, finds or deletes supervisor agents.",
    router: by("action", agentActions("supervisor", supervisor)),
  },
  {
    name: "list_tracked_resources",
    generations: span(head, v0),
    toolset: "resources",
    parameters: "type?: str",
    does: "Lists what was made here.",
    router: to("list_made_resources", "type", { fixed: { limit: 500 } }),
  },
  {
    name: "delete_tracked_resource",
    generations: span(head, v0),
    toolset: "resources",
    parameters: "type: str, resource_id: str, delete_from_databricks: bool = false",
    does: "Takes something out of the record of what was made, and where delete_from_databricks is true out of the workspace.",
    router: leads("delete_made_resource", ({ all }) => ({
      tool: "delete_made_resource",
      arguments: {
        type: all["type"],
        id: all["resource_id"],
        forget_only: all["delete_from_databricks"] !== true,
      },
    })),
  },
  {
    name: "generate_and_upload_pdf",
    generations: span(head, v8),
    toolset: "documents",
    parameters: 'html_content: str, filename: str, catalog: str, schema: str, volume: str = "raw_data", folder?: str',
    does: "Makes a PDF file of HTML, in a volume.",
    router: pdf,
  },
];
