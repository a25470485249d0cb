// The shipped skills: their heads, links, names of tools and commands, and that their code parses.
import { describe, expect, test } from "bun:test";
import { parse as parseYaml } from "yaml";
import { madeFiles } from "../scripts/generate/files.ts";
import { rootTable } from "../src/commands/table.ts";
import { Cursor } from "../src/emulator/sql/parse/cursor.ts";
import { tokenize } from "../src/emulator/sql/parse/tokens.ts";
import { parseStatement, refusedStatements } from "../src/emulator/sql/statements/table.ts";
import { SqlFault } from "../src/emulator/sql/engine.ts";
import { skillCatalog } from "../src/skills/catalog.ts";
import { skillTexts } from "../src/skills/embedded.ts";
import { skillSetNames } from "../src/skills/entry.ts";
import { exampleFault } from "./checks/cli-table.ts";
import { blocksOf, ownCommands, skillFaults, skillsRoot, type Block } from "./checks/skills.ts";

const texts = await skillTexts();
const names = [...new Set([...texts.keys()].map((path) => path.split("/")[0] ?? ""))];
const known = new Set(skillCatalog.map(({ name }) => name));
const blocks = [...texts].flatMap(([path, text]) => blocksOf(path, text));

describe("the skills", () => {
  test("are many, and the catalog holds each", () => {
    expect(names.length).toBeGreaterThanOrEqual(8);
    expect(skillCatalog.map(({ name }) => name)).toEqual(names);
    const path = "src/skills/catalog.ts";
    expect(madeFiles().get(path)).toBe(require("node:fs").readFileSync(`${skillsRoot}/../${path}`, "utf8"));
  });

  test("are as many as the documents say", async () => {
    for (const path of ["docs/skills.md", "CHANGELOG.md"]) {
      const asked = path === "docs/skills.md" ? /ships (\d+)\s+of them/ : /: (\d+) skills about/;
      expect([path, asked.exec(await Bun.file(`${skillsRoot}/../${path}`).text())?.[1]]).toEqual([
        path,
        String(names.length),
      ]);
    }
  });

  test("have heads, links and names that hold", () => {
    expect(names.flatMap((name) => skillFaults(name, texts, known))).toEqual([]);
  });

  test("have aliases that mean one skill, and none that is a skill", () => {
    const aliases = skillCatalog.flatMap((entry) => entry.aliases);
    expect(aliases.length).toBe(new Set(aliases).size);
    expect(aliases.filter((alias) => known.has(alias))).toEqual([]);
  });

  test("have a set each, or are about this program", () => {
    for (const { name, sets } of skillCatalog) {
      if (!name.startsWith("mortar-")) expect([name, sets.length]).not.toEqual([name, 0]);
    }
    for (const set of skillSetNames) expect(skillCatalog.some(({ sets }) => sets.includes(set))).toBe(true);
  });

  // Codex gives its list of skills 8,000 characters before it shortens descriptions (developers.openai.com/codex/skills).
  test("fit together into the list that an agent gets", () => {
    const list = skillCatalog.map(({ name, description }) => `${name}: ${description}`).join("\n");
    expect(list.length).toBeLessThanOrEqual(8_000);
  });

  test("name only commands of this program that exist", () => {
    const faults = [...texts].flatMap(([path, text]) =>
      ownCommands(path, text).flatMap((line) => {
        const fault = exampleFault(rootTable, undefined, line);
        return fault === undefined ? [] : [`${path}: "${line}" ${fault}`];
      }),
    );
    expect(faults).toEqual([]);
    expect([...texts].flatMap(([path, text]) => ownCommands(path, text)).length).toBeGreaterThan(10);
  });
});

/** How a block of each language is read; undefined where it reads well. Python and shell are read all at once below. */
const readers: Readonly<Record<string, (text: string) => string | undefined>> = {
  json: (text) => failure(() => JSON.parse(text)),
  yaml: (text) => failure(() => parseYaml(text, { strict: true, uniqueKeys: true })),
  toml: (text) => failure(() => Bun.TOML.parse(text)),
  typescript: (text) => failure(() => new Bun.Transpiler({ loader: "tsx" }).transformSync(text)),
  sql: (text) =>
    sqlStatements(text)
      .map((statement) => sqlFault(statement))
      .find((fault) => fault !== undefined),
  ini: (text) =>
    text.split("\n").every((line) => /^(?:\[.+\]|\w+ *= *.+|[#;].*|)$/.test(line)) ? undefined : "no ini",
  proto: (text) => (text.startsWith(`syntax = "proto2";`) ? undefined : "no syntax line"),
  text: () => undefined,
};
const readTogether = new Set(["python", "bash"]);

describe("the code in the skills", () => {
  test("has a language that is read here", () => {
    const other = blocks.filter(({ language }) => readers[language] === undefined && !readTogether.has(language));
    expect(other.map(({ path, line, language }) => `${path}:${line} ${language}`)).toEqual([]);
    expect(blocks.length).toBeGreaterThan(20);
  });

  test("parses: JSON, YAML, TOML, TypeScript, SQL", () => {
    const faults = blocks.flatMap((block) => {
      const fault = readers[block.language]?.(block.text);
      return fault === undefined ? [] : [`${where(block)} ${fault}`];
    });
    expect(faults).toEqual([]);
  });

  test("parses: Python", async () => {
    const script =
      "import ast, json, sys\nfaults = []\nfor where, text in json.load(sys.stdin):\n  try: ast.parse(text)\n  except SyntaxError as e: faults.append(f'{where} {e}')\nprint(json.dumps(faults))";
    expect(JSON.parse(await fed(["python3", "-c", script], JSON.stringify(listed("python"))))).toEqual([]);
  });

  test.skipIf(process.platform === "win32")("parses: shell", async () => {
    for (const [place, text] of listed("bash")) {
      const child = Bun.spawn(["bash", "-n"], { stdin: new Blob([text]), stdout: "ignore", stderr: "pipe" });
      expect([place, await new Response(child.stderr).text(), await child.exited]).toEqual([place, "", 0]);
    }
  });
});

describe("the checks", () => {
  const head = `---\nname: a-b\ndescription: About it. Use for it.\nmetadata:\n  sets: core\n  sources: https://a.example/b\n---\n\n# A\n`;
  const faultsOf = (text: string): string[] =>
    skillFaults(
      "a-b",
      new Map([["a-b/SKILL.md", `${head}${"line\n".repeat(50)}${text}\n`]]),
      new Set(["databricks-jobs"]),
    );

  test.each([
    ["a tool that is none: `run_everything`", "no tool run_everything"],
    ["`list_dashboard_pages`", "no tool list_dashboard_pages"],
    ["databricks_run_notebook", "with a prefix"],
    ["the skill databricks-nothing", "no skill databricks-nothing"],
    ["[a](references/none.md)", "leads nowhere"],
    ["TODO", "not finished"],
    ["a \n", "white space"],
  ])("see %j", (text, fault) => {
    expect(faultsOf(text)).toEqual([expect.stringContaining(fault)]);
  });

  test("let be what is right", () => {
    expect(
      faultsOf("`run_notebook`, the skill databricks-jobs, databricks-sdk, `job_id`, [x](https://a.example)"),
    ).toEqual([]);
  });

  test("see statements that do not parse", () => {
    expect(readers["sql"]?.("SELECT 1; SELECT FROM WHERE;")).toContain("PARSE_SYNTAX_ERROR");
    expect(readers["sql"]?.("SELECT ';' AS a; GRANT SELECT ON t TO u; FROM t |> LIMIT 1")).toBeUndefined();
    expect(readers["sql"]?.("SELECT (1")).toBeDefined();
    expect(readers["yaml"]?.("a: 1\na: 2")).toBeDefined();
    expect(readers["json"]?.("{a: 1}")).toBeDefined();
  });

  test("see code in lists without its indentation, and commands over several lines", () => {
    const text = "1. x\n\n   ```bash\n   mortar skills list \\\n     --json\n   ```\n";
    expect(blocksOf("p", text)).toEqual([
      { path: "p", line: 3, language: "bash", text: "mortar skills list \\\n  --json" },
    ]);
    expect(ownCommands("p", text)).toEqual(["mortar skills list --json"]);
  });
});

function failure(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}

/** The statements of a text; what stands between BEGIN and END of a script is one. */
function sqlStatements(text: string): string[] {
  if (/^\s*(?:BEGIN|CREATE (?:OR REPLACE )?PROCEDURE)\b/.test(text)) return [text.trim()];
  const ends = tokenize(text).filter((token) => token.kind === "operator" && token.text === ";");
  const cuts = [0, ...ends.map((token) => token.end), text.length];
  return cuts
    .slice(1)
    .map((end, index) => text.slice(cuts[index], end).replace(/;\s*$/, "").trim())
    .filter((statement) => statement !== "" && tokenize(statement)[0]?.kind !== "end");
}

/** Constructs of Databricks SQL that the emulator's parser does not know: only their tokens and parentheses are checked. */
const beyond =
  /^(?:BEGIN|CREATE (?:OR REPLACE |OR REFRESH )*(?:PROCEDURE|MATERIALIZED|STREAMING|FUNCTION|FLOW|PRIVATE|CONNECTION|VIEW\b[\s\S]*\bWITH METRICS)|CREATE FLOW|FROM|CALL|ALTER TABLE\b[\s\S]*\b(?:ROW FILTER|MASK|TAGS)|RESTORE|WITH RECURSIVE|APPLY)\b|\b(?:STREAM|VERSION AS OF|TIMESTAMP AS OF|read_files|ai_\w+|vector_search|MEASURE)\b/i;

function sqlFault(statement: string): string | undefined {
  const balance = failure(() => {
    let depth = 0;
    for (const { kind, text } of tokenize(statement)) {
      if (kind === "operator" && text === "(") depth++;
      if (kind === "operator" && text === ")" && --depth < 0) throw new Error(") without (");
    }
    if (depth !== 0) throw new Error("( without )");
  });
  if (balance !== undefined) return balance;
  if (beyond.test(statement)) return undefined;
  const first = statement.replace(/\s+/g, " ").toUpperCase();
  if (refusedStatements.some((words) => first.startsWith(`${words} `) || first === words)) return undefined;
  try {
    parseStatement(new Cursor(statement, parametersOf(statement)));
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof SqlFault)) throw thrown;
    const isUnknown = thrown.errorClass === "UNSUPPORTED_FEATURE";
    return isUnknown ? undefined : `${thrown.errorClass}: ${thrown.message} in ${statement.slice(0, 80)}`;
  }
}

function parametersOf(statement: string): { name: string; type: string; value: string }[] {
  return [...statement.matchAll(/(?<!:):(\w+)/g)].map(([, name = ""]) => ({ name, type: "STRING", value: "a" }));
}

function where({ path, line }: Block): string {
  return `skills/${path}:${line}`;
}

function listed(language: string): [string, string][] {
  return blocks.filter((block) => block.language === language).map((block) => [where(block), block.text]);
}

async function fed(command: string[], input: string): Promise<string> {
  const child = Bun.spawn(command, { stdin: new Blob([input]), stdout: "pipe", stderr: "inherit" });
  return new Response(child.stdout).text();
}
