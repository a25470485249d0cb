import { describe, expect, test } from "bun:test";
import { checkKnownBetas, checkRejectedBetas, findField } from "./rejects.ts";

describe("finding a field", () => {
  const body = { a: { b: 0 }, list: [{ x: 1 }, { y: { z: null } }], "*": 1 };

  test.each([
    ["a", "a"],
    ["a.b", "a.b"],
    ["list.*.x", "list.0.x"],
    ["list.*.y.z", "list.1.y.z"],
    ["a.c", undefined],
    ["a.*", undefined],
    ["list.x", undefined],
    ["list.*.q", undefined],
    ["a.b.c", undefined],
  ])("%s", (path, found) => {
    expect(findField(body, path.split("."))).toBe(found);
  });
});

describe("betas", () => {
  const headers = new Headers({ "anthropic-beta": "one, two,,three" });

  test("each one that is rejected, or not known, is named", () => {
    expect(() => checkRejectedBetas(headers, ["three", "two"])).toThrow("value(s) `two`, `three` for");
    expect(() => checkKnownBetas(headers, ["two"])).toThrow("value(s) `one`, `three` for");
  });

  test("nothing wrong is nothing said", () => {
    expect(() => checkRejectedBetas(headers, ["four"])).not.toThrow();
    expect(() => checkKnownBetas(headers, ["one", "two", "three"])).not.toThrow();
    expect(() => checkKnownBetas(new Headers(), [])).not.toThrow();
  });
});
