import { expect, test } from "bun:test";
import { array, assert, constantFrom, nat, oneof, pre, property, string } from "fast-check";
import { createTextSplitter } from "./text-marks.ts";

const token = "abc";
const mark = (number: number) => `\0${token}:${number}\0`;

function split(bytes: Uint8Array, cuts: readonly number[]): string {
  const splitter = createTextSplitter(token);
  const places = [...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  let from = 0;
  const parts = places.flatMap((to) => {
    const chunk = bytes.subarray(from, to);
    from = to;
    return splitter.push(chunk);
  });
  return [...parts, ...splitter.end()].map((part) => ("text" in part ? part.text : "<mark>")).join("");
}

test("text and marks come out the same however the bytes are cut", () => {
  const piece = oneof(
    string({ unit: "binary" }).filter((text) => !text.includes("\0")),
    constantFrom("\0", `\0${token}`, `\0${token}:`, "\0\0", "🧪"),
  );
  assert(
    property(array(piece), array(nat()), (pieces, cuts) => {
      // A mark after each piece, with a letter between so that a beginning of a mark in the text is not completed by one.
      const printed = pieces.map((text, index) => `${text}\n${mark(index)}`).join("");
      const expected = pieces.map((text) => `${text}\n<mark>`).join("");
      pre(!pieces.some((text) => text.endsWith(`${token}:`)));
      expect(split(new TextEncoder().encode(printed), cuts)).toBe(expected);
    }),
    { numRuns: 300 },
  );
});

test("text that cannot be a mark is not held back", () => {
  const splitter = createTextSplitter(token);
  expect(splitter.push(new TextEncoder().encode("prompt> "))).toEqual([{ text: "prompt> " }]);
  expect(splitter.push(new TextEncoder().encode("\0ab"))).toEqual([]);
  expect(splitter.push(new TextEncoder().encode("x"))).toEqual([{ text: "\0abx" }]);
});

test("an unfinished mark at the end is text", () => {
  expect(split(new TextEncoder().encode(`a\0${token}:1`), [])).toBe(`a\0${token}:1`);
});
