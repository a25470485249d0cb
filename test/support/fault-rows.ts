// A reading and a writing tool of every toolset, each with the request by which a fault meets it. The toolset queries only reads;
// what identity changes is the session.
export interface Row {
  readonly toolset: string;
  readonly tool: string;
  /** `#` is another word at each call, `$name` what is known by it. */
  readonly args: Record<string, unknown>;
  /** The request that the fault is for: `METHOD /glob`. */
  readonly at: string;
  /** Sending it twice does what sending it once does. */
  readonly idempotent?: true;
  /** Its success says nothing, so that an empty body is as good. */
  readonly silent?: true;
  /** Its success has no body, which nothing can cut. */
  readonly bare?: true;
}

const read = (toolset: string, tool: string, path: string, args: Record<string, unknown> = {}): Row => ({
  toolset,
  tool,
  args,
  at: `GET ${path}`,
  idempotent: true,
});

const volume = "/Volumes/main/default/v";

export const reads: readonly Row[] = [
  read("notebooks", "list_notebooks", "/api/2.0/workspace/list", { path: "/Shared" }),
  read("jobs", "list_jobs", "/api/2.2/jobs/list"),
  read("clusters", "list_clusters", "/api/2.1/clusters/list"),
  read("execution", "get_command_result", "/api/1.2/commands/status", {
    cluster_id: "$cluster_id",
    context_id: "$context_id",
    command_id: "$command_id",
  }),
  read("sql", "list_warehouses", "/api/2.0/sql/warehouses"),
  read("catalog", "list_schemas", "/api/2.1/unity-catalog/schemas", { catalog: "main" }),
  read("volumes", "list_volume_files", "/api/2.0/fs/directories/**", { volume_path: volume }),
  read("workspace", "get_workspace_object", "/api/2.0/workspace/get-status", { path: "/Shared" }),
  read("compute", "list_node_types", "/api/2.1/clusters/list-node-types"),
  read("pipelines", "list_pipelines", "/api/2.0/pipelines"),
  read("dashboards", "list_dashboards", "/api/2.0/lakeview/dashboards"),
  read("genie", "list_genie_spaces", "/api/2.0/genie/spaces"),
  read("apps", "list_apps", "/api/2.0/apps"),
  read("serving", "list_serving_endpoints", "/api/2.0/serving-endpoints"),
  read("vector_search", "list_vector_search_endpoints", "/api/2.0/vector-search/endpoints"),
  read("agents", "list_agents", "/api/2.1/knowledge-assistants"),
  read("lakebase", "list_lakebase_databases", "/api/2.0/database/instances"),
  read("secrets", "list_secret_scopes", "/api/2.0/secrets/scopes/list"),
  read("repos", "list_repos", "/api/2.0/repos"),
  read("queries", "list_query_history", "/api/2.0/sql/history/queries"),
  read("identity", "get_current_user", "/api/2.0/preview/scim/v2/Me"),
];

const post = (toolset: string, tool: string, path: string, args: Record<string, unknown>): Row => ({
  toolset,
  tool,
  args,
  at: `POST ${path}`,
});

const served = { entity_name: "main.ml.churn", entity_version: "1" };

export const writes: readonly Row[] = [
  {
    ...post("notebooks", "write_notebook", "/api/2.0/workspace/import", {
      notebook_path: "~/nb-#",
      content: "print(1)",
      language: "python",
    }),
    idempotent: true,
    silent: true,
  },
  post("jobs", "create_job", "/api/2.2/jobs/create", {
    name: "job-#",
    tasks: [{ task_key: "a", notebook_path: "~/etl" }],
  }),
  post("clusters", "create_cluster", "/api/2.1/clusters/create", { cluster_name: "cluster-#" }),
  post("execution", "create_context", "/api/1.2/contexts/create", { cluster_id: "$cluster_id" }),
  post("sql", "execute_sql", "/api/2.0/sql/statements", { sql: "CREATE TABLE main.default.t_# (a INT)" }),
  post("catalog", "create_schema", "/api/2.1/unity-catalog/schemas", { catalog: "main", schema: "s_#" }),
  {
    toolset: "volumes",
    tool: "create_volume_folder",
    args: { volume_path: `${volume}/#` },
    at: "PUT /api/2.0/fs/directories/**",
    idempotent: true,
    silent: true,
    bare: true,
  },
  {
    ...post("workspace", "create_workspace_folder", "/api/2.0/workspace/mkdirs", { path: "~/folder-#" }),
    idempotent: true,
    silent: true,
  },
  post("compute", "create_warehouse", "/api/2.0/sql/warehouses", { name: "warehouse-#" }),
  post("pipelines", "create_pipeline", "/api/2.0/pipelines", {
    name: "pipeline-#",
    catalog: "main",
    schema: "default",
    sources: ["~/etl"],
  }),
  post("genie", "create_genie_space", "/api/2.0/genie/spaces", { name: "space-#", tables: ["main.default.t"] }),
  post("apps", "create_app", "/api/2.0/apps", { name: "app-#", no_compute: true }),
  post("serving", "create_serving_endpoint", "/api/2.0/serving-endpoints", {
    endpoint: "served-#",
    served_entities: [served],
  }),
  post("vector_search", "create_vector_search_endpoint", "/api/2.0/vector-search/endpoints", { endpoint: "vectors-#" }),
  post("agents", "create_knowledge_assistant", "/api/2.1/knowledge-assistants", {
    name: "assistant-#",
    description: "Knows",
    volume_path: `${volume}/docs`,
    wait_seconds: 0,
  }),
  post("lakebase", "create_lakebase_project", "/api/2.0/postgres/projects", { name: "project-#" }),
  { ...post("secrets", "create_secret_scope", "/api/2.0/secrets/scopes/create", { scope: "scope-#" }), silent: true },
  post("repos", "create_repo", "/api/2.0/repos", { url: "$remote", provider: "gitHub", path: "~/repo-#" }),
];

/** It makes its folder first, by the request that is the one of the toolset workspace: it does not go with the others. */
export const later: readonly Row[] = [
  post("dashboards", "create_dashboard", "/api/2.0/lakeview/dashboards", {
    name: "board-#",
    folder: "/Shared",
    definition: { pages: [] },
  }),
];
