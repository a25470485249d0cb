import { describe, expect, test } from "bun:test";
import type { EngineInfo, ModelInfo } from "../../contract/api.ts";
import { canStart, stateWord, toneOf } from "./compute-state.ts";
import { chosenCount, withCatalog, withEngine, withProfile } from "./context-change.ts";
import { absolutePath, crumbsOf, parentOf } from "./folder-path.ts";

const engine = (name: EngineInfo["name"], modes: EngineInfo["permission_modes"]): EngineInfo => ({
  name,
  title: name,
  version: null,
  installed: true,
  install: "",
  permission_modes: modes,
  shell: { on: true, reason: null },
});
const engines = [engine("claude", ["ask", "plan"]), engine("codex", ["everything"])];
const models: ModelInfo[] = [
  { id: "m1", title: "M1", engines: ["claude"] },
  { id: "m2", title: "M2", engines: ["codex", "claude"] },
];

describe("withEngine", () => {
  test("takes back what the engine does not have", () => {
    const context = { engine: "claude", model: "m1", permission_mode: "ask", warehouse_id: "w" } as const;
    expect(withEngine(context, "codex", { engines, models })).toEqual({
      engine: "codex",
      model: null,
      permission_mode: null,
      warehouse_id: "w",
    });
  });

  test("keeps what it has, and a model that nobody listed", () => {
    expect(withEngine({ model: "m2", permission_mode: "everything" }, "codex", { engines, models })).toEqual({
      engine: "codex",
      model: "m2",
      permission_mode: "everything",
    });
    expect(withEngine({ model: "my-own" }, "codex", { engines, models })).toMatchObject({ model: "my-own" });
  });
});

test("withProfile takes back all that belonged to the workspace before", () => {
  const before = {
    cluster_id: "c",
    warehouse_id: "w",
    default_catalog: "a",
    default_schema: "b",
    workspace_folder: "/x",
    model: "m",
  };
  const after = withProfile(before, "other");
  expect(after).toMatchObject({ target_profile: "other", model: "m" });
  expect(chosenCount(after)).toBe(1);
});

test("withCatalog takes the schema back with its catalog, and leaves the same one alone", () => {
  const context = { default_catalog: "a", default_schema: "b" };
  expect(withCatalog(context, "c")).toEqual({ default_catalog: "c", default_schema: null });
  expect(withCatalog(context, "a")).toBe(context);
});

test("states are known by their tone, and unknown ones are off", () => {
  expect(["RUNNING", "pending", "TERMINATED", "ERROR", "NEW_ONE"].map(toneOf)).toEqual([
    "on",
    "busy",
    "off",
    "bad",
    "off",
  ]);
  expect(["STOPPED", "TERMINATED", "RUNNING", "DELETED"].map(canStart)).toEqual([true, true, false, false]);
  expect(stateWord("NEW_ONE")).toBe("New one");
});

describe("folders", () => {
  test("are gone to by their parts", () => {
    expect(crumbsOf("/Users/ann").map(({ path }) => path)).toEqual(["/", "/Users", "/Users/ann"]);
    expect([parentOf("/Users/ann"), parentOf("/Users"), parentOf("/")]).toEqual(["/Users", "/", undefined]);
  });

  test("are absolute, and lead nowhere else", () => {
    expect(absolutePath(" /Workspace/x/ ")).toBe("/Workspace/x");
    for (const text of ["x", "/a/../b", "/a/./b", "/\u0000", `/${"x".repeat(2000)}`])
      expect(absolutePath(text)).toBeUndefined();
  });
});
