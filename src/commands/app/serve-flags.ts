// `mortar app serve`, as data.
import type { Command, Flags } from "../../cli/spec.ts";
import { selectionFlags } from "../tool/selection-flags.ts";
import { termsFlags } from "../tool/terms-flags.ts";

const { names: _names, ...toolFlags } = selectionFlags;

const database = "Database";
const runs = "What runs go by, unless a person chooses otherwise";

export const serveFlags = {
  port: {
    kind: "integer",
    placeholder: "PORT",
    minimum: 0,
    maximum: 65_535,
    default: "8010",
    description: "Port to listen on; 0 takes a free one",
  },
  listen: {
    kind: "string",
    placeholder: "ADDRESS",
    choices: ["127.0.0.1", "::1"],
    default: "127.0.0.1",
    description: "Address to listen on, of this machine alone",
  },
  open: { kind: "switch", description: "Open the browser" },
  "projects-dir": {
    kind: "folder",
    placeholder: "FOLDER",
    description: "Folder of the projects' files; one of Mortar's own unless given",
    env: "PROJECTS_BASE_DIR",
  },
  skills: {
    kind: "list",
    of: "skill",
    commas: true,
    placeholder: "NAMES",
    description: "The skills that there are for projects; all unless given",
    env: "ENABLED_SKILLS",
  },
  "behind-databricks-apps": {
    kind: "switch",
    description: "As the command of an app: on DATABRICKS_APP_PORT, each caller as the person that the platform names",
    conflicts: ["port", "listen", "open"],
  },
  engine: {
    kind: "string",
    placeholder: "AGENT",
    choices: ["claude", "codex", "gemini"],
    description: "Coding agent of new conversations",
    group: runs,
  },
  model: {
    kind: "model",
    placeholder: "MODEL",
    description: "Model of the workspace; the agent's best unless given",
    env: "ANTHROPIC_MODEL",
    group: runs,
  },
  "permission-mode": {
    kind: "string",
    placeholder: "MODE",
    choices: ["ask", "accept_edits", "plan", "everything"],
    description: "Whether the agent asks before it changes something",
    group: runs,
  },
  "mlflow-experiment": {
    kind: "string",
    placeholder: "NAME",
    description: "The MLflow experiment, by name or id, that gets a trace of each run",
    env: "MLFLOW_EXPERIMENT_NAME",
    group: runs,
  },
  "mlflow-tracking-uri": {
    kind: "string",
    placeholder: "WHERE",
    description: "Where traces go: databricks, databricks://PROFILE, or the address of an MLflow server",
    env: "MLFLOW_TRACKING_URI",
    group: runs,
  },
  database: {
    kind: "string",
    placeholder: "DATABASE",
    description: "A file for SQLite, postgres://..., lakebase:INSTANCE or lakebase:projects/P/branches/B/endpoints/E",
    group: database,
  },
  "database-schema": {
    kind: "string",
    placeholder: "NAME",
    description: "Schema of our tables in Postgres; mortar_app unless given",
    group: database,
  },
  "database-connections": {
    kind: "integer",
    placeholder: "COUNT",
    minimum: 1,
    maximum: 1_000,
    description: "The most connections to Postgres; 10 unless given",
    group: database,
  },
  "database-timeout": {
    kind: "number",
    placeholder: "SECONDS",
    minimum: 1,
    maximum: 600,
    description: "How long a connection to Postgres may take to be made; 10 unless given",
    group: database,
  },
  "database-recycle": {
    kind: "number",
    placeholder: "SECONDS",
    minimum: 1,
    maximum: 86_400,
    description: "After how long a connection to Postgres is made anew; 3600 unless given",
    group: database,
  },
  "database-retries": {
    kind: "integer",
    placeholder: "COUNT",
    minimum: 0,
    maximum: 100,
    description: "How often something is tried again while Postgres is away; 4 unless given",
    group: database,
  },
  "database-retry-delay": {
    kind: "number",
    placeholder: "SECONDS",
    minimum: 0,
    maximum: 60,
    description: "The first pause before that; 0.1 unless given",
    group: database,
  },
  ...toolFlags,
  ...termsFlags,
} as const satisfies Flags;

export const serveCommand: Command = {
  summary: "Serve the web app on this machine, or behind Databricks Apps",
  description:
    "Serves a chat with a coding agent that works on the workspace, in the browser: projects with files and skills, conversations, approvals, charts. The agent is the one that is installed here (Claude Code, Codex or Gemini CLI); its models are the workspace's and its tools are Mortar's, as you. The address that is printed has a key in it, which lets your browser in; it answers on this machine alone. The same tools are served over MCP at /mcp, and the routes are described at /docs.",
  flags: serveFlags,
  positionals: [],
  examples: [
    { run: "mortar app serve --open", does: "Start it and open the browser" },
    { run: "mortar app serve --port 0 --json", does: "On a free port; the address and the key's file for a script" },
    {
      run: "mortar app serve --read-only --protect prod",
      does: "With tools that only read, and never what is in prod",
    },
    { run: "mortar app serve --database postgres://me@localhost/app", does: "Keep conversations in Postgres" },
    { run: "mortar app serve --behind-databricks-apps", does: "As the command of an app on Databricks Apps" },
  ],
  endsByItself: true,
  load: () => import("./serve.ts"),
};
