// for_each_task: one iteration of a nested task for each element of a JSON array, some of them at the same time.
import { isObject, parseJson, type Json, type JsonObject } from "../../platform/json.ts";
import type { RunState } from "./documents.ts";
import { misconfigured, succeeded, type Execution, type Finish } from "./executors.ts";
import { resolve } from "./references.ts";

export const maxIterations = 5000;

export async function runForEachTask(execution: Execution): Promise<Finish> {
  const { body, lookup, signal, taskRun } = execution;
  const text = resolve(String(body["inputs"]), lookup);
  const inputs = readInputs(text);
  if (inputs === undefined)
    return misconfigured(`The inputs of task '${taskRun.taskKey}' are not a JSON array: ${text}`);
  if (inputs.length > maxIterations) {
    return misconfigured(
      `A for each task can have at most ${maxIterations} iterations, but ${inputs.length} inputs were given.`,
    );
  }
  execution.onChange({ iterations: [], totalIterations: inputs.length });
  const nested = isObject(body["task"]) ? (body["task"] as JsonObject) : {};
  const states: RunState[] = [];
  const waiting = [...inputs];
  const worker = async (): Promise<void> => {
    for (let input = waiting.shift(); input !== undefined; input = waiting.shift()) {
      signal.throwIfAborted();
      states.push(await execution.jobs.runIteration({ task: nested, input, parent: taskRun, signal }));
    }
  };
  const workers = Math.min(Number(body["concurrency"] ?? 1), Math.max(inputs.length, 1));
  await Promise.all(Array.from({ length: workers }, worker));
  signal.throwIfAborted();
  const failed = states.filter((state) => state.result !== "SUCCESS");
  if (failed.length === 0) return { state: succeeded, output: {} };
  const message = `${failed.length} of ${inputs.length} iterations failed. First message: ${failed[0]?.message ?? ""}`;
  return {
    state: { lifeCycle: "TERMINATED", result: "FAILED", message, code: "RUN_EXECUTION_ERROR" },
    output: { error: message },
  };
}

function readInputs(text: string): readonly Json[] | undefined {
  try {
    const value = parseJson(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
