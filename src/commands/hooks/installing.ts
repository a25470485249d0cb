// Putting hooks into agents' settings and taking them back, for the commands of today and of older names.
import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { hookAgents } from "../../agents/hooks/hook-agents.ts";
import { ownerOf, type HookedAgent, type HookEdit, type HookPlan, type HookTarget } from "../../agents/hooks/plan.ts";
import type { Deps } from "../../platform/deps.ts";
import { applyEdit, applyFile, listEdits, revertEdits, type EditRequest } from "../../platform/edits/edits.ts";
import { readKey } from "../../proxy/lifecycle/local-key.ts";
import { rememberPort } from "../../proxy/lifecycle/port.ts";
import { proxyTarget } from "../../setup/target.ts";

export interface InstallRequest {
  readonly agents: readonly HookedAgent[];
  readonly profile: string;
  readonly port: number | undefined;
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
}

export interface ChangedFile {
  readonly agent: HookedAgent;
  readonly file: string;
  readonly status: "written" | "unchanged" | "restored" | "removed";
  /** Values that stay, since they are no longer as they were written. */
  readonly kept?: number;
}

export interface Installed {
  readonly target: HookTarget;
  readonly files: readonly ChangedFile[];
  readonly notes: readonly string[];
}

/** Throws `config_invalid` for settings that cannot be understood (they are left as they are), `already_exists`, `io`. */
export async function installHooks(deps: Deps, request: InstallRequest): Promise<Installed> {
  const { agents, dryRun } = request;
  const target = await targetOf(deps, request);
  const files: ChangedFile[] = [];
  const notes: string[] = [];
  for (const agent of agents) {
    const plan = await hookAgents[agent].plan(deps, target);
    const owner = ownerOf(agent);
    // It leads there too, and would take that away when it ends.
    if (agent === "claude" && !dryRun) await revertEdits(deps, sessionOwner);
    for (const edit of plan.edits) {
      files.push({ agent, ...(await applyEdit(deps, { ...(await cleaned(deps, owner, edit)), owner, dryRun })) });
    }
    for (const file of plan.files) files.push({ agent, ...(await applyFile(deps, { ...file, owner, dryRun })) });
    if (!dryRun) await removeLeftovers(plan);
    notes.push(...plan.notes);
  }
  const present = await readKey(deps);
  if (present !== undefined && present.reveal() !== target.key.reveal()) {
    notes.push("The proxy that runs was started with a key of its own: sessions by hooks work when it has ended.");
  }
  return { target, files: files.filter((one) => agents.length > 0 && one.status !== "unchanged"), notes };
}

/** Takes them back, and what older programs left. Throws as `installHooks`. */
export async function uninstallHooks(
  deps: Deps,
  agents: readonly HookedAgent[],
  { dryRun }: { readonly dryRun: boolean },
): Promise<readonly ChangedFile[]> {
  const files: ChangedFile[] = [];
  for (const agent of agents) {
    const owner = ownerOf(agent);
    const reverted = [...(await revertEdits(deps, owner, { dryRun }))];
    if (agent === "claude") reverted.push(...(await revertEdits(deps, writtenOwner, { dryRun })));
    files.push(...reverted.map((one) => ({ agent, ...one })));
    const older = await hookAgents[agent].clean(deps);
    for (const edit of older.edits) {
      const { file, status } = await applyEdit(deps, { ...(await cleaned(deps, owner, edit)), owner, dryRun });
      if (!reverted.some((one) => one.file === file)) files.push({ agent, file, status });
    }
    if (!dryRun) await removeLeftovers(older);
  }
  return files.filter(({ status, kept = 0 }) => status !== "unchanged" || kept > 0);
}

/** A session of `serve --session-mode`, and `config write`, both of databricks-claude: they change the same settings. */
export const sessionOwner = "session-mode";
export const writtenOwner = "config-write";

async function cleaned(deps: Deps, owner: string, edit: HookEdit): Promise<Omit<EditRequest, "owner">> {
  const { orphans, ...request } = edit;
  const others = (await listEdits(deps)).some((one) => one.file === edit.file && one.owner !== owner);
  if (others || orphans === undefined) return request;
  return { ...request, clean: (text) => orphans(request.clean?.(text) ?? text) };
}

/** Where the proxy is for settings that are written now. It need not run. */
export async function targetOf(
  deps: Deps,
  { profile, port, dryRun, signal }: Omit<InstallRequest, "agents">,
): Promise<HookTarget> {
  if (port !== undefined && !dryRun) await rememberPort(deps, port);
  return (await proxyTarget(deps, { profile, port, planned: false, signal })).target;
}

async function removeLeftovers({ leftovers }: Pick<HookPlan, "leftovers">): Promise<void> {
  for (const path of leftovers) {
    await rm(path, { force: true });
    // The folder of an older plugin held nothing else.
    if (path.endsWith("index.js")) await rm(dirname(path), { recursive: false }).catch(() => undefined);
  }
}
