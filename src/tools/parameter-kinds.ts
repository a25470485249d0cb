// What the values of a tool's argument are, by the argument's name: declared once, for whoever offers values.

/** Things that a workspace has, each known by an id, a name or a path. */
export type ParameterKind =
  | "cluster"
  | "job"
  | "run"
  | "policy"
  | "node-type"
  | "spark-version"
  | "warehouse"
  | "pipeline"
  | "dashboard"
  | "genie-space"
  | "workspace-path"
  | "volume-path"
  | "catalog"
  | "schema"
  | "table";

/**
 * A schema or table whose tool has its catalog (and schema) in arguments of their own is written without them; alone it is
 * written with dots.
 */
const kinds: Readonly<Record<string, ParameterKind>> = {
  cluster_id: "cluster",
  existing_cluster_id: "cluster",
  job_id: "job",
  run_id: "run",
  policy_id: "policy",
  node_type_id: "node-type",
  driver_node_type_id: "node-type",
  spark_version: "spark-version",
  warehouse_id: "warehouse",
  pipeline_id: "pipeline",
  dashboard_id: "dashboard",
  space_id: "genie-space",
  path: "workspace-path",
  notebook_path: "workspace-path",
  root_path: "workspace-path",
  parent_path: "workspace-path",
  source_path: "workspace-path",
  workspace_path: "workspace-path",
  volume_path: "volume-path",
  catalog: "catalog",
  catalog_name: "catalog",
  schema: "schema",
  schema_name: "schema",
  table: "table",
  table_name: "table",
  full_table_name: "table",
  metric_view: "table",
};

/** The kind of the argument's values, or undefined where only the caller knows them. */
export function parameterKind(name: string): ParameterKind | undefined {
  return Object.hasOwn(kinds, name) ? kinds[name] : undefined;
}
