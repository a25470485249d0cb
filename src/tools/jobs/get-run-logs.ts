// get_run_logs: what the tasks of a run printed, in pages.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { idInput, idOutput } from "../fields.ts";
import { cutText, cutTextHead } from "../limits.ts";
import { cellLines, showCells } from "../runs/cells.ts";
import { chosenTasks, inTurns } from "../runs/output.ts";
import { runFields, runHint, stateFields } from "../runs/state.ts";
import { readTask, tasksOf, type TaskOutput } from "../runs/task-output.ts";
import { fieldLines, fieldText } from "../text.ts";

export const getRunLogs = defineTool({
  name: "get_run_logs",
  toolset: "jobs",
  effect: "read",
  title: "Get a run's logs",
  description:
    "Gives what a run's tasks printed, page by page, and its errors. Of notebook tasks, which have no logs, it gives the text of the cells' outputs and the result.",
  input: z.strictObject({
    run_id: idInput("The run, or one task's run"),
    task_key: z.string().optional().describe("Only this task"),
    offset: z.int().min(0).default(0).describe("Character to begin at"),
    max_size: z.int().min(1).max(80_000).default(60_000).describe("Characters"),
  }),
  output: z.object({
    run_id: idOutput,
    state: runFields.state,
    result_state: runFields.result_state,
    logs: z.string(),
    logs_total_size: z.number(),
    logs_offset: z.number(),
    truncated: z.boolean(),
    truncated_by_databricks: z.boolean().optional(),
    next_offset: z.number().optional(),
    error: z.string().optional(),
    error_trace: z.string().optional(),
    failed_task: z.string().optional(),
    hint: z.string().optional(),
  }),
  run: async (context, input) => {
    const run = await context.workspace.runs.get(input.run_id, { signal: context.signal });
    const tasks = chosenTasks(tasksOf(run), input.task_key);
    const outputs = await inTurns(tasks, (task) => readTask(context, task));
    const logs = outputs.map((output) => logText(output, outputs.length > 1)).join("");
    const cut = cutText(logs, input.max_size, input.offset);
    const failed = outputs.find(({ output }) => output?.error !== undefined);
    const error = failed?.output?.error === undefined ? undefined : cutText(failed.output.error, 4_000);
    const trace = cutTextHead(failed?.output?.errorTrace ?? "", context.limits.cellChars);
    const { state, result_state } = stateFields(run.state);
    return {
      run_id: run.runId,
      state,
      result_state,
      logs: cut.text,
      logs_total_size: cut.totalChars,
      logs_offset: input.offset,
      truncated: cut.truncated || trace.truncated || error?.truncated === true,
      truncated_by_databricks: outputs.some(({ output }) => output?.logsTruncated === true) || undefined,
      next_offset: cut.truncated ? Math.min(input.offset, cut.totalChars) + cut.shownChars : undefined,
      error: error?.text,
      error_trace: trace.text === "" ? undefined : trace.text,
      failed_task: failed?.task.taskKey,
      hint: hintFor(logs, runHint(run)),
    };
  },
  text: ({ logs, error_trace, ...rest }) => fieldText(logs, fieldLines({ ...rest, error_trace })),
});

function hintFor(logs: string, hint: string | undefined): string | undefined {
  if (logs !== "") return hint;
  return hint ?? "No logs available: the run printed nothing.";
}

/** The logs of a task; of a notebook the text of its cells. Where there are several tasks, each has its headline. */
function logText({ task, output, cells, note }: TaskOutput, several: boolean): string {
  const logs = output?.logs ?? "";
  const body = (logs === "" && cells !== undefined ? cellsText(cells) : logs) + resultText(output);
  const text = body === "" && note !== undefined ? `(${note})` : body;
  if (!several) return text;
  const head = `=== ${task.taskKey} (run ${task.runId ?? "not started"}, ${task.state.result ?? task.state.lifeCycle})\n`;
  return `${head}${text}${text === "" || text.endsWith("\n") ? "" : "\n"}`;
}

/** What the notebook gave to `dbutils.notebook.exit`. */
function resultText(output: TaskOutput["output"]): string {
  const result = output?.notebookResult ?? "";
  return result === "" ? "" : `[notebook_result]\n${result}\n`;
}

function cellsText(cells: NonNullable<TaskOutput["cells"]>): string {
  const window = { offset: 0, limit: undefined, cellChars: Number.MAX_SAFE_INTEGER };
  const shown = showCells(cells, window, { chars: Number.MAX_SAFE_INTEGER }).cells;
  const said = shown.filter(
    ({ output, rows, error }) => output !== undefined || rows !== undefined || error !== undefined,
  );
  return said.map((cell) => `${cellLines(cell).join("\n")}\n`).join("");
}
