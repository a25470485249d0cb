// list_runs: runs of one job or of all, newest first.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { idInput, isoTime, tableFields, tableOf } from "../fields.ts";
import { durationSeconds } from "../runs/state.ts";
import { fieldLines, fieldText, tableLines } from "../text.ts";

export const listRuns = defineTool({
  name: "list_runs",
  toolset: "jobs",
  effect: "read",
  title: "List runs",
  description: "Lists runs of a job, or of all jobs, newest first, with how they ended.",
  input: z.strictObject({
    job_id: idInput("The job").optional(),
    active_only: z.boolean().default(false),
    completed_only: z.boolean().default(false),
    run_type: z.enum(["JOB_RUN", "WORKFLOW_RUN", "SUBMIT_RUN"]).optional(),
    started_after: z.iso.datetime({ offset: true }).optional(),
    started_before: z.iso.datetime({ offset: true }).optional(),
    limit: z.int().min(1).max(200).default(25),
    offset: z.int().min(0).default(0),
  }),
  output: z.object({
    ...tableFields,
    returned: z.number(),
    truncated: z.boolean(),
    next_offset: z.number().optional(),
    hint: z.string().optional(),
  }),
  run: async ({ workspace, signal }, input) => {
    const timeMs = (text: string | undefined): number | undefined =>
      text === undefined ? undefined : Date.parse(text);
    const { items, truncated } = await workspace.runs.list({
      jobId: input.job_id,
      activeOnly: input.active_only || undefined,
      completedOnly: input.completed_only || undefined,
      runType: input.run_type,
      startTimeFromMs: timeMs(input.started_after),
      startTimeToMs: timeMs(input.started_before),
      limit: input.offset + input.limit,
      signal,
    });
    const shown = items.slice(input.offset);
    return {
      ...tableOf(shown, {
        run_id: (one) => one.runId,
        job_id: (one) => one.jobId,
        run_name: (one) => one.runName,
        state: (one) => one.state.lifeCycle,
        result_state: (one) => one.state.result,
        start_time: (one) => isoTime(one.times.startTimeMs),
        duration_seconds: (one) => durationSeconds(one.times),
        trigger: (one) => one.trigger,
        creator: (one) => one.creator,
      }),
      returned: shown.length,
      truncated,
      next_offset: truncated ? input.offset + shown.length : undefined,
      hint: items.length === 0 ? "No run matches. Runs are kept for 60 days." : undefined,
    };
  },
  text: ({ columns, rows, ...rest }) => fieldText(tableLines(columns, rows), fieldLines(rest)),
});
