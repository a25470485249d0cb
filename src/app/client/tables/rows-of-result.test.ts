import { describe, expect, test } from "bun:test";
import { rowsOfResult } from "./rows-of-result.ts";

describe("rowsOfResult", () => {
  test("reads the rows of query_sql with their types and total", () => {
    const result = {
      statement_id: "s",
      state: "SUCCEEDED",
      columns: ["id", "city"],
      types: ["BIGINT", "STRING"],
      rows: [
        ["9007199254740993", "Oslo"],
        [2, null],
      ],
      returned: 2,
      offset: 0,
      total_rows: 40,
      truncated: true,
    };
    expect(rowsOfResult(result)).toEqual([
      {
        columns: [
          { name: "id", type: "BIGINT" },
          { name: "city", type: "STRING" },
        ],
        rows: result.rows,
        truncated: true,
        totalRows: 40,
      },
    ]);
  });

  test("reads a list tool, which names no types", () => {
    const [table] = rowsOfResult({ columns: ["name"], rows: [["a"]], returned: 1, total_matched: 1, truncated: false });
    expect(table).toEqual({ columns: [{ name: "name" }], rows: [["a"]], truncated: false, totalRows: 1 });
  });

  test("reads each statement of a script that has rows, by its kind and line", () => {
    const tables = rowsOfResult({
      results: [
        { line: 1, kind: "CREATE TABLE", state: "SUCCEEDED", columns: [], rows: [], truncated: false },
        { line: 4, kind: "SELECT", state: "SUCCEEDED", columns: ["n"], rows: [[1]], truncated: false },
      ],
    });
    expect(tables.map(({ title, rows }) => ({ title, rows }))).toEqual([{ title: "SELECT (line 4)", rows: [[1]] }]);
  });

  test("reads the tables of a notebook run's cells", () => {
    const cell = { index: 3, language: "sql", state: "SUCCESS", columns: ["n"], rows: [[1]] };
    const tables = rowsOfResult({ tasks: [{ task_key: "main", cells: [{ index: 1, output: "x" }, cell] }] });
    expect(tables.map(({ title }) => title)).toEqual(["main, cell 3"]);
  });

  test("says nothing of other forms", () => {
    const others = [
      null,
      "text",
      [],
      { columns: "a", rows: [] },
      { columns: [1], rows: [] },
      { columns: ["a"], rows: [{ a: 1 }] },
      { results: "none", tasks: [null, 3] },
    ];
    for (const other of others) expect(rowsOfResult(other)).toEqual([]);
  });

  test("takes at most twenty parts", () => {
    const part = { kind: "SELECT", columns: ["n"], rows: [[1]], truncated: false };
    expect(rowsOfResult({ results: Array.from({ length: 60 }, () => part) })).toHaveLength(20);
  });
});
