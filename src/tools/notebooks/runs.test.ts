// Running notebooks and reading runs beyond the older plugin's defects: handles, pages, attempts, pictures, refusals.
import { describe, expect, test } from "bun:test";
import { refusal } from "../../workspace/testing.ts";
import { bench, exportPage, type Routes } from "../testing.ts";
import { notebookPath, notebookRoutes } from "../testing-notebook.ts";
import { runningRun, view, wireRun } from "../testing-runs.ts";

describe("runs", () => {
  test("run_notebook returns at once with the handle and what comes next", async () => {
    await using place = bench({
      ...notebookRoutes("# Databricks notebook source\n1").routes,
      ...runningRun(5),
      "POST /api/2.2/jobs/runs/submit": () => ({ run_id: 5 }),
    });
    const { data, failed } = await place.call("run_notebook", {
      path: notebookPath,
      parameters: { day: 1 },
      timeout_minutes: 5,
    });
    expect(failed).toBe(false);
    expect(data).toMatchObject({ run_id: "5", state: "RUNNING", compute: "serverless", tasks: [] });
    expect(place.sent("POST /api/2.2/jobs/runs/submit")[0]).toMatchObject({
      run_name: "Mortar: nb",
      timeout_seconds: 300,
      tasks: [
        {
          task_key: "notebook_task",
          notebook_task: { notebook_path: notebookPath, base_parameters: { day: "1" } },
          timeout_seconds: 300,
        },
      ],
    });
  });

  test("run_notebook that waits gives the outputs, and fails with a run that fails", async () => {
    await using place = bench({
      ...notebookRoutes("# Databricks notebook source\n1").routes,
      "POST /api/2.2/jobs/runs/submit": () => ({ run_id: 5 }),
      "GET /api/2.2/jobs/runs/get": () =>
        wireRun({ run_id: 5, result: "FAILED", tasks: [{ key: "notebook_task", run_id: 6, result: "FAILED" }] }),
      "GET /api/2.2/jobs/runs/get-output": () => ({ error: "boom" }),
      "GET /api/2.2/jobs/runs/export": () =>
        view(exportPage([{ source: "1", error: { summary: "boom", trace: "boom" } }])),
    });
    const { data, failed } = await place.call("run_notebook", { notebook_path: notebookPath, wait: true });
    expect(failed).toBe(true);
    expect(data).toMatchObject({ result_state: "FAILED", tasks: [{ failed_cell: 0 }] });
  });

  test("run_notebook that cannot see its run says by which id it goes on", async () => {
    await using place = bench({
      ...notebookRoutes("# Databricks notebook source\n1").routes,
      "POST /api/2.2/jobs/runs/submit": () => ({ run_id: 5 }),
      "GET /api/2.2/jobs/runs/get": () => refusal(403, "PERMISSION_DENIED", "no"),
    });
    const error = await place.failure("run_notebook", { notebook_path: notebookPath });
    expect(error.code).toBe("permission_denied");
    expect(error.hint).toContain("`wait_for_run` with run_id 5");
    expect(place.sent("POST /api/2.2/jobs/runs/cancel")).toEqual([]);
  });

  test.each([
    [{ kind: "existing_cluster" }, "needs cluster_id"],
    [{ cluster_id: "k", num_workers: 2 }, "does not go with"],
    [{ kind: "serverless", cluster_id: "k" }, "cluster_id does not go with serverless"],
    [{ kind: "job_cluster", dependencies: ["x"] }, "dependencies does not go with job_cluster"],
  ])("compute %p is refused before anything starts", async (compute, message) => {
    await using place = bench(notebookRoutes("# Databricks notebook source\n1").routes);
    expect((await place.failure("run_notebook", { notebook_path: notebookPath, compute })).message).toContain(message);
    expect(place.server.received.every(({ method }) => method === "GET")).toBe(true);
  });

  const outputs: Routes = {
    "GET /api/2.2/jobs/runs/get": () =>
      wireRun({
        run_id: 1,
        tasks: [
          { key: "a", run_id: 2 },
          { key: "b", run_id: 3 },
          { key: "never", run_id: 4, life: "SKIPPED", result: "UPSTREAM_FAILED" },
        ],
      }),
    "GET /api/2.2/jobs/runs/get-output": () => ({}),
    "GET /api/2.2/jobs/runs/export": () =>
      view(exportPage(Array.from({ length: 6 }, (_, index) => ({ source: "x", text: `${index}:${"y".repeat(300)}` })))),
  };

  test("outputs that do not fit go on where they stopped, over all tasks", async () => {
    await using place = bench(outputs, { limits: { textChars: 1_200 } });
    const seen: string[] = [];
    let args: Record<string, unknown> | undefined = { run_id: "1", task_key: "a" };
    for (let round = 0; round < 20 && args !== undefined; round++) {
      const { data } = await place.call("get_run_output", args);
      const tasks = data["tasks"] as { task_key: string; cells?: { index: number }[] }[];
      seen.push(...tasks.flatMap((task) => (task.cells ?? []).map(({ index }) => `${task.task_key}${index}`)));
      args =
        data["next_task_key"] === undefined
          ? undefined
          : { run_id: "1", task_key: data["next_task_key"], cell_offset: data["next_cell_offset"] };
      if (args !== undefined) expect(data["truncated"]).toBe(true);
    }
    expect(seen).toEqual(["a0", "a1", "a2", "a3", "a4", "a5"]);
    const whole = await place.call("get_run_output", { run_id: "1" });
    expect(whole.data).toMatchObject({ truncated: true, next_task_key: "a" });
    expect(String(whole.data["hint"])).toContain("next_task_key");
  });

  test("a task that never started is not asked for its output", async () => {
    await using place = bench(outputs);
    const { data } = await place.call("get_run_output", { run_id: "1" });
    expect((data["tasks"] as object[]).length).toBe(3);
    expect(
      place
        .sent("GET /api/2.2/jobs/runs/get-output")
        .map((query) => query["run_id"])
        .toSorted(),
    ).toEqual(["2", "3"]);
  });

  test("a task key that is not there says which are", async () => {
    await using place = bench(outputs);
    expect((await place.failure("get_run_output", { run_id: "1", task_key: "nevr" })).hint).toBe(
      'Did you mean "never"?',
    );
  });

  test("one long output is cut and says how long it is", async () => {
    await using place = bench(
      {
        ...outputs,
        "GET /api/2.2/jobs/runs/export": () => view(exportPage([{ source: "x", text: "z".repeat(5_000) }])),
      },
      { limits: { cellChars: 1_000 } },
    );
    const { data, text } = await place.call("get_run_output", { run_id: "1", task_key: "a" });
    expect(data).toMatchObject({ truncated: true, tasks: [{ truncated: true, cells: [{ total_chars: 5_000 }] }] });
    expect(text).toContain("total_chars: 5000");
  });

  test("the newest attempt of a task counts", async () => {
    await using place = bench({
      ...outputs,
      "GET /api/2.2/jobs/runs/get": () =>
        wireRun({
          run_id: 1,
          tasks: [
            { key: "a", run_id: 2, attempt: 0, result: "FAILED" },
            { key: "a", run_id: 9, attempt: 1 },
          ],
        }),
    });
    const { data } = await place.call("get_run_output", { run_id: "1" });
    expect(data["tasks"]).toMatchObject([{ task_key: "a", run_id: "9", result_state: "SUCCESS" }]);
  });

  test("pictures go beside the result", async () => {
    const png = `iVBORw0KGgo${"A".repeat(80)}`;
    await using place = bench({
      ...outputs,
      "GET /api/2.2/jobs/runs/export": () => view(exportPage([{ source: "plot", image: png }])),
    });
    const { data } = await place.call("get_run_output", { run_id: "1", task_key: "a" });
    expect(place.images).toEqual([{ mimeType: "image/png", data: png }]);
    expect(JSON.stringify(data)).toContain("[picture, image/png]");
    expect(JSON.stringify(data)).not.toContain(png);
  });

  test("an export that cannot be had is a note, not a failure", async () => {
    await using place = bench({
      ...outputs,
      "GET /api/2.2/jobs/runs/export": () => refusal(400, "INVALID_PARAMETER_VALUE", "Run cannot be exported"),
    });
    const { data } = await place.call("get_run_output", { run_id: "1", task_key: "a" });
    expect(data["tasks"]).toMatchObject([{ note: expect.stringContaining("cannot be exported") }]);
  });

  test("a token that is refused is a failure", async () => {
    await using place = bench({
      ...outputs,
      "GET /api/2.2/jobs/runs/export": () => refusal(401, "UNAUTHENTICATED", "bad token"),
    });
    expect((await place.failure("get_run_output", { run_id: "1", task_key: "a" })).code).toBe("token_rejected");
  });
});
