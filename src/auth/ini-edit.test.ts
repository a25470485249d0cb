// An edit changes the lines that it means, and no other byte.
import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { editSection, removeSection, type KeyChanges } from "./ini-edit.ts";
import { parseIni, sectionsOf } from "./ini.ts";

const value = (text: string, section: string, key: string): string | undefined =>
  sectionsOf(parseIni(text)).get(section)?.get(key);

function parses(text: string): boolean {
  try {
    return parseIni(text).blocks.length > 0;
  } catch {
    return false;
  }
}

const cases: readonly [name: string, text: string, section: string, changes: KeyChanges, expected: string][] = [
  ["a first section", "", "w", { host: "https://a" }, "[w]\nhost = https://a\n"],
  ["a value", "[w]\nhost = a\n# note\ntoken = t\n", "w", { host: "b" }, "[w]\nhost = b\n# note\ntoken = t\n"],
  ["a value equal to the old one", "[w]\n host=a ; x\n", "w", { host: "a" }, "[w]\n host=a ; x\n"],
  ["a value with its comment", "[w]\nhost = a  ; mine\n", "w", { host: "b" }, "[w]\nhost = b  ; mine\n"],
  [
    "a new key after the last",
    "[w]\nhost = a\n\n# next\n[x]\nk = v\n",
    "w",
    { token: "t" },
    "[w]\nhost = a\ntoken = t\n\n# next\n[x]\nk = v\n",
  ],
  [
    "a new key in line with the others",
    "[w]\nhost      = a\n",
    "w",
    { token: "t" },
    "[w]\nhost      = a\ntoken     = t\n",
  ],
  ["a new key as tight as the others", "[w]\nhost=a\n", "w", { token: "t" }, "[w]\nhost=a\ntoken=t\n"],
  ["a new section after a blank line", "[w]\nhost = a\n", "x", { host: "b" }, "[w]\nhost = a\n\n[x]\nhost = b\n"],
  ["no doubled blank line", "[w]\nhost = a\n\n", "x", { host: "b" }, "[w]\nhost = a\n\n[x]\nhost = b\n"],
  ["a file without a last line end", "[w]\nhost = a", "x", { host: "b" }, "[w]\nhost = a\n\n[x]\nhost = b\n"],
  ["a new key without a last line end", "[w]\nhost = a", "w", { token: "t" }, "[w]\nhost = a\ntoken = t\n"],
  ["the last value without a line end", "[w]\nhost = a", "w", { host: "b" }, "[w]\nhost = b"],
  ["Windows line ends", "[w]\r\nhost = a\r\n", "w", { token: "t" }, "[w]\r\nhost = a\r\ntoken = t\r\n"],
  ["Windows line ends in a value", "[w]\r\nhost = a\r\n", "w", { host: "b" }, "[w]\r\nhost = b\r\n"],
  [
    "Windows line ends in a new section",
    "[w]\r\nhost = a\r\n",
    "x",
    { k: "v" },
    "[w]\r\nhost = a\r\n\r\n[x]\r\nk = v\r\n",
  ],
  ["a byte order mark", "\uFEFF[w]\nhost = a\n", "w", { host: "b" }, "\uFEFF[w]\nhost = b\n"],
  ["a byte order mark on the key itself", "\uFEFFhost = a\n", "DEFAULT", { host: "b" }, "\uFEFFhost = b\n"],
  ["removing the marked line", "\uFEFFhost = a\n[w]\n", "DEFAULT", { host: undefined }, "\uFEFF[w]\n"],
  ["removing a key", "[w]\nhost = a\ntoken = t\n", "w", { token: undefined }, "[w]\nhost = a\n"],
  [
    "removing every double of a key",
    "[w]\na = 1\n[x]\na = 2\n[w]\na = 3\n",
    "w",
    { a: undefined },
    "[w]\n[x]\na = 2\n[w]\n",
  ],
  ["removing what is not there", "[w]\nhost = a\n", "w", { token: undefined }, "[w]\nhost = a\n"],
  ["the double that counts", "[w]\na = 1\na = 2\n", "w", { a: "3" }, "[w]\na = 1\na = 3\n"],
  [
    "the last of doubled sections",
    "[w]\na = 1\n[x]\n[w]\nb = 2\n",
    "w",
    { c: "3" },
    "[w]\na = 1\n[x]\n[w]\nb = 2\nc = 3\n",
  ],
  ["keys without a section are DEFAULT's", "host = a\n[w]\n", "DEFAULT", { token: "t" }, "host = a\ntoken = t\n[w]\n"],
  [
    "an empty DEFAULT is used",
    "[DEFAULT]\n\n[w]\nk = v\n",
    "DEFAULT",
    { host: "a" },
    "[DEFAULT]\nhost = a\n\n[w]\nk = v\n",
  ],
  ["a value that needs quotes", "[w]\n", "w", { p: "a #b" }, "[w]\np = `a #b`\n"],
  ["a value over lines", "[w]\np = `a\nb`\nk = v\n", "w", { p: "c" }, "[w]\np = c\nk = v\n"],
  ["a colon stays", "[w]\nhost: a\n", "w", { host: "b" }, "[w]\nhost: b\n"],
  ["a quoted key stays", '[w]\n"host" = a\n', "w", { host: "b" }, '[w]\n"host" = b\n'],
  ["a new key after a value that is folded into nothing", "[w]\np = a \\", "w", { k: "v" }, "[w]\np = a \\\n\nk = v\n"],
  ["a folded value becomes one line", "[w]\np = a \\\n  b\nk = v\n", "w", { p: "c" }, "[w]\np = c\nk = v\n"],
];

describe("editing ~/.databrickscfg", () => {
  test.each(cases)("%s", (_name, text, section, changes, expected) => {
    expect(editSection(text, section, changes)).toBe(expected);
  });

  test.each([
    ["w", "k", '1"""\n[prod]\nhost = https://evil.example.com\n"""'],
    ["w", "k", '`"""\n[prod]\n'],
    ["w", "k\n[prod]\nhost", "x"],
    ["w]\n[prod]\nhost = x\n[w", "k", "v"],
    ["w", "k", "a\r\nb"],
  ])("what would become lines of another section is refused: %j", (section, key, wanted) => {
    expect(() => editSection("[prod]\nhost = https://real\n", section, { [key]: wanted })).toThrow("cannot be written");
  });

  test("a value of several lines stays one value", () => {
    const edited = editSection("[prod]\nhost = https://real\n", "w", { k: "a\n[prod]\nhost = x" });
    expect([value(edited, "w", "k"), value(edited, "prod", "host")]).toEqual(["a\n[prod]\nhost = x", "https://real"]);
  });

  test("a section goes with its comments, and the next one keeps its own", () => {
    const text = "[a]\nk = 1\n\n# about b\n[b]\n# inside b\nk = 2\n\n# about c\n[c]\nk = 3\n";
    expect(removeSection(text, "b")).toBe("[a]\nk = 1\n\n# about b\n# about c\n[c]\nk = 3\n");
  });

  test("removing a section that is not there changes nothing", () => {
    const text = "# top\r\n[a]\r\nk = 1";
    expect(removeSection(text, "b")).toBe(text);
  });

  test("what is set is what is read, and every other value stays", () => {
    const name = fc.constantFrom("DEFAULT", "w", "w.x", "a b");
    const key = fc.constantFrom("host", "token", "k");
    const plain = fc.stringMatching(/^[A-Za-z0-9/:#; "'=[\]\\%-]{0,12}$/);
    const line = fc.oneof(
      fc.tuple(key, fc.constantFrom("=", " = ", ": "), plain).map(([k, d, v]) => `${k}${d}${v.replace(/\\+$/, "")}`),
      name.map((n) => `[${n}]`),
      fc.constantFrom("", "# note", "  ; note"),
    );
    const file = fc.tuple(fc.array(line, { maxLength: 12 }), fc.constantFrom("\n", "\r\n"), fc.boolean());
    fc.assert(
      fc.property(file, name, key, plain, ([lines, end, closed], section, target, wanted) => {
        const text = lines.join(end) + (closed ? end : "");
        fc.pre(parses(text));
        const before = sectionsOf(parseIni(text));
        const edited = editSection(text, section, { [target]: wanted });
        expect(value(edited, section, target)).toBe(wanted);
        for (const [other, keys] of before) {
          for (const [k, v] of keys) {
            if (other !== section || k !== target) expect(value(edited, other, k)).toBe(v);
          }
        }
        expect(editSection(edited, section, { [target]: wanted })).toBe(edited);
      }),
      { numRuns: 300 },
    );
  });
});
