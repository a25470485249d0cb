// Runs over HTTP: one task, output and export, lists, cancellation, and what a restart leaves.
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

  test("with an exit value beyond 5 MB says that it was cut", async () => {
    const runId = await submit([task("long", { text: `exit ${"q".repeat(6 * 1024 * 1024)}` })]);
    await it.untilEnded(runId);
    const { notebook_output } = await it.get("runs/get-output", { run_id: runId });
    expect(notebook_output).toEqual({ result: "q".repeat(5 * 1024 * 1024), truncated: true });
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

describe("a run of many tasks", () => {
  test("shows a hundred at a time", async () => {
    const tasks = Array.from({ length: 130 }, (_, index) => ({
      task_key: `t${index}`,
      condition_task: { op: "EQUAL_TO", left: "1", right: "1" },
    }));
    const runId = await submit(tasks);
    await it.untilEnded(runId);
    const first = await it.get("runs/get", { run_id: runId });
    const second = await it.get("runs/get", { run_id: runId, page_token: String(first["next_page_token"]) });
    const keys = [first, second].flatMap((page) => (page["tasks"] as JsonObject[]).map((one) => one["task_key"]));
    expect(keys).toEqual(tasks.map((one) => one.task_key));
    expect(second).not.toHaveProperty("next_page_token");
    const listed = await it.get("runs/list", { expand_tasks: "true" });
    expect(listed["runs"]).toMatchObject([{ has_more: true }]);
    expect(await it.refusal(`GET /api/2.2/jobs/runs/get?run_id=${runId}&page_token=odd`)).toMatchObject({
      status: 400,
    });
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

function modelOf(exported: JsonObject): { name: string; commands: JsonObject[] } {
  const [view] = exported["views"] as { content: string }[];
  const encoded = /__DATABRICKS_NOTEBOOK_MODEL = '([^']*)'/.exec(view?.content ?? "")?.[1] ?? "";
  return JSON.parse(decodeURIComponent(Buffer.from(encoded, "base64").toString()));
}
