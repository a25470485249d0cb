// Older tools of compute: code on clusters and serverless, clusters, warehouses.
import { eras, span } from "./eras.ts";
import type { OlderTool } from "./row.ts";
import { by, carriedArguments, leads, refuse, to, waitsFor, whether } from "./routers.ts";

const { head, v8, v0, jan14, jan1 } = eras;

const inverted = (value: unknown) => ({ keep_context: value !== true });

/** Contexts were kept unless asked otherwise. */
const running = "language cluster_id context_id";
const onCluster = (tool: string, source: string) =>
  to(tool, `${source} ${running}`, {
    fixed: { compute: "cluster", keep_context: true },
    adapts: { timeout: waitsFor, destroy_context_on_completion: inverted },
  });

const execute = leads("run_code run_file", (args) => {
  const { code, file_path: file, compute_type: compute } = args.all;
  if (code === undefined && file === undefined)
    return refuse("neither code nor file_path is given", "Give one of them.");
  const isServerless = compute === "serverless";
  // A file says its language by its ending; the older default said Python of everything.
  const language = file === undefined ? "language" : "";
  const carried = carriedArguments(
    args,
    `${language} cluster_id context_id workspace_path run_name job_extra_params=extra_settings compute_type=compute`,
    {
      fixed: isServerless ? {} : { keep_context: true },
      adapts: {
        timeout: (value) => ({ ...waitsFor(value), limit_minutes: Math.max(1, Math.ceil(Number(value) / 60)) }),
        destroy_context_on_completion: inverted,
        ...(file === undefined ? {} : { language: (value: unknown) => ({ language: value }) }),
      },
    },
  );
  if (file !== undefined) return { tool: "run_file", arguments: { local_file: file, ...carried } };
  return { tool: "run_code", arguments: { code, ...carried } };
});

const workers = {
  autoscale_min_workers: (value: unknown) => ({ num_workers: value }),
  autoscale_max_workers: (value: unknown) => ({ max_workers: value }),
};

const clusterFields =
  "name=cluster_name num_workers spark_version node_type_id autotermination_minutes data_security_mode spark_conf";
const warehouseFields =
  "name size min_num_clusters=min_clusters max_num_clusters=max_clusters auto_stop_mins=auto_stop_minutes warehouse_type=type enable_serverless=serverless";

const code = 'code: str, cluster_id?: str, context_id?: str, language: str = "python", timeout: int = 120';
const destroys = "destroy_context_on_completion: bool = false";

const executeParameters = `code?: str, file_path?: str, compute_type: auto|serverless|cluster = "auto", cluster_id?: str, context_id?: str, language: str = "python", timeout?: int, ${destroys}, workspace_path?: str, run_name?: str`;

export const computeTools: readonly OlderTool[] = [
  {
    name: "execute_code",
    generations: span(head),
    toolset: "compute",
    parameters: `${executeParameters}, job_extra_params?: obj`,
    does: "Runs code, or a local file, on serverless compute or a cluster.",
    router: execute,
  },
  {
    name: "execute_code",
    generations: span(v8),
    toolset: "compute",
    parameters: executeParameters,
    does: "Runs code, or a local file, on serverless compute or a cluster.",
    router: execute,
  },
  {
    name: "execute_databricks_command",
    generations: span(v0, jan14),
    toolset: "compute",
    parameters: `${code}, ${destroys}`,
    does: "Runs code on a cluster, in a context that stays for the next call.",
    router: onCluster("run_code", "code"),
  },
  {
    name: "execute_databricks_command",
    generations: span(jan1),
    toolset: "compute",
    parameters: "cluster_id: str, language: str, code: str, timeout: int = 120",
    does: "Runs code on a cluster.",
    router: to("run_code", "cluster_id language code", {
      fixed: { compute: "cluster" },
      adapts: { timeout: waitsFor },
    }),
  },
  {
    name: "run_python_file_on_databricks",
    generations: span(v0, jan14),
    toolset: "compute",
    parameters: `file_path: str, cluster_id?: str, context_id?: str, timeout: int = 600, ${destroys}`,
    does: "Runs a local file on a cluster, in a context that stays for the next call.",
    router: onCluster("run_file", "file_path=local_file"),
  },
  {
    name: "run_python_file_on_databricks",
    generations: span(jan1),
    toolset: "compute",
    parameters: "cluster_id: str, file_path: str, timeout: int = 600",
    does: "Runs a local file on a cluster.",
    router: to("run_file", "cluster_id file_path=local_file", {
      fixed: { compute: "cluster" },
      adapts: { timeout: waitsFor },
    }),
  },
  {
    name: "manage_cluster",
    generations: span(head, v8),
    toolset: "compute",
    parameters:
      "action: create|modify|start|terminate|delete|get, cluster_id?: str, name?: str, num_workers?: int, spark_version?: str, node_type_id?: str, autotermination_minutes?: int, data_security_mode?: str, spark_conf?: str, autoscale_min_workers?: int, autoscale_max_workers?: int",
    does: "Creates, changes, starts, stops, deletes or shows a cluster.",
    router: by("action", {
      create: to("create_cluster", clusterFields, { adapts: workers }),
      modify: to("update_cluster", `cluster_id ${clusterFields}`, { adapts: workers }),
      start: to("start_cluster", "cluster_id", { fixed: { wait: false } }),
      terminate: to("stop_cluster", "cluster_id"),
      delete: to("delete_cluster", "cluster_id"),
      get: to("get_cluster_status", "cluster_id"),
    }),
  },
  {
    name: "manage_sql_warehouse",
    generations: span(head, v8),
    toolset: "compute",
    parameters:
      "action: create|modify|delete, warehouse_id?: str, name?: str, size?: str, min_num_clusters?: int, max_num_clusters?: int, auto_stop_mins?: int, warehouse_type?: str, enable_serverless?: bool",
    does: "Creates, changes or deletes a SQL warehouse.",
    router: by("action", {
      create: to("create_warehouse", warehouseFields),
      modify: to("update_warehouse", `warehouse_id ${warehouseFields}`),
      delete: to("delete_warehouse", "warehouse_id"),
    }),
  },
  {
    name: "list_compute",
    generations: span(head, v8),
    toolset: "compute",
    parameters: `resource: clusters|node_types|spark_versions = "clusters", cluster_id?: str, auto_select: bool = false`,
    does: "Lists clusters and warehouses (the first that runs is what auto_select would take), node types or Spark versions; with cluster_id, shows one cluster.",
    router: by("resource", {
      clusters: whether(
        "cluster_id",
        to("get_cluster_status", "cluster_id"),
        to("list_compute", "", { adapts: { auto_select: () => ({ running_only: true }) } }),
      ),
      node_types: to("list_node_types"),
      spark_versions: to("list_spark_versions"),
    }),
  },
  {
    name: "list_clusters",
    generations: span(v0, jan14),
    toolset: "clusters",
    parameters: "",
    does: "Lists the clusters.",
    router: to("list_clusters"),
  },
  {
    name: "get_best_cluster",
    generations: span(v0, jan14),
    toolset: "clusters",
    parameters: "",
    does: "Lists the clusters that run, which is where code can be run at once.",
    router: to("list_clusters", "", { fixed: { filter_by: "running" } }),
  },
  {
    name: "start_cluster",
    generations: span(v0),
    toolset: "clusters",
    parameters: "cluster_id: str",
    does: "Starts a cluster.",
    router: to("start_cluster", "cluster_id", { fixed: { wait: false } }),
  },
  {
    name: "get_cluster_status",
    generations: span(v0),
    toolset: "clusters",
    parameters: "cluster_id: str",
    does: "Shows a cluster's state.",
    router: to("get_cluster_status", "cluster_id"),
  },
];
