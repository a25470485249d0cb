// The order of a run's tasks: what depends on what, and whether a task may start once its dependencies have ended.
import type { RunResult, RunState, TerminationCode } from "./documents.ts";

export const runIfWords = [
  "ALL_SUCCESS",
  "ALL_DONE",
  "NONE_FAILED",
  "AT_LEAST_ONE_SUCCESS",
  "ALL_FAILED",
  "AT_LEAST_ONE_FAILED",
] as const;
export type RunIf = (typeof runIfWords)[number];

/** How one dependency ended, as the dependent task sees it. */
export interface Upstream {
  readonly result: RunResult;
  /** False where the dependency is a condition whose outcome is not the one that was asked for. */
  readonly matches: boolean;
}

type Standing = "succeeded" | "failed" | "excluded";

function standing({ result, matches }: Upstream): Standing {
  if (result === "EXCLUDED") return "excluded";
  if (result !== "SUCCESS" && result !== "SUCCESS_WITH_FAILURES") return "failed";
  return matches ? "succeeded" : "excluded";
}

/**
 * `run`, or how the task ends without being run. A cancelled dependency counts as failed, so that clean-up tasks run; a
 * task whose dependencies were all excluded is excluded whatever its run_if. Source: "Run if" of the Jobs API's tasks.
 */
export function decide(runIf: RunIf, upstreams: readonly Upstream[]): "run" | RunResult {
  if (upstreams.length === 0) return "run";
  const standings = upstreams.map(standing);
  const some = (wanted: Standing): boolean => standings.includes(wanted);
  const all = (wanted: Standing): boolean => standings.every((one) => one === wanted);
  if (all("excluded")) return "EXCLUDED";
  const met: Record<RunIf, boolean> = {
    ALL_SUCCESS: all("succeeded"),
    ALL_DONE: true,
    NONE_FAILED: !some("failed"),
    AT_LEAST_ONE_SUCCESS: some("succeeded"),
    ALL_FAILED: all("failed"),
    AT_LEAST_ONE_FAILED: some("failed"),
  };
  if (met[runIf]) return "run";
  if (runIf === "ALL_FAILED" || runIf === "AT_LEAST_ONE_FAILED" || !some("failed")) return "EXCLUDED";
  return upstreams.every(({ result, matches }) => standing({ result, matches }) !== "failed" || isCancelled(result))
    ? "UPSTREAM_CANCELED"
    : "UPSTREAM_FAILED";
}

function isCancelled(result: RunResult): boolean {
  return result === "CANCELED" || result === "UPSTREAM_CANCELED";
}

/** A task of a graph, reduced to its edges. */
export interface Node {
  readonly key: string;
  readonly dependsOn: readonly string[];
}

/** The keys of one cycle in the order in which they depend on each other, or undefined when there is none. */
export function findCycle(nodes: readonly Node[]): readonly string[] | undefined {
  const byKey = new Map(nodes.map((node) => [node.key, node]));
  const done = new Set<string>();
  const visit = (key: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(key)) return [...path.slice(path.indexOf(key)), key];
    if (done.has(key)) return undefined;
    for (const next of byKey.get(key)?.dependsOn ?? []) {
      const cycle = visit(next, [...path, key]);
      if (cycle !== undefined) return cycle;
    }
    done.add(key);
    return undefined;
  };
  for (const { key } of nodes) {
    const cycle = visit(key, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

/** The keys given and everything that depends on them, directly or not. */
export function withDependents(nodes: readonly Node[], keys: readonly string[]): ReadonlySet<string> {
  const found = new Set(keys);
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const { key, dependsOn } of nodes) {
      if (dependsOn.some((upstream) => found.has(upstream))) found.add(key);
    }
  }
  return found;
}

/** The latest state of each task, with its edges. */
export interface EndedTask extends Node {
  readonly state: RunState;
}

/**
 * The state of a run whose tasks have all ended. One task: the run ends as it did. Several: the leaves decide, and a
 * failure above successful leaves is SUCCESS_WITH_FAILURES. Throws nothing.
 */
export function overallState(tasks: readonly EndedTask[]): RunState {
  const [only, ...others] = tasks;
  if (only === undefined) return { lifeCycle: "TERMINATED", result: "SUCCESS", message: "", code: "SUCCESS" };
  if (others.length === 0) return only.state;
  const upstream = new Set(tasks.flatMap((task) => task.dependsOn));
  const leaves = tasks.filter((task) => !upstream.has(task.key));
  const failed = tasks.filter((task) => isFailure(task.state.result));
  const failedLeaves = leaves.filter((task) => isFailure(task.state.result));
  if (failed.length === 0) return { lifeCycle: "TERMINATED", result: "SUCCESS", message: "", code: "SUCCESS" };
  if (failedLeaves.length === 0) {
    const code: TerminationCode = "SUCCESS_WITH_FAILURES";
    return { lifeCycle: "TERMINATED", result: "SUCCESS_WITH_FAILURES", message: "", code };
  }
  return failure(failed, failedLeaves);
}

function failure(failed: readonly EndedTask[], leaves: readonly EndedTask[]): RunState {
  const own = failed.filter(({ state }) => state.result === "FAILED" || state.result === "TIMEDOUT");
  const [first] = own;
  if (first === undefined) {
    return { lifeCycle: "TERMINATED", result: "CANCELED", message: "Run cancelled.", code: "USER_CANCELED" };
  }
  const skipped = leaves.some(({ state }) => state.result === "UPSTREAM_FAILED");
  const words = own.length === 1 ? `Task ${first.key} failed with message` : `${taskList(own)} failed. First message`;
  const consequence = skipped ? " This caused all downstream tasks to get skipped." : "";
  const message = `${words}: ${sentence(first.state.message)}${consequence}`;
  const timedOut = own.every(({ state }) => state.result === "TIMEDOUT");
  return {
    lifeCycle: "INTERNAL_ERROR",
    result: timedOut ? "TIMEDOUT" : "FAILED",
    message,
    code: "RUN_EXECUTION_ERROR",
  };
}

function taskList(tasks: readonly EndedTask[]): string {
  return `Tasks ${tasks.map((task) => task.key).join(", ")}`;
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function isFailure(result: RunResult | undefined): boolean {
  return result !== "SUCCESS" && result !== "SUCCESS_WITH_FAILURES" && result !== "EXCLUDED";
}
