import { expect, test } from "bun:test";
import { isQuery, parameterNames, splitStatements } from "./sql-statements.ts";

test.each([
  ["select 1", ["select 1"]],
  ["select 1;", ["select 1"]],
  ["select ';' ; select \"a;b\";\n-- end; of it\n", ["select ';'", 'select "a;b"']],
  ["select 'it\\'s; x'; select `a;``b` from t", ["select 'it\\'s; x'", "select `a;``b` from t"]],
  ["/* a; b */ select 1; /* only; a comment */ ;", ["/* a; b */ select 1"]],
  ["-- a comment\nselect 1", ["-- a comment\nselect 1"]],
  ["begin select 1; select 2; end", ["begin select 1; select 2; end"]],
  ["  \n ; ;", []],
])("statements of %p", (text, expected) => {
  expect(splitStatements(text)).toEqual(expected as string[]);
});

test("markers are those outside quotes, casts and paths", () => {
  const statement = "select :a, ':b', `:c`, x::int, raw:owner, m[1]:field, /* :d */ f(:e,:a) -- :g";
  expect(parameterNames(statement)).toEqual(["a", "e"]);
});

test.each([
  ["select 1", true],
  ["  (select 1) union (select 2)", true],
  ["-- c\nwith a as (select 1) select * from a", true],
  ["with a as (select 1) insert into t select * from a", false],
  ["from t insert into u select *", false],
  ["show tables", false],
  ["insert into t values (1)", false],
  ["create table t as select 1", false],
])("whether %p only reads", (statement, expected) => {
  expect(isQuery(statement)).toBe(expected);
});
