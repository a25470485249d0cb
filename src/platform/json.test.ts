// JSON that keeps every digit.
import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { isObject, parseJson, rawInteger } from "./json.ts";

describe("parseJson", () => {
  test.each([
    ["9007199254740991", 9007199254740991],
    ["9007199254740992", "9007199254740992"],
    ["-9007199254740993", "-9007199254740993"],
    ["7123456789012345678", "7123456789012345678"],
    ["1.5", 1.5],
    ["1e400", Infinity],
    ["12345678901234567890.5", Number("12345678901234567890.5")],
    ["1E3", 1000],
    ['"9007199254740993"', "9007199254740993"],
    [
      '{"job_id":7123456789012345678,"tasks":[{"run_id":1}]}',
      { job_id: "7123456789012345678", tasks: [{ run_id: 1 }] },
    ],
    ["null", null],
  ])("%s", (text, expected) => {
    expect(parseJson(text)).toEqual(expected);
  });

  test.each(["", "{", "nope", "01"])("refuses %j", (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });

  test("does not change the prototype of anything", () => {
    const parsed = parseJson('{"__proto__":{"polluted":true}}');
    expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});

describe("rawInteger", () => {
  test("goes onto the wire as digits", () => {
    expect(JSON.stringify({ job_id: rawInteger("7123456789012345678"), n: rawInteger("-5"), z: rawInteger("0") })).toBe(
      '{"job_id":7123456789012345678,"n":-5,"z":0}',
    );
  });

  test.each(["", "1.5", "1e5", "x", "007", "-0", "1 ", "123456789012345678901", '1,"admin":true', "1\n"])(
    "refuses %j",
    (digits) => {
      expect(() => rawInteger(digits)).toThrow(TypeError);
    },
  );

  test("any int64 comes back as it went", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (id) => {
        const back = parseJson(JSON.stringify({ id: rawInteger(String(id)) }));
        expect(isObject(back) ? String(back["id"]) : undefined).toBe(String(id));
      }),
    );
  });
});

test("isObject is true for plain objects alone", () => {
  expect(isObject({})).toBe(true);
  for (const other of [null, undefined, [], "x", 5, () => undefined]) expect(isObject(other)).toBe(false);
});
