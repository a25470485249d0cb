// What the server says of itself: short enough for every host, and only about tools that are on.
import { describe, expect, test } from "bun:test";
import { findSkill } from "../skills/find.ts";
import { catalog } from "../tools/catalog.ts";
import { toolsetNames } from "../tools/toolset-names.ts";
import { selectTools, type SelectionWish } from "../tools/selection.ts";
import { instructions } from "./instructions.ts";

const wishes: readonly (readonly [string, SelectionWish])[] = [
  ["the default toolsets", {}],
  ["everything", { toolsets: ["all"] }],
  ["everything, under the older names", { naming: "databricks" }],
  ["reading", { readOnly: true }],
  ...toolsetNames.map((name) => [name, { toolsets: [name] }] as const),
  ["one tool", { tools: ["list_jobs"] }],
];

describe.each(wishes)("with %s", (_name, wish) => {
  const selection = selectTools(wish);
  const text = instructions(selection);

  test("they take less than 2 KB", () => {
    expect(Buffer.byteLength(text)).toBeLessThan(2_048);
    expect(text.length).toBeGreaterThan(200);
  });

  test("they point to skills that there are", () => {
    const named = [...text.matchAll(/\bdatabricks-[\w-]+/g)].map(([skill]) => skill);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((skill) => findSkill(skill)?.name !== skill)).toEqual([]);
  });

  test("they name no tool that is off", () => {
    const on = new Set(selection.entries.map(({ name }) => name));
    const off = catalog.filter(({ name }) => !on.has(name) && new RegExp(`\\b(?:databricks_)?${name}\\b`).test(text));
    expect(off.map(({ name }) => name)).toEqual([]);
  });
});

test("the older names are used where they are listed", () => {
  const text = instructions(selectTools({ naming: "databricks" }));
  expect(text).toContain("databricks_wait_for_run");
  expect(text).not.toMatch(/(?<!databricks_)wait_for_run/);
});

test("what can be switched on is told, and only where it is off", () => {
  expect(instructions(selectTools())).toMatch(/--toolsets default,NAME: .*\bvolumes\b/);
  expect(instructions(selectTools({ toolsets: ["all"] }))).not.toContain("--toolsets");
});

test("a session that only reads says so", () => {
  expect(instructions(selectTools({ readOnly: true }))).toContain("Only reading");
});
