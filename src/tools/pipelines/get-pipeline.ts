// get_pipeline: one pipeline with its whole specification.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool, type ToolContext } from "../define.ts";
import { settingsLine, settingsOutput, shownSettings } from "../settings-json.ts";
import { fieldLines, fieldText } from "../text.ts";
import { pipelineIdInput, pipelineNamed, pipelinesOf, pipelineUrl } from "./fields.ts";

export const getPipeline = defineTool({
  name: "get_pipeline",
  toolset: "pipelines",
  effect: "read",
  title: "Get a pipeline",
  description: "Shows a pipeline's state and its whole specification. Give pipeline_id, or its exact name.",
  input: z.strictObject({
    pipeline_id: pipelineIdInput.optional(),
    name: z.string().optional(),
    offset: z.int().min(0).default(0).describe("Of the specification's JSON"),
  }),
  output: z.object({
    pipeline_id: z.string(),
    name: z.string(),
    state: z.string(),
    health: z.string().optional(),
    creator: z.string().optional(),
    run_as: z.string().optional(),
    cause: z.string().optional(),
    last_update_id: z.string().optional(),
    last_update: z.string().optional(),
    pipeline_url: z.string(),
    ...settingsOutput,
  }),
  run: async (context, input) => {
    const pipelineId = input.pipeline_id ?? (await idOf(context, input.name));
    const pipeline = await pipelinesOf(context).get(pipelineId, { signal: context.signal });
    return {
      pipeline_id: pipeline.pipelineId,
      name: pipeline.name,
      state: pipeline.state,
      health: pipeline.health,
      creator: pipeline.creator,
      run_as: pipeline.runAs,
      cause: pipeline.cause,
      last_update_id: pipeline.updates[0]?.updateId,
      last_update: pipeline.updates[0]?.state,
      pipeline_url: pipelineUrl(context, pipeline.pipelineId),
      ...shownSettings(pipeline.spec, { offset: input.offset, textChars: context.limits.textChars }),
    };
  },
  text: ({ settings, ...rest }) => fieldText(fieldLines(rest), settingsLine(settings)),
});

async function idOf(context: ToolContext, name: string | undefined): Promise<string> {
  if (name === undefined) {
    throw new MortarError("invalid_input", "Neither pipeline_id nor name is given", { hint: "Give one of the two." });
  }
  const found = await pipelineNamed(context, name);
  if (found !== undefined) return found.pipelineId;
  throw new MortarError("not_found", `There is no pipeline with the name ${JSON.stringify(name)}`, {
    hint: "`list_pipelines` with name_filter finds a part of a name.",
  });
}
