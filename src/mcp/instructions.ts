// What the server says of itself to the model: how its tools go together. Hosts cut it at 2 KB.
import { listedName } from "../tools/aliases.ts";
import { generationOf } from "../tools/naming.ts";
import { toolsetSummaries } from "../tools/toolset-names.ts";
import { toolsetsBeside, type Selection } from "../tools/selection.ts";

/** With more toolsets than these their names alone are told: their tools say the rest. */
const mostSummaries = 8;

/** The instructions for exactly the tools that are on. */
export function instructions(selection: Selection): string {
  // Under older names only what holds of any is said: ours are not listed.
  const isOlder = generationOf(selection.naming) !== undefined;
  const has = (name: string): boolean => !isOlder && selection.entries.some((entry) => entry.name === name);
  const name = (tool: string): string => listedName(tool, selection.naming);
  const few = selection.toolsets.length <= mostSummaries;
  const toolsets = selection.toolsets.map((toolset) => (few ? `${toolset} (${toolsetSummaries[toolset]})` : toolset));
  const lines = [
    `Tools for one Databricks workspace: ${toolsets.join(few ? "; " : ", ")}.`,
    "Paths: /Workspace/Users/me@x.com/nb in full, ~/nb in the user's home folder, shared/nb. Ids are strings of digits: pass them on as they are.",
    "Where a result is truncated, its next_* fields are the arguments of the call that goes on; hint says what to do next.",
  ];
  if (has("run_notebook") && has("wait_for_run")) {
    lines.push(
      `To develop a notebook: ${name("read_notebook")}, change single cells with ${name("update_notebook_cell")}, ${name("run_notebook")}, then ${name("wait_for_run")} until the run has ended; each cell's output and error is in the result. Serverless compute is the default; compute asks for a job cluster or an existing cluster.`,
    );
  }
  if (has("execute_cell")) {
    lines.push(
      `To try code with state: a running cluster${has("start_cluster") ? ` (${name("start_cluster")}, again until it runs)` : ""}, ${name("create_context")}, ${name("execute_cell")} as often as needed, ${name("destroy_context")}. Contexts are lost when the cluster restarts.`,
    );
  }
  if (has("wait_for_run") || has("start_cluster")) {
    lines.push("A wait ends after wait_seconds and the work goes on: call the same tool again with the same id.");
  }
  if (has("create_cluster"))
    lines.push("Clusters cost money while they run: prefer serverless, and offer to stop what was started.");
  // SEP-2640: a server may point to its skills here, for hosts that read resources and know no skills.
  lines.push("Know-how for each area: the resources skill://NAME/SKILL.md, such as databricks-sql or databricks-jobs.");
  const beside = toolsetsBeside(selection);
  if (beside.length > 0) {
    lines.push(`Not on here, and the person can add it with --toolsets default,NAME: ${beside.join(", ")}.`);
  }
  if (selection.terms.discovery) {
    lines.splice(
      1,
      0,
      "They are not listed: search_tools finds them, call_reading_tool and call_tool call them by name.",
    );
  }
  if (selection.readOnly) lines.push("Only reading is allowed in this session.");
  return lines.join("\n");
}
