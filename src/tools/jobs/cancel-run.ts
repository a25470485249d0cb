// cancel_run: asks for the end of a run and says how far that has come.
import * as z from "zod";
import { waitForRun } from "../../workspace/waits.ts";
import { defineTool } from "../define.ts";
import { nowhere } from "../targets.ts";
import { asksNobody } from "../question.ts";
import { idInput, waitSecondsInput } from "../fields.ts";
import { describeRun, runFields } from "../runs/state.ts";
import { fieldLines, fieldText } from "../text.ts";
import { waitMs, waitOptions } from "../waiting.ts";

export const cancelRun = defineTool({
  name: "cancel_run",
  toolset: "jobs",
  effect: "destructive",
  idempotent: true,
  title: "Cancel a run",
  description: "Cancels a run and waits for it to end. What its tasks have done so far stays done.",
  input: z.strictObject({ run_id: idInput("The run"), wait_seconds: waitSecondsInput(20) }),
  output: z.object({
    ...runFields,
    status: z.enum(["cancelled", "cancelling", "already_ended"]),
    hint: z.string().optional(),
  }),
  confirm: asksNobody,
  targets: nowhere,
  run: async (context, input) => {
    const { workspace, signal } = context;
    const before = await workspace.runs.get(input.run_id, { signal });
    if (before.state.ended) {
      return {
        ...describeRun(before),
        status: "already_ended" as const,
        hint: "It had ended before; nothing was done.",
      };
    }
    await workspace.runs.cancel(input.run_id, { signal });
    const { last, timedOut } = await waitForRun(
      workspace,
      input.run_id,
      waitOptions(context, waitMs(input, context), ({ state }) => `The run is ${state.lifeCycle}`),
    );
    return timedOut
      ? { ...describeRun(last), status: "cancelling" as const, hint: "It is ending; `wait_for_run` shows when it has." }
      : { ...describeRun(last), status: "cancelled" as const };
  },
  text: (output) => fieldText(fieldLines(output)),
});
