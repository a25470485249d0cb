// Runs over HTTP: graphs, failures, retries, time limits, cancellation, repair, queueing, and what a restart leaves.
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

describe("a run of one task", () => {
  test("ends with its notebook's exit value", async () => {
    const runId = await submit([task("only", { text: "exit forty-two" })]);
    const run = await it.untilEnded(runId);
    expect(run.state).toMatchObject({ life_cycle_state: "TERMINATED", result_state: "SUCCESS", state_message: "" });
    expect(run.status).toEqual({ state: "TERMINATED", termination_details: { code: "SUCCESS", type: "SUCCESS" } });
    expect(run).toMatchObject({
      run_type: "SUBMIT_RUN",
      trigger: "ONE_TIME",
      run_name: "test",
      creator_user_name: "me@example.com",
    });
    expect(String(run["run_page_url"])).toStartWith(`${it.emulator.host}/?o=${it.emulator.workspaceId}#job/`);
    expect(run["end_time"] as number).toBeGreaterThanOrEqual(run["start_time"] as number);
    const output = await it.get("runs/get-output", { run_id: runId });
    expect(output["notebook_output"]).toEqual({ result: "forty-two", truncated: false });
    expect((output["metadata"] as JsonObject)["run_id"]).toBe(run.run_id as never);
    expect(output).not.toHaveProperty("logs");
    expect(output).not.toHaveProperty("error");
  });

  test("without an exit value has an empty notebook_output", async () => {
    const runId = await submit([task("only")]);
    await it.untilEnded(runId);
    expect((await it.get("runs/get-output", { run_id: runId }))["notebook_output"]).toEqual({});
  });

  test("that fails says so, with error and trace", async () => {
    const runId = await submit([task("only", { text: "fail no such thing" })]);
    const run = await it.untilEnded(runId);
    expect(run.state).toMatchObject({
      life_cycle_state: "TERMINATED",
      result_state: "FAILED",
      state_message: "Workload failed, see run output for details",
    });
    expect(run.status.termination_details).toMatchObject({ code: "RUN_EXECUTION_ERROR", type: "CLIENT_ERROR" });
    const output = await it.get("runs/get-output", { run_id: String(taskOf(run, "only").run_id) });
    expect(output).toMatchObject({
      error: "ValueError: no such thing",
      error_trace: "Traceback\nValueError: no such thing",
    });
  });

  test("whose notebook is missing cannot be run", async () => {
    const runId = await submit([{ task_key: "a", notebook_task: { notebook_path: "/Shared/nothing" } }]);
    const run = await it.untilEnded(runId);
    expect(run.state).toMatchObject({ life_cycle_state: "INTERNAL_ERROR", result_state: "FAILED" });
    expect(run.state.state_message).toStartWith('Unable to access the notebook "/Shared/nothing".');
    expect(run.status.termination_details?.code).toBe("RESOURCE_NOT_FOUND");
    const output = await it.get("runs/get-output", { run_id: runId });
    expect(String(output["error"])).toStartWith("Unable to access the notebook");
  });

  test("a folder is no notebook", async () => {
    const runId = await submit([{ task_key: "a", notebook_task: { notebook_path: "/Shared" } }]);
    expect((await it.untilEnded(runId)).state.state_message).toStartWith("Unable to access the notebook");
  });

  test("shows what it printed so far while it runs, and no output yet", async () => {
    const runId = await submit([task("slow", { text: "hang" })]);
    await it.untilRun(runId, (run) => taskOf(run, "slow").state.life_cycle_state === "RUNNING");
    const { views } = await until(
      () => it.get("runs/export", { run_id: runId }),
      (page) => modelOf(page).commands.length > 0,
    );
    expect(views).toHaveLength(1);
    const output = await it.get("runs/get-output", { run_id: runId });
    expect(Object.keys(output)).toEqual(["metadata"]);
    await it.post("runs/cancel", { run_id: runId });
    await it.untilEnded(runId);
  });
});

function modelOf(exported: JsonObject): { name: string; commands: JsonObject[] } {
  const [view] = exported["views"] as { content: string }[];
  const encoded = /__DATABRICKS_NOTEBOOK_MODEL = '([^']*)'/.exec(view?.content ?? "")?.[1] ?? "";
  return JSON.parse(decodeURIComponent(Buffer.from(encoded, "base64").toString()));
}

describe("graphs", () => {
  test("run in the order of their dependencies", async () => {
    const runId = await submit([task("c", { after: ["a", "b"] }), task("b", { after: ["a"] }), task("a")]);
    const run = await it.untilEnded(runId);
    expect(run.state).toMatchObject({ life_cycle_state: "TERMINATED", result_state: "SUCCESS" });
    expect(it.ran.map(({ path }) => path)).toEqual(["/Shared/a", "/Shared/b", "/Shared/c"]);
  });

  test("a failure skips what depends on it and names the task", async () => {
    const runId = await submit([task("a", { text: "fail x" }), task("b", { after: ["a"] }), task("other")]);
    const run = await it.untilEnded(runId);
    expect(results(run)).toEqual({ a: "FAILED", b: "UPSTREAM_FAILED", other: "SUCCESS" });
    expect(run.state).toMatchObject({ life_cycle_state: "INTERNAL_ERROR", result_state: "FAILED" });
    expect(run.state.state_message).toBe(
      "Task a failed with message: Workload failed, see run output for details. This caused all downstream tasks to get skipped.",
    );
    expect(taskOf(run, "b").status.termination_details?.code).toBe("SKIPPED");
    expect(it.ran.map(({ path }) => path)).not.toContain("/Shared/b");
  });

  // What a task with each run_if does, by how its two dependencies end.
  test.each([
    ["ALL_SUCCESS", ["ok", "ok"], "SUCCESS"],
    ["ALL_SUCCESS", ["ok", "bad"], "UPSTREAM_FAILED"],
    ["ALL_DONE", ["bad", "bad"], "SUCCESS"],
    ["NONE_FAILED", ["ok", "ok"], "SUCCESS"],
    ["NONE_FAILED", ["ok", "bad"], "UPSTREAM_FAILED"],
    ["AT_LEAST_ONE_SUCCESS", ["ok", "bad"], "SUCCESS"],
    ["AT_LEAST_ONE_SUCCESS", ["bad", "bad"], "UPSTREAM_FAILED"],
    ["ALL_FAILED", ["bad", "bad"], "SUCCESS"],
    ["ALL_FAILED", ["ok", "bad"], "EXCLUDED"],
    ["AT_LEAST_ONE_FAILED", ["ok", "bad"], "SUCCESS"],
    ["AT_LEAST_ONE_FAILED", ["ok", "ok"], "EXCLUDED"],
  ] as const)("%s after %j ends as %s", async (runIf, [left, right], expected) => {
    const text = { ok: "pass", bad: "fail x" };
    const runId = await submit([
      task("left", { text: text[left] }),
      task("right", { text: text[right] }),
      task("last", { after: ["left", "right"], more: { run_if: runIf } }),
    ]);
    expect(results(await it.untilEnded(runId))["last"]).toBe(expected);
  });

  test("a failure above successful leaves is SUCCESS_WITH_FAILURES", async () => {
    const runId = await submit([
      task("a", { text: "fail x" }),
      task("clean", { after: ["a"], more: { run_if: "ALL_DONE" } }),
    ]);
    const run = await it.untilEnded(runId);
    expect(run.state).toMatchObject({ life_cycle_state: "TERMINATED", result_state: "SUCCESS_WITH_FAILURES" });
    expect(run.status.termination_details).toEqual({ code: "SUCCESS_WITH_FAILURES", type: "SUCCESS" });
  });

  test("a condition lets one branch run and excludes the other", async () => {
    const check = {
      task_key: "check",
      condition_task: { op: "GREATER_THAN", left: "{{job.parameters.n}}", right: "9" },
    };
    const { job_id } = await it.post("create", {
      name: "branches",
      parameters: [{ name: "n", default: "10" }],
      tasks: [
        check,
        task("yes", { after: [{ task_key: "check", outcome: "true" }] }),
        task("no", { after: [{ task_key: "check", outcome: "false" }] }),
        task("join", { after: ["yes", "no"], more: { run_if: "NONE_FAILED" } }),
      ],
    });
    const first = await it.post("run-now", { job_id });
    const run = await it.untilEnded(first["run_id"]);
    expect(results(run)).toEqual({ check: "SUCCESS", yes: "SUCCESS", no: "EXCLUDED", join: "SUCCESS" });
    expect(run.state.result_state).toBe("SUCCESS");
    expect(taskOf(run, "check")["condition_task"]).toMatchObject({ outcome: "true" });
    const second = await it.post("run-now", { job_id, job_parameters: { n: "9" } });
    expect(results(await it.untilEnded(second["run_id"]))).toMatchObject({ yes: "EXCLUDED", no: "SUCCESS" });
  });

  test("operands that are no numbers fail a comparison", async () => {
    const runId = await submit([{ task_key: "c", condition_task: { op: "LESS_THAN", left: "ten", right: "9" } }]);
    const run = await it.untilEnded(runId);
    expect(run.state).toMatchObject({ life_cycle_state: "INTERNAL_ERROR", result_state: "FAILED" });
    expect(run.state.state_message).toContain("must be numbers");
  });
});

describe("parameters", () => {
  test("references are resolved, job parameters win over the task's own", async () => {
    const { job_id } = await it.post("create", {
      name: "with parameters",
      parameters: [
        { name: "day", default: "monday" },
        { name: "kept", default: "default" },
      ],
      tasks: [
        {
          task_key: "t",
          notebook_task: {
            notebook_path: it.notebook("t"),
            base_parameters: {
              day: "sunday",
              id: "{{job.id}}/{{task.name}}",
              unknown: "{{nothing.such}}",
              run: "{{job.run_id}}",
            },
          },
        },
      ],
    });
    const { run_id } = await it.post("run-now", { job_id, job_parameters: { day: "friday" } });
    const run = await it.untilEnded(run_id);
    const expected = {
      day: "friday",
      kept: "default",
      id: `${job_id}/t`,
      unknown: "{{nothing.such}}",
      run: String(run_id),
    };
    expect(it.ran[0]?.parameters).toEqual(expected);
    expect(run["job_parameters"]).toEqual([
      { name: "day", default: "monday", value: "friday" },
      { name: "kept", default: "default" },
    ]);
    expect(taskOf(run, "t")).not.toHaveProperty("resolved_values");
    const resolved = await it.get("runs/get", { run_id: String(run_id), include_resolved_values: "true" });
    const [shown] = resolved["tasks"] as JsonObject[];
    expect(shown?.["resolved_values"]).toEqual({ notebook_task: { base_parameters: expected } });
  });

  test("notebook_params are the older way, and do not mix with job_parameters", async () => {
    const { job_id } = await it.post("create", { tasks: [task("t", { more: {} })] });
    const { run_id } = await it.post("run-now", { job_id, notebook_params: { a: "1" } });
    const run = await it.untilEnded(run_id);
    expect(it.ran[0]?.parameters).toEqual({ a: "1" });
    expect(run["overriding_parameters"]).toEqual({ notebook_params: { a: "1" } });
    const refused = await it.refusal("POST /api/2.2/jobs/run-now", { job_id, notebook_params: {}, job_parameters: {} });
    expect(refused).toMatchObject({ status: 400, error_code: "INVALID_PARAMETER_VALUE" });
    const { job_id: newer } = await it.post("create", { tasks: [task("t")], parameters: [{ name: "a", default: "" }] });
    const mixed = await it.refusal("POST /api/2.2/jobs/run-now", { job_id: newer, notebook_params: { a: "1" } });
    expect(mixed["message"]).toContain("Use job_parameters instead");
  });

  test("what a task came to can be asked for by the next", async () => {
    const next = {
      task_key: "next",
      depends_on: [{ task_key: "a" }],
      run_if: "ALL_DONE",
      notebook_task: { notebook_path: it.notebook("next"), base_parameters: { was: "{{tasks.a.result_state}}" } },
    };
    await it.untilEnded(await submit([task("a", { text: "fail x" }), next]));
    expect(it.ran[1]?.parameters).toEqual({ was: "failed" });
  });
});

describe("limits and retries", () => {
  test("a task is tried again, each attempt a run of its own", async () => {
    const runId = await submit([
      task("a", { text: "flaky 2", more: { max_retries: 2, min_retry_interval_millis: 1 } }),
    ]);
    const run = await it.untilEnded(runId);
    expect(run.state.result_state).toBe("SUCCESS");
    const attempts = run.tasks ?? [];
    expect(attempts.map((one) => [one.attempt_number, one.state.result_state])).toEqual([
      [0, "FAILED"],
      [1, "FAILED"],
      [2, "SUCCESS"],
    ]);
    expect(new Set(attempts.map((one) => one["original_attempt_run_id"])).size).toBe(1);
    expect(new Set(attempts.map((one) => one.run_id)).size).toBe(3);
  });

  test("retries end", async () => {
    const runId = await submit([task("a", { text: "fail x", more: { max_retries: 1 } })]);
    const run = await it.untilEnded(runId);
    expect(run.state.result_state).toBe("FAILED");
    expect(run.tasks).toHaveLength(2);
  });

  test("a task out of time is TIMEDOUT", async () => {
    const runId = await submit([
      task("a", { text: "hang", more: { timeout_seconds: 1 } }),
      task("b", { after: ["a"] }),
    ]);
    const run = await it.untilEnded(runId);
    expect(results(run)).toEqual({ a: "TIMEDOUT", b: "UPSTREAM_FAILED" });
    expect(run.state.result_state).toBe("TIMEDOUT");
    expect(taskOf(run, "a").state).toMatchObject({ user_cancelled_or_timedout: true });
  });

  test("a run out of time is TIMEDOUT, what waited too", async () => {
    const runId = await submit([task("a", { text: "hang" }), task("b", { after: ["a"] })], { timeout_seconds: 1 });
    const run = await it.untilEnded(runId);
    expect(run.state).toMatchObject({ life_cycle_state: "TERMINATED", result_state: "TIMEDOUT" });
    expect(run.status.termination_details?.code).toBe("CANCELED");
    expect(results(run)).toEqual({ a: "TIMEDOUT", b: "TIMEDOUT" });
  });
});

describe("cancel", () => {
  test("ends what runs and what waits", async () => {
    const runId = await submit([task("a", { text: "hang" }), task("b", { after: ["a"] })]);
    await it.untilRun(runId, (run) => taskOf(run, "a").state.life_cycle_state === "RUNNING");
    expect(taskOf(await it.untilRun(runId, () => true), "b").state.life_cycle_state).toBe("BLOCKED");
    expect(await it.post("runs/cancel", { run_id: runId })).toEqual({});
    const run = await it.untilEnded(runId);
    expect(run.state).toMatchObject({
      life_cycle_state: "TERMINATED",
      result_state: "CANCELED",
      user_cancelled_or_timedout: true,
    });
    expect(run.status.termination_details).toMatchObject({ code: "USER_CANCELED" });
    expect(results(run)).toEqual({ a: "CANCELED", b: "CANCELED" });
    expect(await it.post("runs/cancel", { run_id: runId })).toEqual({});
  });

  test("all runs of a job, queued ones too", async () => {
    const { job_id } = await it.post("create", { tasks: [task("a", { text: "hang" })], queue: { enabled: true } });
    const first = (await it.post("run-now", { job_id }))["run_id"];
    const second = (await it.post("run-now", { job_id }))["run_id"];
    await it.post("runs/cancel-all", { job_id });
    for (const runId of [first, second]) expect((await it.untilEnded(runId)).state.result_state).toBe("CANCELED");
    expect(it.ran.length).toBeLessThanOrEqual(1);
  });

  test("an active run cannot be deleted, an ended one can", async () => {
    const runId = await submit([task("a", { text: "hang" })]);
    expect(await it.refusal("POST /api/2.2/jobs/runs/delete", { run_id: runId })).toMatchObject({
      error_code: "INVALID_STATE",
    });
    await it.post("runs/cancel", { run_id: runId });
    await it.untilEnded(runId);
    await it.post("runs/delete", { run_id: runId });
    const gone = await it.refusal(`GET /api/2.2/jobs/runs/get?run_id=${runId}`);
    expect(gone).toMatchObject({
      status: 400,
      error_code: "INVALID_PARAMETER_VALUE",
      message: `Run ${runId} does not exist.`,
    });
  });
});

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
    expect((history[0]?.["state"] as JsonObject)["result_state"]).toBe("FAILED");
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

describe("output and export", () => {
  test("of a run with several tasks must be asked for task by task", async () => {
    const runId = await submit([task("a", { text: "exit one" }), task("b", { text: "print me" })]);
    const run = await it.untilEnded(runId);
    const refused = await it.refusal(`GET /api/2.2/jobs/runs/get-output?run_id=${runId}`);
    expect(refused).toMatchObject({
      status: 400,
      error_code: "INVALID_PARAMETER_VALUE",
      message:
        "Retrieving the output of runs with multiple tasks is not supported. Please retrieve the output of each individual task run instead.",
    });
    expect(await it.refusal(`GET /api/2.2/jobs/runs/export?run_id=${runId}`)).toMatchObject({ status: 400 });
    const output = await it.get("runs/get-output", { run_id: String(taskOf(run, "a").run_id) });
    expect(output["notebook_output"]).toMatchObject({ result: "one" });
    const exported = await it.get("runs/export", { run_id: String(taskOf(run, "b").run_id), views_to_export: "ALL" });
    const [view] = exported["views"] as JsonObject[];
    expect(view).toMatchObject({ name: "b", type: "NOTEBOOK" });
    const { commands, name } = modelOf(exported);
    expect(name).toBe("b");
    expect(commands[0]).toMatchObject({
      command: "print me",
      state: "finished",
      results: { type: "listResults", data: [{ type: "ansi", data: "print me\n" }] },
    });
  });

  test("of a task that is no notebook has no export", async () => {
    const runId = await submit([{ task_key: "c", condition_task: { op: "EQUAL_TO", left: "a", right: "a" } }]);
    await it.untilEnded(runId);
    expect(await it.refusal(`GET /api/2.2/jobs/runs/export?run_id=${runId}`)).toMatchObject({
      error_code: "INVALID_PARAMETER_VALUE",
    });
  });

  test("of a run that is unknown is refused", async () => {
    expect((await it.refusal("GET /api/2.2/jobs/runs/get-output?run_id=17"))["message"]).toBe("Run 17 does not exist.");
    expect((await it.refusal("GET /api/2.2/jobs/runs/get?run_id=x"))["error_code"]).toBe("INVALID_PARAMETER_VALUE");
    expect((await it.refusal("GET /api/2.2/jobs/runs/get"))["message"]).toContain("run_id");
  });
});

describe("runs/list", () => {
  test("is newest first, filtered, and paged with an empty page between", async () => {
    const { job_id } = await it.post("create", { name: "many", tasks: [task("a")], max_concurrent_runs: 100 });
    const ids: string[] = [];
    for (let count = 0; count < 5; count++) ids.push(String((await it.post("run-now", { job_id }))["run_id"]));
    const single = await submit([task("b")]);
    for (const runId of [...ids, single]) await it.untilEnded(runId);
    const pages: JsonObject[] = [];
    for (let token: string | undefined = ""; token !== undefined;) {
      const page: JsonObject = await it.get("runs/list", { job_id: String(job_id), limit: "2", page_token: token });
      pages.push(page);
      token = page["next_page_token"] as string | undefined;
    }
    const listed = pages.flatMap((page) => (page["runs"] as JsonObject[] | undefined) ?? []);
    expect(listed.map((run) => String(run["run_id"]))).toEqual(ids.toReversed());
    expect(pages.some((page) => page["runs"] === undefined && page["next_page_token"] !== undefined)).toBe(true);
    expect(listed[0]).not.toHaveProperty("tasks");
    const submitted = await it.get("runs/list", { run_type: "SUBMIT_RUN", expand_tasks: "true" });
    expect((submitted["runs"] as RunJson[]).map((run) => [String(run.run_id), run.tasks?.length])).toEqual([
      [single, 1],
    ]);
    expect(await it.get("runs/list", { active_only: "true" })).toEqual({ has_more: false });
    expect(await it.refusal("GET /api/2.2/jobs/runs/list?limit=26")).toMatchObject({ status: 400 });
    expect(await it.refusal("GET /api/2.2/jobs/runs/list?active_only=true&completed_only=true")).toMatchObject({
      status: 400,
    });
  });
});

describe("an emulator that is stopped and started again", () => {
  test("ends runs that were active and keeps those that had ended", async () => {
    const folder = await mkdtemp(join(tmpdir(), "mortar-runs-"));
    try {
      const first = await startJobsEmulator({ folder });
      first.notebook("done", "exit kept");
      first.notebook("slow", "hang");
      const one = (name: string): object => ({
        tasks: [{ task_key: name, notebook_task: { notebook_path: `/Shared/${name}` } }],
      });
      const done = (await first.post("runs/submit", one("done")))["run_id"];
      await first.untilEnded(done);
      const slow = (await first.post("runs/submit", one("slow")))["run_id"];
      await first.untilRun(slow, (run) => run.state.life_cycle_state === "RUNNING");
      await first.dispose();
      const second = await startJobsEmulator({ folder });
      const lost = await second.untilEnded(slow);
      expect(lost.state).toMatchObject({ life_cycle_state: "INTERNAL_ERROR", result_state: "FAILED" });
      expect(lost.state.state_message).toContain("the emulator was stopped");
      expect(taskOf(lost, "slow").state.life_cycle_state).toBe("INTERNAL_ERROR");
      const output = await second.get("runs/get-output", { run_id: String(done) });
      expect(output["notebook_output"]).toEqual({ result: "kept", truncated: false });
      await second.dispose();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
