// Jobs and runs in the store. Once the world ends nothing more is written: a restart finds what was active and ends it.
import type { Collection } from "../state/store.ts";
import type { World } from "../world.ts";
import type { JobDocument, RunDocument, TaskOutput, TaskRunDocument } from "./documents.ts";
import { isFinal } from "./states.ts";

export interface Records {
  readonly jobs: Collection<JobDocument>;
  run(runId: string): RunDocument | undefined;
  runs(): readonly RunDocument[];
  addRun(run: RunDocument): void;
  /** Changes a run; a run that is gone stays gone. */
  patchRun(runId: string, change: Partial<RunDocument>): void;
  task(runId: string): TaskRunDocument | undefined;
  /** The task runs of a run, iterations of a for-each task left out, in the order of creation. */
  tasksOf(run: RunDocument): readonly TaskRunDocument[];
  /** The newest task run of one key. */
  latestTask(runId: string, key: string): TaskRunDocument | undefined;
  /** The newest task run for each key. */
  latestTasks(run: RunDocument): ReadonlyMap<string, TaskRunDocument>;
  addTask(task: TaskRunDocument): void;
  patchTask(runId: string, change: Partial<TaskRunDocument>): void;
  output(taskRunId: string): TaskOutput;
  putOutput(taskRunId: string, output: TaskOutput): void;
  /** The output of a task that goes on: seen at once, and written to the disk now and then, for it is written whole. */
  putProgress(taskRunId: string, output: TaskOutput): void;
  /** Forgets a run, its task runs and their outputs. */
  removeRun(run: RunDocument): void;
}

/** How often what a running task has shown so far goes to the disk. */
const progressMs = 2_000;

/** Opens the records of a world. Runs that were active when an earlier emulator stopped end as INTERNAL_ERROR. */
export function openRecords(world: World): Records {
  const jobs = world.store.collection<JobDocument>("jobs");
  const runs = world.store.collection<RunDocument>("runs");
  const tasks = world.store.collection<TaskRunDocument>("task_runs");
  const outputs = world.store.collection<TaskOutput>("run_outputs");
  endAbandoned(runs, tasks, world.clock.now());
  const progress = new Map<string, { readonly output: TaskOutput; readonly writtenAt: number }>();
  const writable = (): boolean => !world.signal.aborted;
  const tasksOf = (run: RunDocument): readonly TaskRunDocument[] => run.taskRunIds.flatMap((id) => tasks.get(id) ?? []);
  /** Ids of the newest task runs by run and key: a run of a thousand tasks is not read whole for each of them. */
  const newest = new Map<string, Map<string, string>>();
  const newestOf = (runId: string): Map<string, string> => {
    const run = runs.get(runId);
    const known =
      newest.get(runId) ?? new Map((run === undefined ? [] : tasksOf(run)).map((task) => [task.taskKey, task.runId]));
    newest.set(runId, known);
    return known;
  };
  return {
    jobs,
    run: (runId) => runs.get(runId),
    runs: () => runs.all(),
    addRun: (run) => runs.put(run.runId, run),
    patchRun: (runId, change) => {
      const run = writable() ? runs.get(runId) : undefined;
      if (run !== undefined) runs.put(runId, { ...run, ...change });
    },
    task: (runId) => tasks.get(runId),
    tasksOf,
    latestTask: (runId, key) => {
      const id = (newest.get(runId) ?? newestOf(runId)).get(key);
      return id === undefined ? undefined : tasks.get(id);
    },
    latestTasks: (run) => new Map(tasksOf(run).map((task) => [task.taskKey, task])),
    addTask: (task) => {
      if (!writable()) return;
      tasks.put(task.runId, task);
      if (task.forEachRunId === undefined) newest.get(task.parentRunId)?.set(task.taskKey, task.runId);
    },
    patchTask: (runId, change) => {
      const task = writable() ? tasks.get(runId) : undefined;
      if (task !== undefined) tasks.put(runId, { ...task, ...change });
    },
    output: (taskRunId) => progress.get(taskRunId)?.output ?? outputs.get(taskRunId) ?? {},
    putOutput: (taskRunId, output) => {
      progress.delete(taskRunId);
      if (writable()) outputs.put(taskRunId, output);
    },
    putProgress: (taskRunId, output) => {
      const now = world.clock.now();
      const before = progress.get(taskRunId)?.writtenAt;
      const isDue = before === undefined || now - before >= progressMs;
      if (isDue && writable()) outputs.put(taskRunId, output);
      progress.set(taskRunId, { output, writtenAt: isDue ? now : before });
    },
    removeRun: (run) => {
      newest.delete(run.runId);
      for (const task of tasksOf(run)) {
        for (const id of [task.runId, ...(task.iterations ?? [])]) {
          tasks.delete(id);
          outputs.delete(id);
        }
      }
      runs.delete(run.runId);
    },
  };
}

function endAbandoned(runs: Collection<RunDocument>, tasks: Collection<TaskRunDocument>, now: number): void {
  const state = {
    lifeCycle: "INTERNAL_ERROR",
    result: "FAILED",
    message: "The run was lost because the emulator was stopped.",
    code: "INTERNAL_ERROR",
  } as const;
  for (const task of tasks.all()) if (!isFinal(task.state)) tasks.put(task.runId, { ...task, state, endedAt: now });
  for (const run of runs.all()) {
    if (isFinal(run.state)) continue;
    const history = run.history.map((item) => (isFinal(item.state) ? item : { ...item, state, endedAt: now }));
    runs.put(run.runId, { ...run, state, history, endedAt: now });
  }
}
