// A child that goes on by itself: its output, its end, and the word to end.
import { afterEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startInBackground, type BackgroundChild } from "./background.ts";

const folder = mkdtempSync(join(tmpdir(), "mortar-background-"));
const logFile = join(folder, "logs", "child.log");
const env = { PATH: process.env["PATH"] ?? "" };
const started: BackgroundChild[] = [];
afterEach(() => {
  for (const child of started.splice(0)) if (child.exitCode() === undefined) child.end();
  rmSync(join(folder, "logs"), { recursive: true, force: true });
});

async function start(code: string): Promise<BackgroundChild> {
  const child = await startInBackground([process.execPath, "-e", code], { env, cwd: folder, logFile });
  started.push(child);
  return child;
}

async function until(found: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await found())) await new Promise((resolve) => setImmediate(resolve));
}

const log = (): Promise<string> => Bun.file(logFile).text();

test("writes into its log, and tells its exit code when it has ended", async () => {
  const child = await start('console.log("said"); process.exitCode = 3;');
  await until(() => child.exitCode() !== undefined);
  expect(child.exitCode()).toBe(3);
  expect(await log()).toBe("said\n");
});

test("lives until it is asked to end", async () => {
  const child = await start(
    'process.on("SIGTERM", () => process.exit(7)); setInterval(() => {}, 1000); console.log("up");',
  );
  await until(async () => (await log()) === "up\n");
  expect(child.exitCode()).toBeUndefined();
  child.end();
  await until(() => child.exitCode() !== undefined);
  expect(child.exitCode()).toBe(process.platform === "win32" ? 1 : 7);
});

test("a program that is not there is said not to be", async () => {
  const missing = startInBackground([join(folder, "nothing")], { env, cwd: folder, logFile });
  expect(await missing.catch((thrown: unknown) => thrown)).toMatchObject({ code: "not_found" });
});
