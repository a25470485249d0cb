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
  /** Only where not all of them are here. */
  total_tasks: z.number().optional(),
  truncated: z.boolean(),
  next_task_key: z.string().optional(),
  next_cell_offset: z.number().optional(),
  hint: z.string().optional(),
});

export type RunOutputResult = z.output<typeof runOutputShape>;
type TaskResult = z.output<typeof taskShape>;

export interface OutputWindow {
  /** Only this task. */
  readonly taskKey?: string | undefined;
  /** This task and those after it. */
  readonly fromTaskKey?: string | undefined;
  /** Of the first task that is shown. */
  readonly cellOffset?: number | undefined;
  /** Of each task. */
  readonly cellLimit?: number | undefined;
}

interface Next {
  readonly task: string;
  readonly cell: number;
}

/** The run with the outputs of its tasks. Throws `invalid_input` for a task key that the run does not have. */
export async function readRunOutput(
  context: ToolContext,
  run: Run,
  window: OutputWindow = {},
): Promise<RunOutputResult> {
  const all = tasksOf(run);
  const tasks =
    window.fromTaskKey === undefined ? chosenTasks(all, window.taskKey) : tasksFrom(all, window.fromTaskKey);
  const { shown, next, cut } = await readPage(context, tasks, window);
  return {
    ...describeRun(run),
    tasks: shown,
    total_tasks: shown.length < all.length ? all.length : undefined,
    truncated: next !== undefined || shown.some(({ truncated }) => truncated),
    next_task_key: next?.task,
    next_cell_offset: next?.cell,
    hint: hints(runHint(run), next && moreHint(window), cut ? cutHint : undefined),
  };
}

function moreHint({ taskKey }: OutputWindow): string {
  const name = taskKey === undefined ? "from_task_key" : "task_key";
  return `There is more: call \`get_run_output\` with ${name} = next_task_key and cell_offset = next_cell_offset. \`get_job_run_status\` shows the state of every task.`;
}

const cutHint = "Some output is cut here; `get_run_logs` with this run_id gives it in full, page by page.";

function hints(...parts: readonly (string | undefined)[]): string | undefined {
  const said = parts.filter((part) => part !== undefined);
  return said.length === 0 ? undefined : said.join(" ");
}

export function chosenTasks(tasks: readonly RunTask[], key: string | undefined): readonly RunTask[] {
  return key === undefined ? tasks : tasksFrom(tasks, key).slice(0, 1);
}

function tasksFrom(tasks: readonly RunTask[], key: string): readonly RunTask[] {
  const start = tasks.findIndex(({ taskKey }) => taskKey === key);
  if (start !== -1) return tasks.slice(start);
  const keys = tasks.map(({ taskKey }) => taskKey);
  const near = nearest(key, keys);
  throw new MortarError("invalid_input", `The run has no task "${key}"`, {
    hint: near === undefined ? `Its tasks are ${keys.slice(0, 50).join(", ")}.` : `Did you mean "${near}"?`,
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

/** The tasks that one result holds, and where the next goes on. What has no room is not asked for either. */
async function readPage(context: ToolContext, tasks: readonly RunTask[], window: OutputWindow) {
  const room: Room = { chars: context.limits.textChars };
  const shown: TaskResult[] = [];
  let limited: Next | undefined;
  let cut = false;
  for (let start = 0; start < tasks.length; start += atOnce) {
    const outputs = await Promise.all(tasks.slice(start, start + atOnce).map((task) => readTask(context, task)));
    for (const output of outputs) {
      const { taskKey } = output.task;
      if (shown.length > 0 && room.chars <= 0) return { shown, cut, next: limited ?? { task: taskKey, cell: 0 } };
      const cellOffset = shown.length === 0 ? window.cellOffset : 0;
      const { described, next, ...ends } = describeTask(context, output, { ...window, cellOffset }, room);
      shown.push(described);
      cut ||= ends.cut;
      limited ??= next === undefined ? undefined : { task: taskKey, cell: next };
      if (ends.full) return { shown, cut, next: limited };
    }
  }
  return { shown, cut, next: limited };
}

/** A task with as many of its cells as there is room for; `next` is the first that is missing. */
function describeTask(
  context: ToolContext,
  { task, output, cells, note }: TaskOutput,
  window: OutputWindow,
  room: Room,
) {
  const { cellChars } = context.limits;
  const offset = Math.min(window.cellOffset ?? 0, cells?.length ?? 0);
  const shown = cells && showCells(cells, { offset, limit: window.cellLimit, cellChars }, room);
  for (const image of cellImages((cells ?? []).slice(offset, offset + (shown?.cells.length ?? 0))))
    context.attach(image);
  const result = taken(output?.notebookResult, cellChars, room);
  const logs = taken(output?.logs, cellChars, room);
  const cause = failedCell(cells);
  const error = output?.error === undefined ? undefined : cutText(output.error, 4_000);
  // The cell that failed has its trace already.
  const trace = cause === undefined ? cutTextHead(output?.errorTrace ?? "", cellChars) : undefined;
  const head = {
    task_key: task.taskKey,
    run_id: task.runId,
    ...stateFields(task.state),
    notebook_path: task.notebookPath,
    duration_seconds: durationSeconds(task.times),
    error: error?.text,
    error_trace: trace === undefined || trace.text === "" ? undefined : trace.text,
    failed_cell: cause,
    total_cells: cells?.length,
    note,
  };
  room.chars -= JSON.stringify(head).length;
  const cut = shown?.cut === true || [result, logs, error, trace].some((one) => one?.truncated === true);
  const cutThere = output?.notebookResultTruncated === true || output?.logsTruncated === true;
  const described: TaskResult = {
    ...head,
    notebook_result: result?.text,
    logs: logs?.text,
    cells: shown?.cells,
    truncated: cut || cutThere || shown?.next !== undefined,
  };
  return { described, next: shown?.next, full: shown?.full === true, cut };
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
