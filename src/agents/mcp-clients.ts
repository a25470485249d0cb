// Coding agents as places for an MCP server: some have a command that adds one, for the others we say what to write where.
import { giveCodexVariables, type CompleteDeps } from "./codex-server.ts";
import { codexServerVariables } from "./codex-variables.ts";
import { MortarError } from "../platform/errors.ts";
import { stripAnsi } from "../notebook/terminal-text.ts";
import { isObject, parseJson } from "../platform/json.ts";
import type { RunResult } from "../platform/process.ts";
import { mcpClientTitles, type McpClientName } from "./mcp-client-names.ts";

export interface ServerEntry {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly scope: string | undefined;
}

export interface PresentEntry {
  /** The program that it starts, or its URL; undefined where only the whole line is known. */
  readonly command: string | undefined;
  /** Its command and arguments in one line, or its URL. */
  readonly commandLine: string;
  /** It has variables of its own, which somebody has set and which a new entry would lose. */
  readonly hasEnvironment: boolean;
  /** Where the agent keeps it, where it says so. */
  readonly scope: string | undefined;
}

type Words = readonly [string, ...string[]];

/** An agent with commands of its own for its configuration. */
export interface CommandClient {
  readonly kind: "command";
  readonly title: string;
  readonly scopes: readonly string[];
  /** Asks for the entry of that name; what it prints goes to `present`. */
  readonly look: (name: string) => Words;
  /** The entry, from what `look` printed; undefined where there is none. Throws `io` when that cannot be told. */
  readonly present: (output: RunResult, name: string) => PresentEntry | undefined;
  readonly add: (entry: ServerEntry) => Words;
  readonly remove: (entry: ServerEntry) => Words;
  /** What its command cannot say, put into its file. Gives whether anything was missing. */
  readonly complete?: (deps: CompleteDeps, name: string) => Promise<boolean>;
  readonly file: string;
  readonly snippet: (entry: ServerEntry) => string;
}

export interface FileClient {
  readonly kind: "file";
  readonly title: string;
  readonly file: string;
  readonly snippet: (entry: ServerEntry) => string;
}

export type McpClient = CommandClient | FileClient;

const claude: CommandClient = {
  kind: "command",
  title: mcpClientTitles.claude,
  scopes: ["user", "project", "local"],
  look: (name) => ["claude", "mcp", "get", name],
  present: ({ exitCode, stdout }) => {
    if (exitCode !== 0) return undefined;
    const line = (label: string): string => new RegExp(`^\\s*${label}:\\s*(.*)$`, "m").exec(stdout)?.[1]?.trim() ?? "";
    const scope = /^(user|project|local)/i.exec(line("Scope"))?.[1]?.toLowerCase();
    const command = line("Command") || line("URL");
    const hasEnvironment = /^\s*Environment:[^\S\n]*\n\s+\w+=/m.test(stdout);
    return { command, commandLine: `${command} ${line("Args")}`.trim(), hasEnvironment, scope };
  },
  add: ({ name, command, args, scope }) => [
    "claude",
    "mcp",
    "add",
    "--scope",
    scope ?? "user",
    name,
    "--",
    command,
    ...args,
  ],
  remove: ({ name, scope }) => ["claude", "mcp", "remove", "--scope", scope ?? "user", name],
  file: ".mcp.json",
  snippet: serversSnippet({ type: "stdio" }),
};

const codex: CommandClient = {
  kind: "command",
  title: mcpClientTitles.codex,
  scopes: [],
  look: (name) => ["codex", "mcp", "get", name, "--json"],
  present: ({ exitCode, stdout }) => (exitCode === 0 ? { ...codexEntry(stdout), scope: undefined } : undefined),
  add: ({ name, command, args }) => ["codex", "mcp", "add", name, "--", command, ...args],
  remove: ({ name }) => ["codex", "mcp", "remove", name],
  complete: giveCodexVariables,
  file: "~/.codex/config.toml",
  snippet: ({ name, command, args }) =>
    [
      `[mcp_servers.${/^[\w-]+$/.test(name) ? name : JSON.stringify(name)}]`,
      `command = ${JSON.stringify(command)}`,
      `args = [${args.map((arg) => JSON.stringify(arg)).join(", ")}]`,
      `env_vars = [${codexServerVariables.map((one) => JSON.stringify(one)).join(", ")}]`,
      "",
    ].join("\n"),
};

/** `{name, transport: {type, command, args}}` in newer versions, the fields at the root in older ones. */
function codexEntry(stdout: string): Omit<PresentEntry, "scope"> {
  const unknown = { command: undefined, commandLine: stdout.trim(), hasEnvironment: false };
  try {
    const entry = parseJson(stdout);
    const transport = isObject(entry) && isObject(entry["transport"]) ? entry["transport"] : entry;
    if (!isObject(transport)) return unknown;
    const args = Array.isArray(transport["args"]) ? transport["args"].map(String) : [];
    const command = String(transport["command"] ?? transport["url"] ?? "");
    const env = transport["env"];
    const hasEnvironment = isObject(env) && Object.keys(env).length > 0;
    return { command, commandLine: [command, ...args].join(" "), hasEnvironment };
  } catch {
    return unknown;
  }
}

const gemini: CommandClient = {
  kind: "command",
  title: mcpClientTitles.gemini,
  scopes: ["user", "project"],
  look: () => ["gemini", "mcp", "list"],
  // The list comes on standard error (0.61), each line with a sign of the server's state before the name.
  present: ({ exitCode, stdout, stderr }, name) => {
    if (exitCode !== 0) throw new MortarError("io", "gemini mcp list failed, so what it has is not known");
    const lines = `${stdout}\n${stderr}`.split("\n").map((line) => stripAnsi(line).replace(/^[^\w]*/, ""));
    const found = lines.find((line) => line.startsWith(`${name}: `));
    if (found === undefined) return undefined;
    const commandLine = found.slice(name.length + 2).replace(/\s+\((?:stdio|sse|http)\).*$/, "");
    return { command: undefined, commandLine, hasEnvironment: false, scope: undefined };
  },
  // What follows `--` is the server's, its flags too.
  add: ({ name, command, args, scope }) => [
    "gemini",
    "mcp",
    "add",
    "--scope",
    scope ?? "user",
    name,
    command,
    "--",
    ...args,
  ],
  remove: ({ name, scope }) => ["gemini", "mcp", "remove", "--scope", scope ?? "user", name],
  file: "~/.gemini/settings.json",
  snippet: serversSnippet({}),
};

/** `{"mcpServers": {NAME: {command, args}}}`, the form that most agents read. */
function serversSnippet(more: Readonly<Record<string, unknown>>) {
  return ({ name, command, args }: ServerEntry): string =>
    pretty({ mcpServers: { [name]: { ...more, command, args } } });
}

function pretty(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function file(title: string, path: string, snippet: FileClient["snippet"]): FileClient {
  return { kind: "file", title, file: path, snippet };
}

export const mcpClients: Readonly<Record<string, McpClient>> = {
  claude,
  codex,
  gemini,
  opencode: file(mcpClientTitles.opencode, "~/.config/opencode/opencode.json", ({ name, command, args }) =>
    pretty({ mcp: { [name]: { type: "local", command: [command, ...args], enabled: true } } }),
  ),
  copilot: file(mcpClientTitles.copilot, "~/.copilot/mcp-config.json", serversSnippet({ type: "local", tools: ["*"] })),
  cursor: file(mcpClientTitles.cursor, "~/.cursor/mcp.json", serversSnippet({})),
  vscode: file(mcpClientTitles.vscode, ".vscode/mcp.json", ({ name, command, args }) =>
    pretty({ servers: { [name]: { type: "stdio", command, args } } }),
  ),
  // Windsurf of before June 2026 reads ~/.codeium/windsurf/mcp_config.json.
  windsurf: file(mcpClientTitles.windsurf, "~/.config/devin/mcp_config.json", serversSnippet({})),
  kiro: file(mcpClientTitles.kiro, "~/.kiro/settings/mcp.json", serversSnippet({})),
  antigravity: file(mcpClientTitles.antigravity, "~/.gemini/config/mcp_config.json", serversSnippet({})),
} satisfies Record<McpClientName, McpClient>;
