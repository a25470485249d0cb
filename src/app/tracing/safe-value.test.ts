import { expect, test } from "bun:test";
import { safeText, safeValue } from "./safe-value.ts";

test("what looks like a secret is hidden, by its name or by its shape", () => {
  const input = {
    statement: "SELECT 1",
    max_tokens: 100,
    accessToken: "abc",
    nested: [{ client_secret: "xyz", note: "Authorization: Bearer abcdefghijkl" }],
    headers: { Authorization: "Basic QWxhZGRpbjpvcGVu" },
    url: "postgres://me:hunter2@db/x",
  };
  const before = structuredClone(input);
  expect(safeValue(input)).toEqual({
    statement: "SELECT 1",
    max_tokens: 100,
    accessToken: "***",
    nested: [{ client_secret: "***", note: "Authorization: Bearer ***" }],
    headers: { Authorization: "***" },
    url: "postgres://me:***@db/x",
  });
  expect(input).toEqual(before);
});

test("the plain value that a tool of secrets takes is hidden, and only there", () => {
  expect(safeValue({ scope: "s", value: "hunter2" }, "mcp__databricks__put_secret")).toEqual({
    scope: "s",
    value: "***",
  });
  expect(safeValue({ value: "7" }, "mcp__databricks__set_parameter")).toEqual({ value: "7" });
});

test("everything is bounded: texts, lists, objects and depth", () => {
  const long = safeText("x".repeat(10_000_000));
  expect(long.length).toBeLessThan(8_100);
  expect(long).toEndWith("… (10000000 characters)");
  const list = safeValue(Array.from({ length: 5_000 }, (_, index) => index)) as unknown[];
  expect(list).toHaveLength(201);
  expect(list.at(-1)).toBe("… 4800 more");
  let deep: unknown = "end";
  for (let index = 0; index < 100; index++) deep = { deep };
  expect(JSON.stringify(safeValue(deep)).length).toBeLessThan(200);
  const wide = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`k${index}`, index]));
  expect(Object.keys(safeValue(wide) as object)).toHaveLength(200);
});

test("a half of a character, and values that JSON does not have, do no harm", () => {
  expect(safeText("a\uD83D")).toBe("a\uFFFD");
  expect(JSON.stringify(safeValue({ big: 10n, nothing: null, missing: undefined }))).toBe(
    '{"big":"10","nothing":null}',
  );
});
