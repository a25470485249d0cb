// Installs, updates and removes skills in agents' folders, and keeps the record of it.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Deps } from "../platform/deps.ts";
import { MortarError } from "../platform/errors.ts";
import { withLock } from "../platform/lock.ts";
import { applyPlan, lookAt } from "./disk.ts";
import { findSkill } from "./find.ts";
import { skillsInFolder } from "./folder-source.ts";
import { builtInPackage, hashOf, type SkillPackage, type SkillSource } from "./package.ts";
import { planInstall, planRemove, type FolderPlan, type Kept } from "./plan.ts";
import { readRecord, writeRecord, type InstalledSkill } from "./record.ts";

export interface SkillChange {
  readonly name: string;
  /** The skill's own folder. */
  readonly folder: string;
  readonly source: SkillSource;
  /** `gone`: its folder is not there any more, so it was forgotten. */
  readonly status: FolderPlan["status"] | "gone";
  readonly reason?: string;
  /** Files that somebody changed, deleted or made, which stay so. */
  readonly kept: readonly Kept[];
}

export interface ManageOptions {
  readonly deps: Pick<Deps, "paths" | "clock" | "cwd" | "run">;
  readonly signal: AbortSignal;
  readonly dryRun: boolean;
  /** The version of this program, for the record. */
  readonly version: string;
}

interface Installing {
  readonly package: SkillPackage;
  readonly folder: string;
  readonly restore: boolean;
}

export interface SkillTarget {
  /** A folder of skills. */
  readonly folder: string;
  /** A folder that the same agent reads: a skill that we put there is not put here a second time. */
  readonly unlessIn?: string;
}

/** Puts every skill into every folder. Throws `io`, and `config_invalid` for a broken record. */
export async function installSkills(
  packages: readonly SkillPackage[],
  targets: readonly SkillTarget[],
  options: ManageOptions,
): Promise<readonly SkillChange[]> {
  return edit(options, async (record) => {
    // On record first: what is written when this ends in the middle is known, and can be taken away.
    if (!options.dryRun) {
      const planned = new Map(record);
      await installAll(packages, targets, { record: planned, options: { ...options, dryRun: true } });
      const fresh = [...planned].filter(([folder]) => !record.has(folder));
      if (fresh.length > 0) await writeRecord(options.deps, new Map([...record, ...fresh]));
    }
    return installAll(packages, targets, { record, options });
  });
}

async function installAll(
  packages: readonly SkillPackage[],
  targets: readonly SkillTarget[],
  { record, options }: { readonly record: OpenRecord; readonly options: ManageOptions },
): Promise<SkillChange[]> {
  const changes: SkillChange[] = [];
  for (const { folder, unlessIn } of targets) {
    for (const one of packages) {
      options.signal.throwIfAborted();
      if (unlessIn !== undefined && isElsewhere(record, one, unlessIn, join(folder, one.name))) {
        const { name, source } = one;
        const reason = `this agent finds it in ${unlessIn}`;
        changes.push({ name, folder: join(folder, name), source, status: "kept", reason, kept: [] });
        continue;
      }
      const installing = { package: one, folder: join(folder, one.name), restore: true };
      changes.push(await installOne(installing, record, options));
    }
  }
  return changes;
}

/** Whether we put the skill into the other folder, and not into this one already. */
function isElsewhere(record: OpenRecord, { name }: SkillPackage, other: string, here: string): boolean {
  const there = join(other, name);
  return !record.has(here) && record.has(there) && existsSync(there);
}

/** What was installed, from the record, and whether it is still there. */
export async function installedSkills(
  deps: Pick<Deps, "paths">,
): Promise<readonly (InstalledSkill & { readonly present: boolean })[]> {
  const record = await readRecord(deps);
  return [...record.values()].map((skill) => ({ ...skill, present: existsSync(join(skill.folder, "SKILL.md")) }));
}

/**
 * Brings installed skills up to what this program ships, and skills of other folders to what lies there now. A skill
 * that was renamed is replaced; one that is no longer shipped is taken away. Throws as `installSkills` does.
 */
export async function updateSkills(
  selected: (skill: InstalledSkill) => boolean,
  options: ManageOptions,
): Promise<readonly SkillChange[]> {
  return edit(options, async (record) => {
    const changes: SkillChange[] = [];
    for (const skill of [...record.values()].filter(selected)) {
      options.signal.throwIfAborted();
      changes.push(...(await updateOne(skill, record, options)));
    }
    return changes;
  });
}

/** Takes away what we installed and nobody changed. Throws as `installSkills` does. */
export async function removeSkills(
  selected: (skill: InstalledSkill) => boolean,
  options: ManageOptions,
): Promise<readonly SkillChange[]> {
  return edit(options, async (record) => {
    const changes: SkillChange[] = [];
    for (const skill of [...record.values()].filter(selected)) {
      options.signal.throwIfAborted();
      changes.push(await removeOne(skill, record, options));
    }
    return changes;
  });
}

type OpenRecord = Map<string, InstalledSkill>;

/** One process at a time edits the record. It is written even when a later skill fails: what was done stays known. */
async function edit(
  { deps, signal, dryRun }: ManageOptions,
  work: (record: OpenRecord) => Promise<SkillChange[]>,
): Promise<readonly SkillChange[]> {
  if (dryRun) return work(new Map(await readRecord(deps)));
  return withLock(deps.paths.run, "skills", { clock: deps.clock, signal }, async () => {
    const record = new Map(await readRecord(deps));
    try {
      return await work(record);
    } finally {
      const isSame = JSON.stringify([...record]) === JSON.stringify([...(await readRecord(deps))]);
      if (!isSame) await writeRecord(deps, record);
    }
  });
}

async function installOne(installing: Installing, record: OpenRecord, options: ManageOptions): Promise<SkillChange> {
  const { package: one, folder, restore } = installing;
  const { name, source, files } = one;
  const known = record.get(folder);
  if (known !== undefined && !isSameSource(known.source, source)) {
    const reason = `it was installed from ${sourceWords(known.source)}; remove that one first`;
    return { name, folder, source, status: "kept", reason, kept: [] };
  }
  const fresh = new Map([...files].map(([path, file]) => [path, hashOf(file.content)]));
  const disk = await lookAt(folder, [...fresh.keys(), ...Object.keys(known?.files ?? {})]);
  const plan = planInstall({ disk, recorded: known?.files, fresh, restore });
  if (!options.dryRun) await applyPlan(folder, plan, files);
  if (plan.record !== undefined)
    record.set(folder, { name, folder, source, version: options.version, files: plan.record });
  return changeOf({ name, folder, source }, plan);
}

async function updateOne(skill: InstalledSkill, record: OpenRecord, options: ManageOptions): Promise<SkillChange[]> {
  const { name, folder, source } = skill;
  if (!existsSync(folder)) {
    record.delete(folder);
    return [{ name, folder, source, status: "gone", kept: [] }];
  }
  if (source.kind === "folder") {
    const found = await skillsInFolder(source.path, options.deps).catch((thrown: unknown) => {
      if (thrown instanceof MortarError && thrown.code === "not_found") return undefined;
      throw thrown;
    });
    const same = found?.packages.find((one) => one.name === name);
    if (same === undefined)
      return [{ name, folder, source, status: "kept", reason: `${source.path} has it no more`, kept: [] }];
    return [await installOne({ package: same, folder, restore: false }, record, options)];
  }
  const entry = findSkill(name);
  if (entry === undefined) return [await removeOne(skill, record, options)];
  const fresh = await builtInPackage(entry.name);
  if (entry.name === name) return [await installOne({ package: fresh, folder, restore: false }, record, options)];
  const renamed = { package: fresh, folder: join(dirname(folder), entry.name), restore: false };
  return [await removeOne(skill, record, options), await installOne(renamed, record, options)];
}

async function removeOne(skill: InstalledSkill, record: OpenRecord, options: ManageOptions): Promise<SkillChange> {
  const { folder, files } = skill;
  const disk = await lookAt(folder, Object.keys(files));
  const plan = planRemove(disk, files);
  if (!options.dryRun) await applyPlan(folder, plan, new Map());
  record.delete(folder);
  return changeOf(skill, plan);
}

function changeOf(
  { name, folder, source }: Pick<InstalledSkill, "name" | "folder" | "source">,
  plan: FolderPlan,
): SkillChange {
  const { status, reason, kept } = plan;
  return { name, folder, source, status, ...(reason === undefined ? {} : { reason }), kept };
}

function isSameSource(left: SkillSource, right: SkillSource): boolean {
  if (left.kind === "built-in" || right.kind === "built-in") return left.kind === right.kind;
  return left.path === right.path;
}

/** Where a skill comes from, in words. */
export function sourceWords(source: SkillSource): string {
  return source.kind === "built-in" ? "mortar" : source.path;
}
