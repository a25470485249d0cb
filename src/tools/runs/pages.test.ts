// The outputs of large runs: what is not here can be had by the handles that are given, and what is cut says where it stands.
import { describe, expect, test } from "bun:test";
import { bench, exportPage, type BenchOptions, type Routes } from "../testing.ts";
import { view, wireRun } from "../testing-runs.ts";

const count = 30;
const tasks = Array.from({ length: count }, (_, index) => ({ key: `t${index}`, run_id: 100 + index }));

/** A run of thirty tasks, each a notebook that printed so many characters. */
function wideRun(chars: number): Routes {
  return {
    "GET /api/2.2/jobs/runs/get": () => wireRun({ run_id: 1, tasks }),
    "GET /api/2.2/jobs/runs/get-output": () => ({}),
    "GET /api/2.2/jobs/runs/export": () => view(exportPage([{ source: "1", text: "m".repeat(chars) }])),
  };
}

/** Follows the handles to the end; the keys of the tasks whose cells were seen, in order. */
async function followed(place: ReturnType<typeof bench>, first: Record<string, unknown>): Promise<string[]> {
  const seen: string[] = [];
  let args: Record<string, unknown> | undefined = first;
  while (args !== undefined) {
    const { data } = await place.call("get_run_output", { run_id: "1", ...args });
    for (const task of data["tasks"] as { task_key: string; cells?: unknown[] }[]) {
      if (task.cells !== undefined && task.cells.length > 0) seen.push(task.task_key);
    }
    const next = data["next_task_key"];
    args = next === undefined ? undefined : { from_task_key: next, cell_offset: data["next_cell_offset"] };
  }
  return seen;
}

describe("a run of many tasks", () => {
  const limits: BenchOptions = { limits: { textChars: 10_000 } };

  test("is read whole by following the handles, each task once", async () => {
    await using place = bench(wideRun(2_000), limits);
    expect(await followed(place, {})).toEqual(tasks.map(({ key }) => key));
  });

  test("says how many there are and how to go on, in both halves", async () => {
    await using place = bench(wideRun(2_000), limits);
    const { data, text } = await place.call("get_run_output", { run_id: "1" });
    expect(data).toMatchObject({ total_tasks: count, truncated: true, next_cell_offset: 0 });
    expect(data["hint"]).toContain("from_task_key = next_task_key");
    expect(text).toContain(`next_task_key: ${String(data["next_task_key"])}`);
    expect(text).toContain(`total_tasks: ${count}`);
  });

  test("is asked for no further than there is room", async () => {
    await using place = bench(wideRun(2_000), limits);
    await place.call("wait_for_run", { run_id: "1" });
    expect(place.sent("GET /api/2.2/jobs/runs/export").length).toBeLessThan(12);
  });

  test("stays within the limit of a result where each task says little", async () => {
    await using place = bench(wideRun(10), { limits: { textChars: 3_000 } });
    const { data } = await place.call("get_run_output", { run_id: "1" });
    expect(JSON.stringify(data).length).toBeLessThan(6_000);
    expect(await followed(place, {})).toHaveLength(count);
  });

  test("one task alone, or those from one on, but not both", async () => {
    await using place = bench(wideRun(10));
    const keysOf = async (args: object): Promise<string[]> =>
      ((await place.call("get_run_output", { run_id: "1", ...args })).data["tasks"] as { task_key: string }[]).map(
        ({ task_key: key }) => key,
      );
    expect(await keysOf({ task_key: "t7" })).toEqual(["t7"]);
    expect(await keysOf({ from_task_key: "t28" })).toEqual(["t28", "t29"]);
    expect((await place.failure("get_run_output", { run_id: "1", task_key: "t1", from_task_key: "t2" })).code).toBe(
      "invalid_input",
    );
    expect((await place.failure("get_run_output", { run_id: "1", from_task_key: "t" })).message).toContain("no task");
  });

  test("the cells of one task go on by that task", async () => {
    const cells = Array.from({ length: 5 }, (_, index) => ({ source: "1", text: `${index}` }));
    await using place = bench({
      ...wideRun(10),
      "GET /api/2.2/jobs/runs/export": () => view(exportPage(cells)),
    });
    const { data } = await place.call("get_run_output", { run_id: "1", task_key: "t3", cell_limit: 2 });
    expect(data).toMatchObject({ next_task_key: "t3", next_cell_offset: 2 });
    expect(data["hint"]).toContain(" task_key = next_task_key");
  });
});

describe("output that is cut", () => {
  const one = (page: string, output: object = {}): Routes => ({
    "GET /api/2.2/jobs/runs/get": () => wireRun({ run_id: 1, tasks: [{ key: "a", run_id: 2 }] }),
    "GET /api/2.2/jobs/runs/get-output": () => output,
    "GET /api/2.2/jobs/runs/export": () => view(page),
  });

  async function logsOf(place: ReturnType<typeof bench>): Promise<string> {
    let logs = "";
    for (let offset: unknown = 0; offset !== undefined;) {
      const { data } = await place.call("get_run_logs", { run_id: "1", offset, max_size: 5_000 });
      logs += String(data["logs"]);
      offset = data["next_offset"];
    }
    return logs;
  }

  test("of a cell names the tool that gives the rest, and that one does", async () => {
    await using place = bench(one(exportPage([{ source: "1", text: `${"x".repeat(30_000)}end` }])));
    const { data, text } = await place.call("get_run_output", { run_id: "1" });
    expect(data).toMatchObject({ truncated: true });
    expect(data["hint"]).toContain("`get_run_logs`");
    expect(text).toContain("`get_run_logs`");
    expect(await logsOf(place)).toContain("xend");
  });

  test("of a table likewise", async () => {
    const rows = Array.from({ length: 3_000 }, (_, index) => [index, `value ${index}`]);
    await using place = bench(one(exportPage([{ source: "%sql", table: { columns: ["i", "v"], rows } }])));
    const { data } = await place.call("get_run_output", { run_id: "1" });
    expect(data["hint"]).toContain("`get_run_logs`");
    expect(await logsOf(place)).toContain("2999 | value 2999");
  });

  test("of the notebook's result likewise", async () => {
    const result = `${"q".repeat(30_000)}end`;
    await using place = bench(one(exportPage([{ source: "1" }]), { notebook_output: { result } }));
    const { data } = await place.call("get_run_output", { run_id: "1" });
    expect(data).toMatchObject({ truncated: true });
    expect(data["hint"]).toContain("`get_run_logs`");
    expect(await logsOf(place)).toContain(`[notebook_result]\n${result}`);
  });

  test("of an error says so", async () => {
    await using place = bench(one(exportPage([{ source: "1" }]), { error: "e".repeat(9_000) }));
    expect((await place.call("get_run_output", { run_id: "1" })).data).toMatchObject({ truncated: true });
    expect((await place.call("get_run_logs", { run_id: "1" })).data).toMatchObject({ truncated: true });
  });
});

describe("a run that failed", () => {
  test("without running its code is not sent back to its cells", async () => {
    const failed = wireRun({
      run_id: 1,
      life: "INTERNAL_ERROR",
      result: "FAILED",
      message: "Library installation failed",
    });
    await using place = bench({ "GET /api/2.2/jobs/runs/get": () => failed });
    const { data } = await place.call("get_job_run_status", { run_id: "1" });
    expect(data["hint"]).toContain("No cell failed");
    expect(data["hint"]).not.toContain("update_notebook_cell");
  });

  test("and has more to show says both", async () => {
    const cells = Array.from({ length: 5 }, () => ({ source: "1", text: "x" }));
    await using place = bench({
      "GET /api/2.2/jobs/runs/get": () =>
        wireRun({ run_id: 1, result: "FAILED", tasks: [{ key: "a", run_id: 2, result: "FAILED" }] }),
      "GET /api/2.2/jobs/runs/get-output": () => ({ error: "boom" }),
      "GET /api/2.2/jobs/runs/export": () => view(exportPage(cells)),
    });
    const { data } = await place.call("get_run_output", { run_id: "1", cell_limit: 1 });
    expect(data["hint"]).toMatch(/update_notebook_cell.*next_cell_offset/);
  });
});
