// OpenCode: one more layer of its configuration, in a variable that stands above all files.
import { dirname, join, resolve } from "node:path";
import { isObject } from "../../platform/json.ts";
import { requireHome } from "../../platform/paths.ts";
import { keyVariable, type Agent, type Launch, type LaunchDeps, type Prepared } from "./agent.ts";
import { trustFor } from "./environment.ts";
import { contextOf, titleOf, type AgentModels, type ListedModel, type ModelDialect } from "./models.ts";
import { presentServers, serversToAdd } from "./present-server.ts";
import { parseObject, readObject } from "./read-object.ts";

export const opencode: Agent = {
  name: "opencode",
  title: "OpenCode",
  program: "opencode",
  install: "npm install -g opencode-ai",
  sessions: ["run", "serve", "web", "acp", "models", "pr", "github"],
  prepare,
};

type Config = Readonly<Record<string, unknown>>;

const variable = "OPENCODE_CONFIG_CONTENT";

interface Provider {
  readonly id: string;
  readonly name: string;
  readonly npm: string;
  /** What stands behind the dialect's base. */
  readonly path: string;
}

const providers: Readonly<Record<ModelDialect, Provider>> = {
  anthropic: { id: "databricks", name: "Databricks", npm: "@ai-sdk/anthropic", path: "/v1" },
  responses: { id: "databricks-openai", name: "Databricks (OpenAI)", npm: "@ai-sdk/openai", path: "" },
  gemini: { id: "databricks-gemini", name: "Databricks (Gemini)", npm: "@ai-sdk/google", path: "/v1beta" },
  chat: { id: "databricks-chat", name: "Databricks (chat)", npm: "@ai-sdk/openai-compatible", path: "" },
};

const dialects = ["anthropic", "responses", "gemini", "chat"] as const satisfies readonly ModelDialect[];

async function prepare(deps: LaunchDeps, launch: Launch): Promise<Prepared> {
  const given = parseObject(deps.env[variable] ?? "");
  const [own, trust] = await Promise.all([configurations(deps), trustFor(deps, launch, "NODE_EXTRA_CA_CERTS")]);
  const all = [...own, given];
  const layer = layerOf(launch, all);
  return {
    words: launch.words,
    env: {
      [variable]: JSON.stringify(merged(given, layer)),
      [keyVariable]: launch.endpoint.key.reveal(),
      ...trust.env,
    },
    files: trust.files,
    notes: [],
  };
}

function layerOf(launch: Launch, present: readonly Config[]): Config {
  const { models } = launch;
  const used = dialects.filter((dialect) => models.listed.some((model) => model.dialect === dialect));
  const named = used.map((dialect) => [providers[dialect].id, providerOf(launch, dialect)] as const);
  const there = present.flatMap((config) => presentServers(config["mcp"]));
  const entry = (command: string, args: readonly string[]) => ({
    type: "local",
    command: [command, ...args],
    enabled: true,
  });
  const servers = serversToAdd(launch.server, there, entry);
  return {
    provider: Object.fromEntries(named),
    ...modelReferences(models),
    ...limits(
      present,
      named.map(([id]) => id),
    ),
    ...(servers === undefined ? {} : { mcp: servers }),
  };
}

/** The models of a session, by our providers' names: `databricks/system.ai.claude-opus-5-5`. */
export function modelReferences(models: AgentModels, named?: string): Readonly<Record<string, string>> {
  const main = named ?? models.opus ?? models.sonnet ?? models.codex ?? models.gemini ?? models.chat;
  const small = models.haiku ?? models.geminiFast ?? main;
  return {
    ...optional("model", reference(models.listed, main)),
    ...optional("small_model", reference(models.listed, small)),
  };
}

function providerOf({ endpoint, models }: Launch, dialect: ModelDialect): Config {
  const { name, npm, path } = providers[dialect];
  const own = models.listed.filter((model) => model.dialect === dialect);
  return {
    name,
    npm,
    options: { baseURL: `${endpoint[dialect]}${path}`, apiKey: `{env:${keyVariable}}` },
    models: Object.fromEntries(own.map(({ id }) => [id, modelOf(id, dialect)])),
  };
}

/** A model that no public list has: without its limits OpenCode would never make a long session shorter. */
function modelOf(id: string, dialect: ModelDialect): Config {
  const images = dialect !== "chat";
  return {
    name: titleOf(id),
    limit: contextOf[dialect],
    tool_call: true,
    attachment: images,
    ...(images ? { modalities: { input: ["text", "image"], output: ["text"] } } : {}),
    // The gateway refuses the field that asks for tool input as it is written.
    ...(dialect === "anthropic" ? { reasoning: true, options: { toolStreaming: false } } : {}),
  };
}

/** A list of allowed providers in the person's configuration would leave ours out, and a model of ours break the start. */
function limits(present: readonly Config[], ids: readonly string[]): Config {
  const allowed = present.map((config) => config["enabled_providers"]).findLast((list) => Array.isArray(list));
  return allowed === undefined ? {} : { enabled_providers: [...new Set([...(allowed as unknown[]), ...ids])] };
}

function reference(listed: readonly ListedModel[], id: string | undefined): string | undefined {
  const model = listed.find((one) => one.id === id);
  return model === undefined ? undefined : `${providers[model.dialect].id}/${model.id}`;
}

function optional(name: string, value: string | undefined): Readonly<Record<string, string>> {
  return value === undefined ? {} : { [name]: value };
}

/** The person's files, the weakest first: the global ones, the one that a variable names, those of the project. */
async function configurations({ env, cwd, paths }: LaunchDeps): Promise<readonly Config[]> {
  const base = env["XDG_CONFIG_HOME"] ?? "";
  const global = join(base === "" ? join(requireHome(paths), ".config") : base, "opencode");
  const named = env["OPENCODE_CONFIG"] ?? "";
  const files = [
    join(global, "config.json"),
    ...names.map((name) => join(global, name)),
    ...(named === "" ? [] : [resolve(cwd, named)]),
    ...foldersFrom(cwd).flatMap((folder) => names.map((name) => join(folder, name))),
  ];
  return Promise.all(files.map((path) => readObject(path)));
}

const names = ["opencode.json", "opencode.jsonc"];

/** This folder and those above it, the highest first. */
function foldersFrom(cwd: string): string[] {
  const above = dirname(cwd);
  return above === cwd ? [cwd] : [...foldersFrom(above), cwd];
}

/** Ours over the person's, object by object: what the variable held already stays. */
function merged(under: Config, over: Config): Config {
  const both = { ...under };
  for (const [name, value] of Object.entries(over)) {
    const present = both[name];
    both[name] = isObject(present) && isObject(value) ? merged(present, value) : value;
  }
  return both;
}
