// A child that is read line by line: what comes in pieces, too long, or never; and that nothing of it is left.
import { describe, expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startLines, type LineProcess, type LineProcessOptions } from "./line-process.ts";
import { descendants } from "./marked-processes.ts";
import { grandchild } from "./testing-grandchild.ts";

const posix = process.platform !== "win32";

function start(command: readonly [string, ...string[]], changes: Partial<LineProcessOptions> = {}): LineProcess {
  const env = { PATH: process.env["PATH"], SYSTEMROOT: process.env["SYSTEMROOT"] };
  const signal = new AbortController().signal;
  return startLines(command, { env, cwd: tmpdir(), input: "", signal, ...changes });
}

const script = (code: string, changes?: Partial<LineProcessOptions>): LineProcess =>
  start([process.execPath, "-e", code], changes);

describe("lines", () => {
  test("come whole, whatever pieces they were written in, and the last one without an end", async () => {
    const child = script(`
      const bytes = new TextEncoder().encode("one ä\\r\\n\\ntwo \\u{1F600}\\nlast");
      for (const byte of bytes) { await Bun.write(Bun.stdout, new Uint8Array([byte])); }`);
    expect(await Array.fromAsync(child.lines)).toEqual(["one ä", "", "two \u{1F600}", "last"]);
    expect(await child.exited).toBe(0);
  });

  test("may be megabytes; one that is longer than allowed is left out, and the next is not", async () => {
    const code = `console.log("a".repeat(3_000_000)); console.log("b".repeat(5_000_000)); console.log("c");`;
    const child = script(code, { maxLineBytes: 4_000_000 });
    const lines = await Array.fromAsync(child.lines);
    expect(lines.map((line) => [line[0], line.length])).toEqual([
      ["a", 3_000_000],
      ["c", 1],
    ]);
    expect(child.skipped()).toBe(1);
  });

  test("keep what is no UTF-8 as marks", async () => {
    const child = script("await Bun.write(Bun.stdout, new Uint8Array([65, 0xff, 0xfe, 66, 10]));");
    expect(await Array.fromAsync(child.lines)).toEqual(["A\uFFFD\uFFFDB"]);
  });

  test("that nobody reads for a while are not lost when the child is gone", async () => {
    const child = script(`for (let i = 0; i < 5_000; i++) console.log("line " + i);`);
    const iterator = child.lines[Symbol.asyncIterator]();
    expect((await iterator.next()).value).toBe("line 0");
    let last: string | undefined;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) last = next.value;
    expect(last).toBe("line 4999");
  });
});

test("the input is given whole, the exit code and the end of standard error are told", async () => {
  const child = script(
    `console.log(await Bun.stdin.text()); console.error("x".repeat(100_000) + "the end"); process.exitCode = 7;`,
    { input: "given ä" },
  );
  expect(await Array.fromAsync(child.lines)).toEqual(["given ä"]);
  expect(await child.exited).toBe(7);
  const stderr = await child.stderr;
  expect(stderr.trim()).toEndWith("the end");
  expect(stderr.length).toBeLessThanOrEqual(64_000);
});

test("a program or a folder that is not there is named", () => {
  expect(() => start(["mortar-no-such-program"])).toThrow("Cannot start mortar-no-such-program: no such program");
  expect(() => start([process.execPath], { cwd: "/nowhere/at/all" })).toThrow("there is no folder /nowhere/at/all");
});

describe.if(posix)("the end", () => {
  test.each(["by its signal", "by end()"])(
    "%s takes all with it that it has started, also what does not mind being asked",
    async (how) => {
      await using inner = grandchild();
      const stop = new AbortController();
      const child = start(inner.words, { signal: stop.signal });
      await inner.began;
      if (how === "by end()") await child.end();
      else stop.abort();
      await inner.ended;
      expect(await child.exited).toBeGreaterThan(0);
      expect(await Array.fromAsync(child.lines)).toEqual([]);
    },
  );

  test.if(process.platform !== "darwin")("of the child ends what it left behind in a session of its own", async () => {
    await using inner = grandchild();
    const [program, ...words] = inner.words;
    const command = JSON.stringify([program, ...words]);
    const flag = join(tmpdir(), `line-process-${crypto.randomUUID()}`);
    const child = script(`
      const inner = Bun.spawn(${command}, { detached: true, stdio: ["ignore", "inherit", "inherit"] });
      inner.unref();
      console.log("left");
      while (!(await Bun.file(${JSON.stringify(flag)}).exists())) await Bun.sleep(5);
      process.exit(0);`);
    await inner.began;
    await Bun.write(flag, "");
    expect(await child.exited).toBe(0);
    await inner.ended;
    expect(await Array.fromAsync(child.lines)).toEqual(["left"]);
    await rm(flag);
  });

  test.if(process.platform === "linux")(
    "takes what was started in a group of its own and without our environment",
    async () => {
      await using inner = grandchild();
      const [program = "", code = ""] = inner.words.slice(3);
      const flag = join(tmpdir(), `line-process-${crypto.randomUUID()}`);
      const work = 'set -m; env -i "$0" -e "$1" & while ! [ -e "$2" ]; do sleep 0.01; done';
      const child = start(["/bin/bash", "-c", work, program, code, flag]);
      await inner.began;
      await Bun.write(flag, "");
      expect(await child.exited).toBe(0);
      await inner.ended;
      await rm(flag);
    },
  );

  test("comes also where it was stopped before it began", async () => {
    const child = script("setInterval(() => undefined, 1_000);", { signal: AbortSignal.abort() });
    expect(await child.exited).toBeGreaterThan(0);
  });
});

test("descendants are found through all generations", () => {
  const table = new Map([
    [2, 1],
    [3, 2],
    [4, 3],
    [5, 1],
    [9, 8],
  ]);
  expect([...descendants(2, table)].sort()).toEqual([3, 4]);
  expect(descendants(4, table)).toEqual([]);
});
