// Knowledge assistants and supervisor agents 2.1, with their sources, tools and examples.
// https://docs.databricks.com/api/workspace/knowledgeassistants https://docs.databricks.com/api/workspace/supervisoragents
import { isObject, type JsonObject } from "../../platform/json.ts";
import { invalid, optionalText, optionalTexts, optionalWord, requiredText } from "../http/fields.ts";
import { ApiFault, type Call, type Handler, type Route } from "../http/route.ts";
import { pageOf, pageSizeOf } from "../paging.ts";
import { endpointsOf } from "../serving/endpoints.ts";
import type { Collection } from "../state/store.ts";
import type { World } from "../world.ts";

interface Agent {
  readonly name: string;
  readonly displayName: string;
  readonly description: string | undefined;
  readonly instructions: string | undefined;
  readonly creator: string;
  readonly endpoint: string;
  readonly createdAt: number;
  /** From then on it is active. */
  readonly readyAt: number;
}

/** A source, a tool or an example under its whole name. */
interface Part {
  readonly name: string;
  readonly body: JsonObject;
  readonly createdAt: number;
  /** Of a source: when it has been read. */
  readonly readyAt: number;
}

const agentsOf = (world: World): Collection<Agent> => world.store.collection<Agent>("agents");
const partsOf = (world: World): Collection<Part> => world.store.collection<Part>("agent-parts");
const iso = (ms: number): string => new Date(ms).toISOString();
const lastOf = (name: string): string => name.slice(name.lastIndexOf("/") + 1);

const assistants = "knowledge-assistants";
const supervisors = "supervisor-agents";
type Family = typeof assistants | typeof supervisors;

function requireAgent(call: Call, world: World, family: Family): Agent {
  const name = `${family}/${call.params["agent"] ?? ""}`;
  const found = agentsOf(world).get(name);
  if (found !== undefined) return found;
  throw new ApiFault(404, "RESOURCE_DOES_NOT_EXIST", `${name} does not exist.`);
}

function page<T>(call: Call, field: string, items: readonly T[], view: (item: T) => object): object {
  const size = pageSizeOf(call.query, { name: "page_size", fallback: 20, max: 100 });
  const { items: shown, next } = pageOf(items, { size, token: call.query.get("page_token") });
  return {
    ...(shown.length === 0 ? {} : { [field]: shown.map(view) }),
    ...(next === undefined ? {} : { next_page_token: next }),
  };
}

function agentView(world: World, agent: Agent): object {
  const isAssistant = agent.name.startsWith(assistants);
  const state = world.clock.now() < agent.readyAt ? "CREATING" : "ACTIVE";
  return {
    name: agent.name,
    id: lastOf(agent.name),
    [isAssistant ? "knowledge_assistant_id" : "supervisor_agent_id"]: lastOf(agent.name),
    display_name: agent.displayName,
    ...(agent.description === undefined ? {} : { description: agent.description }),
    ...(agent.instructions === undefined ? {} : { instructions: agent.instructions }),
    creator: agent.creator,
    create_time: iso(agent.createdAt),
    endpoint_name: agent.endpoint,
    // A supervisor's state is that of its endpoint.
    ...(isAssistant ? { state } : {}),
  };
}

function create(family: Family): Handler {
  return async (call, world) => {
    const body = await call.json();
    const displayName = requiredText(body["display_name"], "display_name");
    const isAssistant = family === assistants;
    const description = isAssistant
      ? requiredText(body["description"], "description")
      : optionalText(body["description"], "description");
    const twin = agentsOf(world)
      .all()
      .some((one) => one.name.startsWith(family) && one.displayName === displayName);
    if (twin) throw new ApiFault(409, "ALREADY_EXISTS", `An agent with the name '${displayName}' already exists.`);
    const id = crypto.randomUUID();
    const now = world.clock.now();
    const readyAt = now + world.switches.runStartMs;
    const endpoint = `${isAssistant ? "ka" : "mas"}-${id.slice(0, 8)}-endpoint`;
    const made: Agent = {
      name: `${family}/${id}`,
      displayName,
      description,
      instructions: optionalText(body["instructions"], "instructions"),
      creator: call.caller.userName,
      endpoint,
      createdAt: now,
      readyAt,
    };
    agentsOf(world).put(made.name, made);
    const entities = [{ name: `${endpoint}-1`, entity_name: "agents.emulator.agent", entity_version: "1" }];
    endpointsOf(world).put(endpoint, {
      id: world.ids.hex(32),
      name: endpoint,
      creator: made.creator,
      description: displayName,
      createdAt: now,
      updatedAt: now,
      tags: {},
      gateway: undefined,
      config: { version: 1, entities, routes: [], startedAt: now, readyAt },
      requests: { total: 0, failed: 0, latencyMs: 0 },
      log: [],
    });
    return agentView(world, made);
  };
}

function update(family: Family): Handler {
  return async (call, world) => {
    const before = requireAgent(call, world, family);
    const body = await call.json();
    const mask = requiredText(call.query.get("update_mask"), "update_mask").split(",");
    // The paths are those of the fields: displayName is none.
    const strange = mask.find((path) => !["display_name", "description", "instructions"].includes(path));
    if (strange !== undefined) throw invalid(`Invalid path in update_mask: ${strange}`);
    const value = (path: string, old: string | undefined) =>
      mask.includes(path) ? optionalText(body[path], path) : old;
    const after: Agent = {
      ...before,
      displayName: value("display_name", before.displayName) ?? before.displayName,
      description: value("description", before.description),
      instructions: value("instructions", before.instructions),
    };
    agentsOf(world).put(after.name, after);
    return agentView(world, after);
  };
}

function remove(family: Family): Handler {
  return (call, world) => {
    const { name, endpoint } = requireAgent(call, world, family);
    agentsOf(world).delete(name);
    endpointsOf(world).delete(endpoint);
    for (const part of partsOf(world).all()) if (part.name.startsWith(`${name}/`)) partsOf(world).delete(part.name);
    return {};
  };
}

type Kind = "knowledge-sources" | "tools" | "examples";

function partView(world: World, { name, body, createdAt, readyAt }: Part): object {
  const kind = name.split("/").at(-2);
  const ids = { tools: "tool_id", examples: "example_id" };
  return {
    ...body,
    name,
    ...(kind === "tools" || kind === "examples" ? { [ids[kind]]: lastOf(name) } : { id: lastOf(name) }),
    ...(kind === "knowledge-sources" ? { state: world.clock.now() < readyAt ? "UPDATING" : "UPDATED" } : {}),
    ...(kind === "tools" ? {} : { create_time: iso(createdAt) }),
  };
}

function listParts(family: Family, kind: Kind): Handler {
  return (call, world) => {
    const start = `${requireAgent(call, world, family).name}/${kind}/`;
    const parts = partsOf(world)
      .all()
      .filter(({ name }) => name.startsWith(start));
    return page(call, kind.replace("-", "_"), parts, (one) => partView(world, one));
  };
}

function createPart(family: Family, kind: Kind): Handler {
  return async (call, world) => {
    const agent = requireAgent(call, world, family);
    const now = world.clock.now();
    if (kind === "examples" && now < agent.readyAt) {
      throw new ApiFault(400, "INVALID_STATE", `${agent.name} is still being created.`);
    }
    const body = readers[kind](await call.json());
    const given = kind === "tools" ? requiredText(call.query.get("tool_id"), "tool_id") : crypto.randomUUID();
    const name = `${agent.name}/${kind}/${given}`;
    if (partsOf(world).get(name) !== undefined) throw new ApiFault(409, "ALREADY_EXISTS", `${name} already exists.`);
    const part: Part = { name, body, createdAt: now, readyAt: now + world.switches.runStartMs };
    partsOf(world).put(name, part);
    return partView(world, part);
  };
}

function removePart(family: Family, kind: Kind): Handler {
  return (call, world) => {
    const name = `${requireAgent(call, world, family).name}/${kind}/${call.params["part"] ?? ""}`;
    if (partsOf(world).delete(name)) return {};
    throw new ApiFault(404, "RESOURCE_DOES_NOT_EXIST", `${name} does not exist.`);
  };
}

const sync: Handler = (call, world) => {
  const { name } = requireAgent(call, world, assistants);
  const readyAt = world.clock.now() + world.switches.runStartMs;
  for (const part of partsOf(world).all()) {
    if (part.name.startsWith(`${name}/knowledge-sources/`)) partsOf(world).put(part.name, { ...part, readyAt });
  }
  return {};
};

/** What each part has to hold. Each throws ApiFault 400. */
const readers: Readonly<Record<Kind, (body: JsonObject) => JsonObject>> = {
  "knowledge-sources": (body) => {
    requiredText(body["display_name"], "display_name");
    requiredText(body["description"], "description");
    const type = optionalWord(body["source_type"], "source_type", ["files", "index", "file_table"]);
    if (type === undefined) throw invalid("Missing required field: source_type");
    const spec = specIn(body, type);
    const needed = {
      files: ["path"],
      index: ["index_name", "text_col", "doc_uri_col"],
      file_table: ["table_name", "file_col"],
    };
    for (const key of needed[type]) requiredText(spec[key], `${type}.${key}`);
    return body;
  },
  tools: (body) => {
    const type = requiredText(body["tool_type"], "tool_type");
    const field = toolSpecs[type];
    if (field === undefined) throw invalid(`Invalid tool_type: ${type}`);
    const spec = specIn(body, field);
    const needed = toolKeys[field] ?? "name";
    if (needed !== "") requiredText(spec[needed], `${field}.${needed}`);
    return body;
  },
  examples: (body) => {
    requiredText(body["question"], "question");
    optionalTexts(body["guidelines"], "guidelines");
    return body;
  },
};

/** What a tool has to name, where it is not its name; the older key of a Genie space is still required. */
const toolKeys: Readonly<Record<string, string>> = {
  genie_space: "id",
  knowledge_assistant: "knowledge_assistant_id",
  supervisor_agent: "supervisor_agent_id",
  dashboard: "dashboard_id",
  skill: "path",
  web_search: "",
};

function specIn(body: JsonObject, field: string): JsonObject {
  const spec = body[field];
  if (isObject(spec)) return spec as JsonObject;
  throw invalid(`Missing required field: ${field}`);
}

const plain = [
  "genie_space",
  "knowledge_assistant",
  "uc_function",
  "uc_connection",
  "uc_mcp",
  "app",
  "volume",
  "dashboard",
  "serving_endpoint",
  "table",
  "vector_search_index",
  "catalog",
  "schema",
  "supervisor_agent",
  "skill",
];
const toolSpecs: Readonly<Record<string, string>> = {
  ...Object.fromEntries(plain.map((type) => [type, type])),
  databricks_web_search: "web_search",
};

function routesOf(family: Family, kinds: readonly Kind[]): readonly Route[] {
  const base = `/api/2.1/${family}`;
  const one = `${base}/{agent}`;
  const field = family.replace("-", "_");
  const mine = (world: World): readonly Agent[] =>
    agentsOf(world)
      .all()
      .filter(({ name }) => name.startsWith(family));
  return [
    {
      method: "GET",
      pattern: base,
      handler: (call, world) => page(call, field, mine(world), (agent) => agentView(world, agent)),
    },
    { method: "POST", pattern: base, handler: create(family) },
    { method: "GET", pattern: one, handler: (call, world) => agentView(world, requireAgent(call, world, family)) },
    { method: "PATCH", pattern: one, handler: update(family) },
    { method: "DELETE", pattern: one, handler: remove(family) },
    ...kinds.flatMap((kind): readonly Route[] => [
      { method: "GET", pattern: `${one}/${kind}`, handler: listParts(family, kind) },
      { method: "POST", pattern: `${one}/${kind}`, handler: createPart(family, kind) },
      { method: "DELETE", pattern: `${one}/${kind}/{part}`, handler: removePart(family, kind) },
    ]),
  ];
}

export const agentsRoutes: readonly Route[] = [
  ...routesOf(assistants, ["knowledge-sources", "examples"]),
  ...routesOf(supervisors, ["tools", "examples"]),
  { method: "POST", pattern: `/api/2.1/${assistants}/{agent}/knowledge-sources:sync`, handler: sync },
];
