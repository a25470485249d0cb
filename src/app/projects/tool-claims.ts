// Which of our tools go with which skill: a person who turns a skill off has its tools out of the agent's sight too.
import { catalog } from "../../tools/catalog.ts";
import type { ToolsetName } from "../../tools/toolset-names.ts";

interface Claim {
  readonly toolsets?: readonly ToolsetName[];
  readonly tools?: readonly string[];
}

/** Tools of a toolset that any work needs, whatever skills are on: what is in the catalog is part of SQL. */
const always: ReadonlySet<string> = new Set([
  "list_catalogs",
  "list_schemas",
  "list_tables",
  "get_table",
  "get_table_stats",
]);

/** A skill without an entry claims nothing; a tool that nobody claims stays. What a skill's text names, it claims. */
export const claims: Readonly<Record<string, Claim>> = {
  "databricks-agents": { toolsets: ["agents"], tools: ["invoke_serving_endpoint"] },
  "databricks-appkit": { toolsets: ["apps"] },
  "databricks-apps-apx": { toolsets: ["apps"] },
  "databricks-apps-python": { toolsets: ["apps"] },
  "databricks-bundles": { tools: ["list_jobs"] },
  "databricks-dashboards": { toolsets: ["dashboards"] },
  "databricks-genie": { toolsets: ["genie"] },
  "databricks-jobs": { toolsets: ["jobs"] },
  "databricks-lakebase": { toolsets: ["lakebase"] },
  "databricks-metric-views": {
    tools: [
      "create_metric_view",
      "alter_metric_view",
      "get_metric_view",
      "query_metric_view",
      "drop_metric_view",
      "grant_privileges",
    ],
  },
  "databricks-model-serving": { toolsets: ["serving"] },
  // A notebook's run is a job's run: its log, and its end.
  "databricks-notebooks": { tools: ["get_run_logs", "cancel_run"] },
  "databricks-pipelines": { toolsets: ["pipelines"] },
  "databricks-python-sdk": { tools: ["list_jobs", "cancel_run", "list_pipeline_events"] },
  "databricks-serverless-migration": { tools: ["list_jobs"] },
  "databricks-unity-catalog": { toolsets: ["catalog", "volumes"] },
  "databricks-vector-search": { toolsets: ["vector_search"] },
};

/** Looked up for every pair of skills whenever a run begins. */
const known = new Map<string, readonly string[]>();

/** The tools that go with a skill, in the catalog's order. */
export function claimedTools(skill: string): readonly string[] {
  const claim = claims[skill];
  if (claim === undefined) return [];
  const { toolsets = [], tools = [] } = claim;
  const found =
    known.get(skill) ??
    catalog
      .filter(({ name, toolset }) => !always.has(name) && (toolsets.includes(toolset) || tools.includes(name)))
      .map(({ name }) => name);
  known.set(skill, found);
  return found;
}

/** What no skill that is on claims, and one that is off does. */
export function hiddenBy(on: readonly string[], off: readonly string[]): readonly string[] {
  const kept = new Set(on.flatMap(claimedTools));
  const gone = new Set(off.flatMap(claimedTools));
  return catalog.filter(({ name }) => gone.has(name) && !kept.has(name)).map(({ name }) => name);
}
