import { describe, expect, test } from "bun:test";
import { parseRobots } from "./robots.ts";

const allows = (text: string, path: string): boolean => parseRobots(text, "mortar").allows(path);

describe("groups", () => {
  test.each([
    ["for all", "User-agent: *\nDisallow: /a", "/a", false],
    ["of another", "User-agent: other\nDisallow: /", "/a", true],
    ["for us before those for all", "User-agent: *\nDisallow: /\n\nUser-agent: mortar\nDisallow: /b", "/a", true],
    ["for us, in capitals", "USER-AGENT: Mortar\nDISALLOW: /b", "/b", false],
    ["for us, with a version", "User-agent: mortar/1.2\nDisallow: /b", "/b", false],
    ["for a name that begins like ours", "User-agent: mort\nDisallow: /b", "/b", true],
    [
      "for us, several",
      "User-agent: mortar\nDisallow: /a\n\nUser-agent: x\nDisallow: /\n\nUser-agent: mortar\nDisallow: /b",
      "/b",
      false,
    ],
    ["with several names", "User-agent: x\nUser-agent: mortar\nDisallow: /b", "/b", false],
    ["with another line between", "User-agent: x\nSitemap: https://s\nUser-agent: mortar\nDisallow: /b", "/b", false],
    ["that end with rules", "User-agent: mortar\nDisallow: /a\nUser-agent: x\nDisallow: /b", "/b", true],
    ["without rules for us", "User-agent: mortar\n\nUser-agent: *\nDisallow: /", "/a", false],
    ["without a name", "Disallow: /", "/a", true],
    ["with CR alone", "User-agent: *\rDisallow: /a\r", "/a", false],
    ["behind a mark of order", "\uFEFFUser-agent: *\nDisallow: /a", "/a", false],
    ["with comments", "User-agent: * # all\nDisallow: /a # this", "/a", false],
  ])("%s", (_name, text, path, expected) => {
    expect(allows(text, path)).toBe(expected);
  });
});

describe("rules", () => {
  const of = (rules: string, path: string): boolean => allows(`User-agent: *\n${rules}`, path);
  test.each([
    ["Disallow:", "/a", true],
    ["Disallow: /", "/", false],
    ["Disallow: /a", "/abc", false],
    ["Disallow: /a", "/A", true],
    ["Disallow: /\nAllow: /ok", "/ok/x", true],
    ["Allow: /\nDisallow: /no", "/no/x", false],
    ["Disallow: /p\nAllow: /p", "/p", true],
    ["Disallow: /*.php$", "/x.php", false],
    ["Disallow: /*.php$", "/x.php?a=1", true],
    ["Disallow: /*.php", "/x.php?a=1", false],
    ["Disallow: /a$", "/a", false],
    ["Disallow: /a$", "/ab", true],
    ["Disallow: /*?q=", "/x?q=1", false],
    ["Disallow: /a*b*c", "/a1b2c3", false],
    ["Disallow: /a*b*c", "/a1c2b3", true],
    ["Disallow: *", "/a", false],
    ["Disallow: /foo/bar/%62%61%7A", "/foo/bar/baz", false],
    ["Disallow: /foo/bar/baz", "/foo/bar/%62%61%7A", false],
    ["Disallow: /foo/bar/ツ", "/foo/bar/%E3%83%84", false],
    ["Disallow: /foo/bar/%e3%83%84", "/foo/bar/%E3%83%84", false],
    ["Disallow: /a%2fb", "/a/b", true],
    ["Disallow: /a%2fb", "/a%2Fb", false],
    ["Disallow: /a%zz", "/a%zz", false],
  ])("%j for %s", (rules, path, expected) => {
    expect(of(rules, path)).toBe(expected);
  });
});

test("a hostile file ends soon", () => {
  const text = `User-agent: *\n${`Disallow: /${"*a".repeat(2_000)}$\n`.repeat(50)}`;
  expect(allows(text, `/${"a".repeat(2_000)}b`)).toBe(true);
});
