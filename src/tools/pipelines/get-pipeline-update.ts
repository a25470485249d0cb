// get_pipeline_update: how an update goes or went, flow by flow.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool } from "../define.ts";
import { waitSecondsInput } from "../fields.ts";
import { waitMs } from "../waiting.ts";
import { pipelineIdInput, pipelinesOf } from "./fields.ts";
import { describeUpdate, updateFailed, updateOutput, updateText, waitForUpdate } from "./updates.ts";

export const getPipelineUpdate = defineTool({
  name: "get_pipeline_update",
  toolset: "pipelines",
  effect: "read",
  title: "Get an update of a pipeline",
  description:
    "Shows an update's state, what each flow wrote, and why it failed; with wait_seconds it waits for its end. The update goes on either way.",
  input: z.strictObject({
    pipeline_id: pipelineIdInput,
    update_id: z.string().optional().describe("Default: the latest"),
    wait_seconds: waitSecondsInput(0),
  }),
  output: updateOutput,
  run: async (context, input) => {
    const { pipeline_id: pipelineId } = input;
    const latest =
      input.update_id === undefined
        ? (await pipelinesOf(context).get(pipelineId, { signal: context.signal })).updates[0]?.updateId
        : input.update_id;
    if (latest === undefined) {
      throw new MortarError("not_found", `The pipeline ${pipelineId} has never run`, {
        hint: "`run_pipeline` runs it.",
      });
    }
    const update = await waitForUpdate(context, { pipelineId, updateId: latest, timeoutMs: waitMs(input, context) });
    return await describeUpdate(context, pipelineId, update);
  },
  text: updateText,
  failed: updateFailed,
});
