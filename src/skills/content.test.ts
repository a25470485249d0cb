// Finding and reading skills: names, older names, sets, heads, places, folders of somebody else.
import { describe, expect, test } from "bun:test";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { MortarError } from "../platform/errors.ts";
import { skillAgentNames, skillAgentTitles } from "./agent-names.ts";
import { skillCatalog } from "./catalog.ts";
import { findSkill, requireSkill, skillsOfSets } from "./find.ts";
import { isPath, skillsInFolder } from "./folder-source.ts";
import { readSkillText } from "./frontmatter.ts";
import { builtInPackage, loadSkill } from "./package.ts";
import { projectFolder, skillsFolder } from "./places.ts";
import { isInside } from "./record.ts";
import { skillText, testHome } from "./testing.ts";

async function refusal(work: () => unknown): Promise<MortarError> {
  try {
    await work();
  } catch (thrown) {
    if (thrown instanceof MortarError) return thrown;
  }
  throw new Error("it was expected to be refused");
}

describe("a skill's name", () => {
  // The names of the projects that came before (README's of the plugin, of the setup script, of the kit).
  test.each([
    ["notebook-development", "databricks-notebooks"],
    ["sdp", "databricks-pipelines"],
    ["spark-declarative-pipelines", "databricks-pipelines"],
    ["dabs-writer", "databricks-bundles"],
    ["asset-bundles", "databricks-bundles"],
    ["synthetic-data-generation", "databricks-synthetic-data"],
    ["mlflow-evaluation", "databricks-mlflow-evaluation"],
    ["databricks-app-apx", "databricks-apps-apx"],
    ["databricks-app-python", "databricks-apps-python"],
    ["databricks-python-sdk", "databricks-python-sdk"],
    ["fmapi-codingagent-status", "mortar-status"],
    ["fmapi-codingagent-reauth", "mortar-reauth"],
    ["fmapi-codingagent-setup", "mortar-setup"],
    ["fmapi-codingagent-doctor", "mortar-doctor"],
    ["fmapi-codingagent-list-models", "mortar-list-models"],
    ["fmapi-codingagent-validate-models", "mortar-validate-models"],
  ])("%s means %s", (older, name) => {
    expect(findSkill(older)?.name).toBe(name);
  });

  test("that is none is refused with the nearest", async () => {
    expect(await refusal(() => requireSkill("databrick-jobs"))).toMatchObject({
      code: "not_found",
      hint: "Did you mean databricks-jobs?",
    });
    expect((await refusal(() => requireSkill("jobs"))).hint).toBe("Did you mean databricks-jobs?");
    expect((await refusal(() => requireSkill("zzzzzzzzzz"))).hint).toContain("mortar skills list");
  });
});

describe("sets", () => {
  test("bring core with them, and all skills where none is named", () => {
    expect(skillsOfSets([])).toEqual(skillCatalog);
    const analyst = skillsOfSets(["analyst"]).map(({ name }) => name);
    expect(analyst).toContain("databricks-dashboards");
    expect(analyst).toContain("databricks-config");
    expect(analyst).not.toContain("databricks-zerobus");
  });
});

describe("content", () => {
  test("is read by name and by older name, and so are its references", async () => {
    const { head, body, files, text } = await loadSkill("notebook-development");
    expect(head.name).toBe("databricks-notebooks");
    expect(text).toContain(body);
    expect(files).toEqual(["SKILL.md", "references/formats.md"]);
    expect((await loadSkill("databricks-notebooks", "./references/formats.md")).text).toStartWith("# ");
  });

  test("of a file that is not there is refused with those that are", async () => {
    for (const file of ["references/x.md", "../databricks-jobs/SKILL.md"]) {
      const error = await refusal(() => loadSkill("databricks-notebooks", file));
      expect(error).toMatchObject({ code: "not_found", hint: "It has SKILL.md, references/formats.md." });
    }
  });

  test("of a package is that of the folder alone", async () => {
    const { files, source } = await builtInPackage("databricks-jobs");
    expect([...files.keys()].toSorted()).toEqual(["SKILL.md", "references/tasks.md"]);
    expect(source).toEqual({ kind: "built-in" });
  });
});

describe("a head", () => {
  test("is read with its body, whatever the line ends", () => {
    const text = "---\nname: a-b\ndescription: >-\n  One\n  line\nmetadata:\n  k: v\n  n: 5\n---\n# A\n";
    for (const form of [text, text.replaceAll("\n", "\r\n"), `\uFEFF${text}`]) {
      const { head, body } = readSkillText(form, "x");
      expect(head).toEqual({
        name: "a-b",
        description: "One line",
        metadata: { k: "v" },
        keys: ["name", "description", "metadata"],
      });
      expect(body.trim()).toBe("# A");
    }
  });

  test.each([
    ["# A", "does not begin"],
    ["---\nname: a\ndescription: b\n", "does not begin"],
    ["---\nname: A B\ndescription: b\n---\n", "name"],
    ["---\nname: a--b\ndescription: b\n---\n", "name"],
    ["---\nname: ../a\ndescription: b\n---\n", "name"],
    [`---\nname: ${"a".repeat(65)}\ndescription: b\n---\n`, "name"],
    ["---\nname: a\n---\n", "no description"],
    [`---\nname: a\ndescription: ${"b".repeat(1025)}\n---\n`, "longer than"],
    ["---\nname: [a\n---\n", "no YAML"],
    ["---\n- a\n---\n", "no list of keys"],
  ])("%j is refused", async (text, reason) => {
    const error = await refusal(() => readSkillText(text, "here"));
    expect(error.code).toBe("invalid_input");
    expect(error.message).toStartWith("here is no skill: ");
    expect(error.message).toContain(reason);
  });
});

describe("places", () => {
  test("are the agents' own", () => {
    using home = testHome();
    const at = (agent: (typeof skillAgentNames)[number]): string =>
      skillsFolder(agent, "user", home.deps)
        .slice(home.home.length + 1)
        .replaceAll("\\", "/");
    expect(Object.fromEntries(skillAgentNames.map((name) => [name, at(name)]))).toEqual({
      claude: ".claude/skills",
      codex: ".agents/skills",
      gemini: ".gemini/skills",
      opencode: ".config/opencode/skills",
      copilot: ".copilot/skills",
      cursor: ".cursor/skills",
      vscode: ".copilot/skills",
      windsurf: ".codeium/windsurf/skills",
      kiro: ".kiro/skills",
      antigravity: ".gemini/config/skills",
      agents: ".agents/skills",
    });
    expect(Object.keys(skillAgentTitles)).toEqual([...skillAgentNames]);
  });

  test("move with the agents' variables", () => {
    using home = testHome({
      CLAUDE_CONFIG_DIR: "/c",
      GEMINI_CLI_HOME: "/g",
      XDG_CONFIG_HOME: "/x",
      COPILOT_HOME: "/p",
      HOME: "/ignored",
    });
    const at = (agent: "claude" | "gemini" | "opencode" | "copilot"): string =>
      skillsFolder(agent, "user", home.deps)
        .replace(/^[A-Z]:/, "")
        .replaceAll("\\", "/");
    expect([at("claude"), at("gemini"), at("opencode"), at("copilot")]).toEqual([
      "/c/skills",
      "/g/.gemini/skills",
      "/x/opencode/skills",
      "/p/skills",
    ]);
  });

  test("of a project are at the root of its repository", () => {
    using home = testHome();
    home.write("repo/.git/HEAD", "ref");
    home.write("repo/a/b/file", "");
    const inside = { ...home.deps, cwd: join(home.home, "repo", "a", "b") };
    expect(skillsFolder("claude", "project", inside)).toBe(join(home.home, "repo", ".claude", "skills"));
    expect(projectFolder(join(home.home, "nowhere"))).toBe(join(home.home, "nowhere"));
  });
});

describe("folders of somebody else", () => {
  test("give one skill, or all that lie in them, and name what is none", async () => {
    using home = testHome();
    home.write("repo/skills/a/SKILL.md", skillText("a"));
    home.write("repo/skills/a/references/x.md", "x");
    home.write("repo/plugins/p/skills/b/SKILL.md", skillText("b"));
    home.write("repo/skills/broken/SKILL.md", "# no head");
    home.write("repo/skills/again/SKILL.md", skillText("a"));
    home.write("repo/node_modules/c/SKILL.md", skillText("c"));
    home.write("repo/.git/d/SKILL.md", skillText("d"));
    const found = await skillsInFolder("repo", home.deps);
    expect(found.packages.map(({ name }) => name)).toEqual(["b", "a"]);
    const refused = found.refused.map(({ path }) => path.slice(home.home.length + 1).replaceAll("\\", "/"));
    expect(refused).toEqual(["repo/skills/again", "repo/skills/broken"]);
    const one = await skillsInFolder("./repo/skills/a", home.deps);
    expect([...(one.packages[0]?.files.keys() ?? [])]).toEqual(["SKILL.md", "references/x.md"]);
  });

  test("record the commit of a checkout", async () => {
    using home = testHome();
    home.write("repo/SKILL.md", skillText("a"));
    const commit = "0123456789abcdef0123456789abcdef01234567";
    const ran: string[] = [];
    const run = async (words: readonly string[]) => {
      ran.push(words.join(" "));
      return { exitCode: 0, stdout: `${commit}\n`, stderr: "" };
    };
    const { packages } = await skillsInFolder("~/repo", { ...home.deps, run });
    expect(packages[0]?.source).toEqual({ kind: "folder", path: join(home.home, "repo"), commit });
    expect(ran).toEqual([`git -C ${join(home.home, "repo")} rev-parse HEAD`]);
  });

  test.skipIf(process.platform === "win32")("do not lead out by links", async () => {
    using home = testHome();
    home.write("secret/key", "k");
    home.write("repo/a/SKILL.md", skillText("a"));
    symlinkSync(join(home.home, "secret"), join(home.home, "repo", "a", "references"));
    symlinkSync(join(home.home, "secret", "key"), join(home.home, "repo", "a", "key"));
    mkdirSync(join(home.home, "repo", "b"));
    symlinkSync(join(home.home, "secret", "key"), join(home.home, "repo", "b", "SKILL.md"));
    const { packages } = await skillsInFolder("repo", home.deps);
    expect(packages.map(({ name, files }) => [name, [...files.keys()]])).toEqual([["a", ["SKILL.md"]]]);
  });

  test("that are too large, empty or not there are refused", async () => {
    using home = testHome();
    home.write("big/SKILL.md", skillText("big"));
    home.write("big/data", "x".repeat(20_000_001));
    expect((await skillsInFolder("big", home.deps)).refused[0]?.reason).toContain("larger");
    home.write("empty/readme", "");
    expect((await refusal(() => skillsInFolder("empty", home.deps))).code).toBe("not_found");
    expect((await refusal(() => skillsInFolder("none", home.deps))).message).toContain("no such folder");
  });

  test("are told from names and from addresses", async () => {
    using home = testHome();
    expect(["./a", "../a", "a/b", "~/a", ".", "C:\\a"].every(isPath)).toBe(true);
    expect(["databricks-jobs", "sdp"].some(isPath)).toBe(false);
    for (const address of [
      "https://github.com/a/b",
      "git@github.com:a/b.git",
      "ssh://git@x/y",
      "file:///srv/a",
      "github:a/b",
    ]) {
      expect((await refusal(() => skillsInFolder(address, home.deps))).hint).toContain(`git clone ${address}`);
    }
  });
});

test("a recorded path stays below its folder", () => {
  expect(["SKILL.md", "references/a.md", "a..b/c"].every(isInside)).toBe(true);
  expect(["../a", "a/../../b", "/etc/x", "C:\\x", "\\x", "", "a/.."].some(isInside)).toBe(false);
});
