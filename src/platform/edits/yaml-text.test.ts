// Values in the text of YAML and .env files: the wish is there, all else is as it was, and it goes again.
import { describe, expect, test } from "bun:test";
import { assert, constantFrom, dictionary, jsonValue, property, string } from "fast-check";
import { stringify } from "yaml";
import { parseEnv, setEnv } from "./env-text.ts";
import { appendYaml, faultOfYaml, parseYaml, setYaml } from "./yaml-text.ts";

const own = `# mine
model: gpt-5 # note

env: # all of it
  A: "1"   # one
  B: 'two'
list:
- a
- b # last
flow: {x: 1, y: [1, 2]}
text: |
  lines
  and more
big: 12345678901234567890
`;

describe("a value of a YAML file", () => {
  test.each([
    ["is replaced", ["model"], "x", own.replace("model: gpt-5", 'model: "x"')],
    ["is added below a mapping", ["env", "C"], "3", own.replace("  B: 'two'\n", "  B: 'two'\n  C: \"3\"\n")],
    ["is added at the root", ["new", "deep"], 1, `${own}new: {"deep":1}\n`],
    ["is added to a flow", ["flow", "z"], true, own.replace("y: [1, 2]}", "y: [1, 2], z: true}")],
    ["goes", ["env", "A"], undefined, own.replace('  A: "1"   # one\n', "")],
    ["goes from a flow", ["flow", "y"], undefined, own.replace("{x: 1, y: [1, 2]}", "{x: 1}")],
    ["goes from a list", ["list", 0], undefined, own.replace("- a\n", "")],
    ["goes with its lines", ["text"], undefined, own.replace("text: |\n  lines\n  and more\n", "")],
    ["takes the place of lines", ["text"], "t", own.replace("|\n  lines\n  and more\n", '"t"\n')],
    ["that is not there stays away", ["nothing", "here"], undefined, own],
  ] as const)("%s", (_name, path, value, wanted) => {
    expect(setYaml(own, path, value)).toBe(wanted);
    const crlf = own.replaceAll("\n", "\r\n");
    expect(setYaml(`\uFEFF${crlf}`, path, value)).toBe(`\uFEFF${wanted.replaceAll("\n", "\r\n")}`);
  });

  test("is put at the end of a list, in the list's own form", () => {
    expect(appendYaml(own, ["list"], { c: 1 })).toBe(own.replace("- b # last\n", '- b # last\n- {"c":1}\n'));
    expect(appendYaml(own, ["flow", "y"], 3)).toBe(own.replace("[1, 2]", "[1, 2, 3]"));
    expect(parseYaml(appendYaml(own, ["more", "of"], 3))).toMatchObject({ more: { of: [3] } });
  });

  test("is not changed where the text would mean something else", () => {
    const aliased = "a: &x {b: 1}\nc: *x\n";
    expect(() => setYaml(aliased, ["c", "b"], 2)).toThrow("c.b cannot be changed");
  });

  test.each(["- a\n", "text", "a: 1\na: 2\n", "a: [", "a: 1\n---\nb: 2\n"])("%j is no mapping", (text) => {
    expect(parseYaml(text)).toBeUndefined();
  });

  test("is told the line of what is wrong", () => {
    expect(faultOfYaml("a: 1\nb: 2\nc: [\n")).toBeGreaterThanOrEqual(3);
    expect(faultOfYaml("a: 1\n")).toBeUndefined();
  });
});

// The parser of both sides takes this name for the prototype, which is no member.
const anyJson = (maxDepth: number) =>
  jsonValue({ maxDepth }).filter((value) => !/__proto__|<</.test(JSON.stringify(value)));
const names = ["a", "b", "c d", "é", "no"] as const;

test("whatever a YAML file holds, a value is set, and taken out again", () => {
  const values = dictionary(constantFrom(...names), anyJson(3));
  const form = constantFrom({ indent: 2 }, { indent: 4 }, { indentSeq: false }, { collectionStyle: "flow" as const });
  assert(
    property(values, form, constantFrom(...names), anyJson(2), (value, options, name, wish) => {
      const text = stringify(value, options);
      const plain = parseYaml(text) ?? {};
      const set = setYaml(text, [name], wish);
      expect(parseYaml(set)).toEqual({ ...plain, [name]: JSON.parse(JSON.stringify(wish)) as unknown });
      const { [name]: _gone, ...others } = plain;
      expect(parseYaml(setYaml(set, [name], undefined))).toEqual(others);
      expect(parseYaml(setYaml(text, [name], undefined))).toEqual(others);
    }),
    { numRuns: 200, seed: 7 },
  );
});

describe("a variable of a .env file", () => {
  const text = "# mine\nA=1\nexport B='two words' # note\nC=\"a\nb\"\nEMPTY=\n";

  test("is read as its readers do", () => {
    expect(parseEnv(text)).toEqual({ A: "1", B: "two words", C: "a\nb", EMPTY: "" });
  });

  test.each([
    ["A", "2", text.replace("A=1", "A=2")],
    ["B", "x y", text.replace("'two words'", '"x y"')],
    ["C", undefined, text.replace('C="a\nb"\n', "")],
    ["NEW", "n", `${text}NEW=n\n`],
  ] as const)("%s is set to %j", (name, value, wanted) => {
    expect(setEnv(text, [name], value)).toBe(wanted);
    const crlf = (one: string): string => `\uFEFF${one.replaceAll("\n", "\r\n")}`;
    expect(setEnv(crlf(text), [name], value)).toBe(crlf(wanted));
  });

  test("that it cannot hold is refused", () => {
    expect(() => setEnv(text, ["A"], 'a"b')).toThrow("cannot be written");
    expect(() => setEnv(text, ["A", "B"], "x")).toThrow("cannot be written");
  });

  test("whatever its value, comes back", () => {
    const value = string().filter((one) => !/["\r\n\\$]/.test(one) && one.trim() === one);
    assert(
      property(value, (one) => {
        const set = setEnv(text, ["X"], one);
        expect(parseEnv(set)).toEqual({ ...parseEnv(text), X: one });
        expect(setEnv(set, ["X"], undefined)).toBe(text);
      }),
      { numRuns: 100, seed: 3 },
    );
  });
});
