// Defects of the older plugin, each with a test that shows the right behaviour: results, waits, outputs of runs, compute, ids.
import { describe, expect, test } from "bun:test";
import { refusal, type Received } from "../../workspace/testing.ts";
import { loadTool } from "../toolsets.ts";
import { bench, exportPage } from "../testing.ts";
import { notebookPath, notebookRoutes } from "../testing-notebook.ts";
import { runningRun, view, wireRun } from "../testing-runs.ts";

describe("the older plugin's defects: results, waits, outputs of runs, compute, ids", () => {
  test("1: a result is JSON by a schema, and text that says the same", async () => {
    await using place = bench({
      "GET /api/2.2/jobs/list": () => ({ jobs: [{ job_id: 5, settings: { name: "it's" } }] }),
    });
    const { data, text } = await place.call("list_jobs");
    expect(JSON.parse(JSON.stringify(data))).toEqual(data as object);
    expect((await loadTool("list_jobs"))?.output.safeParse(data).success).toBe(true);
    expect(text).toContain("5 | it's");
    expect(text).not.toMatch(/None|True|\{'/);
  });

  test("2: a failure is a failure, not a text that looks like success", async () => {
    await using place = bench({
      "POST /api/1.2/commands/execute": () => ({ id: "c1" }),
      "GET /api/1.2/commands/status": () => ({
        id: "c1",
        status: "Finished",
        results: { resultType: "error", summary: "ValueError: no", cause: "trace" },
      }),
    });
    const failed = await place.call("execute_cell", { cluster_id: "a", context_id: "b", code: "x" });
    expect(failed.failed).toBe(true);
    expect(failed.data).toMatchObject({ success: false, error: "ValueError: no" });
    expect((await place.failure("read_notebook", { notebook_path: "/gone" })).code).toBeDefined();
  });

  test("3: a wait ends in time with the handle and a way to go on, tells how far it is, and does not cancel what it waits for", async () => {
    await using place = bench({ ...runningRun(5), "POST /api/2.2/jobs/runs/cancel": () => ({}) });
    const started = place.context.deps.clock.now();
    const { data, text } = await place.call("wait_for_run", { run_id: "5", timeout_minutes: 30 });
    expect(place.context.deps.clock.now() - started).toBeLessThanOrEqual(55_000);
    expect(data).toMatchObject({ run_id: "5", state: "RUNNING" });
    expect(String(data["hint"])).toContain("wait_for_run");
    expect(text).toContain("run_id: 5");
    expect(place.progress.length).toBeGreaterThan(3);
    expect(place.sent("POST /api/2.2/jobs/runs/cancel")).toEqual([]);
  });

  test("3: no call waits longer than 290 seconds", async () => {
    await using place = bench(runningRun(5));
    const started = place.context.deps.clock.now();
    await place.call("wait_for_run", { run_id: "5", wait_seconds: 290 });
    expect(place.context.deps.clock.now() - started).toBeLessThanOrEqual(290_000);
    expect((await place.failure("wait_for_run", { run_id: "5", wait_seconds: 291 })).code).toBe("invalid_input");
  });

  test("3: taking back a call cancels the command that it started", async () => {
    const caller = new AbortController();
    await using place = bench(
      {
        "POST /api/1.2/commands/execute": () => ({ id: "c1" }),
        "GET /api/1.2/commands/status": () => ({ id: "c1", status: "Running" }),
        "POST /api/1.2/commands/cancel": () => ({ id: "c1" }),
      },
      { signal: caller.signal, onSleep: () => caller.abort() },
    );
    const error = await place.failure("execute_cell", { cluster_id: "k", context_id: "x", code: "while True: pass" });
    expect(error.code).toBe("interrupted");
    expect(place.sent("POST /api/1.2/commands/cancel")).toEqual([{ clusterId: "k", contextId: "x", commandId: "c1" }]);
  });

  test("3: taking back run_notebook while it waits cancels the run that it started", async () => {
    const caller = new AbortController();
    await using place = bench(
      {
        ...notebookRoutes("# Databricks notebook source\n1").routes,
        ...runningRun(5),
        "POST /api/2.2/jobs/runs/submit": () => ({ run_id: 5 }),
        "POST /api/2.2/jobs/runs/cancel": () => ({}),
      },
      { signal: caller.signal, onSleep: () => caller.abort() },
    );
    expect((await place.failure("run_notebook", { notebook_path: notebookPath, wait: true })).code).toBe("interrupted");
    expect(place.sent("POST /api/2.2/jobs/runs/cancel")).toEqual([{ run_id: 5 }]);
  });

  test("8: every cell's own output, from runs/export", async () => {
    const page = exportPage([
      { source: "print('hello')", text: "hello" },
      { source: "%sql SELECT 1 AS one", table: { columns: ["one"], rows: [[1]] } },
      {
        source: "1/0",
        error: {
          summary: "ZeroDivisionError: division by zero",
          trace: "Traceback\nZeroDivisionError: division by zero",
        },
      },
      { source: "print('after')", state: "input" },
    ]);
    await using place = bench({
      "GET /api/2.2/jobs/runs/get": () =>
        wireRun({ run_id: 1, result: "FAILED", tasks: [{ key: "notebook_task", run_id: 2, result: "FAILED" }] }),
      "GET /api/2.2/jobs/runs/get-output": () => ({
        notebook_output: { result: "done" },
        error: "ZeroDivisionError: division by zero",
        error_trace: "Traceback",
      }),
      "GET /api/2.2/jobs/runs/export": () => view(page),
    });
    const { data, text } = await place.call("get_run_output", { run_id: 1 });
    const [task] = data["tasks"] as Record<string, unknown>[];
    expect(task).toMatchObject({
      task_key: "notebook_task",
      run_id: "2",
      notebook_result: "done",
      failed_cell: 2,
      total_cells: 4,
    });
    const cells = task?.["cells"] as Record<string, unknown>[];
    expect(cells[0]).toEqual({ index: 0, language: "python", state: "finished", output: "hello" });
    expect(cells[1]).toMatchObject({ language: "sql", columns: ["one"], rows: [[1]] });
    expect(cells[2]?.["error"]).toContain("ZeroDivisionError");
    expect(cells[3]).toEqual({ index: 3, language: "python", state: "not_run" });
    expect(text).toContain("[cell 0] python finished\nhello");
    expect(text).toContain("failed_cell: 2");
  });

  test("9: a run of several tasks has the output of each, asked for by the task's own run id", async () => {
    const asked: string[] = [];
    const outputOf = (request: Received): object => {
      const id = new URLSearchParams(request.search).get("run_id") ?? "";
      asked.push(id);
      return id === "1"
        ? refusal(400, "INVALID_PARAMETER_VALUE", "Retrieving the output of runs with multiple tasks is not supported")
        : { notebook_output: { result: `of ${id}` } };
    };
    await using place = bench({
      "GET /api/2.2/jobs/runs/get": () =>
        wireRun({
          run_id: 1,
          tasks: [
            { key: "a", run_id: 21 },
            { key: "b", run_id: 22 },
          ],
        }),
      "GET /api/2.2/jobs/runs/get-output": outputOf,
      "GET /api/2.2/jobs/runs/export": () => view(exportPage([])),
    });
    const { data, failed } = await place.call("wait_for_run", { run_id: "1" });
    expect(failed).toBe(false);
    expect(
      (data["tasks"] as Record<string, unknown>[]).map((task) => [task["task_key"], task["notebook_result"]]),
    ).toEqual([
      ["a", "of 21"],
      ["b", "of 22"],
    ]);
    expect(asked.toSorted()).toEqual(["21", "22"]);
  });

  test("10: the newer status is read, and a run that waits says why", async () => {
    await using place = bench({
      "GET /api/2.2/jobs/runs/get": () => ({
        run_id: 1,
        status: {
          state: "QUEUED",
          queue_details: { code: "MAX_CONCURRENT_RUNS_REACHED", message: "Another run is active" },
        },
        tasks: [],
      }),
    });
    const { data, text } = await place.call("get_job_run_status", { run_id: "1" });
    expect(data).toMatchObject({ state: "QUEUED" });
    expect(text).toMatch(/queue_reason: .*Another run is active|queue_reason: MAX_CONCURRENT/);
  });

  test.each([
    ["0", { poll_interval_seconds: 0, wait_seconds: 10 }],
    ["longer than the wait", { poll_interval_seconds: 60, wait_seconds: 5 }],
  ])("12: a poll interval of %s does no harm", async (_what, args) => {
    let asked = 0;
    await using place = bench({
      "GET /api/2.2/jobs/runs/get": () => {
        asked += 1;
        return wireRun({ run_id: 1, life: "RUNNING" });
      },
    });
    const { data } = await place.call("wait_for_run", { run_id: "1", ...args });
    expect(data).toMatchObject({ run_id: "1", state: "RUNNING" });
    expect(asked).toBeGreaterThanOrEqual(1);
    expect(asked).toBeLessThanOrEqual(12);
  });

  test("18: a run takes the environment, its dependencies, the target and the compute that are asked for", async () => {
    await using place = bench({
      ...notebookRoutes("# Databricks notebook source\n1").routes,
      ...runningRun(1),
      "POST /api/2.2/jobs/runs/submit": () => ({ run_id: 1 }),
    });
    const submitted = async (compute: object): Promise<Record<string, unknown>> => {
      await place.call("run_notebook", { notebook_path: notebookPath, compute });
      return place.sent("POST /api/2.2/jobs/runs/submit").at(-1) ?? {};
    };
    expect(
      await submitted({
        environment_version: "5",
        dependencies: ["pandas==3"],
        performance_target: "PERFORMANCE_OPTIMIZED",
      }),
    ).toMatchObject({
      environments: [
        { environment_key: "environment", spec: { environment_version: "5", dependencies: ["pandas==3"] } },
      ],
      performance_target: "PERFORMANCE_OPTIMIZED",
      tasks: [{ environment_key: "environment" }],
    });
    expect(await submitted({ cluster_id: "k" })).toMatchObject({ tasks: [{ existing_cluster_id: "k" }] });
    expect(
      await submitted({ kind: "job_cluster", spark_version: "s", node_type_id: "n", num_workers: 3 }),
    ).toMatchObject({
      tasks: [{ new_cluster: { spark_version: "s", node_type_id: "n", num_workers: 3 } }],
    });
    const plain = await submitted({});
    expect(plain["environments"]).toBeUndefined();
    expect((plain["tasks"] as object[])[0]).not.toHaveProperty("environment_key");
  });

  test("19: ids beyond 2^53 keep every digit, both ways", async () => {
    const huge = "9223372036854775806";
    await using place = bench({
      "GET /api/2.2/jobs/runs/get": () =>
        new Response(
          JSON.stringify(wireRun({ run_id: 1, life: "RUNNING" })).replace('"run_id":1', `"run_id":${huge}`),
          { headers: { "content-type": "application/json" } },
        ),
      "POST /api/2.2/jobs/runs/cancel": () => ({}),
    });
    const { data, text } = await place.call("cancel_run", { run_id: huge, wait_seconds: 0 });
    expect(data["run_id"]).toBe(huge);
    expect(text).toContain(huge);
    const sent = place.server.received.find(({ path }) => path.endsWith("/cancel"));
    expect(sent?.body).toContain(`"run_id":${huge}`);
  });
});
