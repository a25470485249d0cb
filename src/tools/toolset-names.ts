// The toolsets: the groups in which tools are switched on.
export const toolsetNames = [
  "notebooks",
  "jobs",
  "clusters",
  "execution",
  "sql",
  "catalog",
  "volumes",
  "workspace",
  "compute",
  "pipelines",
  "dashboards",
  "genie",
  "apps",
  "serving",
  "vector_search",
  "agents",
  "lakebase",
  "secrets",
  "repos",
  "queries",
  "identity",
  "resources",
  "documents",
] as const;
export type ToolsetName = (typeof toolsetNames)[number];

/** What is on, with its usual tools, unless something else is asked for. The others cost tokens in every session, and are needed in few. */
export const defaultToolsets: readonly ToolsetName[] = ["notebooks", "jobs", "clusters", "execution", "sql", "catalog"];

/** What each toolset is for, as the list of toolsets and the server's instructions say it. */
export const toolsetSummaries: Readonly<Record<ToolsetName, string>> = {
  notebooks: "read, write, run notebooks and see each cell's output",
  jobs: "create, run and follow jobs",
  clusters: "find, create, start and stop clusters",
  execution: "run code cell by cell on a cluster, with state",
  sql: "query and change tables on a SQL warehouse",
  catalog: "find tables, their columns, and what is in them",
  volumes: "files in volumes: list, read, upload, download, delete",
  workspace: "files and folders of the workspace, up and down; search",
  compute: "run code without a context, node types, change clusters and warehouses",
  pipelines: "create, run and follow declarative pipelines",
  dashboards: "make, publish and change AI/BI dashboards",
  genie: "make Genie spaces and ask them",
  apps: "deploy Databricks Apps and read their logs",
  serving: "serving endpoints: query, create, change, logs",
  vector_search: "vector search endpoints and indexes, and what is near",
  agents: "knowledge assistants and supervisor agents",
  lakebase: "Postgres databases: projects, branches, sync, credentials",
  secrets: "secret scopes, names of secrets, who may read them",
  repos: "git folders: clone, pull, switch branches",
  queries: "query history, lineage, usage from the system tables",
  identity: "who is signed in, profiles, switching the workspace",
  resources: "what this agent made: list it, delete it",
  documents: "PDF files from HTML, into a volume",
};
