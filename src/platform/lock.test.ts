// A lock between processes: one at a time, and nobody waits for the dead.
import { afterAll, describe, expect, test } from "bun:test";
import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "./clock.ts";
import type { Clock } from "./deps.ts";
import { withLock } from "./lock.ts";

const folder = await mkdtemp(join(tmpdir(), "mortar-lock-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

const options = { clock: systemClock };

/** A child that adds one to a counter file `rounds` times, reading and writing apart, under the lock. */
const counter = `
import { withLock } from ${JSON.stringify(join(import.meta.dir, "lock.ts"))};
import { systemClock } from ${JSON.stringify(join(import.meta.dir, "clock.ts"))};
const [folder, file, rounds] = process.argv.slice(2);
for (let round = 0; round < Number(rounds); round++) {
  await withLock(folder, "count", { clock: systemClock }, async () => {
    const value = Number(await Bun.file(file).text());
    await new Promise((resolve) => setImmediate(resolve));
    await Bun.write(file, String(value + 1));
  });
}
`;

describe("withLock", () => {
  test("gives what the work gives, and throws what it throws, and is free afterwards", async () => {
    expect(await withLock(folder, "a", options, async () => 42)).toBe(42);
    const failure = new Error("work failed");
    const thrown = await withLock(folder, "a", options, () => Promise.reject(failure)).catch((cause: unknown) => cause);
    expect(thrown).toBe(failure);
    expect(await withLock(folder, "a", { ...options, waitMs: 0 }, async () => "free")).toBe("free");
  });

  test("makes its folder", async () => {
    expect(await withLock(join(folder, "new", "run"), "a", options, async () => 1)).toBe(1);
  });

  test("lets one in at a time, in one process and between two", async () => {
    const file = join(folder, "counter.txt");
    const script = join(folder, "counter.ts");
    await writeFile(file, "0");
    await writeFile(script, counter);
    const child = (rounds: number) =>
      Bun.spawn([process.execPath, script, folder, file, String(rounds)], {
        stdin: "ignore",
        stdout: "ignore",
        stderr: "inherit",
      });
    const own = Array.from({ length: 10 }, () =>
      withLock(folder, "count", options, async () => {
        await writeFile(file, String(Number(await readFile(file, "utf8")) + 1));
      }),
    );
    const children = [child(15), child(15)];
    await Promise.all([...own, ...children.map(({ exited }) => exited)]);
    expect(children.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(await readFile(file, "utf8")).toBe("40");
  }, 30_000);

  test("different names do not wait for each other", async () => {
    const inner = () => withLock(folder, "two", { ...options, waitMs: 0 }, async () => "both");
    expect(await withLock(folder, "one", options, inner)).toBe("both");
  });

  test("gives up when its time is over, and says who holds it", async () => {
    let now = 0;
    const clock: Clock = {
      now: () => now,
      sleep: async (ms) => {
        now += ms;
      },
    };
    const waiting = withLock(folder, "held", options, () =>
      withLock(folder, "held", { clock, waitMs: 5_000 }, async () => 1),
    );
    const thrown = await waiting.catch((cause: unknown) => cause);
    expect(thrown).toMatchObject({
      code: "timeout",
      message: expect.stringContaining("held"),
      hint: expect.any(String),
    });
    expect(now).toBeGreaterThanOrEqual(5_000);
    expect(now).toBeLessThan(6_000);
  });

  test("stops waiting when its signal fires", async () => {
    const controller = new AbortController();
    const clock: Clock = {
      now: () => 0,
      sleep: (ms, signal) => {
        controller.abort(new DOMException("enough", "AbortError"));
        return systemClock.sleep(ms, signal);
      },
    };
    const inner = () => withLock(folder, "abort", { clock, signal: controller.signal }, async () => "in");
    const thrown = await withLock(folder, "abort", options, inner).catch((cause: unknown) => cause);
    expect(thrown).toMatchObject({ name: "AbortError" });
    expect(await withLock(folder, "abort", { ...options, waitMs: 0 }, async () => "free")).toBe("free");
  });

  test("passes over a holder that died", async () => {
    const stale = join(folder, "dead.lock");
    await mkdir(stale);
    const longAgo = new Date(systemClock.now() - 60_000);
    await utimes(stale, longAgo, longAgo);
    expect(await withLock(folder, "dead", { ...options, waitMs: 0 }, async () => "mine")).toBe("mine");
  });

  test("a lock that cannot be made is an error at once", async () => {
    await writeFile(join(folder, "file"), "");
    const thrown = await withLock(join(folder, "file"), "a", options, async () => 1).catch((cause: unknown) => cause);
    expect(thrown).toMatchObject({ code: "io" });
  });
});
