// Jobs through the binary: of any kind of task, changed, run with parameters, repaired, listed, cancelled and deleted.
import { expect, test } from "bun:test";
import { toolStage } from "./support/tool-stage.ts";

let home: string;

const stage = toolStage(["--toolsets", "default,jobs"], async (on) => {
  home = String((await on.done("resolve_path", { path: "~" }))["path"]);
});
const { done } = stage;

const write = (name: string, content: string) =>
  done("write_notebook", { notebook_path: `~/${name}`, content, language: "python", overwrite: true });

test("a job's whole life", async () => {
  await write("first", "print('first ran')");
  await write("second", "raise ValueError(dbutils.widgets.get('day'))");
  const notebook = (name: string) => ({ notebook_task: { notebook_path: `${home}/${name}` } });
  const tasks = [
    { task_key: "first", ...notebook("first") },
    { task_key: "second", ...notebook("second"), depends_on: [{ task_key: "first" }] },
  ];
  const settings = { name: "nightly", tasks, parameters: [{ name: "day", default: "monday" }] };
  const { job_id } = await done("create_job_from_settings", { settings });
  expect(await done("create_job_from_settings", { settings })).toMatchObject({ job_id, created: false });
  expect(await done("get_job", { name: "nightly" })).toMatchObject({ job_id, settings: { name: "nightly" } });

  const failed = await stage.session.call("run_job_with_parameters", {
    job_id,
    job_parameters: { day: "friday" },
    wait: true,
  });
  expect([failed.isError, failed.data["result_state"]]).toEqual([true, "FAILED"]);
  const { run_id } = failed.data;
  expect((await done("get_run_logs", { run_id, task_key: "second" }))["error"]).toContain("friday");

  await write("second", "print('second ran', dbutils.widgets.get('day'))");
  const repaired = await done("repair_run", { run_id, wait: true, wait_seconds: 60 });
  expect(repaired).toMatchObject({ run_id, result_state: "SUCCESS", repair_id: expect.any(String) });
  expect((await done("get_run_logs", { run_id, task_key: "second" }))["logs"]).toContain("second ran friday");
  const again = await done("repair_run", { run_id, rerun_tasks: ["second"], wait: true, wait_seconds: 60 });
  expect(again["repair_id"]).not.toBe(repaired["repair_id"]);

  const schedule = { quartz_cron_expression: "0 0 6 * * ?", timezone_id: "UTC", pause_status: "PAUSED" };
  await done("update_job", { job_id, settings: { schedule, max_concurrent_runs: 3 } });
  await done("update_job", { job_id, remove: ["tasks/second", "schedule"] });
  const changed = (await done("get_job", { job_id }))["settings"] as Record<string, unknown>;
  expect(changed).toMatchObject({ max_concurrent_runs: 3, tasks: [{ task_key: "first" }] });
  expect([changed["schedule"], (changed["tasks"] as unknown[]).length]).toEqual([undefined, 1]);
  await done("update_job", {
    job_id,
    settings: { tasks: [{ task_key: "only", ...notebook("first") }] },
    replace_lists: true,
  });
  expect((await done("get_job", { job_id }))["settings"]).toMatchObject({ tasks: [{ task_key: "only" }] });

  const runs = await done("list_runs", { job_id, completed_only: true });
  expect(runs).toMatchObject({ returned: 1, truncated: false });
  expect(await done("delete_run", { run_id })).toMatchObject({ deleted: true });
  expect((await done("list_runs", { job_id }))["returned"]).toBe(0);
  expect(await done("delete_job", { job_id })).toMatchObject({ name: "nightly", deleted: true });
  expect((await stage.session.call("get_job", { job_id })).isError).toBe(true);
});

test("tasks run once without a job, and all runs of a job are cancelled together", async () => {
  await write("quick", "dbutils.notebook.exit('done')");
  const quick = { task_key: "q", notebook_task: { notebook_path: `${home}/quick` } };
  const submitted = await done("submit_run", { settings: { run_name: "once", tasks: [quick] }, wait: true });
  expect(submitted).toMatchObject({ result_state: "SUCCESS", run_name: "once" });

  await write("slow", "import time\ntime.sleep(600)");
  const slow = { task_key: "s", notebook_task: { notebook_path: `${home}/slow` } };
  const { job_id } = await done("create_job_from_settings", {
    settings: { name: "slow", tasks: [slow], max_concurrent_runs: 2 },
  });
  const first = await done("run_job_with_parameters", { job_id });
  await done("run_job_with_parameters", { job_id, idempotency_token: "second" });
  const twice = await done("run_job_with_parameters", { job_id, idempotency_token: "second" });
  expect(twice["run_id"]).not.toBe(first["run_id"]);
  const cancelled = await done("cancel_job_runs", { job_id });
  expect((cancelled["active_runs"] as string[]).toSorted()).toEqual(
    [first["run_id"], twice["run_id"]].map(String).toSorted(),
  );
  for (const run_id of cancelled["active_runs"] as string[]) {
    expect((await done("wait_for_run", { run_id }))["result_state"]).toBe("CANCELED");
  }
  expect((await done("cancel_job_runs", { job_id }))["status"]).toBe("none_active");
});
