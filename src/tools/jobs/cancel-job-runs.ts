// cancel_job_runs: asks for the end of every run of a job.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { idInput, idOutput } from "../fields.ts";
import { asksNobody } from "../question.ts";
import { nowhere } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";

export const cancelJobRuns = defineTool({
  name: "cancel_job_runs",
  toolset: "jobs",
  effect: "destructive",
  idempotent: true,
  title: "Cancel all runs of a job",
  description: "Cancels every run of a job that goes on or waits. It returns before they have ended.",
  input: z.strictObject({ job_id: idInput("The job") }),
  output: z.object({
    job_id: idOutput,
    active_runs: z.array(z.string()),
    status: z.enum(["cancelling", "none_active"]),
    hint: z.string(),
  }),
  confirm: asksNobody,
  targets: nowhere,
  run: async ({ workspace, signal }, { job_id: jobId }) => {
    const { items } = await workspace.runs.list({ jobId, activeOnly: true, limit: 200, signal });
    const ids = items.map(({ runId }) => runId);
    if (ids.length === 0) {
      return {
        job_id: jobId,
        active_runs: ids,
        status: "none_active" as const,
        hint: "No run goes on; nothing was done.",
      };
    }
    await workspace.runs.cancelAll(jobId, { signal });
    return {
      job_id: jobId,
      active_runs: ids,
      status: "cancelling" as const,
      hint: "`list_runs` with active_only shows which still go on.",
    };
  },
  text: (output) => fieldText(fieldLines(output)),
});
