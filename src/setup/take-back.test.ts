// What uninstall leaves of its own looking: nothing, on a machine that has nothing of ours.
import { afterEach, describe, expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { testWorld, type TestWorld } from "../auth/testing.ts";
import { applyEdit, applyFile } from "../platform/edits/edits.ts";
import { resolvePaths } from "../platform/paths.ts";
import type { InstalledSkill } from "../skills/record.ts";
import { skillsToTake } from "./skill-folders.ts";
import { takeBack } from "./take-back.ts";

const worlds: TestWorld[] = [];
afterEach(() => {
  for (const made of worlds.splice(0)) made.dispose();
});

/** A home whose folders have the usual names. */
function home(): TestWorld {
  const made = testWorld();
  const env = { HOME: made.home, PATH: "" };
  worlds.push(made);
  return { ...made, deps: { ...made.deps, env, paths: resolvePaths(env, "linux") } };
}

const request = { agents: undefined, signOut: false, dryRun: false, version: "1" };

test.each([false, true])("a clean home is as clean afterwards (dry run: %p)", async (dryRun) => {
  const made = home();
  const { signal } = new AbortController();
  expect(await takeBack(made.deps, { ...request, dryRun, signal })).toMatchObject({ files: [], kept: [] });
  expect(readdirSync(made.home)).toEqual([]);
});

test.skipIf(process.platform !== "linux")(
  "where nothing can be written a look is one, and the work says what to do",
  async () => {
    const made = home();
    const { signal } = new AbortController();
    const env = { HOME: made.home, PATH: "", MORTAR_HOME: "/sys/mortar" };
    const sealed = { ...made.deps, env, paths: resolvePaths(env, "linux") };
    expect(await takeBack(sealed, { ...request, dryRun: true, signal })).toMatchObject({ files: [], removed: [] });
    await expect(takeBack(sealed, { ...request, signal })).rejects.toMatchObject({
      code: "io",
      message: expect.stringContaining("/sys/mortar/run"),
      hint: expect.stringMatching(/^Mortar's folder has to be writable for that\..*\/sys\b.*run the command again/),
    });
  },
);

test("a look beside a setup that begins makes none of the folders that setup has to know as its own", async () => {
  const made = home();
  const { signal } = new AbortController();
  const seen: boolean[] = [];
  const look = (): void => void seen.push(existsSync(join(made.home, ".local")));
  // The first that is asked, and the last.
  const others = { owners: [], takeBack: () => Promise.resolve([]).finally(look) };
  const get = () => Promise.resolve(undefined).finally(look);
  const keyring = { get, set: () => Promise.resolve(), delete: () => Promise.resolve() };
  await takeBack({ ...made.deps, keyring }, { ...request, dryRun: true, signal, others });
  expect(seen).toEqual([false, false]);
  expect(readdirSync(made.home)).toEqual([]);
});

test("a dry run tells what would stay, and not what would go by its record", async () => {
  const made = home();
  const { signal } = new AbortController();
  const { data } = made.deps.paths;
  const file = join(data, "agents", "codex", "models.json");
  await applyFile(made.deps, { owner: "setup-codex", file, content: "{}" });
  made.write(join(data, "emulator", "db").slice(made.home.length + 1), "data");
  const planned = await takeBack(made.deps, { ...request, dryRun: true, signal });
  expect(planned.kept.map(({ what }) => what)).toEqual([join(data, "emulator")]);
  expect((await takeBack(made.deps, { ...request, signal })).kept).toEqual(planned.kept);
  expect(existsSync(file)).toBe(false);
});

test("one agent's settings are taken back, and the rest stays for the others", async () => {
  const made = home();
  const { signal } = new AbortController();
  const changes = [{ kind: "set", path: ["a"], value: 1 }] as const;
  for (const id of ["claude", "codex"]) {
    const edit = { owner: `setup-${id}`, file: join(made.home, `${id}.json`), format: "json", changes } as const;
    await applyEdit(made.deps, edit);
  }
  const taken = await takeBack(made.deps, { ...request, agents: ["claude"], signal });
  expect(taken.kept.map(({ what }) => what)).toEqual(["Codex"]);
  expect(existsSync(join(made.home, "claude.json"))).toBe(false);
  expect(existsSync(join(made.home, "codex.json"))).toBe(true);
  await takeBack(made.deps, { ...request, agents: ["codex"], signal });
  expect([existsSync(join(made.home, "codex.json")), existsSync(made.deps.paths.data)]).toEqual([false, false]);
});

describe("skills", () => {
  const skill = (folder: string, name = "a") => ({
    name,
    folder: join(folder, name),
    source: { kind: "built-in" },
    version: "1",
    files: {},
  });

  test("of a folder that agents share stay as long as one of them does", async () => {
    const made = home();
    const shared = join(made.home, ".agents", "skills");
    for (const id of ["codex", "opencode", "claude"]) await ready(made, `setup-${id}`);
    const one = skill(shared) as InstalledSkill;
    expect((await skillsToTake(made.deps, ["codex"]))(one)).toBe(false);
    expect((await skillsToTake(made.deps, ["claude"]))(one)).toBe(false);
    expect((await skillsToTake(made.deps, ["codex", "opencode"]))(one)).toBe(true);
    expect((await skillsToTake(made.deps, undefined))(one)).toBe(true);
  });

  test("of a project go with the agent that was set up there, from wherever it is said", async () => {
    const made = home();
    const project = join(made.home, "project");
    await ready(made, `setup-claude:${project}`);
    const own = skill(join(project, ".claude", "skills")) as InstalledSkill;
    expect((await skillsToTake(made.deps, ["claude"]))(own)).toBe(true);
    expect((await skillsToTake(made.deps, ["codex"]))(own)).toBe(false);
  });

  async function ready({ deps, home: place }: TestWorld, owner: string): Promise<void> {
    const changes = [{ kind: "set", path: ["a"], value: owner }] as const;
    const file = join(place, `${owner.replace(/\W/g, "-")}.json`);
    await applyEdit(deps, { owner, file, format: "json", changes });
  }
});
