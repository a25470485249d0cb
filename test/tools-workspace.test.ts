// Files and folders of the workspace through the binary: up, found, read, down again, deleted.
import { expect, test } from "bun:test";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { toolStage } from "./support/tool-stage.ts";

const stage = toolStage(["--toolsets", "notebooks,workspace"]);
const { done } = stage;

const notebook = "# Databricks notebook source\nspark.table('main.shop.fruit')\n\n# COMMAND ----------\n\nprint('ü')\n";
const files: Readonly<Record<string, string | Uint8Array>> = {
  "etl.py": notebook,
  "lib/tools.py": "def clean(x):\n    return x.strip()\n",
  "lib/data.bin": Uint8Array.from({ length: 300_000 }, (_, at) => (at * 7) % 256),
  "queries/top.sql": "SELECT 1",
};

test("a project goes up, is found, comes down byte for byte, and is deleted", async () => {
  const source = join(stage.machine.home, "project");
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(source, name)), { recursive: true });
    await writeFile(join(source, name), content);
  }
  await done("create_workspace_folder", { path: "~/stage" });
  expect(await done("upload_to_workspace", { source, path: "~/stage/project" })).toMatchObject({ uploaded: 4 });
  expect(await done("upload_to_workspace", { source, path: "~/stage/project", resume: true })).toMatchObject({
    already_there: 4,
    uploaded: 0,
  });
  expect(await done("read_notebook", { notebook_path: "~/stage/project/etl" })).toMatchObject({ total_cells: 2 });
  expect(await done("get_workspace_object", { path: "~/stage/project/etl" })).toMatchObject({
    type: "NOTEBOOK",
    language: "PYTHON",
  });
  expect(await done("read_workspace_file", { path: "~/stage/project/lib/tools.py" })).toMatchObject({
    text: files["lib/tools.py"],
    truncated: false,
  });
  const found = await done("search_workspace", { path: "~/stage", contains: "SHOP.fruit" });
  expect(found["rows"]).toEqual([
    [expect.stringContaining("/etl"), "NOTEBOOK", expect.any(String), 2, expect.any(String)],
  ]);

  const down = join(stage.machine.home, "down");
  expect(await done("download_from_workspace", { path: "~/stage/project", destination: down })).toMatchObject({
    downloaded: 4,
  });
  const names = (await readdir(down, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  expect(names).toHaveLength(4);
  for (const [name, content] of Object.entries(files)) {
    expect([name, await readFile(join(down, name))]).toEqual([name, Buffer.from(content)]);
  }

  const refused = await stage.session.call("delete_workspace_path", { path: "~", recursive: true });
  expect([refused.isError, refused.text]).toEqual([true, expect.stringContaining("not deleted here")]);
  expect(await done("delete_workspace_path", { path: "~/stage", recursive: true })).toMatchObject({
    objects_deleted: 8,
  });
  expect((await stage.session.call("get_workspace_object", { path: "~/stage" })).isError).toBe(true);
});
