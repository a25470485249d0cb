import { expect, setDefaultTimeout, test } from "bun:test";
import { createTestWorld } from "../testing.ts";
import type { World } from "../world.ts";
import { runNotebook } from "./notebook.ts";
import { readNotebook } from "./notebook-source.ts";
import { startKernel } from "./start.ts";
import { isRunning, scriptedSql, textOf, until, writeNotebook } from "./testing.ts";
import type { ExecutedCommand, NotebookOutcome } from "./types.ts";

// Real processes on a machine that may be busy.
setDefaultTimeout(60_000);

const me = "/Users/me@example.com";

async function inWorld(act: (world: World) => Promise<void>, overrides: Partial<World> = {}): Promise<void> {
  const { world, dispose } = await createTestWorld(overrides);
  try {
    await act(world);
  } finally {
    await dispose();
  }
}

function go(
  world: World,
  path: string,
  parameters: Record<string, string> = {},
  signal = new AbortController().signal,
) {
  return runNotebook(world, { path, parameters, signal });
}

function texts(outcome: NotebookOutcome): string[] {
  return outcome.commands.map((command) => (command.result === undefined ? "-" : textOf(command.result)));
}

test("runs the cells in order in one session and tells of each", () =>
  inWorld(async (world) => {
    writeNotebook(world, `${me}/etl`, ["# DBTITLE 1,Set\nx = 2", "%md\n# words", "print(x * 3)"]);
    const seen: ExecutedCommand[] = [];
    const outcome = await runNotebook(world, {
      path: `/Workspace${me}/etl`,
      parameters: {},
      signal: new AbortController().signal,
      onCell: (command) => void seen.push(command),
    });
    expect(outcome.state).toBe("SUCCESS");
    expect(outcome.language).toBe("PYTHON");
    expect(texts(outcome)).toEqual(["", "", "6\n"]);
    expect(
      outcome.commands.map(({ position, language, title, source }) => ({ position, language, title, source })),
    ).toEqual([
      { position: 1, language: "python", title: "Set", source: "x = 2" },
      { position: 2, language: "md", title: undefined, source: "%md\n# words" },
      { position: 3, language: "python", title: undefined, source: "print(x * 3)" },
    ]);
    expect(seen).toEqual([...outcome.commands]);
    expect(seen[1]?.result?.outputs).toEqual([]);
  }));

test("stops at the first error; later cells have no result", () =>
  inWorld(async (world) => {
    writeNotebook(world, `${me}/bad`, ["print('a')", "1 / 0", "print('never')"]);
    const outcome = await go(world, `${me}/bad`);
    expect(outcome.state).toBe("FAILED");
    expect(outcome.error?.summary).toBe("ZeroDivisionError: division by zero");
    expect(outcome.error?.trace).toContain('File "<command-2>", line 1');
    expect(outcome.commands.map((command) => command.result?.state)).toEqual(["finished", "error", undefined]);
  }));

test("dbutils.notebook.exit ends the notebook with its value, also through `except Exception`", () =>
  inWorld(async (world) => {
    writeNotebook(world, `${me}/exit`, [
      "try:\n    dbutils.notebook.exit({'rows': 3})\nexcept Exception:\n    print('caught')",
      "print('never')",
    ]);
    const outcome = await go(world, `${me}/exit`);
    expect(outcome).toMatchObject({ state: "SUCCESS", exit: "{'rows': 3}" });
    expect(texts(outcome)).toEqual(["", "-"]);
  }));

test("parameters win over the defaults of widgets", () =>
  inWorld(async (world) => {
    writeNotebook(world, `${me}/params`, [
      "dbutils.widgets.text('day', 'today')\ndbutils.widgets.dropdown('env', 'dev', ['dev', 'prod'])",
      "dbutils.notebook.exit('|'.join([dbutils.widgets.get('day'), dbutils.widgets.get('env'), getArgument('extra')]))",
    ]);
    expect((await go(world, `${me}/params`, { env: "prod", extra: "e" })).exit).toBe("today|prod|e");
  }));

test("%run shares the state, takes widget values, nests, and resolves paths from its own folder", () =>
  inWorld(async (world) => {
    writeNotebook(world, `${me}/lib/setup`, [
      "%run ./deeper/base",
      "y = base + 1\nprint('env', dbutils.widgets.get('env'))",
    ]);
    writeNotebook(world, `${me}/lib/deeper/base`, ["base = 40"]);
    writeNotebook(world, `${me}/main`, ['%run ./lib/setup $env="a b"', "print(y)"]);
    const outcome = await go(world, `${me}/main`);
    expect(outcome.error).toBeUndefined();
    expect(texts(outcome)).toEqual(["env a b\n", "41\n"]);
  }));

test.each([
  ["%run ./none", "Notebook not found: /Users/me@example.com/none"],
  ["%run ./a\nprint(1)", "%run must be alone in its cell"],
  ["%run ./self", "%run is nested more than 20 deep"],
  ["%run ./boom", "ValueError: boom"],
  ["%run ./self x=1", "%run does not understand: x=1"],
])("a failing %run fails its cell: %p", (source, message) =>
  inWorld(async (world) => {
    writeNotebook(world, `${me}/self`, [source]);
    writeNotebook(world, `${me}/boom`, ["print('shown')", "raise ValueError('boom')"]);
    const outcome = await go(world, `${me}/self`);
    expect(outcome.state).toBe("FAILED");
    expect(outcome.error?.summary).toBe(message);
    if (source.includes("boom")) expect(texts(outcome)).toEqual(["shown\n"]);
  }),
);

test("Python files beside the notebook are modules, packages and all; notebooks are not", () =>
  inWorld(async (world) => {
    const file = (path: string, source: string) =>
      world.tree.write(path, new TextEncoder().encode(source), { objectType: "FILE", overwrite: true });
    writeNotebook(world, `${me}/main`, [
      "import helper, tools.deep\nfrom pack import inner\nprint(helper.answer, tools.deep.x, inner.y, helper.__file__)",
      "try:\n    import main\nexcept ModuleNotFoundError as e:\n    print(e)",
      "helper.fail()",
    ]);
    for (const folder of ["tools", "pack"]) world.tree.makeFolder(`${me}/${folder}`);
    file(`${me}/helper.py`, "answer = 42\ndef fail():\n    raise ValueError('inside')\n");
    file(`${me}/tools/deep.py`, "x = 'deep'");
    file(`${me}/pack/__init__.py`, "");
    file(`${me}/pack/inner.py`, "from . import other\ny = other.z");
    file(`${me}/pack/other.py`, "z = 'relative'");
    const outcome = await go(world, `${me}/main`);
    expect(texts(outcome)).toEqual([`42 deep relative /Workspace${me}/helper.py\n`, "No module named 'main'\n", ""]);
    expect(outcome.error?.trace).toContain(
      `File "/Workspace${me}/helper.py", line 3, in fail\n    raise ValueError('inside')`,
    );
  }));

test("dbutils.notebook.run gives the exit value of a session of its own", () =>
  inWorld(async (world) => {
    writeNotebook(world, `${me}/child`, ["dbutils.notebook.exit(dbutils.widgets.get('n') + str('x' in globals()))"]);
    writeNotebook(world, `${me}/quiet`, ["1"]);
    writeNotebook(world, `${me}/parent`, [
      "x = 1\nprint(dbutils.notebook.run('./child', 60, {'n': 5}))\nprint(repr(dbutils.notebook.run('quiet')))",
    ]);
    expect(texts(await go(world, `${me}/parent`))).toEqual(["5False\n''\n"]);
  }));

test(
  "dbutils.notebook.run raises what went wrong: failure, no notebook, too long, too deep",
  () =>
    inWorld(async (world) => {
      const attempt = (call: string) => `try:\n    ${call}\nexcept Exception as e:\n    print(type(e).__name__, e)`;
      writeNotebook(world, `${me}/fails`, ["{}['key']"]);
      writeNotebook(world, `${me}/sleeps`, ["import time\ntime.sleep(600)"]);
      writeNotebook(world, `${me}/again`, [
        attempt(`dbutils.notebook.exit(dbutils.notebook.run('${me}/again'))`),
        "dbutils.notebook.exit('deep')",
      ]);
      writeNotebook(world, `${me}/parent`, [
        attempt("dbutils.notebook.run('./fails')"),
        attempt("dbutils.notebook.run('./none')"),
        attempt("dbutils.notebook.run('./sleeps', 0.2)"),
      ]);
      const [fails, none, sleeps] = texts(await go(world, `${me}/parent`));
      expect(fails).toBe(`WorkflowException FAILED: the notebook ${me}/fails failed: KeyError: 'key'\n`);
      expect(none).toBe(`WorkflowException Notebook not found: ${me}/none\n`);
      expect(sleeps).toBe(`WorkflowException TIMEDOUT: the notebook ${me}/sleeps did not finish within 0.2 seconds\n`);
      const deep = await runNotebook(world, {
        path: `${me}/again`,
        parameters: {},
        depth: 9,
        signal: new AbortController().signal,
      });
      expect(deep.exit).toBe("deep");
      const deepest = await runNotebook(world, {
        path: `${me}/again`,
        parameters: {},
        depth: 10,
        signal: new AbortController().signal,
      });
      expect(texts(deepest)[0]).toBe("WorkflowException dbutils.notebook.run is nested more than 10 deep\n");
    }),
  20_000,
);

test("a cancelled run ends its cell and, in it, the nested notebook", () =>
  inWorld(async (world) => {
    writeNotebook(world, `${me}/sleeps`, ["dbutils.fs.put('/started', '1')\nimport time\ntime.sleep(600)"]);
    writeNotebook(world, `${me}/parent`, ["x = 1", "dbutils.notebook.run('./sleeps')", "print('never')"]);
    const controller = new AbortController();
    const running = go(world, `${me}/parent`, {}, controller.signal);
    while (!(await Bun.file(`${world.folder}/files/dbfs/started`).exists())) await Bun.sleep(5);
    controller.abort();
    const outcome = await running;
    expect(outcome.state).toBe("CANCELED");
    expect(outcome.commands.map((command) => command.result?.state)).toEqual(["finished", "cancelled", undefined]);
  }));

test("a nested notebook ends with the process that waits for it", () =>
  inWorld(async (world) => {
    writeNotebook(world, `${me}/sleeps`, [
      "import os\ndbutils.fs.put('/pid', str(os.getpid()))\nimport time\ntime.sleep(600)",
    ]);
    writeNotebook(world, `${me}/parent`, [
      "import os, threading\nthreading.Thread(target=dbutils.notebook.run, args=('./sleeps',)).start()",
      "import time\nwhile not os.path.exists('/dbfs/pid'): time.sleep(0.01)\nos._exit(1)",
    ]);
    const parent = await startKernel(world, { language: "PYTHON", notebookPath: `${me}/parent` });
    for (const { code } of readNotebook(world, `${me}/parent`).cells) await parent.run({ language: "python", code });
    const pid = Number(await Bun.file(`${world.folder}/files/dbfs/pid`).text());
    await until(() => !isRunning(pid));
    await parent.close();
  }));

test("a notebook that is missing, or is a folder, gives FAILED with its name", () =>
  inWorld(async (world) => {
    expect(await go(world, `${me}/none`)).toMatchObject({
      state: "FAILED",
      error: { summary: `Notebook not found: ${me}/none` },
    });
    expect((await go(world, me)).error?.summary).toBe(`${me} is a directory, not a notebook`);
  }));

test("a SQL notebook needs no Python", async () => {
  const { engine } = scriptedSql(() => ({
    columns: [{ name: "n", typeName: "LONG", typeText: "BIGINT" }],
    rows: [["7"]],
  }));
  await inWorld(
    async (world) => {
      writeNotebook(world, `${me}/query`, ["select 7 as n", "%md\nwords", "%python\nprint(1)"], "SQL");
      const outcome = await go(world, `${me}/query`);
      expect(outcome.commands[0]?.result?.outputs).toEqual([
        { type: "table", columns: [{ name: "n", type: "bigint" }], rows: [[7]], truncated: false },
      ]);
      expect(outcome.state).toBe("FAILED");
      expect(outcome.error?.summary).toContain("Install Python 3");
    },
    { sql: async () => engine, python: async () => undefined },
  );
});
