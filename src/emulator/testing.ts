// A world for unit tests: real state in a temporary folder, no server.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../platform/clock.ts";
import { runProcess } from "../platform/process.ts";
import { openWorld, type EmulatorDeps } from "./open-world.ts";
import type { World } from "./world.ts";

export interface TestWorld {
  readonly world: World;
  /** Fires the world's signal, closes it and deletes its folder. */
  dispose(): Promise<void>;
}

/** The Deps of a test: this machine's PATH and Python, nothing else of the person's environment. */
export function testDeps(): EmulatorDeps {
  const os = process.platform === "darwin" || process.platform === "win32" ? process.platform : "linux";
  const { PATH, Path, SystemRoot, HOME, TMPDIR, TEMP } = process.env;
  return { env: { PATH, Path, SystemRoot, HOME, TMPDIR, TEMP }, os, clock: systemClock, run: runProcess };
}

/**
 * A world over a new temporary folder. `overrides` replace its parts (`{ clock, python: async () => undefined }`); compute
 * starts at once unless `switches` say otherwise.
 */
export async function createTestWorld(overrides: Partial<World> = {}): Promise<TestWorld> {
  const folder = await mkdtemp(join(tmpdir(), "mortar-world-"));
  const stop = new AbortController();
  const deps = { ...testDeps(), ...(overrides.clock === undefined ? {} : { clock: overrides.clock }) };
  const switches = { clusterStartMs: 0, runStartMs: 0 };
  const opened = await openWorld({ folder, deps, switches, signal: stop.signal });
  return {
    world: { ...opened.world, ...overrides },
    dispose: async () => {
      stop.abort();
      await opened.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
