// Making an agent ready and taking it back: the plan of the agent, carried out by the one module that edits others' files.
import { readlink, realpath, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve, sep } from "node:path";
import { applyAll, listEdits, revertEdits, type Everything, type FileChange } from "../../platform/edits/edits.ts";
import { MortarError } from "../../platform/errors.ts";
import type { HookEdit } from "../hooks/plan.ts";
import type { ManagedAgent, ManagedAgentId, ReadyDeps, ReadyPlan, Scope, Wish } from "./types.ts";

export interface AppliedFile {
  readonly file: string;
  readonly status: "written" | "unchanged" | "restored" | "removed" | "failed";
  /** Values that stay, since they are no longer as they were written. */
  readonly kept: number;
  /** Why it is as it was, with `failed`. */
  readonly reason?: string;
}

export interface Applied {
  readonly files: readonly AppliedFile[];
  readonly notes: readonly string[];
}

interface Options {
  readonly dryRun: boolean;
}

/** On whose behalf the changes for an agent are on record: `setup-claude`, `setup-claude:/home/me/project`. */
export function ownerOf(id: ManagedAgentId, scope: Scope): string {
  return scope.kind === "home" ? `setup-${id}` : `setup-${id}:${scope.folder}`;
}

/**
 * Makes the agent ready: all of its files or none. What an earlier setup wanted and this one does not is taken back, and
 * so is what `mortar hooks install` did for it. Throws `config_invalid` for a file that cannot be understood,
 * `already_exists`, `conflict` for a file that git tracks, `usage` for a mode or scope that the agent has not, `io`.
 */
export async function applyReady(
  deps: ReadyDeps,
  agent: ManagedAgent,
  wish: Wish,
  { dryRun }: Options,
): Promise<Applied> {
  const { all, plan, notes } = await everything(deps, agent, wish);
  const changes = await applyAll(deps, { ...all, dryRun });
  if (!dryRun) for (const path of plan.leftovers) await rm(path, { force: true });
  return { files: changes.map(statusOf), notes };
}

/** Each file as it is and as it would be, where the two differ. Secrets stand in them. Throws as `applyReady`. */
export async function previewReady(
  deps: ReadyDeps,
  agent: ManagedAgent,
  wish: Wish,
): Promise<readonly Pick<FileChange, "file" | "before" | "after">[]> {
  const { all } = await everything(deps, agent, wish);
  const changes = await applyAll(deps, { ...all, dryRun: true });
  return changes
    .filter(({ before, after }) => before !== after)
    .map(({ file, before, after }) => ({ file, before, after }));
}

/**
 * Takes back all that was done for the agent, in every scope, by setup and by hooks; for all agents without an id. A file
 * that cannot be taken back is named with the reason, and the others are taken back.
 */
export async function takeBackReady(
  deps: ReadyDeps,
  id: ManagedAgentId | undefined,
  { dryRun }: Options,
): Promise<readonly AppliedFile[]> {
  const owners = new Set((await listEdits(deps)).map(({ owner }) => owner));
  const files: AppliedFile[] = [];
  for (const owner of [...owners].toReversed().filter((one) => isFor(one, id))) {
    const failed: AppliedFile[] = [];
    const onFailure = (file: string, error: MortarError): void =>
      void failed.push({ file, status: "failed", kept: 0, reason: error.message });
    files.push(...(await revertEdits(deps, owner, { dryRun, onFailure })), ...failed);
  }
  return files;
}

/** Whether an owner on record stands for the agent; `config-write` is what older programs' command wrote for Claude Code. */
function isFor(owner: string, id: ManagedAgentId | undefined): boolean {
  const match = /^(?:setup|hooks)-([a-z]+)(?::|$)/.exec(owner);
  const agent = owner === "config-write" ? "claude" : match?.[1];
  return agent !== undefined && (id === undefined || agent === id);
}

async function everything(
  deps: ReadyDeps,
  agent: ManagedAgent,
  wish: Wish,
): Promise<{ readonly all: Everything; readonly plan: ReadyPlan; readonly notes: readonly string[] }> {
  check(agent, wish);
  const plan = await agent.plan(deps, wish);
  if (wish.scope.kind === "project") {
    for (const { file } of [...plan.edits, ...plan.files]) await checkInside(file, wish.scope.folder);
  }
  const owner = ownerOf(agent.id, wish.scope);
  const replaces = wish.scope.kind === "home" ? replacedBy(agent.id) : [];
  const notes = [...plan.notes];
  const edits: Everything["edits"][number][] = [];
  for (const edit of plan.edits) {
    const { secret, ...open } = await withClean(deps, edit);
    const isLoose = secret === true && (await isReadable(deps, edit.file));
    if (isLoose) notes.push(looseNote(edit.file));
    edits.push(isLoose || secret === undefined ? open : { ...open, secret });
  }
  return { all: { owner, edits, files: plan.files, replaces }, plan, notes };
}

function check({ title, modes, scopes }: ManagedAgent, { mode, scope }: Wish): void {
  if (!modes.includes(mode)) {
    throw new MortarError("usage", `${title} cannot be set up in the mode ${mode}`, {
      hint: `It has ${modes.join(", ")}.`,
    });
  }
  if (!scopes.includes(scope.kind)) {
    throw new MortarError("usage", `${title} has no settings of a project`, { hint: "Set it up in the home folder." });
  }
}

/** A link in a repository of somebody else must not lead what is written for it to other places. */
async function checkInside(file: string, folder: string): Promise<void> {
  // What is written for a project may lie in the home too, by its own name.
  if (!file.startsWith(folder + sep)) return;
  const [real, root] = await Promise.all([realPlace(file), realPlace(folder)]);
  if (real.startsWith(root + sep)) return;
  throw new MortarError("conflict", `${file} leads out of the project, to ${real}`, {
    hint: "Look at the links in the project. To change settings of your own, set up in the home folder.",
  });
}

/** Where a file is or would be, all links followed. */
async function realPlace(path: string, depth = 0): Promise<string> {
  const found = await realpath(path).catch(() => undefined);
  if (found !== undefined || dirname(path) === path) return found ?? path;
  const folder = await realPlace(dirname(path), depth);
  const link = depth < mostLinks ? await readlink(path).catch(() => undefined) : undefined;
  return link === undefined ? join(folder, basename(path)) : realPlace(resolve(folder, link), depth + 1);
}

// As many as Linux follows.
const mostLinks = 40;

/** They want the same of the same files. */
function replacedBy(id: ManagedAgentId): readonly string[] {
  return [`hooks-${id}`, ...(id === "claude" ? ["config-write", "session-mode"] : [])];
}

/** What is ours and on nobody's record goes too, where nobody else of us has the file on record. */
async function withClean(deps: ReadyDeps, edit: HookEdit): Promise<Everything["edits"][number]> {
  const { orphans, ...request } = edit;
  const others = (await listEdits(deps)).some((one) => one.file === edit.file);
  if (orphans === undefined || others) return request;
  return { ...request, clean: (text) => orphans(request.clean?.(text) ?? text) };
}

/** A file of the person's that others may read stays so; a new one is closed to them. */
async function isReadable({ os }: ReadyDeps, file: string): Promise<boolean> {
  const found = os === "win32" ? undefined : await stat(file).catch(() => undefined);
  return found !== undefined && (found.mode & 0o077) !== 0;
}

function looseNote(file: string): string {
  return `${file} can be read by other users of this machine, and holds the key of the proxy: chmod 600 it.`;
}

function statusOf({ file, before, after, kept }: FileChange): AppliedFile {
  if (before === after) return { file, status: "unchanged", kept };
  return { file, status: after === undefined ? "removed" : "written", kept };
}
