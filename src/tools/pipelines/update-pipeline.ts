// update_pipeline: changes what is given; everything else of the specification stays.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import type { JsonObject } from "../../platform/json.ts";
import { defineTool, type ToolContext } from "../define.ts";
import { asksNobody } from "../question.ts";
import { runsCode } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { pipelineIdInput, pipelinesOf, pipelineUrl } from "./fields.ts";
import { changedSpec, missingHint, specInput, wishedSpec } from "./spec.ts";

export const updatePipeline = defineTool({
  name: "update_pipeline",
  toolset: "pipelines",
  effect: "destructive",
  idempotent: true,
  title: "Change a pipeline",
  description:
    "Changes settings of a pipeline; what is not given stays. sources, configuration and tags replace what was there; null in extra_settings removes a field.",
  input: z.strictObject({
    pipeline_id: pipelineIdInput,
    name: z.string().optional(),
    ...specInput,
  }),
  output: z.object({
    pipeline_id: z.string(),
    status: z.enum(["updated"]),
    changed: z.array(z.string()),
    pipeline_url: z.string(),
    missing_sources: z.array(z.string()).optional(),
    hint: z.string().optional(),
  }),
  confirm: asksNobody,
  targets: runsCode,
  run: async (context, { pipeline_id: pipelineId, ...wish }) => {
    const { spec, missing } = await wishedSpec(context, wish);
    if (Object.keys(spec).length === 0) {
      throw new MortarError("invalid_input", "Nothing to change is given", { hint: "Give at least one setting." });
    }
    const changed = await replaceSpec(context, pipelineId, spec);
    return {
      pipeline_id: pipelineId,
      status: "updated" as const,
      changed,
      pipeline_url: pipelineUrl(context, pipelineId),
      missing_sources: missing.length === 0 ? undefined : [...missing],
      hint: missing.length === 0 ? undefined : missingHint(missing),
    };
  },
  text: (output) => fieldText(fieldLines(output)),
});

/**
 * Puts `spec` over what the pipeline has, and sends the whole back: the API replaces everything. Who changed it meanwhile
 * is not overwritten: it is read again, once. Gives the names of what is other than before.
 */
export async function replaceSpec(context: ToolContext, pipelineId: string, spec: JsonObject): Promise<string[]> {
  const api = pipelinesOf(context);
  const { signal } = context;
  for (let attempt = 1; ; attempt += 1) {
    const before = await api.get(pipelineId, { signal });
    const after = changedSpec(before.spec, spec);
    const names = [...new Set([...Object.keys(spec), ...Object.keys(after)])];
    const changed = names.filter((name) => JSON.stringify(after[name]) !== JSON.stringify(before.spec[name]));
    if (changed.length === 0) return [];
    try {
      await api.replace(pipelineId, after, { lastModifiedMs: before.lastModifiedMs, signal });
      return changed;
    } catch (thrown) {
      if (!(thrown instanceof MortarError) || thrown.code !== "conflict" || attempt > 1) throw thrown;
    }
  }
}
