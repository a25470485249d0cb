// delete_job: a job, for good; its runs stay readable for a while.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { idInput, idOutput } from "../fields.ts";
import { question } from "../question.ts";
import { nowhere } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";

export const deleteJob = defineTool({
  name: "delete_job",
  toolset: "jobs",
  effect: "destructive",
  title: "Delete a job",
  description: "Deletes a job with its schedule for good. Runs that go on go on: cancel_job_runs ends them first.",
  input: z.strictObject({ job_id: idInput("The job") }),
  output: z.object({ job_id: idOutput, name: z.string().optional(), deleted: z.boolean() }),
  confirm: async ({ job_id }, { workspace, signal }) => {
    const { name = "" } = await workspace.jobs.get(job_id, { signal });
    return question`Delete the job ${name} (${job_id}) and its schedule for good?`;
  },
  targets: nowhere,
  run: async ({ workspace, signal }, { job_id: jobId }) => {
    const { name } = await workspace.jobs.get(jobId, { signal });
    await workspace.jobs.delete(jobId, { signal });
    return { job_id: jobId, name, deleted: true };
  },
  text: (output) => fieldText(fieldLines(output)),
});
