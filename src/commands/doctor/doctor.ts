// `mortar doctor`.
import { confirm } from "../../cli/confirm.ts";
import type { CommandContext, Run } from "../../cli/context.ts";
import type { CommandResult } from "../../cli/spec.ts";
import type { Fix } from "../../doctor/check.ts";
import { checks } from "../../doctor/checks.ts";
import { createFacts } from "../../doctor/facts.ts";
import { mend, type Mended } from "../../doctor/mend.ts";
import { runChecks, type CheckResult } from "../../doctor/run.ts";
import { selfTest } from "../../doctor/self-test.ts";
import { errorKinds, isAbort } from "../../platform/errors.ts";
import { endWithin } from "../../platform/exit.ts";
import { selfCommand } from "../../platform/process.ts";
import { chooseProfile } from "../agent/profile.ts";
import { countStates, footLines, mendedLines, resultLines, stepLines, type Look } from "./lines.ts";
import { surroundings } from "./surroundings.ts";
import type { doctorFlags } from "./table.ts";

type Context = CommandContext<typeof doctorFlags>;

export const run: Run<typeof doctorFlags> = async (context) => {
  if (context.flags["self-test"]) return testItself(context);
  const profile = await profileOf(context);
  const first = await look(context, profile);
  if (!context.flags.fix) return result(context, { profile, results: first, mended: undefined });
  const mended = await mendAll(context, first);
  const isChanged = mended.some(({ outcome }) => outcome === "done" || outcome === "failed");
  return result(context, { profile, results: isChanged ? await look(context, profile) : first, mended });
};

/** The profile that agents are on. One that is not there, or a file in disorder, is for the checks to say. */
async function profileOf({ deps, profile }: Context): Promise<string> {
  const silent = { ...deps, log: { ...deps.log, warn: () => undefined } };
  return chooseProfile(silent, profile).catch((thrown: unknown) => {
    if (isAbort(thrown)) throw thrown;
    return profile ?? "DEFAULT";
  });
}

async function look(context: Context, profile: string): Promise<readonly CheckResult[]> {
  const { flags, progress, signal } = context;
  const deps = { ...context.deps, log: { ...context.deps.log, warn: context.deps.log.debug } };
  const wanted = flags.only.length === 0 ? checks : checks.filter(({ group }) => flags.only.includes(group));
  const ended = new AbortController();
  const own = AbortSignal.any([signal, ended.signal]);
  const around = surroundings(context);
  const facts = createFacts(deps, { profile, version: around.version, signal: own });
  try {
    const onProgress = (done: number, all: number): void => progress.show("Looking", done, all);
    onProgress(0, wanted.length);
    return await runChecks(wanted, { deps, around, facts, signal: own, onProgress });
  } finally {
    // What was asked and is not waited for any more must not hold the process.
    ended.abort();
    progress.clear();
  }
}

async function mendAll(context: Context, results: readonly CheckResult[]): Promise<readonly Mended[]> {
  const { deps, flags, signal } = context;
  const canAsk = deps.stdin.isTTY && deps.stderr.isTTY;
  const agrees = async (fix: Fix): Promise<boolean> => {
    if (flags.yes) return true;
    if (!canAsk) return false;
    return confirm(deps, { question: `${fix.title}?`, unasked: "Mending this needs --yes", flag: "--yes", signal });
  };
  return mend(results, { agrees, signal, dryRun: flags["dry-run"] });
}

interface Seen {
  readonly profile: string;
  readonly results: readonly CheckResult[];
  /** undefined where nothing was to be mended. */
  readonly mended: readonly Mended[] | undefined;
}

/** For what has been printed to go out. */
const lastWordsMs = 2_000;

function result(context: Context, { profile, results, mended }: Seen): CommandResult {
  const counts = countStates(results);
  const exit = counts.fail === 0 ? 0 : errorKinds.check_failed.exit;
  // A read from a disk that does not answer cannot be given up, and would hold the process.
  if (results.some(({ late }) => late)) endWithin(lastWordsMs, exit);
  const seen = lookOf(context);
  const isMendable =
    mended === undefined && results.some(({ findings }) => findings.some(({ fix }) => fix !== undefined));
  const left = mended?.some(({ outcome }) => outcome === "left") === true;
  const next = [
    ...(isMendable ? ["To mend what can be mended by itself: mortar doctor --fix"] : []),
    ...(left ? ["To mend what was left: mortar doctor --fix --yes"] : []),
  ];
  const lines = [
    ...(mended === undefined ? [] : mendedLines(mended, seen)),
    ...resultLines(results, seen),
    ...footLines(counts, next, seen),
  ];
  return {
    data: {
      profile,
      ok: counts.fail === 0,
      counts,
      findings: results.flatMap(({ check, findings }) => findings.map((one) => findingData(check, one))),
      mended: mended ?? null,
    },
    text: `${lines.join("\n")}\n`,
    ...(exit === 0 ? {} : { exit }),
  };
}

function findingData(
  { id, group, title }: CheckResult["check"],
  { state, seen, cure, fix }: CheckResult["findings"][number],
): Record<string, unknown> {
  return {
    id,
    group,
    title,
    state,
    seen,
    cure: cure ?? null,
    fix: fix === undefined ? null : { title: fix.title, safe: fix.safe },
  };
}

function lookOf({ deps }: Context): Look {
  const { isTTY, width, colour } = deps.stdout;
  return { width: isTTY ? width : Number.POSITIVE_INFINITY, colour };
}

async function testItself(context: Context): Promise<CommandResult> {
  const { deps, signal, progress } = context;
  const steps = await selfTest({ deps, self: selfCommand(), signal, onStep: (title) => progress.show(title) });
  progress.clear();
  const failed = steps.filter(({ error }) => error !== undefined).length;
  const tookMs = steps.reduce((sum, one) => sum + one.tookMs, 0);
  const end =
    failed === 0
      ? `All ${steps.length} steps work; ${tookMs} ms. Nothing is left behind.`
      : `${failed} of ${steps.length} steps failed.`;
  return {
    data: {
      ok: failed === 0,
      took_ms: tookMs,
      steps: steps.map(({ title, tookMs: ms, seen, error }) => ({
        title,
        ok: error === undefined,
        took_ms: ms,
        seen: seen ?? null,
        error: error ?? null,
      })),
    },
    text: `${[...stepLines(steps, lookOf(context)), "", end].join("\n")}\n`,
    ...(failed === 0 ? {} : { exit: errorKinds.check_failed.exit }),
  };
}
