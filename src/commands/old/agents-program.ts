// `databricks-agents`: one name for the programs of all agents.
import { findShell } from "../../completion/answer.ts";
import { systemDeps } from "../../platform/system.ts";
import type { OldContext } from "./agent-program.ts";
import { oldPrograms } from "./programs-table.ts";
import { runAgentProgram } from "./run-old.ts";

const programs = {
  claude: oldPrograms["databricks-claude"],
  codex: oldPrograms["databricks-codex"],
  opencode: oldPrograms["databricks-opencode"],
} as const;

const usage = `Starts a coding agent on a Databricks workspace.

Usage:
  databricks-agents AGENT [words as for databricks-AGENT]
  databricks-agents list
  databricks-agents completion SHELL
  databricks-agents --version

Agents:
  claude, codex, opencode
`;

/** Exit codes: 2 without an agent, and for one that it does not know; else the agent's. */
export async function runAgents(words: readonly string[], build: OldContext["build"]): Promise<number> {
  const [first, ...rest] = words;
  const { stdout, stderr } = systemDeps({ level: "normal", noColour: false });
  if (first === undefined) {
    stderr.write(usage);
    return 2;
  }
  if (first === "claude" || first === "codex" || first === "opencode") {
    return runAgentProgram(programs[first], rest, build);
  }
  switch (first) {
    case "list":
      stdout.write(`${Object.keys(programs).join("\n")}\n`);
      return 0;
    case "--version":
    case "version":
      stdout.write(`databricks-agents ${build.version}\n`);
      return 0;
    case "-h":
    case "--help":
    case "help":
      stdout.write(usage);
      return 0;
    case "completion": {
      const shell = findShell(rest[0]?.replace(/^--shell=/, "") ?? "");
      if (shell === undefined) {
        stderr.write("error: no such shell\nhint: Write databricks-agents completion bash, zsh, fish or powershell.\n");
        return 1;
      }
      stdout.write(shell.script("databricks-agents"));
      return 0;
    }
    default:
      stderr.write(`error: There is no agent ${JSON.stringify(first)}\n\n${usage}`);
      return 2;
  }
}
