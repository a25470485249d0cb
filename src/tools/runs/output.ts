// The outputs of a run, task by task and cell by cell, within the limits of one result.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { nearest } from "../../platform/suggest.ts";
import type { Run, RunTask } from "../../workspace/run.ts";
import type { ToolContext } from "../define.ts";
import { cutText, cutTextHead } from "../limits.ts";
import { fieldLines, fieldText } from "../text.ts";
import { cellImages, cellLines, cellShape, showCells, type Room } from "./cells.ts";
import { describeRun, durationSeconds, runFields, runHint, stateFields } from "./state.ts";
import { failedCell, readTask, tasksOf, type TaskOutput } from "./task-output.ts";

const taskShape = z.object({
  task_key: z.string(),
  run_id: z.string().optional(),
  state: z.string(),
  result_state: z.string().optional(),
  state_message: z.string().optional(),
  queue_reason: z.string().optional(),
  notebook_path: z.string().optional(),
  duration_seconds: z.number().optional(),
  notebook_result: z.string().optional(),
  error: z.string().optional(),
  error_trace: z.string().optional(),
  logs: z.string().optional(),
  failed_cell: z.number().optional(),
  total_cells: z.number().optional(),
  cells: z.array(cellShape).optional(),
  truncated: z.boolean(),
  note: z.string().optional(),
});

export const runOutputShape = z.object({
  ...runFields,
  tasks: z.array(taskShape),
  truncated: z.boolean(),
  next_task_key: z.string().optional(),
  next_cell_offset: z.number().optional(),
  hint: z.string().optional(),
});

export type RunOutputResult = z.output<typeof runOutputShape>;
type TaskResult = z.output<typeof taskShape>;

export interface OutputWindow {
  readonly taskKey?: string | undefined;
  readonly cellOffset?: number | undefined;
  readonly cellLimit?: number | undefined;
}

/** The run with the outputs of its tasks. Throws `invalid_input` for a task key that the run does not have. */
export async function readRunOutput(
  context: ToolContext,
  run: Run,
  window: OutputWindow = {},
): Promise<RunOutputResult> {
  const tasks = chosenTasks(tasksOf(run), window.taskKey);
  const outputs = await inTurns(tasks, (task) => readTask(context, task));
  const room: Room = { chars: context.limits.textChars };
  const next: { task?: string; cell?: number } = {};
  const described = outputs.map((output) => describeTask(context, output, window, room, next));
  const cutCell = described.some(({ truncated }) => truncated);
  return {
    ...describeRun(run),
    tasks: described,
    truncated: cutCell || next.task !== undefined,
    next_task_key: next.task,
    next_cell_offset: next.cell,
    hint: runHint(run) ?? (next.task === undefined ? undefined : moreHint),
  };
}

const moreHint =
  "There are more cells: call get_run_output with task_key = next_task_key and cell_offset = next_cell_offset.";

export function chosenTasks(tasks: readonly RunTask[], key: string | undefined): readonly RunTask[] {
  if (key === undefined) return tasks;
  const task = tasks.find(({ taskKey }) => taskKey === key);
  if (task !== undefined) return [task];
  const keys = tasks.map(({ taskKey }) => taskKey);
  const near = nearest(key, keys);
  throw new MortarError("invalid_input", `The run has no task "${key}"`, {
    hint: near === undefined ? `Its tasks are ${keys.join(", ")}.` : `Did you mean "${near}"?`,
  });
}

const atOnce = 4;

/** A few at a time: a run may have a thousand tasks, and the workspace limits how often it is asked. */
export async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += atOnce) {
    results.push(...(await Promise.all(items.slice(start, start + atOnce).map(work))));
  }
  return results;
}

function describeTask(
  context: ToolContext,
  { task, output, cells, note }: TaskOutput,
  window: OutputWindow,
  room: Room,
  next: { task?: string; cell?: number },
): TaskResult {
  const { cellChars } = context.limits;
  const offset = Math.min(window.cellOffset ?? 0, cells?.length ?? 0);
  const shown = cells && showCells(cells, { offset, limit: window.cellLimit, cellChars }, room);
  if (shown?.next !== undefined && next.task === undefined)
    Object.assign(next, { task: task.taskKey, cell: shown.next });
  for (const image of cellImages((cells ?? []).slice(offset, offset + (shown?.cells.length ?? 0))))
    context.attach(image);
  const result = taken(output?.notebookResult, cellChars, room);
  const logs = taken(output?.logs, cellChars, room);
  const cause = failedCell(cells);
  // The cell that failed has its trace already.
  const trace = cause === undefined ? cutTextHead(output?.errorTrace ?? "", cellChars) : undefined;
  return {
    task_key: task.taskKey,
    run_id: task.runId,
    ...stateFields(task.state),
    notebook_path: task.notebookPath,
    duration_seconds: durationSeconds(task.times),
    notebook_result: result?.text,
    error: output?.error === undefined ? undefined : cutText(output.error, 4_000).text,
    error_trace: trace === undefined || trace.text === "" ? undefined : trace.text,
    logs: logs?.text,
    failed_cell: cause,
    total_cells: cells?.length,
    cells: shown?.cells,
    truncated:
      shown?.cut === true ||
      shown?.next !== undefined ||
      result?.truncated === true ||
      logs?.truncated === true ||
      trace?.truncated === true ||
      output?.notebookResultTruncated === true ||
      output?.logsTruncated === true,
    note,
  };
}

function taken(text: string | undefined, max: number, room: Room) {
  if (text === undefined || text === "") return undefined;
  const cut = cutText(text, Math.min(max, Math.max(room.chars, 1_000)));
  room.chars -= cut.shownChars;
  return cut;
}

/** The whole as text: the run, then each task with its cells. */
export function runOutputText({ tasks, ...rest }: RunOutputResult): string {
  return fieldText(fieldLines(rest), ...tasks.map(taskLines));
}

function taskLines({ task_key: key, cells = [], ...rest }: TaskResult): string[] {
  return [`--- task_key: ${key}`, ...fieldLines(rest), ...cells.flatMap(cellLines)];
}
