// list_jobs: the jobs of the workspace, filtered by a part of the name.
import * as z from "zod";
import { isObject } from "../../platform/json.ts";
import type { Job } from "../../workspace/jobs.ts";
import { defineTool } from "../define.ts";
import { isoTime, tableFields, tableOf } from "../fields.ts";
import { fieldLines, fieldText, tableLines } from "../text.ts";

/** How many jobs a filter looks through in one call: the API filters by whole names only. */
const scanLimit = 3_000;

export const listJobs = defineTool({
  name: "list_jobs",
  toolset: "jobs",
  effect: "read",
  title: "List jobs",
  description:
    "Lists jobs, newest first as the workspace orders them. name_filter finds a part of the name, in any case.",
  input: z.strictObject({
    name_filter: z.string().optional(),
    limit: z.int().min(1).max(100).default(25),
    offset: z.int().min(0).default(0),
  }),
  output: z.object({
    ...tableFields,
    count: z.number(),
    scanned: z.number(),
    truncated: z.boolean(),
    next_offset: z.number().optional(),
    hint: z.string().optional(),
  }),
  run: async ({ workspace, signal }, input) => {
    const filter = input.name_filter?.toLowerCase();
    const wanted = input.offset + input.limit;
    const listing = await workspace.jobs.list({ signal, limit: filter === undefined ? wanted : scanLimit });
    const matched =
      filter === undefined
        ? listing.items
        : listing.items.filter(({ name }) => name?.toLowerCase().includes(filter) === true);
    const shown = matched.slice(input.offset, wanted);
    const more = matched.length > wanted || (filter === undefined && listing.truncated);
    return {
      ...jobTable(shown),
      count: shown.length,
      scanned: listing.items.length,
      truncated: more || listing.truncated,
      next_offset: more ? input.offset + shown.length : undefined,
      hint: filter !== undefined && listing.truncated ? cutHint : undefined,
    };
  },
  text: ({ columns, rows, ...rest }) => fieldText(tableLines(columns, rows), fieldLines(rest)),
});

const cutHint = `The workspace has more jobs than the ${scanLimit} that were searched: older ones may match too.`;

function jobTable(jobs: readonly Job[]) {
  return tableOf(jobs, {
    job_id: (job) => job.jobId,
    name: (job) => job.name,
    created_time: (job) => isoTime(job.createdTimeMs),
    creator: (job) => job.creator,
    schedule: (job) => scheduleText(job),
  });
}

function scheduleText({ settings }: Job): string | undefined {
  const schedule = settings["schedule"];
  if (!isObject(schedule)) return undefined;
  const paused = schedule["pause_status"] === "PAUSED" ? " (paused)" : "";
  return `${String(schedule["quartz_cron_expression"])} ${String(schedule["timezone_id"])}${paused}`;
}
