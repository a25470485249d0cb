import { describe, expect, test } from "bun:test";
import { skillTexts } from "../../skills/embedded.ts";
import { skillCatalog } from "../../skills/catalog.ts";
import { catalog } from "../../tools/catalog.ts";
import { toolsetNames } from "../../tools/toolset-names.ts";
import { claimedTools, claims, hiddenBy } from "./tool-claims.ts";

const names = skillCatalog.map(({ name }) => name);

describe("what skills claim", () => {
  test.each(Object.entries(claims))("is there: %s", (skill, { toolsets = [], tools = [] }) => {
    expect(names).toContain(skill);
    for (const toolset of toolsets) expect(toolsetNames).toContain(toolset);
    for (const tool of tools) expect(catalog.map(({ name }) => name)).toContain(tool);
    expect(claimedTools(skill).length).toBeGreaterThan(0);
  });

  test("is what their texts name, of the tools that are claimed at all", async () => {
    const claimed = new Set(names.flatMap(claimedTools));
    const texts = await skillTexts();
    for (const skill of Object.keys(claims)) {
      const named = [...texts]
        .filter(([path]) => path.startsWith(`${skill}/`))
        .flatMap(([, text]) => [...text.matchAll(/`([a-z_]+)`/g)].map(([, name]) => name ?? ""));
      const missing = named.filter((name) => claimed.has(name) && !claimedTools(skill).includes(name));
      expect({ skill, missing }).toEqual({ skill, missing: [] });
    }
  });
});

describe("a skill that is off", () => {
  test("hides its tools, but none that another claims, and none that no skill claims", () => {
    const without = (...off: string[]): readonly string[] =>
      hiddenBy(
        names.filter((name) => !off.includes(name)),
        off,
      );
    expect(without()).toEqual([]);
    expect(without("databricks-genie")).toContain("ask_genie");
    expect(without("databricks-apps-python")).toEqual([]);
    expect(without("databricks-apps-python", "databricks-appkit", "databricks-apps-apx")).toContain("create_app");
    expect(without("databricks-jobs")).not.toContain("list_jobs");
    expect(without("mortar-setup")).toEqual([]);
    const all = hiddenBy([], names);
    for (const tool of ["execute_sql", "list_clusters", "list_tables", "read_notebook"]) {
      expect(catalog.map(({ name }) => name)).toContain(tool);
      expect(all).not.toContain(tool);
    }
  });
});
