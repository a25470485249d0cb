// The jobs toolset beyond the older plugin's defects: settings as the Jobs API takes them, logs in pages, cancelling.
import { describe, expect, test } from "bun:test";
import { refusal } from "../../workspace/testing.ts";
import { bench, exportPage, me, rowsOf, type Routes } from "../testing.ts";
import { runningRun, view, wireRun } from "../testing-runs.ts";

const creating: Routes = {
  ...me,
  "GET /api/2.0/workspace/get-status": () => ({ path: "/x", object_type: "NOTEBOOK", language: "PYTHON" }),
  "POST /api/2.2/jobs/create": () => ({ job_id: 9 }),
};

describe("create_job", () => {
  test("sends tasks in the order and with the dependencies that are given, on serverless compute", async () => {
    await using place = bench(creating);
    const tasks = [
      { task_key: "extract", path: "~/extract", parameters: { day: 1 } },
      {
        task_key: "load",
        notebook_path: "/x/load",
        depends_on: ["extract"],
        run_if: "ALL_DONE",
        max_retries: 2,
        timeout_minutes: 5,
      },
    ];
    const { data } = await place.call("create_job", { name: "etl", tasks });
    expect(data).toMatchObject({ job_id: "9", task_count: 2, tasks: ["extract", "load"] });
    expect(place.sent("POST /api/2.2/jobs/create")).toEqual([
      {
        name: "etl",
        tasks: [
          {
            task_key: "extract",
            notebook_task: {
              notebook_path: "/Workspace/Users/me@example.com/extract",
              source: "WORKSPACE",
              base_parameters: { day: "1" },
            },
          },
          {
            task_key: "load",
            notebook_task: { notebook_path: "/x/load", source: "WORKSPACE" },
            depends_on: [{ task_key: "extract" }],
            run_if: "ALL_DONE",
            max_retries: 2,
            timeout_seconds: 300,
          },
        ],
      },
    ]);
  });

  test("sends schedule, notifications, health rules, parameters and limits in the words of the API", async () => {
    await using place = bench(creating);
    await place.call("create_job", {
      name: "etl",
      tasks: [{ task_key: "a", notebook_path: "/x/a" }],
      schedule: { cron: "0 0 6 * * ?", timezone: "Europe/Vienna", paused: true },
      email_notifications: { on_failure: ["a@example.com"], on_start: [] },
      webhook_notifications: { on_failure: ["w1", "w2"] },
      health_rules: [{ greater_than: 3_600 }, { metric: "STREAMING_BACKLOG_BYTES", greater_than: 5 }],
      parameters: { day: "today" },
      tags: { team: "x" },
      max_concurrent_runs: 2,
      timeout_minutes: 1.5,
    });
    const [sent] = place.sent("POST /api/2.2/jobs/create");
    expect(sent).toMatchObject({
      schedule: { quartz_cron_expression: "0 0 6 * * ?", timezone_id: "Europe/Vienna", pause_status: "PAUSED" },
      email_notifications: { on_failure: ["a@example.com"], on_start: [] },
      webhook_notifications: { on_failure: [{ id: "w1" }, { id: "w2" }] },
      health: {
        rules: [
          { metric: "RUN_DURATION_SECONDS", op: "GREATER_THAN", value: 3_600 },
          { metric: "STREAMING_BACKLOG_BYTES", op: "GREATER_THAN", value: 5 },
        ],
      },
      parameters: [{ name: "day", default: "today" }],
      tags: { team: "x" },
      max_concurrent_runs: 2,
      timeout_seconds: 90,
    });
  });

  test("tasks share a job cluster and an environment where they want the same, and differ where they do not", async () => {
    await using place = bench(creating);
    const small = { spark_version: "s", node_type_id: "n", num_workers: 1 };
    await place.call("create_job", {
      name: "mixed",
      compute: small,
      tasks: [
        { task_key: "a", notebook_path: "/x/a" },
        { task_key: "b", notebook_path: "/x/b" },
        { task_key: "c", notebook_path: "/x/c", compute: { ...small, num_workers: 4 } },
        { task_key: "d", notebook_path: "/x/d", compute: { dependencies: ["pandas"] } },
        { task_key: "e", notebook_path: "/x/e", compute: { cluster_id: "k" } },
        { task_key: "f", notebook_path: "/x/f", compute: { kind: "serverless" } },
      ],
    });
    const [sent] = place.sent("POST /api/2.2/jobs/create") as {
      tasks: Record<string, unknown>[];
      job_clusters: { job_cluster_key: string; new_cluster: object }[];
      environments: object[];
    }[];
    expect(sent?.job_clusters.map(({ job_cluster_key: key }) => key)).toEqual(["job_cluster", "job_cluster_2"]);
    expect(sent?.job_clusters[1]?.new_cluster).toMatchObject({ num_workers: 4 });
    expect(sent?.environments).toEqual([
      { environment_key: "environment", spec: { environment_version: "4", dependencies: ["pandas"] } },
    ]);
    const compute = sent?.tasks.map(
      ({ job_cluster_key, environment_key, existing_cluster_id }) =>
        job_cluster_key ?? environment_key ?? existing_cluster_id ?? "serverless",
    );
    expect(compute).toEqual(["job_cluster", "job_cluster", "job_cluster_2", "environment", "k", "serverless"]);
  });

  test("a job cluster is chosen by its policy where the policy says how", async () => {
    await using place = bench({
      ...creating,
      "GET /api/2.0/policies/clusters/get": () => ({
        policy_id: "p",
        name: "small",
        definition: JSON.stringify({
          node_type_id: { type: "fixed", value: "n1" },
          spark_version: { type: "unlimited", defaultValue: "s1" },
        }),
      }),
    });
    await place.call("create_job", {
      name: "x",
      compute: { policy_id: "p" },
      tasks: [{ task_key: "a", notebook_path: "/x/a" }],
    });
    const [sent] = place.sent("POST /api/2.2/jobs/create") as {
      job_clusters: { new_cluster: Record<string, unknown> }[];
    }[];
    expect(sent?.job_clusters[0]?.new_cluster).toEqual({
      policy_id: "p",
      apply_policy_default_values: true,
      num_workers: 1,
    });
  });

  test.each([
    ["a dependency on no task", [{ task_key: "a", notebook_path: "/x", depends_on: ["b"] }], 'depends on "b"'],
    [
      "one key twice",
      [
        { task_key: "a", notebook_path: "/x" },
        { task_key: "a", notebook_path: "/y" },
      ],
      'task_key "a"',
    ],
    [
      "a circle",
      [
        { task_key: "a", notebook_path: "/x", depends_on: ["b"] },
        { task_key: "b", notebook_path: "/x", depends_on: ["a"] },
        { task_key: "c", notebook_path: "/x" },
      ],
      "circle: a, b",
    ],
    ["a task on itself", [{ task_key: "a", notebook_path: "/x", depends_on: ["a"] }], "circle"],
    ["no task", [], "at least one task"],
    ["a key that is none", [{ task_key: "a b", notebook_path: "/x" }], "letters, digits"],
  ])("refuses %s before anything is sent", async (_what, tasks, message) => {
    await using place = bench(creating);
    const error = await place.failure("create_job", { name: "x", tasks });
    expect(error.code).toBe("invalid_input");
    expect(error.message).toContain(message);
    expect(place.server.received).toEqual([]);
  });

  test("names the notebooks that are not there yet", async () => {
    await using place = bench({
      ...creating,
      "GET /api/2.0/workspace/get-status": () => refusal(404, "RESOURCE_DOES_NOT_EXIST", "no"),
    });
    const { data } = await place.call("create_job", {
      name: "x",
      tasks: [{ task_key: "a", notebook_path: "/x/later" }],
    });
    expect(data).toMatchObject({ job_id: "9", missing_notebooks: ["/x/later"] });
    expect(data["hint"]).toContain("missing notebooks");
  });
});

describe("run_job", () => {
  test("that is taken back while it is sent leaves no run that nobody knows of", async () => {
    const caller = new AbortController();
    await using place = bench(
      {
        "POST /api/2.2/jobs/run-now": () => {
          caller.abort();
          return { run_id: 8 };
        },
        "POST /api/2.2/jobs/runs/cancel": () => ({}),
      },
      { signal: caller.signal },
    );
    expect((await place.failure("run_job", { job_id: "3" })).code).toBe("interrupted");
    expect(place.sent("POST /api/2.2/jobs/runs/cancel")).toEqual([{ run_id: 8 }]);
  });

  const starting: Routes = { "POST /api/2.2/jobs/run-now": () => ({ run_id: 77 }) };

  test("a job with parameters of its own gets them as job parameters", async () => {
    await using place = bench({
      ...starting,
      "GET /api/2.2/jobs/get": () => ({
        job_id: 5,
        settings: { name: "j", parameters: [{ name: "day", default: "1" }] },
      }),
    });
    await place.call("run_job", { job_id: 5, parameters: { day: 2 } });
    const [sent] = place.sent("POST /api/2.2/jobs/run-now");
    expect(sent).toMatchObject({ job_id: 5, job_parameters: { day: "2" } });
    expect(sent).not.toHaveProperty("notebook_params");
  });

  test("one without them gets them for its notebooks", async () => {
    await using place = bench({ ...starting, "GET /api/2.2/jobs/get": () => ({ job_id: 5, settings: { name: "j" } }) });
    const { data } = await place.call("run_job", { job_id: 5, parameters: { day: 2 } });
    expect(place.sent("POST /api/2.2/jobs/run-now")[0]).toMatchObject({ notebook_params: { day: "2" } });
    expect(data).toMatchObject({ run_id: "77", job_id: "5", run_page_url: `${place.server.host}/jobs/5/runs/77` });
  });
});

describe("get_run_logs", () => {
  const routes: Routes = {
    "GET /api/2.2/jobs/runs/get": () =>
      wireRun({
        run_id: 1,
        result: "FAILED",
        tasks: [
          { key: "script", run_id: 2, kind: { spark_python_task: { python_file: "/x.py" } } },
          { key: "notebook", run_id: 3, result: "FAILED" },
        ],
      }),
    "GET /api/2.2/jobs/runs/get-output": ({ search }) =>
      search.includes("run_id=2")
        ? { logs: `${"line 😀\n".repeat(100)}`, logs_truncated: true }
        : { error: "boom", error_trace: "trace of boom" },
    "GET /api/2.2/jobs/runs/export": () =>
      view(
        exportPage([
          { source: "print(1)", text: "printed 1" },
          { source: "boom", error: { summary: "boom", trace: "trace of boom" } },
        ]),
      ),
  };

  test("has every task under its own headline, a notebook by what its cells printed", async () => {
    await using place = bench(routes);
    const { data } = await place.call("get_run_logs", { run_id: "1" });
    const logs = String(data["logs"]);
    expect(logs).toContain("=== script (run 2, SUCCESS)\nline 😀");
    expect(logs).toContain("=== notebook (run 3, FAILED)\n[cell 0] python finished\nprinted 1\n");
    expect(data).toMatchObject({
      truncated: false,
      truncated_by_databricks: true,
      error: "boom",
      failed_task: "notebook",
    });
  });

  test("pages put together are the whole", async () => {
    await using place = bench(routes);
    const whole = String((await place.call("get_run_logs", { run_id: "1", task_key: "script" })).data["logs"]);
    let text = "";
    let offset: unknown = 0;
    for (let round = 0; round < 50 && offset !== undefined; round++) {
      const { data } = await place.call("get_run_logs", { run_id: "1", task_key: "script", offset, max_size: 97 });
      expect(data["logs_total_size"]).toBe(whole.length);
      text += String(data["logs"]);
      offset = data["next_offset"];
    }
    expect(text).toBe(whole);
    expect(whole).toHaveLength("line 😀\n".length * 100);
  });

  test("of a run that printed nothing says so", async () => {
    await using place = bench({
      ...routes,
      "GET /api/2.2/jobs/runs/get": () => wireRun({ run_id: 1, tasks: [{ key: "a", run_id: 4 }] }),
      "GET /api/2.2/jobs/runs/get-output": () => ({}),
      "GET /api/2.2/jobs/runs/export": () => view(exportPage([])),
    });
    const { data } = await place.call("get_run_logs", { run_id: "1" });
    expect(data).toMatchObject({ logs: "", hint: "No logs available: the run printed nothing." });
  });
});

describe("cancel_run", () => {
  test("waits until the run has ended", async () => {
    let asked = 0;
    await using place = bench({
      "GET /api/2.2/jobs/runs/get": () =>
        asked++ < 3 ? wireRun({ run_id: 1, life: "RUNNING" }) : wireRun({ run_id: 1, result: "CANCELED" }),
      "POST /api/2.2/jobs/runs/cancel": () => ({}),
    });
    expect((await place.call("cancel_run", { run_id: 1 })).data).toMatchObject({
      status: "cancelled",
      result_state: "CANCELED",
    });
  });

  test("says when it is still ending", async () => {
    await using place = bench({ ...runningRun(1), "POST /api/2.2/jobs/runs/cancel": () => ({}) });
    expect((await place.call("cancel_run", { run_id: 1, wait_seconds: 0 })).data).toMatchObject({
      status: "cancelling",
      state: "RUNNING",
    });
  });

  test("does nothing to a run that has ended", async () => {
    await using place = bench({ "GET /api/2.2/jobs/runs/get": () => wireRun({ run_id: 1 }) });
    expect((await place.call("cancel_run", { run_id: 1 })).data["status"]).toBe("already_ended");
    expect(place.server.received.every(({ method }) => method === "GET")).toBe(true);
  });
});

describe("list_jobs", () => {
  test("says that the search was cut in a workspace with very many jobs", async () => {
    await using place = bench({
      "GET /api/2.2/jobs/list": (_request, query) => {
        const from = Number(query["page_token"] ?? 0);
        const jobs = Array.from({ length: 100 }, (_, index) => ({
          job_id: from + index + 1,
          settings: { name: `job ${from + index}` },
        }));
        return { jobs, has_more: true, next_page_token: String(from + 100) };
      },
    });
    const result = await place.call("list_jobs", { name_filter: "job 29", limit: 5 });
    expect(rowsOf(result)).toHaveLength(5);
    expect(result.data).toMatchObject({ truncated: true, next_offset: 5 });
    expect(result.data["hint"]).toContain("3000");
  });

  test("shows when a job runs", async () => {
    const schedule = { quartz_cron_expression: "0 0 6 * * ?", timezone_id: "UTC", pause_status: "PAUSED" };
    await using place = bench({
      "GET /api/2.2/jobs/list": () => ({
        jobs: [{ job_id: 1, created_time: 1_760_000_000_000, settings: { name: "a", schedule } }],
      }),
    });
    expect(rowsOf(await place.call("list_jobs"))).toEqual([
      {
        job_id: "1",
        name: "a",
        created_time: "2025-10-09T08:53:20Z",
        creator: null,
        schedule: "0 0 6 * * ? UTC (paused)",
      },
    ]);
  });
});
