// deploy_pipeline: the pipeline of a name, made or changed, and run.
import * as z from "zod";
import { defineTool, type ToolContext } from "../define.ts";
import { waitSecondsInput } from "../fields.ts";
import { question } from "../question.ts";
import { runsCode } from "../targets.ts";
import { waitMs } from "../waiting.ts";
import { pipelineNamed, pipelinesOf } from "./fields.ts";
import { missingHint, newSpec, specInput, wishedSpec, type SpecWish } from "./spec.ts";
import { replaceSpec } from "./update-pipeline.ts";
import { describeUpdate, startUpdate, stoppedWithCall, updateFailed, updateOutput, updateText } from "./updates.ts";

export const deployPipeline = defineTool({
  name: "deploy_pipeline",
  toolset: "pipelines",
  effect: "destructive",
  openWorld: true,
  title: "Create or change a pipeline and run it",
  description:
    "Creates the pipeline of this name, or changes the one that has it (what is not given stays), then starts an update. To only create: create_pipeline.",
  input: z.strictObject({
    name: z.string().min(1, "must not be empty"),
    ...specInput,
    full_refresh: z.boolean().default(false).describe("Clear every table first"),
    wait_seconds: waitSecondsInput(50),
  }),
  output: updateOutput.extend({
    name: z.string(),
    created: z.boolean(),
    missing_sources: z.array(z.string()).optional(),
  }),
  confirm: ({ name, full_refresh }) =>
    full_refresh ? question`Clear every table of the pipeline ${name} and compute it anew?` : undefined,
  targets: runsCode,
  run: async (context, { full_refresh: fullRefresh, wait_seconds, ...wish }) => {
    const { pipelineId, created, missing } = await deployed(context, wish);
    const updateId = await startUpdate(context, pipelineId, { fullRefresh });
    const update = await stoppedWithCall(context, {
      pipelineId,
      updateId,
      timeoutMs: waitMs({ wait_seconds }, context),
    });
    const described = await describeUpdate(context, pipelineId, update);
    return {
      ...described,
      name: wish.name,
      created,
      missing_sources: missing.length === 0 ? undefined : [...missing],
      hint: missing.length === 0 ? described.hint : missingHint(missing),
    };
  },
  text: ({ name, created, missing_sources, ...update }) => {
    const missing = missing_sources === undefined ? "" : `missing_sources: ${missing_sources.join(", ")}\n`;
    return `name: ${name}\ncreated: ${created}\n${missing}${updateText(update)}`;
  },
  failed: updateFailed,
});

async function deployed(context: ToolContext, wish: SpecWish & { readonly name: string }) {
  const { spec, missing } = await wishedSpec(context, wish);
  const there = await pipelineNamed(context, wish.name);
  if (there !== undefined) {
    await replaceSpec(context, there.pipelineId, spec);
    return { pipelineId: there.pipelineId, created: false, missing };
  }
  context.signal.throwIfAborted();
  const { pipelineId } = await pipelinesOf(context).create(newSpec(spec));
  return { pipelineId, created: true, missing };
}
