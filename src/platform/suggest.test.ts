// Did you mean.
import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { editDistance, nearest } from "./suggest.ts";

describe("nearest", () => {
  const known = ["login", "logout", "token", "profiles", "status"];

  test.each([
    ["logn", "login"],
    ["lgoin", "login"],
    ["LOGIN", "login"],
    ["prof", "profiles"],
    ["stauts", "status"],
    ["tok", "token"],
  ])("%s means %s", (wrong, expected) => {
    expect(nearest(wrong, known)).toBe(expected);
  });

  test.each(["", "x", "zzzzzz", "deploy"])("%j means nothing", (wrong) => {
    expect(nearest(wrong, known)).toBeUndefined();
  });

  test("the first of equals, and nothing of nothing", () => {
    expect(nearest("ab", ["ac", "ad"])).toBe("ac");
    expect(nearest("ab", [])).toBeUndefined();
  });
});

describe("editDistance", () => {
  test.each([
    ["", "", 0],
    ["a", "", 1],
    ["abc", "abc", 0],
    ["abc", "abd", 1],
    ["abc", "acb", 1],
    ["kitten", "sitting", 3],
    ["ca", "abc", 3],
  ])("%j to %j is %p", (left, right, distance) => {
    expect(editDistance(left, right)).toBe(distance);
    expect(editDistance(right, left)).toBe(distance);
  });

  test("is a distance", () => {
    const word = fc.string({ maxLength: 8 });
    fc.assert(
      fc.property(word, word, (left, right) => {
        const distance = editDistance(left, right);
        expect(distance === 0).toBe(left === right);
        expect(distance).toBe(editDistance(right, left));
        expect(distance).toBeGreaterThanOrEqual(Math.abs(left.length - right.length));
        expect(distance).toBeLessThanOrEqual(Math.max(left.length, right.length));
      }),
    );
  });
});
