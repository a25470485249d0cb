import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdir, readdir, rm, symlink } from "node:fs/promises";
import { skillTexts } from "../../skills/embedded.ts";
import { skillCatalog } from "../../skills/catalog.ts";
import type { ProjectSkills } from "./projects.ts";
import { codeOf, openHouse, type House, type Machine } from "./testing-projects.ts";

setDefaultTimeout(60_000);

const folder = "files/.claude/skills";
const skillText = (name: string, description = "Says how we work."): string =>
  `---\nname: ${name}\ndescription: ${description}\n---\n\n# How\n`;

let house: House;
let machine: Machine;
let skills: ProjectSkills;
beforeAll(async () => {
  house = await openHouse();
  machine = await house.machine({ freshMs: 60_000 });
  skills = machine.projects.skills;
});
afterAll(() => house[Symbol.asyncDispose]());

async function fresh(): Promise<string> {
  const id = await house.newProject();
  await machine.projects.open(id);
  return id;
}

async function laid(id: string): Promise<string[]> {
  return (await readdir(machine.path(id, folder))).toSorted();
}

describe("our skills in a project", () => {
  test("are all there at first, whole", async () => {
    const id = await fresh();
    expect(await laid(id)).toEqual(skillCatalog.map(({ name }) => name).toSorted());
    for (const [path, text] of await skillTexts()) expect(await machine.get(id, `${folder}/${path}`)).toBe(text);
    const list = await skills.list(id);
    expect(list).toMatchObject({ all_enabled: true, enabled_count: skillCatalog.length });
    expect(list.total_count).toBe(skillCatalog.length);
    const genie = list.skills.find(({ name }) => name === "databricks-genie");
    expect(genie).toMatchObject({ enabled: true, own: false });
    expect(genie?.tools).toContain("ask_genie");
    expect(genie?.description).not.toBe("");
  });

  test("go and come as they are turned off and on, by older names too, with their tools", async () => {
    const id = await fresh();
    const others = skillCatalog.map(({ name }) => name).filter((name) => name !== "databricks-genie");
    await skills.setEnabled(id, others);
    expect(await laid(id)).not.toContain("databricks-genie");
    expect(await skills.hiddenTools(id)).toContain("ask_genie");
    expect(await skills.list(id)).toMatchObject({ all_enabled: false, enabled_count: others.length });
    await skills.setEnabled(id, ["databricks-genie", "job-deployment"]);
    expect(await laid(id)).toEqual(["databricks-genie", "databricks-jobs"]);
    expect(await skills.hiddenTools(id)).not.toContain("ask_genie");
    expect(await codeOf(skills.setEnabled(id, ["../x"]))).toBe("invalid_input");
    await skills.setEnabled(id, []);
    expect(await laid(id)).toEqual([]);
    await skills.setEnabled(id, null);
    expect(await laid(id)).toHaveLength(skillCatalog.length);
    expect(await skills.hiddenTools(id)).toEqual([]);
  });

  test("are those of this version again where they were changed or taken away, and an old file goes", async () => {
    const id = await fresh();
    const path = `${folder}/databricks-jobs/SKILL.md`;
    const whole = await machine.get(id, path);
    await machine.put(id, path, "changed");
    await rm(machine.path(id, `${folder}/databricks-sql`), { recursive: true });
    await skills.sync(id);
    expect(await machine.get(id, path)).toBe(whole);
    expect(await laid(id)).toContain("databricks-sql");
    const before = JSON.parse(await machine.get(id, "skills.json"));
    await machine.put(id, `${folder}/databricks-old/SKILL.md`, "of a version before");
    before.files[`${folder}/databricks-old/SKILL.md`] = ["x", 1, 1, 1];
    await machine.put(id, "skills.json", JSON.stringify(before));
    const after = await house.machine({ root: machine.root });
    await after.projects.open(id);
    expect(await laid(id)).not.toContain("databricks-old");
  });

  test("leave what the project has in their place, and follow no link", async () => {
    const id = await house.newProject();
    const outside = await house.machine();
    await mkdir(machine.path(id, "files/.claude"), { recursive: true });
    await symlink(outside.root, machine.path(id, folder));
    await machine.projects.open(id);
    expect(await readdir(outside.root)).toEqual([]);
    expect(machine.warnings.join()).toContain("cannot be laid out");
    expect(await codeOf(skills.add(id, "ours", { "SKILL.md": skillText("ours") }))).toBe("invalid_input");
    expect(await readdir(outside.root)).toEqual([]);
    expect((await skills.list(id)).skills.filter(({ own }) => own)).toEqual([]);
    expect(await skills.tree(id)).toEqual([]);
  });

  test("are the chosen ones alone", async () => {
    const few = await house.machine({ skills: ["databricks-sql", "job-deployment"] });
    const id = await house.newProject();
    await few.projects.open(id);
    expect((await readdir(few.path(id, folder))).toSorted()).toEqual(["databricks-jobs", "databricks-sql"]);
    expect(await codeOf(house.machine({ skills: ["nothing"] }))).toBe("not_found");
  });
});

describe("a skill of a project's own", () => {
  test("is added, listed, read, replaced whole, and taken away, and is never touched otherwise", async () => {
    const id = await fresh();
    await skills.add(id, "our-way", { "SKILL.md": skillText("our-way"), "scripts/a.py": "1" });
    await skills.setEnabled(id, []);
    await skills.sync(id);
    expect(await laid(id)).toEqual(["our-way"]);
    expect((await skills.list(id)).skills.find(({ own }) => own)).toEqual({
      name: "our-way",
      description: "Says how we work.",
      enabled: true,
      own: true,
      tools: [],
    });
    expect(await skills.tree(id)).toEqual([
      {
        name: "our-way",
        path: "our-way",
        type: "directory",
        children: [
          {
            name: "scripts",
            path: "our-way/scripts",
            type: "directory",
            children: [{ name: "a.py", path: "our-way/scripts/a.py", type: "file" }],
          },
          { name: "SKILL.md", path: "our-way/SKILL.md", type: "file" },
        ],
      },
    ]);
    expect(await skills.file(id, "our-way/scripts/a.py")).toEqual({
      path: "our-way/scripts/a.py",
      content: "1",
      filename: "a.py",
    });
    await skills.add(id, "our-way", { "SKILL.md": skillText("our-way", ">-\n  In two\n  lines.") });
    expect((await skills.list(id)).skills.find(({ own }) => own)?.description).toBe("In two lines.");
    expect(await readdir(machine.path(id, `${folder}/our-way`))).toEqual(["SKILL.md"]);
    await skills.removeOwn(id, "our-way");
    expect(await laid(id)).toEqual([]);
    expect(await codeOf(skills.removeOwn(id, "our-way"))).toBe("not_found");
    expect(await readdir(machine.path(id, "waiting"))).toEqual([]);
  });

  test("is refused where agents could not use it, and then nothing is there", async () => {
    const id = await fresh();
    const before = await laid(id);
    const bad: [string, Record<string, string>, string][] = [
      ["x", { "SKILL.md": "no head" }, "invalid_input"],
      ["x", {}, "invalid_input"],
      ["x", { "SKILL.md": skillText("y") }, "invalid_input"],
      ["../x", { "SKILL.md": skillText("../x") }, "invalid_input"],
      ["con", { "SKILL.md": skillText("con") }, "invalid_input"],
      ["databricks-jobs", { "SKILL.md": skillText("databricks-jobs") }, "already_exists"],
      ["x", { "SKILL.md": skillText("x"), "../../../CLAUDE.md": "owned" }, "invalid_input"],
      ["x", { "SKILL.md": skillText("x"), "/etc/x": "owned" }, "invalid_input"],
      ["x", { "SKILL.md": skillText("x"), a: "1", "a/b": "2" }, "invalid_input"],
      ["x", { "SKILL.md": skillText("x"), big: "x".repeat(5 * 1024 ** 2) }, "too_large"],
    ];
    for (const [name, files, code] of bad) expect(await codeOf(skills.add(id, name, files))).toBe(code);
    expect(await laid(id)).toEqual(before);
    expect(await readdir(machine.path(id, "waiting"))).toEqual([]);
    expect(await codeOf(skills.removeOwn(id, "databricks-jobs"))).toBe("not_found");
    expect(await codeOf(skills.removeOwn(id, "../../../files"))).toBe("not_found");
  });

  test("that the agent wrote counts, also where it has a fault or the name of one of ours", async () => {
    const id = await house.newProject();
    await machine.put(id, `${folder}/databricks-jobs/SKILL.md`, skillText("databricks-jobs", "Our own jobs."));
    await machine.put(id, `${folder}/broken/SKILL.md`, "---\nname: [\n---\n");
    await machine.projects.open(id);
    await skills.sync(id);
    expect(await machine.get(id, `${folder}/databricks-jobs/SKILL.md`)).toContain("Our own jobs.");
    const own = (await skills.list(id)).skills.filter((skill) => skill.own);
    expect(own.map(({ name }) => name)).toEqual(["broken", "databricks-jobs"]);
    expect(own[0]?.description).toContain("Agents cannot use it");
    expect(own[1]?.description).toBe("Our own jobs.");
  });

  test("goes along to another machine, where ours are laid out anew", async () => {
    const id = await house.newProject();
    const here = await house.machine();
    await here.projects.open(id);
    await here.projects.skills.add(id, "our-way", { "SKILL.md": skillText("our-way") });
    await here.projects.skills.setEnabled(id, ["databricks-sql"]);
    await here.projects.close();
    const there = await house.machine();
    await there.projects.open(id);
    expect((await readdir(there.path(id, folder))).toSorted()).toEqual(["databricks-sql", "our-way"]);
    const stored = (await house.store.files.list(id)).map(({ path }) => path);
    expect(stored.filter((path) => path.includes("/skills/"))).toEqual([`${folder}/our-way/SKILL.md`]);
  });

  test("one of ours that is off can be read before it is turned on", async () => {
    const id = await fresh();
    await skills.setEnabled(id, []);
    expect((await skills.file(id, "databricks-jobs/SKILL.md")).content).toContain("name: databricks-jobs");
    expect(await codeOf(skills.file(id, "databricks-jobs/nothing.md"))).toBe("not_found");
    expect(await codeOf(skills.file(id, "../../CLAUDE.md"))).toBe("invalid_input");
  });
});
