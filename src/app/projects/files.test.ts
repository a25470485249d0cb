import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmod, link, mkdir, readdir, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ProjectFiles } from "./projects.ts";
import { codeOf, openHouse, type House, type Machine } from "./testing-projects.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

// Each write waits until the disk has it, and the disk of a busy machine is slow.
setDefaultTimeout(60_000);

let house: House;
let machine: Machine;
let files: ProjectFiles;

beforeAll(async () => {
  house = await openHouse();
  machine = await house.machine({ freshMs: 60_000 });
  files = machine.projects.files;
});

afterAll(() => house[Symbol.asyncDispose]());

async function fresh(): Promise<string> {
  const id = await house.newProject();
  await machine.projects.open(id);
  return id;
}

describe("files of a project", () => {
  test("are written, listed and read", async () => {
    const id = await fresh();
    const written = await files.write(id, "src/a.py", bytes("print(1)\n"), null);
    expect(written).toMatchObject({
      path: "src/a.py",
      name: "a.py",
      size: 9,
      content: "print(1)\n",
      media_type: "text/x-python",
    });
    expect(await files.read(id, "src/a.py")).toEqual(written);
    const all = await files.list(id);
    expect(all.map(({ path, type }) => [path, type])).toEqual([
      ["CLAUDE.md", "file"],
      ["src", "directory"],
      ["src/a.py", "file"],
    ]);
    expect((await files.list(id, { folder: "src" })).map(({ path }) => path)).toEqual(["src/a.py"]);
    expect((await files.list(id, { hidden: true })).map(({ path }) => path)).toContain(
      ".claude/skills/databricks-jobs/SKILL.md",
    );
    expect((await files.list(id, { folder: "", hidden: true })).map(({ path }) => path)).toEqual([
      ".claude",
      "CLAUDE.md",
      "src",
    ]);
  });

  test("are text or not by what is in them", async () => {
    const id = await fresh();
    await files.write(id, "a.bin", new Uint8Array([1, 0, 2]));
    await files.write(id, "latin.txt", new Uint8Array([0x66, 0xfc, 0x72]));
    await files.write(id, "Makefile", bytes("all:\n"));
    await files.write(id, "bom.csv", bytes("\uFEFFa,b\n"));
    await files.write(id, "long.txt", new Uint8Array(2 * 1024 ** 2 + 1).fill(65));
    const kinds = async (path: string): Promise<unknown[]> => {
      const { content, media_type } = await files.read(id, path);
      return [content, media_type];
    };
    expect(await kinds("a.bin")).toEqual([null, "application/octet-stream"]);
    expect(await kinds("latin.txt")).toEqual([null, "text/plain"]);
    expect(await kinds("Makefile")).toEqual(["all:\n", "text/plain"]);
    expect(await kinds("bom.csv")).toEqual(["\uFEFFa,b\n", "text/csv"]);
    expect(await kinds("long.txt")).toEqual([null, "text/plain"]);
  });

  test("are saved only over what was read", async () => {
    const id = await fresh();
    const first = await files.write(id, "a.txt", bytes("1"), null);
    expect(await codeOf(files.write(id, "a.txt", bytes("2"), null))).toBe("conflict");
    const second = await files.write(id, "a.txt", bytes("2"), first.version);
    expect(await codeOf(files.write(id, "a.txt", bytes("3"), first.version))).toBe("conflict");
    await machine.put(id, "files/a.txt", "agent");
    expect(await codeOf(files.write(id, "a.txt", bytes("3"), second.version))).toBe("conflict");
    await files.write(id, "a.txt", bytes("4"));
    await files.remove(id, "a.txt");
    expect(await codeOf(files.write(id, "a.txt", bytes("5"), second.version))).toBe("conflict");
    expect(await codeOf(files.read(id, "a.txt"))).toBe("not_found");
  });

  test("are saved by one of two that save at once", async () => {
    const id = await fresh();
    const { version } = await files.write(id, "a.txt", bytes("0"), null);
    const tries = Array.from({ length: 6 }, (_, at) => codeOf(files.write(id, "a.txt", bytes(`${at}!`), version)));
    expect((await Promise.all(tries)).toSorted()).toEqual([
      "conflict",
      "conflict",
      "conflict",
      "conflict",
      "conflict",
      "done",
    ]);
  });

  test("keep their mode and have no other version when they are long", async () => {
    const id = await fresh();
    await machine.put(id, "files/run.sh", "#!/bin/sh\n");
    await chmod(machine.path(id, "files/run.sh"), 0o750);
    await files.write(id, "run.sh", bytes("#!/bin/bash\n"));
    expect((await stat(machine.path(id, "files/run.sh"))).mode & 0o777).toBe(0o750);
    const long = await files.write(id, "long.bin", new Uint8Array(3 * 1024 ** 2));
    expect((await files.read(id, "long.bin")).version).toBe(long.version);
    expect((await files.write(id, "long.bin", new Uint8Array(3 * 1024 ** 2), long.version)).version).not.toBe(
      long.version,
    );
  });

  test("have a limit that is told", async () => {
    const id = await fresh();
    const huge = new Uint8Array(64 * 1024 ** 2 + 1);
    await expect(files.write(id, "huge.bin", huge)).rejects.toThrow(/"huge.bin" is larger than 64 MB/);
    expect(await codeOf(files.read(id, "huge.bin"))).toBe("not_found");
  });

  test("are moved, renamed in case, and never over one another", async () => {
    const id = await fresh();
    await files.write(id, "a.txt", bytes("a"));
    await files.write(id, "b.txt", bytes("b"));
    expect(await codeOf(files.move(id, "a.txt", "b.txt"))).toBe("already_exists");
    await files.move(id, "a.txt", "deep/er/A.txt");
    await files.move(id, "deep/er/A.txt", "deep/er/a.TXT");
    expect((await files.read(id, "deep/er/a.TXT")).content).toBe("a");
    await files.move(id, "deep", "other");
    expect((await files.read(id, "other/er/a.TXT")).content).toBe("a");
    expect(await codeOf(files.move(id, "other", "other/in/it"))).toBe("invalid_input");
    expect(await codeOf(files.move(id, "nothing", "x"))).toBe("not_found");
    expect(await codeOf(files.move(id, "", "x"))).toBe("invalid_input");
    expect(await codeOf(files.move(id, "b.txt", "../b.txt"))).toBe("invalid_input");
  });

  test("are deleted, folders with all that is in them", async () => {
    const id = await fresh();
    await files.makeFolder(id, "a/b");
    await files.makeFolder(id, "a/b");
    await files.write(id, "a/b/c.txt", bytes("c"));
    await files.remove(id, "a");
    expect((await files.list(id)).map(({ path }) => path)).toEqual(["CLAUDE.md"]);
    expect(await codeOf(files.remove(id, ""))).toBe("invalid_input");
    expect(await codeOf(files.remove(id, "a"))).toBe("not_found");
  });

  test("have names in one spelling, and are found in the one that they have", async () => {
    const id = await fresh();
    const written = await files.write(id, "re\u0301sume\u0301/cafe\u0301.txt", bytes("1"));
    expect(written.path).toBe("résumé/café.txt");
    await machine.put(id, "files/e\u0301.txt", "apart");
    await files.write(id, "e\u0301.txt", bytes("2"));
    expect(await machine.get(id, "files/e\u0301.txt")).toBe("2");
    expect(await readdir(machine.path(id, "files"))).not.toContain("é.txt");
  });

  test("ten thousand of them are listed, and too many are not", async () => {
    const id = await fresh();
    const folder = machine.path(id, "files/many");
    await mkdir(folder);
    await writeFile(join(folder, "0"), "");
    for (let from = 1; from < 10_000; from += 500) {
      await Promise.all(Array.from({ length: 500 }, (_, at) => link(join(folder, "0"), join(folder, `${from + at}`))));
    }
    expect(await files.list(id, { folder: "many" })).toHaveLength(10_001);
    await rename(folder, machine.path(id, "files/node_modules"));
    expect((await files.list(id)).map(({ path }) => path)).toEqual(["CLAUDE.md", "node_modules"]);
  });

  test("are what the disk allows, and say what it does not", async () => {
    const id = await fresh();
    await files.write(id, "a", bytes("1"));
    expect(await codeOf(files.write(id, "a/b", bytes("1")))).toBe("invalid_input");
    expect(await codeOf(files.read(id, "a/b"))).toBe("invalid_input");
    await files.makeFolder(id, "folder");
    expect(await codeOf(files.write(id, "folder", bytes("1")))).toBe("invalid_input");
    expect(await codeOf(files.read(id, "folder"))).toBe("invalid_input");
    expect(await codeOf(files.read(id, ""))).toBe("invalid_input");
    expect(await codeOf(files.makeFolder(id, "a"))).toBe("invalid_input");
    expect(await readdir(machine.path(id, "waiting"))).toEqual([]);
  });

  test("errors name no path of the server", async () => {
    const id = await fresh();
    const told = await files.read(id, "x/y.txt").catch((thrown: unknown) => String(thrown));
    expect(told).toContain('"x/y.txt"');
    expect(told).not.toContain(machine.root);
  });
});

describe("a download", () => {
  test("gives the bytes with their size and kind", async () => {
    const id = await fresh();
    await files.write(id, "data.csv", bytes("a,b\n"));
    const opened = await files.open(id, "data.csv");
    expect([opened.name, opened.size, opened.media_type]).toEqual(["data.csv", 4, "text/csv"]);
    expect(await new Response(opened.file).text()).toBe("a,b\n");
  });

  test("ends where it was to, also when the file grows, and can be left", async () => {
    const id = await fresh();
    await files.write(id, "log", new Uint8Array(1024 ** 2));
    const opened = await files.open(id, "log");
    await machine.put(id, "files/log", new Uint8Array(2 * 1024 ** 2));
    expect((await new Response(opened.file).bytes()).length).toBe(1024 ** 2);
    const left = await files.open(id, "log");
    const reader = left.file.getReader();
    await reader.read();
    await reader.cancel();
  });
});
