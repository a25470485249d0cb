// The state of a run or task, one type for both shapes that the workspace sends: `state` (older) and `status` (newer).
import type { JsonObject } from "../platform/json.ts";
import { object, text } from "./fields.ts";

export type LifeCycle =
  | "QUEUED"
  | "PENDING"
  | "BLOCKED"
  | "RUNNING"
  | "WAITING_FOR_RETRY"
  | "TERMINATING"
  | "TERMINATED"
  | "SKIPPED"
  | "INTERNAL_ERROR"
  | (string & {});

export type RunResult =
  | "SUCCESS"
  | "FAILED"
  | "TIMEDOUT"
  | "CANCELED"
  | "MAXIMUM_CONCURRENT_RUNS_REACHED"
  | "UPSTREAM_FAILED"
  | "UPSTREAM_CANCELED"
  | "EXCLUDED"
  | "SUCCESS_WITH_FAILURES"
  | "DISABLED"
  | (string & {});

export interface RunState {
  readonly lifeCycle: LifeCycle;
  /** Only once the run has ended. */
  readonly result: RunResult | undefined;
  readonly message: string | undefined;
  /** Why it waits in a queue. */
  readonly queueReason: string | undefined;
  /** Why it ended: SUCCESS, USER_CANCELED, RUN_EXECUTION_ERROR, CLUSTER_ERROR ... Only the newer shape has it. */
  readonly terminationCode: string | undefined;
  /** Whose fault it was: SUCCESS, INTERNAL_ERROR, CLIENT_ERROR, CLOUD_FAILURE. Only the newer shape has it. */
  readonly terminationType: string | undefined;
  /** True when nothing more will happen: TERMINATED, SKIPPED or INTERNAL_ERROR. */
  readonly ended: boolean;
}

const endStates: readonly string[] = ["TERMINATED", "SKIPPED", "INTERNAL_ERROR"];

/** Reads the state of a run or task. The older shape decides where both are there; the newer one adds the reasons. */
export function runStateOf(wire: JsonObject): RunState {
  const older = object(wire, "state") ?? {};
  const newer = object(wire, "status") ?? {};
  const termination = object(newer, "termination_details") ?? {};
  const queue = object(newer, "queue_details") ?? {};
  const code = text(termination, "code");
  const lifeCycle = text(older, "life_cycle_state") ?? lifeCycleOf(text(newer, "state"), code);
  const ended = endStates.includes(lifeCycle);
  return {
    lifeCycle,
    result: text(older, "result_state") ?? (ended && code !== undefined ? resultOf(code) : undefined),
    message: text(older, "state_message") ?? text(termination, "message"),
    queueReason: text(older, "queue_reason") ?? text(queue, "message") ?? text(queue, "code"),
    terminationCode: code,
    terminationType: text(termination, "type"),
    ended,
  };
}

function lifeCycleOf(state: string | undefined, terminationCode: string | undefined): LifeCycle {
  if (state === "WAITING") return "WAITING_FOR_RETRY";
  if (state !== "TERMINATED") return state ?? "PENDING";
  const skipped = ["SKIPPED", "DISABLED", "MAX_CONCURRENT_RUNS_EXCEEDED", "MAX_JOB_QUEUE_SIZE_EXCEEDED"];
  if (terminationCode !== undefined && skipped.includes(terminationCode)) return "SKIPPED";
  return terminationCode === "INTERNAL_ERROR" ? "INTERNAL_ERROR" : "TERMINATED";
}

// What the older shape would have called the same end. Every code that is not listed is a kind of failure.
const resultsByCode: Readonly<Record<string, RunResult>> = {
  SUCCESS: "SUCCESS",
  SUCCESS_WITH_FAILURES: "SUCCESS_WITH_FAILURES",
  USER_CANCELED: "CANCELED",
  CANCELED: "CANCELED",
  DISABLED: "DISABLED",
  MAX_CONCURRENT_RUNS_EXCEEDED: "MAXIMUM_CONCURRENT_RUNS_REACHED",
};

function resultOf(terminationCode: string): RunResult | undefined {
  return terminationCode === "SKIPPED" ? undefined : (resultsByCode[terminationCode] ?? "FAILED");
}
