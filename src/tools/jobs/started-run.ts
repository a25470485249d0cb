// A run that a call has started: waited for where that is wanted, ended when the caller takes the call back.
import * as z from "zod";
import { isAbort } from "../../platform/errors.ts";
import type { Run } from "../../workspace/run.ts";
import { waitForRun } from "../../workspace/waits.ts";
import type { ToolContext } from "../define.ts";
import { goingOn } from "../errors.ts";
import { runProgress } from "../runs/progress.ts";
import { describeRun, didFailText, runFields, runHint } from "../runs/state.ts";
import { cleanupSignal, waitMs, waitOptions } from "../waiting.ts";

export const startedRunOutput = z.object({ ...runFields, hint: z.string().optional() });

interface Wish {
  readonly wait: boolean;
  readonly wait_seconds: number;
}

/** The run's state when it has ended, or the wait is over. */
export async function startedRun(context: ToolContext, runId: string, wish: Wish) {
  const { workspace } = context;
  try {
    context.signal.throwIfAborted();
    const timeoutMs = wish.wait ? waitMs({ wait_seconds: wish.wait_seconds }, context) : 0;
    const { last } = await waitForRun(workspace, runId, waitOptions<Run>(context, timeoutMs, runProgress));
    const outputs = "`get_run_output` with this run_id gives what its tasks printed.";
    return { ...describeRun(last), hint: runHint(last) ?? outputs };
  } catch (thrown) {
    if (!isAbort(thrown) && !context.signal.aborted) {
      throw goingOn(thrown, `The run was started: \`wait_for_run\` with run_id ${runId} waits for it.`);
    }
    await workspace.runs.cancel(runId, { signal: cleanupSignal() }).catch(() => undefined);
    throw thrown;
  }
}

export const startedRunFailed = didFailText;
