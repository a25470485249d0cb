import { afterEach, beforeEach, expect, test } from "bun:test";
import { createTestWorld, type TestWorld } from "../testing.ts";
import type { WorkspaceTree } from "./tree.ts";

let opened: TestWorld;
let tree: WorkspaceTree;
let now = 1_000;

beforeEach(async () => {
  now = 1_000;
  opened = await createTestWorld({ clock: { now: () => now, sleep: () => Promise.resolve() } });
  tree = opened.world.tree;
});

afterEach(() => opened.dispose());

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (path: string): string => new TextDecoder().decode(tree.read(path));
const file = { objectType: "FILE", overwrite: false } as const;
const notebook = { objectType: "NOTEBOOK", language: "PYTHON", overwrite: false } as const;

test("a new workspace has its root folders and the owner's home", () => {
  expect(tree.list("/").map((object) => object.path)).toEqual(["/Repos", "/Shared", "/Users"]);
  expect(tree.require("/Users/me@example.com").objectType).toBe("DIRECTORY");
});

test("/Workspace is the same place as the root, in every call", () => {
  tree.write("/Workspace/Shared/a.txt", bytes("x"), file);
  expect(tree.require("/Shared/a.txt").path).toBe("/Shared/a.txt");
  expect(tree.find("/Workspace/Shared/a.txt")).toEqual(tree.require("/Shared//a.txt/"));
  expect(tree.list("/Workspace")).toEqual(tree.list("/"));
  tree.remove("/Workspace/Shared/a.txt", false);
  expect(tree.find("/Shared/a.txt")).toBeUndefined();
});

test("a path that comes out means the same when it comes in again", () => {
  tree.makeFolder("/Workspace/Workspace/Shared/deep");
  tree.makeFolder("/Workspace/Workspace/Shared/deep");
  tree.write("/Workspace/Workspace/Shared/deep/a", bytes("x"), file);
  const [found] = tree.list("/Shared/deep");
  expect(tree.require(found?.path ?? "").path).toBe("/Shared/deep/a");
});

test("a write gives the object, and an overwrite keeps its id and birth", () => {
  const first = tree.write("/Shared/etl", bytes("# one"), notebook);
  expect(first).toMatchObject({ objectType: "NOTEBOOK", language: "PYTHON", sizeBytes: 5, createdAt: 1_000 });
  now = 2_000;
  const second = tree.write("/Shared/etl", bytes("-- three"), { ...notebook, language: "SQL", overwrite: true });
  expect(second).toEqual({ ...first, language: "SQL", sizeBytes: 8, modifiedAt: 2_000 });
  expect(text("/Shared/etl")).toBe("-- three");
});

test.each([
  ["exists", () => tree.write("/Shared/etl", bytes(""), notebook), 400, "RESOURCE_ALREADY_EXISTS"],
  [
    "other type",
    () => tree.write("/Shared/etl", bytes(""), { ...file, overwrite: true }),
    400,
    "INVALID_PARAMETER_VALUE",
  ],
  ["parent missing", () => tree.write("/Shared/no/a", bytes(""), file), 404, "RESOURCE_DOES_NOT_EXIST"],
  ["parent is a notebook", () => tree.write("/Shared/etl/a", bytes(""), file), 400, "INVALID_PARAMETER_VALUE"],
  ["folder over a notebook", () => tree.makeFolder("/Shared/etl"), 400, "RESOURCE_ALREADY_EXISTS"],
  ["folder below a notebook", () => tree.makeFolder("/Shared/etl/a/b"), 400, "RESOURCE_ALREADY_EXISTS"],
  ["missing", () => tree.require("/Shared/none"), 404, "RESOURCE_DOES_NOT_EXIST"],
  ["reading a folder", () => tree.read("/Shared"), 400, "INVALID_PARAMETER_VALUE"],
  ["not empty", () => tree.remove("/Shared/full", false), 400, "DIRECTORY_NOT_EMPTY"],
  ["protected", () => tree.remove("/Users/me@example.com", true), 400, "DIRECTORY_PROTECTED"],
  ["root", () => tree.remove("/Workspace", true), 400, "DIRECTORY_PROTECTED"],
  ["relative", () => tree.find("Shared/etl"), 400, "INVALID_PARAMETER_VALUE"],
  ["climbing", () => tree.find("/Shared/../Users"), 400, "INVALID_PARAMETER_VALUE"],
])("refuses: %s", (_name, act, status, errorCode) => {
  tree.write("/Shared/etl", bytes("x"), notebook);
  tree.makeFolder("/Shared/full/inner");
  expect(act).toThrow(expect.objectContaining({ status, errorCode }));
});

test("a refused folder leaves nothing behind", () => {
  tree.write("/Shared/etl", bytes("x"), notebook);
  expect(() => tree.makeFolder("/Shared/etl/a/b")).toThrow();
  expect(tree.list("/Shared").map((object) => object.path)).toEqual(["/Shared/etl"]);
});

test("deleting a folder takes what is below it, and no neighbour with the same beginning", () => {
  tree.makeFolder("/Shared/a/b");
  for (const path of ["/Shared/a/b/x", "/Shared/a.txt", "/Shared/ab", "/Shared/a-b"])
    tree.write(path, bytes("x"), file);
  tree.remove("/Shared/a", true);
  expect(tree.list("/Shared").map((object) => object.path)).toEqual(["/Shared/a-b", "/Shared/a.txt", "/Shared/ab"]);
  expect(tree.find("/Shared/a/b/x")).toBeUndefined();
});

test("bytes come back as they went in", () => {
  const all = Uint8Array.from({ length: 256 }, (_, index) => index);
  tree.write("/Shared/blob", all, file);
  expect(tree.read("/Shared/blob")).toEqual(all);
});
