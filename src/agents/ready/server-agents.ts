// Agents that take the MCP server from a file of theirs, and models not at all, or not from a file.
import { dirname, join } from "node:path";
import type { OperatingSystem } from "../../platform/deps.ts";
import { requireHome } from "../../platform/paths.ts";
import { mcpClientTitles } from "../mcp-client-names.ts";
import { antigravityFile, codeFolder, windsurfFiles } from "../server-files.ts";
import { foreignSettings } from "./foreign.ts";
import { detect, type Traces } from "./presence.ts";
import { serverChange } from "./server.ts";
import type { InstallWay, ManagedAgent, ManagedAgentId, ReadyDeps, Scope, Wish } from "./types.ts";

interface ServerAgent {
  readonly id: ManagedAgentId;
  readonly page: string;
  readonly install: (os: OperatingSystem) => readonly InstallWay[];
  readonly traces: Traces;
  /** The files with its servers, in the person's home: several where versions differ in it. */
  readonly home: (deps: ReadyDeps) => readonly string[];
  /** Below a project's folder, where it reads one there. */
  readonly project?: string;
  /** The object in the file that holds servers. */
  readonly servers?: string;
  readonly more?: (scope: Scope["kind"]) => Readonly<Record<string, unknown>>;
  /** How its models come, where no file says it. */
  readonly models: (wish: Wish) => string;
}

const onOwnServers = (title: string) => (): string =>
  `${title} calls its models from its own servers, which do not reach this machine: its models stay as they are.`;

/** What both package managers call it; nothing for Linux, where it takes an administrator or a hand. */
function editor(cask: string, winget: string): ServerAgent["install"] {
  return (os) => {
    if (os === "darwin") return [{ by: "brew", command: ["brew", "install", "--cask", cask] }];
    if (os === "linux") return [];
    return [{ by: "winget", command: ["winget", "install", "--exact", "--id", winget] }];
  };
}

const table: readonly ServerAgent[] = [
  {
    // docs.github.com/en/copilot/how-tos/copilot-cli/customize-copilot/add-mcp-servers
    id: "copilot",
    page: "https://docs.github.com/en/copilot/how-tos/copilot-cli/install-copilot-cli",
    install: (os) => [
      ...(os === "win32" ? [{ by: "winget", command: ["winget", "install", "GitHub.Copilot"] } as const] : []),
      { by: "npm", command: ["npm", "install", "-g", "@github/copilot"] },
    ],
    traces: { programs: ["copilot"], configFolder: copilotFolder },
    home: (deps) => [join(copilotFolder(deps), "mcp-config.json")],
    project: ".mcp.json",
    more: (scope) => ({ type: scope === "home" ? "local" : "stdio", tools: ["*"] }),
    models: () =>
      "Copilot CLI takes a provider from its environment alone: start it with mortar copilot for the models.",
  },
  {
    // cursor.com/docs/context/mcp
    id: "cursor",
    page: "https://cursor.com/docs/get-started/installation",
    install: editor("cursor", "Anysphere.Cursor"),
    traces: {
      programs: ["cursor"],
      apps: { darwin: "Cursor", win32: "cursor", linux: ["/usr/share/cursor", "/opt/Cursor"] },
      configFolder: (deps) => inHome(deps, ".cursor"),
    },
    home: (deps) => [inHome(deps, ".cursor", "mcp.json")],
    project: ".cursor/mcp.json",
    models: onOwnServers("Cursor"),
  },
  {
    // code.visualstudio.com/docs/copilot/customization/mcp-servers
    id: "vscode",
    page: "https://code.visualstudio.com/docs/setup/setup-overview",
    install: editor("visual-studio-code", "Microsoft.VisualStudioCode"),
    traces: {
      programs: ["code"],
      apps: {
        darwin: "Visual Studio Code",
        win32: "Microsoft VS Code",
        linux: ["/usr/share/code", "/snap/code/current"],
      },
      configFolder: codeFolder,
    },
    home: (deps) => [join(codeFolder(deps), "mcp.json")],
    project: ".vscode/mcp.json",
    servers: "servers",
    more: () => ({ type: "stdio" }),
    models: ({ proxy }) =>
      `VS Code takes models from no file: add an OpenAI-compatible one in Chat: Manage Language Models, with the URL ${proxy.chat}/chat/completions. The extensions of Claude Code and Codex take theirs from those agents' settings.`,
  },
  {
    // docs.windsurf.com/windsurf/cascade/mcp, docs.devin.ai/desktop
    id: "windsurf",
    page: "https://docs.windsurf.com/windsurf/getting-started",
    install: editor("windsurf", "Codeium.Windsurf"),
    traces: {
      programs: ["devin-desktop", "windsurf"],
      apps: {
        darwin: ["Devin", "Windsurf"],
        win32: ["Devin", "Windsurf"],
        linux: ["/usr/share/devin-desktop", "/usr/share/windsurf", "/opt/Windsurf"],
      },
      configFolder: (deps) => dirname(windsurfFiles(deps)[0] ?? ""),
    },
    home: windsurfFiles,
    models: onOwnServers("Windsurf"),
  },
  {
    // kiro.dev/docs/mcp/configuration
    id: "kiro",
    page: "https://kiro.dev/docs/getting-started/installation",
    install: editor("kiro", "Amazon.Kiro"),
    traces: {
      programs: ["kiro"],
      apps: { darwin: "Kiro", win32: "Kiro", linux: ["/usr/share/kiro", "/opt/Kiro"] },
      configFolder: (deps) => inHome(deps, ".kiro"),
    },
    home: (deps) => [inHome(deps, ".kiro", "settings", "mcp.json")],
    project: ".kiro/settings/mcp.json",
    models: onOwnServers("Kiro"),
  },
  {
    // antigravity.google/docs/mcp
    id: "antigravity",
    page: "https://antigravity.google/docs",
    install: editor("antigravity", "Google.Antigravity"),
    traces: {
      programs: ["antigravity", "agy"],
      apps: { darwin: "Antigravity", win32: "Antigravity", linux: ["/usr/share/antigravity", "/opt/Antigravity"] },
      configFolder: (deps) => dirname(antigravityFile(deps)),
    },
    home: (deps) => [antigravityFile(deps)],
    models: onOwnServers("Antigravity"),
  },
];

export const serverAgents: readonly ManagedAgent[] = table.map((one): ManagedAgent => {
  const { id, page, install, traces, project, servers = "mcpServers", more = () => ({}) } = one;
  const filesOf = (deps: ReadyDeps, scope: Scope): readonly string[] =>
    scope.kind === "home" ? one.home(deps) : [join(scope.folder, project ?? "")];
  return {
    id,
    title: mcpClientTitles[id],
    page,
    install,
    modes: ["wrapper"],
    scopes: project === undefined ? ["home"] : ["home", "project"],
    gives: { models: false, server: true, skills: true },
    detect: (deps) => detect(deps, traces),
    foreign: (deps, { scope, serverName }) => {
      const place = { format: "json", path: [servers, serverName], what: "server" } as const;
      return foreignSettings(
        deps,
        filesOf(deps, scope).map((file) => ({ ...place, file })),
      );
    },
    plan: async (deps, wish) => {
      const changes = serverChange(wish, [servers, wish.serverName], (command, args) => ({
        ...more(wish.scope.kind),
        command,
        args,
      }));
      const files = changes.length === 0 ? [] : filesOf(deps, wish.scope);
      const edits = files.map((file) => ({ file, format: "json", changes }) as const);
      return { edits, files: [], leftovers: [], notes: [one.models(wish)] };
    },
    clean: () => Promise.resolve({ edits: [], leftovers: [] }),
  };
});

function inHome({ paths }: Pick<ReadyDeps, "paths">, ...parts: readonly string[]): string {
  return join(requireHome(paths), ...parts);
}

function copilotFolder(deps: ReadyDeps): string {
  const own = deps.env["COPILOT_HOME"] ?? "";
  return own === "" ? inHome(deps, ".copilot") : own;
}
