// The shipped skills by the protocol's extension: whole, verifiable, and the same however they are reached.
import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { skillCatalog } from "../../skills/catalog.ts";
import { errorOf } from "../testing-offers.ts";
import { skillResources } from "./listed.ts";
import { getSkill, listSkills, readSkillDirectory, readSkillFile } from "./methods.ts";

const { skills } = await listSkills({});

test("every shipped skill is listed, with what its author wrote", () => {
  expect(skills.map(({ frontmatter }) => frontmatter["name"])).toEqual(skillCatalog.map(({ name }) => name));
  const jobs = skills.find(({ uri }) => uri === "skill://databricks-jobs/SKILL.md");
  expect(jobs?.frontmatter).toMatchObject({ name: "databricks-jobs", metadata: { title: "Jobs and deployment" } });
});

test("each file has its digest and its size, and is what it says", async () => {
  for (const { resources } of skills) {
    for (const { uri, digest, size } of resources) {
      const { contents } = await readSkillFile(uri);
      const bytes = Buffer.from((contents[0] as { text: string }).text);
      expect(size).toBe(bytes.byteLength);
      expect(digest).toBe(`sha256:${createHash("sha256").update(bytes).digest("hex")}`);
    }
  }
});

test("one skill is the same as in the list", async () => {
  for (const entry of skills) expect((await getSkill({ uri: entry.uri })).skill).toEqual(entry);
});

test("directories lead to every file, and to nothing else", async () => {
  const found: string[] = [];
  const walk = async (uri: string): Promise<void> => {
    for (const child of (await readSkillDirectory({ uri })).resources) {
      if (child.mimeType === "inode/directory") await walk(child.uri);
      else found.push(child.uri);
    }
  };
  for (const { uri } of skills) await walk(uri.replace("/SKILL.md", ""));
  expect(found.toSorted()).toEqual(skills.flatMap(({ resources }) => resources.map(({ uri }) => uri)).toSorted());
});

test("the list of resources has each SKILL.md, named and described by its head", () => {
  const listed: unknown = skillResources().map(({ uri, name, description }) => [uri, name, description]);
  expect(listed).toEqual(skills.map(({ uri, frontmatter: { name, description } }) => [uri, name, description]));
  expect(skillResources()[0]).toMatchObject({ title: "Skill: Agents", mimeType: "text/markdown" });
});

describe("what is not there is an error that helps", () => {
  test.each([
    ["a skill", () => getSkill({ uri: "skill://databricks-job/SKILL.md" }), "skill://databricks-jobs/SKILL.md"],
    ["a file", () => readSkillFile("skill://databricks-jobs/references/task.md"), "references/tasks.md"],
    ["a file outside", () => readSkillFile("skill://../package.json"), "skills/list"],
    ["a directory read as a file", () => readSkillFile("skill://databricks-jobs"), "resources/directory/read"],
    [
      "a file read as a directory",
      () => readSkillDirectory({ uri: "skill://databricks-jobs/SKILL.md" }),
      "is no directory",
    ],
    ["no address", () => getSkill({}), "uri is missing"],
    ["a second page", () => listSkills({ cursor: "x" }), "one page"],
  ])("%s", async (_what, work, words) => {
    const error = await errorOf(work());
    expect(error.code).toBe(-32_602);
    expect(error.message).toContain(words);
  });
});
