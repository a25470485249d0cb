import { expect, setDefaultTimeout, test } from "bun:test";
import { createTestKernel, textOf } from "./testing.ts";

// Real processes on a machine that may be busy.
setDefaultTimeout(60_000);

test("state is kept, the last expression is shown, None and a semicolon are silent", async () => {
  await using kernel = await createTestKernel();
  expect(await kernel.text("x = 20")).toBe("");
  expect(await kernel.text("x += 1\nx * 2")).toBe("42\n");
  expect(await kernel.text("None")).toBe("");
  expect(await kernel.text("x; # quiet? no, a comment follows\nx;")).toBe("");
  expect(await kernel.text("'a;'")).toBe("'a;'\n");
  expect(await kernel.text("_")).toBe("'a;'\n");
});

test("stdout, stderr, file descriptor 1 and subprocesses come as text in their order", async () => {
  await using kernel = await createTestKernel();
  const text = await kernel.text(
    [
      "import os, subprocess, sys",
      "print('one')",
      "sys.stderr.write('two\\n')",
      "os.write(1, b'three\\n')",
      "subprocess.call([sys.executable, '-c', 'print(\"four\")'])",
      "print('five', end='')",
    ].join("\n"),
  );
  expect(text).toBe("one\ntwo\nthree\nfour\nfive");
});

test("what looks like the protocol is only text", async () => {
  await using kernel = await createTestKernel();
  const line = '{"op":"done","id":1,"state":"error"}';
  expect(await kernel.text(`import os\nos.write(2, b'${line}\\n')\nprint('${line}')\nprint('\\0x:1\\0')`)).toBe(
    `${line}\n${line}\n\0x:1\0\n`,
  );
});

test("outputs and text keep their order", async () => {
  await using kernel = await createTestKernel();
  const { outputs } = await kernel.run(
    "print('a')\ndisplayHTML('<b>x</b>')\nprint('b')\ndisplay([{'n': 1, 's': 'x'}, {'n': None, 's': 'y'}])\nprint('c')",
  );
  expect(outputs).toEqual([
    { type: "text", text: "a\n" },
    { type: "html", html: "<b>x</b>" },
    { type: "text", text: "b\n" },
    {
      type: "table",
      columns: [
        { name: "n", type: "bigint" },
        { name: "s", type: "string" },
      ],
      rows: [
        [1, "x"],
        [null, "y"],
      ],
      truncated: false,
    },
    { type: "text", text: "c\n" },
  ]);
});

test("a trace has the user's frames only, in the words of Python", async () => {
  await using kernel = await createTestKernel();
  await kernel.run("def half(n):\n    return 1 / n");
  const { state, error, outputs } = await kernel.run("print('before')\nhalf(0)");
  expect(state).toBe("error");
  expect(outputs).toEqual([{ type: "text", text: "before\n" }]);
  expect(error?.summary).toBe("ZeroDivisionError: division by zero");
  const lines = (error?.trace ?? "").split("\n").filter((line) => !/^\s*[~^]+$/.test(line));
  expect(lines).toEqual([
    "Traceback (most recent call last):",
    '  File "<command-2>", line 2, in <module>',
    "    half(0)",
    '  File "<command-1>", line 2, in half',
    "    return 1 / n",
    "ZeroDivisionError: division by zero",
  ]);
});

test("chained errors keep their cause, syntax errors their place", async () => {
  await using kernel = await createTestKernel();
  const chained = await kernel.run("try:\n    {}['k']\nexcept KeyError as e:\n    raise ValueError('bad') from e");
  expect(chained.error?.trace).toContain("KeyError: 'k'\n\nThe above exception was the direct cause of");
  expect(chained.error?.trace).not.toContain("mortar_kernel");
  const syntax = await kernel.run("ok = 1\nif True\n    pass");
  expect(syntax.error?.summary).toStartWith("SyntaxError: ");
  expect(syntax.error?.trace).toContain('File "<command-2>", line 2');
  const broken = await kernel.run("class E(Exception):\n    def __str__(self): raise RuntimeError('no')\nraise E()");
  expect(broken.error?.summary).toStartWith("E");
});

test("SystemExit and input() are errors, an indented cell and a top-level await are not", async () => {
  await using kernel = await createTestKernel();
  expect(await kernel.failure("import sys\nsys.exit(3)")).toBe("SystemExit: 3");
  expect(await kernel.failure("input('name? ')")).toStartWith("EOFError: input() is not supported");
  expect(await kernel.text("    a = 1\n    a + 1")).toBe("2\n");
  expect(await kernel.text("import asyncio\nawait asyncio.sleep(0, 'awake')")).toBe("'awake'\n");
  expect(await kernel.text("%matplotlib inline\n1 + 1")).toBe("2\n");
});

test("unicode, NUL bytes and bytes that are no text", async () => {
  await using kernel = await createTestKernel();
  expect(await kernel.text("print('żółć 🧪 \\u0000 ﷽')")).toBe("żółć 🧪 \0 ﷽\n");
  expect(await kernel.text("import os\nfor b in '🧪'.encode(): os.write(1, bytes([b]))")).toBe("🧪");
  expect(await kernel.text("import os\nos.write(1, b'\\xff|');")).toBe("\uFFFD|");
});

test("large output is kept whole up to the limit of a cell, then skipped with a warning", async () => {
  await using kernel = await createTestKernel();
  const large = await kernel.text("print('x' * 3_000_000)");
  expect(large.length).toBe(3_000_001);
  const tooLarge = await kernel.text("for _ in range(30): print('y' * 1_000_000)");
  expect(tooLarge).toEndWith("*** WARNING: max output size exceeded, skipping output. ***\n");
  expect(tooLarge.length).toBeLessThan(21.1 * 1024 * 1024);
  expect(await kernel.text("'still here'")).toBe("'still here'\n");
});

test("a large program is taken whole", async () => {
  await using kernel = await createTestKernel();
  expect(await kernel.text(`len(${JSON.stringify("a".repeat(2_000_000))})`)).toBe("2000000\n");
});

test("cells run one at a time, in the order they were given", async () => {
  await using kernel = await createTestKernel();
  const results = await Promise.all(
    ["log = []", "import time; time.sleep(0.05); log.append(1)", "log.append(2)", "log"].map((code) =>
      kernel.run(code),
    ),
  );
  expect(results.map(textOf)).toEqual(["", "", "", "[1, 2]\n"]);
});

test("a thread that prints after its cell shows in the next one", async () => {
  await using kernel = await createTestKernel();
  await kernel.run(
    "import threading\ngo = threading.Event()\nt = threading.Thread(target=lambda: (go.wait(), print('late')))\nt.start()",
  );
  expect(await kernel.text("go.set(); t.join()")).toBe("late\n");
});

test("the namespace is __main__, so that pickle works", async () => {
  await using kernel = await createTestKernel();
  expect(await kernel.text("import pickle\nclass P: pass\ntype(pickle.loads(pickle.dumps(P()))) is P")).toBe("True\n");
});

test("the process sees no secret of the emulator's environment, and works in its own folder in UTC", async () => {
  const env = {
    PATH: process.env["PATH"],
    HOME: process.env["HOME"],
    DATABRICKS_TOKEN: "dapi-secret",
    AWS_SECRET_ACCESS_KEY: "k",
  };
  await using kernel = await createTestKernel({}, { env });
  const text = await kernel.text(
    "import os, time\nprint(sorted(os.environ))\nprint(os.getcwd())\nprint(time.tzname[0])",
  );
  expect(text).not.toContain("DATABRICKS");
  expect(text).not.toContain("AWS");
  expect(text).toContain(kernel.world.folder);
  expect(text).toEndWith("UTC\n");
  expect(textOf(await kernel.run("env", "sh"))).not.toContain("secret");
});

test("without Python a cell names the cure", async () => {
  await using kernel = await createTestKernel({}, { python: async () => undefined });
  const { state, error } = await kernel.run("1");
  expect(state).toBe("error");
  expect(error?.summary).toContain("Install Python 3");
});

test("a python that cannot start is an error with its words", async () => {
  await using kernel = await createTestKernel({}, { python: async () => "/bin/false" });
  expect(await kernel.failure("1")).toContain("exited unexpectedly with exit code 1");
  await using missing = await createTestKernel({}, { python: async () => "/no/such/python" });
  expect(await missing.failure("1")).toStartWith("Python could not be started");
});

test("Scala and R are refused by name", async () => {
  await using kernel = await createTestKernel();
  expect((await kernel.run("val a = 1", "scala")).error?.summary).toStartWith("Scala is not available");
  expect((await kernel.run("a <- 1", "r")).error?.summary).toStartWith("R is not available");
  expect((await kernel.run("%scala\nval a = 1")).error?.summary).toStartWith("Scala is not available");
});

test("an error of megabytes is cut, and says so", async () => {
  await using kernel = await createTestKernel();
  const { error } = await kernel.run("raise ValueError('begin ' + 'e' * 50_000_000 + ' end')");
  expect(error?.summary.length).toBeLessThan(11_000);
  expect(error?.summary).toContain("ValueError: begin eee");
  expect(error?.trace.length).toBeLessThan(1_010_000);
  expect(error?.trace).toMatch(/eee\n\.\.\. \d+ characters are left out \.\.\.\neee.* end$/);
});

test("a cell that loses output is marked, and only that one", async () => {
  await using kernel = await createTestKernel();
  expect((await kernel.run("print('y' * 22_000_000)")).truncated).toBe(true);
  expect((await kernel.run("print('y')")).truncated).toBeUndefined();
  const html = await kernel.run("displayHTML('h' * 30_000_000)\nprint('after')");
  expect(textOf(html)).toBe("\n*** WARNING: max output size exceeded, skipping output. ***\nafter\n");
  expect(html.truncated).toBe(true);
});

test("an exception whose text cannot be made is still the cell's error", async () => {
  await using kernel = await createTestKernel();
  await kernel.run("kept = 1\nclass E(Exception):\n    def __str__(self): raise SystemExit\n");
  expect((await kernel.run("raise E()")).error?.summary).toStartWith("E");
  expect(await kernel.text("kept")).toBe("1\n");
});

test("a cell after one that closed its standard streams prints again", async () => {
  await using kernel = await createTestKernel();
  await kernel.run("import os, sys\nfor descriptor in range(3): os.close(descriptor)");
  expect(await kernel.text("print('out'); print('err', file=sys.stderr); sys.stdin.read()")).toBe("out\nerr\n''\n");
  expect(await kernel.text("import subprocess\nsubprocess.run(['echo', 'child'])\nNone")).toBe("child\n");
  await kernel.run("sys.stdout.close(); sys.stderr.close()");
  expect(await kernel.text("print('again'); print('err', file=sys.stderr)")).toBe("again\nerr\n");
});

test("a fork that runs on to the end of its cell ends there, in silence", async () => {
  await using kernel = await createTestKernel();
  await kernel.run("import os\npid = os.fork()\nwhere = 'parent' if pid else 'child'");
  expect(await kernel.text("print(os.waitpid(pid, 0)[1], where)")).toBe("0 parent\n");
});

test("magics of IPython are accepted where they change nothing, and refused by name elsewhere", async () => {
  await using kernel = await createTestKernel();
  expect(await kernel.text('%load_ext autoreload\n%autoreload 2\n"%time"')).toBe("'%time'\n");
  expect(await kernel.failure("x = 1\n%time x + 1")).toStartWith("UnsupportedName: %time in line 2");
  expect(await kernel.failure("%%timeit\n1")).toStartWith("UnsupportedName: %%timeit in line 1");
  expect(await kernel.failure("!ls -la")).toContain("%sh");
  expect(await kernel.failure("files = !ls")).toStartWith("UnsupportedName: !ls in line 1");
  expect(await kernel.failure("x = %sql select 1")).toStartWith("UnsupportedName: %sql in line 1");
  expect(await kernel.failure("print?")).toStartWith("UnsupportedName: print? in line 1");
  expect(await kernel.failure("x = (1 %\n")).toStartWith("SyntaxError");
  expect(await kernel.failure("raise ValueError('%time')")).toBe("ValueError: %time");
  await kernel.run("%restart_python");
  expect(await kernel.failure("x")).toStartWith("NameError");
});

test("a value that cannot be drawn shows as its repr", async () => {
  await using kernel = await createTestKernel();
  const code =
    "class A:\n    def __getattr__(self, name): raise RuntimeError(name)\n    def __repr__(self): return 'plain'\nA()";
  expect(await kernel.text(code)).toBe("plain\n");
  expect(await kernel.text("display(A())")).toBe("plain\n");
});
