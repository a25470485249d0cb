import { describe, expect, test } from "bun:test";
import { claudeFamily, compareVersions, readModelName, wantsLongMarker } from "./names.ts";

describe("a model's name", () => {
  test.each([
    ["system.ai.claude-opus-5-5", "claude-opus", [5, 5]],
    ["databricks-claude-sonnet-5", "claude-sonnet", [5, 0]],
    ["databricks-claude-3-7-sonnet", "claude-sonnet", [3, 7]],
    ["claude-haiku-4-5-20251001", "claude-haiku", [4, 5]],
    ["claude-fable-5-1", "claude-fable", [5, 1]],
    ["system.ai.gpt-5-6-codex", "gpt", [5, 6]],
    ["databricks-gpt-oss-120b", "gpt-oss-120b", [0]],
    ["system.ai.gemini-3-5-flash", "gemini", [3, 5]],
    ["main.agents.team-opus", "team-opus", [0]],
    ["claude-new-7", "claude-new", [7, 0]],
    ["", "", [0]],
  ])("%s is of %s, version %p", (id, family, version) => {
    expect(readModelName(id)).toMatchObject({ family, version });
  });

  test("tells Claude's families, and knows none for others", () => {
    expect(
      ["system.ai.claude-opus-5-5", "databricks-claude-3-5-haiku", "claude-new-7", "gpt-5"].map(claudeFamily),
    ).toEqual(["opus", "haiku", undefined, undefined]);
  });

  test("is newer by numbers, not by letters", () => {
    const ids = ["claude-opus-4-9", "claude-opus-4-10", "claude-opus-5", "claude-opus-4"];
    const sorted = ids.toSorted((one, other) =>
      compareVersions(readModelName(one).version, readModelName(other).version),
    );
    expect(sorted).toEqual(["claude-opus-5", "claude-opus-4-10", "claude-opus-4-9", "claude-opus-4"]);
  });

  test.each([
    ["claude-opus-4-6", true],
    ["system.ai.claude-sonnet-4-8", true],
    ["claude-opus-4-5", false],
    ["claude-haiku-4-6", false],
    ["claude-opus-5", false],
    ["gpt-4-6", false],
  ])("%s wants the marker of the long context: %p", (id, wants) => expect(wantsLongMarker(id)).toBe(wants));
});
