// The source format: hard cases by hand, then the round trip for any text at all.
import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { notebookLanguages, separatorLine } from "./language.ts";
import { linesOfFormat } from "./testing.ts";
import { parseSource, printSource, type Notebook } from "./source.ts";

const python = [
  "# Databricks notebook source",
  "# DBTITLE 1,Read the table",
  "df = spark.table('sales')",
  "",
  "# COMMAND ----------",
  "",
  "# MAGIC %sql",
  "# MAGIC",
  "# MAGIC SELECT count(*) FROM sales",
  "",
  "# COMMAND ----------",
  "",
  "# DBTITLE 0,Notes",
  "# MAGIC %md",
  "# MAGIC # A heading",
  "",
  "# COMMAND ----------",
  "",
  "# MAGIC %run ./setup $limit=10",
  "",
].join("\n");

function sources(notebook: Notebook): string[] {
  return notebook.cells.map((cell) => cell.source);
}

describe("parseSource", () => {
  test("reads cells with language, magic, title and the text a person sees", () => {
    const notebook = parseSource(python);
    expect(notebook.language).toBe("python");
    expect(notebook.hasHeader).toBe(true);
    expect(notebook.cells.map(({ raw: _raw, lead: _lead, ...view }) => view)).toEqual([
      { index: 0, language: "python", title: "Read the table", showTitle: true, source: "df = spark.table('sales')" },
      { index: 1, language: "sql", magic: "sql", source: "%sql\n\nSELECT count(*) FROM sales" },
      { index: 2, language: "markdown", magic: "md", title: "Notes", showTitle: false, source: "%md\n# A heading" },
      { index: 3, language: "run", magic: "run", source: "%run ./setup $limit=10" },
    ]);
  });

  test.each([
    ["sql", "--"],
    ["scala", "//"],
    ["python", "#"],
  ] as const)("knows %s by its header", (language, comment) => {
    const text = `${comment} Databricks notebook source\n1\n\n${comment} COMMAND ----------\n\n${comment} MAGIC %md hi\n`;
    const notebook = parseSource(text);
    expect(notebook.language).toBe(language);
    expect(notebook.cells.map((cell) => [cell.language, cell.source])).toEqual([
      [language, "1"],
      ["markdown", "%md hi"],
    ]);
  });

  test("tells R from Python only when told, for their headers are the same", () => {
    const text = "# Databricks notebook source\nx <- 1\n\n# COMMAND ----------\n\n# MAGIC %python\n# MAGIC x = 1\n";
    expect(parseSource(text).language).toBe("python");
    expect(parseSource(text, "r").language).toBe("r");
    expect(parseSource(text, "r").cells.map((cell) => cell.language)).toEqual(["r", "python"]);
  });

  test("believes the header before the language it is given", () => {
    expect(parseSource("-- Databricks notebook source\nselect 1\n", "python").language).toBe("sql");
    expect(parseSource("# Databricks notebook source\nx\n", "scala").language).toBe("python");
  });

  test("guesses from the separators where there is no header", () => {
    expect(parseSource("select 1\n\n-- COMMAND ----------\n\nselect 2\n").cells).toHaveLength(2);
    expect(parseSource("val x = 1\r\n\r\n// COMMAND ----------\r\n\r\nx\r\n").language).toBe("scala");
    expect(parseSource("x = 1\n").language).toBe("python");
    expect(parseSource("x = 1\n", "r").language).toBe("r");
  });

  test("takes a header with the date of an old export", () => {
    const notebook = parseSource(
      "// Databricks notebook source exported at Sun, 19 Jun 2016 03:06:55 UTC\n// MAGIC %md hi\n",
    );
    expect(notebook.language).toBe("scala");
    expect(sources(notebook)).toEqual(["%md hi"]);
  });

  test("does not take a line that only starts like the header", () => {
    expect(parseSource("# Databricks notebook sources\nx\n").hasHeader).toBe(false);
    expect(parseSource(" # Databricks notebook source\nx\n").hasHeader).toBe(false);
  });

  test("keeps the environment block out of the first cell", () => {
    const block = '# /// script\n# [tool.databricks.environment]\n# environment_version = "5"\n# ///\n';
    const notebook = parseSource(`# Databricks notebook source\n${block}# DBTITLE 1,First\nx = 1\n`);
    expect(notebook.preamble).toBe(`# Databricks notebook source\n${block}`);
    expect(notebook.cells[0]).toMatchObject({ title: "First", source: "x = 1" });
  });

  test("leaves a block that does not close in the cell", () => {
    const text = "# Databricks notebook source\n# /// script\n# a = 1\nprint(1)\n# ///\n";
    expect(sources(parseSource(text))).toEqual(["# /// script\n# a = 1\nprint(1)\n# ///"]);
  });
});

describe("magics", () => {
  const magic = (text: string) => {
    const [cell] = parseSource(`# Databricks notebook source\n${text}\n`).cells;
    return [cell?.language, cell?.magic, cell?.source];
  };

  test.each([
    ["# MAGIC %md-sandbox\n# MAGIC <b>x</b>", "markdown", "md-sandbox", "%md-sandbox\n<b>x</b>"],
    ["# MAGIC %md text on the line", "markdown", "md", "%md text on the line"],
    ["# MAGIC %sh ls -l", "shell", "sh", "%sh ls -l"],
    ["# MAGIC %fs ls /", "fs", "fs", "%fs ls /"],
    ["# MAGIC %pip install a\n# MAGIC %pip install b", "pip", "pip", "%pip install a\n%pip install b"],
    ["# MAGIC %python\n# MAGIC 1", "python", "python", "%python\n1"],
    ["# MAGIC %py\n# MAGIC 1", "python", "py", "%py\n1"],
    ["# MAGIC %%sql\n# MAGIC select 1", "sql", "sql", "%%sql\nselect 1"],
    ["# MAGIC %restart_python", "python", "restart_python", "%restart_python"],
    ["# MAGIC %scala\n# MAGIC val x = 1", "scala", "scala", "%scala\nval x = 1"],
    ["# MAGIC %r\n# MAGIC x <- 1", "r", "r", "%r\nx <- 1"],
    ["# MAGIC", "python", undefined, ""],
    ["# MAGIC \n# MAGIC %md", "markdown", "md", "\n%md"],
    ["%sql\nselect 1", "sql", "sql", "%sql\nselect 1"],
    ["\n# MAGIC %md hi", "markdown", "md", "%md hi"],
    ["# MAGICAL\nx", "python", undefined, "# MAGICAL\nx"],
    ["#MAGIC %md", "python", undefined, "#MAGIC %md"],
    ["# MAGIC %md\nplain line", "markdown", "md", "%md\nplain line"],
    ["x = 5 %2\n# MAGIC %md", "python", undefined, "x = 5 %2\n# MAGIC %md"],
    ["%in% c(1)", "python", undefined, "%in% c(1)"],
  ])("%j", (text, language, name, source) => {
    expect(magic(text)).toEqual([language, name, source]);
  });

  test("a DBTITLE line counts only at the top of a cell, and in its exact form", () => {
    expect(parseSource("# Databricks notebook source\nx\n# DBTITLE 1,no\n").cells[0]?.title).toBeUndefined();
    expect(parseSource("# Databricks notebook source\n# DBTITLE no\nx\n").cells[0]?.title).toBeUndefined();
    expect(parseSource("# Databricks notebook source\n# DBTITLE 1,\nx\n").cells[0]).toMatchObject({
      title: "",
      source: "x",
    });
    expect(parseSource("# Databricks notebook source\n# DBTITLE 1,only, a title").cells[0]).toMatchObject({
      title: "only, a title",
      source: "",
    });
  });
});

describe("separators", () => {
  const header = "# Databricks notebook source\n";
  const line = "# COMMAND ----------";

  test.each([
    ["wherever the line stands, a string included", `a = """\n${line}\n"""`, ['a = """', '"""']],
    ["with white space at the end", `a\n\n${line} \t\n\nb`, ["a", "b"]],
    ["not with a space before", `a\n ${line}\nb`, [`a\n ${line}\nb`]],
    ["not with more dashes", `a\n${line}-\nb`, [`a\n${line}-\nb`]],
    ["not within a line", `a = "${line}"`, [`a = "${line}"`]],
    ["not behind a MAGIC prefix", `# MAGIC %md\n# MAGIC ${line}`, [`%md\n${line}`]],
    ["not of another language", "a\n-- COMMAND ----------\nb", ["a\n-- COMMAND ----------\nb"]],
    ["without blank lines around", `a\n${line}\nb`, ["a", "b"]],
    ["with more blank lines around, which the cells keep", `a\n\n\n${line}\n\n\nb`, ["a\n", "\nb"]],
    ["adjacent, with an empty cell between", `a\n\n${line}\n${line}\n\nb`, ["a", "", "b"]],
    ["with one blank line between", `a\n\n${line}\n\n${line}\n\nb`, ["a", "", "b"]],
    ["with an empty cell between, as exports write it", `a\n\n${line}\n\n\n\n${line}\n\nb`, ["a", "", "b"]],
    ["at the start, below an empty cell", `${line}\n\na`, ["", "a"]],
    ["after one blank line at the start", `\n${line}\n\na`, ["", "a"]],
    ["at the end, above an empty cell", `a\n\n${line}`, ["a", ""]],
    ["at the end with an empty cell below", `a\n\n${line}\n\n\n`, ["a", ""]],
  ])("%s", (_name, text, expected) => {
    expect(sources(parseSource(header + text))).toEqual(expected);
    expect(printSource(parseSource(header + text))).toBe(header + text);
  });

  test("an empty notebook has no cells; one with an empty cell has one", () => {
    expect(sources(parseSource(""))).toEqual([]);
    expect(sources(parseSource("# Databricks notebook source"))).toEqual([]);
    expect(sources(parseSource(header))).toEqual([]);
    expect(sources(parseSource(`${header}\n`))).toEqual([""]);
    expect(sources(parseSource(`${header}\n${line}\n\nb\n`))).toEqual(["", "b"]);
    expect(sources(parseSource(`${header}\n\n${line}\n\nb\n`))).toEqual(["", "b"]);
  });
});

describe("round trip", () => {
  test.each([
    ["CRLF", python.replaceAll("\n", "\r\n")],
    ["mixed line ends", python.replace("\n", "\r\n")],
    ["old Mac line ends", python.replaceAll("\n", "\r")],
    ["no final line end", python.trimEnd()],
    ["many final line ends", `${python}\n\n\n`],
    ["no header", python.slice(python.indexOf("\n") + 1)],
    ["byte order mark", `\uFEFF${python}`],
    ["byte order mark alone", "\uFEFF"],
    ["trailing white space on MAGIC lines", "# Databricks notebook source\n# MAGIC %md \n# MAGIC \n# MAGIC  x\n"],
    [
      "unicode and control characters",
      "# Databricks notebook source\n# DBTITLE 1,Größe 📊\nx = '\u2028\u0000\u000B\uD800'\n",
    ],
    ["a separator on the last line", "# Databricks notebook source\r\nx\r\n# COMMAND ----------"],
  ])("%s", (_name, text) => {
    for (const language of [undefined, ...notebookLanguages]) {
      expect(printSource(parseSource(text, language))).toBe(text);
    }
  });

  test("CRLF: cells read with \\n, and the line end is remembered", () => {
    const notebook = parseSource(python.replaceAll("\n", "\r\n"));
    expect(notebook.lineEnd).toBe("\r\n");
    expect(sources(notebook)).toEqual(sources(parseSource(python)));
    expect(notebook.cells[0]?.title).toBe("Read the table");
  });

  test("any text at all", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 200 }),
        fc.constantFrom(undefined, ...notebookLanguages),
        (text, language) => {
          expect(printSource(parseSource(text, language))).toBe(text);
        },
      ),
    );
  });

  test("any mixture of the format's own lines", () => {
    fc.assert(
      fc.property(linesOfFormat, fc.constantFrom(undefined, ...notebookLanguages), (text, language) => {
        const notebook = parseSource(text, language);
        expect(printSource(notebook)).toBe(text);
        notebook.cells.forEach((cell, index) => {
          expect(cell.index).toBe(index);
          const lines = cell.raw.split("\n").map((line) => line.trimEnd());
          expect(lines).not.toContain(separatorLine(notebook.language));
        });
      }),
      { numRuns: 400 },
    );
  });

  test("10 MB of cells, of one cell, of one line, and of separators", () => {
    const size = 10 * 1024 * 1024;
    const cell = "x = 'ä'\n\n# COMMAND ----------\n\n# MAGIC %sql\n# MAGIC select 1\n\n# COMMAND ----------\n\n";
    const texts = [
      "# Databricks notebook source\n" + cell.repeat(Math.ceil(size / cell.length)),
      "# Databricks notebook source\n# MAGIC %md\n" + "# MAGIC some words in a line\n".repeat(Math.ceil(size / 29)),
      "# COMMAND ----------".repeat(Math.ceil(size / 20)),
      "# COMMAND ----------\n".repeat(Math.ceil(size / 21)),
      "\n".repeat(size),
    ];
    const counts = texts.map((text) => {
      const notebook = parseSource(text);
      expect(printSource(notebook) === text).toBe(true);
      return notebook.cells.length;
    });
    expect(counts).toEqual([2 * Math.ceil(size / cell.length) + 1, 1, 1, Math.ceil(size / 21) + 1, 1]);
  }, 60_000);
});
