// The conventions of the source, and proof that each check can fail.
import { describe, expect, test } from "bun:test";
import { codeOnly, sourceFiles } from "./checks/code.ts";
import { breaches, conventions, lineLimit } from "./checks/conventions.ts";

/** Breaches that may stay, each with its reason. */
const allowed: Readonly<Record<string, string>> = {
  "src/platform/process.ts: no process.env in rooms": "a child without an environment of its own gets this process's",
};

const files = [...(await sourceFiles("src")), ...(await sourceFiles("test")), ...(await sourceFiles("scripts"))];

test("the source keeps its conventions", () => {
  expect(files.length).toBeGreaterThan(50);
  expect(breaches(files, allowed)).toEqual([]);
  // It reads all of the source: on a busy machine that takes a while.
}, 60_000);

describe("each check", () => {
  const found = (text: string, path = "src/auth/a.ts"): string[] =>
    breaches([{ path, text: `// A file.\n${text}\n` }], {});

  test.each([
    ["console.log(1);", "console"],
    ["const { log } = console . error;", "console"],
    ["const home = process.env.HOME;", "environment"],
    ["const home = `${process.env['HOME']}`;", "environment"],
    ["const home = Bun.env.HOME;", "environment"],
    ["const now = Date.now();", "clock"],
    ["const now = new Date();", "clock"],
    ["const answer = await fetch(url);", "fetches"],
    ["const answer = globalThis.fetch(url);", "fetches"],
    ["const ask = (fetch: Fetch) => globalThis.fetch;", "fetches"],
    ["export default 5;", "by default"],
    ["const a = 5; export { a as default };", "by default"],
    ['export * from "./b.ts";', "another file's exports"],
  ])("%s", (text, sentence) => {
    expect(found(text)).toEqual([expect.stringContaining(sentence)]);
  });

  test.each([
    ["test.skip('a', () => {});", "leaves tests out"],
    ["describe.only('a', () => {});", "leaves tests out"],
    ["it.todo('a');", "leaves tests out"],
    ["test.concurrent.only('a', () => {});", "leaves tests out"],
    ["await Bun.sleep(100);", "sleeps"],
    ["  while (x) y();\nawait Bun.sleep(100);", "sleeps"],
  ])("%s in a test", (text, sentence) => {
    expect(found(text, "src/auth/a.test.ts")).toEqual([expect.stringContaining(sentence)]);
  });

  test.each(["const a = 5;\n", "import x from 'y';\n// Late.\n", "//\n", ""])("a file that begins with %j", (text) => {
    expect(breaches([{ path: "src/auth/a.ts", text }], {})).toEqual([expect.stringContaining("first line")]);
  });

  test.each(["src/auth/someThing.ts", "src/auth/Some.test.ts", "src/auth/a_b.ts"])("the name %s", (path) => {
    expect(found("", path)).toEqual([expect.stringContaining("kebab-case")]);
  });

  test.each([
    ["words in comments", "// console.log, process.env, Date.now()\n/* export default */"],
    ["words in strings", "const a = 'console.log(process.env)'; const b = `Date.now()`; const c = /fetch(x)/;"],
    ["what Deps brings", "await deps.fetch(url); deps.clock.now(); deps.env['HOME']; new Date(ms);"],
    ["a parameter called fetch", "const ask = (fetch: Fetch) => fetch(url); const b = c as typeof globalThis.fetch;"],
    ["process without env", "process.exit(1); process.environment;"],
    [
      "a pause between two looks",
      "while (!there()) await Bun.sleep(5);\nfor (;;) {\n  look();\n  await Bun.sleep(5);\n}",
    ],
    ["tests that depend on a condition", "test.skipIf(x)('a', () => {}); test.each([1])('b', () => {});"],
  ])("lets %s be", (_name, text) => {
    expect(found(text)).toEqual([]);
    expect(found(text, "src/auth/a.test.ts")).toEqual([]);
  });

  test("the length of a file", () => {
    const long = "const a = 5;\n".repeat(lineLimit).trimEnd();
    expect(found(long.slice(long.indexOf("\n") + 1))).toEqual([]);
    expect(found(long)).toEqual([expect.stringContaining("361 lines")]);
  });

  test("tables may be long, tests too, and platform/system.ts reads the environment", () => {
    const long = `${"const a = 5;\n".repeat(500)}`;
    expect(found(long, "src/commands/table.ts")).toEqual([]);
    expect(found(long, "src/auth/a.test.ts")).toEqual([]);
    expect(found("process.env;", "src/platform/system.ts")).toEqual([]);
    expect(found("process.env;", "scripts/build.ts")).toEqual([]);
  });

  test("an exception holds for its file and convention, and is reported when it is not needed", () => {
    const file = { path: "src/auth/a.ts", text: "// A.\nconsole.log(1);\n" };
    expect(breaches([file], { "src/auth/a.ts: no console": "a reason" })).toEqual([]);
    expect(breaches([file], { "src/auth/a.ts: no console": "", "src/b.ts: no console": "" })).toEqual([
      "src/b.ts: no console is allowed but not needed",
    ]);
    expect(breaches([file], { "src/auth/a.ts: no barrel": "" })).toHaveLength(2);
  });

  test("is tried above", () => {
    expect(conventions.map(({ name }) => name)).toHaveLength(11);
  });
});

describe("codeOnly", () => {
  test.each([
    ['a = "b" + c', "a =     + c"],
    ["a // b\nc", "a     \nc"],
    ["a /* b\nc */ d", "a     \n     d"],
    ["`a${b}c` + d", "    b    + d".replace("    b    + d", "    b    + d")],
    ['x = /[/"]/g.test(y)', "x =       g.test(y)"],
    ["a / b / c", "a / b / c"],
    ["f(`${g({ h: `${i}` })}`, 'j')", null],
    ['"a\\"b" c', "       c"],
  ])("%j", (text, expected) => {
    const code = codeOnly(text);
    expect(code).toHaveLength(text.length);
    if (expected !== null) expect(code).toBe(expected);
    else expect(code.replace(/\s+/g, "")).toBe("f(g({h:i}),)");
  });

  test("keeps every line where it is, in every file of the source", () => {
    for (const { path, text } of files) {
      const code = codeOnly(text);
      expect([path, code.length, code.split("\n").length]).toEqual([path, text.length, text.split("\n").length]);
    }
  });
});
