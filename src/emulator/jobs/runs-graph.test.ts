// Runs over HTTP: graphs and every run_if, conditions, parameters, retries, time limits.
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { JsonObject } from "../../platform/json.ts";
import { testDeps } from "../testing.ts";
import { fastClock, startJobsEmulator, taskOf, type JobsEmulator, type RunJson } from "./testing-jobs.ts";

let it: JobsEmulator;
beforeEach(async () => {
  it = await startJobsEmulator();
});
afterEach(() => it.dispose());

async function restartFast(): Promise<void> {
  await it.dispose();
  it = await startJobsEmulator({ deps: { ...testDeps(), clock: fastClock } });
}

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
        { name: "made", default: "{{job.name}} of {{job.parameters.day}}" },
        { name: "constructor", default: "plain" },
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
      made: "with parameters of {{job.parameters.day}}",
      constructor: "plain",
      id: `${job_id}/t`,
      unknown: "{{nothing.such}}",
      run: String(run_id),
    };
    expect(it.ran[0]?.parameters).toEqual(expected);
    expect(run["job_parameters"]).toEqual([
      { name: "day", default: "monday", value: "friday" },
      { name: "kept", default: "default" },
      { name: "made", default: "{{job.name}} of {{job.parameters.day}}" },
      { name: "constructor", default: "plain" },
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
    await restartFast();
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
    await restartFast();
    const runId = await submit([task("a", { text: "hang" }), task("b", { after: ["a"] })], { timeout_seconds: 1 });
    const run = await it.untilEnded(runId);
    expect(run.state).toMatchObject({ life_cycle_state: "TERMINATED", result_state: "TIMEDOUT" });
    expect(run.status.termination_details?.code).toBe("CANCELED");
    expect(results(run)).toEqual({ a: "TIMEDOUT", b: "TIMEDOUT" });
  });
});
