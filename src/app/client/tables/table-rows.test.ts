import { describe, expect, test } from "bun:test";
import { fileName } from "./save-file.ts";
import { cellAfter, nextOrder, pageRows, sortRows, tableColumns } from "./table-rows.ts";

test("tableColumns takes names alone and names with types", () => {
  expect(tableColumns(["n", "s"], [[1, "x"]])).toEqual([
    { name: "n", kind: "number" },
    { name: "s", kind: "text" },
  ]);
  expect(tableColumns([{ name: "d", type: "DATE" }], [])).toEqual([{ name: "d", type: "DATE", kind: "time" }]);
});

describe("sortRows", () => {
  const rows = [
    [2, "b"],
    [null, "c"],
    [10, "a"],
    [2, "d"],
  ];

  test("has nulls last either way, and keeps alike rows in their order", () => {
    const by = (direction: "ascending" | "descending") =>
      sortRows(rows, ["number", "text"], { column: 0, direction }).map((row) => row[1]);
    expect(by("ascending")).toEqual(["b", "d", "a", "c"]);
    expect(by("descending")).toEqual(["a", "b", "d", "c"]);
  });

  test("leaves them as they came without an order, and never changes what it was given", () => {
    expect(sortRows(rows, ["number"], undefined)).toBe(rows);
    sortRows(rows, ["number", "text"], { column: 1, direction: "descending" });
    expect(rows[0]).toEqual([2, "b"]);
  });
});

test("nextOrder goes up, down, and back", () => {
  const up = nextOrder(undefined, 1);
  expect(up).toEqual({ column: 1, direction: "ascending" });
  const down = nextOrder(up, 1);
  expect(down).toEqual({ column: 1, direction: "descending" });
  expect(nextOrder(down, 1)).toBeUndefined();
  expect(nextOrder(down, 0)).toEqual({ column: 0, direction: "ascending" });
});

test("cellAfter stays within the page", () => {
  const size = { rows: 3, columns: 2 };
  expect(cellAfter("ArrowUp", { row: 0, column: 0 }, size)).toEqual({ row: 0, column: 0 });
  expect(cellAfter("PageDown", { row: 0, column: 1 }, size)).toEqual({ row: 2, column: 1 });
  expect(cellAfter("End", { row: 1, column: 0 }, size)).toEqual({ row: 1, column: 1 });
  expect(cellAfter("x", { row: 0, column: 0 }, size)).toBeUndefined();
});

test("fileName is one that every system takes", () => {
  expect(fileName("a/b\\c:d?.csv")).toBe("a b c d .csv");
  expect([fileName(""), fileName(".."), fileName("\u0000")]).toEqual(["download", "download", "download"]);
  expect(fileName(`${"x".repeat(300)}.csv`)).toBe(`${"x".repeat(80)}.csv`);
});

test("pageRows has a hundred rows, and fewer of a very wide table", () => {
  expect([pageRows(0), pageRows(8), pageRows(200), pageRows(1000), pageRows(100_000)]).toEqual([100, 100, 100, 20, 10]);
});
