import { afterEach, beforeEach, expect, test } from "bun:test";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { createTestWorld, type TestWorld } from "../testing.ts";
import { copySource } from "./source.ts";

let test1: TestWorld;
beforeEach(async () => {
  test1 = await createTestWorld();
});
afterEach(() => test1.dispose());

const megabytes = (count: number, more = 0): Uint8Array => new Uint8Array(count * 1024 * 1024 + more);

test("no file of an app is larger than 10 MB, wherever it lies", async () => {
  const { world } = test1;
  world.tree.makeFolder("/app/deep/er");
  const file = { objectType: "FILE", overwrite: true } as const;
  world.tree.write("/app/app.yaml", new TextEncoder().encode('command: ["sh"]\n'), file);
  world.tree.write("/app/deep/er/model.bin", megabytes(10), file);
  const folder = join(world.folder, "copy");
  expect(await copySource(world, "/app", folder)).toMatchObject({ command: ["sh"] });
  expect(await readdir(join(folder, "deep", "er"))).toEqual(["model.bin"]);
  world.tree.write("/app/deep/er/model.bin", megabytes(10, 1), file);
  await expect(copySource(world, "/app", `${folder}2`)).rejects.toThrow(
    "File deep/er/model.bin is larger than the maximum allowed file size of 10 MB.",
  );
});
