// Server words: the paths that Databricks documents, and nothing that leads elsewhere.
import { describe, expect, test } from "bun:test";
import { MortarError } from "../../platform/errors.ts";
import { parseServerWord } from "./words.ts";

function placeOf(word: string): unknown {
  const { place } = parseServerWord(word);
  if (place.kind === "address") return place.url.href;
  return place.kind === "path" ? place.path : `app ${place.name}`;
}

test.each([
  ["sql", "/api/2.0/mcp/sql"],
  ["genie", "/api/2.0/mcp/genie"],
  ["genie:01ef", "/api/2.0/mcp/genie/01ef"],
  ["ai-search:main.docs", "/api/2.0/mcp/ai-search/main/docs"],
  ["ai-search:main.docs.faq", "/api/2.0/mcp/ai-search/main/docs/faq"],
  ["vector-search:main.docs", "/api/2.0/mcp/vector-search/main/docs"],
  ["functions:system.ai", "/api/2.0/mcp/functions/system/ai"],
  ["functions:`my.cat`.a b.f/g", "/api/2.0/mcp/functions/my.cat/a%20b/f%2Fg"],
  ["connection:git.hub", "/api/2.0/mcp/external/git.hub"],
  ["service:main.tools.jira", "/ai-gateway/mcp-services/main.tools.jira"],
  ["skills", "/ai-gateway/skills/"],
  ["skills:main.know", "/ai-gateway/skills/?schema=main.know"],
  ["app:mcp-shop", "app mcp-shop"],
  ["/api/2.0/mcp/new?x=1", "/api/2.0/mcp/new?x=1"],
  ["https://shop.databricksapps.com/mcp", "https://shop.databricksapps.com/mcp"],
] as const)("%s is %s", (word, place) => {
  expect(placeOf(word)).toBe(place);
});

test.each([
  "",
  "sqll",
  "sql:x",
  "genie:",
  "genie:..",
  "functions:main",
  "functions:main..f",
  "functions:main.a.b.c",
  "functions:main.../x",
  "service:main.jira",
  "skills:main",
  "app:",
  "app:Evil.example",
  "//evil.example/mcp",
  "/\\evil.example/mcp",
  "https://me:secret@evil.example/mcp",
  "ftp://x/mcp",
  "https://",
])("%j is none", (word) => {
  expect(() => parseServerWord(word)).toThrow(MortarError);
});

describe("a prefix", () => {
  test.each([
    ["sql", "sql"],
    ["genie:01ef-22", "genie_01ef_22"],
    ["https://shop.databricksapps.com/mcp?x", "shop_databricksapps_com"],
    ["/", "server"],
  ] as const)("of %s is %s", (word, prefix) => {
    const made = parseServerWord(word).prefix;
    expect(made).toBe(prefix);
    expect(made).toMatch(/^[A-Za-z0-9_]{1,24}$/);
  });
});
