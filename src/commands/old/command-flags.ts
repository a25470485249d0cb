// The flags of the older programs' commands.
import type { Flags } from "../../cli/spec.ts";

const profile = { kind: "profile", placeholder: "NAME", description: "Profile of ~/.databrickscfg" } as const;
const port = {
  kind: "integer",
  placeholder: "PORT",
  minimum: 0,
  maximum: 65_535,
  description: "Port of the proxy",
} as const;
const table = (of: string) => ({ kind: "table", placeholder: "TABLE", description: `Table for ${of}` }) as const;

export const noFlags = {} as const satisfies Flags;
export const placeFlags = { profile, port } as const satisfies Flags;
export const portFlags = { port } as const satisfies Flags;
export const profileFlags = { profile } as const satisfies Flags;

export const setupFlags = {
  profile,
  host: { kind: "string", placeholder: "URL", description: "Workspace to sign in to" },
  force: { kind: "switch", description: "Sign in although a sign-in is there" },
} as const satisfies Flags;

export const otelEnableFlags = {
  "metrics-table": table("metrics"),
  "logs-table": table("logs"),
  traces: { kind: "switch", description: "Send traces, to the table of --traces-table" },
  "traces-table": table("traces"),
  profile,
  port,
} as const satisfies Flags;

export const otelDisableFlags = {
  metrics: { kind: "switch", description: "Only metrics" },
  logs: { kind: "switch", description: "Only logs" },
  traces: { kind: "switch", description: "Only traces" },
} as const satisfies Flags;

export const websearchFlags = {
  backend: { kind: "string", placeholder: "NAME", description: "Who answers searches: duckduckgo, or none" },
  "fetch-budget": {
    kind: "integer",
    placeholder: "BYTES",
    minimum: 1,
    description: "How much of a page the model gets (102400)",
  },
} as const satisfies Flags;

export const writeFlags = {
  ...otelEnableFlags,
  "with-websearch": { kind: "switch", description: "Fulfil web search and fetch on this machine" },
  ...websearchFlags,
} as const satisfies Flags;

export const doctorFlags = {
  profile,
  port,
  fix: { kind: "switch", description: "Remember the models that the workspace has now" },
} as const satisfies Flags;

export const serveFlags = {
  "session-mode": { kind: "switch", description: "Run the proxy until nobody uses it" },
  daemon: { kind: "switch", description: "Run the proxy for good" },
  port,
  profile,
  "log-file": { kind: "file", placeholder: "FILE", description: "Write what happens there" },
  verbose: { kind: "switch", short: "v", description: "Say what happens, on stderr" },
  "idle-timeout": { kind: "string", placeholder: "TIME", description: "End after this time without requests (30m)" },
  "proxy-api-key": { kind: "string", placeholder: "KEY", description: "Key for the proxy" },
  "tls-cert": { kind: "file", placeholder: "FILE", exists: true, description: "Certificate for the proxy" },
  "tls-key": { kind: "file", placeholder: "FILE", exists: true, description: "Key of --tls-cert" },
  upstream: { kind: "url", placeholder: "URL", description: "Address of the AI Gateway" },
  "trust-upstream": { kind: "switch", description: "Give --upstream the workspace's token" },
  "otel-metrics-table": table("metrics"),
  "otel-logs-table": table("logs"),
  "otel-traces-table": table("traces"),
} as const satisfies Flags;

export const serveInstallFlags = {
  profile,
  port,
  "log-file": serveFlags["log-file"],
  "otel-metrics-table": table("metrics"),
  "otel-logs-table": table("logs"),
  "otel-traces-table": table("traces"),
  "skip-auth-check": { kind: "switch", description: "Install it without a sign-in" },
} as const satisfies Flags;

export const desktopFlags = {
  profile,
  output: { kind: "file", placeholder: "FILE", description: "File to write" },
  "binary-path": { kind: "string", placeholder: "FILE", description: "Path of the credential helper" },
  "databricks-cli-path": { kind: "string", placeholder: "FILE", description: "Path of the Databricks CLI" },
  "for-pkg": { kind: "switch", description: "For the macOS package" },
  daemon: { kind: "switch", description: "By way of the proxy" },
  port,
  "daemon-fake-key": { kind: "string", placeholder: "KEY", description: "Key for the proxy" },
  otel: { kind: "switch", description: "With telemetry" },
  cert: { kind: "file", placeholder: "FILE", description: "Certificate to trust" },
} as const satisfies Flags;

export const completionFlags = {
  shell: { kind: "string", placeholder: "SHELL", description: "bash, zsh, fish or powershell" },
} as const satisfies Flags;
