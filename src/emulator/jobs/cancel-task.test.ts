// runs/cancel with the id of a task run: it ends that task alone.
import { afterEach, beforeEach, expect, test } from "bun:test";
import { startJobsEmulator, taskOf, type JobsEmulator, type RunJson } from "./testing-jobs.ts";

let it: JobsEmulator;
beforeEach(async () => {
  it = await startJobsEmulator();
});
afterEach(() => it.dispose());

function task(key: string, text: string, more: object = {}): object {
  return { task_key: key, notebook_task: { notebook_path: it.notebook(key, text) }, ...more };
}

async function submit(tasks: readonly object[]): Promise<string> {
  return String((await it.post("runs/submit", { run_name: "test", tasks }))["run_id"]);
}

function results(run: RunJson): Record<string, string | undefined> {
  return Object.fromEntries((run.tasks ?? []).map((one) => [one.task_key, one.state.result_state]));
}

const runs = (key: string) => (run: RunJson) => taskOf(run, key).state.life_cycle_state === "RUNNING";
const after = (key: string, more: object = {}): object => ({ depends_on: [{ task_key: key }], ...more });

test("the other tasks go on, what depends on it is skipped unless it runs anyway", async () => {
  const runId = await submit([
    task("slow", "hang"),
    task("other", "hang"),
    task("below", "pass", after("slow")),
    task("anyway", "pass", after("slow", { run_if: "ALL_DONE" })),
  ]);
  await it.untilRun(runId, (run) => runs("slow")(run) && runs("other")(run));
  const slow = taskOf(await it.untilRun(runId, () => true), "slow").run_id;
  await it.post("runs/cancel", { run_id: slow });
  const run = await it.untilRun(runId, (one) => taskOf(one, "anyway").state.result_state !== undefined);
  expect(results(run)).toEqual({
    slow: "CANCELED",
    other: undefined,
    below: "UPSTREAM_CANCELED",
    anyway: "SUCCESS",
  });
  expect(run.state.life_cycle_state).toBe("RUNNING");
  expect(taskOf(run, "slow").status.termination_details).toMatchObject({ code: "USER_CANCELED" });
  await it.post("runs/cancel", { run_id: taskOf(run, "other").run_id });
  const ended = await it.untilEnded(runId);
  expect(ended.state).toMatchObject({ life_cycle_state: "TERMINATED", result_state: "CANCELED" });
});

test("a task that waits for another ends at once and never runs", async () => {
  const runId = await submit([task("first", "hang"), task("second", "pass", after("first"))]);
  const run = await it.untilRun(runId, runs("first"));
  await it.post("runs/cancel", { run_id: taskOf(run, "second").run_id });
  const seen = await it.untilRun(runId, (one) => taskOf(one, "second").state.result_state === "CANCELED");
  expect(taskOf(seen, "first").state.life_cycle_state).toBe("RUNNING");
  await it.post("runs/cancel", { run_id: runId });
  await it.untilEnded(runId);
  expect(it.ran.map(({ path }) => path)).toEqual(["/Shared/first"]);
});

test("a task that waits for its retry is not tried again", async () => {
  const runId = await submit([task("flaky", "fail it", { max_retries: 5, min_retry_interval_millis: 3_600_000 })]);
  const run = await it.untilRun(runId, (one) => taskOf(one, "flaky").state.life_cycle_state === "WAITING_FOR_RETRY");
  await it.post("runs/cancel", { run_id: taskOf(run, "flaky").run_id });
  const ended = await it.untilEnded(runId);
  expect(ended.tasks?.map((one) => one.state.result_state)).toEqual(["FAILED", "CANCELED"]);
});

test("one iteration of a for each task ends alone", async () => {
  const nested = task("each_one", "hang");
  const runId = await submit([{ task_key: "each", for_each_task: { inputs: "[1, 2]", concurrency: 2, task: nested } }]);
  const run = await it.untilRun(runId, () => it.ran.length === 2);
  const each = String(taskOf(run, "each").run_id);
  const { iterations } = await it.untilRun(each, (one) => (one["iterations"] as unknown[]).length === 2);
  const [first, second] = iterations as readonly RunJson[];
  await it.post("runs/cancel", { run_id: first?.run_id });
  const ended = await it.untilRun(first?.run_id, (one) => one.status.state === "TERMINATED");
  expect(ended.state.result_state).toBe("CANCELED");
  expect((await it.untilRun(second?.run_id, () => true)).state.life_cycle_state).toBe("RUNNING");
  await it.post("runs/cancel", { run_id: each });
  await it.untilEnded(runId);
});

test("a task that has ended stays as it is", async () => {
  const runId = await submit([task("quick", "pass"), task("slow", "hang")]);
  const run = await it.untilRun(runId, (one) => taskOf(one, "quick").state.result_state === "SUCCESS");
  await it.post("runs/cancel", { run_id: taskOf(run, "quick").run_id });
  await it.post("runs/cancel", { run_id: runId });
  expect(results(await it.untilEnded(runId))).toEqual({ quick: "SUCCESS", slow: "CANCELED" });
});
