// Child processes: their end, their limits, and that nothing waits for what they leave behind.
import { describe, expect, test } from "bun:test";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { childEnvironment, isAlive, runProcess, selfCommand } from "./process.ts";
import { grandchild } from "./testing-grandchild.ts";

const posix = process.platform !== "win32";

function script(code: string): [string, ...string[]] {
  return [process.execPath, "-e", code];
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => "nothing was thrown",
    (thrown: unknown) => thrown,
  );
}

describe("runProcess", () => {
  test("gives output, error output and exit code", async () => {
    const result = await runProcess(script('console.log("ä out"); console.error("err"); process.exitCode = 3;'));
    expect(result).toEqual({ exitCode: 3, stdout: "ä out\n", stderr: "err\n" });
  });

  test("hands over its input, and none where there is none", async () => {
    const echo = script("process.stdout.write(await Bun.stdin.text());");
    expect((await runProcess(echo, { input: "given ä" })).stdout).toBe("given ä");
    expect((await runProcess(echo)).stdout).toBe("");
  });

  test("carries megabytes either way", async () => {
    const input = "0123456789abcde\n".repeat(200_000);
    const { stdout } = await runProcess(script("process.stdout.write(await Bun.stdin.text());"), { input });
    expect(stdout === input).toBe(true);
  });

  test("a child that does not read its input does no harm", async () => {
    const { exitCode } = await runProcess(script("process.exit(0);"), { input: "x".repeat(1_000_000) });
    expect(exitCode).toBe(0);
  });

  test("gives the environment and the folder that are asked for", async () => {
    const show = script(
      "console.log(JSON.stringify([process.env.A ?? null, process.env.HOME ?? null, process.cwd()]));",
    );
    const { stdout } = await runProcess(show, {
      env: { A: "1", PATH: process.env["PATH"] },
      cwd: join(import.meta.dir),
    });
    expect(JSON.parse(stdout)).toEqual(["1", null, import.meta.dir]);
    const inherited = await runProcess(show);
    expect(JSON.parse(inherited.stdout)).toEqual([null, process.env["HOME"] ?? null, process.cwd()]);
  });

  test("a program or a folder that is not there is named", async () => {
    expect(await failureOf(runProcess(["mortar-no-such-program"]))).toMatchObject({
      code: "not_found",
      message: "Cannot start mortar-no-such-program: no such program",
    });
    expect(await failureOf(runProcess([join(tmpdir(), "mortar-nowhere", "x")]))).toMatchObject({ code: "not_found" });
    const cwd = join(tmpdir(), "mortar-nowhere");
    expect(await failureOf(runProcess(script(""), { cwd }))).toMatchObject({
      code: "not_found",
      message: expect.stringContaining(`there is no folder ${cwd}`),
    });
  });

  test.skipIf(!posix)("a file that is no program is another failure", async () => {
    expect(await failureOf(runProcess([import.meta.path]))).toMatchObject({
      code: "io",
      message: `Cannot start ${import.meta.path}: permission denied`,
    });
  });

  test.skipIf(!posix)("a group ends with what it has started, whether that minds a request or not", async () => {
    await using inner = grandchild();
    const done = new AbortController();
    const running = runProcess(inner.words, { group: true, signal: done.signal });
    await inner.began;
    done.abort();
    expect(await failureOf(running)).toMatchObject({ name: "AbortError" });
    await inner.ended;
  });

  test.skipIf(!posix)("a group that is late ends whole", async () => {
    await using inner = grandchild();
    const running = runProcess(inner.words, { group: true, timeoutMs: 3_000 });
    await inner.began;
    expect(await failureOf(running)).toMatchObject({ code: "timeout" });
    await inner.ended;
  });

  test("a group gives output and exit code as any child does", async () => {
    const result = await runProcess(script('console.log("out"); process.exitCode = 3;'), { group: true });
    expect(result).toEqual({ exitCode: 3, stdout: "out\n", stderr: "" });
  });

  test("kills a child that prints without an end", async () => {
    for (const words of ["yes", "yes >&2"]) {
      const running = runProcess(["/bin/sh", "-c", words], { maxOutputBytes: 100_000 });
      expect(await running.catch((cause: unknown) => cause)).toMatchObject({ code: "too_large" });
    }
    expect((await runProcess(["/bin/sh", "-c", "printf 12345"], { maxOutputBytes: 5 })).stdout).toBe("12345");
  }, 20_000);

  test("kills a child that takes too long", async () => {
    const endless = runProcess(script("setInterval(() => undefined, 1000);"), { timeoutMs: 100 });
    expect(await failureOf(endless)).toMatchObject({ code: "timeout", message: expect.stringContaining("100 ms") });
  });

  test.skipIf(!posix)("does not wait for what a killed child leaves running", async () => {
    // The inner sleep holds the output open for far longer than a test may take.
    const marker = join(tmpdir(), `mortar-left-${process.pid}`);
    const left = runProcess(["sh", "-c", `sleep 60 & echo $! > ${marker}; wait`], { timeoutMs: 500 });
    expect(await failureOf(left)).toMatchObject({ code: "timeout" });
    process.kill(Number(await textOf(marker)), "SIGKILL");
    await Bun.file(marker).delete();
  });

  test("ends a child when its signal fires, and throws the signal's reason", async () => {
    const controller = new AbortController();
    const running = runProcess(script("setInterval(() => undefined, 1000);"), { signal: controller.signal });
    controller.abort(new DOMException("enough", "AbortError"));
    expect(await failureOf(running)).toMatchObject({ name: "AbortError", message: "enough" });
    expect(await failureOf(runProcess(script(""), { signal: controller.signal }))).toMatchObject({
      name: "AbortError",
    });
  });

  test.skipIf(!posix)(
    "kills a child that does not listen",
    async () => {
      const controller = new AbortController();
      const marker = join(tmpdir(), `mortar-deaf-${process.pid}`);
      const deaf = runProcess(["sh", "-c", `trap '' TERM; echo $$ > ${marker}; while :; do sleep 0.05; done`], {
        signal: controller.signal,
      });
      const pid = await textOf(marker);
      controller.abort(new DOMException("enough", "AbortError"));
      expect(await failureOf(deaf)).toMatchObject({ name: "AbortError" });
      expect(isAlive(Number(pid))).toBe(false);
      await Bun.file(marker).delete();
    },
    10_000,
  );
});

/** The text of a file, once it has a line. */
async function textOf(path: string): Promise<string> {
  for (;;) {
    const text = await Bun.file(path)
      .text()
      .catch(() => "");
    if (text.endsWith("\n")) return text;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test("childEnvironment leaves out what would make a Bun executable run other code", () => {
  const env = {
    PATH: "/bin",
    BUN_OPTIONS: "--preload x",
    BUN_BE_BUN: "1",
    bun_options: "x",
    EMPTY: "",
    NONE: undefined,
    BUN_INSTALL: "/b",
  };
  expect(childEnvironment(env)).toEqual({ PATH: "/bin", EMPTY: "", BUN_INSTALL: "/b" });
});

test("isAlive knows the living from the dead", async () => {
  expect(isAlive(process.pid)).toBe(true);
  const child = Bun.spawn(script("process.exit(0);"), { stdin: "ignore", stdout: "ignore", stderr: "ignore" });
  await child.exited;
  expect(isAlive(child.pid)).toBe(false);
});

test("selfCommand starts this program again", () => {
  expect(selfCommand()[0]).toBe(process.execPath);
  expect(selfCommand()[1]).toBe(Bun.main);
});
