// What becomes of files that two machines changed, by the names that people see.
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdir, rename, rm } from "node:fs/promises";
import { openHouse, stored, storedPaths, type House, type Machine } from "./testing-projects.ts";

setDefaultTimeout(60_000);

const conversation = "3f2c8a52-6c1c-4a6e-9a55-0c7e0d1b2a3c";

describe("two machines with one database", () => {
  async function pair(): Promise<{ house: House; id: string; left: Machine; right: Machine }> {
    const house = await openHouse();
    const id = await house.newProject();
    const left = await house.machine();
    await left.projects.open(id);
    await left.put(id, "files/a.txt", "one");
    left.projects.changed(id);
    await stored(house, id, "files/a.txt", "one");
    const right = await house.machine();
    await right.projects.open(id);
    return { house, id, left, right };
  }

  test("bring in what the other wrote and deleted, and keep what is not yet sent", async () => {
    const { house, id, left, right } = await pair();
    await using _ = house;
    await left.put(id, "files/new.txt", "new");
    await rm(left.path(id, "files/a.txt"));
    left.projects.changed(id);
    await stored(house, id, "files/new.txt", "new");
    await right.put(id, "files/mine.txt", "mine");
    const { files } = await right.projects.open(id);
    expect((await readdir(files)).filter((name) => !name.startsWith(".")).toSorted()).toEqual([
      "CLAUDE.md",
      "mine.txt",
      "new.txt",
    ]);
  });

  test("keep both where each changed a file, under a clear name", async () => {
    const { house, id, left, right } = await pair();
    await using _ = house;
    await left.put(id, "files/a.txt", "left");
    left.projects.changed(id);
    await stored(house, id, "files/a.txt", "left");
    await right.put(id, "files/a.txt", "right");
    const { files } = await right.projects.open(id);
    expect(await right.get(id, "files/a.txt")).toBe("left");
    const kept = (await readdir(files)).find((name) => name.startsWith("a (kept "));
    expect(kept).toMatch(/^a \(kept \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d\)\.txt$/);
    expect(await right.get(id, `files/${kept}`)).toBe("right");
    await stored(house, id, `files/${kept}`, "right");
    await left.projects.open(id);
    expect(await left.get(id, `files/${kept}`)).toBe("right");
    expect(right.warnings.join()).toContain("was changed here and elsewhere");
  });

  test("keep what was changed on one and deleted on the other", async () => {
    const { house, id, left, right } = await pair();
    await using _ = house;
    await rm(left.path(id, "files/a.txt"));
    await left.put(id, "files/mark", "1");
    left.projects.changed(id);
    await stored(house, id, "files/mark", "1");
    await right.put(id, "files/a.txt", "changed");
    await right.projects.open(id);
    await stored(house, id, "files/a.txt", "changed");
    await left.projects.open(id);
    expect(await left.get(id, "files/a.txt")).toBe("changed");
  });

  test("take the longer of two transcripts of which one goes on from the other", async () => {
    const { house, id, left, right } = await pair();
    await using _ = house;
    const name = `sessions/${conversation}.jsonl`;
    await left.put(id, name, "1\n");
    left.projects.changed(id);
    await stored(house, id, name, "1\n");
    await right.projects.open(id);
    await left.put(id, name, "1\n2\n");
    left.projects.changed(id);
    await stored(house, id, name, "1\n2\n");
    await right.put(id, name, "1\n2\n3\n");
    await right.projects.open(id);
    expect(await right.get(id, name)).toBe("1\n2\n3\n");
    await stored(house, id, name, "1\n2\n3\n");
    await left.projects.open(id);
    expect(await left.get(id, name)).toBe("1\n2\n3\n");
    expect(await readdir(left.path(id, "sessions"))).toHaveLength(1);
  });

  test("lose nothing where the database was set back to an empty one", async () => {
    const { house, id, left } = await pair();
    await using _ = house;
    const paths = await storedPaths(house, id);
    await house.store.files.apply(id, { put: [], remove: paths });
    await left.projects.open(id);
    expect(await left.get(id, "files/a.txt")).toBe("one");
    await stored(house, id, "files/a.txt", "one");
  });

  test("restore files that went from this machine with their folder", async () => {
    const { house, id, left } = await pair();
    await using _ = house;
    await rename(left.path(id, "files"), left.path(id, "moved"));
    await left.projects.open(id);
    expect(await left.get(id, "files/a.txt")).toBe("one");
  });
});
