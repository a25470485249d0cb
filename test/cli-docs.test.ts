// docs/cli.md, the manual pages and the golden help texts are made from the table of commands, and are current.
// UPDATE_GOLDEN=1 writes them anew, as `scripts/bun scripts/generate.ts` does; look at the difference before you commit it.
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { absolute, leftOver, madeFiles } from "../scripts/generate/files.ts";
import { exitCodes, variables } from "../scripts/generate/facts.ts";
import { flagVariables } from "../scripts/generate/cli-markdown.ts";
import { attributeNames, attributeSpec } from "../src/auth/attributes.ts";
import { rootTable } from "../src/commands/table.ts";
import { errorKinds } from "../src/platform/errors.ts";
import { sourceFiles } from "./checks/code.ts";

const made = madeFiles();
const manPages = [...made.keys()].filter((path) => path.endsWith(".1"));
const helpTexts = [...made].filter(([path]) => path.startsWith("test/golden/help/"));

if (process.env["UPDATE_GOLDEN"] === "1") await import("../scripts/generate.ts");

describe("what is made from the table", () => {
  test.each([...made])("%s is current", async (path, text) => {
    const file = Bun.file(absolute(path));
    expect((await file.exists()) ? await file.text() : `${path} is missing: run scripts/bun scripts/generate.ts`).toBe(
      text,
    );
  });

  test("is all that lies there", async () => {
    expect(await leftOver(made)).toEqual([]);
    expect(await leftOver(new Map([...made].slice(1, -1)))).toHaveLength(1);
  });
});

describe("help", () => {
  test.each(helpTexts)("%s holds 80 columns, save in examples", (_path, text) => {
    const wide = text.split("\n").filter((line) => line.length > 80 && !line.startsWith("  $ "));
    expect(wide).toEqual([]);
  });

  test.each(helpTexts)("%s shows examples before usage, where it has some", (_path, text) => {
    const examples = text.indexOf("\nExamples:\n");
    expect(examples).toBeLessThan(text.indexOf("\nUsage:\n"));
  });
});

describe("the manual pages", () => {
  // scripts/test-tools.ts installs mandoc where it can; a machine that runs all checks has to have it.
  const mandoc = Bun.which("mandoc");

  test("can be checked here", () => {
    if (process.env["CI"] === "true") expect(mandoc).not.toBeNull();
    expect(manPages.length).toBeGreaterThan(20);
  });

  test.skipIf(mandoc === null)("mandoc finds nothing to complain about", () => {
    const { stdout } = Bun.spawnSync(["mandoc", "-Tlint", ...manPages.map(absolute)], { stdin: "ignore" });
    // A date would change with every release, and nothing else with it.
    const complaints = stdout
      .toString()
      .split("\n")
      .filter((line) => line !== "" && !line.includes("missing date"));
    expect(complaints).toEqual([]);
  });

  test.skipIf(mandoc === null)("what mandoc shows has the options as one types them", () => {
    const page = join("docs", "man", "mortar-auth-login.1");
    const { stdout } = Bun.spawnSync(["mandoc", "-Tutf8", absolute(page)], { stdin: "ignore" });
    // Bold is a letter, a backspace and the letter again.
    const pieces = stdout.toString().split(String.fromCharCode(8));
    const shown = pieces.map((piece, index) => (index < pieces.length - 1 ? piece.slice(0, -1) : piece)).join("");
    expect(shown).toContain("--no-browser");
    expect(shown).toContain("~/.databrickscfg");
    expect(shown).toContain("mortar auth login --host https://");
  });

  test.each(manPages)("%s is plain ASCII, and no text is taken for a macro", (path) => {
    const text = made.get(path) ?? "";
    expect(/[^\n\x20-\x7E]/.exec(text)).toBeNull();
    const macros = new Set(text.match(/^\.\S*/gm));
    const known = new Set(['.\\"', ".TH", ".SH", ".SS", ".TP", ".PP", ".nf", ".fi", ".RS", ".RE"]);
    expect([...macros].filter((macro) => !known.has(macro))).toEqual([]);
    expect(/^'/m.test(text)).toBe(false);
  });
});

describe("the facts of the manual", () => {
  test("every exit code of an error is explained", () => {
    const used = new Set(Object.values(errorKinds).map(({ exit }) => String(exit)));
    const explained = exitCodes.map(({ name }) => name);
    expect([...used].filter((code) => !explained.includes(code))).toEqual([]);
    expect(explained.filter((code) => code !== "0" && !used.has(code))).toEqual([]);
  });

  /** Variables that people set for this program. What the system itself sets needs no explaining. */
  const settable = /^(?:MORTAR|DATABRICKS|XDG)_/;
  /** Databricks unified authentication, which one sentence of the manual stands for. */
  const theirs = new Set(attributeNames.flatMap((name) => attributeSpec(name).env));
  const foreign = /^DATABRICKS_(?:SDK_\w+|RUNTIME_VERSION|APP_PORT)$/;

  test("every variable that the program reads is explained, and none besides of ours", async () => {
    const sources = (await sourceFiles("src")).filter(({ path }) => !/\.test\.ts$|testing/.test(path));
    const read = new Set(
      sources.flatMap(({ text }) => [...text.matchAll(/\benv(?:ironment)?\["(\w+)"\]/g)].map(([, name]) => name ?? "")),
    );
    const facts = [...variables, ...flagVariables(rootTable)];
    const explained = new Set(facts.flatMap(({ name }) => name.split(", ")));
    const isTold = (name: string): boolean => explained.has(name) || theirs.has(name) || foreign.test(name);
    const silent = [...read].filter((name) => settable.test(name) && !isTold(name));
    expect(silent).toEqual([]);
    const all = sources.map(({ text }) => text).join("\n");
    expect([...explained].filter((name) => name.startsWith("MORTAR_") && !all.includes(name))).toEqual([]);
  });
});
