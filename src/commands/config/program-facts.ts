// Programs that mortar works with, where they are on this machine. None of them is run.
import { dirname } from "node:path";
import { mcpClients } from "../../agents/mcp-clients.ts";
import type { Deps } from "../../platform/deps.ts";
import { expandTilde } from "../../platform/paths.ts";
import { findProgram } from "../../platform/programs.ts";
import type { Fact, FactProvider } from "./facts.ts";

/** Names of each agent's programs, the first that is there counts. */
const agentPrograms: Readonly<Record<string, readonly string[]>> = {
  claude: ["claude"],
  codex: ["codex"],
  gemini: ["gemini"],
  opencode: ["opencode"],
  copilot: ["copilot"],
  cursor: ["cursor-agent", "cursor"],
  vscode: ["code", "code-insiders", "codium"],
  windsurf: ["windsurf"],
  kiro: ["kiro-cli", "kiro"],
  antigravity: ["antigravity", "agy"],
};

export const agentFacts: FactProvider = {
  key: "agents",
  title: "Agents",
  collect: async ({ deps }) =>
    Object.entries(mcpClients).map(([key, { title }]) =>
      programFact(deps, { key, label: title, names: agentPrograms[key] ?? [key] }),
    ),
};

export const toolFacts: FactProvider = {
  key: "programs",
  title: "Programs",
  collect: async ({ deps }) => [
    databricksCli(deps),
    programFact(deps, { key: "python", label: "Python", names: ["python3", "python"] }),
  ],
};

function databricksCli(deps: Deps): Fact {
  const variable = "DATABRICKS_CLI_PATH";
  const named = deps.env[variable];
  const about = { key: "databricks_cli", label: "Databricks CLI" };
  if (named !== undefined && named !== "") return { ...about, value: expandTilde(named, deps.paths), from: variable };
  return programFact(deps, { ...about, names: ["databricks"] });
}

interface Wanted {
  readonly key: string;
  readonly label: string;
  readonly names: readonly string[];
}

function programFact(deps: Deps, { key, label, names }: Wanted): Fact {
  for (const name of names) {
    const value = findProgram(name, deps);
    if (value !== undefined) return { key, label, value, from: whereFrom(deps, value) };
  }
  return { key, label, value: undefined };
}

function whereFrom({ env, os }: Deps, path: string): string {
  const folders = (env["PATH"] ?? env["Path"] ?? "").split(os === "win32" ? ";" : ":");
  return folders.includes(dirname(path)) ? "PATH" : "a usual place beside the PATH";
}
