// For this room's tests: a home of its own on this machine's real network and clock, and the program to start there.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Deps } from "../../platform/deps.ts";
import { createLogger } from "../../platform/log.ts";
import { resolvePaths } from "../../platform/paths.ts";
import { isAlive } from "../../platform/process.ts";
import { testDeps } from "../testing.ts";
import { readRecord } from "./record.ts";

/** Starts this program from its source. */
export const words: readonly [string, ...string[]] = [process.execPath, join(import.meta.dir, "..", "..", "main.ts")];

export interface TestHome extends AsyncDisposable {
  readonly deps: Deps;
  readonly home: string;
  /** What was said on stderr. */
  readonly said: string[];
}

/** A home folder with nothing in it. Whatever proxy runs there is ended with it. */
export async function testHome(parts: Partial<Deps> = {}): Promise<TestHome> {
  const home = await mkdtemp(join(tmpdir(), "mortar-proxy-"));
  const env = { HOME: home, USERPROFILE: home, MORTAR_HOME: join(home, "mortar"), PATH: process.env["PATH"] };
  const os = process.platform === "darwin" || process.platform === "win32" ? process.platform : "linux";
  const said: string[] = [];
  const deps = testDeps({
    env,
    os,
    cwd: home,
    paths: resolvePaths(env, os),
    log: createLogger("normal", (line) => said.push(line)),
    ...parts,
  });
  return {
    deps,
    home,
    said,
    [Symbol.asyncDispose]: async () => {
      const record = await readRecord(deps).catch(() => undefined);
      if (record !== undefined && record.pid !== process.pid && isAlive(record.pid))
        process.kill(record.pid, "SIGKILL");
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** Waits until the condition holds; fails by the test's own time limit when it never does. */
export async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) await Bun.sleep(5);
}

/** Lets everything else happen that can happen now. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
