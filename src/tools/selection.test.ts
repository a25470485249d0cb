// Which tools are on, and what a name means among them.
import { describe, expect, test } from "bun:test";
import { MortarError } from "../platform/errors.ts";
import { catalog, findEntry } from "./catalog.ts";
import { defaultToolsets } from "./toolset-names.ts";
import { everyTool, findSelected, selectTools, toolsetsBeside, type SelectionWish } from "./selection.ts";

const namesOf = (wish: SelectionWish): string[] => selectTools(wish).entries.map(({ name }) => name);

function refusal(work: () => unknown): MortarError {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof MortarError) return thrown;
  }
  throw new Error("it was expected to be refused");
}

describe("selectTools", () => {
  test("without a wish: the default toolsets, in the catalog's order", () => {
    const byDefault = catalog.filter((entry) => entry.byDefault).map(({ name }) => name);
    expect(new Set(byDefault.map((name) => findEntry(name)?.toolset))).toEqual(new Set(defaultToolsets));
    expect(namesOf({})).toEqual(byDefault);
    expect(namesOf({ toolsets: ["default"] })).toEqual(byDefault);
    expect(namesOf({ exclude: ["list_jobs"] })).toEqual(byDefault.filter((name) => name !== "list_jobs"));
    expect(byDefault).not.toContain("list_volumes");
  });

  test("all is everything, and default can be added to", () => {
    expect(namesOf({ toolsets: ["all"] })).toEqual(catalog.map(({ name }) => name));
    expect(everyTool().entries).toEqual(catalog);
    expect(namesOf({ toolsets: ["volumes", "default"] })).toEqual([
      ...namesOf({}),
      ...namesOf({ toolsets: ["volumes"] }),
    ]);
    expect(namesOf({ tools: ["list_volumes"] })).toEqual(["list_volumes"]);
  });

  test("what is off by default, and off here, can be told", () => {
    const more = new Set(catalog.filter(({ byDefault }) => !byDefault).map(({ toolset }) => toolset));
    expect(new Set(toolsetsBeside(selectTools()))).toEqual(more);
    expect(toolsetsBeside(selectTools())).toContain("volumes");
    expect(toolsetsBeside(selectTools({ toolsets: ["jobs", "volumes"] }))).not.toContain("volumes");
    expect(toolsetsBeside(everyTool())).toEqual([]);
  });

  test("toolsets in any order come in the catalog's", () => {
    expect(namesOf({ toolsets: ["execution", "jobs"] })).toEqual(
      catalog.filter(({ toolset }) => toolset === "jobs" || toolset === "execution").map(({ name }) => name),
    );
  });

  test("tools alone are only those; with toolsets they come beside them", () => {
    expect(namesOf({ tools: ["stop_cluster"] })).toEqual(["stop_cluster"]);
    expect(namesOf({ tools: ["stop_cluster"], toolsets: ["execution"] })).toContain("stop_cluster");
    expect(namesOf({ tools: ["stop_cluster"], toolsets: ["execution"] })).toContain("execute_cell");
  });

  test("older names mean the same", () => {
    expect(namesOf({ tools: ["databricks_stop_cluster"] })).toEqual(["stop_cluster"]);
    expect(namesOf({ exclude: ["databricks_stop_cluster"] })).not.toContain("stop_cluster");
  });

  test("what is excluded is off, whoever asked for it", () => {
    expect(namesOf({ tools: ["list_jobs", "stop_cluster"], exclude: ["stop_cluster"] })).toEqual(["list_jobs"]);
  });

  test("the toolsets are those of which something is left", () => {
    expect(selectTools({ toolsets: ["execution"], readOnly: true }).toolsets).toEqual(["execution"]);
    expect(selectTools({ tools: ["list_jobs"] }).toolsets).toEqual(["jobs"]);
  });

  test.each([
    [{ toolsets: ["notebook"] }, "Did you mean notebooks?"],
    [{ toolsets: ["zzz"] }, "The toolsets are"],
    [{ toolsets: ["defaults"] }, "Did you mean default?"],
    [{ tools: ["list_job"] }, "Did you mean list_jobs?"],
    [{ exclude: ["zzzzzzzz"] }, "mortar tool list"],
  ])("an unknown name is refused: %p", (wish, hint) => {
    const error = refusal(() => selectTools(wish));
    expect(error.code).toBe("usage");
    expect(error.hint).toContain(hint);
  });
});

describe("findSelected", () => {
  test("finds both names", () => {
    const selection = selectTools();
    expect(findSelected(selection, "list_jobs").entry.name).toBe("list_jobs");
    expect(findSelected(selection, "databricks_read_notebook")).toMatchObject({
      entry: { name: "read_notebook" },
      parameters: { path: "notebook_path" },
    });
  });

  test("an older name of a tool that changes something is off when only reading is allowed", () => {
    const selection = selectTools({ readOnly: true });
    expect(refusal(() => findSelected(selection, "databricks_stop_cluster")).code).toBe("read_only");
    expect(refusal(() => findSelected(selection, "stop_cluster")).code).toBe("read_only");
  });

  test("a tool that is switched off says where it is", () => {
    expect(refusal(() => findSelected(selectTools({ toolsets: ["jobs"] }), "read_notebook")).hint).toContain(
      "notebooks",
    );
  });

  test("a tool that is off by default says how it is switched on", () => {
    const error = refusal(() => findSelected(selectTools(), "upload_to_volume"));
    expect([String(error.code), error.hint]).toEqual([
      "unknown_tool",
      expect.stringContaining("--toolsets default,volumes"),
    ]);
    expect(findSelected(selectTools({ toolsets: ["default", "volumes"] }), "upload_to_volume").entry.effect).toBe(
      "destructive",
    );
  });

  test.each([
    ["list_job", "Did you mean list_jobs?"],
    ["mcp__databricks__list_jobs", "Did you mean list_jobs?"],
    ["qqqqqqqqqqq", "list of tools"],
  ])("%s is unknown", (name, hint) => {
    const error = refusal(() => findSelected(selectTools(), name));
    expect(error.code).toBe("unknown_tool");
    expect(error.hint).toContain(hint);
  });
});
