import { describe, expect, test } from "bun:test";
import type { FileEntry } from "../../contract/api.ts";
import { languageOf, shapeOfFile } from "./file-kind.ts";
import { fileTree, findFiles, folderOf, foldersTo, joined, nameOf, pathProblem, visibleNodes } from "./file-tree.ts";

const entry = (path: string, type: FileEntry["type"] = "file"): FileEntry => ({
  path,
  name: nameOf(path),
  type,
  size: 1,
  modified: "2026-01-01T00:00:00Z",
});
const entries = [
  entry("b.txt"),
  entry("src/deep/x.py"),
  entry("A10.md"),
  entry("A9.md"),
  entry("empty", "directory"),
  entry("src", "directory"),
];

describe("fileTree", () => {
  test("has folders first, then names as people order them, and makes folders that only files name", () => {
    const tree = fileTree(entries);
    expect(tree.map((node) => node.entry.path)).toEqual(["empty", "src", "A9.md", "A10.md", "b.txt"]);
    expect(tree[1]?.children.map((node) => [node.entry.path, node.depth, node.entry.type])).toEqual([
      ["src/deep", 1, "directory"],
    ]);
    expect(tree[1]?.children[0]?.children.map((node) => node.entry.path)).toEqual(["src/deep/x.py"]);
  });

  test("shows what is within open folders only", () => {
    const rows = (open: readonly string[]) =>
      visibleNodes(fileTree(entries), new Set(open)).map((node) => node.entry.path);
    expect(rows([])).toHaveLength(5);
    expect(rows(["src/deep"])).toHaveLength(5);
    expect(rows(["src", "src/deep"]).slice(1, 4)).toEqual(["src", "src/deep", "src/deep/x.py"]);
  });

  test("lists one that comes twice once", () => {
    expect(fileTree([entry("a"), entry("a")])).toHaveLength(1);
  });
});

test("findFiles looks in the whole path", () => {
  expect(findFiles(entries, "DEEP py").map(({ path }) => path)).toEqual(["src/deep/x.py"]);
  expect(findFiles(entries, "a").map(({ path }) => path)).toEqual(["A9.md", "A10.md"]);
});

test("paths are taken apart and put together", () => {
  expect([folderOf("a/b/c"), folderOf("a"), nameOf("a/b"), joined("", "x"), joined("a", "x")]).toEqual([
    "a/b",
    "",
    "b",
    "x",
    "a/x",
  ]);
  expect(foldersTo("a/b/c.txt")).toEqual(["a", "a/b"]);
});

test("pathProblem refuses what leads elsewhere and what not every system keeps", () => {
  for (const path of [
    "",
    "/etc/passwd",
    "C:/x",
    "a/../b",
    "a//b",
    "./a",
    "a\\b",
    "a\u0000",
    "con",
    "nul.txt",
    "x.",
    "x ",
    "a".repeat(501),
  ])
    expect([path, pathProblem(path) !== undefined]).toEqual([path, true]);
  for (const path of ["a.txt", "src/deep/x.py", "naïve – file (1).md", ".hidden", "console.log"])
    expect([path, pathProblem(path)]).toEqual([path, undefined]);
});

describe("shapeOfFile", () => {
  test("goes by name, and by content where a name is not enough", () => {
    const kind = (path: string, content: string | null) => shapeOfFile({ path, content }).kind;
    expect(kind("a.md", "# x")).toBe("markdown");
    expect(kind("a.CSV", "a,b")).toBe("table");
    expect(kind("a.png", null)).toBe("image");
    expect(kind("a.svg", "<svg/>")).toBe("image");
    expect(kind("a.parquet", null)).toBe("binary");
    expect(kind("a.ipynb", '{"cells":[]}')).toBe("notebook");
    expect(kind("a.ipynb", "{")).toBe("text");
    expect(kind("a.py", "# Databricks notebook source\nx")).toBe("notebook");
    expect(kind("a.py", "x")).toBe("text");
  });

  test("names languages", () => {
    expect([languageOf("x/y.PY"), languageOf("Makefile")]).toEqual(["python", undefined]);
  });
});
