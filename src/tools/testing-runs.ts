// For tests: runs as the workspace describes them (Jobs API 2.2).
import type { Routes } from "./testing.ts";

export interface RunSketch {
  readonly run_id?: number | string;
  readonly job_id?: number;
  readonly life?: string;
  readonly result?: string;
  readonly message?: string;
  readonly tasks?: readonly TaskSketch[];
  readonly status?: object;
}

export interface TaskSketch {
  readonly key: string;
  readonly run_id: number;
  readonly life?: string;
  readonly result?: string;
  readonly message?: string;
  readonly attempt?: number;
  readonly kind?: object;
}

/** The body of runs/get. */
export function wireRun(sketch: RunSketch): object {
  const { run_id = 1, job_id = 11, tasks = [] } = sketch;
  return {
    run_id,
    job_id,
    run_name: "a run",
    run_page_url: `https://example.com/run/${run_id}`,
    start_time: 1_760_000_000_000,
    ...stateOf(sketch),
    ...(sketch.status === undefined ? {} : { status: sketch.status }),
    tasks: tasks.map((task) => ({
      task_key: task.key,
      run_id: task.run_id,
      attempt_number: task.attempt ?? 0,
      ...stateOf(task),
      ...(task.kind ?? { notebook_task: { notebook_path: `/nb/${task.key}` } }),
    })),
  };
}

function stateOf({
  life = "TERMINATED",
  result,
  message = "",
}: Pick<RunSketch, "life" | "result" | "message">): object {
  const ended = ["TERMINATED", "SKIPPED", "INTERNAL_ERROR"].includes(life);
  const result_state = result ?? (ended ? "SUCCESS" : undefined);
  return {
    state: { life_cycle_state: life, state_message: message, ...(result_state === undefined ? {} : { result_state }) },
  };
}

export function view(content: string): object {
  return { views: [{ name: "nb", type: "NOTEBOOK", content }] };
}

/** A run that goes on for ever. */
export function runningRun(runId: number): Routes {
  const tasks = [{ key: "t", run_id: runId + 1, life: "RUNNING" }];
  return { "GET /api/2.2/jobs/runs/get": () => wireRun({ run_id: runId, life: "RUNNING", tasks }) };
}
