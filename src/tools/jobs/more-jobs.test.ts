// The tools of jobs that are on where the toolset is named: whole settings, exact names, repairs, runs that are never lost.
import { describe, expect, test } from "bun:test";
import { refusal } from "../../workspace/testing.ts";
import { bench, rowsOf, type Routes } from "../testing.ts";

const base = "/api/2.2/jobs";
const settings = {
  name: "nightly",
  tasks: [
    { task_key: "a", spark_python_task: { python_file: "/x.py" }, environment_key: "e" },
    { task_key: "b", run_job_task: { job_id: 9 } },
  ],
  max_concurrent_runs: 1,
  schedule: { quartz_cron_expression: "0 0 6 * * ?", timezone_id: "UTC" },
};
const job = { job_id: 7, creator_user_name: "me", created_time: 1_790_000_000_000, settings };
const run = (lifeCycle: string, result?: string, more: object = {}) => ({
  run_id: 5,
  job_id: 7,
  run_name: "nightly",
  state: { life_cycle_state: lifeCycle, ...(result === undefined ? {} : { result_state: result }) },
  ...more,
});
const named = (...names: readonly string[]): Routes => ({
  [`GET ${base}/list`]: () => ({ jobs: names.map((name, index) => ({ job_id: index + 1, settings: { name } })) }),
});

describe("a job", () => {
  test("is shown with all of its settings, by its id or its exact name", async () => {
    await using it = bench({ [`GET ${base}/get`]: () => job, ...named("Nightly", "nightly") });
    const { data } = await it.call("get_job", { job_id: 7 });
    const tasks = [settings.tasks[0], { task_key: "b", run_job_task: { job_id: "9" } }];
    expect(data).toMatchObject({ job_id: "7", name: "nightly", settings: { ...settings, tasks }, truncated: false });
    await it.call("get_job", { name: "nightly" });
    expect(it.sent(`GET ${base}/get`).at(-1)).toMatchObject({ job_id: "2" });
    expect((await it.failure("get_job", { name: "NIGHTLY" })).code).toBe("not_found");
    expect((await it.failure("get_job")).code).toBe("invalid_input");
    await using two = bench(named("nightly", "nightly"));
    expect((await two.failure("get_job", { name: "nightly" })).hint).toContain("1, 2");
  });

  test("of any tasks is created once, with the environments' version where none is named", async () => {
    await using it = bench({ [`POST ${base}/create`]: () => ({ job_id: 7 }), ...named() });
    const environments = [
      { environment_key: "e", spec: { dependencies: ["x"] } },
      { environment_key: "f", spec: { client: "2" } },
    ];
    const { data } = await it.call("create_job_from_settings", { settings: { ...settings, environments } });
    expect(data).toMatchObject({ job_id: "7", created: true });
    expect(it.sent(`POST ${base}/create`)[0]).toMatchObject({
      tasks: settings.tasks,
      environments: [
        { environment_key: "e", spec: { dependencies: ["x"], environment_version: "4" } },
        environments[1],
      ],
    });
    await using there = bench({ [`POST ${base}/create`]: () => ({ job_id: 8 }), ...named("nightly") });
    const again = await there.call("create_job_from_settings", { settings });
    expect([again.data["job_id"], again.data["created"], there.sent(`POST ${base}/create`)]).toEqual(["1", false, []]);
    await there.call("create_job_from_settings", { settings, allow_duplicate_name: true });
    expect(there.sent(`POST ${base}/create`)).toHaveLength(1);
    for (const wrong of [{ name: "x" }, { tasks: [{}] }, { name: "x", tasks: "[" }]) {
      expect((await there.failure("create_job_from_settings", { settings: wrong })).code).toBe("invalid_input");
    }
  });

  test("keeps what is not named; lists are joined by their keys, or whole where that is said", async () => {
    await using it = bench({
      [`GET ${base}/get`]: () => job,
      [`POST ${base}/update`]: () => ({}),
      [`POST ${base}/reset`]: () => ({}),
    });
    const tasks = [{ task_key: "b", run_job_task: { job_id: 10 } }];
    const { data } = await it.call("update_job", { job_id: 7, settings: { tasks }, remove: ["schedule", "tasks/a"] });
    expect(it.sent(`POST ${base}/update`)).toEqual([
      { job_id: 7, new_settings: { tasks }, fields_to_remove: ["schedule", "tasks/a"] },
    ]);
    expect(data["changed"]).toEqual(["tasks", "schedule", "tasks/a"]);
    await it.call("update_job", { job_id: 7, settings: { tasks }, remove: ["schedule"], replace_lists: true });
    expect(it.sent(`POST ${base}/reset`)).toEqual([
      { job_id: 7, new_settings: { name: "nightly", max_concurrent_runs: 1, tasks } },
    ]);
    expect((await it.failure("update_job", { job_id: 7 })).code).toBe("invalid_input");
    expect((await it.failure("update_job", { job_id: 7, remove: ["tasks/a"], replace_lists: true })).code).toBe(
      "invalid_input",
    );
  });

  test("is deleted after a question that has its name", async () => {
    await using it = bench({ [`GET ${base}/get`]: () => job, [`POST ${base}/delete`]: () => ({}) });
    const { deleteJob } = await import("./delete-job.ts");
    expect(String(await deleteJob.confirm?.({ job_id: "7" }, it.context))).toContain("“nightly” (“7”)");
    expect((await it.call("delete_job", { job_id: 7 })).data).toEqual({ job_id: "7", name: "nightly", deleted: true });
  });
});

describe("a run", () => {
  test("takes the parameters of every kind, under one token", async () => {
    await using it = bench({
      [`POST ${base}/run-now`]: () => ({ run_id: 5 }),
      [`GET ${base}/runs/get`]: () => run("PENDING"),
    });
    const { data } = await it.call("run_job_with_parameters", {
      job_id: 7,
      python_params: ["a"],
      python_named_params: { n: 1 },
      sql_params: { d: "x" },
      dbt_commands: ["dbt run"],
      pipeline_params: { full_refresh: true },
      only: ["a"],
      queue: true,
      idempotency_token: "once",
    });
    expect(it.sent(`POST ${base}/run-now`)).toEqual([
      {
        job_id: 7,
        python_params: ["a"],
        python_named_params: { n: "1" },
        sql_params: { d: "x" },
        dbt_commands: ["dbt run"],
        pipeline_params: { full_refresh: true },
        only: ["a"],
        queue: { enabled: true },
        idempotency_token: "once",
      },
    ]);
    expect(data).toMatchObject({ run_id: "5", state: "PENDING" });
    const mixed = await it.failure("run_job_with_parameters", {
      job_id: 7,
      job_parameters: { a: "b" },
      sql_params: { c: "d" },
    });
    expect([mixed.code, mixed.message]).toEqual(["invalid_input", expect.stringContaining("sql_params")]);
    await it.call("run_job_with_parameters", { job_id: 7, job_parameters: { a: 1 } });
    expect(it.sent(`POST ${base}/run-now`)[1]).toMatchObject({ job_parameters: { a: "1" } });
  });

  test("that is waited for tells how it ended, and ends when the caller takes the call back", async () => {
    const states = ["RUNNING", "RUNNING"];
    const routes: Routes = {
      [`POST ${base}/runs/submit`]: () => ({ run_id: 5 }),
      [`GET ${base}/runs/get`]: () => {
        const state = states.pop();
        return state === undefined ? run("TERMINATED", "FAILED") : run(state);
      },
      [`POST ${base}/runs/cancel`]: () => ({}),
    };
    await using it = bench(routes);
    const { failed, data } = await it.call("submit_run", { settings: { tasks: settings.tasks }, wait: true });
    expect([failed, data["result_state"]]).toEqual([true, "FAILED"]);
    expect(it.sent(`POST ${base}/runs/submit`)[0]).toMatchObject({ run_name: "Mortar: run", tasks: settings.tasks });

    const caller = new AbortController();
    const waiting = { ...routes, [`GET ${base}/runs/get`]: () => run("RUNNING") };
    await using gone = bench(waiting, { signal: caller.signal, onSleep: () => caller.abort() });
    await gone.call("submit_run", { settings: { tasks: settings.tasks }, wait: true }).catch(() => undefined);
    expect(gone.sent(`POST ${base}/runs/cancel`)).toEqual([{ run_id: 5 }]);

    await using broken = bench({ ...routes, [`GET ${base}/runs/get`]: () => refusal(403, "PERMISSION_DENIED", "no") });
    expect((await broken.failure("submit_run", { settings: { tasks: settings.tasks } })).hint).toContain("run_id 5");
    expect(broken.sent(`POST ${base}/runs/cancel`)).toEqual([]);
  });

  test("is repaired where it failed, and the second repair names the first", async () => {
    let history: object[] = [{ type: "ORIGINAL", id: 1 }];
    let state = run("TERMINATED", "FAILED");
    await using it = bench({
      [`GET ${base}/runs/get`]: () => ({ ...state, repair_history: history }),
      [`POST ${base}/runs/repair`]: () => ({ repair_id: 77 }),
    });
    expect((await it.call("repair_run", { run_id: 5 })).data).toMatchObject({ repair_id: "77", run_id: "5" });
    history = [...history, { type: "REPAIR", id: 77 }];
    await it.call("repair_run", {
      run_id: 5,
      rerun_tasks: ["b"],
      rerun_dependent_tasks: true,
      job_parameters: { d: 1 },
    });
    expect(it.sent(`POST ${base}/runs/repair`)).toEqual([
      { run_id: 5, rerun_all_failed_tasks: true },
      { run_id: 5, rerun_tasks: ["b"], rerun_dependent_tasks: true, latest_repair_id: 77, job_parameters: { d: "1" } },
    ]);
    await it.call("repair_run", { run_id: 5, other_params: { python_params: ["a"] } });
    expect(it.sent(`POST ${base}/runs/repair`)[2]).toMatchObject({ python_params: ["a"] });
    expect((await it.failure("repair_run", { run_id: 5, other_params: { run_id: 6 } })).code).toBe("invalid_input");
    state = run("RUNNING");
    expect((await it.failure("repair_run", { run_id: 5 })).code).toBe("invalid_state");
  });

  test("is listed by job, state and time, page after page", async () => {
    const page = (from: number, count: number) =>
      Array.from({ length: count }, (_one, index) => ({ ...run("TERMINATED", "SUCCESS"), run_id: from + index }));
    await using it = bench({
      [`GET ${base}/runs/list`]: (_request, query) =>
        query["page_token"] === undefined ? { runs: page(1, 24), next_page_token: "t" } : { runs: page(25, 10) },
    });
    const first = await it.call("list_runs", {
      job_id: 7,
      completed_only: true,
      started_after: "2026-11-21T08:00:00+02:00",
      limit: 30,
    });
    expect(first.data).toMatchObject({ returned: 30, truncated: true, next_offset: 30 });
    expect(it.sent(`GET ${base}/runs/list`)[0]).toEqual({
      job_id: "7",
      completed_only: "true",
      start_time_from: String(Date.parse("2026-11-21T06:00:00Z")),
      limit: "24",
    });
    const rest = await it.call("list_runs", { job_id: 7, offset: 30 });
    expect(rowsOf(rest).map((row) => row["run_id"])).toEqual(["31", "32", "33", "34"]);
    expect((await it.failure("list_runs", { started_after: "yesterday" })).code).toBe("invalid_input");
  });

  test("is ended with all others of its job, and its record deleted after a question", async () => {
    let active = [run("RUNNING"), { ...run("QUEUED"), run_id: 6 }];
    await using it = bench({
      [`GET ${base}/runs/list`]: () => ({ runs: active }),
      [`POST ${base}/runs/cancel-all`]: () => ({}),
      [`GET ${base}/runs/get`]: () => run("TERMINATED", "SUCCESS"),
      [`POST ${base}/runs/delete`]: () => ({}),
    });
    expect((await it.call("cancel_job_runs", { job_id: 7 })).data).toMatchObject({
      status: "cancelling",
      active_runs: ["5", "6"],
    });
    active = [];
    expect((await it.call("cancel_job_runs", { job_id: 7 })).data["status"]).toBe("none_active");
    expect(it.sent(`POST ${base}/runs/cancel-all`)).toEqual([{ job_id: 7 }]);
    const { deleteRun } = await import("./delete-run.ts");
    expect(String(await deleteRun.confirm?.({ run_id: "5" }, it.context))).toContain("“nightly”");
    expect((await it.call("delete_run", { run_id: 5 })).data["deleted"]).toBe(true);
  });
});
