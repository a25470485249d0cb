// The grammar, case by case. The expected values are what go-ini gives for the same bytes.
import { describe, expect, test } from "bun:test";
import { IniError, parseIni, sectionsOf } from "./ini.ts";

type Sections = Record<string, Record<string, string>>;

function read(text: string): Sections {
  const sections: Sections = {};
  for (const [name, keys] of sectionsOf(parseIni(text))) sections[name] = Object.fromEntries(keys);
  return sections;
}

const one = (value: Record<string, string>): Sections => ({ DEFAULT: {}, w: value });

const cases: readonly [name: string, text: string, expected: Sections][] = [
  [
    "two sections",
    "[DEFAULT]\nhost = https://a\n\n[w]\nhost = https://b",
    { DEFAULT: { host: "https://a" }, w: { host: "https://b" } },
  ],
  [
    "keys before any section are DEFAULT's",
    "host = https://a\ntoken = t",
    { DEFAULT: { host: "https://a", token: "t" } },
  ],
  ["an empty file has DEFAULT", "", { DEFAULT: {} }],
  ["a section without keys", "[w]", one({})],
  ["Windows line ends", "[w]\r\nhost = v\r\n", one({ host: "v" })],
  ["a byte order mark", "\uFEFF[w]\nhost = v", one({ host: "v" })],
  ["a byte order mark before a key", "\uFEFFhost = v", { DEFAULT: { host: "v" } }],
  ["equals", "[w]\nhost = v", one({ host: "v" })],
  ["colon", "[w]\nhost: v", one({ host: "v" })],
  ["colon before equals", "[w]\nk: a=b", one({ k: "a=b" })],
  ["equals in the value", "[w]\nu = https://x?a=1&b=2", one({ u: "https://x?a=1&b=2" })],
  ["colon in the value", "[w]\nhost = https://x:8080", one({ host: "https://x:8080" })],
  ["space and hash begin a comment", "[w]\nt = abc #c", one({ t: "abc" })],
  ["hash without a space is the value's", "[w]\nt = abc#d#e", one({ t: "abc#d#e" })],
  ["space and semicolon begin a comment", "[w]\nt = abc ;c", one({ t: "abc" })],
  ["semicolon without a space is the value's", "[w]\nt = abc;d", one({ t: "abc;d" })],
  ["hash goes before an earlier semicolon", "[w]\nt = a ;b #c", one({ t: "a ;b" })],
  ["hash before semicolon", "[w]\nt = a #b ;c", one({ t: "a" })],
  ["the first hash counts", "[w]\nt = x #y #z", one({ t: "x" })],
  ["a hash that begins the value", "[w]\nk = #no", one({ k: "#no" })],
  ["a hash that begins the value after two spaces", "[w]\nk =  #no", one({ k: "#no" })],
  ["spaces before a comment go", "[w]\nt = abc   #c", one({ t: "abc" })],
  ["a tab before a hash is not a space", "[w]\nt = abc\t#c", one({ t: "abc\t#c" })],
  ["comment lines", "[w]\n# a\n; b\n  # c\nhost = v", one({ host: "v" })],
  ["key and value are trimmed", "[w]\n  host  =  v  ", one({ host: "v" })],
  ["blank lines", "[w]\n\na = 1\n\nb = 2", one({ a: "1", b: "2" })],
  ["nothing after equals", "[w]\nk =", one({ k: "" })],
  ["spaces after equals", "[w]\nk =   ", one({ k: "" })],
  ["the last bracket ends a name", "[w]x]\nk = v", { DEFAULT: {}, "w]x": { k: "v" } }],
  ["text after the bracket", "[w] # note\nk = v", one({ k: "v" })],
  ["a name is not trimmed", "[ w ]\nk = v", { DEFAULT: {}, " w ": { k: "v" } }],
  ["a dotted name is a name", "[w.x.y]\nk = v", { DEFAULT: {}, "w.x.y": { k: "v" } }],
  ["doubled sections merge", "[w]\na = 1\n[x]\n[w]\nb = 2", { DEFAULT: {}, w: { a: "1", b: "2" }, x: {} }],
  ["the last of a doubled key wins", "[w]\na = 1\na = 2", one({ a: "2" })],
  ["nothing is inherited from DEFAULT", "[DEFAULT]\na = 1\n[w]\nb = 2", { DEFAULT: { a: "1" }, w: { b: "2" } }],
  ["names keep their case", "[w]\nHost = v", one({ Host: "v" })],
  ["double quotes go", '[w]\np = "%Y#X$Z"', one({ p: "%Y#X$Z" })],
  ["single quotes go", "[w]\np = '%Y#X$Z'", one({ p: "%Y#X$Z" })],
  ["quotes stay when the mark is inside too", '[w]\np = "a"b"', one({ p: '"a"b"' })],
  ["other quotes inside", `[w]\np = "it's"`, one({ p: "it's" })],
  ["one quote mark alone", '[w]\np = "', one({ p: '"' })],
  ["a comment inside double quotes still cuts", '[w]\np = "a #b"', one({ p: '"a' })],
  ["backticks keep comment marks", "[w]\np = `a #b ;c`", one({ p: "a #b ;c" })],
  ["backticks keep spaces", "[w]\np = ` a `", one({ p: " a " })],
  ["backticks over lines", "[w]\np = `a\nb = c`\nk = v", one({ p: "a\nb = c", k: "v" })],
  ["triple quotes", '[w]\np = """a `#b"""', one({ p: "a `#b" })],
  ["triple quotes over lines", '[w]\np = """a\n[x]\nb"""\nk = v', one({ p: "a\n[x]\nb", k: "v" })],
  ["a backslash goes on with the next line", "[w]\np = a \\\n  b\nk = v", one({ p: "a b", k: "v" })],
  ["a quoted key", '[w]\n"a=b" = v', one({ "a=b": "v" })],
  ["a key in backticks", "[w]\n`a:b` = v", one({ "a:b": "v" })],
  ["percent signs mean nothing", "[w]\np = %(home)s%%", one({ p: "%(home)s%%" })],
  [
    "settings",
    "[__settings__]\ndefault_profile = w\n[w]\nk = v",
    { DEFAULT: {}, __settings__: { default_profile: "w" }, w: { k: "v" } },
  ],
];

describe("the grammar of ~/.databrickscfg", () => {
  test.each(cases)("%s", (_name, text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  const bad: readonly [name: string, text: string, message: string, line: number][] = [
    ["a line without a delimiter", "[w]\nsecret-pasted-here\nhost = v", "key-value delimiter not found", 2],
    ["an unclosed section", "a = 1\n[w\nk = v", "unclosed section", 2],
    ["a bracket alone", "[\nk = v", "unclosed section", 1],
    ["an empty section name", "[]\nk = v", "empty section name", 1],
    ["an empty key", "[w]\n= v", "empty key", 2],
    ["an unclosed backtick", "[w]\nk = `v\n", "missing closing quote", 2],
  ];
  test.each(bad)("%s is refused", (_name, text, message, line) => {
    const attempt = (): unknown => parseIni(text);
    expect(attempt).toThrow(IniError);
    expect(attempt).toThrow(`${message}`);
    expect(attempt).toThrow(`(line ${line})`);
    expect(attempt).not.toThrow("secret-pasted-here");
  });
});
