// Terminal output as plain text.
import { describe, expect, test } from "bun:test";
import { screenText, stripAnsi } from "./terminal-text.ts";

const esc = "\u001B";

describe("stripAnsi", () => {
  test.each([
    ["colours", `${esc}[0;31mZeroDivisionError${esc}[0m: x`, "ZeroDivisionError: x"],
    ["256 colours and colons", `${esc}[38;5;28ma${esc}[38:2::1:2:3mb${esc}[m`, "ab"],
    ["cursor and erase", `${esc}[2K${esc}[1Aa${esc}[?25l`, "a"],
    ["a title, ended by BEL or ST", `${esc}]0;title\u0007a${esc}]8;;http://x${esc}\\b`, "ab"],
    ["a title that does not end", `a${esc}]0;title`, "a"],
    ["two-byte escapes", `${esc}(Ba${esc}7b${esc}M`, "ab"],
    ["line ends", "a\r\nb", "a\nb"],
    ["nothing", "plain [0m text", "plain [0m text"],
    ["a cut escape", `a${esc}[`, "a"],
  ])("%s", (_name, text, expected) => {
    expect(stripAnsi(text)).toBe(expected);
  });

  test("takes a megabyte of openings in its stride", () => {
    expect(stripAnsi(`${esc}]`.repeat(500_000))).toBe("");
  });
});

describe("screenText", () => {
  test("shows of a progress line what was written last", () => {
    expect(screenText("loading\r 10%\r 50%\r100%\ndone\r\n")).toBe("100%\ndone\n");
    expect(screenText("10%\r")).toBe("10%");
    expect(screenText("\r\r")).toBe("");
    expect(screenText("a\nb")).toBe("a\nb");
  });
});
