import { describe, expect, test } from "bun:test";
import { array, assert, boolean, jsonValue, nat, property, record, string } from "fast-check";
import { addMember, bodyText, removeLike, replaceAt, valueAt } from "./body-edit.ts";

describe("a body is edited in one place:", () => {
  const text = '{ "a" : 1.0, "b":[{"c":12345678901234567890,"d":"x"}] , "e":{"f":null} }';

  test("a value is replaced, and numbers elsewhere keep their digits", () => {
    expect(replaceAt(text, ["e", "f"], "y")).toBe(text.replace("null", '"y"'));
    expect(replaceAt(text, ["e", "none"], 1)).toBeUndefined();
    expect(valueAt(text, ["b", 0, "d"])).toBe("x");
  });

  test.each([
    [["a"], '{ "b":[{"c":12345678901234567890,"d":"x"}] , "e":{"f":null} }'],
    [["b", "0", "c"], '{ "a" : 1.0, "b":[{"d":"x"}] , "e":{"f":null} }'],
    [["b", "*", "d"], '{ "a" : 1.0, "b":[{"c":12345678901234567890}] , "e":{"f":null} }'],
    [["e", "f"], '{ "a" : 1.0, "b":[{"c":12345678901234567890,"d":"x"}] , "e":{} }'],
    [["*", "f"], '{ "a" : 1.0, "b":[{"c":12345678901234567890,"d":"x"}] , "e":{} }'],
    [["e"], '{ "a" : 1.0, "b":[{"c":12345678901234567890,"d":"x"}] }'],
  ])("a member is taken out at %p", (pattern, expected) => {
    const removed = removeLike(text, pattern);
    expect(JSON.parse(removed)).toEqual(JSON.parse(expected));
    expect(removed.replace(/\s/g, "")).toBe(expected.replace(/\s/g, ""));
  });

  test("nothing is taken out where nothing stands, and no element of a list", () => {
    for (const pattern of [["x"], ["b", "0"], ["b", "*"], ["b", "c"], ["b", "9", "c"], ["a", "b"], []]) {
      expect(removeLike(text, pattern)).toBe(text);
    }
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
        const removed = removeLike(JSON.stringify(value, null, indent ? 2 : 0), [name]);
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

  test("stars stand for every element, and what is between stays byte for byte", () => {
    const list = '{"tools":[{"a":1,"n":1.0},{"b":2},{"n":"]}","a":{"a":[3]}} , {"a":4}],"a":5}';
    expect(removeLike(list, ["tools", "*", "a"])).toBe('{"tools":[{"n":1.0},{"b":2},{"n":"]}"} , {}],"a":5}');
  });

  test("a long text is gone through once, and not once for each of its members", () => {
    const count = 20_000;
    const some = { id: "i", list: [{ kind: "k" }], text: "t\n" };
    const members = Array.from({ length: count }, () => ({ ...some, gone: true }));
    const removed = removeLike(JSON.stringify({ members }), ["members", "*", "gone"]);
    expect(removed).toBe(JSON.stringify({ members: Array.from({ length: count }, () => some) }));
  });
});
