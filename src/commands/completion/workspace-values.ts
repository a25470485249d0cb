// Ids of the workspace's clusters, jobs and warehouses for completion: from the cache, renewed by a process of its own.
import { join } from "node:path";
import { cachedValues, createCache, type CompletionCache } from "../../completion/cache.ts";
import type { Candidate } from "../../completion/table.ts";
import { startInBackground } from "../../platform/background.ts";
import type { Deps } from "../../platform/deps.ts";
import { selfCommand } from "../../platform/process.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import { buildInfo } from "../../build-info.ts";
import type { LookUp } from "./sources.ts";

/** More than these no list of a shell can show. */
const limit = 1_000;
const renewalMs = 20_000;

type List = (workspace: Workspace, signal: AbortSignal) => Promise<readonly Candidate[]>;

const lists: Readonly<Record<string, List>> = {
  cluster: async ({ clusters }, signal) =>
    (await clusters.list({ limit, signal })).items.map(({ clusterId, clusterName, state }) => ({
      value: clusterId,
      description: `${clusterName} (${state.toLowerCase()})`,
    })),
  job: async ({ jobs }, signal) =>
    (await jobs.list({ limit, signal })).items.map(({ jobId, name }) => ({ value: jobId, description: name ?? "" })),
  warehouse: async ({ warehouses }, signal) =>
    (await warehouses.list({ limit, signal })).items.map(({ id, name, state }) => ({
      value: id,
      description: `${name} (${state.toLowerCase()})`,
    })),
};

/** The ids of a source: what the cache has, and what arrives before the deadline. None for a source that is unknown. */
export async function workspaceValues(deps: Deps, source: string, lookUp: LookUp): Promise<readonly Candidate[]> {
  if (!Object.hasOwn(lists, source)) return [];
  const profile = lookUp.line.flags.get("--profile")?.at(-1);
  return cachedValues({
    cache: cacheOf(deps),
    key: keyOf(deps, source, profile),
    renew: () => (lookUp.renew ?? renewElsewhere)(deps, [source, ...(profile === undefined ? [] : [profile])]),
    deadline: lookUp.deadline,
  });
}

/** The process that renews: fetches the values of `words` (source, profile) and keeps them. Throws what that throws. */
export async function renewValues(deps: Deps, words: readonly string[]): Promise<void> {
  const [source = "", profile] = words;
  const list = Object.hasOwn(lists, source) ? lists[source] : undefined;
  if (list === undefined) return;
  const signal = AbortSignal.timeout(renewalMs);
  const [{ openCredentials }, { createWorkspace }] = await Promise.all([
    import("../../auth/credentials.ts"),
    import("../../workspace/workspace.ts"),
  ]);
  const credentials = await openCredentials(deps, { profile, signal });
  const userAgent = { version: buildInfo.version, extra: [["completion", source]] as const };
  const candidates = await list(createWorkspace({ deps, credentials, userAgent }), signal);
  await cacheOf(deps).write(keyOf(deps, source, profile), candidates);
}

function cacheOf(deps: Deps): CompletionCache {
  return createCache({ folder: join(deps.paths.cache, "completion"), now: () => deps.clock.now() });
}

/** Whatever decides which workspace is asked, as whom. */
function keyOf({ env }: Deps, source: string, profile: string | undefined): string {
  const around = ["DATABRICKS_CONFIG_FILE", "DATABRICKS_CONFIG_PROFILE", "DATABRICKS_HOST"].map((name) => env[name]);
  return JSON.stringify([source, profile ?? null, ...around.map((value) => value ?? null)]);
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
