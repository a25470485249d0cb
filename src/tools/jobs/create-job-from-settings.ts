// create_job_from_settings: a job of any kind of task, in the wire's own form.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool } from "../define.ts";
import { explainingCompute } from "../errors.ts";
import { idOutput } from "../fields.ts";
import { runsCode } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { jobNamed } from "./named-job.ts";
import { requireTasks, settingsInput, withEnvironmentVersions } from "./raw-settings.ts";

export const createJobFromSettings = defineTool({
  name: "create_job_from_settings",
  toolset: "jobs",
  effect: "write",
  title: "Create a job from settings",
  description:
    "Creates a job with tasks of any kind (Python files, SQL, pipelines, other jobs, conditions, loops). A job that has the name already is given back instead. For notebooks create_job is simpler.",
  input: z.strictObject({
    settings: settingsInput("JobSettings of the Jobs API 2.2: name, tasks, ..."),
    allow_duplicate_name: z.boolean().default(false),
  }),
  output: z.object({ job_id: idOutput, name: z.string(), created: z.boolean(), job_url: z.string(), hint: z.string() }),
  targets: runsCode,
  run: async (context, { settings, allow_duplicate_name: twice }) => {
    const { workspace, signal } = context;
    const name = settings["name"];
    if (typeof name !== "string" || name === "") {
      throw new MortarError("invalid_input", "settings: name is missing", { hint: "Give the job a name." });
    }
    requireTasks(settings);
    const there = twice ? undefined : await jobNamed(context, name);
    if (there !== undefined) {
      const hint = "A job of this name was there; nothing was created. `update_job` changes it.";
      return { job_id: there.jobId, name, created: false, job_url: `${workspace.host}/jobs/${there.jobId}`, hint };
    }
    const wire = withEnvironmentVersions(settings);
    const { jobId } = await explainingCompute(() => workspace.jobs.create(wire, { signal }));
    const hint = "`run_job` with this job_id starts it.";
    return { job_id: jobId, name, created: true, job_url: `${workspace.host}/jobs/${jobId}`, hint };
  },
  text: (output) => fieldText(fieldLines(output)),
});
