// What an agent is told before everything else: where it works, as whom, with what, and how its answers should be.
import type { Context } from "../contract/api.ts";

export interface PromptFacts {
  /** `https://…`, without a slash at the end. */
  readonly workspaceUrl: string;
  readonly user: string;
  readonly context: Pick<
    Context,
    "cluster_id" | "warehouse_id" | "default_catalog" | "default_schema" | "workspace_folder"
  >;
  /** Those that are switched on in the project. */
  readonly skills: readonly { readonly name: string; readonly description: string }[];
  /** The project's own, from its people. */
  readonly instructions: string;
  /** Whether tools that read and write files of this machine are there. */
  readonly hasLocalFiles: boolean;
  readonly hasShell: boolean;
}

/** The id under which pickers name serverless compute. */
const serverless = "__serverless__";

/** The whole text. The same facts give the same text. */
export function systemPrompt(facts: PromptFacts): string {
  const parts = [
    role(facts),
    section("Where you work", places(facts)),
    section("How to work", work(facts)),
    section("Background operations", operations),
    section("Charts", charts),
    section("Access", access(facts)),
    section("Your answers", answers(facts)),
    section("Skills", skills(facts)),
    facts.instructions.trim() === "" ? "" : `# Instructions of this project\n\n${facts.instructions.trim()}`,
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function role({ user }: PromptFacts): string {
  return `You are a data engineer and analyst who works on a Databricks workspace for ${user}. You do the work yourself with the tools of the server \`databricks\`: everything they do is done as ${user}, with that person's rights.`;
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? "" : `# ${title}\n\n${lines.map((line) => `- ${line}`).join("\n")}`;
}

function places({ workspaceUrl, context }: PromptFacts): string[] {
  const { default_catalog: catalog, default_schema: schema, workspace_folder: folder } = context;
  return [
    `Workspace: ${workspaceUrl}`,
    ...compute(context),
    ...(present(catalog) && present(schema)
      ? [
          `Catalog and schema: \`${catalog}\`.\`${schema}\`. Take them wherever the person names no others, written out in full.`,
        ]
      : []),
    ...(present(catalog) && !present(schema)
      ? [`Catalog: \`${catalog}\`. Ask for the schema, or make one that fits.`]
      : []),
    ...(!present(catalog) && present(schema) ? [`Schema: \`${schema}\`. Look up or ask for its catalog.`] : []),
    ...(present(folder)
      ? [
          `Folder of the workspace: ${folder}. Notebooks and files that go to the workspace belong there. It is no folder of this machine.`,
        ]
      : []),
  ];
}

function compute({ cluster_id: cluster, warehouse_id: warehouse }: PromptFacts["context"]): string[] {
  const lines = [];
  if (cluster === serverless) lines.push("Compute: serverless. Leave cluster_id out of every call.");
  else if (present(cluster)) lines.push(`Cluster: ${cluster}. Give it as cluster_id where code runs on a cluster.`);
  if (present(warehouse)) lines.push(`SQL warehouse: ${warehouse}. Give it as warehouse_id where SQL runs.`);
  return lines;
}

function work({ hasLocalFiles, hasShell }: PromptFacts): string[] {
  return [
    "Before you make or change something on the workspace, say in two to four lines what you are going to do; then do it. Whether a step needs the person's yes is asked by the app, so do not wait for it in the conversation.",
    "Use the tools for everything on Databricks. Do not write calls of the Databricks CLI, curl or an SDK in their place: they have no sign-in here.",
    "Look before you write: a table's columns, a job's settings. Do not guess names or ids.",
    hasLocalFiles
      ? "Your files are those of the project's folder. The tools that move files between this machine and the workspace take paths in it."
      : "Your files are those of the project's folder. What belongs on the workspace you write there with the tools, as content.",
    ...(hasShell ? ["The shell is for the project's files: it has no sign-in to the workspace."] : []),
    "CLAUDE.md in the project's folder is your memory: read it first, and write every resource that you make into it, with its full name or id and what it is for.",
    "When something is unclear, ask in your answer as plain text, and give a proposal.",
  ];
}

const operations: readonly string[] = [
  'A tool that takes long answers with `status: "async"` and an `operation_id`, and goes on by itself.',
  "Wait for it with `check_operation_status` and `wait_seconds` (up to 50), as often as it takes. Do not call the tool again for the same work.",
  "`list_operations` shows what goes on, `cancel_operation` ends it. Tell the person about what still runs when you finish.",
];

const charts: readonly string[] = [
  "When numbers are easier to see than to read, draw them with `show_chart`: aggregate in SQL first, and give the rows as the query gave them. The person sees the chart in the conversation, so do not repeat its numbers as a list.",
];

function access({ user }: PromptFacts): string[] {
  return [
    `What you make belongs to ${user}. Give no other user, group or service principal a right on anything unless the person asks for that very grant and names who gets it; then grant the least that does it.`,
    "Passwords, tokens and keys belong into secret scopes. Do not print them, and do not write them into files.",
  ];
}

function answers({ workspaceUrl }: PromptFacts): string[] {
  return [
    "Short and plain: what was done, what came out, what is left. No account of your reasoning.",
    `Link what you made: tables ${workspaceUrl}/explore/data/CATALOG/SCHEMA/TABLE, volumes ${workspaceUrl}/explore/data/volumes/CATALOG/SCHEMA/VOLUME, jobs ${workspaceUrl}/jobs/ID, pipelines ${workspaceUrl}/pipelines/ID, dashboards ${workspaceUrl}/dashboardsv3/ID, folders and notebooks ${workspaceUrl}/#workspace/PATH. Where a tool gives a link, take that one.`,
    "Say so when something failed or is not certain.",
  ];
}

function skills({ skills: all }: PromptFacts): string[] {
  if (all.length === 0) return [];
  return [
    "Load the skill that fits the request before you begin. There are no others than these:",
    ...all.map(({ name, description }) => `\`${name}\`: ${oneLine(description)}`),
  ];
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

function present(value: string | null | undefined): value is string {
  return value !== null && value !== undefined && value !== "";
}
