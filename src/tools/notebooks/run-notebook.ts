// run_notebook: one run of a notebook as a job without a job, on whatever compute is wanted.
import * as z from "zod";
import { isAbort } from "../../platform/errors.ts";
import type { Run } from "../../workspace/run.ts";
import { waitForRun } from "../../workspace/waits.ts";
import { ComputePlan, computeInput, resolveCompute } from "../compute/compute.ts";
import { defineTool, type ToolContext } from "../define.ts";
import { runsCode } from "../targets.ts";
import { explainingCompute, goingOn } from "../errors.ts";
import { notebookPathInput, parametersInput, waitSecondsInput } from "../fields.ts";
import { absolutePath, nameOf, notebookAt } from "../paths.ts";
import { readRunOutput, runOutputShape, runOutputText } from "../runs/output.ts";
import { runProgress } from "../runs/progress.ts";
import { describeRun, didFailText, runHint } from "../runs/state.ts";
import { cleanupSignal, waitMs, waitOptions } from "../waiting.ts";

const input = z.strictObject({
  notebook_path: notebookPathInput,
  parameters: parametersInput("Values of its widgets").optional(),
  timeout_minutes: z.number().min(1).default(30).describe("After this the workspace ends the run"),
  compute: computeInput
    .optional()
    .describe("Default serverless; job_cluster makes a cluster for the run; existing_cluster uses one"),
  wait: z.boolean().default(false).describe("Wait for the end and give the outputs"),
  wait_seconds: waitSecondsInput(50),
});

export const runNotebook = defineTool({
  name: "run_notebook",
  toolset: "notebooks",
  effect: "write",
  openWorld: true,
  title: "Run a notebook",
  description:
    "Runs a whole notebook and returns its run_id at once; wait_for_run then waits and gives each cell's output. With wait, that happens here; cancelling the call while it waits cancels the run.",
  input,
  spellings: { path: "notebook_path" },
  output: runOutputShape.extend({ notebook_path: z.string(), compute: z.string() }),
  targets: runsCode,
  run: async (context, wish) => {
    const path = await absolutePath(context, wish.notebook_path);
    await notebookAt(context, path);
    const { runId, kind } = await submit(context, path, wish);
    const about = { notebook_path: path, compute: kind };
    return await cancelledWithCall(context, runId, async () => {
      const timeoutMs = wish.wait ? waitMs({ wait_seconds: wish.wait_seconds }, context) : 0;
      const run = await ended(context, runId, timeoutMs);
      if (run.state.ended) return { ...(await readRunOutput(context, run)), ...about };
      return { ...describeRun(run), ...about, tasks: [], truncated: false, hint: runHint(run) };
    });
  },
  text: ({ notebook_path, compute, ...output }) =>
    `notebook_path: ${notebook_path}\ncompute: ${compute}\n${runOutputText(output)}`,
  failed: didFailText,
});

async function submit(context: ToolContext, path: string, wish: z.output<typeof input>) {
  const compute = await resolveCompute(context, wish.compute);
  const plan = new ComputePlan();
  const seconds = Math.round(wish.timeout_minutes * 60);
  const task = {
    task_key: "notebook_task",
    notebook_task: {
      notebook_path: path,
      source: "WORKSPACE",
      ...(wish.parameters === undefined ? {} : { base_parameters: { ...wish.parameters } }),
    },
    timeout_seconds: seconds,
    ...plan.forOneTask(compute),
  };
  const request = { run_name: `Mortar: ${nameOf(path)}`, tasks: [task], timeout_seconds: seconds, ...plan.shared() };
  context.signal.throwIfAborted();
  // Not ended by the caller's signal: a run that was started meanwhile could not be cancelled.
  const { runId } = await explainingCompute(() => context.workspace.runs.submit(request));
  return { runId, kind: compute.kind };
}

async function ended(context: ToolContext, runId: string, timeoutMs: number): Promise<Run> {
  return (await waitForRun(context.workspace, runId, waitOptions(context, timeoutMs, runProgress))).last;
}

/** The caller who takes the call back never learns the run's id, so the run ends with the call; who gets an error learns it. */
async function cancelledWithCall<T>(context: ToolContext, runId: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (!isAbort(thrown) && !context.signal.aborted) {
      throw goingOn(thrown, `The run was started: \`wait_for_run\` with run_id ${runId} waits for it.`);
    }
    await context.workspace.runs.cancel(runId, { signal: cleanupSignal() }).catch(() => undefined);
    throw thrown;
  }
}
