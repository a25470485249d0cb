// Text made ready for an import.
import { describe, expect, test } from "bun:test";
import { MortarError } from "../platform/errors.ts";
import { notebookLanguages, headerLine } from "./language.ts";
import { toSource } from "./to-source.ts";

describe("toSource", () => {
  test.each(notebookLanguages)("gives content the header of %s", (language) => {
    expect(toSource("x\n", language)).toEqual({ source: `${headerLine(language)}\nx\n`, language });
  });

  test("leaves content that has the header as it is", () => {
    const source = "-- Databricks notebook source\nselect 1";
    expect(toSource(source)).toEqual({ source, language: "sql" });
    expect(toSource(source, "sql")).toEqual({ source, language: "sql" });
  });

  test("the header of Python serves R when R is asked for", () => {
    const source = "# Databricks notebook source\nx <- 1\n";
    expect(toSource(source, "r")).toEqual({ source, language: "r" });
    expect(toSource(source)).toEqual({ source, language: "python" });
  });

  test("refuses a language that contradicts the header", () => {
    const work = () => toSource("// Databricks notebook source\nval x = 1\n", "sql");
    expect(work).toThrow(MortarError);
    expect(work).toThrow("scala");
  });

  test("keeps the byte order mark first, and the line ends of the content", () => {
    expect(toSource("\uFEFFx = 1\r\n").source).toBe("\uFEFF# Databricks notebook source\r\nx = 1\r\n");
  });

  test("goes by the separators where nothing else speaks", () => {
    expect(toSource("select 1\n\n-- COMMAND ----------\n\nselect 2").language).toBe("sql");
    expect(toSource("").source).toBe("# Databricks notebook source\n");
  });
});
