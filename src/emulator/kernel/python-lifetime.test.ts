import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { createTestKernel, isRunning, textOf, until } from "./testing.ts";

// Real processes on a machine that may be busy.
setDefaultTimeout(60_000);

/** Runs a cell and cancels it once it has called `started()`, which is put at its beginning unless it is there. */
async function cancelled(kernel: Awaited<ReturnType<typeof createTestKernel>>, code: string) {
  const controller = new AbortController();
  const flag = join(kernel.world.folder, `started-${Math.random()}`);
  await kernel.run(`def started(): open(${JSON.stringify(flag)}, 'w').close()`);
  const begun = code.includes("started()") ? code : `started()\n${code}`;
  const running = kernel.run(begun, "python", controller.signal);
  const { existsSync } = await import("node:fs");
  await until(() => existsSync(flag));
  controller.abort();
  return running;
}

test("an interrupt ends the cell and keeps the state", async () => {
  await using kernel = await createTestKernel();
  await kernel.run("x = 7");
  const result = await cancelled(kernel, "print('begun')\nstarted()\nimport time\ntime.sleep(600)");
  expect(result.state).toBe("cancelled");
  expect(textOf(result)).toBe("begun\n");
  expect(result.error).toBeUndefined();
  expect(await kernel.text("x")).toBe("7\n");
});

test("an interrupt reaches a child that the cell waits for", async () => {
  await using kernel = await createTestKernel();
  const result = await cancelled(kernel, "import subprocess\nsubprocess.run(['sleep', '600'])");
  expect(result.state).toBe("cancelled");
});

test("an interrupt that the cell ignores kills its process after the grace, and the next cell says so", async () => {
  await using kernel = await createTestKernel({ interruptGraceMs: 50 });
  const stubborn =
    "while True:\n    try:\n        started()\n        import time; time.sleep(600)\n    except KeyboardInterrupt:\n        pass";
  expect((await cancelled(kernel, stubborn)).state).toBe("cancelled");
  expect(await kernel.text("1 + 1")).toContain("variables and imports of earlier cells are gone.\n2\n");
});

test("a cell that is cancelled before its turn does not run", async () => {
  await using kernel = await createTestKernel();
  const controller = new AbortController();
  controller.abort();
  expect((await kernel.run("ran = True", "python", controller.signal)).state).toBe("cancelled");
  expect(await kernel.failure("ran")).toBe("NameError: name 'ran' is not defined");
});

test("an interrupt after the end of a cell does not hit the next one", async () => {
  await using kernel = await createTestKernel();
  const controller = new AbortController();
  await kernel.run("1", "python", controller.signal);
  controller.abort();
  expect(await kernel.text("sum(range(1000))")).toBe("499500\n");
});

test("the user's own KeyboardInterrupt is an error", async () => {
  await using kernel = await createTestKernel();
  expect(await kernel.failure("raise KeyboardInterrupt()")).toBe("KeyboardInterrupt");
});

test.each([
  ["os._exit", "import os\nos.write(1, b'last words')\nos._exit(3)", "exit code 3"],
  [
    "a segmentation fault",
    "import os, signal\nprint('last words', end='')\nos.kill(os.getpid(), signal.SIGSEGV)",
    "signal SIGSEGV",
  ],
])("a crash (%s) keeps the output, is an error, and loses the state", async (_name, code, how) => {
  await using kernel = await createTestKernel();
  await kernel.run("x = 1");
  const crashed = await kernel.run(code);
  expect(crashed.state).toBe("error");
  expect(crashed.error?.summary).toContain(`The Python process exited unexpectedly with ${how}`);
  expect(textOf(crashed)).toBe("last words");
  const next = await kernel.run("x");
  expect(textOf(next)).toContain("variables and imports of earlier cells are gone");
  expect(next.error?.summary).toBe("NameError: name 'x' is not defined");
  expect(await kernel.text("2")).toBe("2\n");
});

test("closing the kernel ends the process and its children, and removes its folder", async () => {
  const kernel = await createTestKernel();
  const text = await kernel.text(
    "import os, subprocess\nc = subprocess.Popen(['sleep', '600'])\nprint(os.getpid(), c.pid, os.getcwd())",
  );
  const [pid = "", child = "", folder = ""] = text.trim().split(" ");
  await kernel.kernel.close();
  await until(() => !isRunning(Number(pid)) && !isRunning(Number(child)));
  expect(await Bun.file(folder).exists()).toBe(false);
  expect((await kernel.run("1")).state).toBe("cancelled");
  await kernel[Symbol.asyncDispose]();
});

test("the end of the emulator ends its kernels", async () => {
  const stop = new AbortController();
  const kernel = await createTestKernel({}, { signal: stop.signal });
  const pid = Number(await kernel.text("import os\nos.getpid()"));
  const running = kernel.run("import time\ntime.sleep(600)");
  stop.abort();
  expect((await running).state).toBe("cancelled");
  await until(() => !isRunning(pid));
  await kernel[Symbol.asyncDispose]();
});

test("folders of an emulator that was killed are removed by the next, those of a living one are not", async () => {
  await using kernel = await createTestKernel();
  const kernels = join(kernel.world.folder, "kernels");
  const ended = Bun.spawn(["true"]);
  await ended.exited;
  await mkdir(join(kernels, `${ended.pid}-left`, "work"), { recursive: true });
  await mkdir(join(kernels, `${process.ppid}-other`), { recursive: true });
  const { startKernel } = await import("./start.ts");
  await (await startKernel(kernel.world, { language: "SQL" })).close();
  const names = await readdir(kernels);
  expect(names).not.toContain(`${ended.pid}-left`);
  expect(names).toContain(`${process.ppid}-other`);
  expect(names).toHaveLength(2);
});

test("closing in the middle of a cell cancels it", async () => {
  const kernel = await createTestKernel();
  await kernel.run("1");
  const running = kernel.run("import time\ntime.sleep(600)");
  await kernel.kernel.close();
  expect((await running).state).toBe("cancelled");
  await kernel[Symbol.asyncDispose]();
});

test.each([
  ["an idle Python", "1"],
  ["a Python that holds the interpreter", "sum(range(10 ** 14))"],
])(
  "killing the emulator ends %s, its children, and a running shell",
  async (_name, last) => {
    const script = [
      `const { createTestKernel } = await import(${JSON.stringify(join(import.meta.dir, "testing.ts"))});`,
      "const kernel = await createTestKernel();",
      "const text = await kernel.text(\"import os, subprocess\\nc = subprocess.Popen(['sleep', '600'])\\nprint(os.getpid(), c.pid)\");",
      "process.stdout.write(kernel.world.folder + ' ' + text.trim());",
      `void kernel.run(${JSON.stringify(last)});`,
      "const { startKernel } = await import(" + JSON.stringify(join(import.meta.dir, "start.ts")) + ");",
      "const second = await startKernel(kernel.world, { language: 'SQL' });",
      "await second.run({ language: 'sh', code: `echo $$ > ${kernel.world.folder}/shell; exec sleep 600` });",
    ].join("\n");
    const emulator = Bun.spawn([process.execPath, "-e", script], {
      stdin: "ignore",
      stdout: "pipe",
      stderr: "inherit",
    });
    const reader = emulator.stdout.getReader();
    const { value } = await reader.read();
    const [folder = "", ...pids] = new TextDecoder().decode(value).split(" ");
    const shellFile = join(folder, "shell");
    while (
      !/\d+\n/.test(
        await Bun.file(shellFile)
          .text()
          .catch(() => ""),
      )
    )
      await Bun.sleep(5);
    const all = [...pids, await Bun.file(shellFile).text()].map(Number);
    expect(all.every((pid) => pid > 1 && isRunning(pid))).toBe(true);
    emulator.kill("SIGKILL");
    await emulator.exited;
    await until(() => all.every((pid) => !isRunning(pid)));
    const { rm } = await import("node:fs/promises");
    await rm(folder, { recursive: true, force: true });
  },
  20_000,
);

test("a child in a session of its own, which outlives its kernel, holds nothing of the emulator open", async () => {
  const script = [
    `const { createTestKernel } = await import(${JSON.stringify(join(import.meta.dir, "testing.ts"))});`,
    "const kernel = await createTestKernel();",
    "const text = await kernel.text(\"import subprocess\\nprint(subprocess.Popen(['sleep', '600'], start_new_session=True).pid)\");",
    "process.stdout.write(text);",
    "await kernel[Symbol.asyncDispose]();",
  ].join("\n");
  const emulator = Bun.spawn([process.execPath, "-e", script], { stdin: "ignore", stdout: "pipe", stderr: "inherit" });
  const pid = Number(await new Response(emulator.stdout).text());
  expect(isRunning(pid)).toBe(true);
  expect(await emulator.exited).toBe(0);
  process.kill(pid, "SIGKILL");
}, 30_000);
