// runs/get-output and runs/export: what a task gave.
import type { JsonObject } from "../../platform/json.ts";
import { wireId } from "../http/fields.ts";
import type { World } from "../world.ts";
import type { TaskOutput, TaskRunDocument } from "./documents.ts";
import { exportHtml } from "./export.ts";
import { isFinal } from "./states.ts";
import { bodyOf } from "./task-types.ts";

/** What runs/get-output shows of an exit value. */
export const maxExitChars = 5 * 1024 * 1024;

/** The fields beside `metadata`. A run that goes on has none; which ones there are follows from the type of the task. */
export function outputView(task: TaskRunDocument, output: TaskOutput): JsonObject {
  const view: Record<string, unknown> = {};
  if (output.childRunId !== undefined) view["run_job_output"] = { run_id: wireId(output.childRunId) };
  if (!isFinal(task.state)) return view as JsonObject;
  if (task.task["notebook_task"] !== undefined) view["notebook_output"] = notebookOutput(output.notebookExit);
  if (output.logs !== undefined) {
    view["logs"] = output.logs;
    view["logs_truncated"] = output.logs.length >= maxExitChars;
  }
  if (output.sqlText !== undefined) view["sql_output"] = { query_output: sqlOutput(task, output) };
  const error = output.error ?? skippedError(task);
  if (error !== undefined) view["error"] = error;
  if (output.trace !== undefined) view["error_trace"] = output.trace;
  return view as JsonObject;
}

function notebookOutput(exit: string | undefined): object {
  if (exit === undefined) return {};
  return { result: exit.slice(0, maxExitChars), truncated: exit.length > maxExitChars };
}

function sqlOutput(task: TaskRunDocument, output: TaskOutput): object {
  const warehouseId = bodyOf(task.task, "sql_task")["warehouse_id"];
  return {
    query_text: output.sqlText,
    endpoint_id: warehouseId,
    warehouse_id: warehouseId,
    sql_statements: (output.sqlStatements ?? []).map((key) => ({ lookup_key: key })),
  };
}

function skippedError({ state }: TaskRunDocument): string | undefined {
  return state.result === "SUCCESS" || state.message === "" ? undefined : state.message;
}

/** The views of a notebook task's run: its cells so far, also while it runs. */
export function exportViews(world: World, task: TaskRunDocument, output: TaskOutput): readonly object[] {
  const path = String(bodyOf(task.task, "notebook_task")["notebook_path"]);
  const name = path.slice(path.lastIndexOf("/") + 1);
  const object = world.tree.find(path);
  const content = exportHtml({
    name,
    notebookId: object?.objectId ?? "0",
    language: output.language ?? object?.language ?? "PYTHON",
    commands: output.commands ?? [],
  });
  return [{ content, name, type: "NOTEBOOK" }];
}
