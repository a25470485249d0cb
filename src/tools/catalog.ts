// The tools by name, without their schemas: what lists, filters and completion need before any tool is loaded.
import { agentsEntries } from "./entries/agents.ts";
import { appsEntries } from "./entries/apps.ts";
import { catalogEntries } from "./entries/catalog.ts";
import { clustersEntries } from "./entries/clusters.ts";
import { computeEntries } from "./entries/compute.ts";
import { dashboardsEntries } from "./entries/dashboards.ts";
import { documentsEntries } from "./entries/documents.ts";
import { executionEntries } from "./entries/execution.ts";
import { genieEntries } from "./entries/genie.ts";
import { identityEntries } from "./entries/identity.ts";
import { jobsEntries } from "./entries/jobs.ts";
import { lakebaseEntries } from "./entries/lakebase.ts";
import { notebooksEntries } from "./entries/notebooks.ts";
import { pipelinesEntries } from "./entries/pipelines.ts";
import { queriesEntries } from "./entries/queries.ts";
import { reposEntries } from "./entries/repos.ts";
import { resourcesEntries } from "./entries/resources.ts";
import { secretsEntries } from "./entries/secrets.ts";
import { servingEntries } from "./entries/serving.ts";
import { sqlEntries } from "./entries/sql.ts";
import { vectorSearchEntries } from "./entries/vector-search.ts";
import { volumesEntries } from "./entries/volumes.ts";
import { workspaceEntries } from "./entries/workspace.ts";
import type { CatalogEntry, ToolsetEntries } from "./entry.ts";
import { defaultToolsets, toolsetNames, type ToolsetName } from "./toolset-names.ts";

/** By toolset, as the golden files' test writes them. */
export const entries: Readonly<Record<ToolsetName, ToolsetEntries>> = {
  notebooks: notebooksEntries,
  jobs: jobsEntries,
  clusters: clustersEntries,
  execution: executionEntries,
  sql: sqlEntries,
  catalog: catalogEntries,
  volumes: volumesEntries,
  workspace: workspaceEntries,
  compute: computeEntries,
  pipelines: pipelinesEntries,
  dashboards: dashboardsEntries,
  genie: genieEntries,
  apps: appsEntries,
  serving: servingEntries,
  vector_search: vectorSearchEntries,
  agents: agentsEntries,
  lakebase: lakebaseEntries,
  secrets: secretsEntries,
  repos: reposEntries,
  queries: queriesEntries,
  identity: identityEntries,
  resources: resourcesEntries,
  documents: documentsEntries,
};

/** Every tool, in the order in which they are listed. */
export const catalog: readonly CatalogEntry[] = toolsetNames.flatMap((toolset) => {
  const { usual, more = [] } = entries[toolset];
  const byDefault = new Set(defaultToolsets.includes(toolset) ? usual : []);
  return [...usual, ...more].map((row) => {
    const [name, effect, title, local] = row;
    return { name, toolset, effect, title, byDefault: byDefault.has(row), local: local !== undefined };
  });
});

export function findEntry(name: string): CatalogEntry | undefined {
  return catalog.find((entry) => entry.name === name);
}
