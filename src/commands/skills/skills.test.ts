// `mortar skills` as the table runs it: what it says, what its --json holds, what it refuses.
import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { mcpClientNames, mcpClientTitles } from "../../agents/mcp-client-names.ts";
import type { CommandContext } from "../../cli/context.ts";
import { globalFlags } from "../../cli/global-flags.ts";
import { parseWords } from "../../cli/parse.ts";
import { route } from "../../cli/route.ts";
import type { CommandResult } from "../../cli/spec.ts";
import type { Deps } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import { silentLogger } from "../../platform/log.ts";
import { skillAgentNames, skillAgentTitles } from "../../skills/agent-names.ts";
import { skillCatalog } from "../../skills/catalog.ts";
import { skillText, testHome, type TestHome } from "../../skills/testing.ts";
import { rootTable } from "../table.ts";

interface Answers {
  /** What is typed on a terminal; without it there is none. */
  readonly typed?: string;
}

async function run(home: TestHome, line: string, { typed }: Answers = {}): Promise<CommandResult> {
  const found = route(rootTable, ["skills", ...line.split(" ")]);
  if (found.kind !== "command") throw new Error(`${line} is no command`);
  const { flags, positionals } = parseWords(found.command, globalFlags, found.words, {});
  const isTTY = typed !== undefined;
  const output = { write: () => undefined, isTTY, width: 80, colour: false };
  const deps: Deps = {
    ...home.deps,
    os: "linux",
    fetch: async () => {
      throw new Error("nothing is to be fetched");
    },
    stdin: { isTTY, readLine: async () => typed, readAll: async () => "" },
    stdout: output,
    stderr: output,
    log: silentLogger,
  };
  const context = {
    deps,
    flags,
    positionals,
    rest: [],
    profile: undefined,
    json: false,
    signal: new AbortController().signal,
    progress: { show: () => undefined, clear: () => undefined },
    build: { version: "1.0.0", commit: "c" },
  } as unknown as CommandContext;
  const module = await found.command.load();
  const result = await (module.run as (given: CommandContext) => Promise<CommandResult | void>)(context);
  if (result === undefined) throw new Error(`${line} gave nothing`);
  return result;
}

async function refused(home: TestHome, line: string, answers?: Answers): Promise<MortarError> {
  const outcome = await run(home, line, answers).catch((thrown: unknown) => thrown);
  if (outcome instanceof MortarError) return outcome;
  throw new Error(`${line} was expected to be refused, and gave ${JSON.stringify(outcome)}`);
}

describe("mortar skills", () => {
  test("list shows every skill, and a star beside what is installed", async () => {
    using home = testHome();
    const before = await run(home, "list");
    for (const { name, title } of skillCatalog)
      expect(before.text).toMatch(new RegExp(`^  ${name} +${RegExp.escape(title)}$`, "m"));
    expect(before.text).not.toContain("*");
    await run(home, "install databricks-jobs --agent claude");
    const { text, data } = await run(home, "list");
    expect(text).toContain("* databricks-jobs ");
    const { skills } = data as { skills: { name: string; installed: string[] }[] };
    expect(skills.filter(({ installed }) => installed.length > 0).map(({ name }) => name)).toEqual(["databricks-jobs"]);
    expect((await run(home, "list --installed")).text).toBe("databricks-jobs  ~/.claude/skills/databricks-jobs\n");
  });

  test("list of a set leaves the others out", async () => {
    using home = testHome();
    const { text } = await run(home, "list --set analyst");
    expect(text).toContain("databricks-dashboards");
    expect(text).not.toContain("databricks-zerobus");
  });

  test("show gives the text, by an older name too, and a reference", async () => {
    using home = testHome();
    const { text, data } = await run(home, "show notebook-development");
    expect(text).toStartWith("---\nname: databricks-notebooks\n");
    expect(data).toMatchObject({ name: "databricks-notebooks", aliases: ["notebook-development"], file: "SKILL.md" });
    expect((data as { sources: string[] }).sources.every((source) => source.startsWith("https://"))).toBe(true);
    expect((await run(home, "show databricks-notebooks references/formats.md")).text).toStartWith("# ");
    expect((await refused(home, "show databrick-jobs")).hint).toBe("Did you mean databricks-jobs?");
  });

  test("install takes names, sets, folders and several agents", async () => {
    using home = testHome();
    home.write("ours/team-rules/SKILL.md", skillText("team-rules"));
    const { text } = await run(home, "install sdp ./ours --agent claude,codex");
    expect(text).toBe(
      "~/.claude/skills\n  Added 2 skills (databricks-pipelines, team-rules)\n~/.agents/skills\n  Added 2 skills (databricks-pipelines, team-rules)\n",
    );
    await run(home, "install --set core --agent kiro --scope project");
    const core = skillCatalog.filter(({ sets }) => sets.includes("core")).map(({ name }) => name);
    expect(new Set(Object.keys(home.files(".kiro/skills")).map((path) => path.split("/")[0] ?? ""))).toEqual(
      new Set(core),
    );
  });

  test("install of two agents with one folder writes it once", async () => {
    using home = testHome();
    const { data } = await run(home, "install databricks-jobs --agent codex,agents");
    expect((data as { changes: unknown[] }).changes).toHaveLength(1);
  });

  test("install writes no second copy for an agent that reads the shared folder", async () => {
    using home = testHome();
    const { text } = await run(home, "install databricks-jobs databricks-sql --agent gemini,codex,claude");
    expect(home.files(".gemini/skills")).toEqual({});
    expect(Object.keys(home.files(".agents/skills"))).not.toEqual([]);
    expect(text).toContain("Left databricks-jobs, databricks-sql: this agent finds it in ~/.agents/skills");
    expect((await run(home, "install databricks-genie --agent gemini")).text).toContain(
      "Added 1 skill (databricks-genie)",
    );
  });

  test("install without an agent is refused where nobody can be asked", async () => {
    using home = testHome();
    expect(await refused(home, "install databricks-jobs")).toMatchObject({ code: "usage" });
    expect(await refused(home, "install databricks-job --agent claude")).toMatchObject({ code: "not_found" });
    expect(await refused(home, "install ./nothing --agent claude")).toMatchObject({ code: "not_found" });
    expect(existsSync(join(home.home, ".claude"))).toBe(false);
  });

  test("install names what it left, and folders that are no skill", async () => {
    using home = testHome();
    home.write(".claude/skills/databricks-jobs/SKILL.md", "mine");
    home.write("ours/broken/SKILL.md", "nothing");
    home.write("ours/good/SKILL.md", skillText("good"));
    const { text } = await run(home, "install databricks-jobs ./ours --agent claude");
    expect(text).toContain("Left databricks-jobs: it was there before and is not ours");
    expect(text).toContain("Left out ~/ours/broken: broken is no skill");
    expect(text).toContain("Added 1 skill (good)");
  });

  test("dry runs say what they would do, and do nothing", async () => {
    using home = testHome();
    expect((await run(home, "install databricks-jobs --agent claude --dry-run")).text).toBe(
      "~/.claude/skills\n  Would add 1 skill (databricks-jobs)\nNothing was done.\n",
    );
    expect(existsSync(join(home.home, ".claude"))).toBe(false);
    await run(home, "install databricks-jobs --agent claude");
    expect((await run(home, "remove databricks-jobs --dry-run")).text).toContain("Would remove 1 skill");
    expect(existsSync(join(home.home, ".claude/skills/databricks-jobs/SKILL.md"))).toBe(true);
  });

  test("remove asks, or takes --yes, and keeps edits", async () => {
    using home = testHome();
    await run(home, "install databricks-jobs databricks-sql --agent claude");
    expect(await refused(home, "remove databricks-jobs")).toMatchObject({ code: "usage" });
    expect((await run(home, "remove databricks-jobs", { typed: "n" })).text).toBe("Nothing was done.\n");
    home.write(".claude/skills/databricks-jobs/SKILL.md", "edited");
    const { text } = await run(home, "remove databricks-jobs", { typed: "y" });
    expect(text).toContain("Left databricks-jobs/SKILL.md: you changed it, so it stays");
    expect(home.files(".claude/skills/databricks-jobs")).toEqual({ "SKILL.md": "edited" });
    expect(await refused(home, "remove databricks-jobs --yes")).toMatchObject({ code: "not_found" });
    expect((await run(home, "remove --all --yes")).text).toContain("Removed 1 skill (databricks-sql)");
    expect((await run(home, "remove --all --yes")).text).toBe("No skill is installed there.\n");
  });

  test("remove needs to know what, and from where it is told", async () => {
    using home = testHome();
    expect(await refused(home, "remove --yes")).toMatchObject({ code: "usage" });
    expect(await refused(home, "remove databricks-sql --all --yes")).toMatchObject({ code: "usage" });
    await run(home, "install databricks-sql --agent claude,kiro");
    await run(home, "remove databricks-dbsql --agent kiro --yes");
    expect(existsSync(join(home.home, ".claude/skills/databricks-sql"))).toBe(true);
    expect(existsSync(join(home.home, ".kiro/skills/databricks-sql"))).toBe(false);
  });

  test("update names what changed by agent and by skill", async () => {
    using home = testHome();
    expect((await run(home, "update")).text).toBe("No such skill is installed.\n");
    home.write("ours/good/SKILL.md", skillText("good"));
    await run(home, "install ./ours databricks-sql --agent claude");
    home.write("ours/good/SKILL.md", skillText("good", "newer"));
    expect((await run(home, "update databricks-sql")).text).toContain("Unchanged: 1 skill (databricks-sql)");
    expect((await run(home, "update --agent kiro")).text).toBe("No such skill is installed.\n");
    expect((await run(home, "update --agent claude")).text).toContain("Updated 1 skill (good)");
    expect(home.read(".claude/skills/good/SKILL.md")).toContain("newer");
  });

  test("knows the agents that the MCP server can be added to, by the same names", () => {
    const names: readonly string[] = skillAgentNames;
    expect(mcpClientNames.filter((name) => !names.includes(name))).toEqual([]);
    for (const name of mcpClientNames) expect(skillAgentTitles[name]).toBe(mcpClientTitles[name]);
  });
});
