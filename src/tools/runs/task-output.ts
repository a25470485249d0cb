// What one task of a run has to show: its result, its error, its logs and the outputs of its cells.
import { MortarError } from "../../platform/errors.ts";
import { parseRunExport, type RunCell } from "../../notebook/run-export.ts";
import type { Run, RunOutput, RunTask } from "../../workspace/run.ts";
import { latestTasks } from "../../workspace/run.ts";
import type { ToolContext } from "../define.ts";

export interface TaskOutput {
  readonly task: RunTask;
  readonly output: RunOutput | undefined;
  readonly cells: readonly RunCell[] | undefined;
  /** Why something of it could not be had. */
  readonly note: string | undefined;
}

/** The run's tasks; the run itself where it has none (the run id of a task was given). */
export function tasksOf(run: Run): readonly RunTask[] {
  const tasks = latestTasks(run);
  if (tasks.length > 0) return tasks;
  return [
    {
      taskKey: run.runName ?? "run",
      runId: run.runId,
      attemptNumber: 0,
      state: run.state,
      dependsOn: [],
      runIf: undefined,
      description: undefined,
      kind: undefined,
      notebookPath: undefined,
      clusterId: undefined,
      runPageUrl: run.runPageUrl,
      times: run.times,
    },
  ];
}

/**
 * Everything of one task, asked for by the task's own run id: get-output refuses that of a run with several tasks. A task
 * that never started has nothing. Throws only what would meet every other call too (sign-in, network, abort).
 */
export async function readTask(context: ToolContext, task: RunTask): Promise<TaskOutput> {
  const { runId } = task;
  if (runId === undefined || neverRan(task)) return { task, output: undefined, cells: undefined, note: undefined };
  const isNotebook = task.kind === undefined || task.kind === "notebook_task";
  const [output, cells] = await Promise.all([
    tolerated(() => context.workspace.runs.getOutput(runId, { signal: context.signal })),
    isNotebook ? tolerated(() => readCells(context, runId)) : undefined,
  ]);
  return { task, output: output.value, cells: cells?.value, note: output.refusal ?? cells?.refusal };
}

function neverRan({ state }: RunTask): boolean {
  const { lifeCycle, result } = state;
  if (["QUEUED", "PENDING", "BLOCKED", "SKIPPED"].includes(lifeCycle)) return true;
  return (
    result === "UPSTREAM_FAILED" || result === "UPSTREAM_CANCELED" || result === "EXCLUDED" || result === "DISABLED"
  );
}

/** The executed cells, from runs/export: get-output knows nothing of them. */
async function readCells({ workspace, signal }: ToolContext, runId: string): Promise<readonly RunCell[] | undefined> {
  const views = await workspace.runs.export(runId, { signal });
  const view = views.find(({ type }) => type === "NOTEBOOK") ?? views[0];
  return view === undefined ? undefined : parseRunExport(view.content).cells;
}

const refusals: readonly string[] = [
  "invalid_input",
  "invalid_state",
  "not_found",
  "unsupported",
  "bad_response",
  "workspace_error",
  "too_large",
  "permission_denied",
];

async function tolerated<T>(work: () => Promise<T>): Promise<{ readonly value?: T; readonly refusal?: string }> {
  try {
    return { value: await work() };
  } catch (thrown) {
    if (thrown instanceof MortarError && refusals.includes(thrown.code)) return { refusal: thrown.message };
    throw thrown;
  }
}

/** The index of the first cell that raised, or undefined. */
export function failedCell(cells: readonly RunCell[] | undefined): number | undefined {
  return cells?.find((cell) => cell.outputs.some(({ type }) => type === "error"))?.index;
}
