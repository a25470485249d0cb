import { describe, expect, test } from "bun:test";
import { latestTasks } from "./run.ts";
import { failureOf, inTurn, refusal, sentJson, serve, workspaceAt } from "./testing.ts";

const big = "9007199254740993";

test("submit sends the request as it is, with a token that makes repeating it safe", async () => {
  await using server = serve(
    inTurn(
      () => new Response("", { status: 504 }),
      () => new Response(`{"run_id":${big}}`),
    ),
  );
  const { runs } = workspaceAt(server.host);
  const request = { run_name: "n", tasks: [{ task_key: "t", notebook_task: { notebook_path: "/x" } }] };
  expect(await runs.submit(request)).toEqual({ runId: big });
  const [first, second] = server.received.map(sentJson);
  expect(first).toMatchObject(request);
  expect(first?.["idempotency_token"]).toBeString();
  expect(second).toEqual(first ?? {});
});

test("a token of the caller's own is kept, wherever it stands", async () => {
  await using server = serve(() => ({ run_id: 1 }));
  const { runs } = workspaceAt(server.host);
  await runs.submit({ idempotency_token: "mine" });
  await runs.submit({}, { idempotencyToken: "also mine" });
  expect(server.received.map((request) => sentJson(request)["idempotency_token"])).toEqual(["mine", "also mine"]);
});

test("get joins all pages, and reads tasks, times and repairs", async () => {
  const first = `{"run_id":${big},"job_id":5,"run_name":"n","run_type":"JOB_RUN","trigger":"ONE_TIME","creator_user_name":"me",
    "run_page_url":"https://w/r","start_time":10,"end_time":0,"run_duration":7,"state":{"life_cycle_state":"RUNNING"},
    "tasks":[{"task_key":"a","run_id":${big},"attempt_number":1,"state":{"life_cycle_state":"TERMINATED","result_state":"SUCCESS"},
      "notebook_task":{"notebook_path":"/n"},"cluster_instance":{"cluster_id":"c-1","spark_context_id":"1"},
      "depends_on":[{"task_key":"z","outcome":"true"}],"run_if":"ALL_DONE"}],
    "repair_history":[{"id":3,"type":"REPAIR","task_run_ids":[${big},4],"state":{"life_cycle_state":"RUNNING"}}],
    "next_page_token":"p2"}`;
  const second = { run_id: 1, tasks: [{ task_key: "b", run_id: 8, status: { state: "BLOCKED" } }] };
  await using server = serve(
    inTurn(
      () => new Response(first),
      () => second,
    ),
  );
  const run = await workspaceAt(server.host).runs.get(big, { includeHistory: true });
  expect(run).toMatchObject({
    runId: big,
    jobId: "5",
    runName: "n",
    creator: "me",
    runPageUrl: "https://w/r",
    state: { lifeCycle: "RUNNING", ended: false },
    times: { startTimeMs: 10, endTimeMs: undefined, runDurationMs: 7 },
    repairs: [{ id: "3", type: "REPAIR", taskRunIds: [big, "4"] }],
  });
  expect(run.tasks[0]).toMatchObject({
    taskKey: "a",
    runId: big,
    attemptNumber: 1,
    kind: "notebook_task",
    notebookPath: "/n",
    clusterId: "c-1",
    dependsOn: [{ taskKey: "z", outcome: "true" }],
    runIf: "ALL_DONE",
    state: { result: "SUCCESS", ended: true },
  });
  expect(run.tasks[1]).toMatchObject({ taskKey: "b", runId: "8", attemptNumber: 0, state: { lifeCycle: "BLOCKED" } });
  expect(server.received.map((request) => request.search)).toEqual([
    `?run_id=${big}&include_history=true`,
    `?run_id=${big}&include_history=true&page_token=p2`,
  ]);
});

test("latestTasks picks the last attempt of each task", async () => {
  const tasks = [
    { task_key: "a", run_id: 1, attempt_number: 0 },
    { task_key: "b", run_id: 2 },
    { task_key: "a", run_id: 3, attempt_number: 1 },
  ];
  await using server = serve(() => ({ run_id: 9, tasks }));
  const run = await workspaceAt(server.host).runs.get("9");
  expect(latestTasks(run).map((task) => [task.taskKey, task.runId])).toEqual([
    ["a", "3"],
    ["b", "2"],
  ]);
});

test("list sends its filters", async () => {
  await using server = serve(() => ({ runs: [{ run_id: 1 }] }));
  const options = { jobId: big, activeOnly: true, runType: "SUBMIT_RUN", startTimeFromMs: 3, limit: 5 } as const;
  const listing = await workspaceAt(server.host).runs.list(options);
  expect(listing.items[0]?.runId).toBe("1");
  expect(server.received[0]?.search).toBe(
    `?job_id=${big}&active_only=true&run_type=SUBMIT_RUN&start_time_from=3&limit=6`,
  );
});

test("list never asks for more than the API allows", async () => {
  await using server = serve(() => ({}));
  await workspaceAt(server.host).runs.list({ limit: 500 });
  expect(server.received[0]?.search).toBe("?limit=24");
});

describe("output", () => {
  test("of a notebook", async () => {
    const metadata = `{"run_id":${big},"state":{"life_cycle_state":"TERMINATED","result_state":"FAILED"}}`;
    await using server = serve(
      () =>
        new Response(
          `{"notebook_output":{"result":"","truncated":true},"error":"E","error_trace":"T","metadata":${metadata}}`,
        ),
    );
    expect(await workspaceAt(server.host).runs.getOutput(big)).toMatchObject({
      notebookResult: "",
      notebookResultTruncated: true,
      logs: undefined,
      error: "E",
      errorTrace: "T",
      run: { runId: big, state: { result: "FAILED" } },
    });
  });

  test("of a Python file, of SQL, of a job", async () => {
    await using server = serve(
      () =>
        new Response(`{"logs":"hello","logs_truncated":true,"sql_output":{"x":1},"run_job_output":{"run_id":${big}}}`),
    );
    expect(await workspaceAt(server.host).runs.getOutput("1")).toMatchObject({
      notebookResult: undefined,
      logs: "hello",
      logsTruncated: true,
      sqlOutput: { x: 1 },
      runJobRunId: big,
      run: undefined,
    });
  });
});

test("export gives the views", async () => {
  await using server = serve(() => ({ views: [{ name: "n", type: "NOTEBOOK", content: "<html>" }] }));
  const views = await workspaceAt(server.host).runs.export(big, { views: "ALL" });
  expect(views).toEqual([{ name: "n", type: "NOTEBOOK", content: "<html>" }]);
  expect(server.received[0]?.search).toBe(`?run_id=${big}&views_to_export=ALL`);
});

test("cancel, delete and repair write ids as bare digits", async () => {
  await using server = serve(({ path }) => (path.endsWith("/repair") ? { repair_id: 77 } : new Response("")));
  const { runs } = workspaceAt(server.host);
  await runs.cancel(big);
  await runs.delete(big);
  expect(await runs.repair(big, { rerunTasks: ["a"], latestRepairId: big })).toEqual({ repairId: "77" });
  expect(server.received.map((request) => request.body)).toEqual([
    `{"run_id":${big}}`,
    `{"run_id":${big}}`,
    `{"run_id":${big},"rerun_tasks":["a"],"latest_repair_id":${big}}`,
  ]);
});

test("a run that is unknown is not found, although the API calls it a bad parameter", async () => {
  await using server = serve(() => refusal(400, "INVALID_PARAMETER_VALUE", "Run 5 does not exist."));
  expect((await failureOf(workspaceAt(server.host).runs.get("5"))).code).toBe("not_found");
});
