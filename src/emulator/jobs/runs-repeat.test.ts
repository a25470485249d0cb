// Runs over HTTP: several of a job, repairs, and tasks that start other runs.
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { JsonObject } from "../../platform/json.ts";
import { startJobsEmulator, taskOf, until, type JobsEmulator, type RunJson } from "./testing-jobs.ts";

let it: JobsEmulator;
beforeEach(async () => {
  it = await startJobsEmulator();
});
afterEach(() => it.dispose());

interface TaskOptions {
  readonly text?: string;
  readonly after?: readonly (string | { task_key: string; outcome: string })[];
  readonly more?: object;
}

/** A notebook task whose notebook behaves as `text` says. */
function task(key: string, { text, after, more }: TaskOptions = {}): object {
  const depends = after?.map((one) => (typeof one === "string" ? { task_key: one } : one));
  return {
    task_key: key,
    notebook_task: { notebook_path: it.notebook(key, text) },
    ...(depends === undefined ? {} : { depends_on: depends }),
    ...more,
  };
}

async function submit(tasks: readonly object[], more: object = {}): Promise<string> {
  const { run_id } = await it.post("runs/submit", { run_name: "test", tasks, ...more });
  return String(run_id);
}

function results(run: RunJson): Record<string, string | undefined> {
  return Object.fromEntries((run.tasks ?? []).map((one) => [one.task_key, one.state.result_state]));
}

describe("several runs of a job", () => {
  test("one more than allowed is skipped", async () => {
    const { job_id } = await it.post("create", { tasks: [task("a", { text: "hang" })] });
    const first = (await it.post("run-now", { job_id }))["run_id"];
    const run = await it.untilEnded((await it.post("run-now", { job_id }))["run_id"]);
    expect(run.state).toMatchObject({ life_cycle_state: "SKIPPED", result_state: "MAXIMUM_CONCURRENT_RUNS_REACHED" });
    expect(run.status.termination_details?.code).toBe("MAX_CONCURRENT_RUNS_EXCEEDED");
    expect(run.tasks).toEqual([]);
    await it.post("runs/cancel", { run_id: first });
    await it.untilEnded(first);
  });

  test("or queued, and started when there is room", async () => {
    const { job_id } = await it.post("create", { tasks: [task("a", { text: "hang" })] });
    const first = (await it.post("run-now", { job_id }))["run_id"];
    const second = (await it.post("run-now", { job_id, queue: { enabled: true } }))["run_id"];
    const queued = await it.untilRun(second, () => true);
    expect(queued.state.life_cycle_state).toBe("QUEUED");
    expect(queued.state.queue_reason).toContain("maximum concurrent runs");
    expect(queued.status).toMatchObject({ state: "QUEUED", queue_details: { code: "MAX_CONCURRENT_RUNS_REACHED" } });
    await it.post("runs/cancel", { run_id: first });
    await it.untilEnded(first);
    await it.untilRun(second, (run) => run.state.life_cycle_state === "RUNNING");
    await it.post("runs/cancel", { run_id: second });
    await it.untilEnded(second);
  });

  test("max_concurrent_runs 2 lets two run", async () => {
    const { job_id } = await it.post("create", { tasks: [task("a", { text: "hang" })], max_concurrent_runs: 2 });
    const ids = [await it.post("run-now", { job_id }), await it.post("run-now", { job_id })].map(
      (one) => one["run_id"],
    );
    for (const runId of ids) await it.untilRun(runId, (run) => run.state.life_cycle_state === "RUNNING");
    await it.post("runs/cancel-all", { job_id });
    for (const runId of ids) await it.untilEnded(runId);
  });

  test("the same idempotency_token gives the same run", async () => {
    const { job_id } = await it.post("create", { tasks: [task("a")], max_concurrent_runs: 5 });
    const first = await it.post("run-now", { job_id, idempotency_token: "once" });
    await it.untilEnded(first["run_id"]);
    expect(await it.post("run-now", { job_id, idempotency_token: "once" })).toEqual(first);
    const body = { tasks: [task("b")], idempotency_token: "submitted" };
    const submitted = await it.post("runs/submit", body);
    expect(await it.post("runs/submit", body)).toEqual(submitted);
    expect(submitted["run_id"]).not.toBe(first["run_id"] as never);
    await it.untilEnded(submitted["run_id"]);
    expect(it.ran).toHaveLength(2);
    await it.post("runs/delete", { run_id: submitted["run_id"] });
    expect((await it.refusal("POST /api/2.2/jobs/runs/submit", body))["message"]).toContain("has been deleted");
    const long = { job_id, idempotency_token: "x".repeat(65) };
    expect((await it.refusal("POST /api/2.2/jobs/run-now", long))["message"]).toContain("64 characters");
  });

  test("`only` runs the tasks that it names", async () => {
    const { job_id } = await it.post("create", {
      tasks: [task("a"), task("b", { after: ["a"] }), task("c", { after: ["b"] })],
    });
    const { run_id } = await it.post("run-now", { job_id, only: ["b", "c"] });
    const run = await it.untilEnded(run_id);
    expect(results(run)).toEqual({ b: "SUCCESS", c: "SUCCESS" });
    expect((await it.refusal("POST /api/2.2/jobs/run-now", { job_id, only: ["z"] }))["message"]).toContain("'z'");
  });
});

describe("repair", () => {
  test("runs the failed tasks and what hangs on them again, as new attempts", async () => {
    const tasks = [task("good"), task("bad", { text: "flaky 1" }), task("after", { after: ["bad"] })];
    const runId = await submit(tasks);
    const before = await it.untilEnded(runId);
    expect(results(before)).toEqual({ good: "SUCCESS", bad: "FAILED", after: "UPSTREAM_FAILED" });
    const { repair_id } = await it.post("runs/repair", { run_id: runId, rerun_all_failed_tasks: true });
    const run = await it.untilEnded(runId);
    expect(run.state.result_state).toBe("SUCCESS");
    expect(taskOf(run, "bad")).toMatchObject({ attempt_number: 1 });
    expect(run.tasks?.filter((one) => one.task_key === "good")).toHaveLength(1);
    const { repair_history } = await it.get("runs/get", { run_id: runId, include_history: "true" });
    const history = repair_history as JsonObject[];
    expect(history.map((item) => item["type"])).toEqual(["ORIGINAL", "REPAIR"]);
    expect(history[1]?.["id"]).toBe(repair_id as never);
    expect(history[1]?.["task_run_ids"]).toEqual([taskOf(run, "bad").run_id, taskOf(run, "after").run_id] as never);
    expect(history[0]).toMatchObject({ state: { result_state: "FAILED" } });
  });

  test("wants the latest repair's id from the second time on", async () => {
    const runId = await submit([task("a", { text: "fail x" })]);
    await it.untilEnded(runId);
    const first = await it.post("runs/repair", { run_id: runId, rerun_tasks: ["a"] });
    await it.untilEnded(runId);
    const again = { run_id: runId, rerun_tasks: ["a"] };
    expect((await it.refusal("POST /api/2.2/jobs/runs/repair", again))["message"]).toContain(
      "latest_repair_id is required",
    );
    const wrong = { ...again, latest_repair_id: 17 };
    expect((await it.refusal("POST /api/2.2/jobs/runs/repair", wrong))["message"]).toContain(
      "is not the latest repair",
    );
    await it.post("runs/repair", { ...again, latest_repair_id: first["repair_id"] });
    expect((await it.untilEnded(runId)).tasks).toHaveLength(3);
  });

  test("is refused while the run goes on, without tasks, and for unknown ones", async () => {
    const runId = await submit([task("a", { text: "hang" })]);
    const refuse = (more: object): Promise<JsonObject> =>
      it.refusal("POST /api/2.2/jobs/runs/repair", { run_id: runId, ...more });
    expect(await refuse({ rerun_tasks: ["a"] })).toMatchObject({ error_code: "INVALID_STATE" });
    await it.post("runs/cancel", { run_id: runId });
    await it.untilEnded(runId);
    expect((await refuse({}))["message"]).toContain("Exactly one of rerun_tasks");
    expect((await refuse({ rerun_tasks: ["z"] }))["message"]).toContain("'z'");
  });

  test("of all failed tasks leaves those that succeeded below them alone, unless asked", async () => {
    const tasks = [
      task("bad", { text: "flaky 2" }),
      task("below", { after: ["bad"] }),
      task("cleanup", { after: ["bad"], more: { run_if: "ALL_DONE" } }),
      task("rescue", { after: ["below"], more: { run_if: "NONE_FAILED" } }),
      task("alarm", { after: ["cleanup"], more: { run_if: "ALL_FAILED" } }),
    ];
    const runId = await submit(tasks);
    await it.untilEnded(runId);
    const attempts = (run: RunJson): unknown =>
      Object.fromEntries(["bad", "below", "cleanup", "alarm"].map((key) => [key, taskOf(run, key).attempt_number]));
    const first = await it.post("runs/repair", { run_id: runId, rerun_all_failed_tasks: true });
    expect(attempts(await it.untilEnded(runId))).toEqual({ bad: 1, below: 1, cleanup: 0, alarm: 1 });
    const more = { latest_repair_id: first["repair_id"], rerun_dependent_tasks: true };
    await it.post("runs/repair", { run_id: runId, rerun_all_failed_tasks: true, ...more });
    const run = await it.untilEnded(runId);
    expect(attempts(run)).toEqual({ bad: 2, below: 2, cleanup: 1, alarm: 2 });
    expect(results(run)).toMatchObject({ bad: "SUCCESS", below: "SUCCESS", rescue: "SUCCESS", cleanup: "SUCCESS" });
  });

  test("reruns dependents of the tasks named when asked", async () => {
    const runId = await submit([task("a"), task("b", { after: ["a"] }), task("c")]);
    await it.untilEnded(runId);
    await it.post("runs/repair", { run_id: runId, rerun_tasks: ["a"], rerun_dependent_tasks: true });
    const run = await it.untilEnded(runId);
    expect(["a", "b", "c"].map((key) => taskOf(run, key).attempt_number)).toEqual([1, 1, 0]);
  });
});

describe("tasks that start others", () => {
  test("a run job task ends as its job does", async () => {
    const { job_id } = await it.post("create", {
      name: "child",
      parameters: [{ name: "who", default: "nobody" }],
      tasks: [task("inner")],
    });
    const call = { task_key: "call", run_job_task: { job_id, job_parameters: { who: "{{job.id}}" } } };
    const runId = await submit([call]);
    const run = await it.untilEnded(runId);
    expect(run.state.result_state).toBe("SUCCESS");
    const output = await it.get("runs/get-output", { run_id: runId });
    const child = await it.untilEnded((output["run_job_output"] as JsonObject)["run_id"]);
    expect(child).toMatchObject({ trigger: "RUN_JOB_TASK", trigger_info: { run_id: taskOf(run, "call").run_id } });
    expect(it.ran[0]?.parameters).toEqual({ who: String(run["job_id"]) });
  });

  test("a failing job fails the task, a cancelled parent cancels the job", async () => {
    const failing = await it.post("create", { tasks: [task("inner", { text: "fail x" })] });
    const failed = await it.untilEnded(await submit([{ task_key: "call", run_job_task: failing }]));
    expect(failed.state.result_state).toBe("FAILED");
    const slow = await it.post("create", { tasks: [task("slow", { text: "hang" })] });
    const runId = await submit([{ task_key: "call", run_job_task: slow }]);
    const output = await until(
      () => it.get("runs/get-output", { run_id: runId }),
      (value) => value["run_job_output"] !== undefined,
    );
    await it.post("runs/cancel", { run_id: runId });
    expect((await it.untilEnded(runId)).state.result_state).toBe("CANCELED");
    const child = await it.untilEnded((output["run_job_output"] as JsonObject)["run_id"]);
    expect(child.state.result_state).toBe("CANCELED");
  });

  test("a for each task runs its nested task for each input", async () => {
    const nested = {
      task_key: "one",
      notebook_task: {
        notebook_path: it.notebook("one"),
        base_parameters: { name: "{{input.name}}", raw: "{{input}}" },
      },
    };
    const inputs = JSON.stringify([{ name: "x" }, { name: "y" }, { name: "z" }]);
    const runId = await submit([{ task_key: "each", for_each_task: { inputs, concurrency: 2, task: nested } }]);
    const run = await it.untilEnded(runId);
    expect(run.state.result_state).toBe("SUCCESS");
    expect(it.ran.map(({ parameters }) => parameters["name"]).toSorted()).toEqual(["x", "y", "z"]);
    expect(it.ran[0]?.parameters["raw"]).toBe('{"name":"x"}');
    const each = taskOf(run, "each");
    expect(each["for_each_task"]).toMatchObject({
      stats: { task_run_stats: { total_iterations: 3, succeeded_iterations: 3 } },
    });
    const child = await it.get("runs/get", { run_id: String(each.run_id) });
    const iterations = child["iterations"] as unknown as RunJson[];
    expect(iterations).toHaveLength(3);
    const output = await it.get("runs/get-output", { run_id: String(iterations[0]?.run_id) });
    expect(output["notebook_output"]).toEqual({});
  });

  test("a failing iteration fails the task after the others have run", async () => {
    const nested = { task_key: "one", notebook_task: { notebook_path: "/Shared/{{input}}" } };
    it.notebook("bad", "fail x");
    it.notebook("good");
    const runId = await submit([{ task_key: "each", for_each_task: { inputs: '["bad", "good"]', task: nested } }]);
    const run = await it.untilEnded(runId);
    expect(run.state.state_message).toStartWith("1 of 2 iterations failed.");
    expect(it.ran.map(({ path }) => path)).toEqual(["/Shared/bad", "/Shared/good"]);
  });

  test("inputs that are no array cannot be run", async () => {
    const nested = { task_key: "one", notebook_task: { notebook_path: it.notebook("one") } };
    const runId = await submit([{ task_key: "each", for_each_task: { inputs: "{}", task: nested } }]);
    expect((await it.untilEnded(runId)).state.state_message).toContain("not a JSON array");
  });
});
