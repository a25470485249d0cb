import { expect, test } from "bun:test";
import { isSameProcess, processStart } from "./process-start.ts";
import { runProcess, type RunResult } from "./process.ts";

const os = process.platform === "darwin" || process.platform === "win32" ? process.platform : "linux";
const deps = { os, run: runProcess } as const;

test("this process is itself, and not another one that had its id", async () => {
  const start = await processStart(deps, process.pid);
  expect(await isSameProcess(deps, process.pid, start)).toBe(true);
  expect(await isSameProcess(deps, process.pid, undefined)).toBe(true);
  if (os === "win32") return;
  expect(start).toMatch(/\d/);
  expect(await processStart(deps, process.pid)).toBe(start);
  expect(await isSameProcess(deps, process.pid, "another time")).toBe(false);
});

test("a process that has ended is gone", async () => {
  const child = Bun.spawn([process.execPath, "-e", ""], { stdio: ["ignore", "ignore", "ignore"] });
  const start = await processStart(deps, child.pid);
  await child.exited;
  expect(await isSameProcess(deps, child.pid, start)).toBe(false);
});

test.skipIf(os !== "linux")("one that has ended, and whose parent has not noticed, is gone too", async () => {
  // The shell starts a child, becomes a program that never asks after it, and names it first.
  const parent = Bun.spawn(["/bin/sh", "-c", "true & echo $!; exec sleep 30"], { stdout: "pipe", stdin: "ignore" });
  try {
    const { value } = await parent.stdout.getReader().read();
    const pid = Number(new TextDecoder().decode(value));
    while (await isSameProcess(deps, pid, undefined)) await Bun.sleep(1);
    expect(await isSameProcess(deps, pid, undefined)).toBe(false);
  } finally {
    parent.kill("SIGKILL");
    await parent.exited;
  }
});

test("on macOS ps is asked, in one language and one time zone", async () => {
  const asked: unknown[] = [];
  const run = (command: readonly string[], options: unknown): Promise<RunResult> => {
    asked.push(command, options);
    return Promise.resolve({ exitCode: 0, stdout: "Sat Nov 21 06:00:00 2026\n", stderr: "" });
  };
  const mac = { os: "darwin", run } as const;
  expect(await processStart(mac, process.pid)).toBe("Sat Nov 21 06:00:00 2026");
  expect(asked[0]).toEqual(["ps", "-o", "lstart=", "-p", String(process.pid)]);
  expect(asked[1]).toMatchObject({ env: { LC_ALL: "C", TZ: "UTC" } });
  expect(await isSameProcess(mac, process.pid, "Sat Nov 21 06:00:00 2026")).toBe(true);
  expect(await isSameProcess(mac, process.pid, "Fri Nov 20 06:00:00 2026")).toBe(false);
});
