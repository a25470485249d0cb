// `databricks-claude doctor [--fix]`: the models that the state names beside those that the workspace has now.
import { readOldState, updateOldState } from "../../agents/older/state.ts";
import { checks } from "../../doctor/checks.ts";
import { createFacts } from "../../doctor/facts.ts";
import { runChecks } from "../../doctor/run.ts";
import { MortarError } from "../../platform/errors.ts";
import { surroundings } from "../doctor/surroundings.ts";
import { say, type OldBody } from "./agent-program.ts";
import type { doctorFlags } from "./command-flags.ts";
import { families, usualModels, workspaceFamilies, type FamilyModels } from "./families.ts";
import { chosenProfile, rememberPlace, withStateCli } from "./profile.ts";

type Verdict = "ok" | "drift" | "stale-legacy" | "unresolved" | "new";

/** A family that this person has no model of is no drift: nothing here could ever mend it. */
const fine: readonly Verdict[] = ["ok", "unresolved"];

export const run: OldBody<typeof doctorFlags> = async (context) => {
  const { flags, program, signal, build } = context;
  const state = await readOldState(context.deps, program.agent);
  const deps = withStateCli(context.deps, state);
  const profile = chosenProfile(flags.profile, state);
  const found = await workspaceFamilies(deps, { profile, version: build.version, signal });
  if (Object.keys(found).length === 0) {
    throw new MortarError("not_found", `The workspace of profile ${profile} has no Claude model for you`, {
      hint: "Ask for EXECUTE on one, then see: mortar models list",
    });
  }
  const known = state.models;
  const lines = families.map((family) => {
    const verdict = verdictOf(known?.[family], found[family], usualModels[family]);
    say(context, lineOf(family, verdict, { present: known?.[family] ?? usualModels[family], found: found[family] }));
    return verdict;
  });
  for (const line of await troubles(context, profile)) say(context, line);
  const drifted = lines.some((verdict) => !fine.includes(verdict));
  if (!flags.fix) {
    if (drifted) say(context, `To take over what the workspace has: ${program.name} doctor --fix`);
    return drifted ? 1 : 0;
  }
  const models: FamilyModels = { ...known, ...found };
  await rememberPlace(deps, program.agent, flags);
  await updateOldState(deps, program.agent, { models });
  say(context, "The models are remembered.");
  return 0;
};

function verdictOf(pinned: string | undefined, found: string | undefined, usual: string): Verdict {
  if (found === undefined) return "unresolved";
  const present = pinned ?? usual;
  if (present === found) return "ok";
  if (present.startsWith("databricks-") && !found.startsWith("databricks-")) return "stale-legacy";
  return pinned === undefined ? "new" : "drift";
}

function lineOf(
  family: string,
  verdict: Verdict,
  { present, found }: { readonly present: string; readonly found: string | undefined },
): string {
  const name = `${family.padEnd(6)} ${verdict.padEnd(12)}`;
  if (verdict === "ok") return `${name} ${present}`;
  return found === undefined ? `${name} ${present} stays; you have no model of it` : `${name} ${present} -> ${found}`;
}

/** What stops an agent whatever its models are. The rest is for `mortar doctor` to say. */
const vital: readonly string[] = [
  "configuration.files",
  "configuration.helper",
  "configuration.base-urls",
  "configuration.environment",
  "connectivity.proxy",
  "profile.environment",
  "proxy.running",
];

/** Lines for what is not well there. They change no exit code: that tells of models alone, as it always has. */
async function troubles(
  { deps, build, signal }: Parameters<OldBody<typeof doctorFlags>>[0],
  profile: string,
): Promise<readonly string[]> {
  const around = surroundings({ deps, build });
  const ended = new AbortController();
  const own = AbortSignal.any([signal, ended.signal]);
  const facts = createFacts(deps, { profile, version: build.version, signal: own });
  const wanted = checks.filter(({ id }) => vital.includes(id)).map((check) => ({ ...check, limitMs: vitalMs }));
  try {
    const results = await runChecks(wanted, { deps, around, facts, signal: own });
    return results.flatMap(({ findings }) =>
      findings
        .filter(({ state }) => state === "warn" || state === "fail")
        .map(({ seen, cure }) => `warning: ${seen}${cure === undefined ? "" : ` -> ${cure}`}`),
    );
  } finally {
    ended.abort();
  }
}

const vitalMs = 3_000;
