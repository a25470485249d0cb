// stop_pipeline: ends the update that goes on.
import * as z from "zod";
import { pollUntil } from "../../workspace/poll.ts";
import type { Pipeline } from "../../workspace/pipelines.ts";
import { defineTool } from "../define.ts";
import { waitSecondsInput } from "../fields.ts";
import { asksNobody } from "../question.ts";
import { nowhere } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { waitMs, waitOptions } from "../waiting.ts";
import { pipelineIdInput, pipelinesOf } from "./fields.ts";

const idle = ({ state }: Pipeline): boolean => state === "IDLE" || state === "FAILED";

export const stopPipeline = defineTool({
  name: "stop_pipeline",
  toolset: "pipelines",
  effect: "destructive",
  idempotent: true,
  title: "Stop a pipeline",
  description: "Stops a pipeline's update and waits for its end. What its flows have written stays.",
  input: z.strictObject({ pipeline_id: pipelineIdInput, wait_seconds: waitSecondsInput(20) }),
  output: z.object({
    pipeline_id: z.string(),
    state: z.string(),
    status: z.enum(["stopped", "stopping", "already_idle"]),
    hint: z.string().optional(),
  }),
  confirm: asksNobody,
  targets: nowhere,
  run: async (context, input) => {
    const { pipeline_id: pipelineId } = input;
    const api = pipelinesOf(context);
    const { signal } = context;
    const before = await api.get(pipelineId, { signal });
    if (idle(before)) return { pipeline_id: pipelineId, state: before.state, status: "already_idle" as const };
    await api.stop(pipelineId, { signal });
    const { last, timedOut } = await pollUntil(
      context.deps.clock,
      (asking) => api.get(pipelineId, { signal: asking }),
      {
        ...waitOptions<Pipeline>(context, waitMs(input, context), ({ state }) => `The pipeline is ${state}`),
        done: idle,
      },
    );
    const head = { pipeline_id: pipelineId, state: last.state };
    if (!timedOut) return { ...head, status: "stopped" as const };
    return { ...head, status: "stopping" as const, hint: "It is ending; `get_pipeline` shows when it has." };
  },
  text: (output) => fieldText(fieldLines(output)),
});
