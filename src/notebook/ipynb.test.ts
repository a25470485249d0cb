// Jupyter notebooks: reading, and editing without touching another byte.
import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { MortarError } from "../platform/errors.ts";
import { parseIpynb, printIpynb, replaceIpynbCell } from "./ipynb.ts";

const notebook = {
  cells: [
    { cell_type: "markdown", metadata: {}, source: ["# Title\n", "text"] },
    {
      cell_type: "code",
      execution_count: 12345678901234567890n,
      metadata: { "application/vnd.databricks.v1+cell": { title: "Read", showTitle: true, nuid: "x" } },
      outputs: [
        { name: "stdout", output_type: "stream", text: ["a\n", "\u001B[31mb\u001B[0m\n"] },
        { data: { "text/plain": ["42"] }, execution_count: 1, metadata: {}, output_type: "execute_result" },
        {
          ename: "NameError",
          evalue: "x",
          output_type: "error",
          traceback: ["\u001B[31mTraceback\u001B[0m", "NameError: x"],
        },
      ],
      source: ["%sql\n", "select 1"],
    },
    { cell_type: "code", execution_count: null, metadata: {}, outputs: [], source: [] },
    { cell_type: "raw", metadata: {}, source: "one string" },
  ],
  metadata: { language_info: { name: "python" } },
  nbformat: 4,
  nbformat_minor: 5,
};

function write(value: unknown, indent?: number | string): string {
  return JSON.stringify(value, (_key, one: unknown) => (typeof one === "bigint" ? `#${one}` : one), indent).replace(
    /"#(\d+)"/,
    "$1",
  );
}

const text = `${write(notebook, 1)}\n`;

describe("parseIpynb", () => {
  test("reads kinds, languages, titles, sources and outputs", () => {
    expect(parseIpynb(text).cells).toEqual([
      { index: 0, kind: "markdown", language: "markdown", source: "# Title\ntext", outputs: [] },
      {
        index: 1,
        kind: "code",
        language: "sql",
        magic: "sql",
        title: "Read",
        source: "%sql\nselect 1",
        outputs: [
          { type: "text", text: "a\nb\n" },
          { type: "text", text: "42" },
          { type: "error", summary: "NameError: x", trace: "Traceback\nNameError: x" },
        ],
      },
      { index: 2, kind: "code", language: "python", source: "", outputs: [] },
      { index: 3, kind: "raw", language: "python", source: "one string", outputs: [] },
    ]);
  });

  test.each([
    [{ "application/vnd.databricks.v1+notebook": { language: "scala" }, language_info: { name: "python" } }, "scala"],
    [{ kernelspec: { language: "R" } }, "r"],
    [{ language_info: { name: "sql" } }, "sql"],
    [{ kernelspec: { language: "julia" } }, "python"],
    [{ kernelspec: 5 }, "python"],
    [{}, "python"],
  ] as const)("language by %j is %s", (metadata, language) => {
    expect(parseIpynb(write({ ...notebook, metadata })).language).toBe(language);
  });

  test("reads the outputs that Databricks keeps in metadata", () => {
    const key = "application/vnd.databricks.v1+output";
    const table = { type: "table", schema: [{ name: "a", type: '"int"' }], data: [[1]], overflow: false };
    const failed = { type: "ipynbError", data: "trace", errorSummary: "Command skipped", errorTraceType: "ansi" };
    const outputs = [
      { output_type: "display_data", data: { "text/html": ["<table></table>"] }, metadata: { [key]: table } },
      { output_type: "display_data", data: { "text/plain": [""] }, metadata: { [key]: failed } },
      { output_type: "display_data", data: { [key]: table }, metadata: {} },
      { output_type: "display_data", data: { "image/png": "iVBO" } },
      { output_type: "unknown" },
      null,
    ];
    const read = parseIpynb(write({ nbformat: 4, cells: [{ cell_type: "code", source: "", outputs }] }));
    const expected = { type: "table", columns: [{ name: "a", type: "int" }], rows: [[1]], truncated: false } as const;
    expect(read.cells[0]?.outputs).toEqual([
      expected,
      { type: "error", summary: "Command skipped", trace: "trace" },
      expected,
      { type: "image", mime: "image/png", base64: "iVBO" },
    ]);
  });

  test.each([
    ["not JSON", "# Databricks notebook source", "invalid_input"],
    ["no notebook", "{}", "invalid_input"],
    ["a list", "[]", "invalid_input"],
    ["nbformat 3", '{"nbformat":3,"worksheets":[]}', "unsupported"],
    ["nbformat 5", '{"nbformat":5,"cells":[]}', "unsupported"],
  ])("refuses %s", (_name, given, code) => {
    let caught: unknown;
    try {
      parseIpynb(given);
    } catch (thrown) {
      caught = thrown;
    }
    expect(caught).toBeInstanceOf(MortarError);
    expect(caught).toMatchObject({ code });
    if (code === "unsupported") expect(String(caught)).toContain(`nbformat ${/\d/.exec(given)?.[0]}`);
  });
});

describe("replaceIpynbCell", () => {
  const edit = (given: string, index: number, content: string): string =>
    printIpynb(replaceIpynbCell(parseIpynb(given), index, content));

  test.each([
    ["one space, as Jupyter writes", text],
    ["two spaces", write(notebook, 2)],
    ["tabs and CRLF", write(notebook, "\t").replaceAll("\n", "\r\n")],
    ["no white space", write(notebook)],
    ["a byte order mark and a final line end", `\uFEFF${write(notebook, 4)}\n\n`],
  ])("changes one source and no other byte: %s", (_name, given) => {
    for (const [index, before, after] of [
      [0, ["# Title\n", "text"], ["# New\n", "\n", "end"]],
      [1, ["%sql\n", "select 1"], ["%sql\n", "select 2"]],
      [2, [], ["x = 1\n", "y = 'ä'"]],
      [1, ["%sql\n", "select 1"], ["one line"]],
      [0, ["# Title\n", "text"], []],
    ] as const) {
      const cells = notebook.cells.map((cell, at) => (at === index ? { ...cell, source: after } : cell));
      const indent = /^\uFEFF?\{(?:\r?\n)?([ \t]*)/.exec(given)?.[1] ?? "";
      const expected = write({ ...notebook, cells }, indent);
      const whole = given.includes("\r") ? expected.replaceAll("\n", "\r\n") : expected;
      const mark = given.startsWith("\uFEFF") ? "\uFEFF" : "";
      expect(edit(given, index, after.join(""))).toBe(mark + whole + /\s*$/.exec(given)?.[0]);
      expect(edit(edit(given, index, after.join("")), index, before.join(""))).toBe(given);
    }
  });

  test("keeps a source that is one string", () => {
    expect(edit(text, 3, "other\ntext")).toBe(text.replace('"one string"', '"other\\ntext"'));
  });

  test("the same source gives the same bytes, however they were written", () => {
    const odd = '{ "nbformat" : 4.0 , "cells":[ {"source":[ "a\\u0062" , "" ],"cell_type":"code"} ] }';
    const { cells } = parseIpynb(odd);
    expect(edit(odd, 0, cells[0]?.source ?? "")).toBe(odd);
    expect(edit(odd, 0, "x\ny")).toBe(odd.replace('[ "a\\u0062" , "" ]', '[ "x\\n", "y" ]'));
  });

  test("is not misled by braces and quotes in strings, or by a name given twice", () => {
    const odd = '{"x":"]}\\"","cells":[{"source":"first","a":{"source":"{[\\\\"},"source":"second"}],"nbformat":4}';
    expect(parseIpynb(odd).cells[0]?.source).toBe("second");
    expect(edit(odd, 0, "third")).toBe(odd.replace("second", "third"));
  });

  test("escapes as the file does", () => {
    const ascii = '{"nbformat":4,"cells":[{"source":"\\u00e4"}]}';
    expect(edit(ascii, 0, "ö📊")).toBe(ascii.replace("\\u00e4", "\\u00f6\\ud83d\\udcca"));
    expect(edit(ascii.replace("\\u00e4", "ä"), 0, "ö")).toContain('"ö"');
    expect(edit(ascii.replace("\\u00e4", "\\u001b"), 0, "ö")).toContain('"ö"');
  });

  test.each([-1, 4, 1.5])("refuses the index %p", (index) => {
    expect(() => edit(text, index, "x")).toThrow("4 cells");
  });

  test("refuses a cell that has no source to edit", () => {
    expect(() => edit('{"nbformat":4,"cells":[{"cell_type":"code"}]}', 0, "x")).toThrow("has no source");
    expect(() => edit('{"nbformat":4,"cells":[5]}', 0, "x")).toThrow("has no source");
  });

  test("any source, in any layout, reads back, and the way back gives the same bytes", () => {
    const sources = fc.array(
      fc.oneof(
        fc.string(),
        fc.array(fc.string()).map((lines) => lines.join("\n")),
      ),
      { minLength: 1, maxLength: 4 },
    );
    const layouts = fc.constantFrom(undefined, 1, 2, "\t");
    fc.assert(
      fc.property(sources, layouts, fc.nat(), fc.string(), fc.boolean(), (given, indent, place, content, asList) => {
        const cells = given.map((source) => ({
          cell_type: "code",
          source: asList ? (source.match(/[^\n]*\n|[^\n]+$/g) ?? []) : source,
        }));
        const before = parseIpynb(JSON.stringify({ cells, nbformat: 4, metadata: { x: '"[{' } }, null, indent));
        const index = place % given.length;
        const after = replaceIpynbCell(before, index, content);
        expect(after.cells[index]?.source).toBe(content.replace(/\r+\n/g, "\n").replace(/\n$/, ""));
        const original = before.cells[index]?.source ?? "";
        fc.pre(!/\r\n|\n$/.test(original));
        expect(printIpynb(replaceIpynbCell(after, index, original))).toBe(before.text);
      }),
      { numRuns: 300 },
    );
  });

  test("ten megabytes in one string, and in many cells", () => {
    const long = JSON.stringify('"\\x\n'.repeat(1_500_000));
    const one = `{"nbformat":4,"cells":[{"source":${long}},{"source":"b"}]}`;
    expect(edit(one, 1, "c") === one.replace('"source":"b"', '"source":"c"')).toBe(true);
    const many = `{"nbformat":4,"cells":[${`{"source":["${"x".repeat(200)}"]},`.repeat(50_000)}{"source":"b"}]}`;
    expect(edit(many, 50_000, "c") === many.replace('"source":"b"', '"source":"c"')).toBe(true);
  }, 60_000);
});
