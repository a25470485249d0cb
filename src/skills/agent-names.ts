// The coding agents whose skill folders we know, by the names that our commands know them by.

export const skillAgentNames = [
  "claude",
  "codex",
  "gemini",
  "opencode",
  "copilot",
  "cursor",
  "vscode",
  "windsurf",
  "kiro",
  "antigravity",
  "agents",
] as const;
export type SkillAgentName = (typeof skillAgentNames)[number];

export const skillAgentTitles: Readonly<Record<SkillAgentName, string>> = {
  claude: "Claude Code",
  codex: "Codex",
  gemini: "Gemini CLI",
  opencode: "OpenCode",
  copilot: "Copilot CLI",
  cursor: "Cursor",
  vscode: "VS Code",
  windsurf: "Windsurf",
  kiro: "Kiro",
  antigravity: "Antigravity",
  agents: "the folder that most agents share",
};

export const skillScopes = ["user", "project"] as const;
export type SkillScope = (typeof skillScopes)[number];
