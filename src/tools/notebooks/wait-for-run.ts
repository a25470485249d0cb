// wait_for_run: waits for a run as long as one call may, then gives its outputs or says how to go on.
import * as z from "zod";
import { waitForRun } from "../../workspace/waits.ts";
import { defineTool } from "../define.ts";
import { idInput, waitSecondsInput } from "../fields.ts";
import { runProgress } from "../runs/progress.ts";
import { readRunOutput, runOutputShape, runOutputText } from "../runs/output.ts";
import { describeRun, didFailText, runHint } from "../runs/state.ts";
import { waitMs, waitOptions } from "../waiting.ts";

export const waitForRunTool = defineTool({
  name: "wait_for_run",
  toolset: "notebooks",
  effect: "read",
  title: "Wait for a run to end",
  description:
    "Waits until a run ends, then gives what get_run_output gives. Where the wait is over first, the state says so: call it again. Cancelling the wait does not cancel the run.",
  input: z.strictObject({
    run_id: idInput("The run"),
    wait_seconds: waitSecondsInput(50),
    timeout_minutes: z.number().min(0).optional().describe("Shortens wait_seconds"),
    poll_interval_seconds: z.number().min(0).optional().describe("At least 1; default grows from 1 to 10"),
  }),
  output: runOutputShape,
  run: async (context, input) => {
    const { last } = await waitForRun(context.workspace, input.run_id, {
      ...waitOptions(context, waitMs(input, context), runProgress),
      ...delays(input.poll_interval_seconds),
    });
    if (last.state.ended) return await readRunOutput(context, last);
    return { ...describeRun(last), tasks: [], truncated: false, hint: runHint(last) };
  },
  text: runOutputText,
  failed: didFailText,
});

/** A steady interval where one is asked for; never under a second. */
function delays(seconds: number | undefined) {
  if (seconds === undefined) return {};
  const ms = Math.max(seconds, 1) * 1_000;
  return { firstDelayMs: ms, maxDelayMs: ms };
}
