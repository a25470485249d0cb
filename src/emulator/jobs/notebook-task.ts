// notebook_task: runs a notebook of the workspace from its first cell to its last.
import { optionalTextMap } from "../http/fields.ts";
import type { ExecutedCommand } from "../kernel/types.ts";
import type { TaskOutput } from "./documents.ts";
import { misconfigured, succeeded, workloadFailed, type Execution, type Finish } from "./executors.ts";
import { resolve, resolveMap } from "./references.ts";
import { maxExitChars } from "./run-output.ts";
import { untilAborted } from "./stop.ts";

/** Runs the notebook. Job parameters win over the task's, and run-now's notebook_params over both. */
export async function runNotebookTask(execution: Execution): Promise<Finish> {
  const { world, body, lookup, signal, run } = execution;
  const path = resolve(String(body["notebook_path"]), lookup);
  const base = resolveMap(optionalTextMap(body["base_parameters"], "base_parameters") ?? {}, lookup);
  const parameters = { ...base, ...execution.parameters, ...run.legacy?.notebook_params };
  execution.onResolved({ notebook_task: { base_parameters: parameters } });
  const object = world.tree.find(path);
  if (object === undefined || object.objectType !== "NOTEBOOK") {
    return misconfigured(
      `Unable to access the notebook "${path}". Either it does not exist, or the identity used to run this job, ${run.creator}, lacks the required permissions.`,
      "RESOURCE_NOT_FOUND",
    );
  }
  const language = object.language ?? "PYTHON";
  if (execution.compute?.runsSpark === false && usesSpark(new TextDecoder().decode(world.tree.read(path)), language)) {
    return untilAborted(signal);
  }
  const commands: ExecutedCommand[] = [];
  const outcome = await execution.runners.runNotebook(world, {
    path,
    parameters,
    signal,
    taskValues: execution.taskValues,
    onCell: (command) => {
      commands.push(command);
      execution.onProgress({ language, commands });
    },
  });
  const output: TaskOutput = {
    language: outcome.language,
    commands: outcome.commands,
    ...(outcome.exit === undefined ? {} : { notebookExit: outcome.exit.slice(0, maxExitChars + 1) }),
    ...(outcome.error === undefined ? {} : { error: outcome.error.summary, trace: outcome.error.trace }),
  };
  return { output, state: outcome.state === "SUCCESS" ? succeeded : workloadFailed };
}

/** Whether code asks for executors: SQL always does, Python when it touches `spark`. */
export function usesSpark(source: string, language: string): boolean {
  return language === "SQL" || /^\s*((#|\/\/|--) MAGIC )?%sql/m.test(source) || /\bspark\s*\./.test(source);
}
