import { afterEach, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openWorld, type OpenWorld } from "../open-world.ts";
import { testDeps } from "../testing.ts";

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "mortar-state-"));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function open(folder: string, owner?: string): Promise<OpenWorld> {
  return openWorld({ folder, owner, deps: testDeps(), signal: new AbortController().signal });
}

test("documents keep their order of insertion, and come back as copies", async () => {
  const opened = await open(await temporaryFolder());
  cleanups.push(opened.close);
  const jobs = opened.world.store.collection<{ name: string; tags: string[] }>("job");
  jobs.put("b", { name: "first", tags: [] });
  jobs.put("a", { name: "second", tags: ["x"] });
  jobs.put("b", { name: "changed", tags: [] });
  expect(jobs.all().map((job) => job.name)).toEqual(["changed", "second"]);

  jobs.get("a")?.tags.push("lost");
  expect(jobs.get("a")).toEqual({ name: "second", tags: ["x"] });

  expect(opened.world.store.collection("run").all()).toEqual([]);
  expect(jobs.delete("a")).toBe(true);
  expect(jobs.delete("a")).toBe(false);
  jobs.clear();
  expect(jobs.all()).toEqual([]);
});

test("everything survives a restart, and ids go on where they ended", async () => {
  const folder = await temporaryFolder();
  const first = await open(folder, "ada@example.com");
  const used = [first.world.ids.next(), first.world.ids.next(), first.world.ids.hex(32)];
  first.world.store.collection<{ name: string }>("job").put("1", { name: "etl" });
  const before = first.world.tree.write("/Shared/a", new TextEncoder().encode("x"), {
    objectType: "FILE",
    overwrite: false,
  });
  await first.close();

  const second = await open(folder, "someone@else.example");
  cleanups.push(second.close);
  expect(second.world.owner.userName).toBe("ada@example.com");
  expect(second.world.workspaceId).toBe(first.world.workspaceId);
  expect(second.world.store.collection("job").get("1")).toEqual({ name: "etl" });
  expect(second.world.tree.require("/Shared/a")).toEqual(before);
  expect(used).not.toContain(second.world.ids.next());
  expect(used).not.toContain(second.world.ids.hex(32));
});

test("two emulators cannot use one folder at a time", async () => {
  const folder = await temporaryFolder();
  const first = await open(folder);
  cleanups.push(first.close);
  await expect(open(folder)).rejects.toMatchObject({ code: "conflict" });
});

test("every third id is beyond what a double can hold, none comes twice, and a new folder gives the same ones", async () => {
  const one = await open(await temporaryFolder());
  cleanups.push(one.close);
  const two = await open(await temporaryFolder());
  cleanups.push(two.close);
  const ids = Array.from({ length: 300 }, () => one.world.ids.next());
  expect(new Set(ids).size).toBe(300);
  const beyond = ids.filter((id) => String(Number(id)) !== id);
  expect(beyond.length).toBe(100);
  expect(ids.every((id) => BigInt(id) < 2n ** 63n)).toBe(true);
  expect(Array.from({ length: 300 }, () => two.world.ids.next())).toEqual(ids);
});

test("cluster and hex ids have the workspace's form", async () => {
  const folder = await temporaryFolder();
  const clock = { ...testDeps().clock, now: () => Date.UTC(2026, 10, 21, 1, 50, 0) };
  const opened = await openWorld({
    folder,
    deps: { ...testDeps(), clock },
    signal: new AbortController().signal,
  });
  cleanups.push(opened.close);
  expect(opened.world.ids.cluster()).toMatch(/^1121-015000-[a-z0-9]{8}$/);
  expect(opened.world.ids.hex(100)).toMatch(/^[0-9a-f]{100}$/);
});

test("there is no Python when the emulator is told to play a machine without one", async () => {
  const opened = await open(await temporaryFolder());
  cleanups.push(opened.close);
  opened.world.switches.noPython = true;
  expect(await opened.world.python()).toBeUndefined();
});
