// Skills by name, by older name, and by set.
import { MortarError } from "../platform/errors.ts";
import { nearest } from "../platform/suggest.ts";
import { skillCatalog } from "./catalog.ts";
import { skillSetNames, type SkillEntry, type SkillSetName } from "./entry.ts";

/** The skill of that name or older name; undefined when there is none. */
export function findSkill(name: string): SkillEntry | undefined {
  return (
    skillCatalog.find((entry) => entry.name === name) ?? skillCatalog.find((entry) => entry.aliases.includes(name))
  );
}

/** The skill of that name or older name. Throws `not_found` with the nearest name. */
export function requireSkill(name: string): SkillEntry {
  const found = findSkill(name);
  if (found !== undefined) return found;
  const known = skillCatalog.flatMap((entry) => [entry.name, ...entry.aliases]);
  const near = nearest(`databricks-${name}`, known) ?? nearest(name, known);
  throw new MortarError("not_found", `There is no skill ${name}`, {
    hint: near === undefined ? "mortar skills list shows all of them." : `Did you mean ${near}?`,
  });
}

/** The skills of these sets, and those of `core`; without sets every skill. */
export function skillsOfSets(sets: readonly string[]): readonly SkillEntry[] {
  if (sets.length === 0) return skillCatalog;
  const wanted = new Set<SkillSetName>(["core", ...skillSetNames.filter((name) => sets.includes(name))]);
  return skillCatalog.filter((entry) => entry.sets.some((set) => wanted.has(set)));
}
