import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmod, readdir, rm, stat, symlink, utimes } from "node:fs/promises";
import { join } from "node:path";
import { MortarError } from "../../platform/errors.ts";
import { hashOf } from "../../skills/package.ts";
import type { Store } from "../storage/store.ts";
import { openHouse, stored, storedPaths } from "./testing-projects.ts";

// The disk of a busy machine is slow; what is waited for comes at once otherwise.
setDefaultTimeout(60_000);

const conversation = "3f2c8a52-6c1c-4a6e-9a55-0c7e0d1b2a3c";

describe("a project's copy in the database", () => {
  test("brings all of it to a new machine: files, modes, transcripts, names in Unicode, empty files", async () => {
    await using house = await openHouse();
    const id = await house.newProject();
    const here = await house.machine();
    const folder = await here.projects.open(id);
    await here.put(id, "files/src/ünïcode 雪.py", "print('雪')\n");
    await here.put(id, "files/e\u0301.txt", "apart");
    await here.put(id, "files/empty", "");
    await here.put(id, "files/data.bin", new Uint8Array([0, 255, 1]));
    await here.put(id, "files/run.sh", "#!/bin/sh\n");
    await chmod(here.path(id, "files/run.sh"), 0o755);
    await Bun.write(folder.transcript(conversation), '{"a":1}\n');
    here.projects.changed(id);
    await here.projects.close();

    const there = await house.machine();
    await there.projects.open(id);
    expect(await there.get(id, "files/src/ünïcode 雪.py")).toBe("print('雪')\n");
    expect(await there.get(id, "files/e\u0301.txt")).toBe("apart");
    expect(await there.get(id, "files/empty")).toBe("");
    expect([...(await Bun.file(there.path(id, "files/data.bin")).bytes())]).toEqual([0, 255, 1]);
    expect((await stat(there.path(id, "files/run.sh"))).mode & 0o777).toBe(0o755);
    expect(await there.get(id, `sessions/${conversation}.jsonl`)).toBe('{"a":1}\n');
    expect(await there.get(id, "files/CLAUDE.md")).toContain("## Pipelines");
    expect((await readdir(there.root)).toSorted()).toEqual([id]);
  });

  test("sends only what was changed, and the deletions", async () => {
    await using house = await openHouse();
    const id = await house.newProject();
    const applied: { put: string[]; remove: readonly string[] }[] = [];
    const store = watched(house.store, applied);
    const here = await house.machine({ store });
    await here.projects.open(id);
    for (let count = 0; count < 5; count++) await here.put(id, `files/${count}.txt`, `${count}`);
    here.projects.changed(id);
    await stored(house, id, "files/4.txt", "4");
    await here.put(id, "files/3.txt", "three");
    await rm(here.path(id, "files/0.txt"));
    applied.length = 0;
    here.projects.changed(id);
    await stored(house, id, "files/3.txt", "three");
    await here.projects.close();
    expect(applied.flatMap(({ put }) => put)).toEqual(["files/3.txt"]);
    expect(applied.flatMap(({ remove }) => remove)).toEqual(["files/0.txt"]);
  });

  test("sees a change that leaves size and time as they were", async () => {
    await using house = await openHouse();
    const id = await house.newProject();
    const here = await house.machine();
    await here.projects.open(id);
    await here.put(id, "files/a.txt", "one");
    await utimes(here.path(id, "files/a.txt"), 1_000_000, 1_000_000);
    here.projects.changed(id);
    await stored(house, id, "files/a.txt", "one");
    await here.put(id, "files/a.txt", "two");
    await utimes(here.path(id, "files/a.txt"), 1_000_000, 1_000_000);
    here.projects.changed(id);
    await stored(house, id, "files/a.txt", "two");
  });

  test("leaves at home what can be made anew, links, our own skills, and what is too large", async () => {
    await using house = await openHouse();
    const id = await house.newProject();
    const here = await house.machine();
    await here.projects.open(id);
    await here.put(id, "files/node_modules/x/index.js", "1");
    await here.put(id, "files/.venv/bin/python", "1");
    await here.put(id, "files/.git/HEAD", "ref: refs/heads/main\n");
    await here.put(id, "files/big.bin", new Uint8Array(64 * 1024 ** 2 + 1));
    await symlink("/etc/passwd", here.path(id, "files/link"));
    await symlink("/etc", here.path(id, "files/folder"));
    here.projects.changed(id);
    await here.projects.close();
    expect(await storedPaths(house, id)).toEqual(["files/.git/HEAD", "files/CLAUDE.md"]);
    expect(here.warnings.join()).toContain("files/big.bin is larger than 64 MB");
    expect(await readdir(here.path(id, "files/.claude/skills"))).toContain("databricks-jobs");
  });

  test("goes on where the process before ended with something unsent", async () => {
    await using house = await openHouse();
    const id = await house.newProject();
    const here = await house.machine({ store: broken(house.store) });
    await here.projects.open(id);
    await here.put(id, "files/late.txt", "late");
    here.projects.changed(id);
    await here.projects.close();
    expect(await storedPaths(house, id)).toEqual([]);
    expect(here.warnings.join()).toContain("could not be copied");
    const after = await house.machine({ root: here.root });
    await stored(house, id, "files/late.txt", "late");
    await after.projects.close();
    expect(await readdir(join(here.root, id))).not.toContain("unsent");
  });

  test("tries again, and longer each time, while the database does not answer", async () => {
    await using house = await openHouse();
    const id = await house.newProject();
    const waits: number[] = [];
    const clock = { now: () => Date.now(), sleep: async (ms: number) => void waits.push(ms) };
    const store = broken(house.store, 4);
    const here = await house.machine({ store, clock, delayMs: 5 });
    await here.projects.open(id);
    await here.put(id, "files/a.txt", "one");
    here.projects.changed(id);
    await stored(house, id, "files/a.txt", "one");
    expect(waits.slice(0, 5)).toEqual([5, 1000, 2000, 4000, 8000]);
    expect(here.warnings.filter((text) => text.includes("could not be copied"))).toHaveLength(1);
  });

  test("neither copies a deleted project nor brings it back", async () => {
    await using house = await openHouse();
    const id = await house.newProject();
    const here = await house.machine();
    await here.projects.open(id);
    await here.put(id, "files/a.txt", "one");
    here.projects.changed(id);
    await Promise.all([house.store.projects.remove(id), here.projects.remove(id)]);
    here.projects.changed(id);
    await expect(here.projects.open(id)).rejects.toThrow(expect.objectContaining({ code: "not_found" }));
    await expect(here.projects.files.list(id)).rejects.toThrow(expect.objectContaining({ code: "not_found" }));
    await here.projects.close();
    expect(await readdir(here.root)).toEqual([]);
    expect(await storedPaths(house, id)).toEqual([]);
  });

  test("takes the folder away where another replica deleted the project", async () => {
    await using house = await openHouse();
    const id = await house.newProject();
    const here = await house.machine();
    await here.projects.open(id);
    await house.store.projects.remove(id);
    here.projects.changed(id);
    await here.projects.close();
    expect(await readdir(here.root)).toEqual([]);
  });

  test("gives the folder out only when it is whole, and makes it once", async () => {
    await using house = await openHouse();
    const id = await house.newProject();
    const first = await house.machine();
    await first.projects.open(id);
    for (let count = 0; count < 30; count++) await first.put(id, `files/${count}.txt`, `${count}`);
    first.projects.changed(id);
    await first.projects.close();
    let lists = 0;
    const store = {
      ...house.store,
      files: { ...house.store.files, list: (project: string) => (lists++, house.store.files.list(project)) },
    };
    const there = await house.machine({ store });
    const folders = await Promise.all(Array.from({ length: 8 }, () => there.projects.open(id)));
    expect(new Set(folders.map(({ files }) => files)).size).toBe(1);
    expect((await readdir(folders[0]?.files ?? "")).filter((name) => name.endsWith(".txt"))).toHaveLength(30);
    expect(lists).toBe(1);
  });

  test("leaves nothing where a restoring fails in the middle, and does it whole the next time", async () => {
    await using house = await openHouse();
    const id = await house.newProject();
    const first = await house.machine();
    await first.projects.open(id);
    for (let count = 0; count < 10; count++) await first.put(id, `files/${count}.txt`, `${count}`);
    first.projects.changed(id);
    await first.projects.close();
    let left = 5;
    const content: Store["files"]["content"] = (project, hash) => {
      if (left-- === 0) throw new MortarError("unreachable", "gone");
      return house.store.files.content(project, hash);
    };
    const there = await house.machine({ store: { ...house.store, files: { ...house.store.files, content } } });
    await expect(there.projects.open(id)).rejects.toThrow("gone");
    expect(await readdir(there.root)).toEqual([]);
    await there.projects.open(id);
    expect(await there.get(id, "files/9.txt")).toBe("9");
  });

  test("writes nothing outside for a path of a database that somebody altered", async () => {
    await using house = await openHouse();
    const id = await house.newProject();
    const bytes = new TextEncoder().encode("owned");
    const bad = ["../../owned", "files/../../owned", "/tmp/owned", "files\\..\\owned", "sync.json", "files", "other/x"];
    await house.store.files.apply(id, {
      put: bad.map((path) => ({
        path,
        hash: hashOf(bytes),
        size: bytes.length,
        mode: 0o4777,
        modifiedMs: 1,
        content: async () => bytes,
      })),
      remove: [],
    });
    const here = await house.machine();
    const folder = await here.projects.open(id);
    expect((await readdir(here.root)).toSorted()).toEqual([id]);
    expect((await readdir(join(here.root, id))).toSorted()).not.toContain("other");
    expect((await readdir(folder.files)).toSorted()).toEqual([".claude"]);
    expect(here.warnings).toHaveLength(bad.length);
  });

  test("leaves out what the database has damaged, and brings the rest", async () => {
    await using house = await openHouse();
    const id = await house.newProject();
    const first = await house.machine();
    await first.projects.open(id);
    await first.put(id, "files/a.txt", "one");
    await first.put(id, "files/b.txt", "two");
    first.projects.changed(id);
    await first.projects.close();
    const wrong = hashOf(new TextEncoder().encode("one"));
    const content: Store["files"]["content"] = async (project, hash) =>
      hash === wrong ? new Uint8Array([1]) : house.store.files.content(project, hash);
    const there = await house.machine({ store: { ...house.store, files: { ...house.store.files, content } } });
    const { files } = await there.projects.open(id);
    expect(await readdir(files)).not.toContain("a.txt");
    expect(await there.get(id, "files/b.txt")).toBe("two");
    expect(there.warnings.join()).toContain('is damaged in the database: "files/a.txt"');
  });
});

function watched(store: Store, applied: { put: string[]; remove: readonly string[] }[]): Store {
  return {
    ...store,
    files: {
      ...store.files,
      apply: async (id, change) => {
        await store.files.apply(id, change);
        applied.push({ put: change.put.map(({ path }) => path), remove: change.remove });
      },
    },
  };
}

/** One that does not take files, for so many times. */
function broken(store: Store, times = Number.POSITIVE_INFINITY): Store {
  let left = times;
  return {
    ...store,
    files: {
      ...store.files,
      apply: async (id, change) => {
        if (change.put.length > 0 && left-- > 0) throw new MortarError("unreachable", "The database does not answer");
        return store.files.apply(id, change);
      },
    },
  };
}
