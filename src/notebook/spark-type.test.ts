// Column types.
import { expect, test } from "bun:test";
import { simpleType } from "./spark-type.ts";

test.each([
  ['"string"', "string"],
  ["decimal(10,2)", "decimal(10,2)"],
  ['{"type":"map","keyType":"string","valueType":{"type":"array","elementType":"long"}}', "map<string,array<long>>"],
  ['{"type":"struct","fields":[{"name":"a","type":"int"},{"name":"b","type":"\\"date\\""}]}', "struct<a:int,b:date>"],
  ['{"type":"udt","sqlType":"binary"}', "binary"],
  ['{"type":"variant"}', "variant"],
  ['{"type":5}', '{"type":5}'],
  ["{broken", "{broken"],
  [{ type: "array", elementType: "int" }, "array<int>"],
  [undefined, ""],
  [null, ""],
  [7, "7"],
])("%j is %j", (type, expected) => {
  expect(simpleType(type)).toBe(expected);
});

test("a type that holds itself a thousand times ends", () => {
  let type: unknown = "int";
  for (let depth = 0; depth < 1_000; depth++) type = { type: "array", elementType: type };
  expect(simpleType(type)).toContain("...");
});
