// What Gemini CLI is told for one run: a home of its own with settings, rules for every tool, and the app's instructions.
import { join } from "node:path";
import { modelRules } from "../../../agents/launch/gemini.ts";
import type { AgentModels } from "../../../agents/launch/models.ts";
import { dialects } from "../../../proxy/dialects.ts";
import type { EngineRequest } from "../engine.ts";
import { toolsOf } from "../server-tools.ts";

export interface GeminiFile {
  readonly path: string;
  readonly content: string;
}

export interface GeminiStart {
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly files: readonly GeminiFile[];
}

const readers: readonly string[] = [
  "read_file",
  "list_directory",
  "glob",
  "grep_search",
  "search_file_content",
  "write_todos",
];
const editors: readonly string[] = ["write_file", "replace"];

export interface GeminiPlace {
  /** Of this run alone, so that no other run's servers are in it. */
  readonly home: string;
  /** The project's folder, as the system calls it. */
  readonly folder: string;
  /** The workspace's. */
  readonly model: string;
  readonly instructions: string;
}

/**
 * It is not started in the project: it takes settings, commands and variables from the folder in which it is, trusted or not,
 * and so would run what anybody, the agent itself included, has written there. The project is a folder beside.
 */
export function geminiStart(request: EngineRequest, place: GeminiPlace): GeminiStart {
  const inHome = (...parts: string[]): string => join(place.home, ".gemini", ...parts);
  const system = join(place.home, "system.json");
  const policy = join(place.home, "policy.toml");
  const base = dialects.find(({ name }) => name === "gemini")?.bases[0] ?? "gemini";
  const { models } = request;
  return {
    words: [
      "--skip-trust",
      "--approval-mode=default",
      "--output-format=stream-json",
      `--policy=${policy}`,
      "--extensions=none",
      `--include-directories=${place.folder}`,
    ],
    env: {
      GEMINI_CLI_HOME: place.home,
      // Stands above what a project might bring.
      GEMINI_CLI_SYSTEM_SETTINGS_PATH: system,
      GEMINI_API_KEY_AUTH_MECHANISM: "bearer",
      GEMINI_MODEL: place.model,
      // A file of variables in the project could name one to be read out, or written.
      GEMINI_SYSTEM_MD: "false",
      GEMINI_WRITE_SYSTEM_MD: "false",
      GEMINI_SANDBOX: "false",
      GOOGLE_GENAI_USE_VERTEXAI: "false",
      GOOGLE_GENAI_USE_GCA: "false",
      ...(models.kind === "proxy"
        ? { GOOGLE_GEMINI_BASE_URL: `${models.url}/${base}`, GEMINI_API_KEY: models.key.reveal() }
        : {}),
      ...Object.fromEntries(request.servers.map(({ bearer }, index) => [serverVariable(index), bearer.reveal()])),
    },
    files: [
      { path: inHome("settings.json"), content: JSON.stringify(settings(request, place.model)) },
      { path: inHome("GEMINI.md"), content: instructionsFor(place) },
      { path: system, content: JSON.stringify(fence(request)) },
      { path: policy, content: policyText(request, place.folder) },
    ],
  };
}

function settings(request: EngineRequest, model: string): object {
  const known: AgentModels =
    request.models.kind === "proxy" ? (request.models.models ?? { listed: [] }) : { listed: [] };
  return {
    ...fence(request),
    security: { auth: { selectedType: "gemini-api-key" }, folderTrust: { enabled: false } },
    general: { disableAutoUpdate: true, enableAutoUpdate: false },
    privacy: { usageStatisticsEnabled: false },
    modelConfigs: { customOverrides: modelRules({ ...known, gemini: model }) },
    mcpServers: Object.fromEntries(request.servers.map((_server, index) => serverOf(request, index))),
  };
}

function serverOf(request: EngineRequest, index: number): readonly [string, object] {
  const { name = "", url } = request.servers[index] ?? {};
  const weekMs = 604_800_000;
  const entry = {
    httpUrl: url,
    headers: { Authorization: `Bearer \${${serverVariable(index)}}` },
    trust: false,
    timeout: weekMs,
    ...(request.permissionMode === "everything" ? {} : { includeTools: toolsOf(name, request.allowedTools) }),
    excludeTools: request.permissionTool === undefined ? [] : toolsOf(name, [request.permissionTool]),
  };
  return [name, entry];
}

function instructionsFor({ folder, instructions }: GeminiPlace): string {
  const where = `The project is the folder ${folder}. Name its files by their whole paths; nothing is to be kept anywhere else.`;
  // A line of it that looks like an import is to stay one of text.
  return `${where}\n\n${instructions}`.replace(/(^|\s)@(?=\S)/g, "$1@\u200B");
}

/** What no other settings may bring. */
function fence({ servers }: EngineRequest): object {
  return {
    mcp: { allowed: servers.map(({ name }) => name) },
    hooksConfig: { enabled: false },
    advanced: { ignoreLocalEnv: true },
    tools: { sandbox: false, discoveryCommand: "", callCommand: "" },
  };
}

/** https://geminicli.com/docs/reference/policy-engine/: nothing runs but what is named; what is refused is not shown to the model. */
function policyText({ permissionMode, shell, servers, allowedTools }: EngineRequest, folder: string): string {
  // What it writes elsewhere than in the project would be lost with the run.
  const inside = `"file_path":${JSON.stringify(`${folder}/`).slice(0, -1)}`;
  const argsPattern = inside.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  const editing = permissionMode === "plan" ? [] : editors.map((toolName) => rule({ toolName, argsPattern }));
  const own = [
    ...readers,
    ...(permissionMode === "everything" && shell === "unrestricted" ? ["run_shell_command"] : []),
  ];
  const ofServers = servers.flatMap(({ name }) => {
    const tools = toolsOf(name, allowedTools);
    if (permissionMode === "everything") return [rule({ mcpName: name, toolName: "*" })];
    return tools.map((toolName) => rule({ mcpName: name, toolName }));
  });
  const refused = `[[rule]]\ntoolName = "*"\ndecision = "deny"\npriority = 1\n`;
  return [refused, ...own.map((toolName) => rule({ toolName })), ...editing, ...ofServers].join("\n");
}

function rule(match: Readonly<Record<string, string>>): string {
  const lines = Object.entries(match).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  return ["[[rule]]", ...lines, 'decision = "allow"', "priority = 500", ""].join("\n");
}

function serverVariable(index: number): string {
  return `MORTAR_SERVER_KEY_${index}`;
}
