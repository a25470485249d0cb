import { describe, expect, test } from "bun:test";
import { type DiffLine, lineDiff } from "./line-diff.ts";

const marks = { same: " ", added: "+", removed: "-" } as const;
const written = (lines: readonly DiffLine[]) => lines.map(({ kind, text }) => marks[kind] + text);
const text = (...lines: readonly string[]) => `${lines.join("\n")}\n`;

/** The two texts that a diff is of. */
const sides = (before: string, after: string) => {
  const { parts } = lineDiff(before, after);
  const lines = parts.flatMap((part) => part.lines);
  return {
    before: lines.filter(({ kind }) => kind !== "added").map((line) => line.text),
    after: lines.filter(({ kind }) => kind !== "removed").map((line) => line.text),
  };
};

describe("lineDiff", () => {
  test("finds a changed line and shows three lines around it", () => {
    const before = text("1", "2", "3", "4", "5", "6", "7", "8", "9");
    const { parts, skippedAfter, added, removed } = lineDiff(before, before.replace("6\n", "six\n"));
    expect(parts).toHaveLength(1);
    expect(parts[0]?.skipped).toBe(2);
    expect(written(parts[0]?.lines ?? [])).toEqual([" 3", " 4", " 5", "-6", "+six", " 7", " 8", " 9"]);
    expect([skippedAfter, added, removed]).toEqual([0, 1, 1]);
  });

  test("keeps changes that are far apart in parts", () => {
    const lines = Array.from({ length: 30 }, (_, at) => `line ${at}`);
    const after = lines.with(2, "two").with(25, "twenty-five");
    const { parts, skippedAfter } = lineDiff(text(...lines), text(...after));
    expect(parts.map(({ skipped, lines: part }) => [skipped, part.length])).toEqual([
      [0, 7],
      [16, 8],
    ]);
    expect(skippedAfter).toBe(1);
  });

  test("is all added for a new file, and nothing for the same", () => {
    expect(written(lineDiff(null, "a\nb").parts[0]?.lines ?? [])).toEqual(["+a", "+b"]);
    expect(lineDiff("a\r\nb\r\n", "a\nb")).toEqual({ parts: [], skippedAfter: 2, added: 0, removed: 0 });
    expect(lineDiff("a", "").removed).toBe(1);
  });

  test("has every line of both sides, in order", () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return seed % below;
    };
    for (let round = 0; round < 60; round += 1) {
      const make = () => Array.from({ length: random(9) }, () => "abc".charAt(random(3)));
      const [before, after] = [make(), make()];
      if (before.join() === after.join()) continue;
      const found = sides(text(...before), text(...after));
      const trim = (lines: readonly string[], whole: readonly string[]) => whole.join("").includes(lines.join(""));
      expect([trim(found.before, before), trim(found.after, after)]).toEqual([true, true]);
    }
  });

  test("is bounded for long texts", () => {
    const before = Array.from({ length: 6000 }, (_, at) => `a ${at}`);
    const after = Array.from({ length: 6000 }, (_, at) => `b ${at}`);
    const { added, removed, parts } = lineDiff(text(...before), text(...after));
    expect([added, removed, parts.length]).toEqual([6000, 6000, 1]);
  });
});
