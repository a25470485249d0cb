// The floors of the house, held by the import statements: no arrow runs up or sideways, and nothing goes in a ring.
import { describe, expect, test } from "bun:test";
import { sourceFiles, type SourceFile } from "./checks/code.ts";
import { brokenArrows, buildGraph, cycles, floors, roomOf, staticReach } from "./checks/import-graph.ts";
import { readImports } from "./checks/imports.ts";

/** Arrows against the rule that may stay, each with its reason. */
const allowed: Readonly<Record<string, string>> = {};

/** Folders whose files may go in a ring among themselves, each with its reason. */
const recursive: Readonly<Record<string, string>> = {
  "src/emulator/sql/": "a grammar is recursive: an expression holds queries, a query holds expressions",
};

/** Files that every start may load beside the declarations of commands, each with its reason. */
const atStart: Readonly<Record<string, string>> = {
  "src/build-info.ts": "two strings",
  "src/tools/toolset-names.ts": "names of toolsets: choices of flags, completion",
  "src/tools/term-bounds.ts": "modes and bounds of the terms of calls: choices and values of flags",
  "src/tools/naming.ts": "the namings of tools: choices of a flag",
  "src/agents/mcp-client-names.ts": "names of agents: choices of a flag, completion",
  "src/skills/agent-names.ts": "names of agents that take skills: choices of a flag",
  "src/skills/entry.ts": "names of sets of skills: choices of a flag",
  "src/doctor/groups.ts": "names of groups of checks: choices of a flag",
};

/** What the program loads before it knows which command is meant. */
const entries = ["src/main.ts", "src/run-main.ts"];

const source = await sourceFiles("src");
const graph = buildGraph(source);

describe("the source", () => {
  test("is there", () => {
    expect(source.length).toBeGreaterThan(50);
    expect(graph.arrows.length).toBeGreaterThan(100);
  });

  test("has no arrow that runs up or sideways", () => {
    expect(brokenArrows(graph, allowed)).toEqual([]);
  });

  test("imports only files that are there", async () => {
    const known = new Set(graph.files);
    const missing = graph.arrows.filter(({ to }) => !known.has(to) && /\.tsx?$/.test(to));
    expect(missing.map(({ from, line, to }) => `${from}:${line} ${to}`)).toEqual([]);
  });

  test("names files with their extension", () => {
    const bare = graph.arrows.filter(({ to }) => !/\.\w+$/.test(to));
    expect(bare.map(({ from, line, to }) => `${from}:${line} ${to}`)).toEqual([]);
  });

  test("has no ring of files, save where a grammar makes one", () => {
    const within = (ring: readonly string[]): boolean =>
      Object.keys(recursive).some((folder) => ring.every((path) => path.startsWith(folder)));
    expect(cycles(graph).filter((ring) => !within(ring))).toEqual([]);
  });

  test("starts with declarations alone: no command body, no package", () => {
    const isDeclaration = (path: string): boolean =>
      entries.includes(path) ||
      Object.hasOwn(atStart, path) ||
      /^src\/(?:cli|platform)\//.test(path) ||
      /^src\/commands\/(?:[\w-]+\/)*(?:[\w-]+-)?(?:table|flags)\.ts$/.test(path);
    const heavy = [...staticReach(graph, entries)].filter(([path]) => !isDeclaration(path));
    expect(heavy.map(([, way]) => way.join(" -> "))).toEqual([]);
  });

  test("lists its tools over MCP without what is offered beside them, what calls them, and what signs in", () => {
    const reach = [...staticReach(graph, ["src/mcp/serve.ts", "src/mcp/server.ts"]).keys()];
    expect(reach).toContain("src/mcp/offers.ts");
    const later =
      /^src\/(?:mcp\/(?:resources|prompts|completion|skills|consent|call\.ts)|auth|skills|tools\/[\w-]+\/toolset)/;
    expect(reach.filter((path) => later.test(path))).toEqual([]);
  });

  test("every import that the transpiler sees is seen here", () => {
    const transpilers = { ts: new Bun.Transpiler({ loader: "ts" }), tsx: new Bun.Transpiler({ loader: "tsx" }) };
    for (const { path, text } of source) {
      const own = new Set(readImports(text).map(({ specifier }) => specifier));
      const transpiler = transpilers[path.endsWith(".tsx") ? "tsx" : "ts"];
      for (const { path: specifier, kind } of transpiler.scanImports(text)) {
        // JSX is made into calls of React.
        const isOfJsx = path.endsWith(".tsx") && kind === "require-call" && /^react(?:\/|$)/.test(specifier);
        if (kind !== "require-resolve" && !isOfJsx)
          expect([path, own.has(specifier) ? specifier : `not found: ${specifier}`]).toEqual([path, specifier]);
      }
    }
  });
});

describe("readImports", () => {
  test("finds every form", () => {
    const text = `import a, { b as c, type D } from "./a.ts";
import type { E } from './b.ts';
import * as f from "./c.ts"; export { g } from "./d.ts";
export type { H } from "./e.ts";
export * from "./f.ts";
import "./g.ts";
import {
  long,
} from "./h.ts";
import text from "./i.py" with { type: "text" };
const x = await import("./j.ts");
const y = async () => import(
  "./k.ts"
);`;
    expect(readImports(text).map(({ specifier, kind, line }) => [specifier, kind, line])).toEqual([
      ["./a.ts", "value", 1],
      ["./b.ts", "type", 2],
      ["./c.ts", "value", 3],
      ["./d.ts", "value", 3],
      ["./e.ts", "type", 4],
      ["./f.ts", "value", 5],
      ["./g.ts", "value", 6],
      ["./h.ts", "value", 7],
      ["./i.py", "value", 10],
      ["./j.ts", "dynamic", 11],
      ["./k.ts", "dynamic", 12],
    ]);
  });

  test("is not misled by comments, strings, templates and regular expressions", () => {
    const text = `// import a from "./a.ts";
/* import b from "./b.ts"; */
const c = 'import c from "./c.ts";';
const d = \`import d from "./d.ts"; \${e}\`;
const e = /import f from "./'/;
export const from = "./g.ts";
import h from "./h.ts";`;
    expect(readImports(text).map(({ specifier }) => specifier)).toEqual(["./h.ts"]);
  });

  test("sees an import inside a template's expression", () => {
    expect(
      readImports('const a = `${await import("./a.ts")} import("./b.ts")`;').map(({ specifier }) => specifier),
    ).toEqual(["./a.ts"]);
  });
});

describe("the check", () => {
  const house = (files: Readonly<Record<string, string>>): SourceFile[] =>
    Object.entries(files).map(([path, target]) => ({
      path,
      text: target === "" ? "" : `import { x } from "${target}";\n`,
    }));
  const broken = (path: string, target: string): string[] => brokenArrows(buildGraph(house({ [path]: target })), {});

  test.each([
    ["up", "src/platform/a.ts", "../auth/b.ts", "auth stands above platform"],
    ["sideways", "src/auth/a.ts", "../cli/b.ts", "cli stands beside auth"],
    ["up to main", "src/commands/x/a.ts", "../../run-main.ts", "main stands above commands"],
    ["into the emulator", "src/workspace/a.ts", "../emulator/b.ts", "only the emulator's own command"],
    [
      "into the emulator from another command",
      "src/commands/auth/a.ts",
      "../../emulator/b.ts",
      "only the emulator's own command",
    ],
    ["out of the emulator", "src/emulator/a.ts", "../notebook/b.ts", "platform alone"],
    ["from a room without a floor", "src/attic/a.ts", "../platform/b.ts", "attic stands on no floor"],
    ["to a room without a floor", "src/commands/a.ts", "../attic/b.ts", "attic stands on no floor"],
    ["to test code", "src/auth/a.ts", "./testing.ts", "tests alone"],
    ["to a test", "src/auth/a.ts", "./b.test.ts", "tests alone"],
    ["out of src", "src/auth/a.ts", "../../scripts/build.ts", "outside src"],
    ["from the page into the program", "src/app/client/a.tsx", "../server/b.ts", "the contract alone"],
    ["from the program into the page", "src/app/server/a.ts", "../client/b.tsx", "the contract alone"],
    ["of a test, up", "src/auth/a.test.ts", "../tools/b.ts", "tools stands above auth"],
  ])("an arrow %s is broken", (_name, path, target, reason) => {
    expect(broken(path, target)).toEqual([expect.stringContaining(reason)]);
  });

  test.each([
    ["down", "src/auth/a.ts", "../platform/b.ts"],
    ["within a room", "src/tools/x/a.ts", "../y/b.ts"],
    ["to what the build defines", "src/workspace/a.ts", "../build-info.ts"],
    ["from the emulator's command", "src/commands/emulator/a.ts", "../../emulator/b.ts"],
    ["from a test to the emulator", "src/auth/a.test.ts", "../emulator/testing-server.ts"],
    ["from a test sideways", "src/auth/a.test.ts", "../notebook/b.ts"],
    ["from the page to the contract", "src/app/client/a.tsx", "../contract/b.ts"],
    ["from main", "src/main.ts", "./commands/table.ts"],
    ["from the emulator to platform", "src/emulator/x/a.ts", "../../platform/b.ts"],
  ])("an arrow %s is right", (_name, path, target) => {
    expect(broken(path, target)).toEqual([]);
  });

  test("an exception holds for its arrow, and is reported when it is not needed", () => {
    const files = buildGraph(house({ "src/auth/a.ts": "../cli/b.ts" }));
    expect(brokenArrows(files, { "src/auth/a.ts -> src/cli/b.ts": "a reason" })).toEqual([]);
    expect(brokenArrows(files, { "src/auth/a.ts -> src/cli/b.ts": "", "src/x.ts -> src/y.ts": "" })).toEqual([
      "src/x.ts -> src/y.ts is allowed but does not exist",
    ]);
  });

  test("rings are found, whatever their length; a dynamic import closes none", () => {
    const ring = buildGraph(
      house({ "src/a/a.ts": "./b.ts", "src/a/b.ts": "./c.ts", "src/a/c.ts": "./a.ts", "src/a/d.ts": "./a.ts" }),
    );
    expect(cycles(ring)).toEqual([["src/a/a.ts", "src/a/b.ts", "src/a/c.ts"]]);
    expect(cycles(buildGraph(house({ "src/a/a.ts": "./a.ts" })))).toEqual([["src/a/a.ts"]]);
    const lazy = { path: "src/a/b.ts", text: 'const load = () => import("./a.ts");' };
    expect(cycles(buildGraph([...house({ "src/a/a.ts": "./b.ts" }), lazy]))).toEqual([]);
  });

  test("the reach follows values through files to packages, and neither types nor dynamic imports", () => {
    const files = [
      ...house({ "src/main.ts": "./b.ts", "src/b.ts": "zod/v4" }),
      {
        path: "src/c.ts",
        text: 'import type { Z } from "yaml"; import "./main.ts"; const d = import("consola"); import { x } from "@a/b/c";',
      },
    ];
    const reach = staticReach(buildGraph(files), ["src/c.ts"]);
    expect(reach.get("zod")).toEqual(["src/c.ts", "src/main.ts", "src/b.ts", "zod"]);
    expect([...reach.keys()].toSorted()).toEqual(["@a/b", "src/b.ts", "src/c.ts", "src/main.ts", "zod"]);
  });

  test("every room of the source has a floor", () => {
    const rooms = new Set(graph.files.map(roomOf));
    const known = new Set([...floors.flat(), "emulator"]);
    expect([...rooms].filter((room) => !known.has(room))).toEqual([]);
  });
});
