// Statements of a SQL file: semicolons in quotes and comments end none.
import { expect, test } from "bun:test";
import { splitStatements } from "./sql-split.ts";

test.each([
  ["select 1; select 2", ["select 1", "select 2"]],
  ["select ';' ; select 2;", ["select ';'", "select 2"]],
  ["select 'it''s; ok', 'a\\';b'; select `x;y`", ["select 'it''s; ok', 'a\\';b'", "select `x;y`"]],
  ["-- one; two\nselect 1 /* ; */; ;; -- end", ["-- one; two\nselect 1 /* ; */"]],
  ['select "a;b"', ['select "a;b"']],
  ["", []],
])("%j", (text, expected) => {
  expect(splitStatements(text)).toEqual(expected);
});
