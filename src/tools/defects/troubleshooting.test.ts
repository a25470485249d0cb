// The troubleshooting cases of the older plugin's manual: each error says what to do.
import { describe, expect, test } from "bun:test";
import { refusal } from "../../workspace/testing.ts";
import { bench, exportPage } from "../testing.ts";
import { notebookPath, notebookRoutes } from "../testing-notebook.ts";
import { view, wireRun } from "../testing-runs.ts";

describe("troubleshooting", () => {
  test("notebook not found: what may be meant, and how a path looks", async () => {
    await using place = bench({
      "GET /api/2.0/workspace/get-status": () =>
        refusal(404, "RESOURCE_DOES_NOT_EXIST", "Path (/Workspace/Users/me/lod) doesn't exist."),
      "GET /api/2.0/workspace/list": () => ({
        objects: [{ path: "/Workspace/Users/me/load", object_type: "NOTEBOOK" }],
      }),
    });
    const error = await place.failure("run_notebook", { notebook_path: "/Workspace/Users/me/lod" });
    expect(error).toMatchObject({ code: "not_found", hint: "Did you mean /Workspace/Users/me/load?" });
    expect((await place.failure("read_notebook", { notebook_path: "Users/me/x" })).hint).toContain("/Workspace/");
  });

  test("serverless is switched off: the two other kinds of compute", async () => {
    await using place = bench({
      ...notebookRoutes("# Databricks notebook source\n1").routes,
      "POST /api/2.2/jobs/runs/submit": () =>
        refusal(400, "FEATURE_DISABLED", "Serverless compute is not enabled for this workspace."),
    });
    const error = await place.failure("run_notebook", { notebook_path: notebookPath });
    expect(error.code).toBe("feature_disabled");
    expect(error.hint).toContain("job_cluster");
    expect(error.hint).toContain("existing_cluster");
  });

  test("so for a job", async () => {
    await using place = bench({
      "POST /api/2.2/jobs/create": () =>
        refusal(400, "FEATURE_DISABLED", "Serverless compute is not enabled for this workspace."),
    });
    const tasks = [{ task_key: "a", notebook_path: notebookPath }];
    expect((await place.failure("create_job", { name: "j", tasks })).hint).toContain('{"kind": "job_cluster"}');
  });

  test("compute that is not there: the tool that shows what is", async () => {
    await using place = bench({
      ...notebookRoutes("# Databricks notebook source\n1").routes,
      "POST /api/2.2/jobs/runs/submit": () => refusal(400, "INVALID_PARAMETER_VALUE", "Cluster nope does not exist"),
      "GET /api/2.0/policies/clusters/get": () =>
        refusal(404, "RESOURCE_DOES_NOT_EXIST", "Can't find a cluster policy with id: nope."),
    });
    const asked = async (compute: object): Promise<string | undefined> =>
      (await place.failure("run_notebook", { notebook_path: notebookPath, compute })).hint;
    expect(await asked({ cluster_id: "nope" })).toContain("`list_clusters`");
    expect(await asked({ policy_id: "nope" })).toContain("`list_cluster_policies`");
  });

  test("a run takes too long: it ran into its limit, and how to give it more", async () => {
    await using place = bench({
      "GET /api/2.2/jobs/runs/get": () => wireRun({ run_id: 1, life: "TERMINATED", result: "TIMEDOUT", tasks: [] }),
      "GET /api/2.2/jobs/runs/get-output": () => ({}),
      "GET /api/2.2/jobs/runs/export": () => view(exportPage([])),
    });
    const { data, failed } = await place.call("wait_for_run", { run_id: "1" });
    expect(failed).toBe(true);
    expect(data["hint"]).toContain("timeout_minutes");
  });
});
