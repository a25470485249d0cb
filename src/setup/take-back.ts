// Takes back what setup, hooks and skills have written, and with the last agent all else that is ours on this machine.
import { basename } from "node:path";
import { takeBackReady, type AppliedFile } from "../agents/ready/apply.ts";
import { managedAgents } from "../agents/ready/catalog.ts";
import type { ManagedAgentId } from "../agents/ready/types.ts";
import type { Deps } from "../platform/deps.ts";
import { listEdits } from "../platform/edits/edits.ts";
import { MortarError, toMortarError } from "../platform/errors.ts";
import { withLock } from "../platform/lock.ts";
import { findProxy } from "../proxy/lifecycle/find.ts";
import { serviceFile, uninstallService } from "../proxy/lifecycle/service/service.ts";
import { stopProxy } from "../proxy/lifecycle/stop.ts";
import { removeSkills, type SkillChange } from "../skills/manage.ts";
import { readRecord as readSkills, type InstalledSkill } from "../skills/record.ts";
import { forgetAgents } from "./lasting.ts";
import { skillsToTake } from "./skill-folders.ts";
import { takeOrphans, takeStrayServers } from "./servers.ts";
import { foldersToMake, leaveNoTrace, ownRemains, removeRemains, signOutAll, type Remains } from "./remains.ts";

export interface TakeBackRequest {
  /** undefined for every agent, and all else. */
  readonly agents: readonly ManagedAgentId[] | undefined;
  readonly signOut: boolean;
  readonly dryRun: boolean;
  readonly version: string;
  readonly signal: AbortSignal;
  /** What rooms beside this one have put into other programs; it goes when everything goes. */
  readonly others?: Others;
}

export interface Others {
  /** On whose behalf it is on record. */
  readonly owners: readonly string[];
  takeBack(options: { readonly dryRun: boolean }): Promise<readonly AppliedFile[]>;
}

export interface TakenBack {
  readonly files: readonly AppliedFile[];
  readonly skills: readonly SkillChange[];
  /** The process id of the proxy that was ended, or would be. */
  readonly proxyPid: number | undefined;
  /** The file of the service. */
  readonly service: string | undefined;
  /** Files and folders of our own that are removed; none as long as an agent is left. */
  readonly removed: readonly string[];
  readonly kept: readonly { readonly what: string; readonly why: string }[];
  readonly signedOut: readonly string[];
}

const waitMs = 120_000;

/** Throws `io`, `timeout`, and `config_invalid` for a record of ours that cannot be understood. */
export async function takeBack(deps: Deps, request: TakeBackRequest): Promise<TakenBack> {
  const { signal, dryRun } = request;
  // Looking makes folders of ours, where there are none.
  const fresh = foldersToMake([deps.paths.data, deps.paths.cache]);
  const work = async (): Promise<{ readonly taken: TakenBack; readonly remains: Remains | undefined }> => {
    // By the records, which go with the settings.
    const isGoing = await skillsToTake(deps, request.agents);
    const files = await takenFiles(deps, request);
    const skills = await takenSkills(deps, request, isGoing);
    const left = await ownersLeft(deps, request, files);
    const kept = left.map((owner) => ({ what: owner, why: "its settings are still ours" }));
    if (request.agents !== undefined && left.length > 0) {
      if (!dryRun) await forgetAgents(deps, request.agents);
      return { taken: { ...nothing, files, skills, kept }, remains: undefined };
    }
    if (left.length > 0) return { taken: { ...nothing, files, skills, kept }, remains: undefined };
    const { proxyPid, service } = await endProcesses(deps, request);
    const signedOut = request.signOut ? await signOutAll(deps, { dryRun, signal }) : [];
    const remains = await ownRemains(deps, { signOut: request.signOut });
    return { taken: { ...nothing, files, skills, proxyPid, service, signedOut, kept: remains.kept }, remains };
  };
  const { taken, remains } = dryRun
    ? await work()
    : await withLock(deps.paths.run, "setup", { clock: deps.clock, signal, waitMs }, work).catch((thrown: unknown) => {
        throw unwritable(thrown);
      });
  if (dryRun) await leaveNoTrace(deps, fresh);
  if (remains === undefined) return taken;
  // The lock lies in one of the folders that go.
  if (!dryRun) await removeRemains(deps, { paths: remains.paths, folders: [...remains.folders, ...fresh] });
  return { ...taken, removed: remains.paths };
}

/** Elsewhere there is no record of what is to be taken back: another place for our files is no way out here. */
function unwritable(thrown: unknown): unknown {
  if (!(thrown instanceof MortarError) || thrown.code !== "io") return thrown;
  const hint = `Mortar's folder has to be writable for that. ${thrown.hint ?? "Look at the disk that it is on, and run the command again."}`;
  return new MortarError("io", thrown.message, { hint, cause: thrown });
}

const nothing: TakenBack = {
  files: [],
  skills: [],
  proxyPid: undefined,
  service: undefined,
  removed: [],
  kept: [],
  signedOut: [],
};

async function takenFiles(deps: Deps, { agents, dryRun, others }: TakeBackRequest): Promise<readonly AppliedFile[]> {
  const files: AppliedFile[] = [];
  if (agents === undefined && others !== undefined) files.push(...(await others.takeBack({ dryRun })));
  for (const id of agents ?? [undefined]) files.push(...(await takeBackReady(deps, id, { dryRun })));
  const orphans = await takeOrphans(deps, agents, { dryRun });
  const stray = [...orphans, ...(await takeStrayServers(deps, agents, { dryRun }))];
  // In a dry run those on record are still there.
  files.push(...stray.filter(({ file }) => !dryRun || !files.some((one) => one.file === file)));
  return files.filter(({ status, kept }) => status !== "unchanged" || kept > 0);
}

async function takenSkills(
  deps: Deps,
  { dryRun, signal, version }: TakeBackRequest,
  isGoing: (skill: InstalledSkill) => boolean,
): Promise<readonly SkillChange[]> {
  if ((await readSkills(deps)).size === 0) return [];
  return removeSkills(isGoing, { deps, signal, dryRun, version });
}

/** On whose behalf something is still on record when the agents are gone. */
async function ownersLeft(
  deps: Deps,
  { agents, dryRun, others }: TakeBackRequest,
  files: readonly AppliedFile[],
): Promise<readonly string[]> {
  const owners = [...new Set((await listEdits(deps)).map(({ owner }) => owner))];
  if (!dryRun) return owners.map(titleOfOwner);
  const failed = files.some(({ status }) => status === "failed");
  const isGoing = (owner: string): boolean => {
    if (agents === undefined && others?.owners.includes(owner) === true) return !failed;
    const match = /^(?:setup|hooks)-([a-z]+)(?::|$)/.exec(owner);
    const id = owner === "config-write" ? "claude" : match?.[1];
    return id !== undefined && !failed && (agents === undefined || agents.some((one) => one === id));
  };
  return owners.filter((owner) => !isGoing(owner)).map(titleOfOwner);
}

function titleOfOwner(owner: string): string {
  const id = /^(?:setup|hooks)-([a-z]+)/.exec(owner)?.[1];
  if (owner === "desktop") return "Claude Desktop (mortar desktop uninstall takes it back)";
  return managedAgents.find((agent) => agent.id === id)?.title ?? basename(owner);
}

async function endProcesses(
  deps: Deps,
  { dryRun, signal }: TakeBackRequest,
): Promise<Pick<TakenBack, "proxyPid" | "service">> {
  if (dryRun) {
    const [running, service] = await Promise.all([findProxy(deps, signal), serviceFile(deps)]);
    return { proxyPid: running?.record.pid, service };
  }
  const service = await uninstallService(deps, signal).catch((thrown: unknown) => {
    signal.throwIfAborted();
    deps.log.warn(`The service stays: ${toMortarError(thrown).message}`);
    return undefined;
  });
  const { pid } = await stopProxy(deps, { now: true, signal });
  return { proxyPid: pid, service };
}
