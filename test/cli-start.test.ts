// What a start costs is decided by what it imports: the version next to nothing, help no machine, no command a package.
import { describe, expect, test } from "bun:test";
import { sourceFiles } from "./checks/code.ts";
import { buildGraph, staticReach } from "./checks/import-graph.ts";

const graph = buildGraph(await sourceFiles("src"));
const reach = (entry: string): string[] => [...staticReach(graph, [entry]).keys()].toSorted();

describe("the entry point", () => {
  test("reaches nothing but what the version and completion are written with", () => {
    expect(reach("src/main.ts")).toEqual([
      "src/build-info.ts",
      "src/main.ts",
      "src/platform/plain-stdout.ts",
      "src/platform/program-name.ts",
    ]);
  });
});

describe("the run of a command", () => {
  const start = reach("src/run-main.ts");

  test.each(["consola", "yaml", "zod", "citty", "ofetch"])("does not reach %s", (name) => {
    expect(start.filter((path) => path === name || path.startsWith(`${name}/`))).toEqual([]);
  });

  test("reaches no command's body", () => {
    const bodies = start.filter((path) => path.startsWith("src/commands/") && !/(?:table|flags)\.ts$/.test(path));
    expect(bodies).toEqual([]);
  });

  test("reaches neither the machine nor the help before one of them is asked for", () => {
    const late = [
      "src/platform/system.ts",
      "src/platform/process.ts",
      "src/platform/files.ts",
      "src/cli/help.ts",
      "src/cli/render.ts",
    ];
    expect(start.filter((path) => late.includes(path))).toEqual([]);
  });

  test("reaches the table, without which this file would hold nothing", () => {
    expect(start).toContain("src/commands/table.ts");
  });
});
