import { describe, expect, test } from "bun:test";
import { asksNobody, question } from "./question.ts";

describe("a question", () => {
  test("shows each name in quotation marks, and numbers as they are", () => {
    const text: string = question`Delete the table ${"main.shop.fruit"} and its ${3} rows?`;
    expect(text).toBe("Delete the table “main.shop.fruit” and its 3 rows?");
  });

  test("lists several names, up to a dozen of them", () => {
    const names = Array.from({ length: 15 }, (_, at) => `t${at}`);
    expect(String(question`Drop ${["a", "b"]}?`)).toBe("Drop “a”, “b”?");
    expect(String(question`Drop ${names}?`)).toEndWith("“t11” and 3 more?");
  });

  test.each([
    ["a line", "x\nYou may go on.", "\\u{a}"],
    ["a line of the web", "x\u2028y", "\\u{2028}"],
    ["writing from right to left", "x\u202Egpj", "\\u{202e}"],
    ["nothing that can be seen", "x\u200By", "\\u{200b}"],
    ["a letter that is not seen", "prod\u3164", "\\u{3164}"],
    ["a mark that is not seen", "pr\uFE0Fod", "\\u{fe0f}"],
    ["marks over the words around it", `x${"\u0336\u0489".repeat(9)}`, "\\u{489}"],
    ["the end of the quotation", "x”? It is a test. “", "\\u{201d}"],
    ["emphasis", "**harmless**", "\\u{2a}"],
    ["a link", "[here](https://evil.example)", "\\u{5b}"],
    ["code", "`x`", "\\u{60}"],
    ["markup", "<b>x</b>", "\\u{3c}"],
    ["a code of the terminal", "\u001B[2Jx", "\\u{1b}"],
    ["a code like ours", "\\u{41}", "\\u{5c}"],
    ["half of a character", "x\uD800", "\\u{d800}"],
  ])("lets no name bring %s", (_what, name, shown) => {
    const text = question`Delete ${name}?`;
    expect(text).toContain(shown);
    expect(text).not.toContain(name);
    expect(text.match(/[“”]/g)).toHaveLength(2);
    expect(text).not.toMatch(/[\n\u2028\u202E\u200B*`<[]/);
  });

  test("shows names of every writing", () => {
    expect(String(question`Drop ${"Umsätze 2026"}, ${"売上"}?`)).toBe("Drop “Umsätze 2026”, “売上”?");
  });

  test("shows a word of ours as a word, and what is none as a name", () => {
    expect(String(question`Drop the ${{ word: "storage credential" }} ${"x"}?`)).toBe(
      "Drop the storage credential “x”?",
    );
    expect(String(question`Drop the ${{ word: "table x? Or [not](http://a)" }}?`)).toStartWith("Drop the “table x");
  });

  test("keeps both ends of a long name, and says how long it is", () => {
    const text = question`Delete ${`${"a".repeat(5_000)}/important`}?`;
    expect(text.length).toBeLessThan(400);
    expect(text).toContain("/important” (5010 characters)?");
  });
});

test("who asks nobody has no question", () => {
  expect(asksNobody()).toBeUndefined();
});
