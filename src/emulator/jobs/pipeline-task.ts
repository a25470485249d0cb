// pipeline_task: one update of a pipeline; the task ends as the update does.
import { optionalFlag, optionalTexts } from "../http/fields.ts";
import { ApiFault } from "../http/route.ts";
import type { UpdateRequest } from "../pipelines/documents.ts";
import { pipelineEngine, type PipelineEngine } from "../pipelines/engine.ts";
import { misconfigured, succeeded, type Execution, type Finish } from "./executors.ts";
import { resolve } from "./references.ts";

export async function runPipelineTask(execution: Execution): Promise<Finish> {
  const { world, body, lookup, signal, run } = execution;
  const engine = pipelineEngine(world);
  const pipelineId = resolve(String(body["pipeline_id"]), lookup);
  const pipeline = engine.records.pipelines.get(pipelineId);
  if (pipeline === undefined) return misconfigured(`The pipeline ${pipelineId} does not exist.`, "RESOURCE_NOT_FOUND");
  const wanted = { ...body, ...run.legacy?.pipeline_params };
  const request: UpdateRequest = {
    fullRefresh: optionalFlag(wanted["full_refresh"], "full_refresh"),
    refreshSelection: optionalTexts(wanted["refresh_selection"], "refresh_selection") ?? [],
    fullRefreshSelection: optionalTexts(wanted["full_refresh_selection"], "full_refresh_selection") ?? [],
    validateOnly: false,
    parameters: {},
    cause: "JOB_TASK",
  };
  const stop = (): void => engine.stop(pipelineId);
  try {
    signal.throwIfAborted();
    const { updateId } = engine.start(pipeline, request);
    signal.addEventListener("abort", stop, { once: true });
    await engine.ended(pipelineId);
    signal.throwIfAborted();
    return finishOf(engine, updateId);
  } catch (thrown) {
    if (thrown instanceof ApiFault) return misconfigured(thrown.message, "RUN_EXECUTION_ERROR");
    throw thrown;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function finishOf({ records }: PipelineEngine, updateId: string): Finish {
  const update = records.update(updateId);
  if (update?.state === "COMPLETED") return { state: succeeded, output: {} };
  const message = `The update ${updateId} of the pipeline ended as ${update?.state ?? "unknown"}. Its event log says more.`;
  return { ...misconfigured(message, "RUN_EXECUTION_ERROR"), output: { error: message } };
}
