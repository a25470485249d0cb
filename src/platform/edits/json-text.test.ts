// Values in the text of a JSON file: the wish is there, and all else is as it was.
import { describe, expect, test } from "bun:test";
import { assert, constantFrom, dictionary, jsonValue, property } from "fast-check";
import { appendJson, parseJsonObject, setJson } from "./json-text.ts";

describe("a member is taken out", () => {
  test.each([
    ["the first of some lines", '{\n  "a": 1, // one\n  "b": 2\n}\n', ["a"], '{\n  // one\n  "b": 2\n}\n'],
    ["one in the middle", '{\n  "a": 1,\n  "b": 2,\n  "c": 3\n}\n', ["b"], '{\n  "a": 1,\n  "c": 3\n}\n'],
    ["the last of some lines", '{\n  "a": 1, // one\n  "b": 2\n}\n', ["b"], '{\n  "a": 1 // one\n}\n'],
    ["the last with a comma behind it", '{\n  "a": 1,\n  "b": 2,\n}\n', ["b"], '{\n  "a": 1,\n}\n'],
    ["the only one", '{\r\n  "a": 1\r\n}\r\n', ["a"], "{}\r\n"],
    ["the only one beside a comment", '{\n  // why\n  "a": 1\n}', ["a"], "{\n  // why\n}"],
    ["the first on one line", '{ "a": 1, "b": 2 }', ["a"], '{ "b": 2 }'],
    ["the last on one line", '{ "a": 1, "b": 2 }', ["b"], '{ "a": 1 }'],
    ["a comma in a comment", '{ "a": 1 /* , */, "b": 2 }', ["a"], '{ "b": 2 }'],
    ["of a list", '{ "l": [1, 2, 3] }', ["l", 1], '{ "l": [1, 3] }'],
    ["the only one of a list", '{ "l": [ {"x": 1} ] }', ["l", 0], '{ "l": [] }'],
    ["one that is not there", '{ "a" : 1 }', ["b", "c"], '{ "a" : 1 }'],
  ] as const)("%s", (_name, text, path, wanted) => {
    const after = setJson(text, path, undefined);
    expect(after.replace(/[ \t]+$/gm, "")).toBe(wanted.replace(/[ \t]+$/gm, ""));
    expect(parseJsonObject(after)).toBeDefined();
  });
});

// The parser of both sides takes this name for the prototype, which is no member.
const anyJson = (maxDepth: number) =>
  jsonValue({ maxDepth }).filter((value) => !JSON.stringify(value).includes("__proto__"));

const names = ["a", "b", "c d", "é"] as const;
const spaces = constantFrom(0, 1, 2, "\t");

test("whatever there is, a value is set, and taken out again", () => {
  const values = dictionary(constantFrom(...names), anyJson(2));
  assert(
    property(values, spaces, constantFrom(...names), anyJson(2), (value, indent, name, wish) => {
      const text = JSON.stringify(value, null, indent);
      const plain = JSON.parse(text) as Record<string, unknown>;
      const set = setJson(text, [name], wish);
      expect(parseJsonObject(set)).toEqual({ ...plain, [name]: JSON.parse(JSON.stringify(wish)) as unknown });
      const { [name]: _gone, ...others } = plain;
      expect(parseJsonObject(setJson(set, [name], undefined))).toEqual(others);
      expect(parseJsonObject(setJson(text, [name], undefined))).toEqual(others);
    }),
    { numRuns: 150 },
  );
});

test("a list that is not there is made, and one that is there grows at its end", () => {
  const text = '{\n\t"l": [\n\t\t1\n\t]\n}\n';
  expect(appendJson(text, ["l"], 2)).toBe('{\n\t"l": [\n\t\t1,\n\t\t2\n\t]\n}\n');
  expect(parseJsonObject(appendJson(text, ["x", "y"], 2))).toEqual({ l: [1], x: { y: [2] } });
});

test.each(["", "null", "[]", "5", "{", '{"a":}', "not json"])("%j is no object", (text) => {
  expect(parseJsonObject(text)).toBeUndefined();
});
