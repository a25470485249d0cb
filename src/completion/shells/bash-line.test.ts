// Lines as bash reads them.
import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { readBashLine } from "./bash-line.ts";

const breaks = " \t\n\"'@><=;|&(:";

test.each([
  ["mortar ", ["mortar", ""], "", ""],
  ["mortar  a   b", ["mortar", "a", "b"], "", ""],
  ["mortar --flag=va", ["mortar", "--flag=va"], "--flag=", ""],
  ["mortar --flag=", ["mortar", "--flag="], "--flag=", ""],
  ["mortar a:b=c", ["mortar", "a:b=c"], "a:b=", ""],
  ["mortar a\\:b", ["mortar", "a:b"], "", ""],
  ["mortar my\\ pro", ["mortar", "my pro"], "", ""],
  ["mortar my\\", ["mortar", "my"], "", ""],
  ['mortar "my pro', ["mortar", "my pro"], "", '"'],
  ["mortar 'my pro", ["mortar", "my pro"], "", "'"],
  ['mortar --flag="my pro', ["mortar", "--flag=my pro"], "--flag=", '"'],
  ['mortar "a:b', ["mortar", "a:b"], "", '"'],
  ['mortar "a b":c', ["mortar", "a b:c"], "a b:", ""],
  ['mortar "a b"', ["mortar", "a b"], "a b", ""],
  ['mortar ""', ["mortar", ""], "", ""],
  ['mortar "" x', ["mortar", "", "x"], "", ""],
  ['mortar "a\\"b\\\\c\\d', ["mortar", 'a"b\\c\\d'], "", '"'],
  ["mortar 'a\\' b", ["mortar", "a\\", "b"], "", ""],
  ["mortar it\\'s", ["mortar", "it's"], "", ""],
  ["mortar $HOME/x", ["mortar", "$HOME/x"], "", ""],
  ["mortar $(touch x) y", ["mortar", "$(touch x)", "y"], "", ""],
  ["mortar $(a (b) c) y", ["mortar", "$(a (b) c)", "y"], "", ""],
  ["mortar `touch x` y", ["mortar", "`touch x`", "y"], "", ""],
  ["mortar x$(touch", ["mortar", "x$(touch"], "", ""],
  ["mortar `touch x", ["mortar", "`touch x"], "", ""],
  ["mortar <(a b) c", ["mortar", "<(a b)", "c"], "", ""],
  ["true; mortar a", ["mortar", "a"], "", ""],
  ["true | mortar a", ["mortar", "a"], "", ""],
  ["mortar a 2>err b", ["mortar", "a", "b"], "", ""],
  ["mortar a >out ", ["mortar", "a", ""], "", ""],
  ["mortar 5 > out x", ["mortar", "5", "x"], "", ""],
  ["", [""], "", ""],
] as const)("%j", (line, words, kept, quote) => {
  expect(readBashLine(line, breaks)).toEqual({ words: [...words], kept, quote, redirects: false });
});

test.each(["mortar a > ", "mortar a > fi", "mortar a 2>fi", "mortar a >> 'my fi", "mortar a < fi"])(
  "%j ends in the target of a redirection",
  (line) => {
    expect(readBashLine(line, breaks).redirects).toBe(true);
  },
);

test("the characters that break words are those of COMP_WORDBREAKS", () => {
  expect(readBashLine("mortar --flag=a:b", " \t\n\"'").kept).toBe("");
  expect(readBashLine("mortar --flag=a:b", " :").kept).toBe("--flag=a:");
  expect(readBashLine('mortar --flag="a b"c', " ").kept).toBe("--flag=a b");
});

describe("whatever the line", () => {
  test("what is kept begins the last word", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."ab \\\"'=:$(`)<>;|") }), (line) => {
        const { words, kept } = readBashLine(line, breaks);
        expect(words.at(-1)?.startsWith(kept)).toBe(true);
      }),
    );
  });

  test("words quoted by a shell come back as they are", () => {
    const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
    fc.assert(
      fc.property(fc.array(fc.string()), (words) => {
        expect(readBashLine([...words, ""].map(quoted).join(" "), breaks).words).toEqual([...words, ""]);
      }),
    );
  });
});
