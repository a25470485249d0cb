// The kinds of things of a workspace that are resources, and what each address of them is made of.
import type { Selection } from "../../tools/selection.ts";

export interface ResourceKind {
  readonly name: "notebook" | "run" | "table" | "job" | "dashboard";
  /** RFC 6570. */
  readonly template: string;
  readonly title: string;
  readonly description: string;
  readonly mimeType: string;
  /** The tools that show the same: the kind is there where one of them is on. */
  readonly tools: readonly string[];
}

const resourceKinds: readonly ResourceKind[] = [
  {
    name: "notebook",
    template: "databricks://notebook/{+path}",
    title: "Notebook",
    description:
      "A notebook's cells with language, title and source. The path is /Workspace/... without its first slash, or ~/...",
    mimeType: "text/plain",
    tools: ["read_notebook"],
  },
  {
    name: "run",
    template: "databricks://run/{run_id}",
    title: "Output of a run",
    description: "A job run's state, with each task's result, error and every cell's output",
    mimeType: "text/plain",
    tools: ["get_run_output"],
  },
  {
    name: "table",
    template: "databricks://table/{catalog}/{schema}/{table}",
    title: "Table",
    description: "A table's or view's columns with types and comments, its kind, owner and definition; no rows",
    mimeType: "text/plain",
    tools: ["get_table"],
  },
  {
    name: "job",
    template: "databricks://job/{job_id}",
    title: "Job",
    description: "A job's settings as the Jobs API has them: tasks, compute, schedule, parameters",
    mimeType: "application/json",
    tools: ["get_job", "list_jobs"],
  },
  {
    name: "dashboard",
    template: "databricks://dashboard/{dashboard_id}",
    title: "Dashboard",
    description: "An AI/BI dashboard's definition: datasets with their SQL, pages and widgets",
    mimeType: "application/json",
    tools: ["get_dashboard", "query_sql"],
  },
];

/** The kinds that are there with these tools. */
export function kindsOn({ entries }: Selection): readonly ResourceKind[] {
  const on = new Set(entries.map(({ name }) => name));
  return resourceKinds.filter(({ tools }) => tools.some((name) => on.has(name)));
}

export function isKind(name: string): boolean {
  return resourceKinds.some((kind) => kind.name === name);
}
