// Ctrl-C, once and twice, as a real process meets it.
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { onInterrupt } from "./signals.ts";

const code = `
import { onInterrupt } from ${JSON.stringify(join(import.meta.dir, "signals.ts"))};
const { signal, release } = onInterrupt();
const alive = setInterval(() => undefined, 1000);
signal.addEventListener("abort", () => {
  console.log("aborted " + signal.reason.name);
  if (process.argv.includes("polite")) clearInterval(alive);
});
if (process.argv.includes("released")) release();
console.log("ready");
`;

function start(mode: string) {
  const child = Bun.spawn([process.execPath, "-e", code, mode], { stdin: "ignore", stdout: "pipe", stderr: "inherit" });
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const until = async (word: string): Promise<void> => {
    while (!text.includes(word)) {
      const { done, value } = await reader.read();
      if (done) throw new Error(`ended with ${JSON.stringify(text)}`);
      text += value;
    }
  };
  return { child, until };
}

describe.skipIf(process.platform === "win32")("onInterrupt", () => {
  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "%s aborts the signal, and the process ends by itself",
    async (name) => {
      const { child, until } = start("polite");
      await until("ready");
      child.kill(name);
      await until("aborted AbortError");
      expect(await child.exited).toBe(0);
    },
  );

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("a second %s ends the process with %p", async (name, exit) => {
    const { child, until } = start("stubborn");
    await until("ready");
    child.kill(name);
    await until("aborted");
    child.kill(name);
    expect(await child.exited).toBe(exit);
  });

  test("after the release the system's own way holds", async () => {
    const { child, until } = start("released");
    await until("ready");
    child.kill("SIGTERM");
    await child.exited;
    expect(child.signalCode).toBe("SIGTERM");
  });
});

test("releases every listener that it set", () => {
  const before = process.listenerCount("SIGINT");
  const interrupt = onInterrupt();
  expect(process.listenerCount("SIGINT")).toBe(before + 1);
  interrupt.release();
  expect(process.listenerCount("SIGINT")).toBe(before);
  expect(interrupt.signal.aborted).toBe(false);
});
