// run_pipeline: starts an update, and waits for it where that is wanted.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { waitSecondsInput } from "../fields.ts";
import { question } from "../question.ts";
import { runsCode } from "../targets.ts";
import { waitMs } from "../waiting.ts";
import { pipelineIdInput, selectionInput } from "./fields.ts";
import { describeUpdate, startUpdate, stoppedWithCall, updateFailed, updateOutput, updateText } from "./updates.ts";

export const runPipeline = defineTool({
  name: "run_pipeline",
  toolset: "pipelines",
  effect: "destructive",
  openWorld: true,
  title: "Run a pipeline",
  description:
    "Starts an update of a pipeline and waits for it; validate_only checks the sources and writes nothing. Longer updates: the answer has an update_id for get_pipeline_update. Cancelling the call while it waits stops the update.",
  input: z.strictObject({
    pipeline_id: pipelineIdInput,
    ...selectionInput,
    validate_only: z.boolean().default(false),
    wait: z.boolean().default(true),
    wait_seconds: waitSecondsInput(50),
  }),
  output: updateOutput,
  confirm: ({ pipeline_id, full_refresh, full_refresh_selection: some = [], validate_only }) => {
    if (validate_only) return undefined;
    if (full_refresh) return question`Clear every table of the pipeline ${pipeline_id} and compute it anew?`;
    return some.length === 0 ? undefined : question`Clear the tables ${some} and compute them anew?`;
  },
  targets: runsCode,
  run: async (context, input) => {
    const { pipeline_id: pipelineId } = input;
    const updateId = await startUpdate(context, pipelineId, {
      fullRefresh: input.full_refresh,
      refreshSelection: input.refresh_selection,
      fullRefreshSelection: input.full_refresh_selection,
      validateOnly: input.validate_only,
    });
    const timeoutMs = input.wait ? waitMs(input, context) : 0;
    const update = await stoppedWithCall(context, { pipelineId, updateId, timeoutMs });
    return await describeUpdate(context, pipelineId, update);
  },
  text: updateText,
  failed: updateFailed,
});
