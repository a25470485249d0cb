// The emulator splits notebooks and writes run exports by code of its own. Both sides must mean the same cells.
import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { exportHtml } from "../emulator/jobs/export.ts";
import { splitNotebook } from "../emulator/notebook-cells.ts";
import { buildNotebook } from "./edit.ts";
import { commentTokens, headerLine, notebookLanguages, separatorLine, type NotebookLanguage } from "./language.ts";
import { parseRunExport } from "./run-export.ts";
import { parseSource, printSource } from "./source.ts";

const upper = { python: "PYTHON", sql: "SQL", scala: "SCALA", r: "R" } as const;

function emulated(text: string, language: NotebookLanguage) {
  return splitNotebook(text, upper[language]).cells.map(({ title, source }) => ({ title, source }));
}

function ours(text: string, language: NotebookLanguage) {
  return parseSource(text, language).cells.map(({ title, source }) => ({ title, source }));
}

const content = fc.oneof(
  fc.constantFrom(
    "x = 1",
    "a\n\nb",
    "%sql\nselect 1\n\nselect 2",
    "%md # Notes",
    "%run ./x",
    "%pip install y",
    "ä\n  b",
  ),
  fc.stringMatching(/^[a-z][a-z ]{0,10}$/),
);

describe("cells", () => {
  test("of any notebook in the form of an export", () => {
    const cells = fc.array(fc.record({ content, title: fc.constantFrom(undefined, "A title, with a comma") }), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(fc.constantFrom(...notebookLanguages), cells, (language, given) => {
        const text = printSource(buildNotebook(language, given));
        expect(emulated(text, language)).toEqual(ours(text, language));
        expect(emulated(text.replaceAll("\n", "\r\n"), language)).toEqual(ours(text, language));
      }),
    );
  });

  test.each(notebookLanguages)("are as many, however a person spaces the separators of %s", (language) => {
    const blank = fc.nat({ max: 3 }).map((count) => "\n".repeat(count));
    const part = fc.tuple(fc.constantFrom("x", "", `${commentTokens[language]} MAGIC %md hi`), blank, blank);
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), fc.boolean(), (parts, hasHeader) => {
        const header = hasHeader ? `${headerLine(language)}\n` : "";
        const body = parts
          .map(([cell, above, below]) => `${cell}\n${above}${separatorLine(language)}\n${below}`)
          .join("");
        const text = `${header}${body}end\n`;
        expect(emulated(text, language).map(({ source }) => source.trim())).toEqual(
          ours(text, language).map(({ source }) => source.trim()),
        );
      }),
    );
  });
});

describe("a run export of the emulator", () => {
  const times = { startedAt: 1_700_000_000_000, finishedAt: 1_700_000_000_250 };

  test("gives its cells, states, times and outputs", () => {
    const html = exportHtml({
      name: "Größe <1>",
      notebookId: "42",
      language: "SQL",
      commands: [
        {
          position: 1,
          language: "python",
          title: "First",
          source: "%python\nprint(1)",
          result: {
            state: "finished",
            outputs: [
              { type: "text", text: "1 < 2\n" },
              {
                type: "table",
                columns: [{ name: "id", type: "bigint" }],
                rows: [["7123456789012345678"], [null]],
                truncated: true,
              },
              { type: "html", html: "<b>bold</b>" },
              { type: "image", mime: "image/png", base64: "iVBORw0KGgo=" },
            ],
            ...times,
          },
        },
        {
          position: 2,
          language: "sql",
          source: "select 1/0",
          result: {
            state: "error",
            outputs: [],
            error: { summary: "[DIVIDE_BY_ZERO] Division by zero", trace: "at line 1\nin cell" },
            ...times,
          },
        },
        { position: 3, language: "md", source: "%md\n# End", result: undefined },
      ],
    });
    expect(parseRunExport(html)).toEqual({
      name: "Größe <1>",
      language: "sql",
      cells: [
        {
          index: 0,
          language: "python",
          title: "First",
          source: "%python\nprint(1)",
          state: "finished",
          outputs: [
            { type: "text", text: "1 < 2\n" },
            {
              type: "table",
              columns: [{ name: "id", type: "bigint" }],
              rows: [["7123456789012345678"], [null]],
              truncated: true,
            },
            { type: "html", html: "<b>bold</b>", text: "bold" },
            { type: "image", mime: "image/png", base64: "iVBORw0KGgo=" },
          ],
          startedAtMs: times.startedAt,
          finishedAtMs: times.finishedAt,
        },
        {
          index: 1,
          language: "sql",
          source: "select 1/0",
          state: "error",
          outputs: [{ type: "error", summary: "[DIVIDE_BY_ZERO] Division by zero", trace: "at line 1\nin cell" }],
          startedAtMs: times.startedAt,
          finishedAtMs: times.finishedAt,
        },
        { index: 2, language: "markdown", source: "%md\n# End", state: "input", outputs: [] },
      ],
    });
  });
});
