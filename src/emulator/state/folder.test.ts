import { afterEach, beforeEach, expect, test } from "bun:test";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startTestEmulator } from "../testing-server.ts";
import { deleteFolder, isEmulatorFolder, prepareFolder } from "./folder.ts";

const unix = process.platform !== "win32";
let root = "";
let folder = "";

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "mortar-folder-"));
  folder = join(root, "data");
});

afterEach(() => rm(root, { recursive: true, force: true }));

/** A file outside of the data folder, which nothing may touch. */
async function precious(name: string, content = "precious"): Promise<string> {
  const path = join(root, name);
  await writeFile(path, content, { mode: 0o644 });
  return path;
}

async function filled(): Promise<void> {
  const emulator = await startTestEmulator({ folder });
  await emulator.call("POST /api/2.0/workspace/mkdirs", { body: { path: "/Shared/x" } });
  await emulator.dispose();
}

test("what an emulator was killed while writing does not keep the next one out", async () => {
  await mkdir(folder);
  await writeFile(join(folder, ".0123456789ab.tmp"), "half a mark");
  await prepareFolder(folder);
  expect(await isEmulatorFolder(folder)).toBe(true);
  expect(await deleteFolder(folder)).toEqual({ deleted: true, left: [] });
  expect(await readdir(root)).toEqual([]);
});

test("two that prepare one new folder at once both may", async () => {
  await Promise.all(Array.from({ length: 8 }, () => prepareFolder(folder)));
  expect(await isEmulatorFolder(folder)).toBe(true);
});

test("deleting takes the emulator's own and leaves what others put there", async () => {
  await filled();
  await mkdir(join(folder, "thesis"));
  await writeFile(join(folder, "thesis", "one.tex"), "x");
  await writeFile(join(folder, "sql.txt"), "x");
  expect(await deleteFolder(folder)).toEqual({ deleted: true, left: ["sql.txt", "thesis"] });
  expect(await readdir(folder)).toEqual(["sql.txt", "thesis"]);
  await expect(deleteFolder(folder)).rejects.toMatchObject({ code: "invalid_input" });
});

const python = Bun.which("python3") ?? Bun.which("python");

test.skipIf(python === null)(
  "what notebooks, SQL and dbutils put into the folder is the emulator's own",
  async () => {
    const emulator = await startTestEmulator({ folder });
    const source = "dbutils.fs.put('dbfs:/x.txt', '1')\nspark.sql('CREATE TABLE t AS SELECT 1 AS x')";
    const content = Buffer.from(source).toString("base64");
    await emulator.call("POST /api/2.0/workspace/import", { body: { path: "/Shared/n", language: "PYTHON", content } });
    const tasks = [{ task_key: "a", notebook_task: { notebook_path: "/Shared/n" } }];
    const { json } = await emulator.call("POST /api/2.2/jobs/runs/submit", { body: { tasks } });
    const status = async (): Promise<string> =>
      (await emulator.call(`GET /api/2.2/jobs/runs/get?run_id=${String(json["run_id"])}`)).text;
    while (!(await status()).includes('"life_cycle_state":"TERMINATED"'));
    expect(await status()).toContain('"result_state":"SUCCESS"');
    expect(await readdir(folder)).toEqual(expect.arrayContaining(["files", "kernels", "sql"]));
    await emulator.dispose();
    expect(await deleteFolder(folder)).toEqual({ deleted: true, left: [] });
  },
  60_000,
);

test.skipIf(!unix)("links in the folder are removed, and never followed", async () => {
  await filled();
  await mkdir(join(root, "elsewhere"));
  await precious("elsewhere/keep");
  await symlink("../elsewhere", join(folder, "files"));
  await mkdir(join(folder, "kernels"));
  await symlink("../../elsewhere", join(folder, "kernels", "1-x"));
  expect(await deleteFolder(folder)).toEqual({ deleted: true, left: [] });
  expect(await readdir(join(root, "elsewhere"))).toEqual(["keep"]);
});

test.skipIf(!unix)("a folder that is a link is emptied where it leads, and the link stays", async () => {
  await mkdir(join(root, "disk"));
  await symlink("disk", folder);
  await filled();
  expect(await deleteFolder(folder)).toEqual({ deleted: true, left: [] });
  expect(await readdir(join(root, "disk"))).toEqual([]);
});

test.skipIf(!unix).each(["token", "state.db", "files", "kernels", "sql"])(
  "a folder of others whose %s leads elsewhere is refused, and nothing is written there",
  async (name) => {
    await mkdir(folder);
    await writeFile(join(folder, ".mortar-emulator"), "");
    const target = await precious("target");
    await symlink("../target", join(folder, name));
    await expect(startTestEmulator({ folder })).rejects.toMatchObject({ code: "invalid_input" });
    expect(await readFile(target, "utf8")).toBe("precious");
    expect((await stat(target)).mode & 0o777).toBe(0o644);
  },
);

test.skipIf(!unix)("the database and its journals are private in a folder that others can read", async () => {
  await mkdir(folder);
  await chmod(folder, 0o755);
  const emulator = await startTestEmulator({ folder });
  const names = (await readdir(folder)).filter((name) => name.startsWith("state.db"));
  expect(names).toContain("state.db-wal");
  for (const name of names) expect([name, (await stat(join(folder, name))).mode & 0o077]).toEqual([name, 0]);
  await emulator.dispose();
});

test("a broken database, or one of another make, is said so with the way out", async () => {
  await filled();
  await rm(join(folder, "state.db-wal"), { force: true });
  await writeFile(join(folder, "state.db"), "no database ".repeat(1_000));
  await expect(startTestEmulator({ folder })).rejects.toMatchObject({
    code: "io",
    hint: expect.stringContaining("reset"),
  });
});

test("a document that is cut off is said so, and the folder is let go of", async () => {
  const first = await startTestEmulator({ folder });
  await first.dispose();
  const { Database } = await import("bun:sqlite");
  const database = new Database(join(folder, "state.db"));
  database.run(`UPDATE document SET body = '{"work' WHERE collection = 'identity'`);
  database.close();
  const broken = { code: "io", hint: expect.stringContaining("reset") };
  await expect(startTestEmulator({ folder })).rejects.toMatchObject(broken);
  await expect(startTestEmulator({ folder })).rejects.toMatchObject(broken);
});
