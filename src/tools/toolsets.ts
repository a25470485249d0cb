// From a toolset's name to its tools. Each is loaded when it is first needed, and never when it is not.
import { findEntry } from "./catalog.ts";
import type { Tool } from "./define.ts";
import type { ToolsetName } from "./toolset-names.ts";

const loaders: Readonly<Record<ToolsetName, () => Promise<readonly Tool[]>>> = {
  notebooks: async () => (await import("./notebooks/toolset.ts")).notebooksToolset,
  jobs: async () => (await import("./jobs/toolset.ts")).jobsToolset,
  clusters: async () => (await import("./clusters/toolset.ts")).clustersToolset,
  execution: async () => (await import("./execution/toolset.ts")).executionToolset,
  sql: async () => (await import("./sql/toolset.ts")).sqlToolset,
  catalog: async () => (await import("./unity-catalog/toolset.ts")).catalogToolset,
  volumes: async () => (await import("./volumes/toolset.ts")).volumesToolset,
  workspace: async () => (await import("./workspace/toolset.ts")).workspaceToolset,
  compute: async () => (await import("./compute/toolset.ts")).computeToolset,
  pipelines: async () => (await import("./pipelines/toolset.ts")).pipelinesToolset,
  dashboards: async () => (await import("./dashboards/toolset.ts")).dashboardsToolset,
  genie: async () => (await import("./genie/toolset.ts")).genieToolset,
  apps: async () => (await import("./apps/toolset.ts")).appsToolset,
  serving: async () => (await import("./serving/toolset.ts")).servingToolset,
  vector_search: async () => (await import("./vector-search/toolset.ts")).vectorSearchToolset,
  agents: async () => (await import("./agents/toolset.ts")).agentsToolset,
  lakebase: async () => (await import("./lakebase/toolset.ts")).lakebaseToolset,
  secrets: async () => (await import("./secrets/toolset.ts")).secretsToolset,
  repos: async () => (await import("./repos/toolset.ts")).reposToolset,
  queries: async () => (await import("./queries/toolset.ts")).queriesToolset,
  identity: async () => (await import("./identity/toolset.ts")).identityToolset,
  resources: async () => (await import("./resources/toolset.ts")).resourcesToolset,
  documents: async () => (await import("./documents/toolset.ts")).documentsToolset,
};

/** The tools of a toolset, in the catalog's order. */
export function loadToolset(name: ToolsetName): Promise<readonly Tool[]> {
  return loaders[name]();
}

/** The tool of that canonical name, or undefined. Loads its toolset. */
export async function loadTool(name: string): Promise<Tool | undefined> {
  const entry = findEntry(name);
  if (entry === undefined) return undefined;
  return (await loadToolset(entry.toolset)).find((tool) => tool.name === name);
}
