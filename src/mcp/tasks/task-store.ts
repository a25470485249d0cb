// Calls that go on after they have been answered with a handle: the tasks of one caller, by the extension
// io.modelcontextprotocol/tasks of MCP 2026-07-28 (SEP-2663).
import type { CallToolResult } from "@modelcontextprotocol/server";
import type { Clock } from "../../platform/deps.ts";

export type TaskStatus = "working" | "completed" | "failed" | "cancelled";

/** A task as the protocol shows it. Times as ISO 8601, durations in whole milliseconds. */
export interface TaskView {
  readonly taskId: string;
  readonly status: TaskStatus;
  readonly statusMessage?: string;
  readonly createdAt: string;
  readonly lastUpdatedAt: string;
  readonly ttlMs: number;
  readonly pollIntervalMs: number;
  readonly result?: CallToolResult;
  readonly error?: { readonly code: number; readonly message: string };
}

export type Outcome = Pick<TaskView, "result" | "error">;

export interface CallTask {
  view(): TaskView;
  /** What is happening now. */
  tell(message: string): void;
  /** The call has ended. A task that was cancelled stays so. */
  settle(outcome: Outcome): void;
  /** Ends the call, where it has not ended. */
  cancel(): void;
}

export interface TaskStore {
  /** @param end Ends the call. */
  open(clock: Clock, end: () => void): CallTask;
  find(clock: Clock, taskId: string): CallTask | undefined;
}

/** How long a task can be asked for: longer than any call takes. */
const ttlMs = 3_600_000;
const pollIntervalMs = 2_000;

/** Of one caller. Those whose time is over are forgotten when the next is opened. */
export function createTaskStore(): TaskStore {
  const tasks = new Map<string, { readonly task: CallTask; readonly untilMs: number }>();
  const forgetOld = (nowMs: number): void => {
    for (const [id, { task, untilMs }] of tasks) {
      if (nowMs < untilMs) return;
      task.cancel();
      tasks.delete(id);
    }
  };
  return {
    open: (clock, end) => {
      const nowMs = clock.now();
      forgetOld(nowMs);
      const task = createTask(clock, end);
      tasks.set(task.view().taskId, { task, untilMs: nowMs + ttlMs });
      return task;
    },
    find: (clock, taskId) => {
      forgetOld(clock.now());
      return tasks.get(taskId)?.task;
    },
  };
}

function createTask(clock: Clock, end: () => void): CallTask {
  const now = (): string => new Date(clock.now()).toISOString();
  const createdAt = now();
  const taskId = crypto.randomUUID();
  let state: Omit<TaskView, "taskId" | "createdAt" | "ttlMs" | "pollIntervalMs"> = {
    status: "working",
    lastUpdatedAt: createdAt,
  };
  const change = (more: Partial<typeof state>): void => {
    if (state.status === "working") state = { ...state, ...more, lastUpdatedAt: now() };
  };
  return {
    view: () => ({ taskId, createdAt, ttlMs, pollIntervalMs, ...state }),
    tell: (statusMessage) => change({ statusMessage }),
    settle: (outcome) => change({ status: outcome.error === undefined ? "completed" : "failed", ...outcome }),
    cancel: () => {
      if (state.status !== "working") return;
      change({ status: "cancelled" });
      end();
    },
  };
}
