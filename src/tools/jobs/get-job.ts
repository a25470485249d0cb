// get_job: one job with all of its settings.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool, type ToolContext } from "../define.ts";
import { idInput, idOutput, isoTime } from "../fields.ts";
import { settingsLine, settingsOutput, shownSettings } from "../settings-json.ts";
import { fieldLines, fieldText } from "../text.ts";
import { jobNamed } from "./named-job.ts";

export const getJob = defineTool({
  name: "get_job",
  toolset: "jobs",
  effect: "read",
  title: "Get a job",
  description:
    "Shows a job with all of its settings: tasks, compute, parameters, schedule. Give job_id, or its exact name.",
  input: z.strictObject({
    job_id: idInput("The job").optional(),
    name: z.string().optional(),
    offset: z.int().min(0).default(0).describe("Of the settings' JSON"),
  }),
  output: z.object({
    job_id: idOutput,
    name: z.string().optional(),
    creator: z.string().optional(),
    run_as: z.string().optional(),
    created_time: z.string().optional(),
    job_url: z.string(),
    ...settingsOutput,
  }),
  run: async (context, input) => {
    const { workspace, signal, limits } = context;
    const jobId = input.job_id ?? (await idOf(context, input.name));
    const job = await workspace.jobs.get(jobId, { signal });
    return {
      job_id: job.jobId,
      name: job.name,
      creator: job.creator,
      run_as: job.runAs,
      created_time: isoTime(job.createdTimeMs),
      job_url: `${workspace.host}/jobs/${job.jobId}`,
      ...shownSettings(job.settings, { offset: input.offset, textChars: limits.textChars }),
    };
  },
  text: ({ settings, ...rest }) => fieldText(fieldLines(rest), settingsLine(settings)),
});

async function idOf(context: ToolContext, name: string | undefined): Promise<string> {
  if (name === undefined) {
    throw new MortarError("invalid_input", "Neither job_id nor name is given", { hint: "Give one of the two." });
  }
  const found = await jobNamed(context, name);
  if (found !== undefined) return found.jobId;
  throw new MortarError("not_found", `There is no job with the name ${JSON.stringify(name)}`, {
    hint: "`list_jobs` with name_filter finds a part of a name.",
  });
}
