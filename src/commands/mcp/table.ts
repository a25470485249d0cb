// `mortar mcp`, as data.
import { mcpClientNames } from "../../agents/mcp-client-names.ts";
import type { Command, Flags, Group } from "../../cli/spec.ts";
import { selectionFlags } from "../tool/selection-flags.ts";
import { consentFlags, termsFlags, yesFlag } from "../tool/terms-flags.ts";

const httpGroup = "Over HTTP";

export const serveFlags = {
  http: { kind: "switch", description: "Serve over HTTP instead of standard input and output", group: httpGroup },
  listen: {
    kind: "string",
    placeholder: "ADDRESS",
    default: "127.0.0.1",
    description: "Address to listen on",
    group: httpGroup,
  },
  port: {
    kind: "integer",
    placeholder: "PORT",
    minimum: 0,
    maximum: 65_535,
    default: "0",
    description: "Port to listen on; 0 takes a free one",
    group: httpGroup,
  },
  auth: {
    kind: "string",
    placeholder: "WHO",
    choices: ["key", "caller"],
    default: "key",
    description: "Who acts: your profile, for whoever has the key; or each caller, with the token that he sends",
    group: httpGroup,
  },
  "key-file": {
    kind: "file",
    placeholder: "FILE",
    description: "The key to ask for, instead of a new one for each run",
    group: httpGroup,
  },
  "allowed-host": {
    kind: "list",
    of: "string",
    commas: true,
    placeholder: "NAMES",
    description: "Names under which it answers besides this machine's own",
    group: httpGroup,
  },
  "allowed-origin": {
    kind: "list",
    of: "string",
    commas: true,
    placeholder: "ORIGINS",
    description: "Web pages that may call it, such as https://a.example.com",
    group: httpGroup,
  },
  "trust-forwarded-token": {
    kind: "switch",
    description: "Take the caller's token from x-forwarded-access-token: behind Databricks Apps, nowhere else",
    group: httpGroup,
  },
  "behind-databricks-apps": {
    kind: "switch",
    description: "As the command of an app: on DATABRICKS_APP_PORT, each caller as the person that the platform names",
    group: httpGroup,
    conflicts: ["listen", "port", "auth", "key-file", "trust-forwarded-token"],
  },
  ...selectionFlags,
  ...yesFlag,
  ...consentFlags,
  ...termsFlags,
} as const satisfies Flags;

const serveCommand: Command = {
  summary: "Serve the tools over MCP, on standard input and output or over HTTP",
  description:
    "Speaks the Model Context Protocol on standard input and output; agents start it themselves. It lists its tools without a sign-in, and tells the agent how to sign in when one is called. With --http it serves on a port of this machine; a client may narrow the tools and the terms by headers: X-MCP-Toolsets, X-MCP-Tools, X-MCP-Exclude-Tools, X-MCP-Readonly, X-MCP-Confirm, X-MCP-Protect, X-MCP-Max-Rows, X-MCP-Max-Chars, X-MCP-Max-Wait and X-MCP-Discovery.",
  flags: serveFlags,
  positionals: [],
  examples: [
    { run: "mortar mcp serve", does: "All tools on the default profile" },
    { run: "mortar mcp serve --read-only --profile PROD", does: "Only tools that read, on another workspace" },
    { run: "mortar mcp serve --toolsets notebooks,jobs", does: "Two toolsets" },
    {
      run: "mortar mcp serve --protect prod,*.gold --confirm always",
      does: "Nothing written there, and a yes before a loss",
    },
    { run: "mortar mcp serve --http --port 8484", does: "On a port, for clients that have the key" },
    { run: "mortar mcp serve --http --auth caller", does: "On a port, each caller with a token of his own" },
    { run: "mortar mcp serve --behind-databricks-apps", does: "As the command of an app on Databricks Apps" },
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
  bridge: {
    kind: "list",
    of: "string",
    commas: true,
    placeholder: "SERVERS",
    description: "Add `mortar mcp bridge` to these servers of the workspace instead, under a --name of its own",
  },
  "with-own": { kind: "switch", description: "With --bridge: Mortar's own tools beside those of the servers" },
  "dry-run": { kind: "switch", description: "Show what would be run, and stop" },
  ...selectionFlags,
  ...consentFlags,
  ...termsFlags,
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
    {
      run: "mortar mcp install --client claude --bridge genie:SPACE_ID --name genie",
      does: "A Genie space as a server of Claude Code",
    },
  ],
  waiting: "Asking the agent",
  load: () => import("./install.ts"),
};

const { toolsets, "read-only": readOnly } = selectionFlags;

export const bridgeFlags = {
  list: { kind: "switch", description: "Show the servers that the workspace says it has, and stop" },
  "with-own": { kind: "switch", description: "Mortar's own tools beside those of the servers" },
  "connect-timeout": {
    kind: "integer",
    placeholder: "SECONDS",
    minimum: 1,
    maximum: 300,
    default: "8",
    description: "How long a server is waited for before the others are served; it may come later",
  },
  tools: {
    kind: "list",
    of: "string",
    commas: true,
    placeholder: "NAMES",
    description: "Only these tools, by the name that is listed or the server's own",
    group: readOnly.group,
  },
  "exclude-tools": {
    kind: "list",
    of: "string",
    commas: true,
    placeholder: "NAMES",
    description: "Leave these tools out",
    group: readOnly.group,
  },
  "read-only": {
    ...readOnly,
    description: "Leave out every tool that does not say of itself that it only reads",
  },
  toolsets: { ...toolsets, description: "With --with-own: only these toolsets of ours" },
  ...consentFlags,
  ...termsFlags,
} as const satisfies Flags;

const bridgeCommand: Command = {
  summary: "Bring the MCP servers of the workspace and of its apps to an agent",
  description:
    "Connects to MCP servers of the workspace with our sign-in and serves their tools, resources and prompts as one server. Servers are sql, genie, genie:SPACE_ID, ai-search:CATALOG.SCHEMA[.INDEX], vector-search:CATALOG.SCHEMA[.INDEX], functions:CATALOG.SCHEMA[.FUNCTION], connection:NAME, service:CATALOG.SCHEMA.NAME, skills[:CATALOG.SCHEMA], app:NAME, or a path or an address of the workspace or of an app of it; no other host gets a token. Tools of two servers that have one name are listed with their server's name before it.",
  flags: bridgeFlags,
  positionals: [{ name: "SERVER", kind: "string", description: "Server to connect to, such as sql", rest: true }],
  examples: [
    { run: "mortar mcp bridge --list", does: "Show the servers that are there" },
    { run: "mortar mcp bridge sql genie:SPACE_ID", does: "Two servers as one" },
    { run: "mortar mcp bridge sql --read-only", does: "Only tools that say that they read" },
    { run: "mortar mcp bridge app:mcp-shop --with-own", does: "A server on Databricks Apps beside Mortar's tools" },
  ],
  endsByItself: true,
  load: () => import("./bridge.ts"),
};

export const mcpGroup: Group = {
  summary: "The MCP server for coding agents",
  commands: { serve: serveCommand, install: installCommand, bridge: bridgeCommand },
};
