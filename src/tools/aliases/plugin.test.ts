// The names with the older prefix: each of the 22 tools takes the arguments that the plugin's own took, with their types.
import { expect, test } from "bun:test";
import { findAlias } from "../aliases.ts";
import { parseArguments } from "../call.ts";
import { loadTool } from "../toolsets.ts";
import type { Arguments } from "./row.ts";

const notebook = "/Workspace/Users/ada@example.com/etl";
const calls: readonly (readonly [string, Arguments])[] = [
  ["run_notebook", { notebook_path: notebook, parameters: { day: "monday" }, timeout_minutes: 30 }],
  ["get_run_output", { run_id: 8 }],
  ["wait_for_run", { run_id: 8, timeout_minutes: 30, poll_interval_seconds: 10 }],
  ["read_notebook", { notebook_path: notebook, cell_offset: 0, cell_limit: 5 }],
  ["write_notebook", { notebook_path: notebook, content: "1", overwrite: true }],
  ["list_notebooks", { path: "/Workspace", limit: 100, offset: 0 }],
  ["update_notebook_cell", { notebook_path: notebook, cell_index: 0, new_content: "1" }],
  ["update_notebook_cell", { notebook_path: notebook, updates: [{ index: 0, content: "1" }] }],
  [
    "create_job",
    {
      name: "nightly",
      tasks: [{ task_key: "a", notebook_path: notebook, depends_on: ["b"], parameters: { day: "monday" } }],
    },
  ],
  ["run_job", { job_id: 7, parameters: { day: "monday" } }],
  ["get_job_run_status", { run_id: 8 }],
  ["get_run_logs", { run_id: 8, offset: 0, max_size: 80_000 }],
  ["list_jobs", { name_filter: "night", limit: 25 }],
  ["cancel_run", { run_id: 8 }],
  ["list_clusters", { filter_by: "running", limit: 25 }],
  ["get_cluster_status", { cluster_id: "c" }],
  ["start_cluster", { cluster_id: "c", wait: true, timeout_minutes: 20 }],
  ["stop_cluster", { cluster_id: "c" }],
  [
    "create_cluster",
    {
      cluster_name: "dev",
      num_workers: 1,
      node_type_id: "m5.xlarge",
      spark_version: "17.3.x-scala2.12",
      policy_id: "p",
      data_security_mode: "SINGLE_USER",
      single_user_name: "ada@example.com",
      autotermination_minutes: 120,
      custom_tags: { team: "etl" },
      wait: false,
      timeout_minutes: 20,
    },
  ],
  ["list_cluster_policies", {}],
  ["create_context", { cluster_id: "c", language: "python" }],
  ["execute_cell", { cluster_id: "c", context_id: "x", code: "1", language: "sql", timeout_minutes: 30 }],
  ["destroy_context", { cluster_id: "c", context_id: "x" }],
];

test.each(calls)("databricks_%s takes what it took: %j", async (name, args) => {
  const alias = findAlias(`databricks_${name}`);
  const tool = await loadTool(alias?.tool ?? "");
  if (alias === undefined || tool === undefined) throw new Error(`there is no ${name}`);
  const spelled = { ...tool, spellings: { ...tool.spellings, ...alias.parameters } };
  expect(() => parseArguments(spelled, args)).not.toThrow();
});

test("there are 22 of them", () => {
  expect(new Set(calls.map(([name]) => name)).size).toBe(22);
});
