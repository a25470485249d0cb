import { describe, expect, test } from "bun:test";
import type { SkillInfo } from "../../contract/api.ts";
import {
  enabledAfter,
  findSkills,
  skillBody,
  skillNameProblem,
  skillTemplate,
  skillTextProblem,
  withEnabled,
} from "./skill-list.ts";

const skill = (name: string, enabled: boolean, own = false): SkillInfo => ({
  name,
  description: `About ${name}`,
  enabled,
  own,
  tools: name === "jobs" ? ["create_job"] : [],
});
const skills = [skill("jobs", true), skill("genie", false), skill("mine", true, true)];
const list = { skills, all_enabled: false, enabled_count: 2, total_count: 3 };

describe("what is on", () => {
  test("is sent as names of ours, and as null where all are on", () => {
    expect(enabledAfter(list, "genie", true)).toBeNull();
    expect(enabledAfter(list, "jobs", false)).toEqual([]);
    expect(enabledAfter(list, "genie", false)).toEqual(["jobs"]);
  });

  test("is shown at once, own skills stay on", () => {
    expect(withEnabled(list, [])).toMatchObject({ enabled_count: 1, all_enabled: false });
    expect(withEnabled(list, null)).toMatchObject({ enabled_count: 3, all_enabled: true });
  });
});

test("findSkills looks at names, descriptions and tools", () => {
  expect(findSkills(skills, "create_job").map(({ name }) => name)).toEqual(["jobs"]);
  expect(findSkills(skills, "ABOUT gen").map(({ name }) => name)).toEqual(["genie"]);
  expect(findSkills(skills, " ")).toHaveLength(3);
});

test("skillNameProblem keeps names that a folder and an agent can have", () => {
  expect(skillNameProblem("team-sql-2", skills)).toBeUndefined();
  expect(skillNameProblem("mine", skills)).toBeUndefined();
  for (const name of ["", "Team", "a--b", "../x", "a b", "jobs", "x".repeat(65)])
    expect([name, skillNameProblem(name, skills) !== undefined]).toEqual([name, true]);
});

describe("SKILL.md", () => {
  test("has a head with a description", () => {
    expect(skillTextProblem(skillTemplate("x"))).toBeUndefined();
    expect(skillTextProblem("# Hi")).toContain("begins with ---");
    expect(skillTextProblem("---\nname: x\ndescription:\n---\n")).toContain("description");
  });

  test("is shown without its head", () => {
    expect(skillBody("---\nname: x\n---\n# Hi\n")).toBe("# Hi\n");
    expect(skillBody("# Hi\n---\n")).toBe("# Hi\n---\n");
  });
});
