// The npm packages of the coding agents, which are not ours to ship: the platform installs what package.json names.
export const agentNames = ["claude", "codex", "gemini"] as const;
export type AgentName = (typeof agentNames)[number];

/** Each version is the one that is tested against; an exact one, so that an app starts tomorrow as it does today. */
const packages: Readonly<Record<AgentName, readonly [name: string, version: string]>> = {
  claude: ["@anthropic-ai/claude-code", "2.1.329"],
  codex: ["@openai/codex", "0.169.0"],
  gemini: ["@google/gemini-cli", "0.61.0"],
};

export const packageName = (agent: AgentName): string => packages[agent][0];

/** `dependencies` of package.json. */
export function agentDependencies(agents: readonly AgentName[]): Readonly<Record<string, string>> {
  return Object.fromEntries(agents.map((agent) => packages[agent]));
}
