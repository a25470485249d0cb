// The coding agents that the MCP server can be added to, by the names that our commands know them by.

export const mcpClientNames = [
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
] as const;
export type McpClientName = (typeof mcpClientNames)[number];

export const mcpClientTitles: Readonly<Record<McpClientName, string>> = {
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
};
