// submit_run: a one-time run of tasks of any kind, without a job.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { explainingCompute } from "../errors.ts";
import { waitSecondsInput } from "../fields.ts";
import { runsCode } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { requireTasks, settingsInput, withEnvironmentVersions } from "./raw-settings.ts";
import { startedRun, startedRunFailed, startedRunOutput } from "./started-run.ts";

export const submitRun = defineTool({
  name: "submit_run",
  toolset: "jobs",
  effect: "write",
  openWorld: true,
  title: "Run tasks once",
  description: "Runs tasks of any kind once, without a job. Cancelling the call while it waits cancels the run.",
  input: z.strictObject({
    settings: settingsInput("Body of jobs/runs/submit: run_name, tasks, environments, ..."),
    wait: z.boolean().default(false),
    wait_seconds: waitSecondsInput(50),
  }),
  output: startedRunOutput,
  targets: runsCode,
  run: async (context, { settings, ...wish }) => {
    requireTasks(settings);
    const request = { run_name: "Mortar: run", ...withEnvironmentVersions(settings) };
    context.signal.throwIfAborted();
    // Not ended by the caller's signal: a run that was started meanwhile could not be cancelled.
    const { runId } = await explainingCompute(() => context.workspace.runs.submit(request));
    return await startedRun(context, runId, wish);
  },
  text: (output) => fieldText(fieldLines(output)),
  failed: startedRunFailed,
});
