// The views as markup: what a reader and a screen reader get of them.
import { describe, expect, test } from "bun:test";
import type { ReactElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import type { ChartSpec } from "../../contract/api.ts";
import { ChartView } from "../charts/chart-view.tsx";
import { RowsChart } from "../charts/rows-chart.tsx";
import { ResultTable } from "../tables/result-table.tsx";
import { CodeView } from "./code-view.tsx";
import { DiffView } from "./diff-view.tsx";
import { NotebookView } from "./notebook-view.tsx";

const markup = (element: ReactElement): string => renderToStaticMarkup(element);
const count = (text: string, part: string): number => text.split(part).length - 1;

describe("ResultTable", () => {
  const rows = Array.from({ length: 10_000 }, (_, at) => [at, at === 0 ? null : "<b>x</b>"]);

  test("draws one page of many rows, says how many there are, and escapes what is in them", () => {
    const html = markup(<ResultTable columns={["n", "s"]} rows={rows} truncated totalRows={50_000} />);
    expect(count(html, "<tr")).toBe(101);
    expect(html).toContain('aria-rowcount="10001"');
    expect(html).toContain("10,000 rows of 50,000");
    expect(html).toContain(">null<");
    expect(html).toContain("&lt;b&gt;x");
    expect(html).not.toContain("<b>");
    expect(html).toContain("1 / 100");
  });

  test("says that there are no rows, and that some are missing", () => {
    expect(markup(<ResultTable columns={["n"]} rows={[]} />)).toContain("The result has no rows.");
    expect(markup(<ResultTable columns={["n"]} rows={[[1]]} truncated />)).toContain("First 1 row; there are more");
  });

  test("has a chart button only where it leads somewhere", () => {
    const chart = (html: string) => html.includes("Chart</button>");
    expect(chart(markup(<ResultTable columns={["n"]} rows={[[1]]} />))).toBe(false);
    expect(chart(markup(<ResultTable columns={["n"]} rows={[[1]]} onChart={() => undefined} />))).toBe(true);
  });
});

describe("ChartView", () => {
  test("says what is wrong with a description, and shows its rows as a table", () => {
    const bad = { type: "radar", columns: ["city"], rows: [["Oslo"]], x: "city", y: ["city"] } as unknown as ChartSpec;
    const html = markup(<ChartView spec={bad} />);
    expect(html).toContain("&quot;radar&quot; is not a kind of chart");
    expect(html).toContain("Ask the agent to draw it again.");
    expect(html).toContain("Oslo");
  });

  test("shows rows that give no such chart as a table, with the choices to mend it", () => {
    const html = markup(<ChartView spec={{ type: "bar", columns: ["a", "n"], rows: [["x", 1]], x: "n", y: ["a"] }} />);
    expect(html).toContain("does not hold numbers");
    expect(html).toContain('role="grid"');
    expect(html).toContain("X axis");
  });

  test("survives anything that a model may send", () => {
    for (const spec of [
      null,
      7,
      [],
      {},
      { columns: [{}], rows: "x" },
      { type: "bar", columns: ["a"], rows: [[{ deep: [1] }], null], x: "a", y: ["a"] },
    ])
      expect(markup(<ChartView spec={spec as unknown as ChartSpec} />)).toContain('role="alert"');
  });

  test("of rows without anything to draw says so", () => {
    expect(markup(<RowsChart columns={["name"]} rows={[["a"], ["b"]]} />)).toContain("nothing to draw");
  });
});

describe("DiffView", () => {
  test("marks lines by words too, and counts them", () => {
    const html = markup(<DiffView path="a.py" before={"x\ny\n"} after={"x\nz\n"} />);
    expect(html).toContain("removed: ");
    expect(html).toContain("added: ");
    expect(html).toContain('aria-label="1 line added"');
  });

  test("shows a long change in part", () => {
    const after = Array.from({ length: 2000 }, (_, at) => `line ${at}`).join("\n");
    const html = markup(<DiffView path="a" before={null} after={after} />);
    expect(html).toContain("line 299");
    expect(html).not.toContain("line 300<");
    expect(html).toContain("Show all 2000 lines");
  });
});

test("CodeView shows very long texts in part", () => {
  const html = markup(<CodeView text={"x".repeat(300_000)} />);
  expect(html.length).toBeLessThan(210_000);
  expect(html).toContain("The first 200,000 of 300,000 characters.");
});

test("NotebookView shows source, output and error of its cells, sixty at once", () => {
  const cells = Array.from({ length: 80 }, (_, at) => ({
    index: at + 1,
    language: "python",
    source: `cell_${at + 1}()`,
  }));
  const html = markup(
    <NotebookView
      cells={[{ index: 0, language: "sql", title: "Load", source: "select", output: "out", error: "bad" }, ...cells]}
    />,
  );
  for (const part of ["Load", "select", "out", "bad", "cell_59()", "Show all 81 cells"]) expect(html).toContain(part);
  expect(html).not.toContain("cell_60()");
});
