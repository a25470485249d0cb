// What is removed with the last agent, and what never is.
import { afterEach, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { readyMachine, type ReadyMachine } from "../agents/ready/testing.ts";
import type { Deps } from "../platform/deps.ts";
import { applyEdit, revertEdits } from "../platform/edits/edits.ts";
import { foldersToMake, leaveNoTrace, ownRemains, rememberMade, removeRemains, signOutAll } from "./remains.ts";

let made: ReadyMachine;
afterEach(() => made.dispose());

const deps = (): Deps => made.deps as unknown as Deps;

test("what is ours goes, and a person's files in the same folders stay", async () => {
  // Somebody has put MORTAR_HOME where other things are.
  made = readyMachine();
  for (const name of [
    "proxy-key",
    "edits.json",
    "usage.db-wal",
    "logs/proxy.log",
    "logs/proxy.log.1",
    "run/proxy.json",
    "run/edits.lck",
    "cache/models/a.json",
    ".a37d20475b7f.tmp",
    "cache/agent-versions.json",
    "cache/duckdb-0123456789abcdef0123/duckdb.node",
  ]) {
    made.write(`mortar/${name}`, "ours");
  }
  const theirs = [
    "thesis.txt",
    "logs/mine.log",
    "cache/photos/1.jpg",
    "run/emulator-1.lck",
    "run/mcp-http-1.key",
    "run/agents/s/file",
    "logins/a.json",
    "emulator/db",
  ];
  for (const name of theirs) made.write(`mortar/${name}`, "theirs");
  const remains = await ownRemains(deps(), { signOut: false });
  expect(remains.kept.map(({ what }) => what.slice(made.home.length + 8)).toSorted()).toEqual([
    "emulator",
    "logins",
    "thesis.txt",
  ]);
  await removeRemains(deps(), remains);
  for (const name of theirs) expect([name, made.has(`mortar/${name}`)]).toEqual([name, true]);
  for (const name of [
    "proxy-key",
    ".a37d20475b7f.tmp",
    "edits.json",
    "logs/proxy.log",
    "run/proxy.json",
    "run/edits.lck",
    "cache/models",
    "cache/agent-versions.json",
    "cache/duckdb-0123456789abcdef0123",
  ]) {
    expect([name, made.has(`mortar/${name}`)]).toEqual([name, false]);
  }
});

test("folders that a setup has made go when they are empty", async () => {
  made = readyMachine();
  const outer = join(made.home, ".claude");
  const folders = foldersToMake([join(outer, "skills")]);
  expect(folders).toEqual([outer, join(outer, "skills")]);
  await rememberMade(deps(), folders);
  mkdirSync(join(outer, "skills"), { recursive: true });
  made.write("mortar/proxy-key", "ours");
  const remains = await ownRemains(deps(), { signOut: true });
  made.write(".claude/mine.json", "{}");
  await removeRemains(deps(), remains);
  expect(made.has(".claude/skills")).toBe(false);
  expect(made.has(".claude/mine.json")).toBe(true);
  expect(made.has("mortar")).toBe(false);
});

test("a look leaves no trace in a fresh home, and nothing of an old one is touched", async () => {
  made = readyMachine();
  const { data, cache } = made.deps.paths;
  const fresh = foldersToMake([data, cache]);
  made.write("mortar/cache/models/a.json", "{}");
  made.write("mortar/run/edits.lck", "");
  await leaveNoTrace(deps(), fresh);
  expect(made.has("mortar")).toBe(false);
  made.write("mortar/cache/models/a.json", "{}");
  await leaveNoTrace(deps(), foldersToMake([data, cache]));
  expect(made.has("mortar/cache/models/a.json")).toBe(true);
});

test("a key that the person gave stays, and is named, until the sign-ins go", async () => {
  made = readyMachine();
  const kept = new Map([[`brave-search-key ${made.deps.paths.data}`, "BSA-key"]]);
  const keyring = {
    get: (name: string) => Promise.resolve(kept.get(name)),
    set: (name: string, value: string) => Promise.resolve(void kept.set(name, value)),
    delete: (name: string) => Promise.resolve(void kept.delete(name)),
  };
  const own = { ...deps(), keyring };
  const stays = await ownRemains(own, { signOut: false });
  expect(stays.kept).toMatchObject([{ what: "the key of Brave Search", why: expect.stringContaining("--sign-out") }]);
  made.write("mortar/brave-search-key", "BSA-key");
  expect((await ownRemains(own, { signOut: false })).kept).toHaveLength(1);
  const signal = new AbortController().signal;
  await signOutAll(own, { dryRun: true, signal });
  expect(kept.size).toBe(1);
  await signOutAll(own, { dryRun: false, signal });
  expect([kept.size, made.has("mortar/brave-search-key")]).toEqual([0, false]);
  expect((await ownRemains(own, { signOut: false })).kept).toEqual([]);
});

test("the record of what the tools have made stays with the sign-ins, and goes with them", async () => {
  made = readyMachine();
  made.write("mortar/made/dev.json", "{}");
  made.write("mortar/logins/a.json", "{}");
  const stays = await ownRemains(deps(), { signOut: false });
  expect(stays.kept.map(({ why }) => why).toSorted()).toEqual([
    expect.stringContaining("what the tools have made"),
    expect.stringContaining("--sign-out forgets them"),
  ]);
  expect(stays.paths).toEqual([]);
  const goes = await ownRemains(deps(), { signOut: true });
  expect(goes.kept).toEqual([]);
  await removeRemains(deps(), goes);
  expect(made.has("mortar")).toBe(false);
});

test("a setup that came to nothing takes key and logs with it, and nothing that another one needs", async () => {
  made = readyMachine();
  const { data, cache } = made.deps.paths;
  const fresh = foldersToMake([data, cache]);
  for (const name of ["proxy-key", "logs/proxy.log", "settings.json"]) made.write(`mortar/${name}`, "");
  made.write("mortar/logins/a.json", "a sign-in");
  const file = join(made.home, "x.json");
  const changes = [{ kind: "set", path: ["a"], value: 1 }] as const;
  await applyEdit(made.deps, { owner: "setup-claude", file, format: "json", changes });
  await leaveNoTrace(deps(), fresh);
  expect(made.has("mortar/proxy-key")).toBe(true);
  await revertEdits(made.deps, "setup-claude");
  await leaveNoTrace(deps(), fresh);
  expect([made.has("mortar/proxy-key"), made.has("mortar/logs"), made.has("mortar/settings.json")]).toEqual([
    false,
    false,
    false,
  ]);
  expect(made.has("mortar/logins/a.json")).toBe(true);
});
