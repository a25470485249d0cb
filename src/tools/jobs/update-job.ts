// update_job: changes what is given of a job; everything else stays.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import type { JsonObject } from "../../platform/json.ts";
import { defineTool, type ToolContext } from "../define.ts";
import { explainingCompute } from "../errors.ts";
import { idInput, idOutput } from "../fields.ts";
import { asksNobody } from "../question.ts";
import { runsCode } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { settingsInput, withEnvironmentVersions } from "./raw-settings.ts";

export const updateJob = defineTool({
  name: "update_job",
  toolset: "jobs",
  effect: "destructive",
  idempotent: true,
  title: "Change a job",
  description:
    "Changes settings of a job; what is not given stays. Of tasks, clusters, environments and parameters those with the same key are replaced and others stay, unless replace_lists.",
  input: z.strictObject({
    job_id: idInput("The job"),
    settings: settingsInput("Fields of JobSettings (Jobs API 2.2)").optional(),
    remove: z.array(z.string()).optional().describe('Fields or entries: "schedule", "tasks/old"'),
    replace_lists: z.boolean().default(false).describe("The lists given are whole: what is not in them goes"),
  }),
  output: z.object({
    job_id: idOutput,
    status: z.enum(["updated"]),
    changed: z.array(z.string()),
    job_url: z.string(),
  }),
  confirm: asksNobody,
  targets: runsCode,
  run: async (context, input) => {
    const { workspace } = context;
    const settings = withEnvironmentVersions(input.settings ?? {});
    const { remove = [] } = input;
    if (Object.keys(settings).length === 0 && remove.length === 0) {
      throw new MortarError("invalid_input", "Nothing to change is given", { hint: "Give settings or remove." });
    }
    await change(context, { jobId: input.job_id, settings, remove, replaceLists: input.replace_lists });
    return {
      job_id: input.job_id,
      status: "updated" as const,
      changed: [...new Set([...Object.keys(settings), ...remove])],
      job_url: `${workspace.host}/jobs/${input.job_id}`,
    };
  },
  text: (output) => fieldText(fieldLines(output)),
});

interface Change {
  readonly jobId: string;
  readonly settings: JsonObject;
  readonly remove: readonly string[];
  readonly replaceLists: boolean;
}

async function change(
  { workspace, signal }: ToolContext,
  { jobId, settings, remove, replaceLists }: Change,
): Promise<void> {
  const newSettings = Object.keys(settings).length === 0 ? undefined : settings;
  const fieldsToRemove = remove.length === 0 ? undefined : remove;
  if (!replaceLists) {
    await explainingCompute(() => workspace.jobs.update(jobId, { newSettings, fieldsToRemove, signal }));
    return;
  }
  const listed = remove.find((field) => field.includes("/"));
  if (listed !== undefined) {
    throw new MortarError("invalid_input", `remove: ${JSON.stringify(listed)} does not go with replace_lists`, {
      hint: "Leave the entry out of its list.",
    });
  }
  // The workspace joins lists by their keys: only settings that are whole can lose an entry.
  const before = (await workspace.jobs.get(jobId, { signal })).settings;
  const kept = Object.fromEntries(
    Object.entries({ ...before, ...settings }).filter(([name]) => !remove.includes(name)),
  );
  await explainingCompute(() => workspace.jobs.reset(jobId, kept, { signal }));
}
