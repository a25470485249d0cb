// The runs of one world: started, queued, cancelled, repaired. What is remembered of them is in the store.
import type { JsonObject } from "../../platform/json.ts";
import { invalid } from "../http/fields.ts";
import type { World } from "../world.ts";
import type {
  JobParameter,
  LegacyParameters,
  RunDocument,
  RunResult,
  RunState,
  RunType,
  TaskRunDocument,
  Trigger,
} from "./documents.ts";
import { longestTimerSeconds, type JobsOfTask, type Runners } from "./executors.ts";
import { withDependents } from "./graph.ts";
import { kernelRunners } from "./kernel-runners.ts";
import { openRecords, type Records } from "./records.ts";
import { checkRepair, parametersOf, pruned, type RepairRequest } from "./run-request.ts";
import { nodesOf, objects } from "./settings-check.ts";
import { isFinal, pending } from "./states.ts";
import { Stop } from "./stop.ts";
import { planWave, runWave } from "./wave.ts";

/** A run that is wanted, its settings already checked. */
export interface NewRun {
  readonly jobId: string;
  readonly name: string;
  readonly type: RunType;
  readonly trigger: Trigger;
  readonly creator: string;
  readonly settings: JsonObject;
  readonly parameters: readonly JobParameter[];
  readonly legacy?: LegacyParameters;
  readonly only?: readonly string[];
  readonly token?: string;
  readonly queueEnabled: boolean;
  readonly performanceTarget?: string;
  readonly parentTaskRunId?: string;
}

interface ActiveRun {
  readonly jobId: string;
  readonly controller: AbortController;
  readonly stops: Map<string, AbortController>;
}

const maxRunJobDepth = 3;

export class RunEngine {
  readonly records: Records;
  /** Where clients reach this workspace; the routes keep it current. */
  workspaceUrl = "";
  readonly #world: World;
  readonly #runners: Runners;
  readonly #active = new Map<string, ActiveRun>();
  /** Ids of queued runs by job, oldest first. They do not outlive the emulator, as active runs do not. */
  readonly #queues = new Map<string, readonly string[]>();
  readonly #watchers = new Map<string, Set<(state: RunState) => void>>();

  constructor(world: World, runners: Runners) {
    this.#world = world;
    this.#runners = runners;
    this.records = openRecords(world);
  }

  /** Starts a run, or queues or skips it where the job has as many as it may have. Returns it. */
  start(wanted: NewRun): RunDocument {
    const now = this.#world.clock.now();
    const settings = pruned(wanted.settings, wanted.only);
    const limit = wanted.type === "JOB_RUN" ? Number(settings["max_concurrent_runs"] ?? 1) : Infinity;
    const full = this.#running(wanted.jobId) >= limit;
    const queued = full && wanted.queueEnabled && limit > 0;
    const state = full ? fullState(queued, limit) : pending();
    const run: RunDocument = {
      ...wanted,
      settings,
      runId: this.#world.ids.next(),
      startedAt: now,
      queuedMs: 0,
      state,
      taskRunIds: [],
      history: [{ startedAt: now, state, taskRunIds: [] }],
      ...(isFinal(state) ? { endedAt: now } : {}),
    };
    this.records.addRun(run);
    if (!full) this.#launch(run, allKeys(settings));
    if (queued) this.#queues.set(run.jobId, [...(this.#queues.get(run.jobId) ?? []), run.runId]);
    return this.records.run(run.runId) ?? run;
  }

  /** Asks a run to end; returns before it has. A run that has ended stays as it is. */
  cancel(run: RunDocument): void {
    if (isFinal(run.state)) return;
    const active = this.#active.get(run.runId);
    if (active === undefined) return this.#finish(run.runId, cancelled);
    this.#markTerminating(run);
    active.controller.abort(new Stop("cancelled", cancelled.message));
  }

  /** Asks one task to end, with its retries; what else there is in its run goes on. */
  cancelTask(run: RunDocument, task: TaskRunDocument): void {
    const latest = this.records.task(task.runId);
    if (latest === undefined || isFinal(latest.state)) return;
    if (latest.state.lifeCycle === "RUNNING") this.records.patchTask(task.runId, { state: cancelling });
    this.#active.get(run.runId)?.stops.get(task.originalRunId)?.abort(new Stop("cancelled", cancelled.message));
  }

  /** Runs some tasks of an ended run again. Returns the repair's id. Throws INVALID_PARAMETER_VALUE, INVALID_STATE. */
  repair(run: RunDocument, request: RepairRequest): string {
    const latest = this.records.latestTasks(run);
    const settings = this.#settingsForRepair(run);
    const keys = repairKeys(settings, request, latest);
    checkRepair(run, { request, keys, settings });
    const id = this.#world.ids.next();
    const now = this.#world.clock.now();
    const state = pending();
    this.records.patchRun(run.runId, {
      settings,
      state,
      ...(request.parameters === undefined ? {} : { parameters: parametersOf(settings, request.parameters) }),
      ...(request.legacy === undefined ? {} : { legacy: request.legacy }),
      history: [...run.history, { id, startedAt: now, state, taskRunIds: [] }],
    });
    const again = this.records.run(run.runId) ?? run;
    const { endedAt: _ended, ...open } = again;
    this.records.addRun(open);
    this.#launch(open, keys);
    return id;
  }

  /** Resolves when the run has ended, with its state. */
  ended(runId: string): Promise<RunState> {
    const run = this.records.run(runId);
    if (run === undefined) throw invalid(`Run ${runId} does not exist.`);
    if (isFinal(run.state)) return Promise.resolve(run.state);
    return new Promise((resolve) => {
      const watchers = this.#watchers.get(runId) ?? new Set();
      watchers.add(resolve);
      this.#watchers.set(runId, watchers);
    });
  }

  /** Runs that take up a place of the job: neither ended nor queued. */
  #running(jobId: string): number {
    return [...this.#active.values()].filter((run) => run.jobId === jobId).length;
  }

  #launch(run: RunDocument, keys: ReadonlySet<string>): void {
    const active: ActiveRun = { jobId: run.jobId, controller: new AbortController(), stops: new Map() };
    planWave(this.#world, this.records, { runId: run.runId, keys });
    this.#active.set(run.runId, active);
    this.#execute(run, keys, active).catch((thrown: unknown) => {
      if (this.#world.signal.aborted) return;
      const message = thrown instanceof Error ? thrown.message : String(thrown);
      this.#finish(run.runId, { lifeCycle: "INTERNAL_ERROR", result: "FAILED", message, code: "INTERNAL_ERROR" });
    });
  }

  async #execute(
    { runId, settings }: RunDocument,
    keys: ReadonlySet<string>,
    { controller, stops }: ActiveRun,
  ): Promise<void> {
    const { signal } = controller;
    const seconds = Number(settings["timeout_seconds"] ?? 0);
    const over = new AbortController();
    if (seconds > 0 && seconds < longestTimerSeconds) this.#limitTime(seconds, { controller, over: over.signal });
    const state = await runWave({
      world: this.#world,
      records: this.records,
      runners: this.#runners,
      runId,
      keys,
      signal,
      stops,
      jobs: this.#jobs(),
    }).finally(() => over.abort());
    if (!this.#world.signal.aborted) this.#finish(runId, state);
  }

  #limitTime(seconds: number, { controller, over }: { controller: AbortController; over: AbortSignal }): void {
    const signal = AbortSignal.any([over, this.#world.signal]);
    this.#world.clock.sleep(seconds * 1000, signal).then(
      () => controller.abort(new Stop("timedOut", `Run timed out after ${seconds} seconds.`)),
      () => undefined,
    );
  }

  #finish(runId: string, state: RunState): void {
    this.#active.delete(runId);
    const run = this.records.run(runId);
    if (run === undefined) return;
    const endedAt = this.#world.clock.now();
    const history = run.history.map((item, index) =>
      index === run.history.length - 1 ? { ...item, state, endedAt } : item,
    );
    this.records.patchRun(runId, { state, endedAt, history });
    for (const watcher of this.#watchers.get(runId) ?? []) watcher(state);
    this.#watchers.delete(runId);
    this.#startQueued(run.jobId);
  }

  #startQueued(jobId: string): void {
    const [next, ...rest] = (this.#queues.get(jobId) ?? []).filter((runId) => isQueued(this.records.run(runId)));
    const run = next === undefined ? undefined : this.records.run(next);
    if (run === undefined) return void this.#queues.delete(jobId);
    if (this.#running(jobId) >= Number(run.settings["max_concurrent_runs"] ?? 1)) return;
    this.#queues.set(jobId, rest);
    const state = pending();
    const queuedMs = this.#world.clock.now() - run.startedAt;
    this.records.patchRun(run.runId, { state, queuedMs });
    this.#launch({ ...run, state, queuedMs }, allKeys(run.settings));
    this.#startQueued(jobId);
  }

  #markTerminating(run: RunDocument): void {
    this.records.patchRun(run.runId, { state: cancelling });
    for (const task of this.records.tasksOf(run)) {
      if (task.state.lifeCycle === "RUNNING") this.records.patchTask(task.runId, { state: cancelling });
    }
  }

  /** A repair of a job's run takes the job's settings of today; a one-time run has only its own. */
  #settingsForRepair(run: RunDocument): JsonObject {
    const job = run.type === "JOB_RUN" ? this.records.jobs.get(run.jobId) : undefined;
    return job === undefined ? run.settings : pruned(job.settings, run.only);
  }

  #jobs(): Omit<JobsOfTask, "runIteration"> {
    return {
      workspaceUrl: this.workspaceUrl,
      runJob: async ({ jobId, parameters, parentTaskRunId, signal, onStart }) => {
        const job = this.records.jobs.get(jobId);
        const refusal = (message: string): RunState => ({ lifeCycle: "INTERNAL_ERROR", result: "FAILED", message });
        if (job === undefined) return refusal(`Job ${jobId} does not exist.`);
        if (this.#depth(parentTaskRunId) >= maxRunJobDepth) {
          return refusal(`Run job tasks can be nested at most ${maxRunJobDepth} deep.`);
        }
        const parent = this.records.task(parentTaskRunId);
        const run = this.start({
          jobId,
          name: String(job.settings["name"] ?? "Untitled"),
          type: "JOB_RUN",
          trigger: "RUN_JOB_TASK",
          creator: (parent && this.records.run(parent.parentRunId)?.creator) ?? job.creator,
          settings: job.settings,
          parameters: parametersOf(job.settings, parameters),
          queueEnabled: true,
          parentTaskRunId,
        });
        onStart(run.runId);
        const stop = (): void => this.cancel(this.records.run(run.runId) ?? run);
        signal.addEventListener("abort", stop, { once: true });
        return this.ended(run.runId).finally(() => signal.removeEventListener("abort", stop));
      },
    };
  }

  /** How many run-job tasks stand above a task run. */
  #depth(taskRunId: string | undefined): number {
    const task = taskRunId === undefined ? undefined : this.records.task(taskRunId);
    if (task === undefined) return 0;
    return 1 + this.#depth(this.records.run(task.parentRunId)?.parentTaskRunId);
  }
}

const cancelling: RunState = { lifeCycle: "TERMINATING", message: "Cancelling" };
const cancelled: RunState = {
  lifeCycle: "TERMINATED",
  result: "CANCELED",
  message: "Run cancelled.",
  code: "USER_CANCELED",
};

function fullState(queued: boolean, limit: number): RunState {
  if (queued) {
    const message = `Queued due to reaching maximum concurrent runs of ${limit}.`;
    return { lifeCycle: "QUEUED", message };
  }
  const message = `An active run for this job has already reached the limit of maximum concurrent runs (${limit}).`;
  return {
    lifeCycle: "SKIPPED",
    result: "MAXIMUM_CONCURRENT_RUNS_REACHED",
    message,
    code: "MAX_CONCURRENT_RUNS_EXCEEDED",
  };
}

function isQueued(run: RunDocument | undefined): boolean {
  return run?.state.lifeCycle === "QUEUED";
}

function allKeys(settings: JsonObject): ReadonlySet<string> {
  return new Set(objects(settings, "tasks").map((task) => String(task["task_key"])));
}

function repairKeys(
  settings: JsonObject,
  request: RepairRequest,
  latest: ReadonlyMap<string, TaskRunDocument>,
): ReadonlySet<string> {
  const nodes = nodesOf(objects(settings, "tasks"));
  if (!request.allFailed) {
    return request.dependents ? withDependents(nodes, request.tasks) : new Set(request.tasks);
  }
  const failed = keysThat(
    latest,
    (result) => result !== "SUCCESS" && result !== "SUCCESS_WITH_FAILURES" && result !== "EXCLUDED",
  );
  const keys = nodes.filter(({ key }) => failed.has(key) || !latest.has(key)).map(({ key }) => key);
  const below = withDependents(nodes, keys);
  if (request.dependents) return below;
  // What was excluded may be wanted now; what succeeded is left alone unless it is asked for.
  const excluded = keysThat(latest, (result) => result === "EXCLUDED");
  return new Set([...below].filter((key) => keys.includes(key) || excluded.has(key)));
}

function keysThat(
  latest: ReadonlyMap<string, TaskRunDocument>,
  holds: (result: RunResult | undefined) => boolean,
): ReadonlySet<string> {
  return new Set([...latest].filter(([, task]) => holds(task.state.result)).map(([key]) => key));
}

const engines = new WeakMap<World, RunEngine>();

/** The engine of this world, made at the first call; runs that an earlier emulator left active are ended then. */
export function engineOf(world: World, runners: Runners = kernelRunners): RunEngine {
  let engine = engines.get(world);
  if (engine === undefined) {
    engine = new RunEngine(world, runners);
    engines.set(world, engine);
  }
  return engine;
}
