import { describe, expect, test } from "bun:test";
import type { ChartSpec } from "../../contract/api.ts";
import { areYears, dateFormat, shortNumber, wholeDate, wholeNumber } from "./chart-format.ts";
import { chartFromRows } from "./chart-from-rows.ts";
import { pointsOf } from "./chart-points.ts";
import { problemOf, readSpec } from "./chart-spec.ts";

const spec: ChartSpec = {
  type: "bar",
  columns: ["city", "n"],
  rows: [
    ["Oslo", 3],
    ["Rome", 5],
  ],
  x: "city",
  y: ["n"],
};

describe("readSpec", () => {
  test("takes what is whole and drops what it does not know", () => {
    expect(readSpec({ ...spec, y: "n", onClick: "alert(1)", title: "" })).toEqual({ spec });
    expect(readSpec({ ...spec, stacked: true, title: "T" })).toEqual({ spec: { ...spec, stacked: true, title: "T" } });
  });

  test("says of each defect what it is", () => {
    const problem = (value: unknown) => {
      const read = readSpec(value);
      return "problem" in read ? read.problem : "none";
    };
    expect(problem(null)).toContain("not an object");
    expect(problem({ ...spec, columns: [] })).toContain("no columns");
    expect(problem({ ...spec, rows: [{ city: "Oslo" }] })).toContain("not lists");
    expect(problem({ ...spec, type: "radar" })).toContain('"radar" is not a kind of chart');
    expect(problem({ ...spec, x: "town" })).toContain('"town", which is no column. Columns: city, n');
    expect(problem({ ...spec, y: ["n", "m"] })).toContain('"m" is to be drawn');
    expect(problem({ ...spec, y: [] })).toContain("which columns");
  });

  test("bounds what a model may ask for", () => {
    const columns = ["x", ...Array.from({ length: 40 }, (_, at) => `c${at}`)];
    const read = readSpec({ type: "line", columns, rows: [], x: "x", y: columns.slice(1), title: "t".repeat(10_000) });
    expect("spec" in read && [read.spec.y.length, read.spec.title?.length]).toEqual([12, 200]);
  });
});

describe("problemOf", () => {
  test("is silent where the rows can be drawn", () => {
    expect(problemOf(spec)).toBeUndefined();
    expect(problemOf({ ...spec, rows: [["Oslo", "3.50"]] })).toBeUndefined();
  });

  test("names a column that cannot be drawn and those that can", () => {
    expect(problemOf({ ...spec, y: ["city"] })).toBe('"city" does not hold numbers. Choose another column to draw: n.');
    expect(problemOf({ ...spec, rows: [] })).toContain("no rows");
    expect(problemOf({ ...spec, rows: [["Oslo", "many"]] })).toContain("None of the columns");
    expect(problemOf({ ...spec, type: "scatter" })).toContain("scatter");
  });
});

describe("pointsOf", () => {
  test("keeps the order of labels and says null for what is no number", () => {
    expect(
      pointsOf({
        ...spec,
        rows: [
          ["Rome", "5"],
          [null, null],
        ],
      }),
    ).toEqual({
      points: [
        { x: "Rome", s0: 5 },
        { x: "(none)", s0: null },
      ],
      axis: "label",
      series: ["n"],
    });
  });

  test("puts moments in order on a scale, and says which rows are left out", () => {
    const rows = [
      ["2026-01-03", 3],
      ["2026-01-01", 1],
      [null, 2],
    ];
    const { points, axis, note } = pointsOf({ type: "line", columns: ["day", "n"], rows, x: "day", y: ["n"] });
    expect(points).toEqual([
      { x: Date.UTC(2026, 0, 1), s0: 1 },
      { x: Date.UTC(2026, 0, 3), s0: 3 },
    ]);
    expect([axis, note]).toEqual(["time", '1 rows without a value for "day" are left out.']);
  });

  test("keeps the peaks of a long line, and says that it is thinned", () => {
    const rows = Array.from({ length: 10_000 }, (_, at) => [at, at === 7777 ? 999 : 1]);
    const { points, note } = pointsOf({ type: "line", columns: ["t", "n"], rows, x: "t", y: ["n"] });
    expect(points.length).toBeLessThanOrEqual(1000);
    expect(points).toContainEqual({ x: 7777, s0: 999 });
    expect(note).toContain("of 10,000 points are shown");
  });

  test("bounds bars and dots", () => {
    const rows = Array.from({ length: 5000 }, (_, at) => [at, at]);
    const of = (type: "bar" | "scatter") => pointsOf({ type, columns: ["t", "n"], rows, x: "t", y: ["n"] });
    expect(of("bar").points).toHaveLength(100);
    expect(of("bar").note).toBe("The first 100 of 5,000 bars are shown.");
    expect(of("scatter").points).toHaveLength(2000);
    expect(of("scatter").points.at(-1)).toEqual({ x: 4999, s0: 4999 });
  });

  test("sums slices of one name, joins the small ones, leaves out negative ones", () => {
    const rows: ChartSpec["rows"] = [
      ["a", 1],
      ["a", 2],
      ["b", -4],
      ...Array.from({ length: 20 }, (_, at) => [`c${at}`, 1]),
    ];
    const { points, note } = pointsOf({ type: "pie", columns: ["k", "n"], rows, x: "k", y: ["n"] });
    expect(points).toHaveLength(12);
    expect(points[0]).toEqual({ x: "a", s0: 3 });
    expect(points.at(-1)).toEqual({ x: "Other", s0: 10 });
    expect(note).toBe('"Other" is the sum of the 10 smallest. 1 negative values cannot be slices and are left out.');
  });
});

describe("chartFromRows", () => {
  test("draws amounts over time as lines, without keys", () => {
    const guess = chartFromRows(
      [
        { name: "id", type: "BIGINT" },
        { name: "day", type: "DATE" },
        { name: "sales", type: "DECIMAL(10,2)" },
        { name: "cost", type: "DOUBLE" },
      ],
      [
        [1, "2026-01-01", "10.50", 3],
        [2, "2026-01-02", "11.00", 4],
      ],
    );
    expect(guess).toMatchObject({ type: "line", x: "day", y: ["sales", "cost"] });
  });

  test("draws names as bars, and one scale at a time", () => {
    const guess = chartFromRows(
      ["city", "people", "share"],
      [
        ["Oslo", 700_000, 0.2],
        ["Rome", 2_800_000, 0.8],
      ],
    );
    expect(guess).toMatchObject({ type: "bar", x: "city", y: ["people"] });
  });

  test("makes long rows wide: two names and an amount are stacked bars", () => {
    const rows = [
      ["Oslo", "a", 1],
      ["Oslo", "b", 2],
      ["Rome", "a", 3],
    ];
    expect(chartFromRows(["city", "kind", "n"], rows)).toEqual({
      type: "bar",
      columns: ["city", "a", "b"],
      rows: [
        ["Oslo", 1, 2],
        ["Rome", 3, null],
      ],
      x: "city",
      y: ["a", "b"],
      stacked: true,
    });
  });

  test("does not add up what comes twice in one place", () => {
    const rows = [
      ["Oslo", "a", 1],
      ["Oslo", "a", 2],
    ];
    expect(chartFromRows(["city", "kind", "n"], rows)).toMatchObject({ type: "bar", x: "city", y: ["n"] });
  });

  test("takes years as time, numbers alone as a scatter, one number as bars by row", () => {
    expect(
      chartFromRows(
        ["year", "n"],
        [
          [2025, 1],
          [2026, 2],
        ],
      ),
    ).toMatchObject({ type: "line", x: "year", y: ["n"] });
    expect(
      chartFromRows(
        ["height", "weight"],
        [
          [1.8, 80],
          [1.7, 70],
        ],
      ),
    ).toMatchObject({ type: "scatter", x: "height", y: ["weight"] });
    expect(chartFromRows(["n"], [[4], [5]])).toEqual({
      type: "bar",
      columns: ["row", "n"],
      rows: [
        [1, 4],
        [2, 5],
      ],
      x: "row",
      y: ["n"],
    });
  });

  test("puts the amounts of a single row beside each other", () => {
    expect(chartFromRows(["inserted", "updated"], [[3, 4]])).toEqual({
      type: "bar",
      columns: ["column", "value"],
      rows: [
        ["inserted", 3],
        ["updated", 4],
      ],
      x: "column",
      y: ["value"],
    });
  });

  test("counts names where there are no amounts, and gives up where nothing repeats", () => {
    expect(chartFromRows(["state"], [["ok"], ["failed"], ["ok"]])).toMatchObject({
      rows: [
        ["ok", 2],
        ["failed", 1],
      ],
    });
    expect(chartFromRows(["name"], [["a"], ["b"]])).toBeUndefined();
    expect(chartFromRows(["n"], [])).toBeUndefined();
  });

  test("tells columns of one name apart", () => {
    expect(
      chartFromRows(
        ["city", "n", "n"],
        [
          ["Oslo", 1, 2],
          ["Rome", 2, 3],
        ],
      ),
    ).toMatchObject({ columns: ["city", "n", "n (2)"], y: ["n", "n (2)"] });
  });

  test("every guess can be drawn", () => {
    const tables: [string[], unknown[][]][] = [
      [["a", "b"], [[null, null]]],
      [["id"], [[1], [2]]],
      [["day"], [["2026-01-01"]]],
      [["id", "v"], [[1, { deep: true }]]],
      [
        ["flag", "n"],
        [
          [true, 1],
          [false, 2],
        ],
      ],
      [["month", "n"], [[1, 3]]],
      [["year"], [[2024]]],
    ];
    for (const [columns, rows] of tables) {
      const guess = chartFromRows(columns, rows);
      if (guess !== undefined)
        expect([columns, problemOf(guess), "spec" in readSpec(guess)]).toEqual([columns, undefined, true]);
    }
  });
});

describe("formats", () => {
  test("are short on axes and whole in tooltips", () => {
    expect([shortNumber(1_234_567), shortNumber(0), shortNumber(0.001_234)]).toEqual(["1.23M", "0", "0.0012"]);
    expect([wholeNumber(1_234_567.891), wholeNumber(0.000_000_1)]).toEqual(["1,234,567.891", "1e-7"]);
    expect(dateFormat(3600e3)(Date.UTC(2026, 0, 2, 13, 5))).toBe("13:05");
    expect(dateFormat(3e11)(Date.UTC(2026, 0, 2))).toBe("2026");
    expect(wholeDate(Date.UTC(2026, 0, 2))).toBe("Jan 2, 2026");
    expect(wholeDate(Number.NaN)).toBe("");
  });

  test("know years", () => {
    expect([areYears([2024, 2025]), areYears([2024.5]), areYears([3]), areYears([])]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});
