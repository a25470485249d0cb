// Run exports: a page as the workspace makes it, then everything that could be otherwise.
import { describe, expect, test } from "bun:test";
import { MortarError } from "../platform/errors.ts";
import { htmlToText } from "./html-text.ts";
import type { CellOutput } from "./outputs.ts";
import { parseRunExport } from "./run-export.ts";

function page(model: unknown): string {
  const text = typeof model === "string" ? model : JSON.stringify(model);
  const encoded = Buffer.from(encodeURIComponent(text)).toString("base64");
  return `<!DOCTYPE html><html><head><script>window.settings = {};</script></head><body><script>
var __DATABRICKS_NOTEBOOK_MODEL = '${encoded}';
</script></body></html>`;
}

const command = {
  version: "CommandV1",
  subtype: "command",
  state: "finished",
  commandTitle: "",
  errorSummary: null,
  error: null,
};

function outputs(results: unknown, more: Record<string, unknown> = {}): readonly CellOutput[] {
  const { cells } = parseRunExport(page({ language: "python", commands: [{ ...command, results, ...more }] }));
  return cells[0]?.outputs ?? [];
}

describe("parseRunExport", () => {
  test("reads name, language and cells in order", () => {
    const run = parseRunExport(
      page({
        version: "NotebookV1",
        name: "Über 100% 📊",
        language: "sql",
        commands: [
          { ...command, position: 3, command: "%md\r\n# end", state: "finished" },
          {
            ...command,
            position: 1,
            command: "select 1",
            commandTitle: "One",
            startTime: 1_700_000_000_000,
            finishTime: 1_700_000_001_500,
          },
          { ...command, position: 2.5, command: "%python\n1/0", state: "error", startTime: 0 },
        ],
      }),
    );
    expect(run).toEqual({
      name: "Über 100% 📊",
      language: "sql",
      cells: [
        {
          index: 0,
          language: "sql",
          title: "One",
          source: "select 1",
          state: "finished",
          outputs: [],
          startedAtMs: 1_700_000_000_000,
          finishedAtMs: 1_700_000_001_500,
        },
        { index: 1, language: "python", source: "%python\n1/0", state: "error", outputs: [] },
        { index: 2, language: "markdown", source: "%md\n# end", state: "finished", outputs: [] },
      ],
    });
  });

  test("leaves out the commands behind charts", () => {
    const run = parseRunExport(
      page({
        language: "python",
        commands: [
          { ...command, command: "display(df)" },
          { ...command, subtype: "tableResultSubCmd.visualization", command: "%python x" },
        ],
      }),
    );
    expect(run.cells.map((cell) => cell.source)).toEqual(["display(df)"]);
  });

  test("also reads a model that is base64 of JSON, or JSON itself", () => {
    const model = JSON.stringify({ name: "50%20", language: "r", commands: [] });
    const plain = `<script>var __DATABRICKS_NOTEBOOK_MODEL = '${Buffer.from(model).toString("base64")}';</script>`;
    const bare = `<script>var __DATABRICKS_NOTEBOOK_MODEL = ${model};\n</script>`;
    for (const html of [plain, bare, bare.replace("</script>", "")]) {
      expect(parseRunExport(html)).toEqual({ name: "50%20", language: "r", cells: [] });
    }
  });

  test("an unknown language is taken for Python, missing fields for nothing", () => {
    const run = parseRunExport(page({ language: "cobol", commands: [{}, null, 7, { position: "x", command: 5 }] }));
    expect(run).toEqual({
      name: "",
      language: "python",
      cells: [
        { index: 0, language: "python", source: "", state: "unknown", outputs: [] },
        { index: 1, language: "python", source: "5", state: "unknown", outputs: [] },
      ],
    });
    expect(parseRunExport(page({})).cells).toEqual([]);
  });

  test.each([
    ["a sign-in page", "<html><body>Sign in</body></html>"],
    ["nothing", ""],
    ["a page that is cut off", page({}).slice(0, page({}).indexOf("MODEL =") + 12)],
    ["no base64", "var __DATABRICKS_NOTEBOOK_MODEL = '!!!';"],
    ["no JSON", page("{oops")],
    ["no object", page("[1]")],
    [
      "broken percent encoding",
      `var __DATABRICKS_NOTEBOOK_MODEL = '${Buffer.from("%7B%E0%A4%A").toString("base64")}';`,
    ],
    ["no model after the name", "var __DATABRICKS_NOTEBOOK_MODEL = "],
  ])("%s is a bad response with a hint", (_name, html) => {
    let caught: unknown;
    try {
      parseRunExport(html);
    } catch (thrown) {
      caught = thrown;
    }
    expect(caught).toBeInstanceOf(MortarError);
    expect(caught).toMatchObject({ code: "bad_response", hint: expect.stringContaining("notebook") });
  });
});

describe("outputs", () => {
  test("a list keeps its order, and nests", () => {
    const results = {
      type: "listResults",
      data: [
        { type: "ansi", data: "\u001B[31mred\u001B[0m\n" },
        { type: "listResults", data: [{ type: "text", data: "inner" }] },
        { type: "html", data: "<b>bold</b>" },
      ],
    };
    expect(outputs(results)).toEqual([
      { type: "text", text: "red\n" },
      { type: "text", text: "inner" },
      { type: "html", html: "<b>bold</b>", text: "bold" },
    ]);
  });

  test("a table, with simple types, null and every digit", () => {
    const schema = [
      { name: "id", type: '"long"', metadata: "{}" },
      { name: "tags", type: '{"type":"array","elementType":"string","containsNull":true}' },
      { name: "plain", type: "int" },
    ];
    const model = JSON.stringify({
      language: "python",
      commands: [{ ...command, results: { type: "table", schema, data: ["ROW", [1, [], null]], overflow: true } }],
    }).replace('"ROW"', '[9223372036854775807,["a"],null]');
    expect(parseRunExport(page(model)).cells[0]?.outputs).toEqual([
      {
        type: "table",
        columns: [
          { name: "id", type: "long" },
          { name: "tags", type: "array<string>" },
          { name: "plain", type: "int" },
        ],
        rows: [
          ["9223372036854775807", ["a"], null],
          [1, [], null],
        ],
        truncated: true,
      },
    ]);
  });

  test("a table of odd shape", () => {
    expect(outputs({ type: "table", schema: ["a", { name: "b" }], data: [{ b: 2, c: 3 }, 5] })).toEqual([
      {
        type: "table",
        columns: [
          { name: "a", type: "" },
          { name: "b", type: "" },
        ],
        rows: [[null, 2], [5]],
        truncated: false,
      },
    ]);
    expect(outputs({ type: "table" })).toEqual([{ type: "table", columns: [], rows: [], truncated: false }]);
  });

  test("printed text of older runtimes is text, not HTML", () => {
    expect(outputs({ type: "html", data: '<div class="ansiout">1 &lt; 2\n  indented\n</div>' })).toEqual([
      { type: "text", text: "1 < 2\n  indented" },
    ]);
  });

  test("a MIME bundle gives its richest form", () => {
    const bundle = (data: unknown) => outputs({ type: "listResults", data: [{ type: "mimeBundle", data }] });
    expect(bundle({ "text/plain": "<Figure size 640x480>", "image/png": "iVBORw0KGgo=\n" })).toEqual([
      { type: "image", mime: "image/png", base64: "iVBORw0KGgo=" },
    ]);
    expect(bundle({ "text/plain": "   a\n0  1", "text/html": "<table></table>" })).toEqual([
      { type: "html", html: "<table></table>", text: "   a\n0  1".trim() },
    ]);
    expect(bundle({ "text/plain": "<plotly.Figure>", "text/html": ["<p>a", "</p>"] })).toEqual([
      { type: "html", html: "<p>a</p>", text: "a" },
    ]);
    expect(bundle({ "image/svg+xml": "<svg/>" })).toEqual([
      { type: "image", mime: "image/svg+xml", base64: "PHN2Zy8+" },
    ]);
    expect(bundle({ "application/json": { a: 1 } })).toEqual([{ type: "text", text: '{"a":1}' }]);
    expect(bundle({})).toEqual([]);
    expect(bundle("just text")).toEqual([{ type: "text", text: "just text" }]);
  });

  test("images as data URL, as bare base64, and by name", () => {
    const base64 = `iVBORw0KGgo${"A".repeat(80)}`;
    expect(outputs({ type: "image", data: "data:image/jpeg;base64,AAAA" })).toEqual([
      { type: "image", mime: "image/jpeg", base64: "AAAA" },
    ]);
    expect(outputs({ type: "images", data: [base64] })).toEqual([{ type: "image", mime: "image/png", base64 }]);
    expect(outputs({ type: "image", fileName: "/plots/a.png", data: "" })).toEqual([
      { type: "image", mime: "image/png", file: "/plots/a.png" },
    ]);
    expect(outputs({ type: "images", fileNames: ["a", "b"] })).toHaveLength(2);
    expect(outputs({ type: "image" })).toEqual([]);
  });

  test("an error of the command, with escapes and HTML taken off", () => {
    const more = {
      state: "error",
      errorSummary: "<span class='ansi-red-fg'>ZeroDivisionError</span>: division by zero",
      error: "\u001B[0;31m---------\u001B[0m\nTraceback\n\u001B[31mZeroDivisionError\u001B[0m: division by zero",
    };
    expect(outputs({ type: "listResults", data: [{ type: "ansi", data: "before\n" }] }, more)).toEqual([
      { type: "text", text: "before\n" },
      {
        type: "error",
        summary: "ZeroDivisionError: division by zero",
        trace: "---------\nTraceback\nZeroDivisionError: division by zero",
      },
    ]);
  });

  test("an error message keeps its less-than signs", () => {
    expect(outputs(null, { errorSummary: "TypeError: '<' not supported between 'str' and 'int'" })).toEqual([
      { type: "error", summary: "TypeError: '<' not supported between 'str' and 'int'", trace: "" },
    ]);
  });

  test("an error among the results is not said twice, and a missing summary is the last line of the trace", () => {
    const results = { type: "ipynbError", data: "Traceback\nNameError: x", errorSummary: "" };
    expect(outputs(results, { errorSummary: "NameError: x", error: "again" })).toEqual([
      { type: "error", summary: "NameError: x", trace: "Traceback\nNameError: x" },
    ]);
    expect(outputs({ type: "error", summary: "s", cause: "c" })).toEqual([{ type: "error", summary: "s", trace: "c" }]);
    expect(outputs({ type: "error" })).toEqual([]);
  });

  test("what is unknown becomes text", () => {
    expect(outputs({ type: "hologram", data: { depth: 3 } })).toEqual([{ type: "text", text: '{"depth":3}' }]);
    expect(outputs({ type: "hologram" })).toEqual([]);
    expect(outputs("text")).toEqual([{ type: "text", text: "text" }]);
    expect(outputs(42)).toEqual([{ type: "text", text: "42" }]);
    expect(outputs([{ type: "text", data: "a" }])).toEqual([{ type: "text", text: "a" }]);
    expect(outputs({ type: "ansi", data: " \n" })).toEqual([]);
    expect(outputs({ type: "html", data: "" })).toEqual([]);
  });

  test("a result that could not be kept says why", () => {
    expect(outputs(null, { resultDbfsErrorMessage: "too large" })).toEqual([{ type: "text", text: "too large" }]);
  });

  test("a list that is deeper than any workspace makes it ends", () => {
    let results: unknown = { type: "text", data: "deep" };
    for (let depth = 0; depth < 500; depth++) results = { type: "listResults", data: [results] };
    expect(outputs(results)).toEqual([]);
  });

  test("a page of ten megabytes", () => {
    const line = "<tr><td>1</td></tr>";
    const html = `<table>${line.repeat(300_000)}</table>`;
    const [output] = outputs({ type: "html", data: html });
    expect(output?.type).toBe("html");
    expect(htmlToText(html).split("\n")).toHaveLength(300_000);
  }, 60_000);
});
