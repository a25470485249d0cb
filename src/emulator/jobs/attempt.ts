// One attempt at one task: compute, then the code, within the task's time.
import { isAbort } from "../../platform/errors.ts";
import type { Json, JsonObject } from "../../platform/json.ts";
import type { TaskValues } from "../kernel/types.ts";
import type { World } from "../world.ts";
import { acquire, NoCompute, type Compute, type SharedClusters } from "./compute.ts";
import { runConditionTask } from "./condition-task.ts";
import { libraryProblem } from "../clusters/libraries.ts";
import type { RunDocument, RunState, TaskRunDocument } from "./documents.ts";
import { librariesOf } from "./task-libraries.ts";
import {
  longestTimerSeconds,
  misconfigured,
  type Execution,
  type Finish,
  type JobsOfTask,
  type Runners,
} from "./executors.ts";
import { runForEachTask } from "./for-each-task.ts";
import { runNotebookTask } from "./notebook-task.ts";
import { runPipelineTask } from "./pipeline-task.ts";
import { runPythonTask } from "./python-task.ts";
import type { Records } from "./records.ts";
import type { Lookup } from "./references.ts";
import { runRunJobTask } from "./run-job-task.ts";
import { runSqlTask } from "./sql-task.ts";
import { Stop, stoppedState } from "./stop.ts";
import { bodyOf, needsCompute, typeOf, type TaskType } from "./task-types.ts";

export interface AttemptRequest {
  readonly world: World;
  readonly records: Records;
  readonly runners: Runners;
  readonly run: RunDocument;
  readonly taskRunId: string;
  readonly lookup: Lookup;
  readonly parameters: Readonly<Record<string, string>>;
  readonly shared: SharedClusters;
  readonly jobs: JobsOfTask;
  /** Fires when the run is cancelled or out of time. */
  readonly signal: AbortSignal;
  /** Called when the code begins to run. */
  readonly onRunning: () => void;
}

const runners: Record<TaskType, (execution: Execution) => Finish | Promise<Finish>> = {
  notebook_task: runNotebookTask,
  spark_python_task: runPythonTask,
  sql_task: runSqlTask,
  pipeline_task: runPipelineTask,
  condition_task: runConditionTask,
  run_job_task: runRunJobTask,
  for_each_task: runForEachTask,
};

/** Runs one attempt to its end and records it. Returns how it ended; throws only when the emulator stops. */
export async function runAttempt(request: AttemptRequest): Promise<RunState> {
  const { world, records, taskRunId } = request;
  const taskRun = records.task(taskRunId);
  if (taskRun === undefined) throw new Error(`no task run ${taskRunId}`);
  const type = typeOf(taskRun.task, taskRun.taskKey);
  const limit = new AbortController();
  const signal = AbortSignal.any([request.signal, limit.signal, world.signal]);
  const seconds = Number(taskRun.task["timeout_seconds"] ?? 0);
  if (seconds > 0 && seconds < longestTimerSeconds) limitTime(world, { ms: seconds * 1000, limit, signal });
  const startedAt = world.clock.now();
  records.patchTask(taskRunId, { startedAt, state: waiting(type) });
  const finish = await guarded(signal, async () => run({ ...request, signal }, taskRun, type));
  limit.abort(new DOMException("The attempt has ended", "AbortError"));
  const endedAt = world.clock.now();
  const begun = records.task(taskRunId)?.setupMs ?? 0;
  records.putOutput(taskRunId, { ...records.output(taskRunId), ...finish.output });
  records.patchTask(taskRunId, { endedAt, executionMs: Math.max(0, endedAt - startedAt - begun), state: finish.state });
  return finish.state;
}

function waiting(type: TaskType): RunState {
  return { lifeCycle: "PENDING", message: needsCompute(type) ? "Waiting for cluster" : "" };
}

function limitTime(
  world: World,
  { ms, limit, signal }: { ms: number; limit: AbortController; signal: AbortSignal },
): void {
  world.clock.sleep(ms, signal).then(
    () => limit.abort(new Stop("timedOut", `Run timed out after ${ms / 1000} seconds.`)),
    () => undefined,
  );
}

/** Turns whatever ended the attempt into a state. */
async function guarded(signal: AbortSignal, work: () => Promise<Finish>): Promise<Finish> {
  try {
    const finish = await work();
    const stopped = signal.aborted ? stoppedState(signal) : undefined;
    // A task that succeeded in the moment of its cancellation keeps its success.
    if (stopped === undefined || finish.state.result === "SUCCESS") return finish;
    return { state: stopped, output: { ...finish.output, error: stopped.message } };
  } catch (thrown) {
    if (thrown instanceof NoCompute) return { state: thrown.state, output: { error: thrown.message } };
    const stopped = signal.aborted ? stoppedState(signal) : undefined;
    if (stopped !== undefined) return { state: stopped, output: { error: stopped.message } };
    if (isAbort(thrown)) throw thrown;
    return misconfigured(thrown instanceof Error ? thrown.message : String(thrown), "INTERNAL_ERROR");
  }
}

async function run(request: AttemptRequest, taskRun: TaskRunDocument, type: TaskType): Promise<Finish> {
  request.signal.throwIfAborted();
  const compute = needsCompute(type) ? await setUp(request, taskRun) : undefined;
  try {
    if (compute !== undefined) await requireLibraries(request, taskRun);
    const { world, records, taskRunId } = request;
    const setupMs = world.clock.now() - (records.task(taskRunId)?.startedAt ?? world.clock.now());
    records.patchTask(taskRunId, { setupMs, state: { lifeCycle: "RUNNING", message: "In run" } });
    request.onRunning();
    return await execute(request, { taskRun, type, compute });
  } finally {
    compute?.release();
  }
}

function setUp(request: AttemptRequest, task: TaskRunDocument): Promise<Compute> {
  const { world, records, run, shared, signal } = request;
  return acquire(world, {
    run,
    task,
    shared,
    signal,
    onCluster: (clusterId) => records.patchTask(task.runId, { clusterId }),
  });
}

/** Ends the task where a library that it asks for is not there. Throws NoCompute. */
async function requireLibraries(
  { world, run, signal }: AttemptRequest,
  { task, taskKey }: TaskRunDocument,
): Promise<void> {
  for (const wanted of librariesOf(task, run.settings)) {
    const problem = await libraryProblem(world, wanted, signal);
    if (problem !== undefined) {
      throw new NoCompute(`Library installation failed for task ${taskKey}: ${problem}`, "LIBRARY_INSTALLATION_ERROR");
    }
  }
}

function taskValuesOf({ records, run, taskRunId }: AttemptRequest): TaskValues {
  return {
    set: (key, value) => {
      const values = { ...records.task(taskRunId)?.values, [key]: value as Json };
      records.patchTask(taskRunId, { values });
    },
    get: (taskKey, key) => {
      const current = records.run(run.runId);
      return current === undefined ? undefined : records.latestTasks(current).get(taskKey)?.values?.[key];
    },
  };
}

interface Prepared {
  readonly taskRun: TaskRunDocument;
  readonly type: TaskType;
  readonly compute: Compute | undefined;
}

async function execute(request: AttemptRequest, { taskRun, type, compute }: Prepared): Promise<Finish> {
  const { world, records, taskRunId } = request;
  const sparkContextId = compute?.sparkContextId;
  if (sparkContextId !== undefined) records.patchTask(taskRunId, { sparkContextId });
  const signal = compute === undefined ? request.signal : AbortSignal.any([request.signal, compute.lost]);
  const finish = await guarded(signal, async () =>
    runners[type]({
      world,
      runners: request.runners,
      run: request.run,
      taskRun,
      body: bodyOf(taskRun.task, type),
      lookup: request.lookup,
      parameters: request.parameters,
      compute,
      signal,
      jobs: request.jobs,
      taskValues: taskValuesOf(request),
      onProgress: (output) => records.putProgress(taskRunId, output),
      onResolved: (resolved: JsonObject) => records.patchTask(taskRunId, { resolved }),
      onChange: (change) => records.patchTask(taskRunId, change),
    }),
  );
  return finish;
}
