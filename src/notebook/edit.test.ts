// Editing: one cell changes, and every other byte stays.
import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { MortarError } from "../platform/errors.ts";
import { buildNotebook, deleteCell, insertCell, replaceCell, replaceCells, settle } from "./edit.ts";
import { commentTokens, headerLine, notebookLanguages, separatorLine, type NotebookLanguage } from "./language.ts";
import { linesOfFormat } from "./testing.ts";
import { parseSource, printSource, type Notebook } from "./source.ts";

const three = `# Databricks notebook source
# DBTITLE 0,First
a = 1

# COMMAND ----------

# MAGIC %md-sandbox
# MAGIC hello

# COMMAND ----------

c = 3
`;

function refused(work: () => unknown): MortarError {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof MortarError) return thrown;
    throw thrown;
  }
  throw new Error("nothing was thrown");
}

function edited(text: string, index: number, ...rest: [string, Parameters<typeof replaceCell>[3]?]): string {
  return printSource(replaceCell(parseSource(text), index, ...rest));
}

describe("replaceCell", () => {
  test("changes the cell and nothing else", () => {
    expect(edited(three, 2, "c = 4\nd = 5")).toBe(three.replace("c = 3", "c = 4\nd = 5"));
  });

  test("keeps header and title of the first cell", () => {
    expect(edited(three, 0, "a = 2")).toBe(three.replace("a = 1", "a = 2"));
  });

  test("a hundred edits leave no trace", () => {
    let text = three;
    for (let round = 0; round < 100; round++) text = edited(text, 1, `%md-sandbox\nround ${round}`);
    expect(text).toBe(three.replace("hello", "round 99"));
  });

  test("a final line end in the content is not a blank line in the cell", () => {
    expect(edited(three, 2, "c = 4\n")).toBe(three.replace("c = 3", "c = 4"));
    expect(edited(three, 0, "a = 2\r\n")).toBe(three.replace("a = 1", "a = 2"));
  });

  test("writes MAGIC prefixes for a magic in the first line", () => {
    expect(edited(three, 2, "%sql\n\nselect 1")).toBe(
      three.replace("c = 3", "# MAGIC %sql\n# MAGIC\n# MAGIC select 1"),
    );
  });

  test("takes the prefixes away when the new content has no magic", () => {
    expect(edited(three, 1, "b = 2")).toBe(three.replace("# MAGIC %md-sandbox\n# MAGIC hello", "b = 2"));
  });

  test("stores content with MAGIC prefixes as it is", () => {
    expect(edited(three, 2, "# MAGIC %sql\n# MAGIC \n# MAGIC  select 1 ")).toContain(
      "# MAGIC %sql\n# MAGIC \n# MAGIC  select 1 \n",
    );
  });

  test("writes the magic that the language asks for", () => {
    expect(edited(three, 2, "select 1", { language: "sql" })).toContain("\n# MAGIC %sql\n# MAGIC select 1\n");
    expect(edited(three, 2, "./setup", { language: "run" })).toContain("\n# MAGIC %run ./setup\n");
    expect(edited(three, 2, "c = 4", { language: "python" })).toContain("\nc = 4\n");
    expect(edited(three, 2, "%py\nc = 4", { language: "python" })).toContain("\n# MAGIC %py\n# MAGIC c = 4\n");
    expect(edited(three, 1, "bye", { language: "markdown" })).toContain("\n# MAGIC %md-sandbox\n# MAGIC bye\n");
  });

  test("content with prefixes and without a magic gets the magic of its language", () => {
    const notebook = parseSource("# Databricks notebook source\nx\n", "python");
    const after = replaceCell(notebook, 0, "# MAGIC select 1\n# MAGIC from t", { language: "sql" });
    expect(after.cells[0]).toMatchObject({ language: "sql", source: "%sql\nselect 1\nfrom t" });
    expect(printSource(after)).toContain("# MAGIC %sql\n# MAGIC select 1\n# MAGIC from t\n");
  });

  test("a byte order mark in the content is no part of the cell", () => {
    const notebook = parseSource("# Databricks notebook source\nx\n", "python");
    expect(replaceCell(notebook, 0, "\uFEFFprint(1)").cells[0]?.source).toBe("print(1)");
  });

  test("refuses a language that the content's magic contradicts", () => {
    const error = refused(() => edited(three, 2, "%sql\nselect 1", { language: "scala" }));
    expect(error.code).toBe("invalid_input");
    expect(error.message).toContain("%sql");
    expect(refused(() => edited(three, 2, "# MAGIC %sql\n# MAGIC 1", { language: "r" })).code).toBe("invalid_input");
  });

  test("sets, keeps and takes away the title", () => {
    expect(edited(three, 2, "c = 3", { title: "Third" })).toBe(three.replace("c = 3", "# DBTITLE 1,Third\nc = 3"));
    expect(edited(three, 0, "a = 1", { title: "1st" })).toBe(three.replace("0,First", "0,1st"));
    expect(edited(three, 0, "a = 1", { title: null })).toBe(three.replace("# DBTITLE 0,First\n", ""));
    expect(edited(three, 0, "a = 1", { title: "" })).toBe(three.replace("# DBTITLE 0,First\n", ""));
    expect(edited(three, 0, "# DBTITLE 1,Given\na = 1")).toBe(three.replace("0,First", "1,Given"));
    expect(refused(() => edited(three, 0, "a", { title: "two\nlines" })).code).toBe("invalid_input");
  });

  test("refuses a separator line and names it", () => {
    const error = refused(() => edited(three, 2, "x\n\n# COMMAND ---------- \n\ny"));
    expect(error.code).toBe("invalid_input");
    expect(error.message).toContain("Line 3");
    expect(error.hint).toBeDefined();
    expect(refused(() => edited(three, 2, "%sql\nselect 1\n\n# COMMAND ----------\n")).code).toBe("invalid_input");
  });

  test("takes text that only mentions the separator", () => {
    for (const content of [
      "'# COMMAND ----------'",
      "# COMMAND\n# ----------",
      "-- COMMAND ----------",
      " # COMMAND ----------",
    ]) {
      expect(parseSource(edited(three, 2, content)).cells[2]?.source).toBe(content);
    }
  });

  test.each([-1, 3, 0.5, Number.NaN])("refuses the index %p and says what there is", (index) => {
    const error = refused(() => edited(three, index, "x"));
    expect(error.code).toBe("invalid_input");
    expect(error.message).toContain("3 cells, 0 to 2");
  });

  test("writes the file's own line ends", () => {
    const crlf = three.replaceAll("\n", "\r\n");
    expect(edited(crlf, 1, "%sql\nselect 1\n")).toBe(
      crlf.replace("%md-sandbox\r\n# MAGIC hello", "%sql\r\n# MAGIC select 1"),
    );
  });

  test("content for the first cell may bring the header along", () => {
    expect(edited(three, 0, "# Databricks notebook source\na = 2")).toBe(three.replace("a = 1", "a = 2"));
    expect(edited("a = 1\n", 0, "# Databricks notebook source\na = 2")).toBe("# Databricks notebook source\na = 2\n");
    expect(refused(() => edited(three, 0, "-- Databricks notebook source\nselect 1")).code).toBe("invalid_input");
  });

  test("the environment block stays, and is replaced only by another one", () => {
    const block = (version: number) => `# /// script\n# environment_version = "${version}"\n# ///\n`;
    const text = `\uFEFF# Databricks notebook source\n${block(4)}a = 1\n`;
    expect(edited(text, 0, "a = 2")).toBe(text.replace("a = 1", "a = 2"));
    expect(edited(text, 0, "# Databricks notebook source\na = 2")).toBe(text.replace("a = 1", "a = 2"));
    expect(edited(text, 0, `# Databricks notebook source\n${block(5)}a = 2`)).toBe(
      text.replace("4", "5").replace("a = 1", "a = 2"),
    );
  });

  test("an emptied cell stays a cell, whatever blank lines the file had", () => {
    for (const text of [
      "a\n# COMMAND ----------\nb\n# COMMAND ----------\nc",
      three,
      "# COMMAND ----------\n# COMMAND ----------",
    ]) {
      for (const index of [0, 1, 2]) {
        const after = parseSource(edited(text, index, "", { title: null }));
        expect(after.cells).toHaveLength(3);
        expect(after.cells[index]?.source).toBe("");
      }
    }
  });
});

describe("replaceCells", () => {
  test("applies all", () => {
    const after = replaceCells(parseSource(three), [
      { index: 2, content: "c = 9" },
      { index: 0, content: "a = 9" },
    ]);
    expect(printSource(after)).toBe(three.replace("a = 1", "a = 9").replace("c = 3", "c = 9"));
  });

  test("refuses an index given twice", () => {
    const updates = [
      { index: 1, content: "x" },
      { index: 1, content: "y" },
    ];
    expect(refused(() => replaceCells(parseSource(three), updates)).message).toContain("Cell 1");
  });

  test("changes nothing when one is refused", () => {
    const notebook = parseSource(three);
    const updates = [
      { index: 0, content: "new" },
      { index: 7, content: "x" },
    ];
    expect(refused(() => replaceCells(notebook, updates)).code).toBe("invalid_input");
    expect(printSource(notebook)).toBe(three);
  });
});

describe("insertCell and deleteCell", () => {
  test("insert at each place, as an export would have it", () => {
    const gap = "\n\n# COMMAND ----------\n\n";
    const at = (index: number) => printSource(insertCell(parseSource(three), index, "new"));
    expect(at(0)).toBe(three.replace("# DBTITLE", `new${gap}# DBTITLE`));
    expect(at(1)).toBe(three.replace("# MAGIC %md", `new${gap}# MAGIC %md`));
    expect(at(3)).toBe(three.replace("c = 3", `c = 3${gap}new`));
    expect(refused(() => at(4)).code).toBe("invalid_input");
    expect(refused(() => at(-1)).code).toBe("invalid_input");
  });

  test("a header in content that is inserted first is not doubled, and is given to a file that had none", () => {
    const content = "# Databricks notebook source\nfirst";
    const headed = insertCell(parseSource("# Databricks notebook source\nx\n", "python"), 0, content);
    expect(headed.cells.map((cell) => cell.source)).toEqual(["first", "x"]);
    expect(printSource(headed).match(/notebook source/g)).toHaveLength(1);
    const bare = insertCell(parseSource("x\n", "python"), 0, content);
    expect(printSource(bare)).toStartWith("# Databricks notebook source\nfirst\n");
    expect(parseSource(printSource(bare)).cells.map((cell) => cell.source)).toEqual(["first", "x"]);
  });

  test("insert into a notebook without cells", () => {
    for (const text of ["# Databricks notebook source", "# Databricks notebook source\n", "", "\uFEFF"]) {
      const after = insertCell(parseSource(text), 0, "select 1", { language: "sql", title: "One" });
      const read = parseSource(printSource(after));
      expect(read.cells.map((cell) => [cell.title, cell.source])).toEqual([["One", "%sql\nselect 1"]]);
      expect(read.hasHeader).toBe(text.startsWith("#"));
    }
  });

  test("delete takes the cell and its separator", () => {
    expect(printSource(deleteCell(parseSource(three), 1))).toBe(
      "# Databricks notebook source\n# DBTITLE 0,First\na = 1\n\n# COMMAND ----------\n\nc = 3\n",
    );
    expect(printSource(deleteCell(parseSource(three), 0))).toBe(three.replace(/# DBTITLE[^]*?----------\n\n/, ""));
    expect(printSource(deleteCell(parseSource("# Databricks notebook source\nx\n"), 0))).toBe(
      "# Databricks notebook source\n",
    );
    expect(refused(() => deleteCell(parseSource(""), 0)).message).toContain("no cells");
  });

  test("insert and delete are each other's opposite", () => {
    for (const index of [0, 1, 2, 3]) {
      expect(printSource(deleteCell(insertCell(parseSource(three), index, "new"), index))).toBe(three);
    }
  });
});

describe("buildNotebook", () => {
  test.each(notebookLanguages)("%s", (language) => {
    const c = commentTokens[language];
    const notebook = buildNotebook(language, [
      { content: "1" },
      { content: "# Notes", language: "markdown", title: "About" },
      { content: "%sh\nls" },
      { content: "" },
    ]);
    const gap = `\n\n${c} COMMAND ----------\n\n`;
    expect(printSource(notebook)).toBe(
      `${headerLine(language)}\n1${gap}${c} DBTITLE 1,About\n${c} MAGIC %md\n${c} MAGIC # Notes${gap}${c} MAGIC %sh\n${c} MAGIC ls${gap}\n`,
    );
    expect(parseSource(printSource(notebook), language)).toEqual(notebook);
  });

  test("no cells", () => {
    expect(printSource(buildNotebook("sql", []))).toBe("-- Databricks notebook source\n");
  });

  test("a header in the first content is not doubled", () => {
    const text = printSource(buildNotebook("python", [{ content: "# Databricks notebook source\nx = 1" }]));
    expect(text).toBe("# Databricks notebook source\nx = 1\n");
  });
});

/** A notebook file of one language: header or not, any spacing around separators, either line end. */
function files(language: NotebookLanguage): fc.Arbitrary<string> {
  const c = commentTokens[language];
  const blank = fc.nat({ max: 4 }).map((count) => "\n".repeat(count));
  const line = fc.constantFrom(
    "x",
    "",
    " ",
    `${c} MAGIC %md`,
    `${c} MAGIC`,
    `${c} MAGIC b`,
    `${c} DBTITLE 1,t`,
    "%sql",
    "ä\r",
    "%run ./a",
  );
  const cell = fc.array(line, { maxLength: 4 }).map((lines) => lines.join("\n"));
  const between = fc.tuple(blank, blank).map(([above, below]) => `${above}\n${separatorLine(language)}\n${below}`);
  const parts = fc.array(fc.tuple(cell, between), { maxLength: 4 });
  return fc
    .tuple(
      fc.constantFrom("", `${headerLine(language)}\n`, "\uFEFF"),
      parts,
      cell,
      blank,
      fc.constantFrom("\n", "\r\n"),
    )
    .map(([header, body, last, end, lineEnd]) =>
      (header + body.flat().join("") + last + end).replaceAll("\n", lineEnd),
    );
}

const anyFile = fc
  .constantFrom(...notebookLanguages)
  .chain((language) => fc.tuple(fc.constant(language), fc.oneof(files(language), linesOfFormat)));

const anyContent = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc
    .array(fc.constantFrom("x", "", "y ", "\r", "%sql", "%md hi", "%unknown"), { maxLength: 5 })
    .map((lines) => lines.join("\n")),
);

/** The cells without their leads: of blank lines around an empty cell it is all one to which side they belong. */
function views(notebook: Notebook) {
  return notebook.cells.map(({ lead: _lead, ...cell }) => cell);
}

function otherRaws(notebook: Notebook, index: number): string[] {
  return notebook.cells.filter((cell) => cell.index !== index).map((cell) => cell.raw);
}

describe("for any notebook", () => {
  const runs = { numRuns: 1_000 };

  test("settling a parsed notebook changes nothing", () => {
    fc.assert(
      fc.property(anyFile, ([language, text]) => {
        const notebook = parseSource(text, language);
        expect(settle(notebook)).toEqual(notebook);
      }),
      runs,
    );
  });

  test("a cell edited to its own source or raw text gives the same bytes", () => {
    fc.assert(
      fc.property(anyFile, ([language, text]) => {
        const notebook = parseSource(text, language);
        for (const { index, source, raw, language: own, title } of notebook.cells) {
          expect(printSource(replaceCell(notebook, index, source))).toBe(text);
          expect(printSource(replaceCell(notebook, index, raw))).toBe(text);
          expect(printSource(replaceCell(notebook, index, source, { language: own, title }))).toBe(text);
        }
      }),
      runs,
    );
  });

  test("an edited cell reads back as it was given, and the other cells keep their bytes", () => {
    fc.assert(
      fc.property(anyFile, anyContent, fc.nat(), ([language, text], content, place) => {
        const notebook = parseSource(text, language);
        fc.pre(notebook.cells.length > 0 && content !== "");
        const index = place % notebook.cells.length;
        const after = replaceCell(notebook, index, content);
        const read = parseSource(printSource(after), language);
        expect(views(read)).toEqual(views(after));
        expect(otherRaws(read, index)).toEqual(otherRaws(notebook, index));
        expect(read.preamble).toBe(notebook.preamble);
        const wanted = content.replace(/\r+\n/g, "\n").replace(/\n$/, "");
        const before = notebook.cells[index];
        const isSame = content === before?.source || content === before?.raw;
        if (!isSame) expect(read.cells[index]?.source).toBe(wanted);
        expect(read.cells[index]?.title).toBe(notebook.cells[index]?.title);
      }),
      runs,
    );
  });

  test("an inserted cell stands where it was put, and a deleted one is gone", () => {
    fc.assert(
      fc.property(anyFile, anyContent, fc.nat(), ([language, text], content, place) => {
        const notebook = parseSource(text, language);
        const index = place % (notebook.cells.length + 1);
        const after = parseSource(printSource(insertCell(notebook, index, content)), language);
        expect(otherRaws(after, index)).toEqual(notebook.cells.map((cell) => cell.raw));
        const back = parseSource(printSource(deleteCell(after, index)), language);
        expect(back.cells.map((cell) => cell.raw)).toEqual(notebook.cells.map((cell) => cell.raw));
      }),
      runs,
    );
  });

  test("a built notebook reads back cell by cell, and its source is an export", () => {
    const cells = fc.array(fc.record({ content: anyContent, title: fc.constantFrom(undefined, "A title") }), {
      maxLength: 5,
    });
    fc.assert(
      fc.property(fc.constantFrom(...notebookLanguages), cells, (language, given) => {
        const built = buildNotebook(language, given);
        expect(parseSource(printSource(built), language)).toEqual(built);
        expect(built.cells.map((cell) => cell.title)).toEqual(given.map((cell) => cell.title));
      }),
      runs,
    );
  });
});
