// `mortar emulator`, as data.
import type { Command, Flags, Group } from "../../cli/spec.ts";

const dataFlag = {
  data: {
    kind: "folder",
    placeholder: "FOLDER",
    description: "Folder of the workspace's data; one of Mortar's own unless given",
  },
} as const satisfies Flags;

export const startFlags = {
  ...dataFlag,
  port: {
    kind: "integer",
    placeholder: "PORT",
    minimum: 0,
    maximum: 65_535,
    description: "Port to listen on; the last one, or a free one, unless given",
  },
  foreground: { kind: "switch", description: "Run here until Ctrl-C instead of in the background" },
  service: { kind: "switch", hidden: true, description: "Run here and print nothing: the background's own process" },
  owner: { kind: "string", placeholder: "EMAIL", description: "User name of the workspace's person, for a new folder" },
  "write-profile": {
    kind: "profile",
    placeholder: "NAME",
    description: "Write host and token as this profile of ~/.databrickscfg",
  },
  "token-lifetime": {
    kind: "duration",
    placeholder: "TIME",
    description: "Lifetime of OAuth access tokens",
    default: "1h",
    group: "Behaviour of the workspace",
  },
  "cluster-start": {
    kind: "duration",
    placeholder: "TIME",
    description: "How long a cluster takes to start",
    default: "1s",
    group: "Behaviour of the workspace",
  },
  "no-serverless": {
    kind: "switch",
    description: "Play a workspace without serverless compute",
    group: "Behaviour of the workspace",
  },
  "auto-consent": {
    kind: "switch",
    description: "Grant OAuth sign-ins without asking: for tests, as any local program can then sign in",
    group: "Behaviour of the workspace",
  },
  scenario: {
    kind: "file",
    placeholder: "FILE",
    exists: true,
    extensions: ["json"],
    description: "What the AI Gateway's scripted model says, as JSON",
    group: "Behaviour of the workspace",
  },
  "log-requests": {
    kind: "file",
    placeholder: "FILE",
    description: "Append each request to this file as a line of JSON, without secrets",
    group: "Behaviour of the workspace",
  },
} as const satisfies Flags;

export const stopFlags = dataFlag;
export const statusFlags = dataFlag;
export const resetFlags = {
  ...dataFlag,
  yes: { kind: "switch", short: "y", description: "Delete without asking" },
  "dry-run": { kind: "switch", description: "Say what would be deleted, and delete nothing" },
} as const satisfies Flags;

const start: Command = {
  summary: "Start a Databricks workspace on this machine",
  description:
    "Starts a workspace that runs on this machine, on the loopback address alone: workspace files, notebooks, jobs, clusters, SQL, sign-in. It runs the code that it is given with your own rights, and needs a token for everything. Its data stays in one folder and survives a restart.",
  flags: startFlags,
  positionals: [],
  examples: [
    { run: "mortar emulator start --write-profile emulator", does: "Start it, and use it with --profile emulator" },
    {
      run: "mortar emulator start --foreground --data ./workspace --port 8765",
      does: "Watch it run on a folder of your own",
    },
  ],
  waiting: "Starting the emulator",
  endsByItself: true,
  load: () => import("./start.ts"),
};

const stop: Command = {
  summary: "Stop the workspace that runs on this machine",
  flags: stopFlags,
  positionals: [],
  examples: [{ run: "mortar emulator stop", does: "Stop it; the data stays" }],
  waiting: "Stopping the emulator",
  load: () => import("./stop.ts"),
};

const status: Command = {
  summary: "Show whether the workspace runs, where, and the code for signing in",
  description: "Shows whether the emulator runs. Exits with 1 when it does not.",
  flags: statusFlags,
  positionals: [],
  examples: [{ run: "mortar emulator status --json", does: "Host and process for a script" }],
  load: () => import("./status.ts"),
};

const reset: Command = {
  summary: "Delete the workspace's data",
  description:
    "Deletes the emulator's data folder with all notebooks, jobs, tables and tokens in it. The emulator must be stopped.",
  flags: resetFlags,
  positionals: [],
  examples: [{ run: "mortar emulator reset --yes", does: "Begin with an empty workspace" }],
  waiting: "Deleting the data",
  load: () => import("./reset.ts"),
};

export const emulatorGroup: Group = {
  summary: "A Databricks workspace on this machine, to try things out and to test against",
  commands: { start, stop, status, reset },
};
