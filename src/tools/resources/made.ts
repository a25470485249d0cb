// Which tools make something that stays, what of their result names it, and which tool deletes it again. Data: the record, the
// list and the deletion all go by it.
import { MortarError } from "../../platform/errors.ts";
import { nearest } from "../../platform/suggest.ts";

/** What a call was given and gave. */
export interface Outcome {
  readonly input: Readonly<Record<string, unknown>>;
  readonly output: Readonly<Record<string, unknown>>;
}

interface Maker {
  readonly type: MadeType;
  /** The field of the result, or else of the arguments, with the id; `scope/key` is made of two. */
  readonly id: string;
  /** Where the name is another than the id. */
  readonly name?: string;
  readonly url?: string;
  /** False where the call met something that had been there before, or may have: that is not ours to offer for deletion. */
  readonly isNew?: (outcome: Outcome) => boolean;
}

interface Remover {
  readonly tool: string;
  /** The arguments for what has this id. */
  readonly args: (id: string) => Readonly<Record<string, unknown>>;
  /** The argument that takes what is inside along, where the tool has one. */
  readonly contents?: string;
}

const securable = (type: string, contents?: string): Remover => ({
  tool: "delete_securable",
  args: (id) => ({ securable_type: type, full_name: id }),
  ...(contents === undefined ? {} : { contents }),
});
const by = (tool: string, argument: string, contents?: string): Remover => ({
  tool,
  args: (id) => ({ [argument]: id }),
  ...(contents === undefined ? {} : { contents }),
});

/** From a type to the tool that deletes it. */
const removers = {
  agent: by("delete_agent", "agent"),
  app: by("delete_app", "name"),
  catalog: securable("catalog", "force"),
  cluster: by("delete_cluster", "cluster_id"),
  connection: securable("connection"),
  dashboard: by("delete_dashboard", "dashboard_id"),
  external_location: securable("external_location", "force"),
  function: securable("function"),
  genie_space: by("delete_genie_space", "space_id"),
  git_folder: by("delete_repo", "repo"),
  job: by("delete_job", "job_id"),
  lakebase_branch: by("delete_lakebase_branch", "branch"),
  lakebase_endpoint: by("delete_lakebase_endpoint", "endpoint"),
  lakebase_instance: by("delete_lakebase_instance", "name", "force"),
  lakebase_project: by("delete_lakebase_project", "project"),
  metric_view: by("drop_metric_view", "metric_view"),
  monitor: by("delete_monitor", "table"),
  notebook: by("delete_workspace_path", "path"),
  pipeline: by("delete_pipeline", "pipeline_id"),
  provider: securable("provider"),
  recipient: securable("recipient"),
  schema: securable("schema", "force"),
  secret: { tool: "delete_secret", args: (id) => ({ scope: before(id), key: id.slice(before(id).length + 1) }) },
  secret_scope: by("delete_secret_scope", "scope"),
  serving_endpoint: by("delete_serving_endpoint", "endpoint"),
  share: securable("share"),
  storage_credential: securable("storage_credential", "force"),
  synced_table: by("delete_synced_table", "table"),
  table: securable("table"),
  vector_index: by("delete_vector_index", "index"),
  vector_search_endpoint: by("delete_vector_search_endpoint", "endpoint"),
  volume: securable("volume"),
  volume_file: by("delete_volume_path", "volume_path"),
  volume_folder: by("delete_volume_path", "volume_path", "recursive"),
  warehouse: by("delete_warehouse", "warehouse_id"),
  workspace_folder: by("delete_workspace_path", "path", "recursive"),
} as const satisfies Readonly<Record<string, Remover>>;

export type MadeType = keyof typeof removers;

export const madeTypes = Object.keys(removers) as [MadeType, ...MadeType[]];

export function isMadeType(name: string): name is MadeType {
  return Object.hasOwn(removers, name);
}

/** The type, as it is written in a call. Throws `invalid_input`. */
export function madeTypeOf(written: string): MadeType {
  if (isMadeType(written)) return written;
  const meant = nearest(written, madeTypes);
  throw new MortarError("invalid_input", `type: there is no ${JSON.stringify(written.slice(0, 60))}`, {
    hint: `${meant === undefined ? "" : `Did you mean "${meant}"? `}It is one of ${madeTypes.join(", ")}.`,
  });
}

export function removerOf(type: MadeType): Remover {
  return removers[type];
}

function before(id: string): string {
  return id.slice(0, Math.max(id.indexOf("/"), 0));
}

const wasNotThere = ({ output }: Outcome): boolean => output["was_there"] !== true;
const wasCreated = ({ output }: Outcome): boolean => output["created"] === true;
const replacesNothing = ({ input }: Outcome): boolean => input["replace"] !== true;
const named = (type: MadeType): Maker => ({ type, id: "full_name" });

/** From a tool to what it makes. Its effect on the record is this row and nothing else. */
export const makers: Readonly<Record<string, Maker>> = {
  write_notebook: { type: "notebook", id: "path", isNew: ({ output }) => output["status"] === "created" },
  create_job: { type: "job", id: "job_id", name: "name", url: "job_url" },
  create_job_from_settings: { type: "job", id: "job_id", name: "name", url: "job_url", isNew: wasCreated },
  create_cluster: { type: "cluster", id: "cluster_id", name: "cluster_name" },
  create_warehouse: { type: "warehouse", id: "warehouse_id", name: "warehouse_name" },
  create_catalog: named("catalog"),
  create_foreign_catalog: named("catalog"),
  create_schema: named("schema"),
  create_volume: named("volume"),
  create_table: { type: "table", id: "table" },
  create_function: { type: "function", id: "function", isNew: replacesNothing },
  create_metric_view: { type: "metric_view", id: "metric_view", isNew: replacesNothing },
  create_storage_credential: named("storage_credential"),
  create_external_location: named("external_location"),
  create_connection: named("connection"),
  create_share: named("share"),
  create_recipient: named("recipient"),
  create_provider: named("provider"),
  create_monitor: { type: "monitor", id: "table" },
  create_volume_folder: { type: "volume_folder", id: "volume_path", isNew: wasNotThere },
  create_workspace_folder: { type: "workspace_folder", id: "path", isNew: wasNotThere },
  create_pipeline: { type: "pipeline", id: "pipeline_id", name: "name", url: "pipeline_url" },
  deploy_pipeline: { type: "pipeline", id: "pipeline_id", name: "name", url: "update_url", isNew: wasCreated },
  create_dashboard: {
    type: "dashboard",
    id: "dashboard_id",
    name: "name",
    url: "dashboard_url",
    isNew: ({ output }) => output["replaced"] !== true,
  },
  create_knowledge_assistant: { type: "agent", id: "agent", name: "name" },
  create_supervisor_agent: { type: "agent", id: "agent", name: "name" },
  create_genie_space: { type: "genie_space", id: "space_id", name: "name", url: "space_url" },
  create_app: { type: "app", id: "name", url: "url" },
  create_vector_search_endpoint: { type: "vector_search_endpoint", id: "endpoint" },
  create_vector_index: { type: "vector_index", id: "index" },
  create_serving_endpoint: { type: "serving_endpoint", id: "endpoint" },
  create_lakebase_project: { type: "lakebase_project", id: "name" },
  create_lakebase_branch: { type: "lakebase_branch", id: "name" },
  create_lakebase_endpoint: { type: "lakebase_endpoint", id: "name" },
  create_lakebase_instance: { type: "lakebase_instance", id: "name" },
  create_synced_table: { type: "synced_table", id: "table" },
  create_secret_scope: { type: "secret_scope", id: "scope" },
  put_secret: { type: "secret", id: "scope/key", isNew: wasNotThere },
  put_secret_from_file: { type: "secret", id: "scope/key", isNew: wasNotThere },
  create_pdf: { type: "volume_file", id: "volume_path", isNew: ({ output }) => output["overwritten"] !== true },
  create_repo: { type: "git_folder", id: "repo_id", name: "path", url: "url" },
};

/** Creating tools of which nothing is kept, and why. */
export const keptOutside: Readonly<Record<string, string>> = {
  create_context: "it ends with the session, which closes it",
  create_lakebase_credential: "a password that ends by itself, in a file of this machine",
};

/** A deleting tool ends the entries of these types with that id, and those whose ids lie below it (`a/b`, `a.b`). */
interface Deleter {
  /** The field of the result, or else of the arguments, with the id of what is gone; `scope/key` is made of two. */
  readonly id: string;
  /** All where the tool says the type in `securable_type`. */
  readonly types: readonly MadeType[] | "securable_type";
}

/** From a deleting tool to the entries that it ends. */
export const deleters: Readonly<Record<string, Deleter>> = {
  delete_agent: { id: "agent", types: ["agent"] },
  delete_app: { id: "name", types: ["app"] },
  delete_cluster: { id: "cluster_id", types: ["cluster"] },
  delete_dashboard: { id: "dashboard_id", types: ["dashboard"] },
  delete_genie_space: { id: "space_id", types: ["genie_space"] },
  delete_job: { id: "job_id", types: ["job"] },
  delete_lakebase_branch: { id: "name", types: ["lakebase_branch", "lakebase_endpoint"] },
  delete_lakebase_endpoint: { id: "name", types: ["lakebase_endpoint"] },
  delete_lakebase_instance: { id: "name", types: ["lakebase_instance"] },
  delete_lakebase_project: { id: "name", types: ["lakebase_project", "lakebase_branch", "lakebase_endpoint"] },
  delete_monitor: { id: "table", types: ["monitor"] },
  delete_pipeline: { id: "pipeline_id", types: ["pipeline"] },
  delete_repo: { id: "repo_id", types: ["git_folder"] },
  delete_securable: { id: "full_name", types: "securable_type" },
  delete_secret: { id: "scope/key", types: ["secret"] },
  delete_secret_scope: { id: "scope", types: ["secret_scope", "secret"] },
  delete_serving_endpoint: { id: "endpoint", types: ["serving_endpoint"] },
  delete_synced_table: { id: "table", types: ["synced_table"] },
  delete_vector_index: { id: "index", types: ["vector_index"] },
  delete_vector_search_endpoint: { id: "endpoint", types: ["vector_search_endpoint"] },
  delete_volume_path: { id: "volume_path", types: ["volume_file", "volume_folder"] },
  delete_warehouse: { id: "warehouse_id", types: ["warehouse"] },
  delete_workspace_path: { id: "path", types: ["notebook", "workspace_folder"] },
  drop_metric_view: { id: "metric_view", types: ["metric_view"] },
};

/** Deleting tools that end no entry, and why. */
export const endsNothing: Readonly<Record<string, string>> = {
  destroy_context: "contexts are not in the record",
  drop_column_mask: "the table stays",
  drop_row_filter: "the table stays",
  delete_agent_example: "examples are in the record with their agent",
  delete_knowledge_source: "sources are in the record with their agent",
  delete_supervisor_tool: "tools are in the record with their agent",
  delete_run: "runs are history, and not in the record",
  delete_vector_rows: "rows are not in the record",
};

/** What goes with its catalog or schema. */
export const withinCatalogs: readonly MadeType[] = [
  "schema",
  "table",
  "volume",
  "function",
  "metric_view",
  "monitor",
  "synced_table",
  "vector_index",
];
