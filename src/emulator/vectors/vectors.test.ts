// Searching in the emulator: the same text gives the same vector, nearness is exact, filters read as the API reads them.
import { describe, expect, test } from "bun:test";
import { cosine, embed } from "./embedding.ts";
import { readFilters } from "./filters.ts";
import { search } from "./search.ts";

const row = (key: string, text: string) => ({ key, values: { id: key, text }, vector: embed(text) });
const rows = [row("a", "ripe bananas are yellow"), row("b", "a truck needs diesel"), row("c", "a banana is a fruit")];
const wanted = { text: "banana fruit", vector: undefined, threshold: undefined };

test("vectors are of length 1, the same for the same text, and nearer where words are shared", () => {
  expect(embed("one two")).toEqual(embed("One, two!"));
  expect(Math.hypot(...embed("one two"))).toBeCloseTo(1, 10);
  expect(cosine([1, 0], [1, 1])).toBeCloseTo(Math.SQRT1_2, 12);
  expect(cosine([0, 0], [1, 1])).toBe(0);
  expect(cosine(embed("banana"), embed("bananas"))).toBeGreaterThan(cosine(embed("banana"), embed("truck")));
});

test.each([
  ["ANN", ["c", "a", "b"]],
  ["FULL_TEXT", ["c"]],
  ["HYBRID", ["c", "a", "b"]],
] as const)("%s finds what is near", (type, keys) => {
  expect(search(rows, { ...wanted, type }).map((hit) => hit.row.key)).toEqual([...keys]);
});

test("a threshold leaves out what is farther, and a vector is searched as it is", () => {
  expect(search(rows, { ...wanted, type: "ANN", threshold: 0.5 }).map(({ row: { key } }) => key)).toEqual(["c"]);
  const [first] = search(rows, { ...wanted, type: "ANN", vector: embed("a truck needs diesel") });
  expect([first?.row.key, Math.round((first?.score ?? 0) * 1_000)]).toEqual(["b", 1_000]);
});

describe("filters", () => {
  const columns = ["n", "lang", "title", "ok"];
  const one = { n: 5, lang: "de", title: "Old Apple tree", ok: true };

  test.each([
    [{ n: 5 }, true],
    [{ n: [4, 5] }, true],
    [{ "n <": 5 }, false],
    [{ "n <=": 5, "n >=": 5 }, true],
    [{ "n >": 4 }, true],
    [{ n: "5" }, false],
    [{ "lang NOT": "de" }, false],
    [{ "lang NOT": ["fr", "en"] }, true],
    [{ "title LIKE": "apple" }, true],
    [{ "title LIKE": "app" }, false],
    [{ "title NOT LIKE": "pear" }, true],
    [{ "lang OR n": ["fr", 5] }, true],
    [{ "lang OR n": ["fr", 6] }, false],
    [{ ok: true }, true],
  ])("%j lets the row pass: %p", (filter, passes) => {
    expect(readFilters(JSON.stringify(filter), columns)(one)).toBe(passes);
  });

  test("let no row pass that lacks the value", () => {
    expect(readFilters('{"n NOT": 1}', columns)({ n: null })).toBe(false);
  });

  test.each(["no json", "[1]", '{"unknown": 1}', '{"lang OR n": "x"}'])("%s is refused", (text) => {
    expect(() => readFilters(text, columns)).toThrow();
  });
});
