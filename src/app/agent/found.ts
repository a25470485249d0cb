// Finds an agent's program and asks it for its version, once for each program and change of it.
import { stat } from "node:fs/promises";
import { findProgram } from "../../platform/programs.ts";
import type { EngineDeps, FoundEngine } from "./engine.ts";

const known = new Map<string, Promise<string | null>>();

/** Undefined where it is not on this machine. */
export async function findEngine(deps: EngineDeps, name: string): Promise<FoundEngine | undefined> {
  const program = findProgram(name, deps);
  if (program === undefined) return undefined;
  const changed = await stat(program).then(
    ({ mtimeMs, size }) => `${program}|${mtimeMs}|${size}`,
    () => program,
  );
  const version = known.get(changed) ?? askVersion(deps, program);
  known.set(changed, version);
  return { program, version: await version };
}

async function askVersion(deps: EngineDeps, program: string): Promise<string | null> {
  const { PATH = "", HOME = "", SYSTEMROOT = "" } = deps.env;
  const env = { PATH, HOME, SYSTEMROOT, NO_COLOR: "1" };
  const answer = await deps
    .run([program, "--version"], { env, timeoutMs: 20_000, group: true, maxOutputBytes: 10_000 })
    .catch(() => undefined);
  return /\d+\.\d+\.\d+[\w.-]*/.exec(answer?.stdout ?? "")?.[0] ?? null;
}
