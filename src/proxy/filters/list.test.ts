import { expect, test } from "bun:test";
import { filterStates, compatibilityFilters } from "./all.ts";
import { filterList } from "./list.ts";

test("the list tells of the filters what they tell of themselves, in their order", () => {
  const filters = compatibilityFilters({ now: () => 0 });
  const known = filters.map(({ name, summary, byDefault }) => ({ name, summary, byDefault }));
  expect(filterList.filter(({ name }) => known.some((one) => one.name === name))).toEqual(known);
});

test("a filter is what a person has said, else what it is by default", () => {
  const states = filterStates(compatibilityFilters({ now: () => 0 }), { "count-tokens": false, "model-names": "off" });
  expect(states.filter(({ enabled }) => !enabled).map(({ filter }) => filter.name)).toEqual(["count-tokens"]);
  expect(states.filter(({ chosen }) => chosen)).toHaveLength(1);
});
