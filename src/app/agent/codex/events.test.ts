// What Codex prints, as events. Lines are shaped as version 0.169.0 prints them.
import { describe, expect, test } from "bun:test";
import type { AgentEvent } from "../../contract/events.ts";
import type { TurnReader } from "../turn.ts";
import { createVeil } from "../veil.ts";
import { createCodexReader, type CodexReaderParts } from "./events.ts";

const veil = createVeil({ folders: ["/srv/p/one"], others: [] });

function reader(before?: CodexReaderParts["before"]): TurnReader {
  let now = 0;
  return createCodexReader({ veil, now: () => (now += 10), before });
}

function read(lines: readonly unknown[], from = reader()): readonly AgentEvent[] {
  return lines.flatMap((line) => from.read(typeof line === "string" ? line : JSON.stringify(line)));
}

const thread = { type: "thread.started", thread_id: "t1" };
const started = (item: object): object => ({ type: "item.started", item });
const completed = (item: object): object => ({ type: "item.completed", item });
const usage = { input_tokens: 100, cached_input_tokens: 30, cache_write_input_tokens: 10, output_tokens: 7 };

test("a turn: thinking, text, a tool, a command, a change of files, a plan", () => {
  const tool = { id: "i1", type: "mcp_tool_call", server: "app", tool: "echo", arguments: { a: 1 } };
  const result = { content: [{ type: "text", text: "one" }], structured_content: { said: "/srv/p/one/x" } };
  const command = { id: "i2", type: "command_execution", command: "/bin/bash -lc 'cat /srv/p/one/x'" };
  const change = { id: "i3", type: "file_change", changes: [{ path: "/srv/p/one/p.txt", kind: "add" }] };
  const events = read([
    thread,
    completed({ id: "i0", type: "reasoning", text: "hm" }),
    completed({ id: "i9", type: "agent_message", text: "See /srv/p/one/x." }),
    started({ ...tool, status: "in_progress" }),
    completed({ ...tool, result, error: null, status: "completed" }),
    started({ ...command, aggregated_output: "", exit_code: null, status: "in_progress" }),
    completed({ ...command, aggregated_output: "no", exit_code: 1, status: "failed" }),
    completed({ ...change, status: "completed" }),
    completed({
      id: "i4",
      type: "todo_list",
      items: [
        { text: "A", completed: true },
        { text: "B", completed: false },
      ],
    }),
  ]);
  const calls = events.filter(({ type }) => type === "tool_use" || type === "tool_result");
  const ids = calls.map((event) => ("tool_id" in event ? event.tool_id : "tool_use_id" in event && event.tool_use_id));
  expect(ids[0]).toBe(ids[1] ?? "");
  expect(new Set(ids).size).toBe(3);
  expect(events.filter((event) => !calls.includes(event))).toEqual([
    { type: "system", subtype: "init", session_id: "t1" },
    { type: "thinking", thinking: "hm" },
    { type: "text", text: "See x." },
    {
      type: "todos",
      todos: [
        { content: "A", status: "completed" },
        { content: "B", status: "pending" },
      ],
    },
  ]);
  expect(calls).toMatchObject([
    { tool_name: "mcp__app__echo", tool_input: { a: 1 } },
    { content: "one", is_error: false, structured: { said: "x" } },
    { tool_name: "Bash", tool_input: { command: "cat x" } },
    { content: "no", is_error: true },
    { tool_name: "apply_patch", tool_input: { changes: [{ path: "p.txt", kind: "add" }] } },
    { content: "add p.txt", is_error: false },
  ]);
});

test("calls of a later turn do not have the ids of an earlier one", () => {
  const item = { id: "item_0", type: "command_execution", command: "ls", status: "completed" };
  let now = 0;
  const idOf = (): unknown => {
    now += 1_000;
    const one = createCodexReader({ veil, now: () => now });
    const [, use] = read([thread, completed(item)], one);
    return use?.type === "tool_use" ? use.tool_id : undefined;
  };
  expect(idOf()).not.toBe(idOf());
});

describe("the end", () => {
  test("counts what the turn has used, each token once", () => {
    const one = reader();
    read([thread, { type: "turn.completed", usage }], one);
    const own = { input_tokens: 60, output_tokens: 7, cache_read_tokens: 30, cache_write_tokens: 10 };
    expect(one.result()).toMatchObject([{ type: "result", session_id: "t1", is_error: false, usage: own }]);
    const later = reader({ input_tokens: 50, output_tokens: 4, cache_read_tokens: 30, cache_write_tokens: 0 });
    read([thread, { type: "turn.completed", usage }], later);
    const rest = { input_tokens: 10, output_tokens: 3, cache_read_tokens: 0, cache_write_tokens: 10 };
    expect(later.result()).toMatchObject([{ usage: rest }]);
  });

  test.each([
    [
      "unexpected status 404 Not Found: no model, url: http://127.0.0.1:1/x, request id: 1",
      "not_found",
      "The model answered with 404 Not Found: no model",
    ],
    [
      "unexpected status 401 Unauthorized: bad key",
      "token_rejected",
      "The model answered with 401 Unauthorized: bad key",
    ],
    ['{"error":{"message":"Rate limit reached \\"now\\""}}', "rate_limited", 'Rate limit reached "now"'],
    [
      "Your input exceeds the context window of this model",
      "too_large",
      "Your input exceeds the context window of this model",
    ],
    ["stream disconnected", "unavailable", "stream disconnected"],
  ])("of a turn that failed by %s", (message, code, said) => {
    const one = reader();
    read([thread, { type: "error", message }, { type: "turn.failed", error: { message } }], one);
    const [error, result] = one.result();
    expect(error).toMatchObject({ type: "error", code });
    expect(error?.type === "error" ? error.message : "").toStartWith(said);
    expect(JSON.stringify(error)).not.toContain("http://");
    expect(result).toMatchObject({ type: "result", is_error: true });
  });

  test("is not known where it was not said", () => {
    expect(reader().result()).toEqual([]);
  });
});

test("trying again is said, and is no failure; a key that is refused three times is", () => {
  const one = reader();
  const again = (turn: number, status: number): object => ({
    type: "error",
    message: `Reconnecting... ${turn}/5 (unexpected status ${status} X)`,
  });
  expect(read([again(1, 401), again(2, 401)], one)).toEqual([
    { type: "notice", message: "The model answered with 401; it is asked again." },
    { type: "notice", message: "The model answered with 401; it is asked again." },
  ]);
  expect([one.state.isRefused, one.result()]).toEqual([false, []]);
  read([again(3, 401)], one);
  expect(one.state.isRefused).toBe(true);
});

test("garbage harms nothing", () => {
  const garbage = [
    "",
    "no json",
    "[]",
    "null",
    '{"type":"__proto__"}',
    '{"type":"item.completed","item":{"type":"__proto__"}}',
    '{"type":"item.completed","item":5}',
  ];
  const odd = [completed({ type: "agent_message" }), completed({ type: "todo_list" }), { type: "turn.completed" }];
  const words = completed({ type: "agent_message", text: "here" });
  expect(read([...garbage, ...odd, words])).toEqual([{ type: "text", text: "here" }]);
});
