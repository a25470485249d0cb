// Flags of `mortar proxy` commands, shared by the table and the bodies.
import type { Flags } from "../../cli/spec.ts";

/** What a proxy is told, by whichever command starts it. */
export const optionFlags = {
  port: {
    kind: "integer",
    placeholder: "PORT",
    minimum: 0,
    maximum: 65_535,
    description:
      "Port to listen on, from now on; 0 for one that is free this time. The last one unless given, and 49153 at first",
  },
  "tls-cert": {
    kind: "file",
    placeholder: "FILE",
    exists: true,
    extensions: ["pem", "crt", "cer"],
    description: "Speak TLS, with this certificate (PEM) for 127.0.0.1 or localhost",
  },
  "tls-key": {
    kind: "file",
    placeholder: "FILE",
    exists: true,
    extensions: ["pem", "key"],
    description: "Key of --tls-cert (PEM)",
  },
  upstream: {
    kind: "url",
    placeholder: "URL",
    description: "Send all requests to this address in the place of the profile's workspace",
  },
  "trust-upstream": {
    kind: "switch",
    description: "Give --upstream the workspace's token, although it is another host",
  },
  "proxy-api-key": {
    kind: "string",
    placeholder: "KEY",
    env: "MORTAR_PROXY_API_KEY",
    conflicts: ["proxy-api-key-file"],
    description: "Key that agents need, in the place of the random one. Other programs see it on a command line",
  },
  "proxy-api-key-file": {
    kind: "file",
    placeholder: "FILE",
    exists: true,
    description: "File with the key that agents need, in the place of the random one",
  },
  "log-file": {
    kind: "file",
    placeholder: "FILE",
    description: "File for the log, without secrets; with --verbose it has a line for each request",
  },
} as const satisfies Flags;

export const idleFlag = {
  "idle-timeout": {
    kind: "duration",
    placeholder: "TIME",
    description: "End when nobody has used it for this long: no session, no request; 0 for never. 30m unless given",
  },
} as const satisfies Flags;

export const startFlags = { ...optionFlags, ...idleFlag } as const satisfies Flags;

export const serveFlags = {
  ...startFlags,
  service: { kind: "switch", hidden: true, description: "Run as the service manager's own process" },
  background: {
    kind: "string",
    placeholder: "KIND",
    hidden: true,
    choices: ["demand", "command"],
    description: "Run as the process that another command has started",
  },
} as const satisfies Flags;

export const stopFlags = {
  now: { kind: "switch", description: "Break off the requests that run; one that hangs is killed" },
} as const satisfies Flags;

export const logsFlags = {
  lines: {
    kind: "integer",
    short: "n",
    placeholder: "COUNT",
    minimum: 0,
    maximum: 100_000,
    default: "50",
    description: "How many of the last lines to show",
  },
  follow: { kind: "switch", short: "f", description: "Go on with the lines that come, until Ctrl-C" },
} as const satisfies Flags;

export const installFlags = {
  ...optionFlags,
  "dry-run": { kind: "switch", description: "Show what would be written, and change nothing" },
} as const satisfies Flags;

export const uninstallFlags = {
  "dry-run": { kind: "switch", description: "Say what would be removed, and remove nothing" },
} as const satisfies Flags;
