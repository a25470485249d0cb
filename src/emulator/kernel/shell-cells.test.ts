import { expect, setDefaultTimeout, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createTestKernel, isRunning, kernelFolder, textOf, until } from "./testing.ts";

// Real processes on a machine that may be busy.
setDefaultTimeout(60_000);

test("both outputs come in order, without the end that marks them", async () => {
  await using kernel = await createTestKernel();
  const result = await kernel.run("printf one; echo two >&2\necho three", "sh");
  expect(result.state).toBe("finished");
  expect(textOf(result)).toBe("onetwo\nthree\n");
  expect(textOf(await kernel.run("%sh echo inline"))).toBe("inline\n");
});

test("a failing command fails the cell only with -e", async () => {
  await using kernel = await createTestKernel();
  expect((await kernel.run("false\necho after", "sh")).state).toBe("finished");
  const failed = await kernel.run("-e\necho before\n(exit 7)\necho never", "sh");
  expect(failed.state).toBe("error");
  expect(failed.error?.summary).toBe("The shell command ended with exit code 7");
  expect(textOf(failed)).toBe("before\n");
});

test("a syntax error shows in the output", async () => {
  await using kernel = await createTestKernel();
  expect(textOf(await kernel.run("if true; then", "sh"))).toContain("syntax error");
});

test("standard input is empty, files are shared with Python, and nothing of the shell's own pipes is seen", async () => {
  await using kernel = await createTestKernel();
  expect(textOf(await kernel.run("cat; echo made > shared.txt", "sh"))).toBe("");
  expect(await kernel.text("open('shared.txt').read()")).toBe("'made\\n'\n");
  expect(textOf(await kernel.run("(cat <&9) 2>/dev/null || echo closed", "sh"))).toBe("closed\n");
});

test("what is left in the background ends with the cell, which does not wait for it", async () => {
  await using kernel = await createTestKernel();
  const result = await kernel.run("sleep 600 &\necho $!", "sh");
  const pid = textOf(result).trim();
  expect(Number(pid)).toBeGreaterThan(1);
  await until(() => !isRunning(Number(pid)));
});

test("large output and unicode pass whole", async () => {
  await using kernel = await createTestKernel();
  const text = textOf(await kernel.run("for i in $(seq 20000); do echo 'żółć 🧪 line'; done", "sh"));
  expect(text).toBe("żółć 🧪 line\n".repeat(20_000));
});

test("a cancelled shell ends with its children", async () => {
  await using kernel = await createTestKernel();
  const controller = new AbortController();
  const running = kernel.run("echo $$ > pid; sleep 600", "sh", controller.signal);
  const file = join(await kernelFolder(kernel), "work", "pid");
  let pid = "";
  while (!/\d+\n/.test(pid)) {
    pid = await readFile(file, "utf8").catch(() => "");
    await Bun.sleep(5);
  }
  controller.abort();
  const result = await running;
  expect(result.state).toBe("cancelled");
  await until(() => !isRunning(Number(pid)));
});

test("no shell on the PATH is an error that says so", async () => {
  await using kernel = await createTestKernel({}, { env: { PATH: "/nowhere" } });
  expect((await kernel.run("echo", "sh")).error?.summary).toContain("No shell");
});
