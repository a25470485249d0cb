// What Codex is told for one run: overrides of its configuration, with the names of variables in the place of keys.
import { dirname } from "node:path";
import { keyVariable } from "../../../agents/launch/agent.ts";
import { dialects } from "../../../proxy/dialects.ts";
import type { EngineRequest } from "../engine.ts";
import { toolsOf } from "../server-tools.ts";

export interface CodexPlace {
  /** The project's folder, as the system calls it. */
  readonly folder: string;
  readonly temporary: string;
  /** The program's own file, behind all links. */
  readonly program: string;
  /** A description of the workspace's models, where there is one. */
  readonly catalog: string | undefined;
  readonly instructions: string;
}

export interface CodexStart {
  readonly words: readonly string[];
  /** Keys, by the names that the words give. */
  readonly env: Readonly<Record<string, string>>;
}

/** Codex asks nobody in this mode: what would have to be asked for is not there at all. */
export function codexStart(request: EngineRequest, place: CodexPlace): CodexStart {
  const overrides = [
    ...modelSettings(request),
    ["approval_policy", quoted("never")],
    ["default_permissions", quoted("project")],
    ["permissions", permissions(request, place)],
    ["developer_instructions", quoted(place.instructions)],
    ["project_doc_fallback_filenames", list(["CLAUDE.md"])],
    ["shell_environment_policy", table({ include_only: list(shellVariables) })],
    ["web_search", quoted("disabled")],
    ["check_for_update_on_startup", "false"],
    ["analytics", table({ enabled: "false" })],
    ["history", table({ persistence: quoted("none") })],
    ["features", features(request)],
    ...(place.catalog === undefined ? [] : [["model_catalog_json", quoted(place.catalog)]]),
    ...servers(request),
  ];
  const words = overrides.flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  return {
    words: ["--json", "--skip-git-repo-check", "--ignore-user-config", "--ignore-rules", ...words],
    env: keys(request),
  };
}

function modelSettings({ models, model }: EngineRequest): readonly (readonly [string, string])[] {
  const name = model === null ? [] : [["model", quoted(model)] as const];
  if (models.kind !== "proxy") return name;
  const base = dialects.find((one) => one.name === "responses")?.bases[0] ?? "codex/v1";
  const provider = {
    name: quoted("Databricks"),
    base_url: quoted(`${models.url}/${base}`),
    env_key: quoted(keyVariable),
    wire_api: quoted("responses"),
  };
  return [
    ...name,
    ["model_provider", quoted("databricks")],
    ["model_providers", table({ databricks: table(provider) })],
  ];
}

/** https://developers.openai.com/codex/permissions: nothing is there but what is named. */
function permissions({ permissionMode, shell }: EngineRequest, place: CodexPlace): string {
  const own = permissionMode === "plan" ? "read" : "write";
  const isOpen = shell === "unrestricted" && permissionMode === "everything";
  const filesystem = isOpen
    ? { ":root": quoted("write") }
    : {
        ":minimal": quoted("read"),
        // Accounts and keys of the system; what shells and programs read at their start stays.
        ...Object.fromEntries(ofSystem.map((path) => [path, quoted("deny")])),
        ":workspace_roots": quoted(own),
        [place.temporary]: quoted("write"),
        // Its sandbox starts the program once more, within.
        [installationOf(place.program)]: quoted("read"),
      };
  return table({ project: table({ filesystem: table(filesystem), network: table({ enabled: String(isOpen) }) }) });
}

const ofSystem: readonly string[] = [
  "/etc/passwd",
  "/etc/group",
  "/etc/shadow",
  "/etc/hosts",
  "/etc/ssh",
  "/etc/ssl/private",
  "/etc/databricks",
];

/** The package of a program that npm has installed, with what it starts; its folder otherwise. */
function installationOf(program: string): string {
  const at = program.search(/[/\\]node_modules[/\\]@openai[/\\]/);
  return at === -1 ? dirname(program) : program.slice(0, at + "/node_modules/@openai".length);
}

/** What a command gets: no key is among it. */
const shellVariables: readonly string[] = [
  "PATH",
  "HOME",
  "LANG",
  "LC_*",
  "TZ",
  "TERM",
  "TMPDIR",
  "SYSTEMROOT",
  "PATHEXT",
];

function features({ shell }: EngineRequest): string {
  const isOff = String(shell !== "off");
  // None of these is for a session that nobody sits at.
  const never = {
    apps: "false",
    browser_use: "false",
    computer_use: "false",
    hooks: "false",
    plugins: "false",
    goals: "false",
  };
  return table({ ...never, shell_tool: isOff, unified_exec: isOff });
}

function servers({
  servers: all,
  permissionMode,
  permissionTool,
  allowedTools,
}: EngineRequest): readonly (readonly [string, string])[] {
  if (all.length === 0) return [];
  const entries = all.map(({ name, url }, index) => {
    const fields = {
      url: quoted(url),
      bearer_token_env_var: quoted(serverVariable(index)),
      default_tools_approval_mode: quoted("approve"),
      tool_timeout_sec: "604800",
      ...(permissionMode === "everything" ? {} : { enabled_tools: list(toolsOf(name, allowedTools)) }),
      ...(permissionTool === undefined ? {} : { disabled_tools: list(toolsOf(name, [permissionTool])) }),
    };
    return [name, table(fields)] as const;
  });
  return [["mcp_servers", table(Object.fromEntries(entries))]];
}

function keys({ models, servers: all }: EngineRequest): Record<string, string> {
  const bearers = all.map(({ bearer }, index) => [serverVariable(index), bearer.reveal()] as const);
  return { ...Object.fromEntries(bearers), ...(models.kind === "proxy" ? { [keyVariable]: models.key.reveal() } : {}) };
}

function serverVariable(index: number): string {
  return `MORTAR_SERVER_KEY_${index}`;
}

/** A basic string of TOML: its escapes are those of JSON, but for a character that it may not hold as it is. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll("\u007F", "\\u007F");
}

function list(texts: readonly string[]): string {
  return `[${texts.map(quoted).join(", ")}]`;
}

function table(values: Readonly<Record<string, string>>): string {
  return `{${Object.entries(values)
    .map(([name, value]) => `${quoted(name)} = ${value}`)
    .join(", ")}}`;
}
