import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmod, link, mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findPrevious, placeBeside, renewLinks, replaceProgram, takePrevious } from "./replace.ts";

let folder: string;
let target: string;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (path: string): Promise<string> => readFile(path, "utf8");

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mortar-replace-"));
});
afterEach(async () => {
  await chmod(folder, 0o700);
  await rm(folder, { recursive: true, force: true });
});

describe.each(["linux", "win32"] as const)("as on %s", (os) => {
  beforeEach(async () => {
    target = join(folder, os === "win32" ? "mortar.exe" : "mortar");
    await writeFile(target, "one", { mode: 0o755 });
  });

  test("the new program takes the place, and the old one is kept", async () => {
    const fresh = await placeBeside(target, bytes("two"));
    if (process.platform !== "win32") expect((await stat(fresh)).mode & 0o777).toBe(0o755);
    const previous = await replaceProgram(target, fresh, os);
    expect(await read(target)).toBe("two");
    expect(await read(previous)).toBe("one");
    expect(await findPrevious(target, os)).toBe(previous);
    expect(await readdir(folder)).toHaveLength(2);
  });

  test("only the last one is kept", async () => {
    await replaceProgram(target, await placeBeside(target, bytes("two")), os);
    const previous = await replaceProgram(target, await placeBeside(target, bytes("three")), os);
    expect([await read(target), await read(previous)]).toEqual(["three", "two"]);
    expect(await readdir(folder)).toHaveLength(2);
  });

  test("back and forth", async () => {
    await replaceProgram(target, await placeBeside(target, bytes("two")), os);
    for (const [now, kept] of [
      ["one", "two"],
      ["two", "one"],
    ]) {
      const previous = (await findPrevious(target, os)) ?? "";
      await replaceProgram(target, await takePrevious(target, previous), os);
      expect([await read(target), await read((await findPrevious(target, os)) ?? "")]).toEqual([now, kept] as string[]);
    }
  });

  test("a new program that is not there leaves the old one as it is", async () => {
    await expect(replaceProgram(target, join(folder, "gone"), os)).rejects.toThrow(`Cannot replace ${target}`);
    expect(await read(target)).toBe("one");
  });

  test("nothing to go back to", async () => {
    expect(await findPrevious(target, os)).toBeUndefined();
    expect(await findPrevious(join(folder, "no", "mortar"), os)).toBeUndefined();
  });

  test("a folder that cannot be written", async () => {
    const elsewhere = join(folder, "missing", "mortar");
    await expect(placeBeside(elsewhere, bytes("two"))).rejects.toMatchObject({ code: "io" });
    await expect(takePrevious(target, join(folder, "gone"))).rejects.toMatchObject({ code: "io" });
  });
});

test.skipIf(process.platform === "win32" || process.getuid?.() === 0)(
  "a folder of somebody else's: permission denied, with what to do",
  async () => {
    target = join(folder, "mortar");
    await writeFile(target, "one");
    await chmod(folder, 0o500);
    await expect(placeBeside(target, bytes("two"))).rejects.toMatchObject({ code: "permission_denied" });
  },
);

describe("other names", () => {
  test("hard links, as on Windows, mean the new program", async () => {
    target = join(folder, "mortar.exe");
    await writeFile(target, "one");
    const helper = join(folder, "helper.exe");
    await link(target, helper);
    await replaceProgram(target, await placeBeside(target, bytes("two")), "win32");
    expect(await read(helper)).toBe("one");
    expect(await renewLinks(target, [helper], "win32")).toEqual([]);
    expect(await read(helper)).toBe("two");
    expect((await stat(helper)).ino).toBe((await stat(target)).ino);
  });

  test("a name that is gone is reported, and not made anew", async () => {
    target = join(folder, "mortar.exe");
    await writeFile(target, "one");
    const gone = join(folder, "gone.exe");
    expect(await renewLinks(target, [gone], "win32")).toEqual([gone]);
    expect(await readdir(folder)).toEqual(["mortar.exe"]);
  });

  test("symbolic links need nothing", async () => {
    expect(await renewLinks(join(folder, "mortar"), [join(folder, "gone")], "linux")).toEqual([]);
  });
});
