// What Gemini CLI prints, as events. Lines are shaped as version 0.61.0 prints them.
import { expect, test } from "bun:test";
import type { AgentEvent } from "../../contract/events.ts";
import type { TurnReader } from "../turn.ts";
import { createVeil } from "../veil.ts";
import { createGeminiReader } from "./events.ts";

const veil = createVeil({ folders: ["/srv/p/one"], others: [] });

function reader(): TurnReader {
  let now = 0;
  return createGeminiReader({ veil, now: () => (now += 10), servers: ["app", "databricks"] });
}

function read(lines: readonly unknown[], from = reader()): readonly AgentEvent[] {
  return lines.flatMap((line) => from.read(typeof line === "string" ? line : JSON.stringify(line)));
}

const init = { type: "init", session_id: "s1", model: "m" };
const says = (content: string): object => ({ type: "message", role: "assistant", content, delta: true });
const use = (tool_id: string, tool_name: string, parameters: object): object => ({
  type: "tool_use",
  tool_id,
  tool_name,
  parameters,
});
const result = (tool_id: string, more: object): object => ({
  type: "tool_result",
  tool_id,
  status: "success",
  ...more,
});
const stats = { input_tokens: 100, output_tokens: 7, cached: 40, duration_ms: 12.4 };

test("a turn: text in pieces and whole, tools by the app's names, what was used", () => {
  const one = reader();
  const events = read(
    [
      init,
      { type: "message", role: "user", content: "hello" },
      says("I look at /srv/p"),
      says("/one/x.py."),
      use("t1", "mcp_app_echo", { path: "/srv/p/one/x.py" }),
      result("t1", { output: "in /srv/p/one/x.py" }),
      use("t2", "write_file", { file_path: "/srv/p/one/y" }),
      result("t2", { status: "error", output: "", error: { message: "No" } }),
      says("Done."),
      { type: "result", status: "success", stats },
    ],
    one,
  );
  expect(events).toEqual([
    { type: "system", subtype: "init", session_id: "s1", model: "m" },
    { type: "text_delta", text: "I look at " },
    { type: "text_delta", text: "x.py." },
    { type: "text", text: "I look at x.py." },
    { type: "tool_use", tool_id: "t1", tool_name: "mcp__app__echo", tool_input: { path: "x.py" } },
    { type: "tool_result", tool_use_id: "t1", content: "in x.py", is_error: false, duration_ms: 10 },
    { type: "tool_use", tool_id: "t2", tool_name: "write_file", tool_input: { file_path: "y" } },
    { type: "tool_result", tool_use_id: "t2", content: "No", is_error: true, duration_ms: 10 },
    { type: "text_delta", text: "Done." },
    { type: "text", text: "Done." },
  ]);
  const usage = { input_tokens: 60, output_tokens: 7, cache_read_tokens: 40, cache_write_tokens: 0 };
  expect(one.result()).toEqual([{ type: "result", session_id: "s1", duration_ms: 12, is_error: false, usage }]);
});

test.each([
  ['[API Error: {"error":{"code":404,"message":"no such model","status":"NOT_FOUND"}}]', "not_found", "no such model"],
  ['[API Error: {"error":{"code":401,"message":"bad key","status":"UNAUTHENTICATED"}}]', "token_rejected", "bad key"],
  ['[API Error: {"error":{"code":429,"message":"slow","status":"RESOURCE_EXHAUSTED"}}]', "rate_limited", "slow"],
  ["[API Error: fetch failed]", "unavailable", "API Error: fetch failed"],
])("a turn that failed by %s says so", (message, code, said) => {
  const one = reader();
  read([init, { type: "result", status: "error", error: { type: "unknown", message }, stats: {} }], one);
  expect(one.result()).toMatchObject([
    { type: "error", code, message: said },
    { type: "result", is_error: true },
  ]);
});

test("garbage harms nothing, and no end is none", () => {
  const one = reader();
  const lines = [
    "",
    "YOLO mode is enabled.",
    "{",
    "[]",
    '{"type":"__proto__"}',
    '{"type":"message","role":"assistant"}',
  ];
  expect(read([...lines, says("here"), use("t", "glob", {})], one)).toMatchObject([
    { type: "text_delta", text: "here" },
    { type: "text", text: "here" },
    { type: "tool_use", tool_name: "glob" },
  ]);
  expect(one.result()).toEqual([]);
});
