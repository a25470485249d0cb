// One value against its kind.
import { describe, expect, test } from "bun:test";
import type { ValueKind } from "./spec.ts";
import { checkValue } from "./values.ts";

function check(kind: ValueKind, value: string, choices?: readonly string[]): string | number {
  return checkValue(
    "--x",
    { kind, placeholder: "X", description: "X", ...(choices === undefined ? {} : { choices }) },
    value,
  );
}

describe("checkValue", () => {
  test.each([
    ["integer", "42", 42],
    ["integer", "-7", -7],
    ["integer", "0", 0],
    ["number", "1.5", 1.5],
    ["number", "-2e3", -2000],
    ["duration", "90", 90_000],
    ["duration", "1.5", 1_500],
    ["duration", "250ms", 250],
    ["duration", "90s", 90_000],
    ["duration", "10m", 600_000],
    ["duration", "1h30m", 5_400_000],
    ["duration", "1d2h3m4s5ms", 93_784_005],
    ["duration", "0", 0],
    ["url", "https://a.example/x", "https://a.example/x"],
    ["string", "", ""],
    ["file", "a b", "a b"],
    ["profile", "DEFAULT", "DEFAULT"],
  ] as const)("%s %j", (kind, value, expected) => {
    expect(check(kind, value)).toBe(expected);
  });

  test.each([
    ["integer", "1.5"],
    ["integer", ""],
    ["integer", "1234567890123456"],
    ["integer", "0x10"],
    ["number", ""],
    ["number", " "],
    ["number", "x"],
    ["number", "Infinity"],
    ["duration", ""],
    ["duration", "-5s"],
    ["duration", "5 m"],
    ["duration", "5x"],
    ["duration", "1h30"],
    ["url", "a.example"],
    ["url", ""],
    ["file", ""],
    ["profile", ""],
  ] as const)("%s refuses %j, and says which flag", (kind, value) => {
    expect(() => check(kind, value)).toThrow(`--x: ${JSON.stringify(value)}`);
  });

  test("choices come before the kind, with the nearest as hint", () => {
    expect(check("string", "b", ["a", "b"])).toBe("b");
    expect(() => check("string", "c", ["a", "b"])).toThrow("not one of a, b");
    expect(() => check("string", "clusterz", ["clusters", "jobs"])).toThrow(
      expect.objectContaining({ code: "usage", hint: "Did you mean clusters?" }),
    );
  });

  test("a list is checked by what it is a list of", () => {
    expect(checkValue("--x", { kind: "list", of: "integer", placeholder: "X", description: "X" }, "5")).toBe(5);
  });
});
