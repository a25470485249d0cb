import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFiles, type Files } from "./files.ts";
import { runFsMagic } from "./fs-magic.ts";
import type { Catalogs } from "./volumes.ts";
import { createTestKernel, textOf } from "./testing.ts";

// Real processes on a machine that may be busy.
setDefaultTimeout(60_000);

let folder = "";
let files: Files;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mortar-files-"));
  await mkdir(join(folder, "kernel"));
  files = createFiles({
    worldFolder: folder,
    kernelFolder: join(folder, "kernel"),
    catalogs: async () => catalogs("v"),
  });
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** A catalog `c` with a schema `s` with these volumes. */
function catalogs(...volumes: string[]): Catalogs {
  const owned = { owner: "me@example.com", comment: undefined, createdAt: 0, updatedAt: 0 };
  const schema = {
    tables: new Map(),
    volumes: new Map(volumes.map((name) => [name, { ...owned, name, id: `id-of-${name}` }])),
  };
  return new Map([["c", { schemas: new Map([["s", schema]]) }]]) as unknown as Catalogs;
}

const paths = async (path: string) => (await files.list(path)).map((entry) => entry.path);

test("put, head and ls, in DBFS and in volumes", async () => {
  expect(await files.put("/data/a.txt", "żółć", false)).toBe(8);
  expect(await files.head("dbfs:/data/a.txt", 65_536)).toEqual({ text: "żółć", truncated: false });
  expect(await files.head("dbfs:///data/a.txt", 2)).toEqual({ text: "ż", truncated: true });
  await files.put("/Volumes/C/s/v/x/b.csv", "1", false);
  const [entry] = await files.list("dbfs:/Volumes/c/s/v/x");
  expect(entry).toMatchObject({ path: "dbfs:/Volumes/c/s/v/x/b.csv", name: "b.csv", size: 1 });
  expect(entry?.modificationTime).toBeGreaterThan(1_600_000_000_000);
  expect(await files.list("/data/a.txt")).toMatchObject([{ path: "dbfs:/data/a.txt", name: "a.txt", size: 8 }]);
  expect(await files.list("/")).toMatchObject([{ path: "dbfs:/data/", name: "data/", size: 0 }]);
  expect(await paths("/Volumes/c/s")).toEqual(["dbfs:/Volumes/c/s/v/"]);
  expect(await paths("/Volumes")).toEqual(["dbfs:/Volumes/c/"]);
});

test("put refuses to overwrite unless asked", async () => {
  await files.put("/a", "1", false);
  expect(files.put("/a", "2", false)).rejects.toThrow("FileAlreadyExistsException");
  await files.put("/a", "2", true);
  expect((await files.head("/a", 10)).text).toBe("2");
});

test("cp, mv, rm and mkdirs", async () => {
  await files.makeFolder("/in/deep");
  await files.put("/in/deep/a", "1", false);
  expect(files.copy("/in", "/out", false)).rejects.toThrow("recurse=True");
  await files.copy("/in", "/out", true);
  await files.copy("/in/deep/a", "/out", false);
  expect(await paths("/out")).toEqual(["dbfs:/out/a", "dbfs:/out/deep/"]);
  await files.move("/out/deep", "/moved", true);
  expect(await paths("/moved")).toEqual(["dbfs:/moved/a"]);
  expect(files.list("/out/deep")).rejects.toThrow("No such file or directory dbfs:/out/deep");
  expect(files.remove("/moved", false)).rejects.toThrow("not empty");
  expect(await files.remove("/moved", true)).toBe(true);
  expect(await files.remove("/moved", true)).toBe(false);
  expect(files.copy("/in", "/in/deep/again", true)).rejects.toThrow("inside it");
  expect(files.move("/none", "/x", false)).rejects.toThrow("No such file or directory dbfs:/none");
});

test.each([
  ["/../../etc/passwd", '".."'],
  ["dbfs:/a/../../../etc", '".."'],
  ["/Volumes/a/b/c/../../../../../x", '".."'],
  ["file:/etc/passwd", "file:/tmp"],
  ["file:/tmp/../etc/passwd", '".."'],
  ["s3://bucket/key", "no s3: file system"],
  ["abfss://c@a.dfs.core.windows.net/x", "no abfss: file system"],
  ["/Workspace/Users/me/x", "/Workspace"],
  ["relative/path", "not absolute"],
  ["/a\0b", "NUL"],
])("refuses %p", async (path, reason) => {
  expect(files.list(path)).rejects.toThrow(reason);
  expect(files.put(path, "x", true)).rejects.toThrow(reason);
  expect(files.remove(path, true)).rejects.toThrow(reason);
});

test("a symbolic link out of the folder is refused, for reading, writing and removing what is beyond", async () => {
  await files.put("/data/x", "1", false);
  const outside = join(folder, "outside");
  await mkdir(outside);
  await writeFile(join(outside, "secret"), "s");
  await symlink(outside, join(folder, "files", "dbfs", "data", "link"));
  await symlink(join(outside, "missing"), join(folder, "files", "dbfs", "data", "dangling"));
  for (const act of [
    () => files.head("/data/link/secret", 10),
    () => files.put("/data/link/new", "x", true),
    () => files.put("/data/dangling", "x", true),
    () => files.copy("/data/x", "/data/dangling", false),
    () => files.list("/data/link"),
    () => files.remove("/data/link/secret", false),
    () => files.copy("/data/x", "/data/link/x", false),
  ]) {
    expect(act()).rejects.toThrow("leads out of its file system");
  }
  expect(await readdir(outside)).toEqual(["secret"]);
});

test("roots and what lies above a volume cannot be changed", async () => {
  await files.put("/Volumes/c/s/v/a", "1", false);
  for (const path of ["/", "/Volumes", "/Volumes/c", "/Volumes/c/s"]) {
    expect(files.remove(path, true)).rejects.toThrow("cannot be written");
  }
  expect(files.put("/Volumes/c/s", "x", true)).rejects.toThrow("cannot be written");
  expect(await files.list("/Volumes/c/s/v")).toHaveLength(1);
});

test("a volume is there when the catalog says so, and empty at first", async () => {
  expect(await files.list("/Volumes/c/s/v")).toEqual([]);
  await files.put("/a", "1", false);
  await files.copy("/a", "/Volumes/c/s/v", false);
  expect(await paths("/Volumes/c/s/v/")).toEqual(["dbfs:/Volumes/c/s/v/a"]);
  expect(files.put("/Volumes/c/s/none/x", "1", false)).rejects.toThrow(
    "There is no volume c.s.none; CREATE VOLUME c.s.none makes it",
  );
  expect(files.list("/Volumes/none")).rejects.toThrow("There is no catalog none");
  expect(files.list("/Volumes/c/none")).rejects.toThrow("There is no schema c.none");
  expect(files.copy("/Volumes/c", "/x", true)).rejects.toThrow("above the volumes");
});

test("local files: the notebook's folder and the system's temporary folder", async () => {
  await writeFile(join(folder, "kernel", "made.txt"), "local");
  await files.copy(`file:${folder}/kernel/made.txt`, "/from-local.txt", false);
  expect((await files.head("/from-local.txt", 10)).text).toBe("local");
});

test("%fs shows a table or what the command says", async () => {
  expect(await runFsMagic('put /a/b.txt "some words" true', files)).toEqual({
    type: "text",
    text: "Wrote 10 bytes.\ntrue\n",
  });
  expect(await runFsMagic("head /a/b.txt", files)).toEqual({ type: "text", text: "some words" });
  expect(await runFsMagic("cp -r /a /c\n", files)).toEqual({ type: "text", text: "true\n" });
  expect(await runFsMagic("ls /c", files)).toMatchObject({
    type: "table",
    rows: [["dbfs:/c/b.txt", "b.txt", 10, expect.any(Number)]],
  });
  expect(await runFsMagic("rm /none", files)).toEqual({ type: "text", text: "false\n" });
  expect(runFsMagic("mounts", files)).rejects.toThrow("a path is missing");
  expect(runFsMagic("mount /x", files)).rejects.toThrow("%fs mount is not in the emulator");
  expect(runFsMagic("cp /a", files)).rejects.toThrow("a path is missing");
});

test("dbutils.fs from Python and %fs in a cell meet the same files", async () => {
  await using kernel = await createTestKernel();
  expect(
    await kernel.text("dbutils.fs.put('/n.txt', 'hello')\n[(f.name, f.size, f.isDir()) for f in dbutils.fs.ls('/')]"),
  ).toBe("Wrote 5 bytes.\n[('n.txt', 5, False)]\n");
  expect(textOf(await kernel.run("%fs head /n.txt"))).toBe("hello");
  expect(await kernel.text("dbutils.fs.head('/n.txt', 3)")).toBe("[Truncated to first 3 bytes]\n'hel'\n");
  expect(await kernel.text("dbutils.fs.cp('/n.txt', '/m.txt'), dbutils.fs.rm('/n.txt'), dbutils.fs.mkdirs('/d')")).toBe(
    "(True, True, True)\n",
  );
  expect(await kernel.failure("dbutils.fs.ls('/../x')")).toContain('climbs out with ".."');
  expect(await kernel.failure("dbutils.fs.mount('a', 'b')")).toBe(
    "UnsupportedName: dbutils.fs.mount is not in the emulator",
  );
  expect((await kernel.run("ls /none", "fs")).error?.summary).toContain("No such file or directory dbfs:/none");
});
