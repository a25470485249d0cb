// The tools by name, without their schemas: what lists, filters and completion need before any tool is loaded.

export type Effect = "read" | "write" | "destructive";

export interface CatalogEntry {
  readonly name: string;
  readonly toolset: ToolsetName;
  readonly effect: Effect;
  readonly title: string;
}

export const toolsetNames = ["notebooks", "jobs", "clusters", "execution", "sql", "catalog", "volumes"] as const;
export type ToolsetName = (typeof toolsetNames)[number];

/** What is on unless something else is asked for. The others cost tokens in every session, and are needed in few. */
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
};

const rows: readonly (readonly [string, ToolsetName, Effect, string])[] = [
  ["list_notebooks", "notebooks", "read", "List a workspace folder"],
  ["read_notebook", "notebooks", "read", "Read a notebook's cells"],
  ["write_notebook", "notebooks", "destructive", "Write a whole notebook"],
  ["update_notebook_cell", "notebooks", "destructive", "Change cells of a notebook"],
  ["run_notebook", "notebooks", "write", "Run a notebook"],
  ["wait_for_run", "notebooks", "read", "Wait for a run to end"],
  ["get_run_output", "notebooks", "read", "Get a run's cell outputs"],
  ["resolve_path", "notebooks", "read", "Resolve a workspace path"],
  ["list_jobs", "jobs", "read", "List jobs"],
  ["create_job", "jobs", "write", "Create a job"],
  ["run_job", "jobs", "write", "Run a job"],
  ["get_job_run_status", "jobs", "read", "Get a run's state"],
  ["get_run_logs", "jobs", "read", "Get a run's logs"],
  ["cancel_run", "jobs", "destructive", "Cancel a run"],
  ["list_clusters", "clusters", "read", "List clusters"],
  ["get_cluster_status", "clusters", "read", "Get a cluster's state"],
  ["start_cluster", "clusters", "write", "Start a cluster"],
  ["stop_cluster", "clusters", "destructive", "Stop a cluster"],
  ["create_cluster", "clusters", "write", "Create a cluster"],
  ["list_cluster_policies", "clusters", "read", "List cluster policies"],
  ["create_context", "execution", "write", "Open an execution context"],
  ["execute_cell", "execution", "destructive", "Run code in a context"],
  ["get_command_result", "execution", "read", "Get a running command's result"],
  ["destroy_context", "execution", "destructive", "Close an execution context"],
  ["query_sql", "sql", "read", "Query with SQL"],
  ["execute_sql", "sql", "destructive", "Execute SQL"],
  ["execute_sql_script", "sql", "destructive", "Execute several SQL statements"],
  ["get_statement_result", "sql", "read", "Get a statement's result"],
  ["cancel_statement", "sql", "destructive", "Cancel a statement"],
  ["export_query", "sql", "write", "Write a query's result to a file"],
  ["list_warehouses", "sql", "read", "List SQL warehouses"],
  ["start_warehouse", "sql", "write", "Start a SQL warehouse"],
  ["stop_warehouse", "sql", "destructive", "Stop a SQL warehouse"],
  ["list_catalogs", "catalog", "read", "List catalogs"],
  ["list_schemas", "catalog", "read", "List schemas"],
  ["list_tables", "catalog", "read", "List tables"],
  ["get_table", "catalog", "read", "Describe a table"],
  ["get_table_stats", "catalog", "read", "Count what is in a table"],
  ["list_volumes", "volumes", "read", "List volumes"],
  ["list_volume_files", "volumes", "read", "List files of a volume"],
  ["get_volume_file_info", "volumes", "read", "Get a file's or folder's facts"],
  ["read_volume_file", "volumes", "read", "Read a text file of a volume"],
  ["upload_to_volume", "volumes", "destructive", "Upload to a volume"],
  ["download_from_volume", "volumes", "destructive", "Download from a volume"],
  ["create_volume_folder", "volumes", "write", "Create a folder in a volume"],
  ["delete_volume_path", "volumes", "destructive", "Delete in a volume"],
];

/** Every tool, in the order in which they are listed. */
export const catalog: readonly CatalogEntry[] = rows.map(([name, toolset, effect, title]) => ({
  name,
  toolset,
  effect,
  title,
}));

/** Tools that read or write files of the machine where the server runs: not for callers from elsewhere. */
export const localFileTools: ReadonlySet<string> = new Set([
  "export_query",
  "upload_to_volume",
  "download_from_volume",
]);

export function findEntry(name: string): CatalogEntry | undefined {
  return catalog.find((entry) => entry.name === name);
}
