import { describe, expect, test } from "bun:test";
import { array, assert, boolean, jsonValue, nat, property, record, string } from "fast-check";
import { addMember, bodyText, pathsLike, removeAt, replaceAt, valueAt } from "./body-edit.ts";

describe("a body is edited in one place:", () => {
  const text = '{ "a" : 1.0, "b":[{"c":12345678901234567890,"d":"x"}] , "e":{"f":null} }';

  test("a value is replaced, and numbers elsewhere keep their digits", () => {
    expect(replaceAt(text, ["e", "f"], "y")).toBe(text.replace("null", '"y"'));
    expect(replaceAt(text, ["e", "none"], 1)).toBeUndefined();
    expect(valueAt(text, ["b", 0, "d"])).toBe("x");
  });

  test.each([
    [["a"], '{ "b":[{"c":12345678901234567890,"d":"x"}] , "e":{"f":null} }'],
    [["b", 0, "c"], '{ "a" : 1.0, "b":[{"d":"x"}] , "e":{"f":null} }'],
    [["b", 0, "d"], '{ "a" : 1.0, "b":[{"c":12345678901234567890}] , "e":{"f":null} }'],
    [["e", "f"], '{ "a" : 1.0, "b":[{"c":12345678901234567890,"d":"x"}] , "e":{} }'],
    [["e"], '{ "a" : 1.0, "b":[{"c":12345678901234567890,"d":"x"}] }'],
  ] as const)("a member is taken out at %p", (path, expected) => {
    const removed = removeAt(text, path) ?? "";
    expect(JSON.parse(removed)).toEqual(JSON.parse(expected));
    expect(removed.replace(/\s/g, "")).toBe(expected.replace(/\s/g, ""));
  });

  test("nothing is taken out where nothing stands, and no element of a list", () => {
    expect(removeAt(text, ["x"])).toBeUndefined();
    expect(removeAt(text, ["b", 0])).toBeUndefined();
    expect(removeAt(text, ["b", "c"])).toBeUndefined();
  });

  test("a member is added to an empty object and to a full one", () => {
    expect(JSON.parse(addMember("{}", "a", 1))).toEqual({ a: 1 });
    expect(JSON.parse(addMember(`${text}\n`, "z", { y: 1 }))).toMatchObject({ a: 1, z: { y: 1 } });
  });

  test("for any object, taking out a member gives what is left of it", () => {
    const member = record({ name: string(), value: jsonValue() });
    assert(
      property(array(member, { minLength: 1 }), nat(), boolean(), (members, pick, indent) => {
        const value = Object.fromEntries(
          members.filter(({ name }) => name !== "__proto__").map((one) => [one.name, one.value]),
        );
        const names = Object.keys(value);
        const name = names[pick % Math.max(1, names.length)];
        if (name === undefined) return;
        const removed = removeAt(JSON.stringify(value, null, indent ? 2 : 0), [name]) ?? "";
        const { [name]: _gone, ...rest } = value;
        expect(JSON.parse(removed)).toEqual(JSON.parse(JSON.stringify(rest)));
      }),
    );
  });

  test("a body that is no object is none to be edited", () => {
    expect(bodyText(new TextEncoder().encode(" [1]"))).toBeUndefined();
    expect(bodyText(null)).toBeUndefined();
    expect(bodyText(new TextEncoder().encode(' {"a":1}'))).toBe(' {"a":1}');
  });

  test("stars stand for every element and member", () => {
    const value = { tools: [{ a: 1 }, { b: 2 }, { a: 3 }] };
    expect(pathsLike(value, ["tools", "*", "a"])).toEqual([
      ["tools", 0, "a"],
      ["tools", 2, "a"],
    ]);
    expect(pathsLike(value, ["none", "*"])).toEqual([]);
  });
});
