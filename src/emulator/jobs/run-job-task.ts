// run_job_task: runs another job and ends as that run does.
import { optionalTextMap } from "../http/fields.ts";
import { misconfigured, succeeded, type Execution, type Finish } from "./executors.ts";
import { resolveMap } from "./references.ts";
import { stoppedState } from "./stop.ts";

export async function runRunJobTask(execution: Execution): Promise<Finish> {
  const { body, lookup, signal, taskRun } = execution;
  const parameters = resolveMap(optionalTextMap(body["job_parameters"], "job_parameters") ?? {}, lookup);
  execution.onResolved({ run_job_task: { job_parameters: parameters } });
  const jobId = String(body["job_id"]);
  let childRunId: string | undefined;
  const state = await execution.jobs.runJob({
    jobId,
    parameters,
    parentTaskRunId: taskRun.runId,
    signal,
    onStart: (runId) => {
      childRunId = runId;
      execution.onProgress({ childRunId: runId });
    },
  });
  const output = childRunId === undefined ? {} : { childRunId };
  if (state.result === "SUCCESS" || state.result === "SUCCESS_WITH_FAILURES") return { state: succeeded, output };
  const stopped = signal.aborted ? stoppedState(signal) : undefined;
  if (stopped !== undefined) return { state: stopped, output };
  const message = `Run ${childRunId ?? "of the job"} of job ${jobId} ended as ${state.result ?? state.lifeCycle}. ${state.message}`;
  return { ...misconfigured(message.trim(), "RUN_EXECUTION_ERROR"), output: { ...output, error: message.trim() } };
}
