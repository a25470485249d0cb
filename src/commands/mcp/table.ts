// `mortar mcp`, as data.
import { mcpClientNames } from "../../agents/mcp-client-names.ts";
import type { Command, Flags, Group } from "../../cli/spec.ts";
import { selectionFlags } from "../tool/selection-flags.ts";

const serveCommand: Command = {
  summary: "Serve the tools over MCP, on standard input and output",
  description:
    "Speaks the Model Context Protocol on standard input and output; agents start it themselves. It lists its tools without a sign-in, and tells the agent how to sign in when one is called.",
  flags: selectionFlags,
  positionals: [],
  examples: [
    { run: "mortar mcp serve", does: "All tools on the default profile" },
    { run: "mortar mcp serve --read-only --profile PROD", does: "Only tools that read, on another workspace" },
    { run: "mortar mcp serve --toolsets notebooks,jobs", does: "Two toolsets" },
  ],
  endsByItself: true,
  load: () => import("./serve.ts"),
};

export const installFlags = {
  client: {
    kind: "agent",
    short: "c",
    placeholder: "AGENT",
    choices: mcpClientNames,
    description: "The agent",
  },
  scope: {
    kind: "string",
    placeholder: "SCOPE",
    choices: ["user", "project", "local"],
    description: "Where the agent keeps it (Claude Code: user, project or local; Gemini CLI: user or project)",
  },
  name: { kind: "string", placeholder: "NAME", default: "databricks", description: "The server's name in the agent" },
  "dry-run": { kind: "switch", description: "Show what would be run, and stop" },
  ...selectionFlags,
} as const satisfies Flags;

const installCommand: Command = {
  summary: "Add the MCP server to a coding agent",
  description:
    "Adds the server with the agent's own command (Claude Code, Codex, Gemini CLI), and prints what to put into the configuration of the others. An entry of that name which is not ours is left as it is.",
  flags: installFlags,
  positionals: [],
  examples: [
    { run: "mortar mcp install --client claude", does: "Add it to Claude Code for this user" },
    { run: "mortar mcp install --client codex --read-only", does: "Codex, with the tools that only read" },
    { run: "mortar mcp install --client cursor", does: "Show what goes into Cursor's mcp.json" },
  ],
  waiting: "Asking the agent",
  load: () => import("./install.ts"),
};

export const mcpGroup: Group = {
  summary: "The MCP server for coding agents",
  commands: { serve: serveCommand, install: installCommand },
};
