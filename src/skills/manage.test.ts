// Installing, updating and removing in real folders: round trips, edits that survive, links, records.
import { describe, expect, test } from "bun:test";
import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { skillCatalog } from "./catalog.ts";
import {
  installedSkills,
  installSkills,
  removeSkills,
  updateSkills,
  type ManageOptions,
  type SkillChange,
} from "./manage.ts";
import { builtInPackage, type SkillFile, type SkillPackage } from "./package.ts";
import { readRecord, recordPath, writeRecord } from "./record.ts";
import { skillsInFolder } from "./folder-source.ts";
import { skillText, testHome, testSkill, type TestHome } from "./testing.ts";

const everything = () => true;

function options({ deps }: TestHome, dryRun = false): ManageOptions {
  return { deps, dryRun, signal: new AbortController().signal, version: "1.0.0" };
}

function install(home: TestHome, skills: readonly SkillPackage[], dryRun = false): Promise<readonly SkillChange[]> {
  return installSkills(skills, [{ folder: join(home.home, ".claude", "skills") }], options(home, dryRun));
}

const statuses = (changes: readonly SkillChange[]): string[] => changes.map(({ name, status }) => `${name} ${status}`);

describe("an installation", () => {
  test("writes every shipped skill, byte for byte, and again nothing", async () => {
    using home = testHome();
    const all = await Promise.all(skillCatalog.map(({ name }) => builtInPackage(name)));
    const first = await install(home, all);
    expect(new Set(first.map(({ status }) => status))).toEqual(new Set(["added"]));
    for (const { name, files } of all) {
      const texts = [...files].map(([path, file]) => [path, new TextDecoder().decode(file.content)]);
      expect(home.files(`.claude/skills/${name}`)).toEqual(Object.fromEntries(texts));
    }
    const before = home.read("mortar/skills.json");
    const second = await install(home, all);
    expect(new Set(second.map(({ status }) => status))).toEqual(new Set(["unchanged"]));
    expect(home.read("mortar/skills.json")).toBe(before);
  });

  test("of a dry run says the same and writes nothing", async () => {
    using home = testHome();
    expect(statuses(await install(home, [testSkill("a")], true))).toEqual(["a added"]);
    expect(existsSync(join(home.home, ".claude"))).toBe(false);
    expect(existsSync(recordPath(home.deps))).toBe(false);
  });

  test("leaves a skill of the user's, and its removal does too", async () => {
    using home = testHome();
    home.write(".claude/skills/a/SKILL.md", "mine");
    const changes = await install(home, [testSkill("a"), testSkill("b")]);
    expect(statuses(changes)).toEqual(["a kept", "b added"]);
    expect(statuses(await removeSkills(everything, options(home)))).toEqual(["b removed"]);
    expect(home.files(".claude/skills")).toEqual({ "a/SKILL.md": "mine" });
  });

  test("is on record before the first file is written, so that one which is cut off can be taken away", async () => {
    using home = testHome();
    const skill = testSkill("b");
    const seen: string[] = [];
    class Watched extends Map<string, SkillFile> {
      override get(path: string): SkillFile | undefined {
        seen.push(home.read("mortar/skills.json"));
        return super.get(path);
      }
    }
    await install(home, [testSkill("a"), { ...skill, files: new Watched(skill.files) }]);
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.every((text) => text.includes("skills/b"))).toBe(true);
    // As it is when the program is killed there: the record says more than the disk.
    rmSync(join(home.home, ".claude", "skills", "a", "SKILL.md"));
    await removeSkills(everything, options(home));
    expect(home.files(".claude/skills")).toEqual({});
  });

  test("from another source does not replace one that is there", async () => {
    using home = testHome();
    await install(home, [testSkill("a")]);
    const other = { ...testSkill("a", { "SKILL.md": "other" }), source: { kind: "folder", path: "/x" } as const };
    const [change] = await install(home, [other]);
    expect(change).toMatchObject({ status: "kept", reason: expect.stringContaining("installed from mortar") });
    expect(home.read(".claude/skills/a/SKILL.md")).toBe(skillText("a"));
  });

  test.skipIf(process.platform === "win32")("follows a link to the folder of skills, and none below it", async () => {
    using home = testHome();
    mkdirSync(join(home.home, "dotfiles", "skills"), { recursive: true });
    mkdirSync(join(home.home, ".claude"));
    symlinkSync(join(home.home, "dotfiles", "skills"), join(home.home, ".claude", "skills"));
    mkdirSync(join(home.home, "elsewhere"));
    symlinkSync(join(home.home, "elsewhere"), join(home.home, "dotfiles", "skills", "b"));
    expect(statuses(await install(home, [testSkill("a"), testSkill("b")]))).toEqual(["a added", "b kept"]);
    expect(home.files("dotfiles/skills/a")).toEqual({ "SKILL.md": skillText("a") });
    expect(home.files("elsewhere")).toEqual({});
    expect(lstatSync(join(home.home, ".claude", "skills")).isSymbolicLink()).toBe(true);
  });

  test.skipIf(process.platform === "win32")("does not write through a link inside a skill of ours", async () => {
    using home = testHome();
    await install(home, [testSkill("a", { "references/x.md": "1" })]);
    rmSync(join(home.home, ".claude/skills/a/references"), { recursive: true });
    home.write("private/x.md", "1");
    symlinkSync(join(home.home, "private"), join(home.home, ".claude/skills/a/references"));
    const [change] = await install(home, [testSkill("a", { "references/x.md": "2" })]);
    expect(change?.kept).toEqual([{ path: "references/x.md", reason: "changed" }]);
    await removeSkills(everything, options(home));
    expect(home.files("private")).toEqual({ "x.md": "1" });
  });

  test.skipIf(process.platform === "win32")("keeps a script executable, and other files readable", async () => {
    using home = testHome();
    home.write("theirs/s/SKILL.md", skillText("s"));
    chmodSync(home.write("theirs/s/scripts/run.sh", "#!/bin/sh\n"), 0o700);
    const { packages } = await skillsInFolder(join(home.home, "theirs"), home.deps);
    await install(home, packages);
    expect(statSync(join(home.home, ".claude/skills/s/scripts/run.sh")).mode & 0o777).toBe(0o755);
    expect(statSync(join(home.home, ".claude/skills/s/SKILL.md")).mode & 0o777).toBe(0o644);
  });

  test("leaves out what the agent finds in a folder that it shares", async () => {
    using home = testHome();
    const [own, shared] = [join(home.home, ".gemini", "skills"), join(home.home, ".agents", "skills")];
    const targets = [{ folder: shared }, { folder: own, unlessIn: shared }];
    const changes = await installSkills([testSkill("a")], targets, options(home));
    expect(statuses(changes)).toEqual(["a added", "a kept"]);
    expect(changes[1]?.reason).toBe(`this agent finds it in ${shared}`);
    expect(statuses(await installSkills([testSkill("a"), testSkill("b")], targets.slice(1), options(home)))).toEqual([
      "a kept",
      "b added",
    ]);
    // What is there already is kept up to date, and a shared copy that is gone counts for nothing.
    expect(statuses(await installSkills([testSkill("b")], targets, options(home)))).toEqual(["b added", "b unchanged"]);
    rmSync(shared, { recursive: true });
    expect(statuses(await installSkills([testSkill("a")], targets.slice(1), options(home)))).toEqual(["a added"]);
  });

  test("of two at once leaves one whole record", async () => {
    using home = testHome();
    const names = Array.from({ length: 8 }, (_, index) => `skill-${index}`);
    await Promise.all(names.map((name) => install(home, [testSkill(name)])));
    expect([...(await readRecord(home.deps)).values()].map(({ name }) => name).toSorted()).toEqual(names);
  });

  test("is refused by a broken record, which stays as it is", async () => {
    using home = testHome();
    for (const text of [
      "{",
      '{"version":2,"skills":[]}',
      '{"version":1,"skills":[{"name":"a","folder":"/x","version":"1","source":{"kind":"built-in"},"files":{"../../y":"1"}}]}',
    ]) {
      home.write("mortar/skills.json", text);
      const thrown: unknown = await install(home, [testSkill("a")]).catch((error: unknown) => error);
      expect(thrown).toMatchObject({ code: "config_invalid" });
      expect(home.read("mortar/skills.json")).toBe(text);
      expect(existsSync(join(home.home, ".claude"))).toBe(false);
    }
  });
});

describe("an update", () => {
  const recordAs = async (home: TestHome, change: (text: string) => string): Promise<void> => {
    await writeRecord(home.deps, new Map(await readRecord(home.deps)));
    home.write("mortar/skills.json", change(home.read("mortar/skills.json")));
  };

  test("writes what is newer, keeps edits and deletions, and says so", async () => {
    using home = testHome();
    const [entry] = skillCatalog.filter(({ name }) => name === "databricks-notebooks");
    const shipped = await builtInPackage(entry?.name ?? "");
    const old = { ...testSkill(shipped.name, { "references/formats.md": "old", "references/gone.md": "old" }) };
    await install(home, [old]);
    home.write(`.claude/skills/${shipped.name}/notes.md`, "mine");
    home.write(`.claude/skills/${shipped.name}/references/formats.md`, "edited");
    const [change] = await updateSkills(everything, options(home));
    expect(change).toMatchObject({ status: "updated", kept: [{ path: "references/formats.md", reason: "changed" }] });
    const after = home.files(`.claude/skills/${shipped.name}`);
    expect(after).toEqual({
      "SKILL.md": new TextDecoder().decode(shipped.files.get("SKILL.md")?.content),
      "notes.md": "mine",
      "references/formats.md": "edited",
    });
    rmSync(join(home.home, ".claude/skills", shipped.name, "SKILL.md"));
    const [again] = await updateSkills(everything, options(home));
    expect(again).toMatchObject({ status: "unchanged", kept: [{ reason: "deleted" }, { reason: "changed" }] });
    expect(await install(home, [shipped])).toMatchObject([{ status: "updated" }]);
    expect(existsSync(join(home.home, ".claude/skills", shipped.name, "SKILL.md"))).toBe(true);
  });

  test("replaces a skill that has another name now, and takes away one that is not shipped any more", async () => {
    using home = testHome();
    await install(home, [testSkill("dabs-writer"), testSkill("retired")]);
    const changes = await updateSkills(everything, options(home));
    expect(statuses(changes)).toEqual(["dabs-writer removed", "databricks-bundles added", "retired removed"]);
    expect(Object.keys(home.files(".claude/skills")).map((path) => path.split("/")[0])).not.toContain("dabs-writer");
    expect((await installedSkills(home.deps)).map(({ name }) => name)).toEqual(["databricks-bundles"]);
  });

  test("forgets what the user has deleted", async () => {
    using home = testHome();
    await install(home, [testSkill("databricks-jobs")]);
    rmSync(join(home.home, ".claude/skills/databricks-jobs"), { recursive: true });
    expect(statuses(await updateSkills(everything, options(home)))).toEqual(["databricks-jobs gone"]);
    expect(await installedSkills(home.deps)).toEqual([]);
    expect(home.files(".claude/skills")).toEqual({});
  });

  test("of a dry run changes neither files nor record", async () => {
    using home = testHome();
    await install(home, [testSkill("databricks-jobs")]);
    const before = [home.files(".claude"), home.read("mortar/skills.json")];
    expect(statuses(await updateSkills(everything, options(home, true)))).toEqual(["databricks-jobs updated"]);
    expect([home.files(".claude"), home.read("mortar/skills.json")]).toEqual(before);
  });

  test("takes skills of another folder from there, and says when they are gone", async () => {
    using home = testHome();
    home.write("theirs/s/SKILL.md", skillText("s"));
    await install(home, (await skillsInFolder(join(home.home, "theirs"), home.deps)).packages);
    home.write("theirs/s/SKILL.md", skillText("s", "newer"));
    expect(statuses(await updateSkills(everything, options(home)))).toEqual(["s updated"]);
    expect(home.read(".claude/skills/s/SKILL.md")).toContain("newer");
    rmSync(join(home.home, "theirs"), { recursive: true });
    const [change] = await updateSkills(everything, options(home));
    expect(change).toMatchObject({ status: "kept", reason: expect.stringContaining("has it no more") });
    expect(home.read(".claude/skills/s/SKILL.md")).toContain("newer");
  });

  test("reads a record of a later field without losing skills", async () => {
    using home = testHome();
    await install(home, [testSkill("databricks-jobs")]);
    await recordAs(home, (text) => text.replace('"version": "1.0.0"', '"version": "1.0.0", "later": true'));
    expect(statuses(await updateSkills(everything, options(home)))).toEqual(["databricks-jobs updated"]);
  });
});

describe("round trips", () => {
  const path = fc.constantFrom("SKILL.md", "references/a.md", "references/b/c.md", "scripts/d.sh");
  const texts = fc.dictionary(path, fc.string({ maxLength: 8 }), { noNullPrototype: true });

  test("whatever is installed, edited, installed anew and removed: what the user wrote is there at the end", async () => {
    await fc.assert(
      fc.asyncProperty(texts, texts, texts, async (first, edits, second) => {
        using home = testHome();
        await install(home, [testSkill("s", first)]);
        const installed = home.files(".claude/skills/s");
        for (const [name, text] of Object.entries(edits)) home.write(`.claude/skills/s/${name}`, text);
        const next = testSkill("s", second);
        await install(home, [next]);
        await removeSkills(everything, options(home));
        const expected = Object.entries(edits).filter(([name, text]) => {
          // An edit that gives what we wrote, or what we were about to write, is none.
          const coming = next.files.get(name);
          const isComing = coming !== undefined && new TextDecoder().decode(coming.content) === text;
          return installed[name] !== text && !isComing;
        });
        expect(home.files(".claude/skills/s")).toEqual(Object.fromEntries(expected));
        expect(await installedSkills(home.deps)).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  test("without an edit, installation and removal leave nothing but the folder of skills", async () => {
    using home = testHome();
    home.write(".claude/skills/mine/SKILL.md", "mine");
    await install(home, [testSkill("a", { "references/x/y.md": "1" }), testSkill("b")]);
    await removeSkills(everything, options(home));
    expect(home.files(".claude")).toEqual({ "skills/mine/SKILL.md": "mine" });
    expect(existsSync(join(home.home, ".claude/skills/a"))).toBe(false);
    expect(JSON.parse(readFileSync(recordPath(home.deps), "utf8"))).toEqual({ version: 1, skills: [] });
  });
});
