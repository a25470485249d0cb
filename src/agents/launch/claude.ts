// Claude Code: one private settings file, which stands above the person's own settings and above the environment.
import { isAbsolute, join, resolve } from "node:path";
import type { Environment } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import { readTextIfPresent } from "../../platform/files.ts";
import { isObject } from "../../platform/json.ts";
import { expandTilde } from "../../platform/paths.ts";
import type { Agent, Launch, LaunchDeps, Prepared } from "./agent.ts";
import { claudeFolder, claudeServers, isGiven } from "./claude-servers.ts";
import { trustFor } from "./environment.ts";
import { titleOf, withLongContext, type AgentModels } from "./models.ts";
import { serversToAdd } from "./present-server.ts";
import { readObject } from "./read-object.ts";
import { takeFlag } from "./words.ts";

export const claude: Agent = {
  name: "claude",
  title: "Claude Code",
  program: "claude",
  install: "npm install -g @anthropic-ai/claude-code",
  sessions: [],
  prepare,
};

type Settings = Readonly<Record<string, unknown>>;

/** Other providers and their keys: Claude Code would go to them instead, or send them to the proxy. */
export const otherProviders: readonly string[] = [
  "CLAUDE_CODE_USE_BEDROCK",
  "CLAUDE_CODE_USE_MANTLE",
  "CLAUDE_CODE_USE_VERTEX",
  "CLAUDE_CODE_USE_FOUNDRY",
  "CLAUDE_CODE_USE_ANTHROPIC_AWS",
  "CLAUDE_CODE_USE_ANTHROPIC_GOOGLE_CLOUD",
  "CLAUDE_CODE_OAUTH_TOKEN",
  "ANTHROPIC_API_KEY",
  "ANTHROPIC_SMALL_FAST_MODEL",
];

async function prepare(deps: LaunchDeps, launch: Launch): Promise<Prepared> {
  const { words, values } = takeFlag(launch.words, "--settings");
  const [own, given, trust] = await Promise.all([
    readObject(join(claudeFolder(deps), "settings.json")),
    givenSettings(deps, values.at(-1)),
    trustFor(deps, launch, "NODE_EXTRA_CA_CERTS"),
  ]);
  const path = join(launch.folder, "settings.json");
  const chosen = { ...withoutOuter(deps.env), ...variablesOf(own), ...variablesOf(given) };
  const content = json({ ...given, apiKeyHelper: "", env: { ...variablesOf(given), ...variables(launch, chosen) } });
  const servers = await serverFile(deps, launch);
  const isBackground = words.some((word) => word === "--bg" || word === "--background");
  return {
    words: [`--settings=${path}`, ...(servers === undefined ? [] : [`--mcp-config=${servers.path}`]), ...words],
    env: { ...Object.fromEntries(otherProviders.map((name) => [name, undefined])), ...trust.env },
    files: [{ path, content }, ...(servers === undefined ? [] : [servers]), ...trust.files],
    notes: isBackground ? [backgroundNote] : [],
    keepsFolder: isBackground,
  };
}

const backgroundNote =
  "A session in the background outlives this command. Keep the proxy up for it: mortar proxy start, or mortar proxy install.";

type Session = Pick<Launch, "models" | "telemetry"> & {
  readonly endpoint: Pick<Launch["endpoint"], "anthropic" | "key">;
};

/** What the session's environment has to be, whatever the person's settings say. */
export function variables({ endpoint, models, telemetry }: Session, chosen: Environment): Record<string, string> {
  const headers = ownHeaders(chosen["ANTHROPIC_CUSTOM_HEADERS"]);
  return {
    ...Object.fromEntries(otherProviders.map((name) => [name, ""])),
    ANTHROPIC_BASE_URL: endpoint.anthropic,
    ANTHROPIC_AUTH_TOKEN: endpoint.key.reveal(),
    // Sends what a gateway takes: without it come betas that are for Anthropic's own servers.
    CLAUDE_CODE_USE_GATEWAY: "1",
    CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS: "",
    ENABLE_TOOL_SEARCH: chosen["ENABLE_TOOL_SEARCH"] ?? "true",
    ENABLE_PROMPT_CACHING_1H: chosen["ENABLE_PROMPT_CACHING_1H"] ?? "1",
    ...(headers === undefined ? {} : { ANTHROPIC_CUSTOM_HEADERS: headers }),
    ...modelVariables(models, chosen),
    ...telemetry?.variables,
  };
}

export const tiers = ["opus", "sonnet", "haiku", "fable"] as const;

/** The workspace's model for each tier, unless the person chose one that can be on a workspace. */
export function modelVariables(models: AgentModels, chosen: Environment): Record<string, string> {
  const named = tiers.flatMap((tier): [string, string][] => {
    const variable = `ANTHROPIC_DEFAULT_${tier.toUpperCase()}_MODEL`;
    const id = models[tier];
    if (id === undefined || mayBeHere(chosen[variable])) return [];
    return [
      [variable, withLongContext(id)],
      [`${variable}_NAME`, shortTitleOf(id)],
    ];
  });
  // A name of another provider is better no name.
  const other = chosen["ANTHROPIC_MODEL"] !== undefined && !mayBeHere(chosen["ANTHROPIC_MODEL"]);
  // Claude Code's own default is its largest tier.
  const least = models.opus === undefined ? (models.sonnet ?? models.haiku ?? models.fable) : undefined;
  const fallback = least === undefined || mayBeHere(chosen["ANTHROPIC_MODEL"]) ? undefined : withLongContext(least);
  const model = fallback ?? (other ? "" : undefined);
  return { ...Object.fromEntries(named), ...(model === undefined ? {} : { ANTHROPIC_MODEL: model }) };
}

/** The environment without the models that a session around this one has chosen, maybe on another workspace. */
function withoutOuter(env: Environment): Environment {
  const outer = tiers.flatMap((tier) => {
    const variable = `ANTHROPIC_DEFAULT_${tier.toUpperCase()}_MODEL`;
    const id = env[variable]?.replace(/\[1m\]$/, "");
    return id !== undefined && env[`${variable}_NAME`] === shortTitleOf(id) ? [variable] : [];
  });
  if (env["MORTAR_MANAGED"] !== "1" || outer.length === 0) return env;
  // Our own choice of a default, where there is one.
  const isDefault = outer.some((variable) => env[variable] === env["ANTHROPIC_MODEL"]);
  const dropped = new Set([...outer, ...(isDefault ? ["ANTHROPIC_MODEL"] : [])]);
  return Object.fromEntries(Object.entries(env).filter(([name]) => !dropped.has(name)));
}

function shortTitleOf(id: string): string {
  return titleOf(id).replace(/^Claude /, "");
}

/** Whether a model's name can be one of a workspace: names of Bedrock and Vertex cannot. */
function mayBeHere(name: string | undefined): boolean {
  return name !== undefined && name !== "" && !/^arn:|^(?:[a-z-]+\.)?anthropic\.|@\d{8}$/.test(name);
}

/** The person's own headers without credentials, which are for another gateway and would take the place of our key. */
function ownHeaders(present: string | undefined): string | undefined {
  if (present === undefined) return undefined;
  const kept = present.split("\n").filter((line) => !/^\s*(?:authorization|x-api-key|cookie)\s*:/i.test(line));
  return kept.join("\n") === present ? undefined : kept.join("\n");
}

/** The person's own `--settings`: a second one would replace ours, so it becomes a part of ours. */
async function givenSettings(deps: LaunchDeps, given: string | undefined): Promise<Settings> {
  if (given === undefined) return {};
  const inline = given.trimStart().startsWith("{");
  const path = expandTilde(given, deps.paths);
  const text = inline ? given : await readTextIfPresent(isAbsolute(path) ? path : resolve(deps.cwd, path));
  const settings = text === undefined ? undefined : parsed(text);
  if (isObject(settings)) return settings;
  const what = inline ? "the JSON of --settings" : `--settings ${given}`;
  throw new MortarError("usage", `Claude Code's settings cannot be read: ${what}`, {
    hint: "Give --settings a file with a JSON object, or the object itself.",
  });
}

async function serverFile(deps: LaunchDeps, { words, server: wanted, folder }: Launch) {
  if (wanted === undefined || words.includes("--strict-mcp-config")) return undefined;
  if (await isGiven(deps, takeFlag(words, "--mcp-config").values)) return undefined;
  const entry = (command: string, args: readonly string[]) => ({ type: "stdio", command, args });
  const mcpServers = serversToAdd(wanted, await claudeServers(deps), entry);
  return mcpServers === undefined ? undefined : { path: join(folder, "mcp.json"), content: json({ mcpServers }) };
}

function variablesOf(settings: Settings): Record<string, string> {
  const { env } = settings;
  if (!isObject(env)) return {};
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, String(value)]));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
