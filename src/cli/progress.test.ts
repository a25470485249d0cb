// Progress on a terminal whose time the test moves.
import { describe, expect, test } from "bun:test";
import type { Clock, Deps } from "../platform/deps.ts";
import { createLogger } from "../platform/log.ts";
import { startProgress } from "./progress.ts";

/** A clock that stands until the test moves it; each step wakes what sleeps till then. */
function handClock() {
  let nowMs = 0;
  let sleepers: { at: number; wake: () => void; fail: (reason: unknown) => void }[] = [];
  const clock: Clock = {
    now: () => nowMs,
    sleep: (ms, signal) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      if (signal?.aborted === true) reject(signal.reason);
      signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
      sleepers.push({ at: nowMs + ms, wake: resolve, fail: reject });
      return promise;
    },
  };
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 10) {
      nowMs += 10;
      const due = sleepers.filter(({ at }) => at <= nowMs);
      sleepers = sleepers.filter(({ at }) => at > nowMs);
      for (const { wake } of due) wake();
      // What was woken goes on before time does.
      for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    }
  };
  return { clock, pass };
}

function world(changes: { terminal?: boolean; quiet?: boolean; env?: Deps["env"]; os?: Deps["os"] } = {}) {
  const shown: (string | undefined)[] = [];
  const { clock, pass } = handClock();
  const done = new AbortController();
  const status = changes.terminal === false ? undefined : (line: string | undefined) => void shown.push(line);
  const deps = {
    clock,
    env: changes.env ?? { LANG: "C.UTF-8" },
    os: changes.os ?? ("linux" as const),
    stderr: { write: () => undefined, isTTY: status !== undefined, width: 80, colour: false, status },
    log: createLogger(changes.quiet === true ? "quiet" : "normal", () => undefined),
  };
  const start = (message?: string) => startProgress(deps, { message, signal: done.signal });
  return { shown, pass, end: () => done.abort(), start };
}

describe("progress", () => {
  test("is there within 100 ms of the beginning, and moves", async () => {
    const { shown, pass, start } = world();
    start("Starting the emulator");
    await pass(100);
    expect(shown).toEqual(["⠋ Starting the emulator"]);
    await pass(250);
    expect(shown).toEqual(["⠋ Starting the emulator", "⠙ Starting the emulator", "⠹ Starting the emulator"]);
  });

  test("what ends sooner shows nothing", async () => {
    const { shown, pass, start, end } = world();
    start("Calling");
    await pass(50);
    end();
    await pass(500);
    expect(shown).toEqual([]);
  });

  test("ends with the work: the line goes, and nothing comes after", async () => {
    const { shown, pass, start, end } = world();
    start("Calling");
    await pass(100);
    end();
    await pass(500);
    expect(shown).toEqual(["⠋ Calling", undefined]);
  });

  test("says what it is about now, and how much is done", async () => {
    const { shown, pass, start } = world();
    const progress = start("Calling");
    await pass(100);
    progress.show("Waiting for the run", 2, 5);
    await pass(120);
    expect(shown.at(-1)).toBe("⠙ Waiting for the run (2/5)");
  });

  test("tells the seconds to whoever waits for long, from each new beginning", async () => {
    const { shown, pass, start } = world();
    const progress = start("Calling");
    await pass(2_900);
    expect(shown.at(-1)).toMatch(/Calling$/);
    await pass(200);
    expect(shown.at(-1)).toMatch(/Calling 3 s$/);
    progress.show("Something else");
    await pass(200);
    expect(shown.at(-1)).toMatch(/Something else$/);
  });

  test("can be taken away, and comes back with what is shown next", async () => {
    const { shown, pass, start } = world();
    const progress = start("Calling");
    await pass(100);
    progress.clear();
    await pass(500);
    expect(shown).toEqual(["⠋ Calling", undefined]);
    progress.show("Again");
    await pass(120);
    expect(shown.at(-1)).toMatch(/Again$/);
  });

  test("without a message begins with what is shown first", async () => {
    const { shown, pass, start } = world();
    const progress = start();
    await pass(1_000);
    expect(shown).toEqual([]);
    progress.show("Downloading");
    await pass(100);
    expect(shown).toEqual(["⠋ Downloading"]);
  });

  test.each([
    ["without a terminal", { terminal: false }],
    ["with --quiet", { quiet: true }],
  ])("is silent %s", async (_name, changes) => {
    const { shown, pass, start } = world(changes);
    const progress = start("Calling");
    progress.show("More");
    await pass(1_000);
    progress.clear();
    expect(shown).toEqual([]);
  });

  test.each([
    ["a UTF-8 locale", { env: { LC_ALL: "de_DE.utf8" } }, "⠋"],
    ["another locale before it", { env: { LC_ALL: "C", LANG: "C.UTF-8" } }, "|"],
    ["no locale", { env: {} }, "|"],
    ["Windows Terminal", { env: { WT_SESSION: "1" }, os: "win32" as const }, "⠋"],
    ["the old Windows console", { env: { LANG: "C.UTF-8" }, os: "win32" as const }, "|"],
  ])("%s has the signs", async (_name, changes, sign) => {
    const { shown, pass, start } = world(changes);
    start("Calling");
    await pass(100);
    expect(shown).toEqual([`${sign} Calling`]);
  });
});
