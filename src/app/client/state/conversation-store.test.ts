// The open conversation against a server: what is asked, what is shown meanwhile, and what becomes of every failure.
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { Conversation, Message } from "../../contract/api.ts";
import type { AnyEvent, ResetEvent, StoredEvent } from "../../contract/events.ts";
import { startTestServer, type TestServer } from "../testing-server.ts";
import { ConversationStore } from "./conversation-store.ts";
import type { StreamHost } from "./event-stream.ts";
import { answerMessage, at, conversation, stored, userMessage } from "./testing-events.ts";

const base = "/api/projects/p1/conversations/c1";

/** What the server has, and says instead where a route is named. */
const state = {
  conversation: conversation(),
  messages: [] as readonly Message[],
  status: "running",
  refusals: new Map<string, number>(),
};

const refusal = (status: number) =>
  Response.json({ detail: "No", error: { code: "conflict", message: `No ${status}`, hint: "Wait" } }, { status });

const run = () => ({ id: "r1", before_seq: 4, created_at: at, status: state.status });

const answer = (route: string): Response => {
  const path = route.replace(/\?.*/, "");
  const refused = state.refusals.get(path);
  if (refused !== undefined) return refusal(refused);
  if (path === `GET ${base}`) return Response.json(state.conversation);
  if (path === "GET /api/conversations/c1/operations") return Response.json([]);
  if (path === "GET /api/conversations/c1/messages")
    return Response.json({ messages: state.messages, has_more: false });
  if (path === "GET /api/runs/r1") return Response.json(run());
  if (path === "POST /api/invoke_agent")
    return Response.json({ execution_id: "r1", conversation_id: "c1", message_id: "m9" });
  return Response.json({ success: true, message: "" });
};

interface Page {
  readonly store: ConversationStore;
  readonly opened: string[];
  readonly closed: () => number;
  readonly say: (events: readonly (StoredEvent | ResetEvent)[]) => void;
  readonly breakOff: () => void;
  /** Lets what is due after a wait happen. */
  readonly wait: () => void;
}

const pageOf = (): Page => {
  const opened: string[] = [];
  let closed = 0;
  let on: Parameters<StreamHost["open"]>[1] | undefined;
  let timers: (() => void)[] = [];
  const host: StreamHost = {
    open: (address, handlers) => {
      opened.push(address);
      on = handlers;
      return { close: () => void (closed += 1) };
    },
    later: (call) => {
      timers.push(call);
      return () => void (timers = timers.filter((each) => each !== call));
    },
    isHidden: () => false,
    onChange: () => () => undefined,
    random: () => 0,
  };
  const store = new ConversationStore({ projectId: "p1", conversationId: "c1", host, soon: (call) => call() });
  return {
    store,
    opened,
    closed: () => closed,
    say: (events) => {
      for (const event of events) on?.message(JSON.stringify(event));
    },
    breakOff: () => on?.error(),
    wait: () => {
      const due = timers;
      timers = [];
      for (const call of due) call();
    },
  };
};

const until = async (store: ConversationStore, is: (page: ReturnType<ConversationStore["snapshot"]>) => boolean) => {
  if (is(store.snapshot())) return;
  await new Promise<void>((done) => {
    const end = store.subscribe(() => {
      if (!is(store.snapshot())) return;
      end();
      done();
    });
  });
};

const shown = (store: ConversationStore) => store.snapshot().conversation?.messages.map(({ content }) => content);

let server: TestServer;
let page: Page;
beforeEach(() => {
  const first: Conversation = conversation({
    messages: [userMessage("m1", 1), answerMessage("m2", 2, "r0")],
    last_seq: 9,
  });
  Object.assign(state, { conversation: first, messages: first.messages, status: "running" });
  state.refusals.clear();
  server = startTestServer(answer);
  page = pageOf();
});
afterEach(() => {
  page.store.close();
  server[Symbol.dispose]();
});

describe("loading", () => {
  test("shows the last messages, and follows from the last event", async () => {
    await page.store.load();
    expect(shown(page.store)).toEqual(["Hello", "Hi"]);
    expect(page.opened).toEqual(["/api/conversations/c1/events?after=9"]);
  });

  test("in the middle of a run takes all of the run's events", async () => {
    state.conversation = { ...state.conversation, active_run_id: "r1" };
    await page.store.load();
    expect(page.opened).toEqual(["/api/conversations/c1/events?after=4"]);
    expect(page.store.snapshot().conversation?.run).toEqual({ id: "r1", startedAt: at, isStopping: false });
  });

  test("what cannot be loaded is said, and can be tried again", async () => {
    state.refusals.set(`GET ${base}`, 404);
    await page.store.load();
    expect(page.store.snapshot()).toMatchObject({ conversation: null, error: { message: "No 404", hint: "Wait" } });
    state.refusals.clear();
    await page.store.load();
    expect(page.store.snapshot().error).toBeNull();
    expect(shown(page.store)).toEqual(["Hello", "Hi"]);
  });

  test("that is asked for twice is followed once", async () => {
    await Promise.all([page.store.load(), page.store.load()]);
    expect(page.opened).toHaveLength(1);
  });

  test("events that are no longer kept: the messages are loaded anew, and it goes on from there", async () => {
    await page.store.load();
    state.conversation = { ...state.conversation, messages: [userMessage("m5", 5, "Later")] };
    page.say([{ type: "reset", seq: 40 }]);
    await until(page.store, ({ conversation: now }) => now?.lastSeq === 40);
    expect(shown(page.store)).toEqual(["Later"]);
    expect(page.opened[1]).toBe("/api/conversations/c1/events?after=40");
  });
});

test("a run that began while it was loaded is loaded whole", async () => {
  await page.store.load();
  state.conversation = { ...state.conversation, active_run_id: "r1", last_seq: 12 };
  page.say(stored([{ type: "text_delta", text: "the rest of a sentence" }], 12));
  await until(page.store, ({ conversation: now }) => now?.run?.id === "r1");
  expect(page.opened.at(-1)).toBe("/api/conversations/c1/events?after=4");
  expect(shown(page.store)).toEqual(["Hello", "Hi"]);
  page.say(
    stored(
      [
        { type: "run.started", message_id: "m1", engine: "claude" },
        { type: "text", text: "All of it" },
      ],
      5,
    ),
  );
  expect(page.store.snapshot().conversation?.messages.at(-1)?.blocks).toMatchObject([{ text: "All of it" }]);
  expect(page.store.snapshot().conversation?.isGap).toBe(false);
});

describe("sending", () => {
  test("shows the message at once, then as it is stored, and what is said to it", async () => {
    await page.store.load();
    const sending = page.store.send("More");
    expect(page.store.snapshot().conversation?.messages.at(-1)).toMatchObject({ content: "More", state: "sending" });
    await sending;
    expect(server.seen.at(-1)).toBe(
      'POST /api/invoke_agent {"project_id":"p1","conversation_id":"c1","message":"More"}',
    );
    const events: readonly AnyEvent[] = [
      { type: "run.started", message_id: "m9", engine: "claude" },
      { type: "text_delta", text: "Yes" },
    ];
    page.say(stored(events, 10));
    expect(page.store.snapshot().conversation?.messages.map(({ id }) => id)).toEqual(["m1", "m2", "m9", "run:r1"]);
    state.messages = [...state.messages, userMessage("m9", 3, "More"), answerMessage("m10", 4, "r1", "Yes.")];
    page.say(
      stored(
        [{ type: "stream.completed", status: "completed", is_error: false, is_cancelled: false, message_id: "m10" }],
        12,
      ),
    );
    await until(page.store, ({ conversation: now }) => now?.isStale === false && now.run === null);
    expect(shown(page.store)).toEqual(["Hello", "Hi", "More", "Yes."]);
  });

  test("what another tab began is a refusal, and the message is taken back", async () => {
    await page.store.load();
    state.refusals.set("POST /api/invoke_agent", 409);
    expect(page.store.send("More")).rejects.toMatchObject({ status: 409, message: "No 409" });
    await until(page.store, ({ conversation: now }) => now?.messages.length === 2);
    expect(shown(page.store)).toEqual(["Hello", "Hi"]);
  });

  test("a message that was to replace others leaves them where it was not stored", async () => {
    await page.store.load();
    state.refusals.set("POST /api/invoke_agent", 503);
    const sending = page.store.send("Else", { replaces: "m1" });
    expect(shown(page.store)).toEqual(["Else"]);
    expect(sending).rejects.toMatchObject({ status: 503 });
    await until(page.store, ({ conversation: now }) => now?.messages.length === 2);
    expect(server.seen.find((each) => each.startsWith("POST"))).toContain('"replaces_message_id":"m1"');
  });
});

describe("stopping", () => {
  const begin = async (): Promise<void> => {
    state.conversation = { ...state.conversation, active_run_id: "r1" };
    await page.store.load();
  };

  test("says at once that it stops, and ends with the run's last event", async () => {
    await begin();
    const stopping = page.store.stop();
    expect(page.store.snapshot().conversation?.run?.isStopping).toBe(true);
    page.say(stored([{ type: "stream.completed", status: "cancelled", is_error: false, is_cancelled: true }], 10));
    await stopping;
    expect(page.store.snapshot().conversation?.run).toBeNull();
  });

  test("whose last event never comes does not leave the page waiting", async () => {
    await begin();
    state.status = "cancelled";
    await page.store.stop();
    state.conversation = { ...state.conversation, active_run_id: null };
    page.wait();
    await until(page.store, ({ conversation: now }) => now?.run === null);
    expect(shown(page.store)).toEqual(["Hello", "Hi"]);
  });

  test("that fails can be tried again", async () => {
    await begin();
    state.refusals.set("POST /api/stop_stream/r1", 503);
    expect(page.store.stop()).rejects.toMatchObject({ status: 503 });
    await until(page.store, ({ conversation: now }) => now?.run?.isStopping === false);
  });
});

describe("a stream that breaks", () => {
  test("of a conversation that is gone says so, and is not asked for again", async () => {
    await page.store.load();
    state.refusals.set("GET /api/conversations/c1/messages", 404);
    page.breakOff();
    page.wait();
    page.breakOff();
    await until(page.store, ({ error }) => error !== null);
    const { length } = page.opened;
    page.wait();
    expect(page.opened).toHaveLength(length);
  });

  test("of a server that is away is only tried again", async () => {
    await page.store.load();
    state.refusals.set("GET /api/conversations/c1/messages", 503);
    page.breakOff();
    page.wait();
    page.breakOff();
    await page.store.sync();
    expect(page.store.snapshot()).toMatchObject({ error: null, stream: "reconnecting", tries: 2 });
    page.wait();
    expect(page.opened).toHaveLength(3);
  });
});

test("a question that was answered elsewhere goes away", async () => {
  const approval = { id: "a1", tool_name: "x", tool_input: {} };
  state.conversation = { ...state.conversation, active_run_id: "r1", approvals: [approval] };
  await page.store.load();
  state.refusals.set("POST /api/approvals/a1", 409);
  expect(page.store.decide("a1", "deny")).rejects.toMatchObject({ status: 409 });
  await until(page.store, ({ conversation: now }) => now?.approvals.length === 0);
});

test("a choice that was not kept is taken back", async () => {
  await page.store.load();
  state.refusals.set(`PATCH ${base}`, 403);
  const choosing = page.store.choose({ warehouse_id: "w" });
  expect(page.store.snapshot().conversation?.context.warehouse_id).toBe("w");
  expect(choosing).rejects.toMatchObject({ status: 403 });
  await until(page.store, ({ conversation: now }) => now?.context.warehouse_id === null);
});

test("older messages come once, however often they are asked for", async () => {
  state.conversation = { ...state.conversation, messages: [userMessage("m3", 3, "Third")], has_more: true };
  await page.store.load();
  await Promise.all([page.store.older(), page.store.older()]);
  expect(shown(page.store)).toEqual(["Hello", "Hi", "Third"]);
  expect(server.seen.filter((each) => each.includes("before=3"))).toHaveLength(1);
});

test("a message that is sought is loaded, or is not there", async () => {
  const first = { ...state.conversation, messages: [userMessage("m3", 3, "Third")], has_more: true };
  state.conversation = first;
  await page.store.load();
  expect(await page.store.seek("m3")).toBe(true);
  expect(server.seen.filter((each) => each.includes("before="))).toEqual([]);
  expect(await page.store.seek("m1")).toBe(true);
  expect(server.seen.at(-1)).toBe("GET /api/conversations/c1/messages?before=3&limit=200");
  expect(await page.store.seek("gone")).toBe(false);
});

test("after it is closed nothing is shown any more", async () => {
  await page.store.load();
  page.store.close();
  page.say(stored([{ type: "run.started", message_id: "m9", engine: "claude" }], 10));
  expect(shown(page.store)).toEqual(["Hello", "Hi"]);
  expect(page.closed()).toBe(1);
});
