// `mortar app deploy`, as data.
import type { AgentName } from "../../app/deploy/agent-packages.ts";
import type { Command, Flags } from "../../cli/spec.ts";

const agents: readonly AgentName[] = ["claude", "codex", "gemini"];
const resources = "What the app is given";
const older = (instead: string) =>
  ({ kind: "switch", hidden: true, description: "An older word, without effect", deprecated: instead }) as const;

export const deployFlags = {
  "dry-run": { kind: "switch", short: "n", description: "Say what would be done, and do nothing" },
  agent: {
    kind: "list",
    of: "string",
    commas: true,
    placeholder: "AGENTS",
    choices: agents,
    description: "Coding agents that npm installs for the app; as before, or claude, unless given",
  },
  binary: {
    kind: "file",
    placeholder: "FILE",
    exists: true,
    description: "The mortar for Linux x64 to deploy; this one, or that of the newest release, unless given",
  },
  feed: {
    kind: "url",
    placeholder: "URL",
    description: "Where to ask for the newest release, where this machine is no Linux x64",
    env: "MORTAR_UPDATE_FEED",
  },
  env: {
    kind: "list",
    of: "string",
    placeholder: "NAME=VALUE",
    description: "A variable of the app's environment, kept from then on; NAME= takes it away. No secrets",
  },
  lakebase: {
    kind: "string",
    placeholder: "PROJECT",
    formerly: ["lakebase-id"],
    description: "Keep the app's data in this Lakebase project, which is made where it is missing",
    group: resources,
    conflicts: ["lakebase-instance"],
  },
  "lakebase-instance": {
    kind: "string",
    placeholder: "NAME",
    description: "Keep the app's data in this provisioned Lakebase instance, which is made where it is missing",
    group: resources,
  },
  "skip-lakebase": {
    kind: "switch",
    description: "No database, also where the app has had one",
    group: resources,
    conflicts: ["lakebase", "lakebase-instance"],
  },
  warehouse: {
    kind: "warehouse",
    placeholder: "ID",
    description: "A SQL warehouse that the app itself may use",
    group: resources,
  },
  "serving-endpoint": {
    kind: "string",
    placeholder: "NAME",
    description: "A serving endpoint that the app itself may query",
    group: resources,
  },
  experiment: {
    kind: "string",
    placeholder: "NAME",
    description: "The MLflow experiment, by name or id, that gets a trace of each run",
    group: resources,
  },
  scope: {
    kind: "list",
    of: "string",
    commas: true,
    placeholder: "SCOPES",
    description: "What the app may do as its user, in place of the usual scopes",
    group: resources,
  },
  "source-path": {
    kind: "workspace-path",
    placeholder: "PATH",
    description: "Folder in the workspace that the app is deployed from; as before, or one of your own, unless given",
  },
  "staging-dir": {
    kind: "folder",
    placeholder: "FOLDER",
    description: "Keep all that goes up in this folder, too",
  },
  "upload-all": { kind: "switch", description: "Upload also what is there already" },
  replace: { kind: "switch", description: "Deploy over an app, or into a folder, that holds something else" },
  timeout: {
    kind: "duration",
    placeholder: "TIME",
    default: "20m",
    description: "The longest that each wait may take",
  },
  "skip-build": older("Nothing is built: the app is this program."),
  "skip-skills": older("The skills are in the program; --env ENABLED_SKILLS=NAMES chooses among them."),
  "enable-mcp": older("The app always serves /mcp, for whoever signs in."),
} as const satisfies Flags;

export const deployCommand: Command = {
  summary: "Deploy the web app to Databricks Apps",
  description:
    "Puts this program, in parts of less than 10 MB, into a folder of the workspace, makes the app where it is missing, deploys the folder and waits. People of the workspace then use it in the browser, each with his own rights. Running it again sends only what has changed, and takes up what was broken off.",
  flags: deployFlags,
  positionals: [{ name: "NAME", kind: "string", required: true, description: "name of the app" }],
  examples: [
    { run: "mortar app deploy builder --dry-run", does: "See what would be made and uploaded" },
    { run: "mortar app deploy builder --lakebase builder-data", does: "Deploy it, with a database that outlives it" },
    { run: "mortar app deploy builder --staging-dir ./staged", does: "Keep the folder, to look at it" },
  ],
  waiting: "Looking at the workspace",
  load: () => import("./deploy.ts"),
};
