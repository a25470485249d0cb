// A run in one line, for those who wait for it: queued and why, its compute starting, how many of its tasks have ended.
import { latestTasks, type Run, type RunTask } from "../../workspace/run.ts";

const mostNames = 3;

export function runProgress(run: Run): string {
  const { state } = run;
  const reason = state.queueReason === undefined ? "" : `: ${state.queueReason.slice(0, 200)}`;
  if (state.lifeCycle === "QUEUED" || state.queueReason !== undefined) return `The run waits in a queue${reason}`;
  if (state.lifeCycle === "PENDING") return "The run is PENDING: its compute is starting";
  const latest = latestTasks(run);
  if (state.lifeCycle !== "RUNNING" || latest.length < 2) return `The run is ${state.lifeCycle}${startingText(latest)}`;
  const ended = latest.filter((task) => task.state.ended).length;
  const running = latest.filter((task) => task.state.lifeCycle === "RUNNING").map(({ taskKey }) => taskKey);
  const more = running.length > mostNames ? ` and ${running.length - mostNames} more` : "";
  const now = running.length === 0 ? startingText(latest) : `; now ${running.slice(0, mostNames).join(", ")}${more}`;
  return `The run is RUNNING: ${ended} of ${latest.length} tasks have ended${now}`;
}

/** A run counts as running while the compute of its first task still starts. */
function startingText(tasks: readonly RunTask[]): string {
  const waits = tasks.some(({ state }) => state.lifeCycle === "PENDING" || state.lifeCycle === "QUEUED");
  const isIdle = tasks.length > 0 && tasks.every(({ state }) => state.lifeCycle !== "RUNNING");
  return waits && isIdle ? "; compute is starting" : "";
}
