// The main job through the binary, by the official MCP client, in both protocol eras.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createMachine, type Machine } from "./support/binary.ts";
import { openSession, startWorkspace, type Session, type TestWorkspace } from "./support/workspace.ts";

const source = [
  "# Databricks notebook source",
  "# DBTITLE 1,First",
  "value = 20",
  "print(value + undefined_name)",
  "",
  "# COMMAND ----------",
  "",
  "# MAGIC %sql",
  "# MAGIC SELECT 1 AS one, 'x' AS letter",
  "",
  "# COMMAND ----------",
  "",
  "# MAGIC %md",
  "# MAGIC Notes",
  "",
].join("\n");

describe.each(["auto", "legacy"] as const)("a client of the %s era", (era) => {
  let machine: Machine;
  let workspace: TestWorkspace;
  let session: Session;

  beforeAll(async () => {
    machine = await createMachine();
    workspace = await startWorkspace(machine);
    session = await openSession(machine, [], era);
  });

  afterAll(async () => {
    await session.close();
    await workspace.stop();
    await machine.dispose();
  });

  test("writes a notebook, sees which cell fails, mends that cell alone, and sees it pass", async () => {
    const written = await session.call("write_notebook", {
      notebook_path: "~/light",
      content: source,
      language: "PYTHON",
    });
    expect(written.isError).toBe(false);

    const failed = await runToEnd(session, "~/light");
    expect(failed.data["result_state"]).toBe("FAILED");
    const [broken] = cellsOf(failed.data);
    expect(broken?.["state"]).toBe("error");
    expect(failed.text).toContain("NameError: name 'undefined_name' is not defined");

    await session.call("update_notebook_cell", {
      notebook_path: "~/light",
      cell_index: 0,
      new_content: "value = 20\nprint(value + 22)",
    });
    const mended = await runToEnd(session, "~/light");
    expect(mended.data["result_state"]).toBe("SUCCESS");
    const [python, sql, markdown] = cellsOf(mended.data);
    expect(JSON.stringify(python)).toContain("42");
    expect(JSON.stringify(sql)).toContain('"letter"');
    expect(markdown?.["language"]).toBe("markdown");
    expect(mended.text).toContain("42");
  });

  test("leaves every byte of the other cells as they were", async () => {
    const path = "~/bytes";
    await session.call("write_notebook", { notebook_path: path, content: source, language: "PYTHON" });
    await session.call("update_notebook_cell", { notebook_path: path, cell_index: 0, new_content: "value = 1" });
    const { text } = await session.call("read_notebook", { notebook_path: path });
    expect(text).toContain("SELECT 1 AS one, 'x' AS letter");
    const stored = await exported(machine, workspace, "/Users/me@example.com/bytes");
    const [, ...rest] = source.split("\n\n# COMMAND ----------\n\n");
    expect(stored.split("\n\n# COMMAND ----------\n\n").slice(1)).toEqual(rest);
    expect(stored.startsWith("# Databricks notebook source\n# DBTITLE 1,First\nvalue = 1")).toBe(true);
  });

  test("runs a job of two tasks, and skips the second when the first fails", async () => {
    await session.call("write_notebook", { notebook_path: "~/good", content: "print('good')", language: "PYTHON" });
    await session.call("write_notebook", {
      notebook_path: "~/bad",
      content: "raise ValueError('bad')",
      language: "PYTHON",
    });
    const states = async (first: string): Promise<unknown[]> => {
      const tasks = [
        { task_key: "first", notebook_path: first },
        { task_key: "second", notebook_path: "~/good", depends_on: ["first"] },
      ];
      const job = await session.call("create_job", { name: `two tasks from ${first}`, tasks });
      const run = await session.call("run_job", { job_id: job.data["job_id"] });
      await session.call("wait_for_run", { run_id: run.data["run_id"], poll_interval_seconds: 1 });
      const status = await session.call("get_job_run_status", { run_id: run.data["run_id"] });
      return (status.data["tasks"] as Record<string, unknown>[]).map((task) => task["result_state"]);
    };
    expect(await states("~/good")).toEqual(["SUCCESS", "SUCCESS"]);
    expect(await states("~/bad")).toEqual(["FAILED", "UPSTREAM_FAILED"]);
  });

  test("keeps state between cells in an execution context", async () => {
    const cluster = await session.call("create_cluster", { cluster_name: "dev", num_workers: 0, wait: true });
    expect(cluster.data["state"]).toBe("RUNNING");
    const ids = { cluster_id: cluster.data["cluster_id"] };
    const context = await session.call("create_context", { ...ids, language: "python" });
    const here = { ...ids, context_id: context.data["context_id"] };
    await session.call("execute_cell", { ...here, code: "x = 10" });
    const doubled = await session.call("execute_cell", { ...here, code: "print(x * 2)" });
    expect(doubled.text).toContain("20");
    await session.call("stop_cluster", ids);
    const gone = await session.call("execute_cell", { ...here, code: "print(x)" });
    expect(gone.isError).toBe(true);
    expect(gone.text).toMatch(/hint: .*(create_context|start_cluster)/s);
  });
});

function cellsOf(run: Record<string, unknown>): Record<string, unknown>[] {
  return (run["tasks"] as Record<string, unknown>[]).flatMap((task) => task["cells"] as Record<string, unknown>[]);
}

async function runToEnd(session: Session, path: string) {
  const { data } = await session.call("run_notebook", { notebook_path: path });
  return session.call("wait_for_run", { run_id: data["run_id"], poll_interval_seconds: 1 });
}

/** The notebook's bytes, asked of the workspace itself and not through Mortar's client. */
async function exported(machine: Machine, workspace: TestWorkspace, path: string): Promise<string> {
  const profile = await Bun.file(`${machine.home}/.databrickscfg`).text();
  const token = /token *= *(\S+)/.exec(profile)?.[1] ?? "";
  const address = `${workspace.host}/api/2.0/workspace/export?format=SOURCE&path=${encodeURIComponent(path)}`;
  const response = await fetch(address, { headers: { authorization: `Bearer ${token}` } });
  const { content } = (await response.json()) as { content: string };
  return Buffer.from(content, "base64").toString();
}
