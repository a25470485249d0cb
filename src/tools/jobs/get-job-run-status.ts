// get_job_run_status: a run and each of its tasks, without their outputs.
import * as z from "zod";
import { latestTasks } from "../../workspace/run.ts";
import { defineTool } from "../define.ts";
import { idInput, idOutput } from "../fields.ts";
import { describeRun, durationSeconds, runFields, runHint, stateFields } from "../runs/state.ts";
import { fieldLines, fieldText } from "../text.ts";

export const getJobRunStatus = defineTool({
  name: "get_job_run_status",
  toolset: "jobs",
  effect: "read",
  title: "Get a run's state",
  description:
    "Shows the state of a run and of each of its tasks, and why it waits or failed. get_run_output has the outputs.",
  input: z.strictObject({ run_id: idInput("The run") }),
  output: z.object({
    ...runFields,
    tasks: z.array(
      z.object({
        task_key: z.string(),
        run_id: idOutput.optional(),
        state: z.string(),
        result_state: z.string().optional(),
        state_message: z.string().optional(),
        queue_reason: z.string().optional(),
        depends_on: z.array(z.string()).optional(),
        attempt: z.number().optional(),
        duration_seconds: z.number().optional(),
      }),
    ),
    hint: z.string().optional(),
  }),
  run: async ({ workspace, signal }, input) => {
    const run = await workspace.runs.get(input.run_id, { signal });
    const tasks = latestTasks(run).map((task) => ({
      task_key: task.taskKey,
      run_id: task.runId,
      ...stateFields(task.state),
      depends_on: task.dependsOn.length === 0 ? undefined : task.dependsOn.map(({ taskKey }) => taskKey),
      attempt: task.attemptNumber === 0 ? undefined : task.attemptNumber,
      duration_seconds: durationSeconds(task.times),
    }));
    return { ...describeRun(run), tasks, hint: runHint(run) };
  },
  text: ({ tasks, ...rest }) =>
    fieldText(
      fieldLines(rest),
      tasks.flatMap(({ task_key: key, ...task }) => [`--- task_key: ${key}`, ...fieldLines(task)]),
    ),
});
