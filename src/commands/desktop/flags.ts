// The flags that several commands for Claude Desktop take.
import type { Flags } from "../../cli/spec.ts";

export const contentFlags = {
  host: { kind: "url", placeholder: "URL", description: "Workspace, for a profile that is not on this machine" },
  models: {
    kind: "list",
    of: "anthropic-model",
    commas: true,
    placeholder: "MODELS",
    description: "Models for the picker, the default first; what this sign-in may use unless given",
  },
  ttl: {
    kind: "duration",
    placeholder: "TIME",
    default: "55s",
    description: "How long the app keeps a token of the credential helper",
  },
  "binary-path": {
    kind: "string",
    placeholder: "FILE",
    description: "Absolute path of the credential helper on the machines that the configuration is for",
  },
  daemon: { kind: "switch", description: "By way of the proxy, which has to run as a service (mortar proxy install)" },
  port: { kind: "integer", placeholder: "PORT", minimum: 1, maximum: 65_535, description: "Port of the proxy" },
  otel: { kind: "switch", description: "With --daemon: send the app's telemetry to the proxy too" },
  "allow-unsigned-extensions": {
    kind: "switch",
    description: "Let users install desktop extensions that no trusted publisher has signed",
  },
  "no-local-mcp": { kind: "switch", description: "Let users add no MCP servers that run on their machine" },
  "dry-run": { kind: "switch", description: "Show what would be written, and stop" },
} as const satisfies Flags;

export const generateFlags = {
  ...contentFlags,
  output: {
    kind: "file",
    placeholder: "FILE",
    description: "Write one file, in the format of its ending, in the place of all three",
  },
  "for-pkg": { kind: "switch", description: "Name the credential helper where the macOS package puts it" },
  "databricks-cli-path": {
    kind: "string",
    placeholder: "FILE",
    description: "Absolute path of the Databricks CLI on those machines, for profiles that sign in by it",
  },
  "daemon-key": {
    kind: "string",
    placeholder: "KEY",
    formerly: ["daemon-fake-key"],
    description: "With --daemon: key of the proxies on those machines; this machine's unless given",
  },
} as const satisfies Flags;

const dryRun = contentFlags["dry-run"];

export const installFlags = {
  ...contentFlags,
  force: { kind: "switch", description: "Write over what you have changed in the entry since" },
} as const satisfies Flags;

export const uninstallFlags = { "dry-run": dryRun } as const satisfies Flags;

export const trustFlags = {
  cert: { kind: "file", placeholder: "FILE", exists: true, description: "The certificate, as PEM" },
  output: {
    kind: "file",
    placeholder: "FILE",
    default: "databricks-claude-trust.mobileconfig",
    description: "The profile to write",
  },
  "dry-run": dryRun,
} as const satisfies Flags;
