import { describe, expect, test } from "bun:test";
import { csvOf, readDelimited, tsvOf } from "./delimited.ts";

describe("csvOf", () => {
  test("quotes as RFC 4180 says and ends lines with CRLF", () => {
    expect(
      csvOf(
        ["a", 'b "x"'],
        [
          ["1,5", "two\nlines"],
          [null, 9007199254740993n],
        ],
      ),
    ).toBe('\uFEFFa,"b ""x"""\r\n"1,5","two\nlines"\r\n,9007199254740993\r\n');
  });

  test("guards what a spreadsheet would run, and leaves numbers alone", () => {
    const line = csvOf(["x"], [["=1+1"], ["@sum"], ["-2+3"], ["+cmd|' /C calc'!A0"], [-5], ["-5.25"], ["+1e3"]]);
    expect(line).toBe("\uFEFFx\r\n'=1+1\r\n'@sum\r\n'-2+3\r\n'+cmd|' /C calc'!A0\r\n-5\r\n-5.25\r\n+1e3\r\n");
  });

  test("guards a column's name too", () => {
    expect(csvOf(["=HYPERLINK(1)"], [])).toBe("\uFEFF'=HYPERLINK(1)\r\n");
  });
});

test("tsvOf keeps one row on one line", () => {
  expect(
    tsvOf(
      ["a", "b"],
      [
        ["x\ty", "1\r\n2"],
        [null, true],
      ],
    ),
  ).toBe("a\tb\nx y\t1 2\n\ttrue");
});

describe("readDelimited", () => {
  test("reads back what csvOf wrote", () => {
    const rows = [
      ["1,5", 'say "hi"'],
      ["two\r\nlines", " pad "],
    ];
    expect(readDelimited(csvOf(["a", "b"], rows), 10)).toEqual({ columns: ["a", "b"], rows, truncated: false });
  });

  test("takes tabs and semicolons, names unnamed columns, fills short rows, skips empty lines", () => {
    expect(readDelimited("a\tb\n1\n\n2\t3\t4", 10)).toEqual({
      columns: ["a", "b", "column 3"],
      rows: [
        ["1", "", ""],
        ["2", "3", "4"],
      ],
      truncated: false,
    });
    expect(readDelimited("a;b\r1;2", 10).rows).toEqual([["1", "2"]]);
  });

  test("stops at the limit and says so", () => {
    const text = `n\n${Array.from({ length: 50 }, (_, at) => at).join("\n")}\n`;
    const read = readDelimited(text, 20);
    expect(read.rows).toHaveLength(20);
    expect(read.truncated).toBe(true);
    expect(readDelimited(text, 50).truncated).toBe(false);
  });

  test("has nothing to say of an empty file", () => {
    expect(readDelimited("", 10)).toEqual({ columns: [], rows: [], truncated: false });
  });
});
