// Which skills are on, as the person changes it, and whether a new one can be added.
import type { SkillInfo, SkillList } from "../../contract/api.ts";

/** The names to be sent when one of ours is turned on or off; null where all are on. */
export function enabledAfter(
  { skills }: Pick<SkillList, "skills">,
  name: string,
  isOn: boolean,
): readonly string[] | null {
  const ours = skills.filter(({ own }) => !own);
  const on = ours.filter((skill) => (skill.name === name ? isOn : skill.enabled)).map((skill) => skill.name);
  return on.length === ours.length ? null : on;
}

/** The list as it will be, shown before the server has answered. */
export function withEnabled(list: SkillList, names: readonly string[] | null): SkillList {
  const skills = list.skills.map((skill) =>
    skill.own ? skill : { ...skill, enabled: names === null || names.includes(skill.name) },
  );
  return {
    ...list,
    skills,
    all_enabled: names === null,
    enabled_count: skills.filter(({ enabled }) => enabled).length,
  };
}

/** Those whose name, description or tools have every word. */
export function findSkills(skills: readonly SkillInfo[], query: string): readonly SkillInfo[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  return skills.filter(({ name, description, tools }) => {
    const text = `${name} ${description} ${tools.join(" ")}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** What is wrong with the name of a new skill; undefined where nothing is. */
export function skillNameProblem(name: string, skills: readonly SkillInfo[]): string | undefined {
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name)) return "Small letters, digits and single hyphens: team-sql-style";
  if (name.length > 64) return "At most 64 characters.";
  if (skills.some((skill) => skill.name === name && !skill.own))
    return "One of Mortar's skills has this name. Choose another.";
  return undefined;
}

/** A SKILL.md to begin with. */
export function skillTemplate(name: string): string {
  return `---
name: ${name === "" ? "my-skill" : name}
description: When the agent should use this, in one or two sentences.
---

# ${name === "" ? "My skill" : name}

What to do, step by step, and what to avoid.
`;
}

/** What is wrong with a SKILL.md; undefined where nothing is. The server reads it wholly. */
export function skillTextProblem(text: string): string | undefined {
  const head = /^\uFEFF?---\r?\n([\s\S]*?)\r?\n---(?:\r?\n|$)/.exec(text)?.[1];
  if (head === undefined) return "It begins with --- and lines that name and describe it, and another --- below them.";
  if (!/^description:[ \t]*\S/m.test(head))
    return "The lines at its top lack a description: by it the agent knows when to use the skill.";
  return undefined;
}

/** A skill's text without the lines at its top, which are for the agent. */
export function skillBody(text: string): string {
  return text.replace(/^\uFEFF?---\r?\n[\s\S]*?\r?\n---(?:\r?\n|$)/, "");
}
