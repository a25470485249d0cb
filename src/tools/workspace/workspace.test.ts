// The workspace toolset: folders up and down, search, and nothing deleted or written that was not meant.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { refusal, workspaceAt } from "../../workspace/testing.ts";
import type { ToolContext } from "../define.ts";
import { bench, rowsOf, testDeps, type Bench } from "../testing.ts";
import { loadTool } from "../toolsets.ts";
import { file, folder, home, notebook, testObjects, type TestObjects } from "./testing-objects.ts";

const header = "# Databricks notebook source";
let it: Bench;
let held: TestObjects;
let local: string;

beforeAll(() => void (it = bench({})));
afterAll(() => it[Symbol.asyncDispose]());
beforeEach(async () => {
  held = testObjects();
  local = await mkdtemp(join(tmpdir(), "mortar-workspace-"));
});
afterEach(async () => {
  await held[Symbol.asyncDispose]();
  await rm(local, { recursive: true, force: true });
});

const more = (): Partial<ToolContext> => ({
  workspace: workspaceAt(held.server.host),
  deps: { ...testDeps(), cwd: local },
});
const call = (name: string, args: object) => it.call(name, args, more());
const failure = (name: string, args: object) => it.failure(name, args, more());
const writes = () => held.server.received.filter(({ method }) => method === "POST").map(({ path }) => path);
const names = () =>
  [...held.objects.keys()].filter((path) => path.startsWith(`${home}/`)).map((path) => path.slice(home.length + 1));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(local, name, ".."), { recursive: true });
    await writeFile(join(local, name), text);
  }
}

describe("upload", () => {
  test("brings what is in a folder, notebooks as notebooks, and says what was left out", async () => {
    await write({
      "src/etl.py": `${header}\nprint(1)`,
      "src/lib/a.py": "x = 1",
      "src/empty/.keep": "",
      "src/.git/config": "",
      "src/node_modules/m/index.js": "",
      "src/venv/bin/x": "",
    });
    await symlink("/etc/hostname", join(local, "src", "out"));
    const { data } = await call("upload_to_workspace", { source: "src", path: "~/app" });
    expect(data).toMatchObject({ path: `/Workspace${home}/app`, state: "complete", uploaded: 2, left_out: 5 });
    expect(names().toSorted()).toEqual(["app", "app/empty", "app/etl", "app/lib", "app/lib/a.py"]);
    expect(held.objects.get(`${home}/app/etl`)?.type).toBe("NOTEBOOK");
  });

  test("puts a file under its new path, or into a folder that is there or was written as one", async () => {
    await write({ "a.txt": "a" });
    expect((await call("upload_to_workspace", { source: "a.txt", path: "~/b.txt" })).data["path"]).toEndWith("/b.txt");
    await call("upload_to_workspace", { source: "a.txt", path: "~/new/" });
    await call("upload_to_workspace", { source: "a.txt", path: "~" });
    expect(names().toSorted()).toEqual(["a.txt", "b.txt", "new", "new/a.txt"]);
  });

  test("takes a pattern, and keeps the folders below its fixed part", async () => {
    await write({ "src/a.py": "1", "src/b.txt": "2", "src/deep/c.py": "3" });
    const { data } = await call("upload_to_workspace", { source: "src/**/*.py", path: "~/x" });
    expect(data["uploaded"]).toBe(2);
    expect(names().toSorted()).toEqual(["x", "x/a.py", "x/deep", "x/deep/c.py"]);
    expect((await failure("upload_to_workspace", { source: "src/*.sql", path: "~/x" })).message).toContain("No file");
  });

  test("leaves what is there, replaces it where that is wanted, goes on where it was left", async () => {
    await write({ "s/a.txt": "new", "s/nb.py": `${header}\n2`, "s/b.txt": "b" });
    held.objects.set(`${home}/s`, folder);
    held.objects.set(`${home}/s/a.txt`, file("old"));
    held.objects.set(`${home}/s/nb`, notebook("old"));
    const first = await call("upload_to_workspace", { source: "s", path: "~/s" });
    expect(first.data).toMatchObject({ state: "incomplete", uploaded: 1, failed: 2 });
    expect(first.failed).toBe(true);
    expect(held.objects.get(`${home}/s/a.txt`)?.content.toString()).toBe("old");
    const again = await call("upload_to_workspace", { source: "s", path: "~/s", resume: true });
    expect(again.data).toMatchObject({ state: "complete", already_there: 3, uploaded: 0 });
    const over = await call("upload_to_workspace", { source: "s", path: "~/s", overwrite: true });
    expect(over.data).toMatchObject({ state: "complete", uploaded: 3 });
    expect(held.objects.get(`${home}/s/nb`)?.content.toString()).toContain("2");
  });

  test("asks before a notebook is overwritten by its source, which has an ending, and names it as what is written", async () => {
    held.objects.set(`${home}/nb`, notebook("old"));
    const tool = await loadTool("upload_to_workspace");
    const context = { ...it.context, ...more() };
    const ask = async (path: string) =>
      await tool?.confirm?.(tool.input.parse({ source: "nb.py", path, overwrite: true }), context);
    expect(String(await ask("~/nb.py"))).toBe(`Overwrite “/Workspace${home}/nb” for good?`);
    expect(await ask("~/other.py")).toBeUndefined();
    const targets = await tool?.targets?.(tool.input.parse({ source: "nb.py", path: "~/nb.py/" }), context);
    expect(targets?.map((one) => ("path" in one ? one.path : ""))).toContain(`/Workspace${home}/nb`);
  });

  test("refuses what the workspace does not take, and sends nothing for what is not there", async () => {
    await writeFile(join(local, "large.bin"), Buffer.alloc(10 * 1024 * 1024 + 1));
    expect(String((await failure("upload_to_workspace", { source: "large.bin", path: "~/l" })).code)).toBe("too_large");
    expect(String((await failure("upload_to_workspace", { source: "none", path: "~/l" })).code)).toBe("not_found");
    held.objects.set(`${home}/f`, file(""));
    await mkdir(join(local, "dir"));
    expect(String((await failure("upload_to_workspace", { source: "dir", path: "~/f" })).code)).toBe("already_exists");
    expect(writes()).toEqual([]);
  });

  test("never takes a whole disk or a whole home folder", async () => {
    const deps = { ...testDeps(), cwd: local, paths: { ...testDeps().paths, home: local } };
    for (const source of ["/", "..", ".", "~", "/*", "./*.py", "~/**"]) {
      const at = source === ".." ? { ...deps, cwd: "/tmp" } : deps;
      const error = await it.failure("upload_to_workspace", { source, path: "~/x" }, { ...more(), deps: at });
      expect([source, error.message]).toEqual([source, expect.stringContaining("whole disk or home")]);
    }
    expect(writes()).toEqual([]);
  });

  test("makes each folder once, however many files go into it", async () => {
    await write(Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`s/d/${at}.txt`, String(at)])));
    await call("upload_to_workspace", { source: "s", path: "~/s" });
    expect(writes().filter((path) => path.endsWith("/mkdirs"))).toHaveLength(1);
  });

  test("stops where the workspace refuses everything", async () => {
    await write(Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`s/${at}.txt`, "x"])));
    held.answer = ({ path }) =>
      path.endsWith("/import") ? refusal(403, "PERMISSION_DENIED", "You may not.") : undefined;
    expect(String((await failure("upload_to_workspace", { source: "s", path: "~/s" })).code)).toBe("permission_denied");
    expect(writes().filter((path) => path.endsWith("/import")).length).toBeLessThan(15);
  });
});

describe("download", () => {
  test("gives notebooks their language's extension, and files as they are", async () => {
    held.objects.set(`${home}/p`, folder);
    held.objects.set(`${home}/p/etl`, notebook(`${header}\n1`));
    held.objects.set(`${home}/p/data.bin`, file(Buffer.from([0, 255, 10])));
    held.objects.set(`${home}/p/empty`, folder);
    held.objects.set(`${home}/p/x.whl`, { type: "LIBRARY", content: Buffer.alloc(0) });
    const { data } = await call("download_from_workspace", { path: "~/p", destination: "out" });
    expect(data).toMatchObject({ state: "complete", downloaded: 2, left_out: 1 });
    expect((await readdir(join(local, "out"))).toSorted()).toEqual(["data.bin", "empty", "etl.py"]);
    expect([...(await readFile(join(local, "out", "data.bin")))]).toEqual([0, 255, 10]);
    await call("download_from_workspace", { path: "~/p/etl", destination: "as/", notebooks_as: "ipynb" });
    expect(await readdir(join(local, "as"))).toEqual(["etl.ipynb"]);
    const asked = held.server.received.filter(({ path }) => path.endsWith("/export")).map(({ search }) => search);
    expect(asked.at(-1)).toContain("format=JUPYTER");
  });

  test("never leaves the destination, whatever the names say", async () => {
    held.objects.set(`${home}/p`, folder);
    held.answer = ({ path }, at) =>
      path.endsWith("/list") && at === `${home}/p`
        ? {
            objects: ["..", "a\0b", "C:\\x", "ok.txt"].map((name) => {
              return { path: `${home}/p/${name}`, object_type: "FILE", size: 1 };
            }),
          }
        : undefined;
    held.objects.set(`${home}/p/ok.txt`, file("fine"));
    const { data } = await call("download_from_workspace", { path: "~/p", destination: "out" });
    expect(data).toMatchObject({ downloaded: 1, failed: 3 });
    expect(await readdir(local)).toEqual(["out"]);
    expect(await readdir(join(local, "out"))).toEqual(["ok.txt"]);
  });

  test("leaves what is there unless it may be replaced", async () => {
    await write({ "a.txt": "mine" });
    held.objects.set(`${home}/a.txt`, file("theirs"));
    const wish = { path: "~/a.txt", destination: "a.txt" };
    expect(String((await failure("download_from_workspace", wish)).code)).toBe("already_exists");
    expect(await readFile(join(local, "a.txt"), "utf8")).toBe("mine");
    await call("download_from_workspace", { ...wish, overwrite: true });
    expect(await readFile(join(local, "a.txt"), "utf8")).toBe("theirs");
  });
});

describe("delete", () => {
  test.each([
    "/",
    "/Workspace",
    "/Users",
    "/Workspace/Users/",
    "~",
    `${home}/`,
    "/Repos",
    "/Repos/me@example.com",
    "/Shared",
    "//Users//me@example.com",
    `${home}/x/../../other`,
    `${home}/.`,
  ])("never takes %s", async (path) => {
    const error = await failure("delete_workspace_path", { path, recursive: true });
    expect(String(error.code)).toBe("invalid_input");
    expect(writes()).toEqual([]);
  });

  test("takes a folder with something in it only where that is wanted, and names what goes before it asks", async () => {
    held.objects.set(`${home}/p`, folder);
    held.objects.set(`${home}/p/q`, folder);
    held.objects.set(`${home}/p/q/nb`, notebook(""));
    expect((await failure("delete_workspace_path", { path: "~/p" })).message).toContain("2 objects");
    expect(writes()).toEqual([]);
    const tool = await loadTool("delete_workspace_path");
    const asked = await tool?.confirm?.({ path: "~/p", recursive: true }, { ...it.context, ...more() });
    expect(String(asked)).toContain("2 objects");
    expect((await call("delete_workspace_path", { path: "~/p", recursive: true })).data["objects_deleted"]).toBe(3);
    expect(names()).toEqual([]);
  });
});

describe("search", () => {
  beforeEach(() => {
    held.objects.set(`${home}/a`, folder);
    held.objects.set(`${home}/a/Nightly ETL`, notebook(`${header}\nimport pandas\nSELECT_ME = 1`));
    held.objects.set(`${home}/a/notes.txt`, file("nothing\nselect_me here"));
    held.objects.set(`${home}/etl_old`, notebook("x"));
    held.objects.set(`${home}/a/image.png`, file(Buffer.from([0, 1, 2])));
  });

  test("finds by a part of the name or by a pattern, in any case", async () => {
    const found = async (name: string) => rowsOf(await call("search_workspace", { name })).map((row) => row["path"]);
    expect(await found("etl")).toEqual([`/Workspace${home}/etl_old`, `/Workspace${home}/a/Nightly ETL`]);
    expect(await found("*etl")).toEqual([`/Workspace${home}/a/Nightly ETL`]);
    expect(await found("n?tes*")).toEqual([`/Workspace${home}/a/notes.txt`]);
    expect((await call("search_workspace", { name: "none" })).data["hint"]).toContain("Nothing matches");
  });

  test("finds text, with the line where it stands", async () => {
    const rows = rowsOf(await call("search_workspace", { contains: "select_ME" }));
    expect(rows.map(({ path, line, text }) => [path, line, text])).toEqual([
      [`/Workspace${home}/a/Nightly ETL`, 3, "SELECT_ME = 1"],
      [`/Workspace${home}/a/notes.txt`, 2, "select_me here"],
    ]);
  });

  test("ends at its limit and says so; a folder that lists itself ends too", async () => {
    expect((await call("search_workspace", { name: "", limit: 2 })).data).toMatchObject({
      returned: 2,
      truncated: true,
    });
    held.answer = ({ path }) =>
      path.endsWith("/list") ? { objects: [{ path: "/x/loop", object_type: "DIRECTORY" }] } : undefined;
    const { data } = await call("search_workspace", { name: "never" });
    expect(data["looked_at"]).toBeLessThan(100);
  });
});

test("a file is read as text, and on from where it was cut; a folder is none", async () => {
  held.objects.set(`${home}/t.txt`, file("0123456789"));
  const first = await call("read_workspace_file", { path: "~/t.txt", max_chars: 4 });
  expect(first.data).toMatchObject({ text: "0123", truncated: true, next_offset_chars: 4, total_chars: 10 });
  const rest = await call("read_workspace_file", { path: "~/t.txt", offset_chars: 4 });
  expect(rest.data).toMatchObject({ text: "456789", truncated: false });
  held.objects.set(`${home}/b`, file(Buffer.from([0])));
  expect((await failure("read_workspace_file", { path: "~/b" })).hint).toContain("download_from_workspace");
  expect((await failure("read_workspace_file", { path: "~" })).message).toContain("is a folder");
});

test("an object is told, and a folder made once", async () => {
  held.objects.set(`${home}/nb`, notebook("x"));
  expect((await call("get_workspace_object", { path: "~/nb" })).data).toMatchObject({
    type: "NOTEBOOK",
    language: "PYTHON",
    modified: "2026-09-21T14:13:20Z",
  });
  expect((await call("create_workspace_folder", { path: "~/a/b" })).data["was_there"]).toBe(false);
  expect((await call("create_workspace_folder", { path: "~/a/b" })).data["was_there"]).toBe(true);
  expect((await failure("get_workspace_object", { path: "~/nbb" })).hint).toContain("nb");
});
