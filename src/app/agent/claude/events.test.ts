// What Claude Code prints, and garbage among it, as events. Lines are shaped as version 2.1.329 prints them.
import { describe, expect, test } from "bun:test";
import type { AgentEvent } from "../../contract/events.ts";
import { createVeil } from "../veil.ts";
import { createClaudeReader, type ClaudeReader } from "./events.ts";

const veil = createVeil({ folders: ["/srv/p/one"], others: [["/srv/state", "(state)"]] });

function reader(before?: Parameters<typeof createClaudeReader>[0]["before"]): ClaudeReader {
  let now = 0;
  return createClaudeReader({ veil, now: () => (now += 10), before });
}

function read(lines: readonly unknown[], from = reader()): readonly AgentEvent[] {
  return lines.flatMap((line) => from.read(typeof line === "string" ? line : JSON.stringify(line)));
}

const init = { type: "system", subtype: "init", session_id: "s1", model: "m", cwd: "/srv/p/one", tools: ["Read"] };
const assistant = (content: readonly object[], more: object = {}): object => ({
  type: "assistant",
  message: { content },
  parent_tool_use_id: null,
  ...more,
});
const user = (content: readonly object[], more: object = {}): object => ({
  type: "user",
  message: { content },
  ...more,
});
const partial = (event: object, more: object = {}): object => ({
  type: "stream_event",
  event,
  parent_tool_use_id: null,
  ...more,
});
const textDelta = (text: string): object =>
  partial({ type: "content_block_delta", delta: { type: "text_delta", text } });
const use = (id: string, name: string, input: object): object => ({ type: "tool_use", id, name, input });
const result = (id: string, content: unknown, more: object = {}): object => ({
  type: "tool_result",
  tool_use_id: id,
  content,
  ...more,
});

describe("words", () => {
  test("come as pieces and then whole, once", () => {
    const events = read([
      init,
      partial({ type: "content_block_start", content_block: { type: "text" } }),
      textDelta("Hel"),
      textDelta("lo"),
      assistant([{ type: "text", text: "Hello" }]),
      partial({ type: "content_block_stop" }),
    ]);
    expect(events).toEqual([
      { type: "system", subtype: "init", session_id: "s1", model: "m" },
      { type: "text_delta", text: "Hel" },
      { type: "text_delta", text: "lo" },
      { type: "text", text: "Hello" },
    ]);
  });

  test("come whole where no piece came, and thinking beside them", () => {
    const events = read([
      assistant([
        { type: "thinking", thinking: "hm" },
        { type: "text", text: "Hi" },
        { type: "text", text: "" },
      ]),
    ]);
    expect(events).toEqual([
      { type: "thinking", thinking: "hm" },
      { type: "text", text: "Hi" },
    ]);
  });

  test("hold no path of the server, also where a piece ends within one", () => {
    const events = read([
      textDelta("in /srv/p/o"),
      textDelta("ne/a.py now"),
      assistant([{ type: "text", text: "in /srv/p/one/a.py now" }]),
    ]);
    expect(events.map((event) => ("text" in event ? event.text : ""))).toEqual(["in ", "a.py now", "in a.py now"]);
  });

  test("of a subagent are its caller's matter", () => {
    const more = { parent_tool_use_id: "t1" };
    const delta = { type: "content_block_delta", delta: { type: "text_delta", text: "sub" } };
    expect(read([partial(delta, more), assistant([{ type: "text", text: "sub" }], more)])).toEqual([]);
  });

  test("of an init that comes again say nothing new", () => {
    expect(read([init, init])).toHaveLength(1);
  });
});

test("tools that could not be reached are named", () => {
  const servers = [
    { name: "databricks", status: "failed" },
    { name: "app", status: "connected" },
  ];
  expect(read([{ ...init, mcp_servers: servers }])[1]).toEqual({
    type: "notice",
    message: "These tools could not be reached: databricks.",
  });
});

describe("calls and results", () => {
  test("are told with relative paths, the time they took, and both halves of the result", () => {
    const outcome = { tool_use_result: { content: "{}", structuredContent: { path: "/srv/p/one/x" } } };
    const events = read([
      assistant([use("t1", "Read", { file_path: "/srv/p/one/x" })]),
      user(
        [result("t1", [{ type: "text", text: "a" }, { type: "image" }, { type: "text", text: "/srv/state/y" }])],
        outcome,
      ),
    ]);
    expect(events).toEqual([
      { type: "tool_use", tool_id: "t1", tool_name: "Read", tool_input: { file_path: "x" } },
      {
        type: "tool_result",
        tool_use_id: "t1",
        content: "a\n[image]\n(state)",
        is_error: false,
        structured: { path: "x" },
        duration_ms: 10,
      },
    ]);
  });

  test("an error is one, without the tags that are for the model", () => {
    const content = "<tool_use_error>No such tool</tool_use_error>";
    expect(read([user([result("t9", content, { is_error: true })])])).toEqual([
      { type: "tool_result", tool_use_id: "t9", content: "No such tool", is_error: true },
    ]);
  });

  test("of a subagent name the call that they belong to, and what it does is progress of that", () => {
    const events = read([
      assistant([use("t2", "Glob", {})], { parent_tool_use_id: "t1" }),
      { type: "system", subtype: "task_progress", tool_use_id: "t1", description: "Finding *" },
    ]);
    expect(events).toEqual([
      { type: "tool_use", tool_id: "t2", tool_name: "Glob", tool_input: {}, parent_tool_use_id: "t1" },
      { type: "tool_progress", tool_use_id: "t1", message: "Finding *" },
    ]);
  });
});

describe("the plan", () => {
  const todos = (events: readonly AgentEvent[]): unknown =>
    events.flatMap((event) => (event.type === "todos" ? [event.todos] : []));

  test("of TodoWrite is the list that it gives", () => {
    const list = [{ content: "a", status: "in_progress", activeForm: "Doing a" }, { content: "b", status: "odd" }, 5];
    expect(todos(read([assistant([use("t", "TodoWrite", { todos: list })])]))).toEqual([
      [
        { content: "a", status: "in_progress", activeForm: "Doing a" },
        { content: "b", status: "pending" },
      ],
    ]);
  });

  test("of the newer tools is put together from what they answer", () => {
    const call = (id: string, name: string, input: object, outcome: object): readonly object[] => [
      assistant([use(id, name, input)]),
      user([result(id, "ok")], { tool_use_result: outcome }),
    ];
    const events = read([
      ...call("1", "TaskCreate", { subject: "A", activeForm: "Doing A" }, { task: { id: "1", subject: "A" } }),
      ...call("2", "TaskCreate", { subject: "B" }, { task: { id: "2", subject: "B" } }),
      ...call("3", "TaskUpdate", { taskId: "1", status: "completed" }, { success: true }),
      ...call("4", "TaskUpdate", { taskId: "2", status: "in_progress" }, { success: false }),
      ...call("5", "TaskUpdate", { taskId: "2", status: "deleted" }, { success: true }),
      ...call(
        "6",
        "TaskList",
        {},
        {
          tasks: [
            { id: "1", subject: "A", status: "completed" },
            { id: "7", subject: "C", status: "pending" },
          ],
        },
      ),
    ]);
    const done = { content: "A", status: "completed", activeForm: "Doing A" };
    expect(todos(events)).toEqual([
      [{ content: "A", status: "pending", activeForm: "Doing A" }],
      [
        { content: "A", status: "pending", activeForm: "Doing A" },
        { content: "B", status: "pending" },
      ],
      [done, { content: "B", status: "pending" }],
      [done],
      [done, { content: "C", status: "pending" }],
    ]);
  });
});

describe("the end", () => {
  const models = {
    m: { inputTokens: 100, outputTokens: 20, cacheReadInputTokens: 5, cacheCreationInputTokens: 1 },
    n: { inputTokens: 1 },
  };
  const end = {
    type: "result",
    subtype: "success",
    is_error: false,
    duration_ms: 12.6,
    num_turns: 2,
    total_cost_usd: 0.5,
    session_id: "s1",
    modelUsage: models,
  };

  test("is the last of its results, with what all models used", () => {
    const one = reader();
    read([init, { ...end, num_turns: 1 }, end], one);
    const usage = { input_tokens: 101, output_tokens: 20, cache_read_tokens: 5, cache_write_tokens: 1 };
    expect(one.result()).toEqual([
      { type: "result", session_id: "s1", duration_ms: 13, total_cost_usd: 0.5, is_error: false, num_turns: 2, usage },
    ]);
  });

  test("counts from where the turn before had ended, or anew where the program does", () => {
    const usage = { input_tokens: 90, output_tokens: 20, cache_read_tokens: 5, cache_write_tokens: 0 };
    const later = reader({ costUsd: 0.2, usage });
    read([end], later);
    expect(later.result()).toMatchObject([
      { total_cost_usd: 0.3, usage: { input_tokens: 11, output_tokens: 0, cache_write_tokens: 1 } },
    ]);
    const anew = reader({ costUsd: 2, usage });
    read([end], anew);
    expect(anew.result()).toMatchObject([{ total_cost_usd: 0.5, usage: { input_tokens: 101 } }]);
  });

  test.each([
    ["model_not_found", 404, "not_found"],
    ["authentication_failed", 401, "token_rejected"],
    ["rate_limit", 429, "rate_limited"],
    ["server_error", 529, "unavailable"],
    ["one of another version", 429, "rate_limited"],
  ])("of a turn that failed by %s says so first, and the message is no text of the agent's", (error, status, code) => {
    const one = reader();
    const text = "API Error: token=verysecretvalue in /srv/state/x went wrong";
    const events = read(
      [assistant([{ type: "text", text }], { error, is_api_error_message: true, api_error_status: status })],
      one,
    );
    read([{ ...end, is_error: true, result: text }], one);
    expect(events).toEqual([]);
    expect(one.result()).toMatchObject([
      { type: "error", code, message: "token=*** in (state) went wrong" },
      { type: "result", is_error: true },
    ]);
  });

  test("is not known where the program did not say it", () => {
    expect(reader().result()).toEqual([]);
  });
});

test("asking the model again is said, and a key that is refused three times is", () => {
  const one = reader();
  const retry = (attempt: number, status: number | null): object => ({
    type: "system",
    subtype: "api_retry",
    attempt,
    error_status: status,
    retry_delay_ms: 4_154,
  });
  expect(read([retry(1, 401), retry(2, 401), retry(9, null), retry(9, 529)], one)).toMatchObject([
    { type: "notice", message: "The model answered with 401; it is asked again in 4 s." },
    {},
    { message: "The model could not be reached; it is asked again in 4 s." },
    {},
  ]);
  expect(one.state.isRefused).toBe(false);
  read([retry(3, 401)], one);
  expect(one.state.isRefused).toBe(true);
});

test("garbage is counted and harms nothing", () => {
  const one = reader();
  const garbage = [
    "",
    "   ",
    "no json",
    "[1,2]",
    '"text"',
    "null",
    "{",
    '{"type":5}',
    '{"type":"unknown"}',
    '{"type":"__proto__"}',
    "\uFFFD\u0000",
  ];
  const odd = [
    { type: "assistant" },
    { type: "assistant", message: 5 },
    { type: "assistant", message: { content: [5, null, {}] } },
    { type: "user", message: { content: "text" } },
    { type: "stream_event" },
    { type: "stream_event", event: { type: "content_block_delta" } },
    { type: "system" },
  ];
  expect(read([...garbage, ...odd, assistant([{ type: "text", text: "still here" }])], one)).toEqual([
    { type: "text", text: "still here" },
  ]);
  expect(one.state.garbage).toBe(6);
});
