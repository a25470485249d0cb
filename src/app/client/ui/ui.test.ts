// The parts of the controls that are reckoned: where a panel lies, what a list offers.
import { describe, expect, test } from "bun:test";
import { placeOf } from "./anchored.ts";
import { cx } from "./classes.ts";
import { buttonName, offered } from "./combobox.tsx";

describe("placeOf", () => {
  const page = { width: 1000, height: 600, align: "start" } as const;
  const anchor = { left: 100, top: 100, width: 80, height: 30 };
  test("below, at the start or the end of the anchor", () => {
    expect(placeOf(anchor, { width: 200, height: 100 }, page)).toEqual({ left: 100, top: 136 });
    expect(placeOf({ ...anchor, left: 500 }, { width: 200, height: 100 }, { ...page, align: "end" })).toEqual({
      left: 380,
      top: 136,
    });
  });
  test("above where there is room only there", () => {
    expect(placeOf({ ...anchor, top: 550 }, { width: 200, height: 100 }, page).top).toBe(444);
  });
  test("within the page, always", () => {
    expect(placeOf({ ...anchor, left: 990 }, { width: 300, height: 100 }, page).left).toBe(692);
    expect(placeOf({ ...anchor, left: -50 }, { width: 300, height: 100 }, page).left).toBe(8);
    expect(placeOf(anchor, { width: 200, height: 590 }, page).top).toBe(8);
  });
});

describe("offered", () => {
  const options = [
    { value: "a1", label: "Alpha", hint: "running" },
    { value: "b2", label: "Beta" },
  ];
  const values = (query: string, more: { emptyLabel?: string; allowOther?: boolean } = {}) =>
    offered({ options, ...more }, query).map(({ value }) => value);
  test("finds by all words in label, value and hint", () => {
    expect(values("")).toEqual(["a1", "b2"]);
    expect(values("RUN alp")).toEqual(["a1"]);
    expect(values("nothing")).toEqual([]);
  });
  test("offers none, and what is typed", () => {
    expect(values("", { emptyLabel: "None" })).toEqual(["", "a1", "b2"]);
    expect(values("a1", { emptyLabel: "None", allowOther: true })).toEqual(["a1"]);
    expect(values(" mine ", { allowOther: true })).toEqual(["mine"]);
  });
});

test.each([
  ["Catalog", undefined, "main", "Catalog: main"],
  ["SQL warehouse", "Warehouse", "Starter", "SQL warehouse: Starter"],
  ["What it may do", "May", "Ask first", "What it may do: May Ask first"],
])("the button for %s with %p and %s", (label, prefix, shown, name) => {
  expect(buttonName(label, prefix, shown)).toBe(name);
});

test("cx joins what is set", () => {
  expect(cx("a", false, undefined, null, "", "b")).toBe("a b");
});
