// The same events give the same state, whatever the connection did: nothing twice, nothing lost, never stuck.
import { describe, expect, test } from "bun:test";
import type { AnyEvent } from "../../contract/events.ts";
import { type ConversationState, folded, stateOf } from "./conversation.ts";
import { withNewest, withOlder, withoutSending, withSending, withSent } from "./pages.ts";
import { answerMessage, at, conversation, stored, userMessage } from "./testing-events.ts";

const run: readonly AnyEvent[] = [
  { type: "run.started", message_id: "m1", engine: "claude" },
  { type: "system", subtype: "init", session_id: "s1", model: "opus" },
  { type: "thinking_delta", thinking: "Let me " },
  { type: "thinking_delta", thinking: "see." },
  { type: "thinking", thinking: "Let me see." },
  { type: "text_delta", text: "One " },
  { type: "text_delta", text: "moment." },
  { type: "text", text: "One moment." },
  { type: "tool_use", tool_id: "t1", tool_name: "Bash", tool_input: { command: "ls" } },
  { type: "tool_progress", tool_use_id: "t1", message: "half" },
  { type: "tool_result", tool_use_id: "t1", content: "a.txt", is_error: false, duration_ms: 12 },
  { type: "text_delta", text: "Done" },
  { type: "text", text: "Done." },
  { type: "result", duration_ms: 900, total_cost_usd: 0.5, is_error: false },
  { type: "stream.completed", status: "completed", is_error: false, is_cancelled: false, message_id: "m2" },
];

const begun = (): ConversationState => stateOf(conversation({ messages: [userMessage("m1", 1)] }), []);
const answerOf = (state: ConversationState) => state.messages.findLast(({ role }) => role === "assistant");

describe("a run", () => {
  test("becomes one answer with its parts in their order", () => {
    const state = folded(begun(), stored(run));
    expect(state.messages.map(({ id }) => id)).toEqual(["m1", "m2"]);
    expect(answerOf(state)?.blocks).toEqual([
      { type: "thinking", thinking: "Let me see.", open: false },
      { type: "text", text: "One moment.", open: false },
      {
        type: "tool",
        tool_id: "t1",
        tool_name: "Bash",
        tool_input: { command: "ls" },
        started_at: at,
        progress: "half",
        result: { content: "a.txt", is_error: false },
        duration_ms: 12,
      },
      { type: "text", text: "Done.", open: false },
    ]);
    expect(answerOf(state)).toMatchObject({
      duration_ms: 900,
      total_cost_usd: 0.5,
      model: "opus",
      status: "completed",
    });
    expect(answerOf(state)?.content).toBe("One moment.\n\nDone.");
    expect(state.run).toBeNull();
    expect(state.isStale).toBe(true);
  });

  test("is the same however its events come: one by one, at once, again from any place", () => {
    const events = stored(run);
    const whole = folded(begun(), events);
    let single = begun();
    for (const event of events) single = folded(single, [event]);
    expect(single).toEqual(whole);
    for (let cut = 0; cut <= events.length; cut++) {
      const first = folded(begun(), events.slice(0, cut));
      for (let from = 0; from <= cut; from++) expect(folded(first, events.slice(from))).toEqual(whole);
    }
  });

  test("is under way until its last event", () => {
    const events = stored(run);
    for (let cut = 1; cut < events.length; cut++) {
      const state = folded(begun(), events.slice(0, cut));
      expect(state.run).toMatchObject({ id: "r1", isStopping: false });
      expect(answerOf(state)?.state).toBe("live");
    }
  });

  test("whose answer is stored is not made a second time when it is replayed", () => {
    const state = stateOf(conversation({ messages: [userMessage("m1", 1), answerMessage("m2", 2, "r1")] }), []);
    const after = folded(state, stored(run));
    expect(after.messages).toEqual(state.messages);
    expect(after.run).toBeNull();
    expect(after.lastSeq).toBe(run.length);
  });

  test("that said nothing leaves no answer", () => {
    const state = folded(begun(), [
      ...stored(run.slice(0, 1)),
      ...stored([{ type: "stream.completed", status: "cancelled", is_error: false, is_cancelled: true }], 2),
    ]);
    expect(state.messages.map(({ id }) => id)).toEqual(["m1"]);
    expect(state.run).toBeNull();
  });

  test("that was stopped keeps what it had said, closed", () => {
    const state = folded(begun(), [
      ...stored(run.slice(0, 6)),
      ...stored(
        [
          { type: "cancelled" },
          { type: "stream.completed", status: "cancelled", is_error: false, is_cancelled: true, message_id: "m2" },
        ],
        7,
      ),
    ]);
    expect(answerOf(state)).toMatchObject({ id: "m2", status: "cancelled", content: "One " });
    expect(answerOf(state)?.blocks.some(({ open }) => open === true)).toBe(false);
  });

  test("shows an error as its last part", () => {
    const failed = folded(
      begun(),
      stored([...run.slice(0, 1), { type: "error", code: "timeout", message: "Too slow", hint: "Again" }]),
    );
    expect(answerOf(failed)?.blocks).toEqual([{ type: "error", code: "timeout", message: "Too slow", hint: "Again" }]);
  });

  test("has one plan, the newest", () => {
    const todos = (content: string): AnyEvent => ({ type: "todos", todos: [{ content, status: "pending" }] });
    const state = folded(begun(), stored([...run.slice(0, 1), todos("one"), todos("two")]));
    expect(answerOf(state)?.blocks).toEqual([{ type: "todos", todos: [{ content: "two", status: "pending" }] }]);
  });
});

describe("deltas and whole blocks", () => {
  const blocks = (events: readonly AnyEvent[]) =>
    answerOf(folded(begun(), stored(events)))?.blocks.map((block) => (block.type === "text" ? block.text : block.type));

  test.each<[string, readonly AnyEvent[], readonly string[]]>([
    ["a block alone", [{ type: "text", text: "a" }], ["a"]],
    [
      "two blocks with the same words",
      [
        { type: "text", text: "a" },
        { type: "text", text: "a" },
      ],
      ["a", "a"],
    ],
    [
      "a whole block that comes after the call that follows it",
      [
        { type: "text_delta", text: "a" },
        { type: "tool_use", tool_id: "t", tool_name: "x", tool_input: {} },
        { type: "text", text: "ab" },
      ],
      ["ab", "tool"],
    ],
    ["an empty delta", [{ type: "text_delta", text: "" }], []],
  ])("%s", (_name, events, expected) => {
    expect(blocks(events) ?? []).toEqual([...expected]);
  });

  test("a call that is told twice is one card, with the newer input", () => {
    const call = (tool_input: unknown): AnyEvent => ({ type: "tool_use", tool_id: "t", tool_name: "x", tool_input });
    const state = folded(begun(), stored([call({}), call({ a: 1 })]));
    expect(answerOf(state)?.blocks).toHaveLength(1);
    expect(answerOf(state)?.blocks[0]).toMatchObject({ tool_input: { a: 1 } });
  });

  test("the result of a call that nobody made changes nothing", () => {
    const state = folded(begun(), stored([{ type: "tool_result", tool_use_id: "t", content: "", is_error: false }]));
    expect(answerOf(state)?.blocks).toEqual([]);
  });
});

describe("questions and operations", () => {
  const approval = { id: "a1", tool_name: "drop", tool_input: {}, tool_use_id: "t1" };

  test("a question waits until it is answered, and its call says who did", () => {
    const asked = folded(
      begun(),
      stored([
        { type: "tool_use", tool_id: "t1", tool_name: "drop", tool_input: {} },
        { type: "approval.requested", approval },
      ]),
    );
    expect(asked.approvals).toEqual([approval]);
    const answered = folded(
      asked,
      stored([{ type: "approval.resolved", approval_id: "a1", decision: "deny", by: "ana" }], 3),
    );
    expect(answered.approvals).toEqual([]);
    expect(answerOf(answered)?.blocks[0]).toMatchObject({ approval: { decision: "deny", by: "ana" } });
  });

  test("a question that was loaded is not asked twice by its event, and ends with its run", () => {
    const loaded = stateOf(
      conversation({ messages: [userMessage("m1", 1)], active_run_id: "r1", approvals: [approval] }),
      [],
    );
    const state = folded(loaded, stored([...run.slice(0, 1), { type: "approval.requested", approval }]));
    expect(state.approvals).toEqual([approval]);
    const end: AnyEvent = { type: "stream.completed", status: "error", is_error: true, is_cancelled: false };
    expect(folded(state, stored([end], 3)).approvals).toEqual([]);
  });

  test("an operation outlives its run", () => {
    const operation = {
      id: "o1",
      conversation_id: "c1",
      run_id: "r1",
      tool_use_id: "t1",
      tool_name: "run_job",
      status: "running",
      started_at: at,
    } as const;
    const running = folded(begun(), stored([{ type: "operation", operation }]));
    expect(running.operations).toEqual([operation]);
    const settled = withNewest(folded(running, stored(run, 2)), {
      messages: [userMessage("m1", 1), answerMessage("m2", 2, "r1")],
      has_more: false,
    });
    const done = folded(settled, stored([{ type: "operation", operation: { ...operation, status: "completed" } }], 50));
    expect(done.operations).toEqual([{ ...operation, status: "completed" }]);
    expect(done.messages).toEqual(settled.messages);
  });
});

describe("another tab's run", () => {
  test("asks for the message that is not known here", () => {
    const state = folded(stateOf(conversation(), []), stored(run.slice(0, 1)));
    expect(state.isStale).toBe(true);
    const synced = withNewest(state, { messages: [userMessage("m1", 1)], has_more: false });
    expect(synced.messages.map(({ id }) => id)).toEqual(["m1", "run:r1"]);
    expect(synced.isStale).toBe(false);
  });

  test("of another conversation is not ours", () => {
    const [event] = stored(run.slice(0, 1));
    const state = begun();
    expect(event === undefined ? undefined : folded(state, [{ ...event, conversation_id: "c2" }])).toBe(state);
  });
});

describe("a message that is sent", () => {
  const sending = () => withSending(begun(), { id: "sending:1", text: "More", at });

  test("is there at once, and once, whether the answer or the event comes first", () => {
    const started = stored([{ type: "run.started", message_id: "m9", engine: "claude" }], 1, "r9");
    const sent = { id: "sending:1", messageId: "m9", runId: "r9", at };
    const one = withSent(folded(sending(), started), sent);
    const other = folded(withSent(sending(), sent), started);
    expect(one.messages.map(({ id }) => id)).toEqual(["m1", "m9", "run:r9"]);
    expect(other.messages).toEqual(one.messages);
    expect(one.run).toMatchObject({ id: "r9" });
    expect(other.run).toEqual(one.run);
    expect(one.isStale).toBe(false);
  });

  test("whose run has ended before the answer was read does not leave the page running", () => {
    const events = stored([{ ...run[0], message_id: "m9" } as AnyEvent, ...run.slice(5)], 1, "r9");
    const ended = folded(sending(), events);
    expect(ended.run).toBeNull();
    expect(withSent(ended, { id: "sending:1", messageId: "m9", runId: "r9", at }).run).toBeNull();
  });

  test("takes back what it replaces", () => {
    const state = stateOf(
      conversation({ messages: [userMessage("m1", 1), answerMessage("m2", 2, "r1"), userMessage("m3", 3)] }),
      [],
    );
    const next = withSending(state, { id: "sending:1", text: "Else", at, replaces: "m1" });
    expect(next.messages.map(({ content }) => content)).toEqual(["Else"]);
  });

  test("goes again where it was not stored", () => {
    expect(withoutSending(sending(), "sending:1").messages).toEqual(begun().messages);
  });
});

describe("pages", () => {
  const many = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) =>
      userMessage(`m${from + index}`, from + index, `Text ${from + index}`),
    );

  test("older ones come before, each once", () => {
    const state = stateOf(conversation({ messages: many(51, 100), has_more: true }), []);
    const next = withOlder(state, { messages: many(1, 51), has_more: false });
    expect(next.messages.map(({ position }) => position)).toEqual(many(1, 100).map(({ position }) => position));
    expect(next.hasMore).toBe(false);
  });

  test("the newest page is the truth of the end, and leaves the same messages the same objects", () => {
    const state = withOlder(stateOf(conversation({ messages: many(51, 100), has_more: true }), []), {
      messages: many(1, 50),
      has_more: false,
    });
    const next = withNewest(state, { messages: [...many(60, 98), userMessage("m99b", 99, "Other")], has_more: true });
    expect(next.messages.map(({ id }) => id)).toEqual([...many(1, 98).map(({ id }) => id), "m99b"]);
    expect(next.messages.slice(0, 98).every((message, index) => message === state.messages[index])).toBe(true);
    expect(next.hasMore).toBe(false);
  });

  test("an empty conversation stays empty when all of it was taken back", () => {
    const state = stateOf(conversation({ messages: many(1, 3) }), []);
    expect(withNewest(state, { messages: [], has_more: false }).messages).toEqual([]);
  });
});
