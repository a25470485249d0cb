// run_job: starts a job now.
import * as z from "zod";
import { isObject } from "../../platform/json.ts";
import { defineTool, type ToolContext } from "../define.ts";
import { runsCode } from "../targets.ts";
import { idInput, idOutput, parametersInput } from "../fields.ts";
import { fieldLines, fieldText } from "../text.ts";
import { cleanupSignal } from "../waiting.ts";

export const runJob = defineTool({
  name: "run_job",
  toolset: "jobs",
  effect: "write",
  openWorld: true,
  title: "Run a job",
  description:
    "Starts a run of a job and returns its run_id at once; wait_for_run waits for its end, get_job_run_status shows its tasks.",
  input: z.strictObject({
    job_id: idInput("The job"),
    parameters: parametersInput("Override the job's parameters, or the notebooks' where the job has none").optional(),
    only: z.array(z.string()).optional().describe("Run only these task_keys"),
  }),
  output: z.object({
    run_id: idOutput,
    job_id: idOutput,
    run_page_url: z.string(),
    hint: z.string(),
  }),
  targets: runsCode,
  run: async (context, input) => {
    const { workspace, signal } = context;
    const options = {
      ...(await parameterOptions(context, input.job_id, input.parameters)),
      ...(input.only === undefined ? {} : { only: input.only }),
    };
    signal.throwIfAborted();
    // Not ended by the caller's signal: nobody would learn of a run that was started meanwhile.
    const { runId } = await workspace.jobs.runNow(input.job_id, options);
    if (signal.aborted) await workspace.runs.cancel(runId, { signal: cleanupSignal() }).catch(() => undefined);
    signal.throwIfAborted();
    return {
      run_id: runId,
      job_id: input.job_id,
      run_page_url: `${workspace.host}/jobs/${input.job_id}/runs/${runId}`,
      hint: "`wait_for_run` with this run_id waits for its end and gives the outputs.",
    };
  },
  text: (output) => fieldText(fieldLines(output)),
});

/** A job with parameters of its own takes `job_parameters`; one without takes those of its notebooks. Never both. */
async function parameterOptions(
  { workspace, signal }: ToolContext,
  jobId: string,
  parameters: Readonly<Record<string, string>> | undefined,
) {
  if (parameters === undefined || Object.keys(parameters).length === 0) return {};
  const { settings } = await workspace.jobs.get(jobId, { signal });
  const declared = Array.isArray(settings["parameters"]) ? settings["parameters"].filter(isObject) : [];
  return declared.length > 0 ? { jobParameters: parameters } : { notebookParams: parameters };
}
