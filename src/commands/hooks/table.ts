// `mortar hooks`, as data.
import type { Command, Flags, Group } from "../../cli/spec.ts";

const agents = ["claude", "codex", "opencode"] as const;

const dryRun = { kind: "switch", description: "Say what would be changed, and change nothing" } as const;

export const installFlags = {
  agent: {
    kind: "list",
    of: "string",
    placeholder: "AGENT",
    choices: agents,
    commas: true,
    description: "For these agents; Claude Code unless given",
  },
  port: {
    kind: "integer",
    placeholder: "PORT",
    minimum: 1,
    maximum: 65_535,
    description: "Port of the proxy; the one that it has unless given",
  },
  "dry-run": dryRun,
} as const satisfies Flags;

export const uninstallFlags = {
  agent: { ...installFlags.agent, description: "For these agents; all of them unless given" },
  "dry-run": dryRun,
} as const satisfies Flags;

export const sessionFlags = {
  agent: {
    kind: "string",
    placeholder: "AGENT",
    choices: [...agents, "gemini"],
    default: "claude",
    description: "The agent whose session it is",
  },
  port: { ...installFlags.port, description: "Port that the agent's settings name" },
  "log-file": {
    kind: "file",
    placeholder: "FILE",
    description: "File for what the hook does and meets, without secrets",
  },
  pid: {
    kind: "integer",
    placeholder: "PID",
    minimum: 2,
    hidden: true,
    description: "The agent's process, where it tells it itself",
  },
  "if-led": {
    kind: "switch",
    hidden: true,
    description: "Start the proxy only where the session's environment leads there: for a plugin, which cannot lead it",
  },
} as const satisfies Flags;

const install: Command = {
  summary: "Let an agent find the proxy without mortar in front of it",
  description:
    "For IDE extensions, and for whoever wants to type claude alone. Puts the proxy's address and key into the agent's own settings, and hooks that start the proxy with each session and let go of it at its end. What stood there is on record, and mortar hooks uninstall gives it back. Hooks of databricks-claude, databricks-codex and databricks-opencode are replaced.",
  flags: installFlags,
  positionals: [],
  examples: [
    { run: "mortar hooks install --profile PROD", does: "Claude Code, in a terminal, VS Code and JetBrains" },
    { run: "mortar hooks install --agent codex,opencode", does: "Two others" },
    { run: "mortar hooks install --dry-run", does: "See which files would be changed" },
  ],
  load: () => import("./install.ts"),
};

const uninstall: Command = {
  summary: "Take back what mortar hooks install has changed",
  description:
    "Takes the hooks and the proxy's address out of the agents' settings, and gives back what stood there. A value that somebody has changed since stays. Hooks of the programs before mortar go too.",
  flags: uninstallFlags,
  positionals: [],
  examples: [{ run: "mortar hooks uninstall", does: "For all agents" }],
  load: () => import("./uninstall.ts"),
};

const sessionStart: Command = {
  summary: "What an agent calls when a session begins",
  description:
    "Starts the proxy where none runs, and keeps it for as long as the agent's process lives. Opens no browser, and whatever goes wrong it lets the session go on and says so.",
  flags: sessionFlags,
  positionals: [],
  examples: [{ run: "mortar hooks session-start --agent claude", does: "As Claude Code calls it" }],
  load: () => import("./session-start.ts"),
};

const sessionEnd: Command = {
  summary: "What an agent calls when a session has ended",
  flags: sessionFlags,
  positionals: [],
  examples: [{ run: "mortar hooks session-end --agent claude", does: "As Claude Code calls it" }],
  load: () => import("./session-end.ts"),
};

export const hooksGroup: Group = {
  summary: "Sessions that mortar does not start itself: IDE extensions",
  commands: { install, uninstall, "session-start": sessionStart, "session-end": sessionEnd },
};
