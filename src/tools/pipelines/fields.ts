// What the pipeline tools share: how a pipeline is named, and where its page is.
import * as z from "zod";
import { createPipelinesApi, type PipelinesApi, type PipelineSummary } from "../../workspace/pipelines.ts";
import { MortarError } from "../../platform/errors.ts";
import type { ToolContext } from "../define.ts";

export const pipelineIdInput = z.string().min(1, "must not be empty").describe("As list_pipelines gives it");

export const selectionInput = {
  full_refresh: z.boolean().default(false).describe("Clear every table and compute it anew"),
  refresh_selection: z.array(z.string()).optional().describe("Only these tables"),
  full_refresh_selection: z.array(z.string()).optional().describe("Clear these and compute them anew"),
};

type Around = Pick<ToolContext, "workspace">;

export function pipelinesOf({ workspace }: Around): PipelinesApi {
  return createPipelinesApi(workspace.client);
}

export function pipelineUrl({ workspace }: Around, pipelineId: string, updateId?: string): string {
  const update = updateId === undefined ? "" : `/updates/${encodeURIComponent(updateId)}`;
  return `${workspace.host}/pipelines/${encodeURIComponent(pipelineId)}${update}`;
}

/** The pipeline of exactly that name; undefined where there is none. Throws `conflict` where there are several. */
export async function pipelineNamed(context: ToolContext, name: string): Promise<PipelineSummary | undefined> {
  // How LIKE takes quotes and backslashes is said nowhere; a wildcard finds the name too, and what else it finds is sorted out here.
  const nameLike = name.replaceAll(/['\\]/g, "_");
  const { items } = await pipelinesOf(context).list({ nameLike, signal: context.signal });
  const [found, ...others] = items.filter((one) => one.name === name);
  if (others.length === 0) return found;
  const ids = [found, ...others].flatMap((one) => (one === undefined ? [] : [one.pipelineId]));
  throw new MortarError("conflict", `${ids.length} pipelines have the name ${JSON.stringify(name)}`, {
    hint: `Name one by its pipeline_id: ${ids.slice(0, 10).join(", ")}.`,
  });
}
