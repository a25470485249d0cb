// Every tool as it is listed, already made: a server answers tools/list without loading a tool, and loads the lists of no
// toolset that is off. The tests hold the files equal to the declarations, and make them anew with UPDATE_GOLDEN=1.
import type { ListedTool } from "../listed-tool.ts";
import type { ToolsetName } from "../toolset-names.ts";

const loaders: Readonly<Record<ToolsetName, () => Promise<readonly ListedTool[]>>> = {
  notebooks: async () => (await import("./notebooks.ts")).notebooksGolden,
  jobs: async () => (await import("./jobs.ts")).jobsGolden,
  clusters: async () => (await import("./clusters.ts")).clustersGolden,
  execution: async () => (await import("./execution.ts")).executionGolden,
  sql: async () => (await import("./sql.ts")).sqlGolden,
  catalog: async () => (await import("./catalog.ts")).catalogGolden,
  volumes: async () => (await import("./volumes.ts")).volumesGolden,
  workspace: async () => (await import("./workspace.ts")).workspaceGolden,
  compute: async () => (await import("./compute.ts")).computeGolden,
  pipelines: async () => (await import("./pipelines.ts")).pipelinesGolden,
  dashboards: async () => (await import("./dashboards.ts")).dashboardsGolden,
  genie: async () => (await import("./genie.ts")).genieGolden,
  apps: async () => (await import("./apps.ts")).appsGolden,
  serving: async () => (await import("./serving.ts")).servingGolden,
  vector_search: async () => (await import("./vector-search.ts")).vectorSearchGolden,
  agents: async () => (await import("./agents.ts")).agentsGolden,
  lakebase: async () => (await import("./lakebase.ts")).lakebaseGolden,
  secrets: async () => (await import("./secrets.ts")).secretsGolden,
  repos: async () => (await import("./repos.ts")).reposGolden,
  queries: async () => (await import("./queries.ts")).queriesGolden,
  identity: async () => (await import("./identity.ts")).identityGolden,
  resources: async () => (await import("./resources.ts")).resourcesGolden,
  documents: async () => (await import("./documents.ts")).documentsGolden,
};

/** The tools of these toolsets, in the catalog's order. */
export async function loadGoldens(toolsets: readonly ToolsetName[]): Promise<readonly ListedTool[]> {
  return (await Promise.all(toolsets.map((toolset) => loaders[toolset]()))).flat();
}
