// The flags of the older programs' own command lines: those of their last version, and those that it had taken away.
import type { Flags } from "../../cli/spec.ts";

const current = "Options";
const settings = "Older options, which set something for good";
const instead = "Older options, which stand for a command";

const common = {
  profile: {
    kind: "profile",
    placeholder: "NAME",
    description: "Profile of ~/.databrickscfg; remembered, unless it is DEFAULT",
    group: current,
  },
  port: {
    kind: "integer",
    placeholder: "PORT",
    minimum: 0,
    maximum: 65_535,
    description: "Port for the proxy; remembered",
    group: current,
  },
  upstream: {
    kind: "url",
    placeholder: "URL",
    description: "Address of the AI Gateway in the place of the profile's",
    group: current,
  },
  "trust-upstream": {
    kind: "switch",
    description: "Give --upstream the workspace's token, although it is another host",
    group: current,
  },
  verbose: { kind: "switch", short: "v", description: "Say what happens, on stderr", group: current },
  "log-file": {
    kind: "file",
    placeholder: "FILE",
    description: "Write what happens there, without secrets",
    group: current,
  },
  "proxy-api-key": {
    kind: "string",
    placeholder: "KEY",
    description: "Key for the proxy in the place of a random one",
    group: current,
  },
  "tls-cert": {
    kind: "file",
    placeholder: "FILE",
    exists: true,
    description: "Certificate for the proxy",
    group: current,
  },
  "tls-key": { kind: "file", placeholder: "FILE", exists: true, description: "Key of --tls-cert", group: current },
  "no-update-check": { kind: "switch", description: "Do not look for a newer version", group: current },
  version: { kind: "switch", description: "Show the version", group: current },
  help: { kind: "switch", short: "h", description: "Show this help, then the agent's", group: current },
} as const satisfies Flags;

const modelFlag = {
  model: { kind: "string", placeholder: "MODEL", description: "Model; remembered", group: current },
} as const satisfies Flags;

const telemetry = {
  otel: { kind: "switch", description: "Send metrics and logs to Unity Catalog", group: settings },
  "otel-metrics-table": { kind: "table", placeholder: "TABLE", description: "Table for metrics", group: settings },
  "otel-logs-table": { kind: "table", placeholder: "TABLE", description: "Table for logs", group: settings },
  "no-otel": { kind: "switch", description: "Send no telemetry", group: settings },
  "no-otel-metrics": { kind: "switch", description: "Send no metrics", group: settings },
  "no-otel-logs": { kind: "switch", description: "Send no logs", group: settings },
} as const satisfies Flags;

const claudeSettings = {
  "otel-traces": { kind: "switch", description: "Send traces, to the table of --otel-traces-table", group: settings },
  "otel-traces-table": { kind: "table", placeholder: "TABLE", description: "Table for traces", group: settings },
  "no-otel-traces": { kind: "switch", description: "Send no traces", group: settings },
  "with-websearch": { kind: "switch", description: "Fulfil web search and fetch on this machine", group: settings },
  "websearch-backend": {
    kind: "string",
    placeholder: "NAME",
    description: "Who answers searches: duckduckgo, or none",
    group: settings,
  },
  "websearch-fetch-budget": {
    kind: "integer",
    placeholder: "BYTES",
    minimum: 1,
    description: "How much of a page the model gets (102400)",
    group: settings,
  },
} as const satisfies Flags;

const stands = {
  "print-env": { kind: "switch", description: "As config show", group: instead },
  "install-hooks": { kind: "switch", description: "As hooks install", group: instead },
  "uninstall-hooks": { kind: "switch", description: "As hooks uninstall", group: instead },
  headless: { kind: "switch", description: "Run the proxy without the agent", group: instead },
  "idle-timeout": {
    kind: "string",
    placeholder: "TIME",
    description: "With --headless: end after this time without requests, 0 for never (30m)",
    group: instead,
  },
  "headless-ensure": { kind: "switch", description: "As hooks session-start", group: instead },
  "headless-release": { kind: "switch", description: "As hooks session-end", group: instead },
} as const satisfies Flags;

const claudeStands = {
  "write-claude-config": { kind: "switch", description: "As config write", group: instead },
} as const satisfies Flags;

export const claudeWrapperFlags = {
  ...common,
  ...telemetry,
  ...claudeSettings,
  ...stands,
  ...claudeStands,
} as const satisfies Flags;
export const codexWrapperFlags = { ...common, ...modelFlag, ...telemetry, ...stands } as const satisfies Flags;
export const opencodeWrapperFlags = { ...common, ...modelFlag, ...stands } as const satisfies Flags;
