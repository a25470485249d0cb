// What an agent, or a program that it starts, may leave in its folder or do to it while we are at work.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmod, mkdir, mkdtemp, readdir, rename, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MortarError } from "../../platform/errors.ts";
import type { Store } from "../storage/store.ts";
import { codeOf, openHouse, type House, type Machine } from "./testing-projects.ts";

setDefaultTimeout(120_000);

const isRoot = process.getuid?.() === 0;
const isWindows = process.platform === "win32";

let house: House;
let machine: Machine;
beforeAll(async () => {
  house = await openHouse();
  machine = await house.machine();
});
afterAll(() => house[Symbol.asyncDispose]());

async function fresh(): Promise<string> {
  const id = await house.newProject();
  await machine.projects.open(id);
  return id;
}

/** Copies all that is to be copied, starts anew, and gives the paths that the database has. */
async function copied(id: string): Promise<string[]> {
  machine.projects.changed(id);
  await machine.projects.close();
  const { warnings, root } = machine;
  machine = await house.machine({ root });
  machine.warnings.push(...warnings);
  await machine.projects.open(id);
  return (await house.store.files.list(id)).map(({ path }) => path).toSorted();
}

/** Whether this user may mount a disk of a few bytes here. */
function canMount(): boolean {
  if (process.platform !== "linux" || !isRoot) return false;
  const tried = mkdtempSync(join(tmpdir(), "mortar-mount-"));
  const isDone = Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", tried]).exitCode === 0;
  if (isDone) Bun.spawnSync(["umount", tried]);
  rmdirSync(tried);
  return isDone;
}

function pipe(path: string): void {
  expect(Bun.spawnSync(["mkfifo", path]).exitCode).toBe(0);
}

describe("an agent", () => {
  test.skipIf(isWindows)("lays pipes where files are read: nothing waits for them", async () => {
    const id = await fresh();
    await machine.projects.files.write(id, "a.txt", new Uint8Array([1]));
    expect(await copied(id)).toContain("files/a.txt");
    for (const path of ["files/CLAUDE.md", "files/a.txt", "files/.claude/skills/databricks-sql/SKILL.md"]) {
      await rm(machine.path(id, path));
      pipe(machine.path(id, path));
    }
    await mkdir(machine.path(id, "files/.claude/skills/piped"));
    pipe(machine.path(id, "files/.claude/skills/piped/SKILL.md"));
    pipe(machine.path(id, "sessions/pipe.jsonl"));
    const { files, skills } = machine.projects;
    await machine.projects.open(id);
    expect(await codeOf(files.read(id, "a.txt"))).toBe("invalid_input");
    expect(await codeOf(files.open(id, "a.txt"))).toBe("invalid_input");
    expect(await codeOf(files.write(id, "a.txt", new Uint8Array()))).toBe("invalid_input");
    expect((await skills.list(id)).skills.some(({ own }) => own)).toBe(true);
    await skills.sync(id);
    await new Response(await files.zip(id)).bytes();
    expect(await copied(id)).toEqual([]);
    await files.remove(id, "a.txt");
    expect((await readdir(machine.path(id, "files"))).toSorted()).toEqual([".claude", "CLAUDE.md"]);
  });

  test.skipIf(isWindows)(
    "gives files names that no other system takes: they are told of, and the others go on",
    async () => {
      const id = await fresh();
      for (const name of ["line\nbreak", "back\\slash", "\u001b[31mred", "good name"]) {
        await machine.put(id, `files/${name}`, "x");
      }
      let deep = machine.path(id, "files");
      for (let depth = 0; depth < 70; depth++) deep = join(deep, "d");
      await mkdir(deep, { recursive: true });
      await writeFile(join(deep, "bottom"), "x");
      expect(await copied(id)).toEqual(["files/CLAUDE.md", "files/good name"]);
      expect(machine.warnings.join()).toContain("files whose names or paths cannot lie on another system");
      expect((await machine.projects.files.list(id)).map(({ name }) => name)).not.toContain("bottom");
      await new Response(await machine.projects.files.zip(id)).bytes();
      await machine.projects.files.remove(id, "d");
      expect(await readdir(machine.path(id, "files"))).not.toContain("d");
    },
  );

  test.skipIf(process.platform !== "linux")(
    "makes paths longer than the system can say, and names of no encoding",
    async () => {
      const id = await fresh();
      const script = `import os, sys
os.chdir(sys.argv[1])
open(b"bad\\xff", "w").close()
for _ in range(30):
    os.mkdir("x" * 200)
    os.chdir("x" * 200)
open("bottom", "w").close()`;
      expect(Bun.spawnSync(["python3", "-c", script, machine.path(id, "files")]).exitCode).toBe(0);
      const paths = await copied(id);
      expect(paths.every((path) => path.length <= 4096)).toBe(true);
      expect(paths.some((path) => path.endsWith("bottom"))).toBe(false);
      await new Response(await machine.projects.files.zip(id)).bytes();
      await machine.projects.files.remove(id, "x".repeat(200));
      expect(await machine.projects.files.list(id)).toHaveLength(1);
      await house.store.projects.remove(id);
      await machine.projects.remove(id);
      expect((await readdir(machine.root)).filter((name) => name.startsWith(id))).toEqual([]);
    },
  );

  test("makes a huge file: it is listed, begun and left, and neither read whole, zipped nor copied", async () => {
    const id = await fresh();
    await machine.put(id, "files/huge", "");
    await truncate(machine.path(id, "files/huge"), 5 * 1024 ** 3);
    const { files } = machine.projects;
    expect((await files.list(id)).find(({ name }) => name === "huge")?.size).toBe(5 * 1024 ** 3);
    expect((await files.read(id, "huge")).content).toBeNull();
    const opened = await files.open(id, "huge");
    const reader = opened.file.getReader();
    expect((await reader.read()).value?.length).toBeLessThan(1024 ** 2);
    await reader.cancel();
    expect(await codeOf(files.zip(id))).toBe("too_large");
    expect(await copied(id)).toEqual(["files/CLAUDE.md"]);
  });

  test("makes more files than are listed or copied: that is told, and one folder of them is still shown", async () => {
    const id = await fresh();
    await machine.put(id, "files/few/a", "1");
    const folder = machine.path(id, "files/many");
    await mkdir(folder);
    for (let from = 0; from < 20_001; from += 667) {
      await Promise.all(Array.from({ length: 667 }, (_, at) => writeFile(join(folder, `${from + at}`), "")));
    }
    expect(await codeOf(machine.projects.files.list(id))).toBe("too_large");
    expect(await machine.projects.files.list(id, { folder: "few" })).toHaveLength(1);
    expect(await machine.projects.files.list(id, { folder: "" })).toHaveLength(3);
    const before = await copied(id);
    expect(before.length).toBeGreaterThan(19_000);
    expect(machine.warnings.join()).toContain("it has more than 20000 files and folders");
    await rm(folder, { recursive: true });
    expect(await copied(id)).toEqual(["files/CLAUDE.md", "files/few/a"]);
  });

  test("takes files away just when they are looked at: the project is not taken for a deleted one", async () => {
    const id = await fresh();
    await machine.put(id, "files/a.txt", "1");
    await machine.put(id, "files/b.txt", "2");
    expect(await copied(id)).toContain("files/b.txt");
    const gone: Store = {
      ...house.store,
      files: {
        ...house.store.files,
        apply: async (project, change) => {
          if (change.put.length > 0) throw new MortarError("not_found", "A file has vanished");
          return house.store.files.apply(project, change);
        },
      },
    };
    const here = await house.machine({ root: machine.root, store: gone });
    await here.projects.open(id);
    await here.put(id, "files/new.txt", "3");
    here.projects.changed(id);
    await here.projects.close();
    expect(await here.get(id, "files/new.txt")).toBe("3");
    expect(here.warnings.join()).toContain("will be tried again");
    expect(await copied(id)).toContain("files/new.txt");
  });

  test("puts a link or a file in the way of what another machine sends: theirs stays in the database", async () => {
    const id = await fresh();
    await machine.put(id, "files/src/a.py", "1");
    await machine.put(id, "files/lib/b.py", "1");
    expect(await copied(id)).toContain("files/src/a.py");
    const there = await house.machine();
    await there.projects.open(id);
    await there.put(id, "files/src/a.py", "theirs");
    await there.put(id, "files/lib/b.py", "theirs");
    there.projects.changed(id);
    await there.projects.close();
    await rename(machine.path(id, "files/src"), machine.path(id, "files/moved"));
    await symlink("/etc", machine.path(id, "files/src"));
    await rm(machine.path(id, "files/lib"), { recursive: true });
    await machine.put(id, "files/lib", "a file now");
    const paths = await copied(id);
    expect(paths).toContain("files/src/a.py");
    expect(paths).toContain("files/lib/b.py");
    expect(paths).toContain("files/moved/a.py");
    expect(machine.warnings.join()).toContain("cannot be brought from the database now");
    await rm(machine.path(id, "files/src"));
    await machine.projects.open(id);
    expect(await machine.get(id, "files/src/a.py")).toBe("theirs");
  });

  test("writes on while the project is deleted: nothing of it comes back", async () => {
    const ids = await Promise.all(Array.from({ length: 10 }, fresh));
    for (const id of ids) {
      const { files, skills } = machine.projects;
      const text = "---\nname: own\ndescription: x\n---\n";
      await files.write(id, "gone.txt", new Uint8Array([1]));
      const writing = [
        ...Array.from({ length: 5 }, (_, at) => files.write(id, `a/${at}`, new Uint8Array([at]))),
        files.remove(id, "gone.txt"),
        skills.add(id, "own", { "SKILL.md": text }),
        skills.sync(id),
        files.list(id),
        files.zip(id).then((zip) => new Response(zip).bytes()),
        machine.projects.open(id),
      ];
      await house.store.projects.remove(id);
      const removing = machine.projects.remove(id);
      for (const one of await Promise.allSettled([...writing, removing])) {
        if (one.status === "rejected") expect(one.reason).toMatchObject({ code: "not_found" });
      }
      await removing;
      machine.projects.changed(id);
      expect(await codeOf(files.write(id, "late", new Uint8Array()))).toBe("not_found");
    }
    const left = await readdir(machine.root);
    expect(left.filter((name) => ids.some((id) => name.startsWith(id)))).toEqual([]);
  });

  test.skipIf(isRoot || isWindows)(
    "forbids folders: what another sends goes on beside them, and they can be deleted",
    async () => {
      const id = await fresh();
      await machine.put(id, "files/cache/deep/a", "1");
      expect(await copied(id)).toContain("files/cache/deep/a");
      const there = await house.machine();
      await there.projects.open(id);
      await there.put(id, "files/cache/deep/a", "2");
      await there.put(id, "files/other", "2");
      there.projects.changed(id);
      await there.projects.close();
      for (const path of ["files/cache/deep", "files/cache"]) await chmod(machine.path(id, path), 0o555);
      await machine.projects.open(id);
      expect(await machine.get(id, "files/other")).toBe("2");
      expect(await machine.get(id, "files/cache/deep/a")).toBe("1");
      expect(await copied(id)).toContain("files/cache/deep/a");
      const stored = await house.store.files.list(id);
      expect(stored.find(({ path }) => path === "files/other")?.hash).toBe(
        stored.find(({ path }) => path === "files/cache/deep/a")?.hash,
      );
      expect(await codeOf(machine.projects.files.write(id, "cache/new", new Uint8Array()))).toBe("io");
      await machine.projects.files.remove(id, "cache");
      await mkdir(machine.path(id, "files/no/entry"), { recursive: true });
      for (const path of ["files/no/entry", "files/no"]) await chmod(machine.path(id, path), 0);
      await machine.projects.files.list(id);
      await new Response(await machine.projects.files.zip(id)).bytes();
      await house.store.projects.remove(id);
      await machine.projects.remove(id);
      expect((await readdir(machine.root)).filter((name) => name.startsWith(id))).toEqual([]);
    },
  );
});

describe.skipIf(!canMount())("a disk", () => {
  test("that is full or read-only is told of, and nothing is half written", async () => {
    const disk = await mkdtemp(join(tmpdir(), "mortar-disk-"));
    const mount = (...words: string[]): void => expect(Bun.spawnSync(["mount", ...words]).exitCode).toBe(0);
    mount("-t", "tmpfs", "-o", "size=64k", "tmpfs", disk);
    try {
      const id = await house.newProject();
      const here = await house.machine({ root: join(disk, "root") });
      const { files, skills } = here.projects;
      await expect(here.projects.open(id)).rejects.toThrow(": the disk is full");
      mount("-o", "remount,size=4m", disk);
      await here.projects.open(id);
      await files.write(id, "a.txt", new Uint8Array([65]));
      const full = expect.objectContaining({ code: "io", message: expect.stringContaining("the disk is full") });
      await expect(files.write(id, "a.txt", new Uint8Array(8e6))).rejects.toThrow(full);
      await expect(files.write(id, "b.txt", new Uint8Array(8e6))).rejects.toThrow(full);
      const big = { "SKILL.md": "---\nname: big\ndescription: x\n---\n", "x.md": "x".repeat(3_900_000) };
      await expect(skills.add(id, "big", big)).rejects.toThrow(full);
      expect(await here.get(id, "files/a.txt")).toBe("A");
      expect((await readdir(here.path(id, "files"))).toSorted()).toEqual([".claude", "CLAUDE.md", "a.txt"]);
      expect(await readdir(here.path(id, "waiting"))).toEqual([]);
      await here.projects.close();
      mount("-o", "remount,ro", disk);
      const after = await house.machine({ root: join(disk, "root") });
      const told = await after.projects.open(id).catch((thrown: unknown) => String(thrown));
      expect(told).toContain("the disk is read-only");
      expect(told).not.toContain(disk);
    } finally {
      Bun.spawnSync(["umount", disk]);
      await rm(disk, { recursive: true, force: true });
    }
  });
});
