// get_job_run_status: a run and each of its tasks, without their outputs.
import * as z from "zod";
import { latestTasks } from "../../workspace/run.ts";
import { defineTool } from "../define.ts";
import { idInput, tableFields, tableOf } from "../fields.ts";
import { describeRun, durationSeconds, runFields, runHint } from "../runs/state.ts";
import { fieldLines, fieldText, tableLines } from "../text.ts";

export const getJobRunStatus = defineTool({
  name: "get_job_run_status",
  toolset: "jobs",
  effect: "read",
  title: "Get a run's state",
  description:
    "Shows the state of a run and of each of its tasks, and why it waits or failed. get_run_output has the outputs.",
  input: z.strictObject({ run_id: idInput("The run") }),
  output: z.object({ ...runFields, ...tableFields, hint: z.string().optional() }),
  run: async ({ workspace, signal }, input) => {
    const run = await workspace.runs.get(input.run_id, { signal });
    const tasks = tableOf(latestTasks(run), {
      task_key: (task) => task.taskKey,
      run_id: (task) => task.runId,
      state: (task) => task.state.lifeCycle,
      result_state: (task) => task.state.result,
      state_message: (task) => task.state.message ?? task.state.queueReason,
      depends_on: (task) => task.dependsOn.map(({ taskKey }) => taskKey).join(", ") || null,
      attempt: (task) => task.attemptNumber,
      duration_seconds: (task) => durationSeconds(task.times),
    });
    return { ...describeRun(run), ...tasks, hint: runHint(run) };
  },
  text: ({ columns, rows, ...rest }) => fieldText(fieldLines(rest), tableLines(columns, rows)),
});
