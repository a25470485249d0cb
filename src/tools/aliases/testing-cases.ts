// What the calls of older tools lead to: for each form, and each of its actions, at least one call as prompts make it.
import type { Generation } from "../naming.ts";
import type { Arguments } from "./row.ts";

/** Older arguments; the tool of ours and its arguments that they lead to; and what was found, where something is looked up. */
export interface AliasCase {
  readonly name: string;
  readonly args: Arguments;
  readonly leads: readonly (readonly [tool: string, args: Arguments])[];
  /** The answer to the look; null where there is no such thing. */
  readonly found?: Arguments | null;
  /** What is called afterwards, when the call gave `gave`. */
  readonly after?: readonly [tool: string, args: Arguments];
  readonly gave?: Arguments;
  readonly readOnly?: boolean;
  /** Only the form that this generation had; without it every form that the arguments fit. */
  readonly era?: Generation;
}

type Rest = Omit<AliasCase, "name" | "args" | "leads">;

function one(name: string, args: Arguments, leads: readonly [string, Arguments], rest: Rest = {}): AliasCase {
  return { name, args, leads: [leads], ...rest };
}

const wh = "0123456789abcdef";
const place = { catalog: "main", schema: "sales" };

const sql: readonly AliasCase[] = [
  one(
    "execute_sql",
    { sql_query: "SELECT 1", warehouse_id: wh, catalog: "main", timeout: 600, output_format: "json" },
    ["execute_sql", { sql: "SELECT 1", warehouse_id: wh, catalog: "main", wait_seconds: 290 }],
  ),
  one("execute_sql", { sql_query: "SELECT 1", timeout: 180 }, ["execute_sql", { sql: "SELECT 1" }]),
  one("execute_sql", { sql_query: "SELECT 1" }, ["query_sql", { sql: "SELECT 1" }], { readOnly: true }),
  one("execute_sql_multi", { sql_content: "SELECT 1; SELECT 2", max_workers: 2 }, [
    "execute_sql_script",
    { sql: "SELECT 1; SELECT 2", parallel: 2 },
  ]),
  one("execute_sql_multi", { sql_content: "SELECT 1", output_format: "markdown" }, [
    "execute_sql_script",
    { sql: "SELECT 1" },
  ]),
  one("manage_warehouse", {}, ["list_warehouses", {}]),
  one("manage_warehouse", { action: "list" }, ["list_warehouses", {}]),
  one("list_warehouses", {}, ["list_warehouses", {}]),
  one("get_best_warehouse", {}, ["list_warehouses", {}]),
  one("get_table_details", { ...place, table_names: ["orders"], table_stat_level: "NONE" }, [
    "get_table",
    { table: "main.sales.orders" },
  ]),
  {
    name: "get_table_stats_and_schema",
    args: { ...place, table_names: ["ord*"], table_stat_level: "DETAILED", warehouse_id: wh },
    found: { columns: ["table"], rows: [["main.sales.orders"], ["main.sales.people"]], truncated: false },
    leads: [
      ["get_table", { table: "main.sales.orders" }],
      ["get_table_stats", { table: "main.sales.orders", level: "detailed", warehouse_id: wh }],
    ],
  },
  {
    name: "get_volume_folder_details",
    args: { volume_path: "main/sales/raw/in" },
    leads: [
      ["list_volume_files", { volume_path: "/Volumes/main/sales/raw/in" }],
      ["query_sql", { sql: "SELECT * FROM parquet.`/Volumes/main/sales/raw/in` LIMIT 10" }],
      ["query_sql", { sql: "SELECT count(*) AS total_rows FROM parquet.`/Volumes/main/sales/raw/in`" }],
    ],
  },
  one("get_volume_folder_details", { volume_path: "/Volumes/main/sales/raw", format: "file" }, [
    "list_volume_files",
    { volume_path: "/Volumes/main/sales/raw" },
  ]),
];

const compute: readonly AliasCase[] = [
  one("execute_code", { code: "print(1)", compute_type: "serverless", language: "python", timeout: 120 }, [
    "run_code",
    { code: "print(1)", language: "python", compute: "serverless", wait_seconds: 120, limit_minutes: 2 },
  ]),
  one("execute_code", { file_path: "/tmp/etl.py", cluster_id: "c-1", destroy_context_on_completion: true }, [
    "run_file",
    { local_file: "/tmp/etl.py", cluster_id: "c-1", compute: "auto", keep_context: false },
  ]),
  one("execute_code", { code: "1", job_extra_params: { tags: {} } }, [
    "run_code",
    { code: "1", language: "python", compute: "auto", keep_context: true, extra_settings: { tags: {} } },
  ]),
  one("execute_databricks_command", { code: "print(1)", cluster_id: "c-1", context_id: "x" }, [
    "run_code",
    {
      code: "print(1)",
      language: "python",
      cluster_id: "c-1",
      context_id: "x",
      compute: "cluster",
      keep_context: true,
    },
  ]),
  one("run_python_file_on_databricks", { file_path: "/tmp/a.py", destroy_context_on_completion: true }, [
    "run_file",
    { local_file: "/tmp/a.py", compute: "cluster", keep_context: false },
  ]),
  one(
    "manage_cluster",
    { action: "create", name: "dev", autoscale_min_workers: 1, autoscale_max_workers: 4, spark_conf: '{"a":"b"}' },
    ["create_cluster", { cluster_name: "dev", num_workers: 1, max_workers: 4, spark_conf: '{"a":"b"}' }],
  ),
  one("manage_cluster", { action: "modify", cluster_id: "c-1", num_workers: 3 }, [
    "update_cluster",
    { cluster_id: "c-1", num_workers: 3 },
  ]),
  one("manage_cluster", { action: "start", cluster_id: "c-1" }, ["start_cluster", { cluster_id: "c-1", wait: false }]),
  one("manage_cluster", { action: "terminate", cluster_id: "c-1" }, ["stop_cluster", { cluster_id: "c-1" }]),
  one("manage_cluster", { action: "delete", cluster_id: "c-1" }, ["delete_cluster", { cluster_id: "c-1" }]),
  one("manage_cluster", { action: "get", cluster_id: "c-1" }, ["get_cluster_status", { cluster_id: "c-1" }]),
  one(
    "manage_sql_warehouse",
    { action: "create", name: "wh", size: "Small", auto_stop_mins: 10, enable_serverless: true },
    ["create_warehouse", { name: "wh", size: "Small", auto_stop_minutes: 10, serverless: true }],
  ),
  one("manage_sql_warehouse", { action: "modify", warehouse_id: wh, max_num_clusters: 3 }, [
    "update_warehouse",
    { warehouse_id: wh, max_clusters: 3 },
  ]),
  one("manage_sql_warehouse", { action: "delete", warehouse_id: wh }, ["delete_warehouse", { warehouse_id: wh }]),
  one("list_compute", { resource: "clusters", auto_select: true }, ["list_compute", { running_only: true }]),
  one("list_compute", { cluster_id: "c-1" }, ["get_cluster_status", { cluster_id: "c-1" }]),
  one("list_compute", { resource: "node_types" }, ["list_node_types", {}]),
  one("list_compute", { resource: "spark_versions" }, ["list_spark_versions", {}]),
  one(
    "execute_databricks_command",
    { cluster_id: "c-1", language: "sql", code: "SELECT 1", timeout: 60 },
    ["run_code", { cluster_id: "c-1", language: "sql", code: "SELECT 1", compute: "cluster", wait_seconds: 60 }],
    { era: "ai-dev-kit-2026-01-01" },
  ),
  one(
    "run_python_file_on_databricks",
    { cluster_id: "c-1", file_path: "/tmp/a.py" },
    ["run_file", { cluster_id: "c-1", local_file: "/tmp/a.py", compute: "cluster" }],
    { era: "ai-dev-kit-2026-01-01" },
  ),
  one("list_clusters", {}, ["list_clusters", {}]),
  one("get_best_cluster", {}, ["list_clusters", { filter_by: "running" }]),
  one("start_cluster", { cluster_id: "c-1" }, ["start_cluster", { cluster_id: "c-1", wait: false }]),
  one("get_cluster_status", { cluster_id: "c-1" }, ["get_cluster_status", { cluster_id: "c-1" }]),
];

const at = "/Workspace/Users/ada@example.com/etl";
const volume = "/Volumes/main/sales/raw/a.csv";

const files: readonly AliasCase[] = [
  one("manage_workspace_files", { action: "upload", local_path: "/tmp/etl", workspace_path: at, max_workers: 20 }, [
    "upload_to_workspace",
    { source: "/tmp/etl", path: at, overwrite: true },
  ]),
  one("manage_workspace_files", { action: "delete", workspace_path: at, recursive: true }, [
    "delete_workspace_path",
    { path: at, recursive: true },
  ]),
  one("upload_to_workspace", { local_path: "/tmp/etl", workspace_path: at, overwrite: false }, [
    "upload_to_workspace",
    { source: "/tmp/etl", path: at, overwrite: false },
  ]),
  one("delete_from_workspace", { workspace_path: at }, ["delete_workspace_path", { path: at, recursive: false }]),
  one("upload_folder", { local_folder: "/tmp/etl", workspace_folder: at, max_workers: 5 }, [
    "upload_to_workspace",
    { source: "/tmp/etl", path: at, overwrite: true },
  ]),
  one("upload_file", { local_path: "/tmp/a.py", workspace_path: at }, [
    "upload_to_workspace",
    { source: "/tmp/a.py", path: at, overwrite: true },
  ]),
  one("manage_volume_files", { action: "list", volume_path: volume, max_results: 5000 }, [
    "list_volume_files",
    { volume_path: volume, limit: 1000 },
  ]),
  one("manage_volume_files", { action: "upload", volume_path: volume, local_path: "/tmp/a.csv" }, [
    "upload_to_volume",
    { source: "/tmp/a.csv", volume_path: volume, overwrite: true },
  ]),
  one("manage_volume_files", { action: "download", volume_path: volume, local_destination: "/tmp/a.csv" }, [
    "download_from_volume",
    { volume_path: volume, destination: "/tmp/a.csv", overwrite: true },
  ]),
  one("manage_volume_files", { action: "delete", volume_path: volume, recursive: true }, [
    "delete_volume_path",
    { volume_path: volume, recursive: true },
  ]),
  one("manage_volume_files", { action: "mkdir", volume_path: volume }, [
    "create_volume_folder",
    { volume_path: volume },
  ]),
  one("manage_volume_files", { action: "get_info", volume_path: volume }, [
    "get_volume_file_info",
    { volume_path: volume },
  ]),
  one("list_volume_files", { volume_path: volume, max_results: 20 }, [
    "list_volume_files",
    { volume_path: volume, limit: 20 },
  ]),
  one("upload_to_volume", { local_path: "/tmp/a.csv", volume_path: volume }, [
    "upload_to_volume",
    { source: "/tmp/a.csv", volume_path: volume, overwrite: true },
  ]),
  one("download_from_volume", { volume_path: volume, local_path: "/tmp/a.csv" }, [
    "download_from_volume",
    { volume_path: volume, destination: "/tmp/a.csv", overwrite: true },
  ]),
  one("delete_from_volume", { volume_path: volume }, ["delete_volume_path", { volume_path: volume, recursive: false }]),
  one("delete_volume_file", { volume_path: volume }, ["delete_volume_path", { volume_path: volume }]),
  one("delete_volume_directory", { volume_path: volume }, ["delete_volume_path", { volume_path: volume }]),
  one("create_volume_directory", { volume_path: volume }, ["create_volume_folder", { volume_path: volume }]),
  one("get_volume_file_info", { volume_path: volume }, ["get_volume_file_info", { volume_path: volume }]),
];

const tasks = [{ task_key: "main", notebook_task: { notebook_path: at } }];
const started = { job_id: 7, notebook_params: { day: "monday" }, idempotency_token: "t" };

const jobs: readonly AliasCase[] = [
  one("manage_jobs", { action: "create", name: "nightly", tasks, tags: { team: "etl" } }, [
    "create_job_from_settings",
    { settings: { name: "nightly", tasks, tags: { team: "etl" }, max_concurrent_runs: 1 } },
  ]),
  one("manage_jobs", { action: "get", job_id: 7 }, ["get_job", { job_id: 7 }]),
  one("manage_jobs", { action: "list", name: "night", limit: 200 }, [
    "list_jobs",
    { name_filter: "night", limit: 100 },
  ]),
  one("manage_jobs", { action: "find_by_name", name: "nightly" }, ["get_job", { name: "nightly" }]),
  one("manage_jobs", { action: "update", job_id: "9007199254740993", timeout_seconds: 60 }, [
    "update_job",
    { job_id: "9007199254740993", settings: { timeout_seconds: 60 }, replace_lists: true },
  ]),
  one("manage_jobs", { action: "delete", job_id: 7 }, ["delete_job", { job_id: 7 }]),
  one("manage_job_runs", { action: "run_now", ...started, queue: { enabled: true } }, [
    "run_job_with_parameters",
    { ...started, queue: true },
  ]),
  one("manage_job_runs", { action: "repair", run_id: 8, rerun_all_failed_tasks: true, latest_repair_id: 3 }, [
    "repair_run",
    { run_id: 8 },
  ]),
  one("manage_job_runs", { action: "get", run_id: 8 }, ["get_job_run_status", { run_id: 8 }]),
  one("manage_job_runs", { action: "get_output", run_id: 8 }, ["get_run_output", { run_id: 8 }]),
  one("manage_job_runs", { action: "cancel", run_id: 8 }, ["cancel_run", { run_id: 8 }]),
  one("manage_job_runs", { action: "list", job_id: 7, active_only: true, start_time_from: 0 }, [
    "list_runs",
    { job_id: 7, active_only: true, completed_only: false, offset: 0, started_after: "1970-01-01T00:00:00.000Z" },
  ]),
  one("manage_job_runs", { action: "wait", run_id: 8, timeout: 600, poll_interval: 5 }, [
    "wait_for_run",
    { run_id: 8, wait_seconds: 290, poll_interval_seconds: 5 },
  ]),
  one("list_jobs", { name: "night", limit: 5 }, ["list_jobs", { name_filter: "night", limit: 5 }]),
  one("get_job", { job_id: 7 }, ["get_job", { job_id: 7 }]),
  one("find_job_by_name", { name: "nightly" }, ["get_job", { name: "nightly" }]),
  one("create_job", { name: "nightly", tasks }, [
    "create_job_from_settings",
    { settings: { name: "nightly", tasks, max_concurrent_runs: 1 } },
  ]),
  one("update_job", { job_id: 7, name: "daily", schedule: { quartz_cron_expression: "0 0 6 * * ?" } }, [
    "update_job",
    {
      job_id: 7,
      settings: { name: "daily", schedule: { quartz_cron_expression: "0 0 6 * * ?" } },
      replace_lists: true,
    },
  ]),
  one("delete_job", { job_id: 7 }, ["delete_job", { job_id: 7 }]),
  one("run_job_now", started, ["run_job_with_parameters", started]),
  one("get_run", { run_id: 8 }, ["get_job_run_status", { run_id: 8 }]),
  one("get_run_output", { run_id: 8 }, ["get_run_output", { run_id: 8 }]),
  one("cancel_run", { run_id: 8 }, ["cancel_run", { run_id: 8 }]),
  one("list_runs", { completed_only: true, limit: 500 }, [
    "list_runs",
    { active_only: false, completed_only: true, limit: 200, offset: 0 },
  ]),
  one("wait_for_run", { run_id: 8, timeout: 100 }, ["wait_for_run", { run_id: 8, wait_seconds: 100 }]),
];

const spec = { name: "etl", root_path: at, ...place, workspace_file_paths: [`${at}/a.sql`] };
const ours = { name: "etl", root_path: at, ...place, sources: [`${at}/a.sql`] };
const id = { pipeline_id: "p-1" };

const pipelines: readonly AliasCase[] = [
  one("manage_pipeline", { action: "create", ...spec, extra_settings: { development: true } }, [
    "create_pipeline",
    { ...ours, extra_settings: { development: true } },
  ]),
  one("manage_pipeline", { action: "create_or_update", ...spec }, ["create_pipeline", ours], {
    found: null,
  }),
  one("manage_pipeline", { action: "create_or_update", ...spec, start_run: true, wait_for_completion: true }, [
    "deploy_pipeline",
    { ...ours, full_refresh: true, wait_seconds: 290 },
  ]),
  one("manage_pipeline", { action: "get", ...id }, ["get_pipeline", id]),
  one("manage_pipeline", { action: "update", ...id, name: "etl2" }, ["update_pipeline", { ...id, name: "etl2" }]),
  one("manage_pipeline", { action: "delete", ...id }, ["delete_pipeline", id]),
  one("manage_pipeline", { action: "find_by_name", name: "etl" }, ["get_pipeline", { name: "etl" }]),
  one("manage_pipeline_run", { action: "start", ...id, full_refresh: true, timeout: 100 }, [
    "run_pipeline",
    { ...id, full_refresh: true, validate_only: false, wait: true, wait_seconds: 100 },
  ]),
  one("manage_pipeline_run", { action: "get", ...id, update_id: "u-1", full_error_details: true }, [
    "get_pipeline_update",
    { ...id, update_id: "u-1" },
  ]),
  one("manage_pipeline_run", { action: "stop", ...id }, ["stop_pipeline", id]),
  one("manage_pipeline_run", { action: "get_events", ...id, max_results: 50, event_log_level: "ERROR" }, [
    "list_pipeline_events",
    { ...id, limit: 50, level: "ERROR" },
  ]),
  one("create_pipeline", spec, ["create_pipeline", ours]),
  one(
    "create_pipeline",
    { name: "etl", root_path: at, ...place, workspace_notebook_paths: [`${at}/nb`], serverless: false },
    ["create_pipeline", { ...ours, sources: [`${at}/nb`], serverless: false }],
  ),
  one("get_pipeline", id, ["get_pipeline", id]),
  one("update_pipeline", { ...id, workspace_file_paths: ["/a.sql"] }, [
    "update_pipeline",
    { ...id, sources: ["/a.sql"] },
  ]),
  one("update_pipeline", { ...id, workspace_notebook_paths: ["/a"] }, ["update_pipeline", { ...id, sources: ["/a"] }]),
  one("delete_pipeline", id, ["delete_pipeline", id]),
  one("start_update", { ...id, validate_only: true, wait: false }, [
    "run_pipeline",
    { ...id, full_refresh: false, validate_only: true, wait: false },
  ]),
  one("start_update", id, ["run_pipeline", { ...id, full_refresh: false, validate_only: false, wait: false }], {
    era: "ai-dev-kit-2026-01-14",
  }),
  one("get_pipeline_events", id, ["list_pipeline_events", { ...id, limit: 100, level: "INFO" }], {
    era: "ai-dev-kit-0.1.0",
  }),
  one("get_update", { ...id, update_id: "u-1" }, ["get_pipeline_update", { ...id, update_id: "u-1" }]),
  one("get_update", { ...id, update_id: "u-1", include_config: true }, [
    "get_pipeline_update",
    { ...id, update_id: "u-1" },
  ]),
  one("stop_pipeline", id, ["stop_pipeline", id]),
  one("get_pipeline_events", { ...id, max_results: 10, update_id: "u-1" }, [
    "list_pipeline_events",
    { ...id, limit: 10, level: "WARN", update_id: "u-1" },
  ]),
  one("create_or_update_pipeline", spec, ["update_pipeline", { ...id, ...ours }], {
    found: { pipeline_id: "p-1", name: "etl" },
  }),
  one(
    "create_or_update_pipeline",
    { ...spec, extra_settings: { id: "p-9", photon: true }, start_run: true },
    ["update_pipeline", { pipeline_id: "p-9", ...ours, extra_settings: { photon: true } }],
    { gave: {}, after: ["run_pipeline", { pipeline_id: "p-9", full_refresh: true, wait: false }] },
  ),
  one("find_pipeline_by_name", { name: "etl" }, ["get_pipeline", { name: "etl" }]),
];

export const plainCases: readonly AliasCase[] = [...sql, ...compute, ...files, ...jobs, ...pipelines];
