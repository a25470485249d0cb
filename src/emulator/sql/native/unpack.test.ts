import { afterEach, beforeEach, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { chmod, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unpackEmbedded, type EmbeddedFile } from "./unpack.ts";

let base: string;
const content = Buffer.from("the shared library".repeat(1000));

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "mortar-unpack-"));
});
afterEach(() => rm(base, { recursive: true, force: true }));

async function embedded(bytes: Uint8Array = content): Promise<EmbeddedFile[]> {
  const packed = join(base, "lib.zst");
  await writeFile(packed, Bun.zstdCompressSync(bytes));
  const plain = join(base, "addon");
  await writeFile(plain, "addon");
  const hash = (data: string | Uint8Array): string => createHash("sha256").update(data).digest("hex");
  return [
    { name: "libduckdb.so", source: packed, sha256: hash(content), compressed: true },
    { name: "duckdb.node", source: plain, sha256: hash("addon"), compressed: false },
  ];
}

test("both files are written, private, and left alone when they are intact", async () => {
  const files = await embedded();
  const folder = unpackEmbedded(files, join(base, "cache"));
  expect(await readFile(join(folder, "libduckdb.so"))).toEqual(content);
  expect(await readFile(join(folder, "duckdb.node"), "utf8")).toBe("addon");
  if (process.platform !== "win32") expect((await stat(folder)).mode & 0o777).toBe(0o700);
  const before = (await stat(join(folder, "libduckdb.so"))).ino;
  expect(unpackEmbedded(files, join(base, "cache"))).toBe(folder);
  expect((await stat(join(folder, "libduckdb.so"))).ino).toBe(before);
  expect((await readdir(folder)).sort()).toEqual(["duckdb.node", "libduckdb.so"]);
});

test("a planted library is replaced", async () => {
  const files = await embedded();
  const folder = unpackEmbedded(files, join(base, "cache"));
  await writeFile(join(folder, "libduckdb.so"), "evil");
  unpackEmbedded(files, join(base, "cache"));
  expect(await readFile(join(folder, "libduckdb.so"))).toEqual(content);
});

test.skipIf(process.platform === "win32")("a link in the library's place is replaced, not followed", async () => {
  const files = await embedded();
  const folder = unpackEmbedded(files, join(base, "cache"));
  const outside = join(base, "outside");
  await writeFile(outside, content);
  await rm(join(folder, "libduckdb.so"));
  await symlink(outside, join(folder, "libduckdb.so"));
  unpackEmbedded(files, join(base, "cache"));
  expect((await stat(outside)).size).toBe(content.length);
  await writeFile(outside, "evil");
  expect(await readFile(join(folder, "libduckdb.so"))).toEqual(content);
});

test.skipIf(process.platform === "win32")("an open folder is closed to others", async () => {
  const files = await embedded();
  const folder = unpackEmbedded(files, join(base, "cache"));
  await chmod(folder, 0o777);
  unpackEmbedded(files, join(base, "cache"));
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
});

test("an embedded copy with a wrong hash is refused", async () => {
  const files = await embedded(Buffer.from("something else"));
  expect(() => unpackEmbedded(files, join(base, "cache"))).toThrow("damaged");
});
