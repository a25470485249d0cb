// Code without a notebook: where it runs, what is left behind, and who learns of what goes on.
import { describe, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { refusal } from "../../workspace/testing.ts";
import type { Session } from "../define.ts";
import { bench, exportPage, me, testDeps, type Bench, type Routes } from "../testing.ts";

const jobs = "/api/2.2/jobs/runs";
const ended = (result: string, more: object = {}) => ({
  run_id: 5,
  run_page_url: "https://x/5",
  state: { life_cycle_state: "TERMINATED", result_state: result },
  tasks: [
    {
      task_key: "main",
      run_id: 6,
      notebook_task: { notebook_path: "/x" },
      state: { life_cycle_state: "TERMINATED", result_state: result },
    },
  ],
  ...more,
});
const serverless: Routes = {
  ...me,
  "POST /api/2.0/workspace/mkdirs": () => ({}),
  "POST /api/2.0/workspace/import": () => ({}),
  "POST /api/2.0/workspace/delete": () => ({}),
  "GET /api/2.0/workspace/list": () => ({}),
  [`POST ${jobs}/submit`]: () => ({ run_id: 5 }),
  [`GET ${jobs}/get`]: () => ended("SUCCESS"),
  [`GET ${jobs}/get-output`]: () => ({}),
  [`GET ${jobs}/export`]: () => ({
    views: [{ type: "NOTEBOOK", content: exportPage([{ source: "print(1)", text: "1\n" }]) }],
  }),
  [`POST ${jobs}/cancel`]: () => ({}),
};
const deleted = (it: Bench): unknown[] => it.sent("POST /api/2.0/workspace/delete").map(({ path }) => path);
const imported = (it: Bench) => it.sent("POST /api/2.0/workspace/import")[0] ?? {};
const sourceOf = (it: Bench): string => Buffer.from(String(imported(it)["content"]), "base64").toString();

describe("on serverless compute", () => {
  test("code is a notebook for as long as it runs, and what it prints comes back", async () => {
    await using it = bench(serverless);
    const { data, failed } = await it.call("run_code", { code: "print(1)", dependencies: ["polars"] });
    expect([failed, data]).toMatchObject([
      false,
      { success: true, compute: "serverless", run_id: "5", cells: [{ output: "1\n" }] },
    ]);
    expect(sourceOf(it)).toBe("# Databricks notebook source\nprint(1)\n");
    const path = imported(it)["path"];
    expect(path).toMatch(/^\/Workspace\/Users\/me@example\.com\/\.mortar\/code_\d+_[0-9a-f]{8}$/);
    expect(deleted(it)).toEqual([path]);
    const [request] = it.sent(`POST ${jobs}/submit`);
    expect(request).toMatchObject({
      tasks: [{ notebook_task: { notebook_path: path }, environment_key: "environment", timeout_seconds: 1_800 }],
      environments: [{ environment_key: "environment", spec: { environment_version: "4", dependencies: ["polars"] } }],
    });
  });

  test("own settings of the run stand over ours, and the task runs in their environment", async () => {
    await using it = bench(serverless);
    const environments = [{ environment_key: "mine", spec: { client: "2" } }];
    await it.call("run_code", {
      code: "SELECT 1",
      language: "SQL",
      run_name: "n",
      extra_settings: { environments, tags: { a: "b" } },
    });
    const [request] = it.sent(`POST ${jobs}/submit`);
    expect(request).toMatchObject({
      run_name: "n",
      environments,
      tags: { a: "b" },
      tasks: [{ environment_key: "mine" }],
    });
    expect(sourceOf(it)).toBe("-- Databricks notebook source\nSELECT 1\n");
  });

  test("code that fails is a failure with its error, and leaves nothing behind", async () => {
    await using it = bench({
      ...serverless,
      [`GET ${jobs}/get`]: () => ended("FAILED"),
      [`GET ${jobs}/get-output`]: () => ({ error: "ValueError: no", error_trace: "Traceback\nValueError: no" }),
      [`GET ${jobs}/export`]: () => ({ views: [] }),
    });
    const { data, failed } = await it.call("run_code", { code: "raise ValueError('no')" });
    expect([failed, data["success"], data["error"]]).toEqual([true, false, "ValueError: no"]);
    expect(String(data["hint"])).not.toContain("update_notebook_cell");
    expect(deleted(it)).toHaveLength(1);
  });

  test("a run that goes on keeps its notebook and is named; the session ends it once the run has ended", async () => {
    const kept = new Map<string, (signal: AbortSignal) => Promise<void>>();
    const session: Session = {
      keep: (key, release) => void kept.set(key, release),
      about: () => undefined,
      forget: (key) => void kept.delete(key),
    };
    let state = "RUNNING";
    const routes: Routes = {
      ...serverless,
      [`GET ${jobs}/get`]: () =>
        state === "RUNNING" ? { run_id: 5, state: { life_cycle_state: state } } : ended("SUCCESS"),
    };
    await using it = bench(routes, { session });
    const { data, failed } = await it.call("run_code", { code: "x", wait_seconds: 1 });
    expect([failed, data["success"], data["run_id"]]).toEqual([false, undefined, "5"]);
    expect(String(data["hint"])).toContain("`wait_for_run`");
    expect(deleted(it)).toEqual([]);
    const release = kept.get("code 5");
    await release?.(AbortSignal.timeout(1_000));
    expect(deleted(it)).toEqual([]);
    state = "ENDED";
    await release?.(AbortSignal.timeout(1_000));
    expect(deleted(it)).toEqual([imported(it)["path"]]);
  });

  test("who takes the call back ends the run, and the notebook goes too", async () => {
    const caller = new AbortController();
    const routes: Routes = {
      ...serverless,
      [`GET ${jobs}/get`]: () => ({ run_id: 5, state: { life_cycle_state: "PENDING" } }),
    };
    await using it = bench(routes, { signal: caller.signal, onSleep: () => caller.abort() });
    await it.call("run_code", { code: "x" }).catch(() => undefined);
    expect(it.sent(`POST ${jobs}/cancel`)).toEqual([{ run_id: 5 }]);
    expect(deleted(it)).toHaveLength(1);
  });

  test("a refused run leaves no notebook, and a switched-off workspace says what to do", async () => {
    await using it = bench({
      ...serverless,
      [`POST ${jobs}/submit`]: () => refusal(400, "INVALID_PARAMETER_VALUE", "Serverless compute is not enabled"),
    });
    const error = await it.failure("run_code", { code: "x" });
    expect([error.code, error.hint]).toEqual(["feature_disabled", expect.stringContaining('compute "cluster"')]);
    expect(deleted(it)).toHaveLength(1);
  });

  test("what earlier runs had to leave is swept when it is old, and nothing else", async () => {
    const folder = "/Users/me@example.com/.mortar";
    const object = (name: string) => ({ path: `${folder}/${name}`, object_type: "NOTEBOOK", object_id: 1 });
    await using it = bench({
      ...serverless,
      "GET /api/2.0/workspace/list": () => ({
        objects: [object("code_1000000000000_0123abcd"), object(`code_${Date.now() + 1e9}_0123abcd`), object("mine")],
      }),
    });
    await it.call("run_code", { code: "x" });
    expect(deleted(it)[0]).toBe(`${folder}/code_1000000000000_0123abcd`);
    expect(deleted(it)).toHaveLength(2);
  });

  test("a path keeps the code as a notebook", async () => {
    await using it = bench(serverless);
    const { data } = await it.call("run_code", { code: "x", workspace_path: "~/kept/one" });
    expect(data["notebook_path"]).toBe("/Workspace/Users/me@example.com/kept/one");
    expect(imported(it)).toMatchObject({ path: data["notebook_path"], overwrite: true });
    expect(deleted(it)).toEqual([]);
  });
});

const context: Routes = {
  ...me,
  "POST /api/1.2/contexts/create": () => ({ id: "c1" }),
  "GET /api/1.2/contexts/status": () => ({ id: "c1", status: "Running" }),
  "POST /api/1.2/contexts/destroy": () => ({ id: "c1" }),
  "POST /api/1.2/commands/execute": () => ({ id: "k1" }),
  "GET /api/1.2/commands/status": () => ({ id: "k1", status: "Finished", results: { resultType: "text", data: "3" } }),
  "POST /api/1.2/commands/cancel": () => ({ id: "k1" }),
};
const closed = (it: Bench): number => it.sent("POST /api/1.2/contexts/destroy").length;

describe("on a cluster", () => {
  test("a context is opened and closed for the code", async () => {
    await using it = bench(context);
    const { data } = await it.call("run_code", { code: "1 + 2", cluster_id: "a", language: "scala" });
    expect(data).toMatchObject({
      success: true,
      compute: "cluster",
      cluster_id: "a",
      cells: [{ output: "3", language: "scala" }],
    });
    expect([data["context_id"], closed(it)]).toEqual([undefined, 1]);
  });

  test("a context stays where that is wanted, where it was there before, and where the code goes on", async () => {
    await using it = bench(context);
    const kept = await it.call("run_code", { code: "x", cluster_id: "a", keep_context: true });
    expect([kept.data["context_id"], closed(it)]).toEqual(["c1", 0]);
    await it.call("run_code", { code: "x", cluster_id: "a", context_id: "c9" });
    expect([it.sent("POST /api/1.2/commands/execute").at(-1)?.["contextId"], closed(it)]).toEqual(["c9", 0]);
    await using slow = bench({ ...context, "GET /api/1.2/commands/status": () => ({ id: "k1", status: "Running" }) });
    const { data } = await slow.call("run_code", { code: "x", cluster_id: "a", wait_seconds: 1 });
    expect(data).toMatchObject({ state: "Running", command_id: "k1", context_id: "c1" });
    expect(String(data["hint"])).toContain("`get_command_result`");
    expect(closed(slow)).toBe(0);
  });

  test("who takes the call back cancels the command and closes the context", async () => {
    const caller = new AbortController();
    const routes: Routes = { ...context, "GET /api/1.2/commands/status": () => ({ id: "k1", status: "Running" }) };
    await using it = bench(routes, { signal: caller.signal, onSleep: () => caller.abort() });
    await it.call("run_code", { code: "x", cluster_id: "a" }).catch(() => undefined);
    expect([it.sent("POST /api/1.2/commands/cancel").length, closed(it)]).toEqual([1, 1]);
  });

  test("the best running cluster is taken where none is named; without one, what can be started is said", async () => {
    const cluster = (id: string, state: string, more: object = {}) => ({
      cluster_id: id,
      cluster_name: id,
      state,
      ...more,
    });
    const clusters = [
      cluster("plain", "RUNNING"),
      cluster("theirs", "RUNNING", { single_user_name: "other@example.com" }),
      cluster("team-shared", "RUNNING"),
      cluster("off", "TERMINATED", { creator_user_name: "me@example.com" }),
    ];
    await using it = bench({ ...context, "GET /api/2.1/clusters/list": () => ({ clusters }) });
    expect((await it.call("run_code", { code: "x", compute: "cluster" })).data["cluster_id"]).toBe("team-shared");
    await using none = bench({ ...context, "GET /api/2.1/clusters/list": () => ({ clusters: clusters.slice(3) }) });
    const error = await none.failure("run_code", { code: "x", language: "r" });
    expect([error.code, error.hint]).toEqual(["invalid_state", expect.stringContaining("off (off)")]);
  });
});

test("what does not go together is refused before anything is sent", async () => {
  await using it = bench(context);
  for (const wrong of [
    { compute: "serverless", cluster_id: "a" },
    { compute: "serverless", language: "scala" },
    { cluster_id: "a", dependencies: ["x"] },
    { context_id: "c" },
    { cluster_id: "a", code: "# MAGIC %sql\n# MAGIC SELECT 1" },
  ]) {
    expect((await it.failure("run_code", { code: "x", ...wrong })).code).toBe("invalid_input");
  }
  expect(it.server.received).toEqual([]);
});

test("a local file runs by its extension, a notebook as a notebook, and what is no code is refused", async () => {
  const folder = await mkdtemp(join(tmpdir(), "mortar-run-file-"));
  try {
    const deps = { ...testDeps(), cwd: folder };
    await writeFile(join(folder, "a.SCALA"), "1");
    await writeFile(join(folder, "q.sql"), "SELECT 1");
    await writeFile(join(folder, "n.ipynb"), '{"cells": [], "nbformat": 4}');
    await writeFile(join(folder, "b.bin"), Buffer.from([0xff, 0xfe]));
    await writeFile(join(folder, "empty.py"), "\n");
    await using it = bench({ ...serverless, ...context });
    const scala = await it.call("run_file", { local_file: "a.SCALA", cluster_id: "a" }, { deps });
    expect(scala.data).toMatchObject({ compute: "cluster", cells: [{ language: "scala" }] });
    await it.call("run_file", { local_file: "q.sql" }, { deps });
    expect(imported(it)).toMatchObject({ language: "SQL", format: "SOURCE" });
    await it.call("run_file", { local_file: "n.ipynb" }, { deps });
    expect(it.sent("POST /api/2.0/workspace/import")[1]).toMatchObject({ format: "JUPYTER" });
    const codes = [];
    for (const file of ["b.bin", "gone.py", "empty.py", "."]) {
      codes.push((await it.failure("run_file", { local_file: file, language: "python" }, { deps })).code);
    }
    expect(codes).toEqual(["invalid_input", "not_found", "invalid_input", "invalid_input"]);
    expect((await it.failure("run_file", { local_file: "b.bin" }, { deps })).hint).toContain("Give language");
    expect((await it.failure("run_file", { local_file: "n.ipynb", cluster_id: "a" }, { deps })).code).toBe(
      "invalid_input",
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
