// What Claude Code is told for one run: its words, and the private files that they name.
import { join } from "node:path";
import { otherProviders, variables } from "../../../agents/launch/claude.ts";
import { withLongContext } from "../../../agents/launch/models.ts";
import { dialects } from "../../../proxy/dialects.ts";
import type { PermissionMode } from "../../contract/api.ts";
import type { EngineRequest } from "../engine.ts";
import { sandboxSettings, type SandboxPlace } from "./sandbox.ts";

export interface ClaudeFile {
  readonly path: string;
  readonly content: string;
}

export interface ClaudeStart {
  readonly words: readonly string[];
  readonly files: readonly ClaudeFile[];
}

/** The modes by the names that Claude Code has for them. `everything` is a list of rules: what it calls so, it also unfences. */
const modes: Readonly<Record<PermissionMode, string>> = {
  ask: "manual",
  accept_edits: "acceptEdits",
  plan: "plan",
  everything: "acceptEdits",
};

/** The only tools of its own that there are. Whatever else it has, or gets one day, is not. */
const ownTools: readonly string[] = [
  "Read",
  "Write",
  "Edit",
  "NotebookEdit",
  "Glob",
  "Grep",
  "Skill",
  "Task",
  // What it plans with: the first in older versions, the others in newer ones.
  "TodoWrite",
  "TaskCreate",
  "TaskUpdate",
  "TaskList",
  "TaskGet",
  "ToolSearch",
  "ExitPlanMode",
];

const unasked: readonly string[] = ["Read", "Glob", "Grep", "Skill", "TodoWrite", "ToolSearch"];
const changing: readonly string[] = ["Write", "Edit", "NotebookEdit", "Task"];

/** All that is needed to start it in `folder` (the project's, as the system calls it). `plugin` holds the skills. */
export function claudeStart(
  request: EngineRequest,
  place: Omit<SandboxPlace, "temporary"> & { readonly instructions: string; readonly plugin: string | undefined },
): ClaudeStart {
  const inRun = (name: string): string => join(request.runFolder, name);
  const files = [
    { path: inRun("settings.json"), content: JSON.stringify(settings(request, place)) },
    { path: inRun("servers.json"), content: JSON.stringify({ mcpServers: servers(request) }) },
    { path: inRun("instructions.md"), content: place.instructions },
  ] as const;
  const asks = request.permissionTool;
  const tools = [...ownTools, ...(request.shell === "off" ? [] : ["Bash"])];
  return {
    files,
    words: [
      "-p",
      "--verbose",
      "--input-format=stream-json",
      "--output-format=stream-json",
      "--include-partial-messages",
      // Keeps its file tools within the project, links included, in every mode, and reads no settings, hooks or servers
      // that a project could bring.
      "--restricted",
      "--strict-mcp-config",
      `--mcp-config=${files[1].path}`,
      `--settings=${files[0].path}`,
      `--append-system-prompt-file=${files[2].path}`,
      // What was said of the workspace last time is not what holds now.
      "--system-prompt-snapshot=off",
      `--tools=${tools.join(",")}`,
      `--permission-mode=${modes[request.permissionMode]}`,
      asks === undefined ? "--permission-prompts=none" : `--permission-prompt-tool=${asks}`,
      ...(place.plugin === undefined ? [] : [`--plugin-dir=${place.plugin}`]),
      ...(request.model === null ? [] : [`--model=${withLongContext(request.model)}`]),
    ],
  };
}

function settings(request: EngineRequest, { folder, os }: Omit<SandboxPlace, "temporary">): object {
  const temporary = join(request.runFolder, "tmp");
  return {
    env: modelVariables(request),
    apiKeyHelper: "",
    // What is not on the list is for the person to allow: no model decides in his place, as one would in the mode `plan`.
    permissions: { allow: allowRules(request), ask: askRules(request), disableAutoMode: "disable" },
    useAutoModeDuringPlan: false,
    disableAllHooks: true,
    // A skill's text may hold commands that run as it is read.
    disableSkillShellExecution: true,
    autoMemoryEnabled: false,
    includeCoAuthoredBy: false,
    ...(request.shell === "sandboxed" ? { sandbox: sandboxSettings(request, { folder, temporary, os }) } : {}),
  };
}

function allowRules({ allowedTools, permissionMode, servers: all }: EngineRequest): readonly string[] {
  if (permissionMode !== "everything") return [...unasked, ...allowedTools];
  return [...unasked, ...changing, ...allowedTools, ...all.map(({ name }) => `mcp__${name}`)];
}

/**
 * It lets what it takes for reading run unasked, `git status` among it; and Git runs what a project's own files name (fsmonitor,
 * filters, a pager). Where no sandbox keeps that in, the person is asked for every command.
 */
function askRules({ shell, permissionMode }: EngineRequest): readonly string[] {
  return shell === "unrestricted" && permissionMode !== "everything" ? ["Bash"] : [];
}

function servers({ servers: all }: EngineRequest): object {
  const entry = (url: string, bearer: string) => ({
    type: "http",
    url,
    headers: { Authorization: `Bearer ${bearer}` },
  });
  return Object.fromEntries(all.map(({ name, url, bearer }) => [name, entry(url, bearer.reveal())]));
}

const weekMs = 604_800_000;

/** Of a session that no terminal shows, and that ends with its answer. */
export const behaviour: Readonly<Record<string, string>> = {
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
  DISABLE_AUTOUPDATER: "1",
  // A person may take longer for an answer than any timeout: five minutes is the program's own.
  CLAUDE_CODE_MCP_TOOL_IDLE_TIMEOUT: "0",
  MCP_TOOL_TIMEOUT: String(weekMs),
  MAX_MCP_OUTPUT_TOKENS: "100000",
  CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: "1",
  CLAUDE_CODE_DISABLE_CRON: "1",
  CLAUDE_CODE_DISABLE_AUTO_MEMORY: "1",
  CLAUDE_CODE_DISABLE_BUNDLED_SKILLS: "1",
};

function modelVariables({ models, model }: EngineRequest): Record<string, string> {
  const none = Object.fromEntries(otherProviders.map((name) => [name, ""]));
  if (models.kind === "login") return {};
  if (models.kind === "anthropic") return { ...none, ANTHROPIC_API_KEY: models.key.reveal() };
  const one = model ?? undefined;
  const byRole = models.models ?? { opus: one, sonnet: one, haiku: one, listed: [] };
  const base = dialects.find(({ name }) => name === "anthropic")?.bases[0] ?? "anthropic";
  const endpoint = { anthropic: `${models.url}/${base}`, key: models.key };
  return variables({ endpoint, models: byRole, telemetry: undefined }, { ENABLE_TOOL_SEARCH: "auto" });
}
