// A job by its exact name.
import { MortarError } from "../../platform/errors.ts";
import type { Job } from "../../workspace/jobs.ts";
import type { ToolContext } from "../define.ts";

/** The job of exactly that name; undefined where there is none. Throws `conflict` where there are several. */
export async function jobNamed({ workspace, signal }: ToolContext, name: string): Promise<Job | undefined> {
  // The workspace passes over the case of letters.
  const { items } = await workspace.jobs.list({ name, signal });
  const [found, ...others] = items.filter((job) => job.name === name);
  if (found === undefined || others.length === 0) return found;
  const ids = [found, ...others].map(({ jobId }) => jobId);
  throw new MortarError("conflict", `${ids.length} jobs have the name ${JSON.stringify(name)}`, {
    hint: `Name one by its job_id: ${ids.slice(0, 10).join(", ")}.`,
  });
}
