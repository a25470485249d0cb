// Tool calls in words.
import { describe, expect, test } from "bun:test";
import type { ToolBlock } from "../state/blocks.ts";
import { editsOf } from "./edits.ts";
import { bareName, inputText, resultText, toolState, toolSubject, toolTitle } from "./tool-words.ts";

test.each([
  ["mcp__databricks__query_sql", "query_sql"],
  ["mcp__my_server__do_it", "do_it"],
  ["Bash", "Bash"],
  ["__odd", "__odd"],
])("the bare name of %s", (name, bare) => {
  expect(bareName(name)).toBe(bare);
});

test("a title is ours, else the agent's, else the name in words", () => {
  const titles = new Map([["query_sql", { title: "Query with SQL", effect: "write" as const }]]);
  expect(toolTitle("mcp__databricks__query_sql", titles)).toBe("Query with SQL");
  expect(toolTitle("Bash", titles)).toBe("Run a command");
  expect(toolTitle("mcp__other__make_a-thing", titles)).toBe("Make a thing");
});

test.each<[unknown, string]>([
  [{ command: "ls\n  -la" }, "ls -la"],
  [{ timeout: 5, file_path: "/a/b" }, "/a/b"],
  [{ other: "x" }, "x"],
  [{ count: 5 }, ""],
  [null, ""],
  ["text", ""],
  [[1], ""],
])("the subject of %j", (input, subject) => {
  expect(toolSubject(input)).toBe(subject);
});

test("a long subject is cut", () => {
  expect(toolSubject({ command: "x".repeat(10_000) })).toHaveLength(140);
});

describe("toolState", () => {
  const call: ToolBlock = { type: "tool", tool_id: "t", tool_name: "x", tool_input: {} };
  const result = (is_error: boolean): ToolBlock => ({ ...call, result: { content: "", is_error } });
  const content = '{"status":"async","operation_id":"o","tool_name":"x"}';
  const handed: ToolBlock = { ...call, operation_id: "o", result: { content, is_error: false } };
  const live = { isLive: true, waits: false };
  test.each<[string, ToolBlock, { isLive: boolean; waits: boolean }]>([
    ["running", call, live],
    ["waiting", call, { isLive: true, waits: true }],
    ["stopped", call, { isLive: false, waits: false }],
    ["done", result(false), live],
    ["failed", result(true), live],
    ["handed", handed, live],
    ["done", { ...result(false), operation_id: "o" }, live],
    ["failed", { ...result(true), operation_id: "o" }, live],
    ["denied", { ...result(true), approval: { decision: "deny", by: "ana" } }, live],
    ["done", { ...result(false), approval: { decision: "allow_once", by: "ana" } }, live],
  ])("%s", (state, block, how) => {
    expect(toolState(block, how)).toBe(state as ReturnType<typeof toolState>);
  });
});

test.each<[unknown, string]>([
  [undefined, ""],
  ["a", "a"],
  [{ a: 1 }, '{\n  "a": 1\n}'],
])("the input %j as text", (input, text) => {
  expect(inputText(input)).toBe(text);
});

test.each([
  ['{"a":1}', '{\n  "a": 1\n}'],
  ["{broken", "{broken"],
  ["plain", "plain"],
])("the result %j as text", (content, text) => {
  expect(resultText(content)).toBe(text);
});

test.each<[string, Record<string, unknown>, unknown]>([
  ["Write", { file_path: "a", content: "x" }, [{ path: "a", before: null, after: "x" }]],
  ["Edit", { file_path: "a", old_string: "x", new_string: "y" }, [{ path: "a", before: "x", after: "y" }]],
  [
    "MultiEdit",
    { file_path: "a", edits: [{ old_string: "x", new_string: "y" }, null, "odd"] },
    [{ path: "a", before: "x", after: "y" }],
  ],
  ["MultiEdit", { file_path: "a", edits: "odd" }, undefined],
  ["NotebookEdit", { notebook_path: "n.ipynb", new_source: "1" }, [{ path: "n.ipynb", before: null, after: "1" }]],
  ["Write", { content: "x" }, undefined],
  ["Bash", { path: "a" }, undefined],
])("what %s changes", (tool, fields, edits) => {
  expect(editsOf(tool, fields)).toEqual(edits as ReturnType<typeof editsOf>);
});
