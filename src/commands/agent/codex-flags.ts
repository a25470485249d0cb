// What Codex takes (0.169.0), as far as it matters here: for completion, and to find its commands.
import type { Flags } from "../../cli/spec.ts";
import { many, on, value } from "./wrapped-flags.ts";

/** Names of ours that are Codex's own: its profile is a file of its configuration. */
export const codexOwned = ["profile"];

export const codexCommands = [
  "agents",
  "exec",
  "e",
  "review",
  "login",
  "logout",
  "mcp",
  "mcp-server",
  "plugin",
  "app-server",
  "remote-control",
  "completion",
  "update",
  "doctor",
  "sandbox",
  "debug",
  "apply",
  "a",
  "resume",
  "queue",
  "archive",
  "delete",
  "migrate-rollouts",
  "migrate-nfs-db",
  "unarchive",
  "fork",
  "cloud",
  "exec-server",
  "features",
  "help",
];

export const codexFlags: Flags = {
  model: value("Model", "MODEL", { short: "m", kind: "responses-model" }),
  config: many("A setting for this run, as key=value", "KEY=VALUE", { short: "c" }),
  profile: value("Profile of Codex: a file of its configuration", "NAME", { short: "p" }),
  sandbox: value("What commands may do", "MODE", {
    short: "s",
    choices: ["read-only", "workspace-write", "danger-full-access"],
  }),
  "ask-for-approval": value("When it asks", "WHEN", { short: "a", choices: ["on-request", "untrusted", "never"] }),
  "approve-for-me": on("Have requests reviewed by the model"),
  cd: value("Folder to work in", "FOLDER", { short: "C", kind: "folder" }),
  "add-dir": value("Another folder that may be written", "FOLDER", { kind: "folder" }),
  image: many("Images for the first prompt", "FILE", { short: "i", of: "file" }),
  enable: value("Turn a feature on", "FEATURE"),
  disable: value("Turn a feature off", "FEATURE"),
  remote: value("Connect to a server", "ADDRESS"),
  "remote-auth-token-env": value("Variable with its token", "NAME"),
  "local-provider": value("Provider on this machine", "PROVIDER"),
  oss: on("A provider on this machine"),
  search: on("Let it search the web"),
  worktree: on("Work in a new git worktree"),
  "no-alt-screen": on("Keep the terminal's scrollback"),
  "no-daemon": on("Run without the shared server"),
  "strict-config": on("Refuse unknown settings"),
  "dangerously-bypass-approvals-and-sandbox": on("Never ask, and no sandbox"),
  version: on("Show Codex's version", { short: "V" }),
};
