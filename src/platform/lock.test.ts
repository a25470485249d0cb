// A lock between processes: one at a time, and nobody waits for the dead.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "./clock.ts";
import type { Clock } from "./deps.ts";
import { withLock } from "./lock.ts";

const folder = await mkdtemp(join(tmpdir(), "mortar-lock-"));
beforeAll(() => writeFile(join(folder, "holder.ts"), holding));
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

const holding = `
import { withLock } from ${JSON.stringify(join(import.meta.dir, "lock.ts"))};
import { systemClock } from ${JSON.stringify(join(import.meta.dir, "clock.ts"))};
const [folder, name, waitMs] = process.argv.slice(2);
await withLock(folder, name, { clock: systemClock, waitMs: Number(waitMs ?? 30_000) }, async () => {
  process.stdout.write("held\\n");
  await new Promise((resolve) => setTimeout(resolve, 60_000));
});
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

  /** A process that takes the lock, says so, and keeps it until it is ended. */
  const holder = async (name: string): Promise<Bun.Subprocess> => {
    const child = Bun.spawn([process.execPath, join(folder, "holder.ts"), folder, name], {
      stdin: "ignore",
      stdout: "pipe",
      stderr: "inherit",
    });
    const { value } = await child.stdout.getReader().read();
    expect(new TextDecoder().decode(value)).toBe("held\n");
    return child;
  };

  test("is free in the moment in which its holder is killed", async () => {
    const child = await holder("killed");
    child.kill("SIGKILL");
    await child.exited;
    expect(await withLock(folder, "killed", { ...options, waitMs: 0 }, async () => "mine")).toBe("mine");
  }, 20_000);

  test.skipIf(process.platform === "win32")(
    "is not taken from a holder that sleeps, whatever the clock says",
    async () => {
      const child = await holder("asleep");
      child.kill("SIGSTOP");
      for (const hours of [-24, 24]) {
        const then = new Date(systemClock.now() + hours * 3_600_000);
        for (const name of await readdir(folder)) await utimes(join(folder, name), then, then);
        const taken = withLock(folder, "asleep", { ...options, waitMs: 0 }, async () => "mine");
        expect(await taken.catch((cause: unknown) => cause)).toMatchObject({ code: "timeout" });
      }
      child.kill("SIGKILL");
      await child.exited;
      expect(await withLock(folder, "asleep", { ...options, waitMs: 0 }, async () => "mine")).toBe("mine");
    },
    20_000,
  );

  test("a failed try in this process does not free what another part of it holds", async () => {
    const said = await withLock(folder, "inner", options, async () => {
      await withLock(folder, "inner", { ...options, waitMs: 0 }, async () => 1).catch(() => undefined);
      const command = [process.execPath, join(folder, "holder.ts"), folder, "inner", "0"];
      return new Response(Bun.spawn(command, { stdin: "ignore", stdout: "ignore", stderr: "pipe" }).stderr).text();
    });
    expect(said).toContain("Another mortar process holds");
  }, 20_000);

  test("its file is readable by this user alone", async () => {
    await withLock(folder, "private", options, async () => 1);
    const { mode } = await stat(join(folder, "private.lck"));
    if (process.platform !== "win32") expect(mode & 0o777).toBe(0o600);
  });

  test("a lock that cannot be made is an error at once", async () => {
    await writeFile(join(folder, "file"), "");
    const thrown = await withLock(join(folder, "file"), "a", options, async () => 1).catch((cause: unknown) => cause);
    expect(thrown).toMatchObject({ code: "io" });
  });
});
