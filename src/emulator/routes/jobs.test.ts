// Jobs over HTTP: creation and all that is refused, reading, lists, update, reset, delete.
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { JsonObject } from "../../platform/json.ts";
import { startJobsEmulator, type JobsEmulator } from "../jobs/testing-jobs.ts";

let it: JobsEmulator;
beforeEach(async () => {
  it = await startJobsEmulator();
});
afterEach(() => it.dispose());

const notebook = { notebook_path: "/Shared/x" };
const one = { task_key: "a", notebook_task: notebook };

async function create(settings: object = {}): Promise<string> {
  return String((await it.post("create", { name: "job", tasks: [one], ...settings }))["job_id"]);
}

async function settingsOf(jobId: string): Promise<JsonObject> {
  return (await it.get("get", { job_id: jobId }))["settings"] as JsonObject;
}

function refused(settings: object): Promise<JsonObject> {
  return it.refusal("POST /api/2.2/jobs/create", settings);
}

describe("jobs/create and jobs/get", () => {
  test("keep what was given and fill in what was not", async () => {
    const jobId = await create({
      schedule: { quartz_cron_expression: "0 0 12 * * ?", timezone_id: "Europe/London", pause_status: "PAUSED" },
      email_notifications: { on_failure: ["me@example.com"] },
      health: { rules: [{ metric: "RUN_DURATION_SECONDS", op: "GREATER_THAN", value: 60 }] },
      tags: { team: "x" },
    });
    const job = await it.get("get", { job_id: jobId });
    expect(job).toMatchObject({ creator_user_name: "me@example.com", run_as_user_name: "me@example.com" });
    expect(String(job["job_id"])).toBe(jobId);
    expect(job["settings"]).toMatchObject({
      name: "job",
      max_concurrent_runs: 1,
      timeout_seconds: 0,
      format: "MULTI_TASK",
      schedule: { quartz_cron_expression: "0 0 12 * * ?" },
      email_notifications: { on_failure: ["me@example.com"] },
      health: { rules: [{ value: 60 }] },
      tags: { team: "x" },
      tasks: [{ task_key: "a", run_if: "ALL_SUCCESS", notebook_task: { ...notebook, source: "WORKSPACE" } }],
    });
  });

  test("ids keep every digit", async () => {
    const raw: string[] = [];
    for (let count = 0; count < 3; count++) {
      const { text } = await it.emulator.call("POST /api/2.2/jobs/create", { body: { tasks: [one] } });
      raw.push(/"job_id":(\d+)/.exec(text)?.[1] ?? "");
    }
    const big = raw.find((id) => !Number.isSafeInteger(Number(id))) ?? "";
    const { text } = await it.emulator.call(`GET /api/2.2/jobs/get?job_id=${big}`);
    expect(text).toContain(`"job_id":${big},`);
    const call = { task_key: "call", run_job_task: { job_id: big } };
    const { text: parent } = await it.emulator.call("POST /api/2.2/jobs/create", { body: { tasks: [call] } });
    const shown = await it.emulator.call(`GET /api/2.2/jobs/get?job_id=${/"job_id":(\d+)/.exec(parent)?.[1]}`);
    expect(shown.text).toContain(`"run_job_task":{"job_id":${big}}`);
  });

  test("more than a hundred tasks come page by page", async () => {
    const tasks = Array.from({ length: 230 }, (_, index) => ({ ...one, task_key: `t${index}` }));
    const jobId = await create({ tasks });
    const keys: unknown[] = [];
    let pages = 0;
    for (let token: string | undefined = ""; token !== undefined; pages++) {
      const page: JsonObject = await it.get("get", { job_id: jobId, ...(token === "" ? {} : { page_token: token }) });
      keys.push(...((page["settings"] as JsonObject)["tasks"] as JsonObject[]).map((task) => task["task_key"]));
      token = page["next_page_token"] as string | undefined;
    }
    expect(pages).toBe(3);
    expect(keys).toEqual(tasks.map((task) => task.task_key));
    const listed = await it.get("list", { expand_tasks: "true" });
    expect(listed["jobs"]).toMatchObject([{ has_more: true }]);
  });

  test("an unknown job is refused in the words that clients match", async () => {
    expect(await it.refusal("GET /api/2.2/jobs/get?job_id=17")).toEqual({
      status: 400,
      error_code: "INVALID_PARAMETER_VALUE",
      message: "Job 17 does not exist.",
    });
    expect(await it.refusal("POST /api/2.2/jobs/run-now", { job_id: 17 })).toMatchObject({
      message: "Job 17 does not exist.",
    });
    expect((await it.refusal("GET /api/2.2/jobs/get?job_id=abc"))["message"]).toContain("job_id");
  });
});

describe("what is refused", () => {
  const python = { python_file: "/Shared/x.py" };
  const task = (more: object): object => ({ tasks: [{ ...one, ...more }] });
  test.each<[object, string]>([
    [{ name: "empty" }, "At least one task"],
    [{ tasks: [one, one] }, "Duplicate task_key 'a'"],
    [{ tasks: [{ notebook_task: notebook }] }, "task_key"],
    [{ tasks: [{ ...one, task_key: "a b" }] }, "Invalid task key 'a b'"],
    [{ tasks: [{ task_key: "a" }] }, "must specify a task type"],
    [task({ spark_python_task: python }), "exactly one task type"],
    [task({ depends_on: [{ task_key: "z" }] }), "depends on task 'z', which does not exist"],
    [task({ depends_on: [{ task_key: "a" }] }), "cycle: a -> a"],
    [
      {
        tasks: [
          { ...one, depends_on: [{ task_key: "b" }] },
          { ...one, task_key: "b", depends_on: [{ task_key: "a" }] },
        ],
      },
      "cycle: a -> b -> a",
    ],
    [
      { tasks: [one, { ...one, task_key: "b", depends_on: [{ task_key: "a", outcome: "true" }] }] },
      "not a condition task",
    ],
    [task({ run_if: "SOMETIMES" }), "Invalid value 'SOMETIMES'"],
    [task({ existing_cluster_id: "none" }), "Cluster none does not exist"],
    [task({ job_cluster_key: "none" }), "job cluster key 'none'"],
    [task({ environment_key: "none" }), "environment key 'none'"],
    [task({ new_cluster: { num_workers: 1 } }), "spark_version"],
    [task({ new_cluster: {}, existing_cluster_id: "x" }), "at most one kind of compute"],
    [{ tasks: [{ task_key: "p", spark_python_task: python }] }, "environment is required for serverless task p"],
    [{ tasks: [{ task_key: "p", spark_python_task: { python_file: "s3://b/x.py" } }] }, "python_file on s3://"],
    [{ tasks: [{ task_key: "n", notebook_task: { notebook_path: "relative" } }] }, "must begin with '/'"],
    [
      { tasks: [{ task_key: "w", python_wheel_task: {} }] },
      "python_wheel_task is not supported by the Mortar emulator",
    ],
    [{ tasks: [{ task_key: "w", pipeline_task: {} }] }, "tasks.w.pipeline_task.pipeline_id"],
    [{ tasks: [{ task_key: "w", notebok_task: {} }] }, "Did you mean notebook_task?"],
    [{ tasks: [{ task_key: "s", sql_task: { warehouse_id: "w", query: { query_id: "q" } } }] }, "only sql_task.file"],
    [{ tasks: [{ task_key: "s", sql_task: { file: { path: "/x" } } }] }, "warehouse_id"],
    [{ tasks: [{ task_key: "r", run_job_task: { job_id: 17 } }] }, "Job 17 does not exist"],
    [{ tasks: [{ task_key: "c", condition_task: { op: "LIKE", left: "", right: "" } }] }, "Invalid value 'LIKE'"],
    [{ tasks: [{ task_key: "f", for_each_task: { inputs: "[]", concurrency: 101, task: one } }] }, "concurrency"],
    [
      {
        tasks: [
          {
            task_key: "f",
            for_each_task: { inputs: "[]", task: { task_key: "g", for_each_task: { inputs: "[]", task: one } } },
          },
        ],
      },
      "must not contain another",
    ],
    [{ tasks: [one], git_source: { git_url: "x" } }, "GIT"],
    [
      { tasks: [one], schedule: { quartz_cron_expression: "* * *", timezone_id: "UTC" } },
      "Invalid quartz cron expression",
    ],
    [
      { tasks: [one], schedule: { quartz_cron_expression: "0 0 0 * * ?", timezone_id: "Mars/Base" } },
      "timezone_id 'Mars/Base'",
    ],
    [{ tasks: [one], schedule: {}, continuous: {} }, "At most one of"],
    [{ tasks: [one], parameters: [{ name: "a" }] }, "parameters.a.default"],
    [
      {
        tasks: [one],
        parameters: [
          { name: "a", default: "" },
          { name: "a", default: "" },
        ],
      },
      "Duplicate name 'a'",
    ],
    [{ tasks: [one], max_concurrent_runs: 1001 }, "max_concurrent_runs"],
    [{ tasks: [one], timeout_seconds: -1 }, "timeout_seconds"],
    [{ tasks: "one" }, "expected an array"],
  ])("%j", async (settings, message) => {
    const answer = await refused(settings);
    expect(answer).toMatchObject({ status: 400, error_code: "INVALID_PARAMETER_VALUE" });
    expect(answer["message"]).toContain(message);
  });

  test("serverless tasks where serverless compute is off", async () => {
    it.world.switches.serverless = false;
    const answer = await refused({ tasks: [one] });
    expect(answer).toMatchObject({ status: 400, error_code: "FEATURE_DISABLED" });
    expect(answer["message"]).toContain("Serverless compute is not enabled");
    expect(await it.refusal("POST /api/2.2/jobs/runs/submit", { tasks: [one] })).toMatchObject({
      error_code: "FEATURE_DISABLED",
    });
  });
});

describe("jobs/list", () => {
  test("is newest first, found by exact name in any case, and paged", async () => {
    const ids: string[] = [];
    for (const name of ["Load", "load", "load more"]) ids.push(await create({ name }));
    const first = await it.get("list", { limit: "1" });
    expect((first["jobs"] as JsonObject[]).map((job) => String(job["job_id"]))).toEqual([String(ids[2])]);
    expect(first).toMatchObject({ has_more: true });
    expect(await it.get("list", { limit: "1", page_token: String(first["next_page_token"]) })).not.toHaveProperty(
      "jobs",
    );
    const named = await it.get("list", { name: "LOAD" });
    expect((named["jobs"] as JsonObject[]).map((job) => String(job["job_id"]))).toEqual([
      String(ids[1]),
      String(ids[0]),
    ]);
    expect((named["jobs"] as JsonObject[])[0]?.["settings"]).not.toHaveProperty("tasks");
    expect(await it.get("list", { name: "nothing" })).toEqual({ has_more: false });
    for (const limit of ["101", "-1", "x"]) {
      expect(await it.refusal(`GET /api/2.2/jobs/list?limit=${limit}`)).toMatchObject({ status: 400 });
    }
  });
});

describe("changes", () => {
  test("update merges tasks by key, replaces the rest, and removes fields", async () => {
    const jobId = await create({ tasks: [one, { ...one, task_key: "b" }], tags: { x: "1" }, timeout_seconds: 5 });
    const changed = { task_key: "b", notebook_task: { notebook_path: "/Shared/new" } };
    await it.post("update", {
      job_id: jobId,
      new_settings: { name: "renamed", tags: { y: "2" }, tasks: [changed, { ...one, task_key: "c" }] },
      fields_to_remove: ["timeout_seconds", "tasks/a"],
    });
    const settings = await settingsOf(jobId);
    expect(settings).toMatchObject({ name: "renamed", tags: { y: "2" }, timeout_seconds: 0 });
    expect((settings["tasks"] as JsonObject[]).map((task) => task["task_key"])).toEqual(["b", "c"]);
    expect(settings["tasks"]).toMatchObject([{ notebook_task: { notebook_path: "/Shared/new" } }, {}]);
  });

  test("an update that would break the job changes nothing", async () => {
    const jobId = await create({ tasks: [one, { ...one, task_key: "b", depends_on: [{ task_key: "a" }] }] });
    const before = await settingsOf(jobId);
    const bad = { job_id: jobId, fields_to_remove: ["tasks/a"] };
    expect((await it.refusal("POST /api/2.2/jobs/update", bad))["message"]).toContain("depends on task 'a'");
    expect(await settingsOf(jobId)).toEqual(before);
    expect(
      (await it.refusal("POST /api/2.2/jobs/update", { job_id: jobId, fields_to_remove: ["tags/x"] }))["message"],
    ).toContain("not an array with keys");
  });

  test("reset replaces everything", async () => {
    const jobId = await create({ tags: { x: "1" } });
    await it.post("reset", { job_id: jobId, new_settings: { name: "new", tasks: [{ ...one, task_key: "z" }] } });
    const settings = await settingsOf(jobId);
    expect(settings).not.toHaveProperty("tags");
    expect(settings).toMatchObject({ name: "new", tasks: [{ task_key: "z" }] });
    expect(await it.refusal("POST /api/2.2/jobs/reset", { job_id: jobId })).toMatchObject({ status: 400 });
  });

  test("delete answers 200 for what is gone already", async () => {
    const jobId = await create();
    expect(await it.post("delete", { job_id: jobId })).toEqual({});
    expect(await it.post("delete", { job_id: jobId })).toEqual({});
    expect(await it.refusal(`GET /api/2.2/jobs/get?job_id=${jobId}`)).toMatchObject({ status: 400 });
  });
});
