import { describe, expect, test } from "bun:test";
import { cellsOfIpynb, cellsOfResult, cellsOfSource } from "./notebook-cells.ts";

test("cellsOfResult reads what read_notebook gives, and nothing else", () => {
  const result = {
    path: "/n",
    language: "PYTHON",
    columns: ["cell", "language", "title", "source", "total_chars"],
    rows: [
      [3, "python", "Load", "print(1)", 8],
      [4, "markdown", null, "# Hi", 4],
    ],
  };
  expect(cellsOfResult(result)).toEqual([
    { index: 3, language: "python", title: "Load", source: "print(1)" },
    { index: 4, language: "markdown", source: "# Hi" },
  ]);
  for (const other of [null, {}, { columns: ["n"], rows: [[1]] }, { language: "x", columns: ["n"], rows: [] }])
    expect(cellsOfResult(other)).toBeUndefined();
});

describe("cellsOfIpynb", () => {
  test("reads code with its outputs, and markdown", () => {
    const notebook = {
      metadata: { language_info: { name: "python" } },
      cells: [
        { cell_type: "markdown", source: ["# Title\n", "text"] },
        {
          cell_type: "code",
          source: "1 + 1",
          outputs: [
            { output_type: "stream", text: ["hello\n"] },
            { output_type: "execute_result", data: { "text/plain": ["2"] } },
            { output_type: "display_data", data: { "image/png": "iVBOR" } },
          ],
        },
        { cell_type: "code", source: [], outputs: [{ output_type: "error", ename: "ValueError", evalue: "no" }] },
      ],
    };
    expect(cellsOfIpynb(JSON.stringify(notebook))).toEqual([
      { index: 1, language: "markdown", source: "# Title\ntext" },
      { index: 2, language: "python", source: "1 + 1", output: "hello\n\n2\n(image/png, not shown)" },
      { index: 3, language: "python", source: "", error: "ValueError: no" },
    ]);
  });

  test("is not one that is no notebook", () => {
    expect([cellsOfIpynb("{"), cellsOfIpynb("[]"), cellsOfIpynb('{"a":1}')]).toEqual([undefined, undefined, undefined]);
  });
});

describe("cellsOfSource", () => {
  test("splits at the marks, reads titles and magics", () => {
    const text = [
      "# Databricks notebook source",
      "# MAGIC %md",
      "# MAGIC ## Sales",
      "# MAGIC",
      "# MAGIC of last year",
      "",
      "# COMMAND ----------",
      "",
      "# DBTITLE 1,Load",
      "x = 1",
      "",
      "# COMMAND ----------",
      "# MAGIC %sql select 1",
    ].join("\r\n");
    expect(cellsOfSource("a/b.py", text)).toEqual([
      { index: 1, language: "markdown", source: "## Sales\n\nof last year" },
      { index: 2, language: "python", source: "x = 1", title: "Load" },
      { index: 3, language: "sql", source: "select 1" },
    ]);
  });

  test("takes each language's comment, and no plain source", () => {
    expect(cellsOfSource("q.sql", "-- Databricks notebook source\nselect 1")).toEqual([
      { index: 1, language: "sql", source: "select 1" },
    ]);
    expect(cellsOfSource("q.sql", "select 1")).toBeUndefined();
    expect(cellsOfSource("q.txt", "# Databricks notebook source\n")).toBeUndefined();
  });
});
