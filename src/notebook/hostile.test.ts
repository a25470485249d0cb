// Edits with content that looks like the format itself, or like nothing that an editor would write.
import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { MortarError } from "../platform/errors.ts";
import { buildNotebook, deleteCell, insertCell, replaceCell, replaceCells } from "./edit.ts";
import { headerLine, notebookLanguages, separatorLine, type CellLanguage } from "./language.ts";
import { parseSource, printSource } from "./source.ts";
import { linesOfFormat } from "./testing.ts";
import { toSource } from "./to-source.ts";

const lines = [
  ["x", "", " ", "\t", "\r", "a\rb", "'''", "%", "\0", "\u2028", "\u0085", "\uD800"],
  ["%sql", "%md", "  %sql", "%%sql", "%run ./x", "%sql-x", "%sql select"],
  ["# MAGIC", "# MAGIC %sql", "# MAGIC x", "-- MAGIC %md", "// MAGIC x", "# MAGIC %%", "#MAGIC %sql"],
  ["# DBTITLE 1,t", "-- DBTITLE 0,t", "# DBTITLE 1,", "# Databricks notebook source"],
  ["# COMMAND ---------- ", " # COMMAND ----------", "# COMMAND ----------x", "-- COMMAND ----------"],
].flat();
const content = fc
  .tuple(fc.array(fc.constantFrom(...lines), { maxLength: 6 }), fc.constantFrom("\n", "\r\n"))
  .map(([some, end]) => some.join(end));
const file = fc.constantFrom(...notebookLanguages).chain((language) => {
  const between = `\n\n${separatorLine(language)}\n\n`;
  const whole = fc
    .array(content, { minLength: 1, maxLength: 4 })
    .map((cells) => `${headerLine(language)}\n${cells.join(between)}\n`);
  return fc.tuple(fc.constant(language), fc.oneof(linesOfFormat, content, whole));
});
const runs = { numRuns: 1_500 };

/** What the act gives; undefined where it refuses, which it may, but in no other way than by a MortarError. */
function unlessRefused<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (thrown) {
    if (thrown instanceof MortarError) return undefined;
    throw thrown;
  }
}

describe("hostile content", () => {
  test("an edit changes its own cell alone, and reads back with the language and title that were asked for", () => {
    const language = fc.constantFrom<CellLanguage | undefined>(undefined, "python", "sql", "markdown", "run");
    const title = fc.constantFrom(undefined, null, "", "T, x");
    fc.assert(
      fc.property(file, content, fc.nat(), language, title, ([own, text], given, place, wanted, name) => {
        const before = parseSource(text, own);
        // A file without a header gets one when its first line becomes one.
        fc.pre(before.cells.length > 0 && (before.hasHeader || !given.includes("Databricks notebook source")));
        // Under the title that is taken away stands another.
        fc.pre(given.split("DBTITLE").length <= 2);
        const index = place % before.cells.length;
        const edited = unlessRefused(() => replaceCell(before, index, given, { language: wanted, title: name }));
        if (edited === undefined) return;
        const read = parseSource(printSource(edited), own);
        const others = ({ cells }: typeof read): string[] =>
          cells.filter((cell) => cell.index !== index).map((cell) => cell.raw);
        expect(others(read)).toEqual(others(before));
        expect(read.cells.map((cell) => cell.source)).toEqual(edited.cells.map((cell) => cell.source));
        expect(read.language).toBe(before.language);
        expect(read.hasHeader || !before.hasHeader).toBe(true);
        const cell = read.cells[index];
        if (typeof name === "string" && name !== "") expect(cell?.title).toBe(name);
        if (wanted !== undefined) expect(cell?.language).toBe(wanted);
        expect(printSource(replaceCell(read, index, cell?.source ?? ""))).toBe(printSource(edited));
      }),
      runs,
    );
  });

  test("what is inserted stands where it was put, and goes without a trace", () => {
    fc.assert(
      fc.property(file, content, fc.nat(), ([own, text], given, place) => {
        const before = parseSource(text, own);
        const index = place % (before.cells.length + 1);
        const added = unlessRefused(() => insertCell(before, index, given));
        if (added === undefined) return;
        const read = parseSource(printSource(added), own);
        expect(read.cells).toHaveLength(before.cells.length + 1);
        const back = parseSource(printSource(deleteCell(read, index)), own);
        expect(back.cells.map((cell) => cell.raw)).toEqual(before.cells.map((cell) => cell.raw));
      }),
      runs,
    );
  });

  test("several edits at once are the same edits one by one", () => {
    fc.assert(
      fc.property(file, content, content, ([own, text], first, second) => {
        const before = parseSource(text, own);
        fc.pre(before.cells.length > 1);
        const updates = [
          { index: 0, content: first },
          { index: 1, content: second },
        ];
        const both = unlessRefused(() => replaceCells(before, updates));
        if (both === undefined) return;
        expect(printSource(both)).toBe(printSource(replaceCell(replaceCell(before, 0, first), 1, second)));
      }),
      runs,
    );
  });

  test("what is built or made a notebook has its header and its cells", () => {
    const cells = fc.array(content, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.constantFrom(...notebookLanguages), cells, (own, given) => {
        const built = unlessRefused(() =>
          buildNotebook(
            own,
            given.map((one) => ({ content: one })),
          ),
        );
        if (built !== undefined) expect(parseSource(printSource(built), own).cells).toHaveLength(given.length);
        const made = unlessRefused(() => toSource(given.join("\n"), own));
        if (made === undefined) return;
        expect(parseSource(made.source, made.language).hasHeader).toBe(true);
        expect(toSource(made.source, made.language).source).toBe(made.source);
      }),
      runs,
    );
  });
});
