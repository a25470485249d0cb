// Carries out what checks have found to mend: what is safe at once, the rest for whom a person says yes to.
import { redact } from "../platform/log.ts";
import { toMortarError } from "../platform/errors.ts";
import type { Fix } from "./check.ts";
import type { CheckResult } from "./run.ts";

export interface Mended {
  readonly id: string;
  readonly title: string;
  /** `left`: nobody said yes. `planned`: it was only asked what would be done. */
  readonly outcome: "done" | "left" | "failed" | "planned";
  readonly error: string | undefined;
}

export interface MendOptions {
  readonly agrees: (fix: Fix) => Promise<boolean>;
  readonly signal: AbortSignal;
  /** Say it, and do nothing. */
  readonly dryRun?: boolean;
}

const planned = { outcome: "planned", error: undefined } as const;

/** One after another, since several may change one file. Throws what `agrees` throws, and an abort. */
export async function mend(
  results: readonly CheckResult[],
  { agrees, signal, dryRun = false }: MendOptions,
): Promise<readonly Mended[]> {
  const mended: Mended[] = [];
  for (const { check, findings } of results) {
    for (const { fix } of findings) {
      if (fix === undefined) continue;
      signal.throwIfAborted();
      mended.push({ id: check.id, title: fix.title, ...(dryRun ? planned : await carryOut(fix, agrees)) });
    }
  }
  return mended;
}

async function carryOut(fix: Fix, agrees: (fix: Fix) => Promise<boolean>): Promise<Pick<Mended, "outcome" | "error">> {
  if (!fix.safe && !(await agrees(fix))) return { outcome: "left", error: undefined };
  try {
    await fix.apply();
    return { outcome: "done", error: undefined };
  } catch (thrown) {
    return { outcome: "failed", error: redact(toMortarError(thrown).message) };
  }
}
