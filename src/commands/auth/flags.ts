// Flags of `mortar auth` commands, shared by the table and the bodies.
import type { Flags, Positional } from "../../cli/spec.ts";

const host = {
  kind: "string",
  placeholder: "URL",
  description: "Host of the workspace, as in the browser's address line",
} as const;

export const profileArgument: Positional = {
  name: "PROFILE",
  kind: "profile",
  description: "Profile of ~/.databrickscfg; the same as --profile",
};

export const loginFlags = {
  host,
  "account-id": { kind: "string", placeholder: "ID", description: "Account, to sign in to an account console" },
  "workspace-id": { kind: "string", placeholder: "ID", description: "Workspace, on a host that serves several" },
  force: { kind: "switch", short: "f", description: "Sign in again although a sign-in is there and works" },
  "no-browser": {
    kind: "switch",
    description: "Open no browser: print the address, and take the address that it leads to on stdin",
  },
  timeout: {
    kind: "duration",
    placeholder: "TIME",
    default: "10m",
    description: "How long to wait for the browser",
  },
  scopes: {
    kind: "list",
    of: "string",
    commas: true,
    placeholder: "SCOPE",
    description: "OAuth scopes to ask for; all-apis without it",
  },
  "client-id": {
    kind: "string",
    placeholder: "ID",
    default: "databricks-cli",
    description: "OAuth client to sign in with",
  },
  "callback-port": {
    kind: "integer",
    placeholder: "PORT",
    minimum: 0,
    maximum: 65_535,
    description: "The one port to wait on for the browser; a free one of 8020 to 8040 without it",
  },
} as const satisfies Flags;

export const logoutFlags = {
  host,
  delete: { kind: "switch", description: "Remove the profile from ~/.databrickscfg too" },
  yes: { kind: "switch", short: "y", description: "Do not ask", aliases: ["auto-approve"] },
  "dry-run": { kind: "switch", short: "n", description: "Say what would be done, and do nothing" },
} as const satisfies Flags;

export const tokenFlags = {
  host,
  "account-id": { kind: "string", placeholder: "ID", description: "Account, on the host of an account console" },
  output: {
    kind: "string",
    short: "o",
    placeholder: "FORM",
    choices: ["json", "text"],
    default: "json",
    description: "json as the Databricks CLI prints it, or text for the bare token",
  },
  "force-refresh": { kind: "switch", description: "Fetch a new token although the present one is good" },
} as const satisfies Flags;

export const statusFlags = { host } as const satisfies Flags;

export const profilesFlags = {
  "skip-validate": { kind: "switch", description: "Do not try whether each profile's sign-in works" },
} as const satisfies Flags;

export const envFlags = {
  host,
  shell: {
    kind: "string",
    placeholder: "SHELL",
    choices: ["posix", "fish", "powershell", "dotenv"],
    default: "posix",
    description: "How to write the variables",
  },
  "no-token": { kind: "switch", description: "Name the profile instead of giving a token" },
} as const satisfies Flags;
