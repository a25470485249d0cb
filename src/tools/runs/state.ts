// A run's state as the tools show it, with the hint that belongs to it.
import * as z from "zod";
import type { RunState } from "../../workspace/run-state.ts";
import type { Run, RunTimes } from "../../workspace/runs.ts";
import { serverlessHint } from "../errors.ts";
import { idOutput, isoTime } from "../fields.ts";

export const runFields = {
  run_id: idOutput,
  job_id: idOutput.optional(),
  run_name: z.string().optional(),
  state: z.string(),
  result_state: z.string().optional(),
  state_message: z.string().optional(),
  queue_reason: z.string().optional(),
  termination_code: z.string().optional(),
  run_page_url: z.string().optional(),
  start_time: z.string().optional(),
  end_time: z.string().optional(),
  duration_seconds: z.number().optional(),
};

export function describeRun(run: Run) {
  return {
    run_id: run.runId,
    job_id: run.jobId,
    run_name: run.runName,
    ...stateFields(run.state),
    termination_code: run.state.terminationCode,
    run_page_url: run.runPageUrl,
    start_time: isoTime(run.times.startTimeMs),
    end_time: isoTime(run.times.endTimeMs),
    duration_seconds: durationSeconds(run.times),
  };
}

export function stateFields(state: RunState) {
  return {
    state: state.lifeCycle,
    result_state: state.result,
    state_message: blankless(state.message),
    queue_reason: blankless(state.queueReason),
  };
}

function blankless(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === "" ? undefined : text;
}

/** Seconds of the whole run; undefined for one that has not ended. */
export function durationSeconds(times: RunTimes): number | undefined {
  const parts = [times.setupDurationMs, times.executionDurationMs, times.cleanupDurationMs];
  const summed = parts.reduce<number>((sum, part) => sum + (part ?? 0), 0);
  const ms = times.runDurationMs ?? (summed > 0 ? summed : undefined);
  return ms === undefined || ms === 0 ? undefined : Math.round(ms / 100) / 10;
}

const endStates: readonly string[] = ["TERMINATED", "SKIPPED", "INTERNAL_ERROR"];

/** Whether a run has ended otherwise than well. */
export function didFail({ ended, result }: Pick<RunState, "ended" | "result">): boolean {
  return ended && result !== "SUCCESS" && result !== "SUCCESS_WITH_FAILURES";
}

/** The same of a described run. */
export function didFailText(described: {
  readonly state: string;
  readonly result_state?: string | undefined;
}): boolean {
  return didFail({ ended: endStates.includes(described.state), result: described.result_state });
}

const waitOn =
  "It goes on running. Call `wait_for_run` with this run_id to wait on; `cancel_run` ends it. A cold start of compute takes minutes.";

/** Whether it failed by its code, and not by the compute, the libraries or the settings around it. */
function ranItsCode({ state }: Run): boolean {
  if (state.lifeCycle === "INTERNAL_ERROR") return false;
  return state.terminationCode === undefined || state.terminationCode === "RUN_EXECUTION_ERROR";
}

/** What to do next about a run in this state; undefined for one that ended well. */
export function runHint(run: Run): string | undefined {
  if (!run.state.ended) return run.state.queueReason === undefined ? waitOn : `It waits in a queue. ${waitOn}`;
  if (!didFail(run.state)) return undefined;
  const said = [run.state.message, run.state.terminationCode, ...run.tasks.map(({ state }) => state.message)].join(" ");
  if (/serverless/i.test(said) && /not (?:enabled|available|supported)|disabled/i.test(said)) return serverlessHint;
  if (/(?:notebook|path).*(?:not found|does not exist)|unable to access the notebook|RESOURCE_NOT_FOUND/i.test(said)) {
    return "The notebook was not found: check its path with `list_notebooks` (it should start with /Workspace/), and that you may read it.";
  }
  if (run.state.result === "TIMEDOUT") {
    return "It reached its time limit. Run it again with a larger timeout_minutes.";
  }
  if (run.state.result === "CANCELED") return "It was cancelled before its end.";
  if (!ranItsCode(run)) return "No cell failed: state_message and termination_code say why it did not run.";
  return "Correct the cell that failed with `update_notebook_cell`, then run it again.";
}
