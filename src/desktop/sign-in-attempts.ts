// When a sign-in was last begun and not finished: an app that calls each minute must not open a browser each minute.
import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Deps } from "../platform/deps.ts";
import { MortarError } from "../platform/errors.ts";
import { writeAtomic } from "../platform/files.ts";

type AttemptDeps = Pick<Deps, "paths" | "clock">;

const pauseMs = 300_000;

function attemptFile({ paths }: AttemptDeps): string {
  return join(paths.run, "credential-helper.sign-in");
}

/** Throws `not_signed_in` while the last attempt, which nobody finished, is too young. */
export async function checkPause(deps: AttemptDeps): Promise<void> {
  const found = await stat(attemptFile(deps)).catch(() => undefined);
  const ageMs = found === undefined ? pauseMs : deps.clock.now() - found.mtimeMs;
  if (ageMs < 0 || ageMs >= pauseMs) return;
  throw new MortarError("not_signed_in", `A sign-in was begun ${Math.round(ageMs / 1_000)} s ago, and not finished`, {
    hint: "Sign in with mortar auth login, or start the app again in some minutes.",
  });
}

export async function begin(deps: AttemptDeps): Promise<void> {
  await writeAtomic(attemptFile(deps), "");
}

export async function end(deps: AttemptDeps): Promise<void> {
  await rm(attemptFile(deps), { force: true });
}
