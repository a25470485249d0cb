// The record of the skills that we installed: which files, with which content. What is not in it is not ours.
import { join } from "node:path";
import type { Deps } from "../platform/deps.ts";
import { MortarError } from "../platform/errors.ts";
import { readTextIfPresent, writeAtomic } from "../platform/files.ts";
import { isObject, tryJson } from "../platform/json.ts";
import type { SkillSource } from "./package.ts";

export interface InstalledSkill {
  readonly name: string;
  /** The skill's own folder, as a whole path. */
  readonly folder: string;
  readonly source: SkillSource;
  /** The version of this program that wrote it. */
  readonly version: string;
  /** SHA-256 of what we wrote, by path below the folder. */
  readonly files: Readonly<Record<string, string>>;
}

/** By the skill's folder. */
export type SkillRecord = ReadonlyMap<string, InstalledSkill>;

export function recordPath({ paths }: Pick<Deps, "paths">): string {
  return join(paths.data, "skills.json");
}

/** The record; empty where there is none. Throws `config_invalid` for a file that is no record: it is not overwritten. */
export async function readRecord(deps: Pick<Deps, "paths">): Promise<SkillRecord> {
  const path = recordPath(deps);
  const text = await readTextIfPresent(path);
  if (text === undefined || text.trim() === "") return new Map();
  const parsed = tryJson(text);
  const skills = isObject(parsed) && parsed["version"] === 1 ? parsed["skills"] : undefined;
  if (!Array.isArray(skills) || !skills.every(isInstalledSkill)) {
    throw new MortarError("config_invalid", `${path} is not the record of installed skills`, {
      hint: "Move it away. Skills that it named then count as yours: delete their folders to have them written anew.",
    });
  }
  return new Map(skills.map((skill) => [skill.folder, skill]));
}

export async function writeRecord(deps: Pick<Deps, "paths">, record: SkillRecord): Promise<void> {
  const skills = [...record.values()].toSorted((left, right) => (left.folder < right.folder ? -1 : 1));
  await writeAtomic(recordPath(deps), `${JSON.stringify({ version: 1, skills }, null, 2)}\n`);
}

function isInstalledSkill(value: unknown): value is InstalledSkill {
  if (!isObject(value)) return false;
  const { name, folder, source, version, files } = value;
  if (typeof name !== "string" || typeof folder !== "string" || typeof version !== "string") return false;
  if (!isObject(files) || !Object.values(files).every((hash) => typeof hash === "string")) return false;
  if (!Object.keys(files).every(isInside)) return false;
  if (!isObject(source)) return false;
  return source["kind"] === "built-in" || (source["kind"] === "folder" && typeof source["path"] === "string");
}

/** A path below the skill's folder: neither a whole path nor one that leaves the folder. */
export function isInside(path: string): boolean {
  return path !== "" && !/^[/\\]|:/.test(path) && !path.split(/[/\\]/).includes("..");
}
