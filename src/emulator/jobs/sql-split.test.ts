// Statements of a SQL file: semicolons in quotes and comments end none.
import { expect, test } from "bun:test";
import { bindParameters, splitStatements } from "./sql-split.ts";

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

test.each([
  ["select :a, :b, :c", "select :a, :b, :c", ["a", "b"]],
  ["select {{ a }}, ':a', \":b\"", "select :a, ':a', \":b\"", ["a"]],
  ["select '{{b}} and {{c}}'", "select 'it\\'s and {{c}}'", []],
  ["select x::int, a:b -- :a\n", "select x::int, a:b -- :a\n", []],
  ["select `:a` /* {{a}} */", "select `:a` /* {{a}} */", []],
])("parameters of %j", (statement, text, names) => {
  const bound = bindParameters(statement, [
    { name: "a", value: "1" },
    { name: "b", value: "it's" },
  ]);
  expect(bound.text).toBe(text);
  expect(bound.parameters.map(({ name }) => name)).toEqual(names);
});
