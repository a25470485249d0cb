// What OpenCode takes (1.18.33), as far as it matters here: for completion, and to find its commands.
import type { Flags } from "../../cli/spec.ts";
import { many, on, value } from "./wrapped-flags.ts";

/** Names of ours that are OpenCode's own: it listens on a port too. */
export const opencodeOwned = ["port"];

export const opencodeCommands = [
  "completion",
  "acp",
  "mcp",
  "attach",
  "run",
  "debug",
  "providers",
  "auth",
  "agent",
  "upgrade",
  "uninstall",
  "serve",
  "web",
  "models",
  "stats",
  "export",
  "import",
  "github",
  "pr",
  "session",
  "plugin",
  "plug",
  "db",
];

export const opencodeFlags: Flags = {
  model: value("Model, as provider/model", "MODEL", { short: "m" }),
  continue: on("Go on with the last session", { short: "c" }),
  session: value("Go on with a session by its id", "ID", { short: "s" }),
  fork: on("Go on under a new id"),
  prompt: value("Prompt to begin with", "TEXT"),
  agent: value("Agent to use", "AGENT"),
  auto: on("Allow what is not denied"),
  port: value("Port that it listens on", "PORT"),
  hostname: value("Address that it listens on", "ADDRESS"),
  cors: many("Domains to allow", "DOMAIN"),
  "mdns-domain": value("Name by which it can be found", "NAME"),
  "log-level": value("How much it logs", "LEVEL", { choices: ["DEBUG", "INFO", "WARN", "ERROR"] }),
  "print-logs": on("Write its log to stderr"),
  "replay-limit": value("Messages to show again", "N"),
  mini: on("The smaller interface"),
  pure: on("Leave out plugins of others"),
  version: on("Show OpenCode's version", { short: "v" }),
};
