// Files and folders on the command line: what is expanded, what is refused, and what passes.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resolvePaths } from "../platform/paths.ts";
import { globalFlags } from "./global-flags.ts";
import { resolveNamedPaths, takesPaths } from "./named-paths.ts";
import { parseWords } from "./parse.ts";
import type { Command, Flags } from "./spec.ts";

const file = { kind: "file", placeholder: "FILE", description: "A file" } as const;
const flags = {
  out: file,
  in: { ...file, exists: true },
  data: { kind: "folder", placeholder: "FOLDER", description: "A folder" },
  more: { kind: "list", of: "file", placeholder: "FILE", description: "Files", exists: true },
  name: { kind: "string", placeholder: "NAME", description: "No path" },
} as const satisfies Flags;
const load = () => Promise.reject(new Error("not loaded here"));
const command: Command = {
  summary: "Do",
  flags,
  positionals: [{ name: "SOURCE", kind: "file", description: "the source", exists: true }],
  examples: [],
  load,
};

let home = "";
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "mortar-paths-"));
  mkdirSync(join(home, "folder"));
  writeFileSync(join(home, "scenario.json"), "{}");
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

function resolved(...words: string[]) {
  const parsed = parseWords(command, globalFlags, words, {});
  return resolveNamedPaths(command, parsed, { cwd: home, paths: resolvePaths({ HOME: home }, "linux") });
}

describe("paths", () => {
  test("~ becomes the home folder, where a shell leaves it", () => {
    expect(resolved("--data=~/folder").flags["data"]).toBe(join(home, "folder"));
    expect(resolved("--out=~/new.txt").flags["out"]).toBe(join(home, "new.txt"));
    expect(resolved("--more=~/scenario.json").flags["more"]).toEqual([join(home, "scenario.json")]);
    expect(resolved("~/scenario.json").positionals).toEqual([join(home, "scenario.json")]);
    expect(resolved("--name=~/x").flags["name"]).toBe("~/x");
  });

  test("others stay as they were written, and need not be there", () => {
    expect(resolved("--out", "new.txt", "--data", "elsewhere").flags).toMatchObject({
      out: "new.txt",
      data: "elsewhere",
    });
    expect(resolved("--out", "-", "--in", "-").flags).toMatchObject({ out: "-", in: "-" });
    expect(resolved().flags["out"]).toBeUndefined();
  });

  test("a device is as good as a file", () => {
    expect(resolved("--in", process.platform === "win32" ? "scenario.json" : "/dev/null").flags["in"]).toBeDefined();
  });

  test.each([
    [["--in", "scenario.jsn"], "not_found", "--in: there is no file", "scenario.json?"],
    [["--in", "nothing/like/it"], "not_found", "--in: there is no file", "Check the path."],
    [["--more", "scenario.json", "--more", "absent"], "not_found", "--more: there is no file", "Check"],
    [["absent"], "not_found", "SOURCE: there is no file", "Check"],
    [["--in", "folder"], "usage", "is a folder, and a file is wanted", "Check"],
    [["--out", "folder"], "usage", "--out:", "Check"],
    [["--data", "scenario.json"], "usage", "is a file, and a folder is wanted", "Check"],
  ] as const)("%j is refused", (words, code, message, hint) => {
    expect(() => resolved(...words)).toThrow(
      expect.objectContaining({
        code,
        message: expect.stringContaining(message),
        hint: expect.stringContaining(hint),
      }),
    );
  });

  test("takesPaths knows commands without any", () => {
    expect(takesPaths(command)).toBe(true);
    expect(takesPaths({ ...command, flags: { more: flags.more }, positionals: [] })).toBe(true);
    expect(takesPaths({ ...command, flags: { name: flags.name }, positionals: [] })).toBe(false);
  });
});
