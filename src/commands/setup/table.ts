// `mortar setup`, as data.
import { mcpClientNames } from "../../agents/mcp-client-names.ts";
import type { Command, Flags } from "../../cli/spec.ts";

/** What can be made ready: the agents, and the desktop app, which has a configuration of another kind. */
export const desktopName = "claude-desktop";
const setupNames = [...mcpClientNames, desktopName];

const workspace = "Workspace";
const models = "Models";
const what = "What is written";

export const setupFlags = {
  host: {
    kind: "string",
    placeholder: "URL",
    description: "Workspace, as in the browser's address line. With it nothing is asked",
    group: workspace,
  },
  config: {
    kind: "file",
    placeholder: "FILE",
    exists: true,
    extensions: ["json"],
    description: "A team's answers, as JSON. With it nothing is asked",
    group: workspace,
    conflicts: ["config-url"],
  },
  "config-url": {
    kind: "url",
    placeholder: "URL",
    description: "The same from an address (https)",
    group: workspace,
  },
  agent: {
    kind: "list",
    of: "agent",
    commas: true,
    choices: setupNames,
    placeholder: "AGENT",
    description: "Agents to make ready; the same as naming them. Those of this machine unless given",
    group: what,
  },
  mode: {
    kind: "string",
    placeholder: "MODE",
    choices: ["proxy", "helper", "wrapper"],
    description:
      "proxy: settings lead to the proxy on this machine. helper: to the workspace itself, with a credential helper and nothing in the background. wrapper: tools and skills alone, models by `mortar claude` and its like",
    group: what,
  },
  scope: {
    kind: "string",
    placeholder: "PLACE",
    aliases: ["settings-location"],
    description: "Where settings are written: home, project, or the folder of a project",
    group: what,
  },
  model: { kind: "model", placeholder: "MODEL", description: "Model for what has none of its own", group: models },
  opus: { kind: "anthropic-model", placeholder: "MODEL", description: "Model in the role of Opus", group: models },
  sonnet: { kind: "anthropic-model", placeholder: "MODEL", description: "Model in the role of Sonnet", group: models },
  haiku: { kind: "anthropic-model", placeholder: "MODEL", description: "Model in the role of Haiku", group: models },
  ttl: {
    kind: "integer",
    placeholder: "MINUTES",
    description: "How long an agent keeps a token of the credential helper, 1 to 60 minutes; 15 unless given",
    group: models,
  },
  skills: { kind: "switch", description: "Install the skills, where the last setup did not", group: what },
  "no-skills": { kind: "switch", description: "Install no skills", group: what, conflicts: ["skills"] },
  mcp: { kind: "switch", description: "Add the MCP server, where the last setup did not", group: what },
  "no-mcp": { kind: "switch", description: "Add no MCP server", group: what, conflicts: ["mcp"] },
  name: {
    kind: "string",
    placeholder: "NAME",
    description:
      "Name of the MCP server in the agents; databricks unless given. One of that name that is not ours stays",
    group: what,
    conflicts: ["no-mcp"],
  },
  "install-missing": { kind: "switch", description: "Install an agent that is missing, without a question" },
  "take-over": { kind: "switch", description: "Take the place of settings that lead elsewhere, without a question" },
  "revoke-older-tokens": {
    kind: "switch",
    description: "Revoke the tokens that the FMAPI setup script has left in the workspace, without a question",
  },
  "remove-older": {
    kind: "switch",
    description: "Take away what the programs before this one have left on this machine, without a question",
  },
  "no-verify": { kind: "switch", description: "Ask no model whether it works" },
  reinstall: { kind: "switch", description: "Do again what the last setup did, without a question" },
  yes: { kind: "switch", short: "y", description: "Ask nothing; what is not given is as it was, or usual" },
  "dry-run": { kind: "switch", short: "n", description: "Show what would be written, and write nothing" },
} as const satisfies Flags;

export const setupCommand: Command = {
  summary: "Make the coding agents of this machine ready for a workspace",
  description:
    "Finds the agents of this machine, asks for the workspace and signs in to it, looks which models it has, shows what would be written as a diff, writes it, and asks a model whether it works. " +
    "Each agent gets its models, the MCP server and the skills. Settings that lead elsewhere give way only to a yes. What was there is on record: mortar uninstall brings it back.",
  flags: setupFlags,
  positionals: [
    {
      name: "AGENT",
      kind: "agent",
      choices: setupNames,
      rest: true,
      description: "agents; those of this machine unless given",
    },
  ],
  examples: [
    { run: "mortar setup", does: "Answer questions, on a terminal" },
    {
      run: "mortar setup --host https://dbc-1234.cloud.databricks.com",
      does: "All agents of this machine, without questions",
    },
    { run: "mortar setup claude codex --mode helper --dry-run", does: "What would be written for two agents" },
    { run: "mortar setup --config-url https://intranet.example.com/mortar.json", does: "As the team has it" },
  ],
  load: () => import("./setup.ts"),
};
