import { expect, test } from "bun:test";
import { readMagic, splitNotebook } from "./notebook-cells.ts";

test("cells, magics and titles of a Python notebook", () => {
  const source = [
    "# Databricks notebook source",
    "# MAGIC %md",
    "# MAGIC # Title",
    "# MAGIC",
    "# MAGIC text",
    "",
    "# COMMAND ----------",
    "",
    "# DBTITLE 1,Count, and more",
    "x = 1",
    "",
    "print(x)",
    "",
    "# COMMAND ----------",
    "",
    "# MAGIC %sql select 1",
    "",
    "# COMMAND ----------",
    "",
    '# MAGIC %run ./setup $a="1"',
    "",
  ].join("\n");
  const { language, cells } = splitNotebook(source, "PYTHON");
  expect(language).toBe("PYTHON");
  expect(cells).toEqual([
    { language: "md", code: "# Title\n\ntext", source: "%md\n# Title\n\ntext" },
    { language: "python", code: "x = 1\n\nprint(x)", source: "x = 1\n\nprint(x)", title: "Count, and more" },
    { language: "sql", code: "select 1", source: "%sql select 1" },
    { language: "run", code: './setup $a="1"', source: '%run ./setup $a="1"' },
  ]);
});

test.each([
  ["SQL", "-- Databricks notebook source\nselect 1\n\n-- COMMAND ----------\n\nselect 2", "sql"],
  ["SCALA", "// Databricks notebook source\nval a = 1\n\n// COMMAND ----------\n\nval b = 2", "scala"],
  ["R", "# Databricks notebook source\na <- 1\n\n# COMMAND ----------\n\nb <- 2", "r"],
] as const)("each language has its own comment token: %s", (language, source, cellLanguage) => {
  const { cells } = splitNotebook(source, language);
  expect(cells.map((cell) => cell.language)).toEqual([cellLanguage, cellLanguage]);
  expect(cells.every((cell) => !cell.code.includes("\n"))).toBe(true);
});

test("CRLF, no header, no final line end", () => {
  expect(
    splitNotebook("a = 1\r\n\r\n# COMMAND ----------\r\n\r\nb = 2", "PYTHON").cells.map((cell) => cell.code),
  ).toEqual(["a = 1", "b = 2"]);
});

test("an empty cell stays a cell, an empty notebook has none", () => {
  const source = "# Databricks notebook source\na\n\n# COMMAND ----------\n\n\n\n# COMMAND ----------\n\nb\n";
  expect(splitNotebook(source, "PYTHON").cells.map((cell) => cell.code)).toEqual(["a", "", "b"]);
  expect(splitNotebook("# Databricks notebook source\n", "PYTHON").cells).toEqual([]);
  expect(splitNotebook("", "PYTHON").cells).toEqual([]);
});

test("blank lines that belong to a cell stay", () => {
  const source = "# Databricks notebook source\n\n\na\n\n\n\n# COMMAND ----------\n\n\nb\n\n\n";
  expect(splitNotebook(source, "PYTHON").cells.map((cell) => cell.code)).toEqual(["\n\na\n\n", "\nb\n\n"]);
});

test("a separator inside a line is text", () => {
  expect(splitNotebook('s = "# COMMAND ----------"', "PYTHON").cells.length).toBe(1);
});

test.each([
  ["%sql\nselect 1", "sql", "select 1"],
  ["%md-sandbox <b>x</b>", "md", "<b>x</b>"],
  ["%timeit f()", "python", "%timeit f()"],
  ["%sqlx", "python", "%sqlx"],
  ["a % sql", "python", "a % sql"],
  ["%pip install a\n%pip install b", "pip", "install a\n%pip install b"],
] as const)("magic word of %j", (source, language, code) => {
  expect(readMagic(source, "python")).toEqual({ language, code });
});
