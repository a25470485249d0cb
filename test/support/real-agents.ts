// The coding agents that people install, as scripts/test-tools.ts fetched them: what starts each, and how a test talks to it.
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Machine } from "./binary.ts";
import { toolFolder } from "./tools.ts";

export interface RealAgent {
  readonly name: "claude" | "codex" | "gemini" | "opencode" | "copilot";
  /** What starts it, in the folder that was fetched. */
  readonly program: () => Promise<readonly string[]>;
  /** The words of a session without its interface, with every tool allowed. */
  readonly session: (prompt: string) => readonly string[];
  /** How the model calls a tool of the server. */
  readonly tool: (name: string) => string;
  /** The path of the workspace that the model is asked at. */
  readonly path: RegExp;
  /** A file of the person's with a setting that has to survive. */
  readonly settings: readonly [path: string, text: string];
}

const platform = `${process.platform}-${process.arch}`;
const windowsName = platform.replace("win32", "windows");

async function below(folder: string, pattern: string): Promise<readonly string[]> {
  const [found] = await Array.fromAsync(new Bun.Glob(pattern).scan({ cwd: folder, dot: true }));
  if (found === undefined) throw new Error(`${folder} has no ${pattern}`);
  return [join(folder, found)];
}

export const claudeCode: RealAgent = {
  name: "claude",
  program: () =>
    below(join(toolFolder("claude-code"), `node_modules/@anthropic-ai/claude-code-${platform}`), "claude{,.exe}"),
  session: (prompt) => ["-p", prompt, "--allowedTools", "mcp__databricks"],
  tool: (name) => `mcp__databricks__${name}`,
  path: /^\/ai-gateway\/anthropic\/v1\/messages$/,
  settings: [".claude/settings.json", "{}\n"],
};

/** Those that are fetched for everything only. */
export const otherAgents: readonly RealAgent[] = [
  {
    name: "codex",
    program: () => below(join(toolFolder("codex"), "node_modules/@openai/codex/vendor"), "*/bin/codex{,.exe}"),
    session: (prompt) => ["exec", "--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox", prompt],
    tool: (name) => name,
    path: /^\/ai-gateway\/codex\/v1\/responses$/,
    settings: [".codex/config.toml", 'model = "gpt-of-openai"\nmodel_provider = "openai"\n'],
  },
  {
    name: "gemini",
    program: async () => [
      process.execPath,
      join(toolFolder("gemini-cli"), "node_modules/@google/gemini-cli/bundle/gemini.js"),
    ],
    session: (prompt) => ["--skip-trust", "--approval-mode", "yolo", "-p", prompt],
    tool: (name) => `mcp_databricks_${name}`,
    path: /^\/ai-gateway\/gemini\/v1beta\/models\/[^:]+:streamGenerateContent$/,
    settings: [
      ".gemini/settings.json",
      '{\n  // mine\n  "security": { "auth": { "selectedType": "oauth-personal" } }\n}\n',
    ],
  },
  {
    name: "opencode",
    program: () => below(join(toolFolder("opencode"), `node_modules/opencode-${windowsName}/bin`), "opencode{,.exe}"),
    session: (prompt) => ["run", prompt],
    tool: (name) => `databricks_${name}`,
    path: /^\/ai-gateway\/anthropic\/v1\/messages$/,
    settings: [
      ".config/opencode/opencode.json",
      '{ "$schema": "https://opencode.ai/config.json", "model": "anthropic/x", "enabled_providers": ["anthropic"] }\n',
    ],
  },
  {
    name: "copilot",
    program: () => below(join(toolFolder("copilot"), `node_modules/@github/copilot-${platform}`), "copilot{,.exe}"),
    session: (prompt) => ["--allow-all-tools", "--no-auto-update", "-p", prompt],
    tool: (name) => `databricks-${name}`,
    path: /^\/ai-gateway\/mlflow\/v1\/chat\/completions$/,
    settings: [".copilot/mcp-config.json", '{ "mcpServers": {} }\n'],
  },
];

/** Puts the agents on this machine under their own names. Gives the environment in which they are found and ask nobody else. */
export async function installAgents(machine: Machine, agents: readonly RealAgent[]): Promise<Record<string, string>> {
  const bin = join(machine.home, "bin");
  await mkdir(bin, { recursive: true });
  for (const { name, program } of agents) {
    const words = (await program()).map((word) => `'${word}'`).join(" ");
    await writeFile(join(bin, name), `#!/bin/sh\nexec ${words} "$@"\n`);
    await chmod(join(bin, name), 0o755);
  }
  return {
    PATH: `${bin}:${machine.env["PATH"]}`,
    TERM: "xterm-256color",
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    DISABLE_AUTOUPDATER: "1",
    OPENCODE_DISABLE_AUTOUPDATE: "1",
  };
}
