// Whole or not at all; links and modes stay.
import { afterAll, describe, expect, test } from "bun:test";
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errnoOf, makePrivateFolder, readTextIfPresent, writeAtomic } from "./files.ts";

const folder = await mkdtemp(join(tmpdir(), "mortar-files-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

const posix = process.platform !== "win32";
const asRoot = process.getuid?.() === 0;
let count = 0;
async function freshFolder(): Promise<string> {
  const path = join(folder, String(count++));
  await mkdir(path);
  return path;
}

async function modeOf(path: string): Promise<number> {
  return (await stat(path)).mode & 0o777;
}

test.skipIf(process.platform !== "linux")("what cannot be written is named with what to do, for root too", async () => {
  for (const work of [
    () => makePrivateFolder("/sys/mortar/x"),
    () => writeAtomic("/sys/mortar/x/file", "text"),
    () => writeAtomic("/sys/x", "text"),
  ]) {
    await expect(work()).rejects.toMatchObject({
      code: "io",
      message: expect.stringMatching(/ \/sys\/.*: /),
      hint: expect.stringMatching(/\/sys\b.*run the command again/),
    });
  }
});

describe("readTextIfPresent", () => {
  test.skipIf(!posix)("does not wait for a pipe that lies in the place of a file", async () => {
    const at = join(await freshFolder(), "settings.json");
    expect(Bun.spawnSync(["mkfifo", at]).exitCode).toBe(0);
    expect(await readTextIfPresent(at).catch(String)).toContain("a pipe, and no file");
  });

  test("gives the text, or undefined where there is no file", async () => {
    const at = await freshFolder();
    await writeFile(join(at, "a"), "text ä");
    expect(await readTextIfPresent(join(at, "a"))).toBe("text ä");
    expect(await readTextIfPresent(join(at, "b"))).toBeUndefined();
    expect(await readTextIfPresent(join(at, "a", "below"))).toBeUndefined();
  });

  test("says why a file cannot be read", async () => {
    const at = await freshFolder();
    await expect(readTextIfPresent(at)).rejects.toMatchObject({
      code: "io",
      message: `Cannot read ${at}: it is a folder`,
    });
  });

  test.skipIf(!posix || asRoot)("says that permission is denied", async () => {
    const path = join(await freshFolder(), "a");
    await writeFile(path, "x", { mode: 0 });
    await expect(readTextIfPresent(path)).rejects.toMatchObject({
      message: expect.stringContaining("permission denied"),
    });
  });
});

describe("writeAtomic", () => {
  test("writes text and bytes, makes missing folders, and leaves nothing else behind", async () => {
    const at = await freshFolder();
    await writeAtomic(join(at, "x", "y", "a"), "one");
    await writeAtomic(join(at, "x", "y", "a"), new Uint8Array([116, 119, 111]));
    expect(await readFile(join(at, "x", "y", "a"), "utf8")).toBe("two");
    expect(await readdir(join(at, "x", "y"))).toEqual(["a"]);
  });

  test.skipIf(!posix)("a new file and folder are the user's alone, or have the mode that is asked for", async () => {
    const at = await freshFolder();
    await writeAtomic(join(at, "new", "a"), "x");
    await writeAtomic(join(at, "new", "b"), "x", { mode: 0o644 });
    expect(await modeOf(join(at, "new"))).toBe(0o700);
    expect(await modeOf(join(at, "new", "a"))).toBe(0o600);
    expect(await modeOf(join(at, "new", "b"))).toBe(0o644);
  });

  test.skipIf(!posix)("a file that is there keeps its mode, unless it must have another", async () => {
    const path = join(await freshFolder(), "a");
    await writeFile(path, "x");
    await chmod(path, 0o640);
    await writeAtomic(path, "y");
    expect(await modeOf(path)).toBe(0o640);
    await writeAtomic(path, "z", { mode: 0o600, forceMode: true });
    expect(await modeOf(path)).toBe(0o600);
  });

  test.skipIf(!posix)(
    "follows links, and they stay: a chain, a relative one, one to a file that is not there yet",
    async () => {
      const at = await freshFolder();
      await mkdir(join(at, "real"));
      await writeFile(join(at, "real", "file"), "old");
      await symlink(join("real", "file"), join(at, "relative"));
      await symlink(join(at, "relative"), join(at, "chain"));
      await symlink(join("real", "later"), join(at, "dangling"));
      await symlink("dangling", join(at, "dangling-chain"));
      await writeAtomic(join(at, "chain"), "new");
      await writeAtomic(join(at, "dangling-chain"), "made");
      expect(await readFile(join(at, "real", "file"), "utf8")).toBe("new");
      expect(await readFile(join(at, "real", "later"), "utf8")).toBe("made");
      expect(await readlink(join(at, "chain"))).toBe(join(at, "relative"));
      expect(await readlink(join(at, "dangling"))).toBe(join("real", "later"));
      for (const name of ["relative", "chain", "dangling", "dangling-chain"]) {
        expect((await lstat(join(at, name))).isSymbolicLink()).toBe(true);
      }
      expect((await readdir(join(at, "real"))).toSorted()).toEqual(["file", "later"]);
    },
  );

  test.skipIf(!posix)("a ring of links is replaced by the file rather than followed for ever", async () => {
    const at = await freshFolder();
    await symlink("b", join(at, "a"));
    await symlink("a", join(at, "b"));
    await writeAtomic(join(at, "a"), "x");
    expect(await readFile(join(at, "a"), "utf8")).toBe("x");
  });

  test("when it fails, the old content stays and no temporary file is left", async () => {
    const at = await freshFolder();
    await mkdir(join(at, "taken"));
    await expect(writeAtomic(join(at, "taken"), "x")).rejects.toMatchObject({ code: "io" });
    await writeFile(join(at, "file"), "old");
    await expect(writeAtomic(join(at, "file", "below"), "x")).rejects.toMatchObject({ code: "io" });
    expect(await readFile(join(at, "file"), "utf8")).toBe("old");
    expect((await readdir(at)).toSorted()).toEqual(["file", "taken"]);
  });

  test("a reader beside many writers sees one of their texts, never a part", async () => {
    const path = join(await freshFolder(), "a");
    const texts = Array.from({ length: 8 }, (_, at) => String(at).repeat(50_000));
    await writeAtomic(path, texts[0] ?? "");
    const writes = Promise.all(texts.map((text) => writeAtomic(path, text)));
    for (let read = 0; read < 20; read++) expect(texts).toContain(await readFile(path, "utf8"));
    await writes;
    expect(texts).toContain(await readFile(path, "utf8"));
  });
});

test("makePrivateFolder leaves a folder that is there as it is", async () => {
  const at = await freshFolder();
  if (posix) await chmod(at, 0o755);
  await makePrivateFolder(at);
  if (posix) expect(await modeOf(at)).toBe(0o755);
  await writeFile(join(at, "file"), "");
  await expect(makePrivateFolder(join(at, "file", "x"))).rejects.toMatchObject({ code: "io" });
});

test("errnoOf reads the system's name for a failure", async () => {
  const thrown = await readFile(join(folder, "nowhere")).catch((cause: unknown) => cause);
  expect(errnoOf(thrown)).toBe("ENOENT");
  expect(errnoOf(new Error("x"))).toBeUndefined();
  expect(errnoOf({ code: "ENOENT" })).toBeUndefined();
  expect(errnoOf(Object.assign(new Error("x"), { code: 5 }))).toBeUndefined();
});
