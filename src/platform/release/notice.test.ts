import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Deps } from "../deps.ts";
import { silentLogger } from "../log.ts";
import { systemDeps } from "../system.ts";
import { isSwitchedOff, mayNotice, rememberLatest, scheduleUpdateNotice } from "./notice.ts";

const hourMs = 3_600_000;
let folder: string;
let nowMs = 1_800_000_000_000;
let shown: string[];
let deps: Deps;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mortar-notice-"));
  shown = [];
  nowMs = 1_800_000_000_000;
  const system = systemDeps({ level: "quiet", noColour: true });
  const stderr = {
    isTTY: true,
    width: 80,
    colour: false,
    write: (text: string | Uint8Array) => void shown.push(String(text)),
  };
  const cache = join(folder, "cache");
  deps = {
    ...system,
    stderr,
    log: silentLogger,
    paths: { ...system.paths, cache },
    clock: { ...system.clock, now: () => nowMs },
  };
});
afterEach(() => rm(folder, { recursive: true, force: true }));

// The look's own process is `bun <this test's main file> --version`: it starts, ends, and changes nothing.
const end = (version = "1.0.0"): Promise<void> => scheduleUpdateNotice(deps, { version, look: ["--version"] });
const state = async (): Promise<Record<string, unknown>> =>
  JSON.parse(await readFile(join(deps.paths.cache, "update.json"), "utf8")) as Record<string, unknown>;
const looked = async (): Promise<boolean> =>
  (await stat(join(deps.paths.cache, "update-look.log")).catch(() => null)) !== null;

describe("the notice", () => {
  test("comes from what an earlier look found, once a day", async () => {
    await rememberLatest(deps, "1.1.0");
    await end();
    await end();
    nowMs += 23 * hourMs;
    await end();
    expect(shown).toEqual(["\nmortar 1.1.0 is out; this is 1.0.0. To update: mortar update\n"]);
    nowMs += hourMs;
    await end();
    expect(shown).toHaveLength(2);
  });

  test.each([
    ["1.0.0", "1.0.0"],
    ["1.1.0", "1.0.0"],
    ["1.0.0", "1.1.0-rc.1"],
  ])("%s says nothing of %s", async (version, latest) => {
    await rememberLatest(deps, latest);
    await end(version);
    expect(shown).toEqual([]);
  });

  test("the first command says nothing, and looks", async () => {
    await end();
    expect(shown).toEqual([]);
    expect(await looked()).toBe(true);
    expect(await state()).toEqual({ asked_at: nowMs });
  });
});

describe("the look", () => {
  test("is not repeated within a day, whatever came of it", async () => {
    await end();
    await rm(join(deps.paths.cache, "update-look.log"));
    nowMs += 23 * hourMs;
    await end();
    expect(await looked()).toBe(false);
    nowMs += hourMs;
    await end();
    expect(await looked()).toBe(true);
  });

  test("is repeated when the clock was wrong", async () => {
    await rememberLatest(deps, "1.0.0");
    nowMs -= 400 * 24 * hourMs;
    await end();
    expect(await looked()).toBe(true);
    expect((await state())["asked_at"]).toBe(nowMs);
  });
});

describe("never fails a command", () => {
  test.each([
    "not json",
    "[]",
    '{"latest":7,"asked_at":"soon"}',
    '{"latest":"<script>"}',
    '{"asked_at":null}',
    '{"latest":"99.0.0\\u001b[2J"}',
  ])("with %s as its file", async (text) => {
    await rememberLatest(deps, "1.0.0");
    await writeFile(join(deps.paths.cache, "update.json"), text);
    await end();
    expect(shown).toEqual([]);
    expect(await looked()).toBe(true);
  });

  test("where nothing can be written", async () => {
    await writeFile(join(folder, "file"), "");
    deps = { ...deps, paths: { ...deps.paths, cache: join(folder, "file", "cache") } };
    await end();
    expect(shown).toEqual([]);
  });
});

describe("the environment", () => {
  test.each([
    [{}, true],
    [{ MORTAR_NO_UPDATE_CHECK: "1" }, false],
    [{ DATABRICKS_NO_UPDATE_CHECK: "true" }, false],
    [{ MORTAR_NO_UPDATE_CHECK: "" }, true],
    [{ MORTAR_NO_UPDATE_CHECK: "0" }, true],
    [{ CI: "true" }, false],
    [{ CI: "false" }, true],
    [{ GITHUB_ACTIONS: "true" }, false],
    [{ TF_BUILD: "True" }, false],
    [{ BUILD_NUMBER: "12" }, false],
  ])("%j: %j", (env, expected) => {
    expect(mayNotice(env)).toBe(expected);
  });

  test("a build server is no switch", () => {
    expect(isSwitchedOff({ CI: "true" })).toBe(false);
    expect(isSwitchedOff({ DATABRICKS_NO_UPDATE_CHECK: "1" })).toBe(true);
  });
});
