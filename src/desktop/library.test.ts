// Our entry in the app's library: chosen, kept beside what others have, and taken back to the byte.
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Deps } from "../platform/deps.ts";
import { systemClock } from "../platform/clock.ts";
import { resolvePaths } from "../platform/paths.ts";
import { entryValues } from "./developer-json.ts";
import { entryId, installEntry, libraryFolder, readLibrary, uninstallEntry } from "./library.ts";
import { daemonWish, helperWish } from "./testing.ts";

let home: string;
let deps: Pick<Deps, "env" | "os" | "paths" | "clock">;
let folder: string;
const done = { dryRun: false, force: false };

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "mortar-library-"));
  const env = { HOME: home, MORTAR_HOME: join(home, "mortar"), XDG_CONFIG_HOME: join(home, "config") };
  deps = { env, os: "linux", paths: resolvePaths(env, "linux"), clock: systemClock };
  folder = await libraryFolder(deps);
});
afterEach(() => rm(home, { recursive: true, force: true }));

const read = (name: string): Promise<string> => readFile(join(folder, name), "utf8");
const json = async (name: string): Promise<unknown> => JSON.parse(await read(name));
const entry = `${entryId}.json`;

async function put(name: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), text);
}

describe("a library that is not there yet", () => {
  test("gets the entry and the list, and loses both again", async () => {
    const change = await installEntry(deps, helperWish, done);
    expect(change).toMatchObject({ kept: [], before: undefined });
    expect(await json(entry)).toEqual(entryValues(helperWish));
    expect(await json("_meta.json")).toEqual({
      appliedId: entryId,
      entries: [{ id: entryId, name: "Databricks (PROD)" }],
    });
    if (process.platform !== "win32") expect((await stat(join(folder, entry))).mode & 0o777).toBe(0o600);
    expect(await readLibrary(deps)).toMatchObject({ isApplied: true, applied: "Databricks (PROD)", changed: [] });
    await uninstallEntry(deps, { dryRun: false });
    expect(await readdir(home)).toEqual(["mortar"]);
  });

  test("a dry run writes nothing", async () => {
    const { files } = await installEntry(deps, helperWish, { dryRun: true, force: false });
    expect(files.map(({ status }) => status)).toEqual(["written", "written"]);
    expect(await Bun.file(join(folder, entry)).exists()).toBe(false);
  });
});

describe("a library that others use", () => {
  const meta = '{\n\t"appliedId": "aaaa",\n\t"hybrid": 1,\n\t"entries": [{"id":"aaaa","name":"Mine"}]\n}\n';

  test("is as it was, byte for byte, after twice in and once out", async () => {
    await put("_meta.json", meta);
    await put("aaaa.json", "{ }");
    expect((await installEntry(deps, helperWish, done)).before).toBe("aaaa");
    const second = await installEntry(deps, { ...helperWish, fleet: { ...helperWish.fleet, profile: "DEV" } }, done);
    expect(second.before).toBeUndefined();
    expect(await json("_meta.json")).toEqual({
      appliedId: entryId,
      hybrid: 1,
      entries: [
        { id: "aaaa", name: "Mine" },
        { id: entryId, name: "Databricks (DEV)" },
      ],
    });
    await uninstallEntry(deps, { dryRun: true });
    expect(await read("_meta.json")).toContain(entryId);
    await uninstallEntry(deps, { dryRun: false });
    expect(await read("_meta.json")).toBe(meta);
    expect((await readdir(folder)).toSorted()).toEqual(["_meta.json", "aaaa.json"]);
  });

  test("what the app has written into our line of its list goes too, and its other choice stays", async () => {
    await put("_meta.json", meta);
    await installEntry(deps, helperWish, done);
    const entries = [
      { id: "aaaa", name: "Mine" },
      { id: entryId, name: "Renamed", seen: 1 },
      { id: "bbbb", name: "New" },
    ];
    await put("_meta.json", JSON.stringify({ appliedId: "bbbb", entries }));
    await uninstallEntry(deps, { dryRun: false });
    expect(await json("_meta.json")).toEqual({ appliedId: "bbbb", entries: [entries[0], entries[2]] });
  });

  test("a list that cannot be understood stays, and nothing else is chosen", async () => {
    await put("_meta.json", "{ broken");
    await expect(installEntry(deps, helperWish, done)).rejects.toThrow("_meta.json");
    expect(await read("_meta.json")).toBe("{ broken");
  });
});

describe("an entry that a person has changed", () => {
  const changed = { disableAutoUpdates: true, banner: { text: "mine" } };

  test("keeps what they changed, until they say otherwise", async () => {
    await installEntry(deps, helperWish, done);
    await put(entry, JSON.stringify({ ...entryValues(helperWish), ...changed }));
    expect((await readLibrary(deps)).changed).toEqual(["disableAutoUpdates"]);
    const { kept } = await installEntry(deps, { ...helperWish, localServers: false }, done);
    expect(kept).toEqual(["disableAutoUpdates"]);
    expect(await json(entry)).toMatchObject({ ...changed, isLocalDevMcpEnabled: false });
    await put(entry, JSON.stringify({ ...entryValues(helperWish), ...changed }));
    expect((await installEntry(deps, helperWish, { dryRun: false, force: true })).kept).toEqual([]);
    expect(await json(entry)).toMatchObject({ disableAutoUpdates: false, banner: changed.banner });
  });

  test("from the helper to the proxy nothing of the helper stays, and back nothing of the key", async () => {
    await installEntry(deps, helperWish, done);
    await installEntry(deps, daemonWish, done);
    expect(await json(entry)).toEqual(entryValues(daemonWish));
    await installEntry(deps, helperWish, done);
    expect(await read(entry)).not.toContain("an-example-key");
    expect(await json(entry)).toEqual(entryValues(helperWish));
  });
});

describe("where the library is", () => {
  const at = (os: Deps["os"], env: Record<string, string>) =>
    libraryFolder({ env, os, paths: resolvePaths({ HOME: home, ...env }, os) });

  test("macOS", async () => {
    expect(await at("darwin", {})).toBe(join(home, "Library", "Application Support", "Claude-3p", "configLibrary"));
  });

  test("Windows: the newer place, unless the app has only the older one", async () => {
    const env = { LOCALAPPDATA: join(home, "local"), APPDATA: join(home, "roaming") };
    const local = join(home, "local", "Claude-3p", "configLibrary");
    const roaming = join(home, "roaming", "Claude-3p", "configLibrary");
    expect(await at("win32", env)).toBe(local);
    await mkdir(roaming, { recursive: true });
    expect(await at("win32", env)).toBe(roaming);
    await mkdir(local, { recursive: true });
    expect(await at("win32", env)).toBe(local);
  });
});
