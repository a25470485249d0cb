// The groups of checks, in the order in which they are shown.

export const checkGroups = [
  "machine",
  "agents",
  "configuration",
  "profile",
  "identity",
  "connectivity",
  "gateway",
  "proxy",
  "models",
  "mcp",
  "skills",
  "completion",
] as const;
export type CheckGroup = (typeof checkGroups)[number];

export const groupTitles: Readonly<Record<CheckGroup, string>> = {
  machine: "Machine",
  agents: "Agents",
  configuration: "Configuration",
  profile: "Profile",
  identity: "Identity",
  connectivity: "Connectivity",
  gateway: "AI Gateway",
  proxy: "Proxy",
  models: "Models",
  mcp: "MCP",
  skills: "Skills",
  completion: "Completion",
};
