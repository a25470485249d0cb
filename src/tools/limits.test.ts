// Cutting text: never half a character, and always with the truth about what was cut.
import { describe, expect, test } from "bun:test";
import { cutText, cutTextHead } from "./limits.ts";

describe("cutText", () => {
  test("leaves what fits", () => {
    expect(cutText("abc", 3)).toEqual({ text: "abc", truncated: false, totalChars: 3, shownChars: 3 });
    expect(cutText("", 0)).toEqual({ text: "", truncated: false, totalChars: 0, shownChars: 0 });
  });

  test("cuts what does not, and says so", () => {
    expect(cutText("abcdef", 4)).toEqual({ text: "abcd", truncated: true, totalChars: 6, shownChars: 4 });
    expect(cutText("abcdef", 4, 4)).toEqual({ text: "ef", truncated: false, totalChars: 6, shownChars: 2 });
    expect(cutText("abc", 4, 9)).toEqual({ text: "", truncated: false, totalChars: 3, shownChars: 0 });
  });

  test("pages put together are the text, also where a page ends inside a character", () => {
    const text = "a😀b😀😀c".repeat(50);
    for (const size of [1, 2, 3, 7, 64]) {
      let whole = "";
      let offset = 0;
      for (;;) {
        const page = cutText(text, size, offset);
        whole += page.text;
        if (size > 1) expect(page.text.isWellFormed()).toBe(true);
        if (!page.truncated) break;
        expect(page.shownChars).toBeGreaterThan(0);
        offset += page.shownChars;
      }
      expect(whole).toBe(text);
    }
  });
});

describe("cutTextHead", () => {
  test("keeps the end", () => {
    expect(cutTextHead("abcdef", 4)).toEqual({ text: "cdef", truncated: true, totalChars: 6, shownChars: 4 });
    expect(cutTextHead("abc", 4)).toEqual({ text: "abc", truncated: false, totalChars: 3, shownChars: 3 });
    expect(cutTextHead("a😀", 1).text).toBe("");
  });
});
