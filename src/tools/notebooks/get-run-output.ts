// get_run_output: what a run has given so far, cell by cell.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool } from "../define.ts";
import { idInput } from "../fields.ts";
import { readRunOutput, runOutputShape, runOutputText } from "../runs/output.ts";

export const getRunOutput = defineTool({
  name: "get_run_output",
  toolset: "notebooks",
  effect: "read",
  title: "Get a run's cell outputs",
  description:
    "Gives a run's state and, of each of its tasks, the result, the error and every cell's output. Does not wait; wait_for_run does.",
  input: z.strictObject({
    run_id: idInput("The run, or one task's run"),
    task_key: z.string().optional().describe("Only this task"),
    from_task_key: z.string().optional().describe("This task and those after it"),
    cell_offset: z.int().min(0).default(0).describe("In the first task shown"),
    cell_limit: z.int().min(1).optional().describe("Of each task"),
  }),
  output: runOutputShape,
  run: async (context, input) => {
    if (input.task_key !== undefined && input.from_task_key !== undefined) {
      throw new MortarError("invalid_input", "Both task_key and from_task_key are given", {
        hint: "Give one of the two.",
      });
    }
    const run = await context.workspace.runs.get(input.run_id, { signal: context.signal });
    return await readRunOutput(context, run, {
      taskKey: input.task_key,
      fromTaskKey: input.from_task_key,
      cellOffset: input.cell_offset,
      cellLimit: input.cell_limit,
    });
  },
  text: runOutputText,
});
