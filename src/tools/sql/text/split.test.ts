// Where one statement ends and the next begins.
import { describe, expect, test } from "bun:test";
import { MortarError } from "../../../platform/errors.ts";
import { splitStatements } from "./split.ts";

const texts = (sql: string): readonly string[] => splitStatements(sql).map(({ text }) => text);

describe("one text", () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ["two statements", "SELECT 1; SELECT 2", ["SELECT 1", "SELECT 2"]],
    ["empty ones", ";;SELECT 1;\n;", ["SELECT 1"]],
    ["comments alone", "-- nothing\n/* at all; */", []],
    ["a semicolon in a string", "SELECT ';', \";\"; SELECT 'a\\';b'", ["SELECT ';', \";\"", "SELECT 'a\\';b'"]],
    ["a quote that is doubled", "SELECT 'it''s; fine'; SELECT 2", ["SELECT 'it''s; fine'", "SELECT 2"]],
    ["a raw string ends at its quote", "SELECT r'\\'; SELECT 2", ["SELECT r'\\'", "SELECT 2"]],
    ["a name in backticks", "SELECT `a;b``;c` FROM t; SELECT 2", ["SELECT `a;b``;c` FROM t", "SELECT 2"]],
    ["a comment at the end of a line", "SELECT 1 -- no; end\n+ 1; SELECT 2", ["SELECT 1 -- no; end\n+ 1", "SELECT 2"]],
    ["a comment that goes on behind a backslash", "SELECT 1 -- a\\\n; b\n+ 1", ["SELECT 1 -- a\\\n; b\n+ 1"]],
    ["a backslash before CRLF carries nothing on", "SELECT 1 -- a\\\r\n; SELECT 2", ["SELECT 1", "SELECT 2"]],
    ["a string in a hint", "SELECT /*+ a(';*/') */ 1; SELECT 2", ["SELECT /*+ a(';*/') */ 1", "SELECT 2"]],
    ["a hint's beginning in a comment", "SELECT 1 /* /*+ */; SELECT 2", ["SELECT 1", "SELECT 2"]],
    ["comments in comments", "SELECT /* a /* b; */ c; */ 1; SELECT 2", ["SELECT /* a /* b; */ c; */ 1", "SELECT 2"]],
    ["comments around", "/* a */ SELECT 1 /* b */; -- c\nSELECT 2 -- d", ["SELECT 1", "SELECT 2"]],
    [
      "a body in dollars",
      "CREATE FUNCTION f() AS $$ a; b $$; SELECT 2",
      ["CREATE FUNCTION f() AS $$ a; b $$", "SELECT 2"],
    ],
    ["a body with a tag", "SELECT $x$ $$; $x$; SELECT 2", ["SELECT $x$ $$; $x$", "SELECT 2"]],
    ["a dash is not a comment", "SELECT 3 - -1; SELECT 2", ["SELECT 3 - -1", "SELECT 2"]],
    ["other line ends", "SELECT 1 -- a\r\n;\r\nSELECT 2", ["SELECT 1", "SELECT 2"]],
  ];
  for (const [what, sql, expected] of cases) test(what, () => expect(texts(sql)).toEqual([...expected]));
});

describe("a script is one statement", () => {
  const scripts: readonly (readonly [string, string])[] = [
    ["a block", "BEGIN SELECT 1; SELECT 2; END"],
    ["a block in a block", "BEGIN BEGIN SELECT 1; END; SELECT 2; END"],
    ["with a label", "outer_one: BEGIN SELECT 1; END outer_one"],
    ["atomic", "BEGIN ATOMIC SELECT 1; SELECT 2; END"],
    ["IF as a statement and as a function", "BEGIN IF x > 1 THEN SELECT IF(a, 1, 2); ELSE SELECT 3; END IF; END"],
    ["CASE as a statement", "BEGIN CASE x WHEN 1 THEN SELECT 1; ELSE SELECT 2; END CASE; END"],
    ["CASE in an expression", "BEGIN SELECT CASE WHEN a THEN IF(b, 1, 2) ELSE 3 END; SELECT 2; END"],
    [
      "loops",
      "BEGIN WHILE x < 3 DO SET x = x + 1; END WHILE; REPEAT SET x = 1; UNTIL x > 0 END REPEAT; l: LOOP LEAVE l; END LOOP l; END",
    ],
    [
      "FOR over a query",
      "BEGIN FOR row AS SELECT CASE WHEN a THEN 1 END FROM t DO INSERT INTO u VALUES (1); END FOR; END",
    ],
    ["a handler", "BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN SELECT 1; END; SELECT 2; END"],
    [
      "a procedure",
      "CREATE OR REPLACE PROCEDURE p(a INT) LANGUAGE SQL SQL SECURITY INVOKER AS BEGIN SELECT 1; SELECT 2; END",
    ],
    ["columns of such names", "BEGIN SELECT t.end, t.begin FROM t; SELECT 2; END"],
    ["REPLACE EXISTS", "BEGIN DROP TABLE IF EXISTS t; CREATE TABLE IF NOT EXISTS t (a INT); END"],
  ];
  for (const [what, sql] of scripts) {
    test(what, () => expect(texts(`SELECT 0; ${sql}; SELECT 9`)).toEqual(["SELECT 0", sql, "SELECT 9"]));
  }

  test("a transaction is not", () => {
    expect(texts("BEGIN TRANSACTION; SELECT 1; COMMIT")).toEqual(["BEGIN TRANSACTION", "SELECT 1", "COMMIT"]);
    expect(texts("BEGIN; SELECT 1; END")).toEqual(["BEGIN", "SELECT 1", "END"]);
  });

  test("nor is CASE alone, or a column called begin", () => {
    expect(texts("SELECT CASE WHEN a THEN 1 END; SELECT begin FROM t; SELECT 3")).toHaveLength(3);
  });
});

describe("large texts are read to their end", () => {
  const size = 3_000_000;
  const large: readonly (readonly [string, string])[] = [
    ["a string", `SELECT '${"a".repeat(size)}'`],
    ["a string of escapes", `SELECT '${"\\'".repeat(size / 2)}'`],
    ["a name", `SELECT \`${"``".repeat(size / 2)}\``],
    ["a comment", `SELECT /*${"a".repeat(size)}*/ 1 --${"\\\n".repeat(size / 2)}\n + 1`],
    ["comments in comments", `SELECT ${"/*".repeat(100_000)}${"*/".repeat(100_000)} 1`],
    ["hints in a hint", `SELECT ${"/*+".repeat(100_000)} */ 1`],
    ["parentheses", `SELECT ${"(".repeat(100_000)}1${")".repeat(100_000)}`],
  ];
  for (const [what, sql] of large) test(what, () => expect(texts(sql)).toEqual([sql]));

  test("many statements, each with its line", () => {
    const found = splitStatements("SELECT 1;\n".repeat(100_000));
    expect(found).toHaveLength(100_000);
    expect(found.at(-1)?.line).toBe(100_000);
  });
});

test("each says the line in which it begins", () => {
  expect(splitStatements("\n-- a\nSELECT 1;\n\n  SELECT 2").map(({ line }) => line)).toEqual([3, 5]);
});

describe("what has no end is refused, with its line", () => {
  const broken: readonly (readonly [string, string])[] = [
    ["SELECT 1;\nSELECT 'a; SELECT 2", "string that begins in line 2"],
    ["SELECT `a", "quoted name that begins in line 1"],
    ["SELECT 1 /* a /* b */", "comment that begins in line 1"],
    ["SELECT $$ a", "text in $$ that begins in line 1"],
    ["BEGIN SELECT 1;\nIF a THEN SELECT 2; END", "BEGIN in line 1"],
  ];
  for (const [sql, message] of broken) {
    test(message, () => {
      expect(() => splitStatements(sql)).toThrow(MortarError);
      expect(() => splitStatements(sql)).toThrow(message);
    });
  }
});

test("whatever it is given, nothing but white space, comments and semicolons is lost", () => {
  const pieces = [
    "SELECT",
    " ",
    "'",
    '"',
    "`",
    ";",
    "--",
    "/*",
    "*/",
    "$$",
    "\n",
    "BEGIN",
    "END",
    "CASE",
    "(",
    ")",
    "\\",
    "a",
    "é",
    "IF",
    "😀",
  ];
  let seed = 7;
  const next = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed % below;
  };
  let read = 0;
  for (let round = 0; round < 3_000; round++) {
    const sql = Array.from({ length: next(14) }, () => pieces[next(pieces.length)]).join("");
    try {
      const found = splitStatements(sql);
      read += 1;
      let from = 0;
      for (const { text, tokens } of found) {
        expect(tokens.length).toBeGreaterThan(0);
        const at = sql.indexOf(text, from);
        expect(at).toBeGreaterThanOrEqual(from);
        expect(sql.slice(from, at)).not.toMatch(/^[^-/]*[A-Za-z()]/);
        from = at + text.length;
      }
    } catch (thrown) {
      if (!(thrown instanceof MortarError)) throw thrown;
    }
  }
  expect(read).toBeGreaterThan(500);
});
