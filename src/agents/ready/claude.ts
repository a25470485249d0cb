// Claude Code made ready: its settings lead to the workspace, its first start asks nothing, and it has the MCP server.
import { join } from "node:path";
import type { Change } from "../../platform/edits/changes.ts";
import { isObject } from "../../platform/json.ts";
import { requireHome } from "../../platform/paths.ts";
import { claudeHookPlan, claudeHooks, claudeSettingsFile, withoutOlder, withoutOrphans } from "../hooks/claude.ts";
import { commandLine } from "../hooks/command-line.ts";
import type { HookEdit } from "../hooks/plan.ts";
import { modelVariables, otherProviders, tiers } from "../launch/claude.ts";
import { claudeFolder } from "../launch/claude-servers.ts";
import { withLongContext } from "../launch/models.ts";
import { withoutProxy } from "../launch/environment.ts";
import { readObject } from "../launch/read-object.ts";
import { mcpClientTitles } from "../mcp-client-names.ts";
import { foreignSettings, type Candidate } from "./foreign.ts";
import { trackedByGit } from "./git.ts";
import { detect } from "./presence.ts";
import { mergedEdits } from "./merged-edits.ts";
import { serverChange } from "./server.ts";
import type { ForeignWish, ManagedAgent, ReadyDeps, ReadyPlan, Scope, Wish } from "./types.ts";

/** Sources: code.claude.com/docs/en/setup, /settings, /llm-gateway, /mcp. */
export const claude: ManagedAgent = {
  id: "claude",
  title: mcpClientTitles.claude,
  page: "https://code.claude.com/docs/en/setup",
  install: (os) => [
    ...(os === "darwin" ? [{ by: "brew", command: ["brew", "install", "--cask", "claude-code"] } as const] : []),
    ...(os === "win32" ? [{ by: "winget", command: ["winget", "install", "Anthropic.ClaudeCode"] } as const] : []),
    { by: "npm", command: ["npm", "install", "-g", "@anthropic-ai/claude-code"] },
  ],
  modes: ["proxy", "helper", "wrapper"],
  scopes: ["home", "project"],
  gives: { models: true, server: true, skills: true },
  detect: (deps) => detect(deps, { programs: ["claude"], configFolder: () => claudeFolder(deps) }),
  foreign: (deps, wish) => foreignSettings(deps, candidates(deps, wish)),
  plan,
  clean: (deps) => claudeHooks.clean(deps),
};

function candidates(deps: ReadyDeps, { scope, serverName }: ForeignWish): readonly Candidate[] {
  const file = settingsFile(deps, scope);
  const inEnv = (name: string, what: Candidate["what"]): Candidate => ({
    file,
    format: "json",
    path: ["env", name],
    what,
  });
  return [
    { file, format: "json", path: ["apiKeyHelper"], what: "helper" },
    inEnv("ANTHROPIC_BASE_URL", "base URL"),
    inEnv("ANTHROPIC_AUTH_TOKEN", "key"),
    inEnv("ANTHROPIC_API_KEY", "key"),
    inEnv("ANTHROPIC_MODEL", "model"),
    ...tiers.map((tier) => inEnv(`ANTHROPIC_DEFAULT_${tier.toUpperCase()}_MODEL`, "model")),
    inEnv("CLAUDE_CODE_OAUTH_TOKEN", "key"),
    ...otherProviders.filter((name) => name.startsWith("CLAUDE_CODE_USE_")).map((name) => inEnv(name, "provider")),
    { file: serverFile(deps, scope), format: "json", path: ["mcpServers", serverName], what: "server" },
  ];
}

async function plan(deps: ReadyDeps, wish: Wish): Promise<ReadyPlan> {
  const { mode, scope, serverName } = wish;
  const file = settingsFile(deps, scope);
  const notes: string[] = [];
  if (scope.kind === "project" && mode === "proxy") notes.push(...(await trackedByGit(deps, scope.folder, file)));
  const settings = await settingsEdits(deps, wish, file);
  const server = serverChange(wish, ["mcpServers", serverName], (command, args) => ({ type: "stdio", command, args }));
  const isProject = scope.kind === "project";
  // A server of a project is asked about once for each person, unless they have said yes to it.
  const approved: readonly Change[] =
    isProject && server.length > 0 ? [{ kind: "append", path: ["enabledMcpjsonServers"], value: serverName }] : [];
  if (isProject && server.length > 0) {
    notes.push(`${serverFile(deps, scope)} names this program by its place on this machine: keep it out of commits.`);
  }
  return {
    edits: mergedEdits([
      ...settings,
      { file, format: "json", changes: approved },
      { file: serverFile(deps, scope), format: "json", changes: server },
      ...(mode === "wrapper" ? [] : [{ file: stateFile(deps), format: "json" as const, changes: [onboarded] }]),
    ]),
    files: [],
    leftovers: [],
    notes,
  };
}

/** Without it the first start asks for a sign-in to Anthropic, whatever the settings say. */
const onboarded: Change = { kind: "set", path: ["hasCompletedOnboarding"], value: true };

async function settingsEdits(deps: ReadyDeps, wish: Wish, file: string): Promise<readonly HookEdit[]> {
  if (wish.mode === "wrapper") return [];
  const more = { ...modelVariables(wish.models, {}), ...mainModel(wish), ...comforts };
  const settings = await readObject(file);
  const env = isObject(settings["env"]) ? settings["env"] : {};
  // A model of another place would be asked for here.
  const unnamed: readonly Change[] =
    "ANTHROPIC_MODEL" in more ? [] : [{ kind: "set", path: ["env", "ANTHROPIC_MODEL"] }];
  if (wish.mode === "proxy") {
    const { edits } = await claudeHookPlan(deps, wish.target, { more: { ...more, ...plainHeaders(env) }, file });
    return edits.map((edit) => ({ ...edit, changes: [...edit.changes, ...unnamed] }));
  }
  const values: Readonly<Record<string, string>> = {
    ANTHROPIC_BASE_URL: wish.gateway.anthropic,
    ANTHROPIC_CUSTOM_HEADERS: withHeader(env["ANTHROPIC_CUSTOM_HEADERS"]),
    CLAUDE_CODE_API_KEY_HELPER_TTL_MS: String(wish.helperTtlMs),
    CLAUDE_CODE_USE_GATEWAY: "1",
    ...withoutProxy({ ...deps.env, ...env } as Readonly<Record<string, string>>),
    ...more,
  };
  const changes: readonly Change[] = [
    { kind: "set", path: ["apiKeyHelper"], value: commandLine(deps.os, wish.helper) },
    ...Object.entries(values).map(([name, value]): Change => ({ kind: "set", path: ["env", name], value })),
    // A token in the environment wins over the helper.
    ...[...otherProviders, "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS"].map((name): Change => ({
      kind: "set",
      path: ["env", name],
    })),
    ...unnamed,
    // It runs on Anthropic's own servers, and a workspace refuses the whole request (400): only the proxy knows a way round.
    { kind: "append", path: ["permissions", "deny"], value: "WebSearch" },
  ];
  return [{ file, format: "json", changes, clean: withoutOlder, orphans: withoutOrphans }];
}

const comforts = { ENABLE_TOOL_SEARCH: "true", ENABLE_PROMPT_CACHING_1H: "1" };

/** The person's own word where it is a model that Claude Code can talk to. */
function mainModel({ models: { main, listed } }: Pick<Wish, "models">): Record<string, string> {
  const isOther = listed.some(({ id, dialect }) => id === main && dialect !== "anthropic");
  return main === undefined || isOther ? {} : { ANTHROPIC_MODEL: withLongContext(main) };
}

const agentHeader = "x-databricks-use-coding-agent-mode: true";

/** The person's own headers, but for credentials of another gateway, and ours. */
function withHeader(present: unknown): string {
  return [...ownHeaders(present), agentHeader].join("\n");
}

/** The proxy adds ours, and would take credentials of another gateway for its own key. */
function plainHeaders({
  ANTHROPIC_CUSTOM_HEADERS: present,
}: Readonly<Record<string, unknown>>): Record<string, string> {
  // Named also where nothing of it changes: a second setup finds the file without them, and must not give them back.
  return typeof present === "string" ? { ANTHROPIC_CUSTOM_HEADERS: ownHeaders(present).join("\n") } : {};
}

function ownHeaders(present: unknown): readonly string[] {
  const lines = typeof present === "string" ? present.split("\n") : [];
  const own = lines.filter((line) => !/^\s*(?:authorization|x-api-key|cookie|x-databricks-use-)[^:]*:/i.test(line));
  return own.filter((line) => line.trim() !== "");
}

function settingsFile(deps: ReadyDeps, scope: Scope): string {
  return scope.kind === "home" ? claudeSettingsFile(deps) : join(scope.folder, ".claude", "settings.local.json");
}

function serverFile(deps: ReadyDeps, scope: Scope): string {
  return scope.kind === "home" ? stateFile(deps) : join(scope.folder, ".mcp.json");
}

function stateFile(deps: ReadyDeps): string {
  const own = (deps.env["CLAUDE_CONFIG_DIR"] ?? "") === "" ? requireHome(deps.paths) : claudeFolder(deps);
  return join(own, ".claude.json");
}
