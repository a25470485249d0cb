// repair_run: runs the tasks of an ended run again that failed, or that are named, with what others have done kept.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import type { JsonObject } from "../../platform/json.ts";
import type { Run } from "../../workspace/run.ts";
import { defineTool } from "../define.ts";
import { withHint } from "../errors.ts";
import { idInput, idOutput, parametersInput, waitSecondsInput } from "../fields.ts";
import { runsCode } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { startedRun, startedRunFailed, startedRunOutput } from "./started-run.ts";

export const repairRun = defineTool({
  name: "repair_run",
  toolset: "jobs",
  effect: "write",
  openWorld: true,
  title: "Repair a run",
  description:
    "Runs tasks of an ended run again: those that failed and were skipped, or those named. Cancelling the call while it waits cancels the run.",
  input: z.strictObject({
    run_id: idInput("The run"),
    rerun_tasks: z.array(z.string()).optional().describe("Default: all that failed"),
    rerun_dependent_tasks: z.boolean().optional().describe("And those after them"),
    job_parameters: parametersInput("In place of the run's").optional(),
    notebook_params: parametersInput("Of a job without parameters of its own").optional(),
    other_params: z
      .record(z.string(), z.unknown())
      .optional()
      .describe("python_params, sql_params, ... as a run has them"),
    wait: z.boolean().default(false),
    wait_seconds: waitSecondsInput(50),
  }),
  output: startedRunOutput.extend({ repair_id: idOutput }),
  targets: runsCode,
  run: async (context, input) => {
    const { workspace, signal } = context;
    const run = await workspace.runs.get(input.run_id, { includeHistory: true, signal });
    if (!run.state.ended) {
      throw new MortarError("invalid_state", `The run is ${run.state.lifeCycle}, and only an ended run is repaired`, {
        hint: "`wait_for_run` waits for its end; `cancel_run` ends it.",
      });
    }
    signal.throwIfAborted();
    // Not ended by the caller's signal: nobody would learn of a repair that was started meanwhile.
    const { repairId } = await workspace.runs
      .repair(input.run_id, {
        rerunTasks: input.rerun_tasks,
        rerunAllFailedTasks: input.rerun_tasks === undefined ? true : undefined,
        rerunDependentTasks: input.rerun_dependent_tasks,
        latestRepairId: latestRepair(run),
        jobParameters: input.job_parameters,
        notebookParams: input.notebook_params,
        otherParams: otherParams(input.other_params),
      })
      .catch((thrown: unknown) => {
        throw thrown instanceof MortarError && thrown.hint === undefined
          ? withHint(thrown, "`get_job_run_status` shows the tasks of the run and how each ended.")
          : thrown;
      });
    return { ...(await startedRun(context, input.run_id, input)), repair_id: repairId };
  },
  text: (output) => fieldText(fieldLines(output)),
  failed: startedRunFailed,
});

const otherKinds = [
  "python_params",
  "python_named_params",
  "jar_params",
  "spark_submit_params",
  "sql_params",
  "dbt_commands",
  "pipeline_params",
];

/** Throws `invalid_input` for a kind that there is not. */
function otherParams(given: Readonly<Record<string, unknown>> | undefined): JsonObject | undefined {
  const unknown = Object.keys(given ?? {}).find((name) => !otherKinds.includes(name));
  if (unknown === undefined) return given as JsonObject | undefined;
  throw new MortarError("invalid_input", `other_params has no ${JSON.stringify(unknown)}`, {
    hint: `It takes ${otherKinds.join(", ")}.`,
  });
}

/** From the second repair on the workspace wants to be told of the last one: two that know of none would be one. */
function latestRepair({ repairs }: Run): string | undefined {
  return repairs.findLast(({ type, id }) => type === "REPAIR" && id !== undefined)?.id;
}
