// get_run_output: what a run has given so far, cell by cell.
import * as z from "zod";
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
    cell_offset: z.int().min(0).default(0),
    cell_limit: z.int().min(1).optional(),
  }),
  output: runOutputShape,
  run: async (context, input) => {
    const run = await context.workspace.runs.get(input.run_id, { signal: context.signal });
    return await readRunOutput(context, run, {
      taskKey: input.task_key,
      cellOffset: input.cell_offset,
      cellLimit: input.cell_limit,
    });
  },
  text: runOutputText,
});
