import { expect, test } from "bun:test";
import { isAllowed } from "./domains.ts";

const allow = (url: string, ...allowed: string[]): boolean => isAllowed(new URL(url), { allowed, blocked: [] });
const block = (url: string, ...blocked: string[]): boolean => isAllowed(new URL(url), { allowed: [], blocked });

test("without rules everything passes", () => {
  expect(allow("https://example.com/")).toBe(true);
});

test.each([
  ["https://example.com/", "example.com", true],
  ["https://docs.example.com/a", "example.com", true],
  ["https://example.com/", "docs.example.com", false],
  ["https://notexample.com/", "example.com", false],
  ["https://example.com.evil.org/", "example.com", false],
  ["https://EXAMPLE.com./", "example.com", true],
  ["https://example.com/", "EXAMPLE.COM", true],
  ["https://example.com/", "https://example.com/", true],
  ["https://a.example.com/", "*.example.com", true],
  ["https://example.com/blog", "example.com/blog", true],
  ["https://example.com/blog/post", "example.com/blog", true],
  ["https://example.com/blog/post", "example.com/blog/", true],
  ["https://example.com/blogging", "example.com/blog", false],
  ["https://example.com/other", "example.com/blog", false],
  ["https://example.com/en/articles/1", "example.com/*/articles", true],
  ["https://example.com/en/others/1", "example.com/*/articles", false],
  ["https://example.com/blog/x", "example.com/blog/*", true],
  ["https://example.com/", "", false],
  ["https://example.com/", "http://", false],
  ["https://münchen.example/", "münchen.example", true],
  ["https://user@example.com.evil.org/", "user@example.com", false],
])("%s is let through by %p: %p", (url, entry, expected) => {
  expect(allow(url, entry)).toBe(expected);
  expect(block(url, entry)).toBe(!expected);
});

test("both lists hold", () => {
  const rules = { allowed: ["example.com"], blocked: ["private.example.com"] };
  expect(isAllowed(new URL("https://example.com/"), rules)).toBe(true);
  expect(isAllowed(new URL("https://private.example.com/"), rules)).toBe(false);
});

test("many wildcards are not slow", () => {
  expect(allow(`https://example.com/${"a".repeat(2_000)}`, `example.com/${"*a".repeat(500)}b`)).toBe(false);
});
