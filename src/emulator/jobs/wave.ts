// One passage through a run's graph: the first one, or a repair. Each task waits for its dependencies; nothing polls.
import type { Json, JsonObject } from "../../platform/json.ts";
import type { World } from "../world.ts";
import { runAttempt } from "./attempt.ts";
import { releaseShared, type SharedClusters } from "./compute.ts";
import type { RunDocument, RunResult, RunState, TaskRunDocument } from "./documents.ts";
import type { JobsOfTask, Runners } from "./executors.ts";
import { decide, overallState, type EndedTask, type RunIf, type Upstream } from "./graph.ts";
import type { Records } from "./records.ts";
import { lookupIn, resolveMap, type Lookup, type TaskFacts } from "./references.ts";
import { dependencies, nodesOf, objects } from "./settings-check.ts";
import { isFinal } from "./states.ts";
import { stoppedState, untilAborted } from "./stop.ts";
import { bodyOf, needsCompute, typeOf } from "./task-types.ts";

export interface WaveRequest {
  readonly world: World;
  readonly records: Records;
  readonly runners: Runners;
  readonly runId: string;
  /** Keys of the tasks to run; the others keep what they came to before. */
  readonly keys: ReadonlySet<string>;
  /** Fires when the run is cancelled or out of time. */
  readonly signal: AbortSignal;
  /** Filled by the wave: what ends one task, with its retries, by the run id of its first attempt. */
  readonly stops: Map<string, AbortController>;
  readonly jobs: Omit<JobsOfTask, "runIteration">;
}

const blocked: RunState = { lifeCycle: "BLOCKED", message: "" };
const waiting: RunState = { lifeCycle: "PENDING", message: "" };

/** Adds the task runs that a wave will run, as its client sees them before they start. */
export function planWave(
  world: World,
  records: Records,
  { runId, keys }: { runId: string; keys: ReadonlySet<string> },
): void {
  const run = records.run(runId);
  if (run === undefined) return;
  const before = records.latestTasks(run);
  const added = objects(run.settings, "tasks")
    .filter((task) => keys.has(String(task["task_key"])))
    .map((task) => newTaskRun(world, run, { task, before: before.get(String(task["task_key"])) }));
  for (const task of added) records.addTask(task);
  const ids = added.map((task) => task.runId);
  const history = run.history.map((item, index) =>
    index === run.history.length - 1 ? { ...item, taskRunIds: ids } : item,
  );
  records.patchRun(runId, { taskRunIds: [...run.taskRunIds, ...ids], history });
}

interface NewTask {
  readonly task: JsonObject;
  readonly before?: TaskRunDocument | undefined;
  readonly forEachRunId?: string;
}

function newTaskRun(world: World, run: RunDocument, { task, before, forEachRunId }: NewTask): TaskRunDocument {
  const runId = world.ids.next();
  const key = String(task["task_key"]);
  const ownsCluster = ["existing_cluster_id", "new_cluster", "job_cluster_key"].some(
    (name) => task[name] !== undefined,
  );
  return {
    runId,
    parentRunId: run.runId,
    jobId: run.jobId,
    taskKey: key,
    task,
    attempt: before === undefined ? 0 : before.attempt + 1,
    originalRunId: before?.originalRunId ?? runId,
    startedAt: world.clock.now(),
    setupMs: 0,
    executionMs: 0,
    state: dependencies(task).length > 0 ? blocked : waiting,
    serverless: needsCompute(typeOf(task, key)) && !ownsCluster,
    ...(forEachRunId === undefined ? {} : { forEachRunId }),
  };
}

/** Runs the planned tasks to their ends and returns the state of the run. Throws only when the emulator stops. */
export async function runWave(request: WaveRequest): Promise<RunState> {
  const shared: SharedClusters = new Map();
  const { world, records, runId, keys, signal } = request;
  const ends = new Map<string, Promise<RunState>>();
  const run = records.run(runId);
  if (run === undefined) throw new Error(`no run ${runId}`);
  const tasks = objects(run.settings, "tasks");
  const onRunning = once(() => markRunning(records, runId));
  const byKey = new Map(tasks.map((task) => [String(task["task_key"]), task]));
  const endOf = (key: string): Promise<RunState> => {
    const task = byKey.get(key);
    if (task === undefined || !keys.has(key))
      return Promise.resolve(request.records.latestTask(request.runId, key)?.state ?? blocked);
    const known = ends.get(key) ?? runTask(request, { run, task, shared, endOf, onRunning });
    ends.set(key, known);
    return known;
  };
  try {
    await Promise.all([...keys].map(endOf));
  } finally {
    if (!world.signal.aborted) releaseShared(world, shared);
  }
  const stopped = signal.aborted ? stoppedState(signal) : undefined;
  return stopped ?? overallState(endedTasks(records, runId, tasks));
}

function endedTasks(records: Records, runId: string, tasks: readonly JsonObject[]): readonly EndedTask[] {
  const run = records.run(runId);
  const states = run === undefined ? new Map<string, TaskRunDocument>() : records.latestTasks(run);
  return nodesOf(tasks).flatMap((node) => {
    const found = states.get(node.key);
    return found === undefined ? [] : [{ ...node, state: found.state }];
  });
}

interface TaskPlan {
  /** As it was when the wave began: what changes in it later is its state and its list of task runs. */
  readonly run: RunDocument;
  readonly task: JsonObject;
  readonly shared: SharedClusters;
  readonly endOf: (key: string) => Promise<RunState>;
  /** Called when the code of a task begins to run. */
  readonly onRunning: () => void;
}

async function runTask(wave: WaveRequest, plan: TaskPlan): Promise<RunState> {
  const { task } = plan;
  const planned = wave.records.latestTask(wave.runId, String(task["task_key"]));
  if (planned === undefined) throw new Error(`no task run for ${String(task["task_key"])}`);
  const request = stoppable(wave, planned, wave.signal);
  const upstreams = await upstreamsOf(request, plan);
  const stopped = request.signal.aborted ? stoppedState(request.signal) : undefined;
  if (stopped !== undefined) return end(request, planned, stopped);
  const decision = decide((task["run_if"] as RunIf | undefined) ?? "ALL_SUCCESS", upstreams);
  if (decision !== "run") return end(request, planned, skipped(decision));
  return attempts(request, plan, planned);
}

/** How the dependencies of a task ended; none when the task is stopped while it waits for them. */
async function upstreamsOf(request: WaveRequest, { task, endOf }: TaskPlan): Promise<readonly Upstream[]> {
  const { signal } = request;
  const ended = Promise.all(
    dependencies(task).map(async (dependency) => {
      const { result } = await endOf(dependency.key);
      const outcome = request.records.latestTask(request.runId, dependency.key)?.outcome;
      const matches = dependency.outcome === undefined || dependency.outcome === outcome;
      return { result: result ?? "FAILED", matches };
    }),
  );
  return Promise.race([ended, untilAborted(signal)]).catch((thrown: unknown) => {
    if (signal.aborted) return [];
    throw thrown;
  });
}

/** The request of one task, whose signal fires for that task alone too. */
function stoppable(request: WaveRequest, { originalRunId }: TaskRunDocument, signal: AbortSignal): WaveRequest {
  const own = new AbortController();
  request.stops.set(originalRunId, own);
  return { ...request, signal: AbortSignal.any([signal, own.signal]) };
}

function end({ records, world }: WaveRequest, { runId }: TaskRunDocument, state: RunState): RunState {
  records.patchTask(runId, { state, endedAt: world.clock.now() });
  return state;
}

function skipped(result: RunResult): RunState {
  const messages: Partial<Record<RunResult, string>> = {
    UPSTREAM_FAILED: "The task was skipped because an upstream task failed.",
    UPSTREAM_CANCELED: "The task was skipped because an upstream task was cancelled.",
    EXCLUDED: "The task was skipped because the conditions to run it were not met.",
  };
  return { lifeCycle: "TERMINATED", result, message: messages[result] ?? "", code: "SKIPPED" };
}

interface Iteration {
  readonly input: Json;
}

/** The first attempt and as many retries as the task allows. */
async function attempts(
  request: WaveRequest,
  plan: TaskPlan,
  first: TaskRunDocument,
  iteration?: Iteration,
): Promise<RunState> {
  const { task } = plan;
  const retries = Number(task["max_retries"] ?? 0);
  for (let current = first, count = 0; ; count++) {
    const state = await attempt(request, { plan, taskRun: current, retries: count, iteration });
    const mayRetry = state.result === "FAILED" || (state.result === "TIMEDOUT" && task["retry_on_timeout"] === true);
    if (!mayRetry || request.signal.aborted || (retries >= 0 && count >= retries)) return state;
    current = retry(request, task, current);
    const stopped = await pause(request, Number(task["min_retry_interval_millis"] ?? 0));
    if (stopped !== undefined) return end(request, current, stopped);
  }
}

function retry({ world, records, runId }: WaveRequest, task: JsonObject, before: TaskRunDocument): TaskRunDocument {
  const run = records.run(runId);
  if (run === undefined) throw new Error(`no run ${runId}`);
  const { forEachRunId } = before;
  const made = newTaskRun(world, run, { task, before, ...(forEachRunId === undefined ? {} : { forEachRunId }) });
  const next: TaskRunDocument = { ...made, state: { lifeCycle: "WAITING_FOR_RETRY", message: "" } };
  records.addTask(next);
  if (forEachRunId !== undefined) {
    addIteration(records, forEachRunId, next.runId);
    return next;
  }
  const history = run.history.map((item, index) =>
    index === run.history.length - 1 ? { ...item, taskRunIds: [...item.taskRunIds, next.runId] } : item,
  );
  records.patchRun(runId, { taskRunIds: [...run.taskRunIds, next.runId], history });
  return next;
}

function addIteration(records: Records, forEachRunId: string, runId: string): void {
  const iterations = records.task(forEachRunId)?.iterations ?? [];
  records.patchTask(forEachRunId, { iterations: [...iterations, runId] });
}

async function pause({ world, signal }: WaveRequest, ms: number): Promise<RunState | undefined> {
  try {
    await world.clock.sleep(ms, AbortSignal.any([signal, world.signal]));
    return undefined;
  } catch (thrown) {
    const stopped = stoppedState(signal);
    if (stopped === undefined) throw thrown;
    return stopped;
  }
}

interface Attempt {
  readonly plan: TaskPlan;
  readonly taskRun: TaskRunDocument;
  readonly retries: number;
  readonly iteration?: Iteration | undefined;
}

function attempt(request: WaveRequest, { plan, taskRun, retries, iteration }: Attempt): Promise<RunState> {
  const { world, records } = request;
  const { run } = plan;
  const given = Object.fromEntries(
    run.parameters.map(({ name, default: fallback, value }) => [name, value ?? fallback]),
  );
  const scope = { run, taskRun, retries, ...(iteration === undefined ? {} : { iteration }) };
  // A job parameter may refer to its job and run, and not to other parameters.
  const parameters = resolveMap(given, lookupFor(request, { ...scope, parameters: {} }));
  const lookup = lookupFor(request, { ...scope, parameters });
  return runAttempt({
    world,
    records,
    runners: request.runners,
    run,
    taskRunId: taskRun.runId,
    lookup,
    parameters,
    shared: plan.shared,
    signal: request.signal,
    onRunning: plan.onRunning,
    jobs: {
      ...request.jobs,
      runIteration: ({ task, input, parent, signal }) => {
        const made = newTaskRun(world, run, { task, forEachRunId: parent.runId });
        records.addTask(made);
        addIteration(records, parent.runId, made.runId);
        return attempts(stoppable(request, made, signal), { ...plan, task }, made, { input });
      },
    },
  });
}

function once(act: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) act();
    isDone = true;
  };
}

function markRunning(records: Records, runId: string): void {
  const run = records.run(runId);
  if (run === undefined || run.state.lifeCycle === "TERMINATING" || isFinal(run.state)) return;
  records.patchRun(runId, { state: { lifeCycle: "RUNNING", message: "In run" } });
}

interface LookupRequest {
  readonly run: RunDocument;
  readonly taskRun: TaskRunDocument;
  readonly retries: number;
  readonly parameters: Readonly<Record<string, string>>;
  readonly iteration?: Iteration;
}

function lookupFor(request: WaveRequest, { run, taskRun, retries, parameters, iteration }: LookupRequest): Lookup {
  const notebook = bodyOf(taskRun.task, "notebook_task")["notebook_path"];
  return lookupIn({
    workspaceId: request.world.workspaceId,
    workspaceUrl: request.jobs.workspaceUrl,
    jobId: run.jobId,
    jobName: run.name,
    runId: run.runId,
    repairCount: run.history.length - 1,
    startedAt: run.startedAt,
    trigger: run.trigger,
    parameters,
    taskKey: taskRun.taskKey,
    taskRunId: taskRun.runId,
    retries,
    ...(typeof notebook === "string" ? { notebookPath: notebook } : {}),
    ...(iteration === undefined ? {} : { input: iteration.input }),
    task: (key) => factsOf(request.records.latestTask(request.runId, key)),
  });
}

function factsOf(taskRun: TaskRunDocument | undefined): TaskFacts | undefined {
  if (taskRun === undefined || !isFinal(taskRun.state)) return undefined;
  const { result, code } = taskRun.state;
  const notebook = bodyOf(taskRun.task, "notebook_task")["notebook_path"];
  return {
    run_id: taskRun.runId,
    execution_count: String(taskRun.attempt + 1),
    values: taskRun.values ?? {},
    ...(result === undefined ? {} : { result_state: result }),
    ...(code === undefined ? {} : { error_code: code }),
    ...(typeof notebook === "string" ? { notebook_path: notebook } : {}),
  };
}
