// The state of a run or task, one type for both shapes that the workspace sends: `state` (older) and `status` (newer).

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
