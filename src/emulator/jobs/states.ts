// The two shapes in which the Jobs API tells a run's state: the old `state` and the newer `status`.
import type { LifeCycle, RunState, TerminationCode } from "./documents.ts";

const finalStates: ReadonlySet<LifeCycle> = new Set(["TERMINATED", "SKIPPED", "INTERNAL_ERROR"]);

export function isFinal(state: RunState): boolean {
  return finalStates.has(state.lifeCycle);
}

export function pending(message = ""): RunState {
  return { lifeCycle: "PENDING", message };
}

/** `state`, with the fields that a workspace sends even when they are empty. */
export function legacyState(state: RunState): object {
  return {
    life_cycle_state: state.lifeCycle,
    ...(state.result === undefined ? {} : { result_state: state.result }),
    state_message: state.message,
    user_cancelled_or_timedout: state.result === "CANCELED" || state.result === "TIMEDOUT",
    ...(state.lifeCycle === "QUEUED" ? { queue_reason: state.message } : {}),
  };
}

/** `status`: a final run has termination_details, a queued one queue_details. */
export function status(state: RunState): object {
  if (isFinal(state)) {
    const code = state.code ?? "INTERNAL_ERROR";
    return {
      state: "TERMINATED",
      termination_details: {
        code,
        type: terminationType(code),
        ...(state.message === "" ? {} : { message: state.message }),
      },
    };
  }
  const name = state.lifeCycle === "WAITING_FOR_RETRY" ? "WAITING" : state.lifeCycle;
  if (state.lifeCycle !== "QUEUED") return { state: name };
  return { state: name, queue_details: { code: "MAX_CONCURRENT_RUNS_REACHED", message: state.message } };
}

function terminationType(code: TerminationCode): string {
  if (code === "SUCCESS" || code === "SUCCESS_WITH_FAILURES") return "SUCCESS";
  if (code === "USER_CANCELED" || code === "SKIPPED") return "SUCCESS";
  return code === "INTERNAL_ERROR" ? "INTERNAL_ERROR" : "CLIENT_ERROR";
}
