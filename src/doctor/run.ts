// Runs checks side by side, each with a limit, and gives what they found in the order of the table.
import { toMortarError } from "../platform/errors.ts";
import { redact } from "../platform/log.ts";
import type { Deps } from "../platform/deps.ts";
import type { Check, CheckContext, Finding, Surroundings } from "./check.ts";
import type { Facts } from "./facts.ts";
import { endingWith } from "./children.ts";
import { fail, skip } from "./check.ts";

export interface CheckResult {
  readonly check: Check;
  readonly findings: readonly Finding[];
  /** It had not ended by its limit, and may hold something still. */
  readonly late: boolean;
}

export interface RunOptions {
  readonly deps: Deps;
  readonly around: Surroundings;
  readonly facts: Facts;
  readonly signal: AbortSignal;
  /** Told after each check that has ended. */
  readonly onProgress?: ((done: number, all: number) => void) | undefined;
}

/** How long a check may take, in milliseconds. */
export const usualLimitMs = 10_000;

/** One result a check, in the order given. What a check throws is what it found. Throws an abort alone. */
export async function runChecks(checks: readonly Check[], options: RunOptions): Promise<readonly CheckResult[]> {
  const running = new Map<string, Promise<readonly Finding[]>>();
  const late = new Set<Check>();
  const known = new Map(checks.map((check) => [check.id, check]));
  let done = 0;
  const start = (check: Check): Promise<readonly Finding[]> => {
    const present = running.get(check.id);
    if (present !== undefined) return present;
    const needed = (check.needs ?? []).flatMap((id) => known.get(id) ?? []);
    const work = (async () => {
      for (const other of needed) {
        const stops = (await start(other)).some(({ state }) => state === "fail" || state === "skip");
        if (stops) return [skip(`not looked at, since "${other.title}" does not pass`)];
      }
      return runOne(check, options, () => late.add(check));
    })();
    running.set(check.id, work);
    return work;
  };
  return Promise.all(
    checks.map(async (check) => {
      const findings = await start(check);
      options.signal.throwIfAborted();
      done += 1;
      options.onProgress?.(done, checks.length);
      return { check, findings, late: late.has(check) };
    }),
  );
}

async function runOne(
  check: Check,
  { deps, around, facts, signal }: RunOptions,
  onLate: () => void,
): Promise<readonly Finding[]> {
  const limitMs = check.limitMs ?? usualLimitMs;
  const ended = new AbortController();
  const own = AbortSignal.any([signal, ended.signal]);
  const bound = { ...deps, run: endingWith(deps.run, own) };
  const late = Promise.withResolvers<readonly Finding[]>();
  const timer = setTimeout(() => {
    onLate();
    late.resolve([
      fail(`did not answer in ${Math.round(limitMs / 1_000)} s`, "Run mortar doctor again with --verbose."),
    ]);
    ended.abort();
  }, limitMs);
  const onAbort = (): void => late.reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([late.promise, work(check, { deps: bound, around, facts, signal: own })]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
    ended.abort();
  }
}

async function work(check: Check, context: CheckContext): Promise<readonly Finding[]> {
  try {
    const found = await check.run(context);
    return [found].flat().map(clean);
  } catch (thrown) {
    const { message, hint } = toMortarError(thrown);
    return [clean(fail(message, hint))];
  }
}

/** Nothing that a check has seen may hold a credential. */
function clean(finding: Finding): Finding {
  const { seen, cure } = finding;
  return { ...finding, seen: redact(seen), cure: cure === undefined ? undefined : redact(cure) };
}
