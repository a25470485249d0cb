import { describe, expect, test } from "bun:test";
import type { AnyEvent } from "../../contract/events.ts";
import { foldOf } from "./message-fold.ts";

const approval = { id: "a1", tool_name: "x", tool_input: {}, tool_use_id: "t1" };
const operation = {
  id: "o1",
  conversation_id: "c",
  run_id: "r",
  tool_use_id: "t1",
  tool_name: "x",
  status: "running",
  started_at: "",
} as const;

describe("a message", () => {
  test("has its blocks in order, each once, and its texts apart by an empty line", () => {
    const events: AnyEvent[] = [
      { type: "thinking_delta", thinking: "Let me" },
      { type: "thinking", thinking: "Let me see." },
      { type: "text_delta", text: "I loo" },
      { type: "text_delta", text: "k." },
      { type: "text", text: "I look." },
      { type: "tool_use", tool_id: "t1", tool_name: "x", tool_input: { a: 1 }, parent_tool_use_id: "t0" },
      { type: "approval.requested", approval },
      { type: "approval.resolved", approval_id: "a1", decision: "allow_once", by: "ann" },
      { type: "operation", operation },
      {
        type: "tool_result",
        tool_use_id: "t1",
        content: "done",
        is_error: false,
        structured: { n: 1 },
        duration_ms: 7,
      },
      { type: "text_delta", text: "There are three." },
    ];
    const { blocks, content } = foldOf(events);
    expect(blocks).toEqual([
      { type: "thinking", thinking: "Let me see." },
      { type: "text", text: "I look." },
      {
        type: "tool",
        tool_id: "t1",
        tool_name: "x",
        tool_input: { a: 1 },
        parent_tool_use_id: "t0",
        approval: { decision: "allow_once", by: "ann" },
        operation_id: "o1",
        result: { content: "done", is_error: false, structured: { n: 1 } },
        duration_ms: 7,
      },
      { type: "text", text: "There are three." },
    ]);
    expect(content).toBe("I look.\n\nThere are three.");
  });

  test("is the same of events as they are stored", () => {
    const events: AnyEvent[] = [
      { type: "tool_use", tool_id: "t1", tool_name: "x", tool_input: {} },
      { type: "tool_result", tool_use_id: "t1", content: "done", is_error: false },
      { type: "todos", todos: [] },
      { type: "error", code: "io", message: "m", hint: "h" },
    ];
    const stored = events.map((event, seq) => ({ ...event, seq, run_id: "r", conversation_id: "c", at: "" }));
    expect(foldOf(stored)).toEqual(foldOf(events));
  });

  test("is the same however its words were cut", () => {
    const cut = (size: number): AnyEvent[] =>
      ("A long sentence, whole.".match(new RegExp(`.{1,${size}}`, "g")) ?? []).map((text) => ({
        type: "text_delta",
        text,
      }));
    expect(foldOf(cut(1)).blocks).toEqual(foldOf(cut(7)).blocks);
    expect(foldOf([...cut(3), { type: "text", text: "A long sentence, whole." }]).blocks).toEqual(
      foldOf(cut(50)).blocks,
    );
  });

  test("keeps the list of what is to do once, as it was last", () => {
    const todos = (status: "pending" | "completed"): AnyEvent => ({ type: "todos", todos: [{ content: "a", status }] });
    const { blocks } = foldOf([todos("pending"), { type: "text", text: "x" }, todos("completed")]);
    expect(blocks).toEqual([
      { type: "todos", todos: [{ content: "a", status: "completed" }] },
      { type: "text", text: "x" },
    ]);
  });

  test("knows what the run cost and how it failed", () => {
    const result: AnyEvent = { type: "result", session_id: "s2", duration_ms: 5, is_error: true };
    const failed = foldOf([{ type: "system", subtype: "init", session_id: "s1", model: "m" }, result]);
    expect(failed).toMatchObject({ sessionId: "s2", model: "m", durationMs: 5, hasResult: true, blocks: [] });
    expect(failed.error).toMatchObject({ code: "bad_response" });
    const error: AnyEvent = { type: "error", code: "token_rejected", message: "refused" };
    expect(foldOf([error, result]).error).toEqual({ code: "token_rejected", message: "refused" });
    expect(foldOf([error]).content).toBe("Error: refused");
    expect(foldOf([]).blocks).toEqual([]);
  });

  test("passes over results and answers that belong to no call", () => {
    const stray: AnyEvent[] = [
      { type: "tool_result", tool_use_id: "none", content: "", is_error: false },
      { type: "approval.resolved", approval_id: "none", decision: "deny", by: "" },
      { type: "operation", operation },
      { type: "text", text: "" },
    ];
    expect(foldOf(stray).blocks).toEqual([]);
  });
});
