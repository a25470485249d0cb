// Values of the workspace for completion: from the cache, which a process of its own renews.
import { join } from "node:path";
import { cachedValues, createCache, type CompletionCache } from "../../completion/cache.ts";
import type { Candidate } from "../../completion/table.ts";
import { startInBackground } from "../../platform/background.ts";
import type { Deps } from "../../platform/deps.ts";
import { selfCommand } from "../../platform/process.ts";
import { buildInfo } from "../../build-info.ts";
import type { LookUp } from "./sources.ts";
import { stepOf, type Step } from "./steps.ts";

const renewalMs = 20_000;

/** Every list there is; the lists themselves are loaded by the process that renews. */
const listNames = [
  "cluster",
  "job",
  "run",
  "policy",
  "node-type",
  "spark-version",
  "warehouse",
  "pipeline",
  "dashboard",
  "genie-space",
  "catalog",
  "schema",
  "table",
  "folder",
  "model",
] as const;
export type ListName = (typeof listNames)[number];

/** Whoever looks for a run often looks for the one that has just begun. */
const soonOld: Readonly<Record<string, { readonly freshMs: number; readonly attemptMs: number }>> = {
  run: { freshMs: 10_000, attemptMs: 5_000 },
};

/**
 * The values of a kind that fit what is typed, as whole words: what the cache has, and what arrives before the deadline.
 * None for a kind that no workspace has.
 */
export async function workspaceValues(deps: Deps, kind: string, lookUp: LookUp): Promise<readonly Candidate[]> {
  const step = stepOf(kind, lookUp.line.typed);
  if (step === undefined || !listNames.some((name) => name === step.list)) return [];
  const { list, scope, before, behind } = step;
  const { flags } = lookUp.line;
  // Before an agent that has a --profile of its own, ours has its longer name.
  const profile = (flags.get("--databricks-profile") ?? flags.get("--profile"))?.at(-1);
  const values = await cachedValues({
    cache: cacheOf(deps, list),
    key: keyOf(deps, step, profile),
    renew: () => (lookUp.renew ?? renewElsewhere)(deps, [list, scope, ...(profile === undefined ? [] : [profile])]),
    deadline: lookUp.deadline,
  });
  return values.map((candidate) => ({
    ...candidate,
    value: `${before}${candidate.value}${behind}`,
    ...(behind === "" ? {} : { partial: true }),
  }));
}

/** The process that renews: fetches the values of `words` (list, scope, profile) and keeps them. Throws what that throws. */
export async function renewValues(deps: Deps, words: readonly string[]): Promise<void> {
  const [name = "", scope = "", profile] = words;
  const { findList } = await import("./workspace-lists.ts");
  const list = findList(name);
  if (list === undefined) return;
  const signal = AbortSignal.timeout(renewalMs);
  const [{ openCredentials }, { createWorkspace }] = await Promise.all([
    import("../../auth/credentials.ts"),
    import("../../workspace/workspace.ts"),
  ]);
  const credentials = await openCredentials(deps, { profile, signal });
  const userAgent = { version: buildInfo.version, extra: [["completion", name]] as const };
  const workspace = createWorkspace({ deps, credentials, userAgent });
  const candidates = await list({ deps, credentials, workspace, scope, signal });
  await cacheOf(deps, name).write(keyOf(deps, { list: name, scope }, profile), candidates);
}

function cacheOf(deps: Deps, list: string): CompletionCache {
  const ages = Object.hasOwn(soonOld, list) ? soonOld[list] : undefined;
  return createCache({ folder: join(deps.paths.cache, "completion"), now: () => deps.clock.now(), ...ages });
}

/** Whatever decides which workspace is asked for what, as whom. */
function keyOf({ env }: Deps, { list, scope }: Pick<Step, "list" | "scope">, profile: string | undefined): string {
  const around = ["DATABRICKS_CONFIG_FILE", "DATABRICKS_CONFIG_PROFILE", "DATABRICKS_HOST"].map((name) => env[name]);
  return JSON.stringify([list, scope, profile ?? null, ...around.map((value) => value ?? null)]);
}

/** Starts the process that renews, and waits for its end: it goes on when the prompt does not wait that long. */
async function renewElsewhere(deps: Deps, words: readonly string[]): Promise<void> {
  const child = await startInBackground([...selfCommand(), "__complete", "--renew", ...words], {
    env: deps.env,
    cwd: deps.cwd,
    logFile: join(deps.paths.cache, "completion", "renew.log"),
  });
  while (child.exitCode() === undefined) await deps.clock.sleep(5);
}
