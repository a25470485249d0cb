import { describe, expect, test } from "bun:test";
import { contextTexts, isNamed, readUrlSources } from "./prior-context.ts";

const all = readUrlSources(undefined);
const named = (url: string, words: string): boolean => isNamed(new URL(url), [{ text: words, from: "user" }], all);

test.each([
  ["https://example.com/a?b=c", "see https://example.com/a?b=c.", true],
  ["https://example.com/a#part", "see https://example.com/a", true],
  ["https://example.com/", "see example.com, please", true],
  ["http://example.com/", "see https://EXAMPLE.com", true],
  ["https://example.com/a/", "(https://example.com/a)", true],
  ["https://example.com/a", "https://example.com/a/b", true],
  ["https://example.com/%C3%BC", "https://example.com/ü", true],
  ["https://example.com/a?secret=1", "https://example.com/a", false],
  ["https://example.com/abc", "https://example.com/ab", false],
  ["https://example.com/ab", "https://example.com/abc", false],
  ["https://example.com/a", "https://example.com/a.html", false],
  ["https://t.co/", "see rabbit.com", false],
  ["https://example.co/", "see example.com", false],
  ["https://example.com/", "see www.example.com", false],
  ["https://example.com:8443/", "see https://example.com/", false],
])("%s is named by %j: %p", (url, words, expected) => {
  expect(named(url, words)).toBe(expected);
});

describe("what counts", () => {
  const body = {
    system: [{ type: "text", text: "https://system.example" }],
    messages: [
      { role: "user", content: "https://user.example" },
      {
        role: "assistant",
        content: [
          { type: "text", text: "https://assistant.example" },
          { type: "tool_use", id: "1", name: "Bash", input: { c: "https://input.example" } },
          { type: "tool_use", id: "2", name: "web_search", input: {} },
        ],
      },
      {
        role: "user",
        content: [
          { type: "tool_result", tool_use_id: "1", content: "https://bash.example" },
          { type: "tool_result", tool_use_id: "2", content: [{ type: "text", text: "https://found.example" }] },
          { type: "text", text: "https://more.example" },
          { type: "document", source: { type: "text", data: "https://document.example" } },
          { type: "image", source: { type: "base64", data: "https://image.example" } },
        ],
      },
    ],
  };
  const texts = contextTexts(body, ["web_search", "web_fetch"]);
  const hosts = (sources: unknown): string[] =>
    ["system", "user", "assistant", "input", "bash", "found", "more", "document", "image"].filter((host) =>
      isNamed(new URL(`https://${host}.example/`), texts, readUrlSources(sources)),
    );
  const none = { type: "none" };
  const only = (...names: string[]) => ({
    type: "only",
    tools: names.map((name) => ({ type: "tool_reference", name })),
  });

  test("is what people and tools have said, never the model itself", () => {
    expect(hosts(undefined)).toEqual(["system", "user", "bash", "found", "more", "document"]);
    expect(hosts(null)).toEqual(hosts(undefined));
  });

  test("is what `url_sources` says", () => {
    expect(hosts({ user_input: none })).toEqual(["bash", "found"]);
    expect(hosts({ client_tool_results: none })).toEqual(["system", "user", "found", "more", "document"]);
    expect(hosts({ server_tool_results: none, user_input: { type: "all" } })).toEqual([
      "system",
      "user",
      "bash",
      "more",
      "document",
    ]);
    expect(hosts({ user_input: none, client_tool_results: only("Bash"), server_tool_results: only() })).toEqual([
      "bash",
    ]);
    expect(hosts({ user_input: none, client_tool_results: { ...only("Bash"), type: "except" } })).toEqual(["found"]);
    expect(
      hosts({ user_input: { type: "new" }, client_tool_results: { type: "new" }, server_tool_results: 5 }),
    ).toEqual([]);
  });
});
