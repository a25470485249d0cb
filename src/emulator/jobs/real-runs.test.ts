// Runs on the real kernel, over HTTP: what Python and the shell printed is what the client reads.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { JsonObject } from "../../platform/json.ts";
import { startJobsEmulator, taskOf, until, type JobsEmulator } from "./testing-jobs.ts";

// Real processes on a machine that may be busy.
setDefaultTimeout(60_000);

let it: JobsEmulator;
const withPython = test.skipIf((Bun.which("python3") ?? Bun.which("python")) === null);

beforeAll(async () => {
  it = await startJobsEmulator({ real: true });
});
afterAll(() => it.dispose());

function source(...cells: readonly string[]): string {
  return cells.join("\n\n# COMMAND ----------\n\n");
}

function file(name: string, text: string): string {
  const path = `/Shared/${name}`;
  it.world.tree.write(path, new TextEncoder().encode(text), { objectType: "FILE", overwrite: true });
  return path;
}

async function runNotebook(name: string, text: string, base_parameters: object = {}): Promise<string> {
  const tasks = [{ task_key: "t", notebook_task: { notebook_path: it.notebook(name, text), base_parameters } }];
  const { run_id } = await it.post("runs/submit", { tasks });
  await it.untilEnded(run_id);
  return String(run_id);
}

async function runPython(name: string, text: string, parameters: readonly string[] = []): Promise<JsonObject> {
  const task = {
    task_key: "t",
    environment_key: "e",
    spark_python_task: { python_file: file(name, text), parameters },
  };
  const environments = [{ environment_key: "e", spec: { environment_version: "4" } }];
  const { run_id } = await it.post("runs/submit", { tasks: [task], environments });
  await it.untilEnded(run_id);
  return it.get("runs/get-output", { run_id: String(run_id) });
}

async function commandsOf(runId: string): Promise<readonly JsonObject[]> {
  const { views } = await it.get("runs/export", { run_id: runId });
  const [view] = views as { content: string }[];
  const encoded = /__DATABRICKS_NOTEBOOK_MODEL = '([^']*)'/.exec(view?.content ?? "")?.[1] ?? "";
  const model = JSON.parse(decodeURIComponent(Buffer.from(encoded, "base64").toString())) as { commands: JsonObject[] };
  return model.commands;
}

describe("a notebook", () => {
  withPython("keeps its state from cell to cell, gets its parameters, and exits with a value", async () => {
    const text = source(
      "x = 20",
      "print('x is', x)",
      "dbutils.notebook.exit(str(x + int(dbutils.widgets.get('more'))))",
    );
    const runId = await runNotebook("state", text, { more: "22" });
    const output = await it.get("runs/get-output", { run_id: runId });
    expect(output).toMatchObject({
      notebook_output: { result: "42" },
      metadata: { state: { result_state: "SUCCESS" } },
    });
    const commands = await commandsOf(runId);
    expect(commands.map((command) => command["position"])).toEqual([1, 2, 3]);
    expect(commands[1]).toMatchObject({
      state: "finished",
      command: "print('x is', x)",
      results: { type: "listResults", data: [{ type: "ansi", data: "x is 20\n" }] },
    });
  });

  withPython("stops at the cell that fails; the later ones have no result", async () => {
    const runId = await runNotebook("broken", source("print('one')", "1 / 0", "print('three')"));
    const run = await it.untilEnded(runId);
    expect(run.state).toMatchObject({ life_cycle_state: "TERMINATED", result_state: "FAILED" });
    const output = await it.get("runs/get-output", { run_id: runId });
    expect(output["error"]).toBe("ZeroDivisionError: division by zero");
    expect(String(output["error_trace"])).toContain("ZeroDivisionError");
    expect(output["notebook_output"]).toEqual({});
    const [first, second, third] = await commandsOf(runId);
    expect(first).toMatchObject({ state: "finished" });
    expect(second).toMatchObject({ state: "error", errorSummary: "ZeroDivisionError: division by zero" });
    expect(third).toMatchObject({ state: "input", results: null });
  });

  withPython("that is cancelled in a cell ends, with what it had printed", async () => {
    const path = it.notebook("slow", source("print('begun')", "import time\ntime.sleep(600)"));
    const { run_id } = await it.post("runs/submit", {
      tasks: [{ task_key: "t", notebook_task: { notebook_path: path } }],
    });
    await it.untilRun(run_id, (run) => taskOf(run, "t").state.life_cycle_state === "RUNNING");
    await until(
      () => commandsOf(String(run_id)),
      (commands) => commands.length > 0,
    );
    await it.post("runs/cancel", { run_id });
    const run = await it.untilEnded(run_id);
    expect(run.state.result_state).toBe("CANCELED");
    const [first] = await commandsOf(String(run_id));
    expect(first).toMatchObject({ results: { data: [{ data: "begun\n" }] } });
  });

  test("on a machine without Python says so", async () => {
    it.world.switches.noPython = true;
    try {
      const runId = await runNotebook("none", "print(1)");
      const output = await it.get("runs/get-output", { run_id: runId });
      expect(String(output["error"])).toMatch(/python/i);
    } finally {
      it.world.switches.noPython = false;
    }
  });
});

describe("a Python file", () => {
  withPython("runs as a program with its arguments, and its prints are the logs", async () => {
    const text = "import sys\n\nif __name__ == '__main__':\n    print(sys.argv[1:], __file__)\n    sys.exit(0)\n";
    const output = await runPython("main.py", text, ["--day", 'it\'s "quoted" \\ {{job.run_id}}']);
    const runId = String((output["metadata"] as JsonObject)["run_id"]);
    expect(output["logs"]).toBe(`['--day', 'it\\'s "quoted" \\\\ ${runId}'] /Shared/main.py\n`);
    expect(output).toMatchObject({ metadata: { state: { result_state: "SUCCESS" } } });
    expect(output).not.toHaveProperty("notebook_output");
  });

  withPython("that fails gives logs, error and a trace from its own lines", async () => {
    const output = await runPython("fails.py", "print('before')\n\ndef f():\n    raise ValueError('no')\n\nf()\n");
    expect(output).toMatchObject({ logs: "before\n", error: "ValueError: no" });
    expect(String(output["error_trace"])).toContain("/Shared/fails.py");
    expect(String(output["error_trace"])).not.toContain("_sys.argv");
  });

  withPython("that leaves with a status fails", async () => {
    const output = await runPython("exit.py", "import sys\nsys.exit(3)\n");
    expect(output).toMatchObject({ error: "SystemExit: 3", metadata: { state: { result_state: "FAILED" } } });
  });

  withPython("lies in DBFS too, and is missed where it is not", async () => {
    await runNotebook("put", "dbutils.fs.put('dbfs:/jobs/main.py', 'print(\"from dbfs\")')");
    const run = async (python_file: string): Promise<JsonObject> => {
      const tasks = [{ task_key: "t", environment_key: "e", spark_python_task: { python_file } }];
      const environments = [{ environment_key: "e", spec: {} }];
      const { run_id } = await it.post("runs/submit", { tasks, environments });
      await it.untilEnded(run_id);
      return it.get("runs/get-output", { run_id: String(run_id) });
    };
    expect((await run("dbfs:/jobs/main.py"))["logs"]).toBe("from dbfs\n");
    for (const missing of ["dbfs:/jobs/none.py", "dbfs:/../emulator.db", "/Shared/none.py"]) {
      expect(String((await run(missing))["error"])).toStartWith("Cannot read the python file");
    }
  });
});

describe("task values", () => {
  const task = (key: string, text: string, more: object = {}): object => ({
    task_key: key,
    notebook_task: { notebook_path: it.notebook(`values-${key}`, text) },
    ...more,
  });

  withPython("go from task to task, in code and in references", async () => {
    const after = { depends_on: [{ task_key: "first" }] };
    const reads = "got = dbutils.jobs.taskValues.get('first', 'found')\ndbutils.notebook.exit(str(got['n'] + 1))";
    const tasks = [
      task(
        "first",
        "dbutils.jobs.taskValues.set('found', {'n': 41})\ndbutils.jobs.taskValues.set(key='word', value='yes')",
      ),
      task("reads", reads, after),
      {
        task_key: "check",
        condition_task: { op: "EQUAL_TO", left: "{{tasks.first.values.word}}", right: "yes" },
        ...after,
      },
      task("misses", "dbutils.jobs.taskValues.get('first', 'none')", after),
      task("falls", "dbutils.notebook.exit(dbutils.jobs.taskValues.get('first', 'none', default='fallback'))", after),
    ];
    const { run_id } = await it.post("runs/submit", { tasks });
    const run = await it.untilEnded(run_id);
    expect(taskOf(run, "check")["condition_task"]).toMatchObject({ outcome: "true" });
    const outputOf = (key: string): Promise<JsonObject> =>
      it.get("runs/get-output", { run_id: String(taskOf(run, key).run_id) });
    expect((await outputOf("reads"))["notebook_output"]).toMatchObject({ result: "42" });
    expect((await outputOf("falls"))["notebook_output"]).toMatchObject({ result: "fallback" });
    expect(String((await outputOf("misses"))["error"])).toStartWith("ValueError: No task value with key 'none'");
  });
});
