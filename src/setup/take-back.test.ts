// What uninstall leaves of its own looking: nothing, on a machine that has nothing of ours.
import { afterEach, expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { testWorld, type TestWorld } from "../auth/testing.ts";
import { applyEdit, applyFile } from "../platform/edits/edits.ts";
import { resolvePaths } from "../platform/paths.ts";
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
