import { afterEach, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger } from "../../platform/log.ts";
import { testDeps } from "../../proxy/testing.ts";
import { withHookLog } from "./hook-log.ts";

const made: string[] = [];
const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), "mortar-hook-log-"));
  made.push(path);
  return path;
};
afterEach(() => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
});

test.each(["normal", "verbose"] as const)(
  "what a hook says is in the file too, all of it and, without secrets: %s",
  (level) => {
    const path = join(folder(), "hook.log");
    const said: string[] = [];
    const deps = withHookLog(testDeps({ log: createLogger(level, (line) => said.push(line)) }), path);
    deps.log.warn("refused Bearer abcdefghijklmnop");
    deps.log.debug("The proxy runs");
    const text = readFileSync(path, "utf8");
    expect(text).toContain("warning: refused Bearer ***");
    expect(text).toContain("debug: The proxy runs");
    expect(said.length).toBe(level === "verbose" ? 2 : 1);
    if (process.platform !== "win32") expect(statSync(path).mode & 0o777).toBe(0o600);
  },
);

test("a file that cannot be written is said, and the hook goes on", () => {
  const said: string[] = [];
  const deps = withHookLog(testDeps({ log: createLogger("normal", (line) => said.push(line)) }), folder());
  deps.log.warn("a word");
  expect(said.length).toBe(2);
  expect(said[0]).toContain("cannot be written");
});

test("without a file nothing changes", () => {
  const deps = testDeps();
  expect(withHookLog(deps, undefined)).toBe(deps);
});
