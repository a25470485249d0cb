import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { setTurns } from "../models/testing-dialects.ts";
import { startTestEmulator, type TestEmulator } from "../testing-server.ts";

let emulator: TestEmulator;

beforeEach(async () => {
  emulator = await startTestEmulator();
});

afterEach(() => emulator.dispose());

type Event = Record<string, unknown>;

interface Talk {
  say(message: object | string): void;
  /** The events up to the one of the type, or up to the end of the connection. */
  until(...types: readonly string[]): Promise<Event[]>;
  readonly closed: Promise<CloseEvent>;
  close(): void;
}

// Bun's WebSocket takes headers, which the web's type does not know.
const SocketWithHeaders = WebSocket as unknown as new (
  url: string,
  options: { headers: Record<string, string> },
) => WebSocket;

async function open(token = emulator.token, path = "/ai-gateway/codex/v1/responses"): Promise<Talk> {
  const socket = new SocketWithHeaders(`${emulator.host.replace("http", "ws")}${path}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const events: Event[] = [];
  let wake = (): void => undefined;
  let over = false;
  socket.addEventListener("message", ({ data }) => {
    events.push(JSON.parse(String(data)));
    wake();
  });
  const closed = new Promise<CloseEvent>((resolve) => {
    socket.addEventListener("close", (event) => {
      over = true;
      wake();
      resolve(event);
    });
  });
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener("open", () => resolve());
    socket.addEventListener("error", () => reject(new Error("refused")));
  });
  const until = async (...types: readonly string[]): Promise<Event[]> => {
    for (;;) {
      const at = events.findIndex(({ type }) => types.includes(String(type)));
      if (at !== -1) return events.splice(0, at + 1);
      if (over) return events.splice(0);
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const say = (message: object | string): void =>
    socket.send(typeof message === "string" ? message : JSON.stringify(message));
  return { say, until, closed, close: () => socket.close() };
}

const tools = [{ type: "function", name: "shell" }];
const create = { type: "response.create", model: "system.ai.gpt-5-6", tools, store: false };
const user = (text: string): object => ({ type: "message", role: "user", content: [{ type: "input_text", text }] });

interface Completed {
  id: string;
  output: { type: string; call_id: string; content: { text: string }[] }[];
}

const completedOf = (events: readonly Event[]): Completed => events.at(-1)?.["response"] as Completed;

test("a conversation goes on from the last response, with the new items alone", async () => {
  await setTurns(emulator, [
    { text: "I look.", tools: [{ name: "shell", input: {} }] },
    { text: "There is {{/file=(\\w+)/}}." },
  ]);
  const talk = await open();
  talk.say({ ...create, input: [user("hello")] });
  const first = await talk.until("response.completed");
  expect(first[0]).toMatchObject({ type: "response.created", sequence_number: 0 });
  const { id, output } = completedOf(first);
  const result = { type: "function_call_output", call_id: output[1]?.call_id, output: "file=a" };
  talk.say({ type: "response.processed", response_id: id });
  talk.say({ ...create, previous_response_id: id, input: [result] });
  expect(completedOf(await talk.until("response.completed")).output[0]?.content[0]?.text).toBe("There is a.");
  talk.close();
});

test("a request that generates nothing prepares the next", async () => {
  await setTurns(emulator, [{ text: "first" }]);
  const talk = await open();
  talk.say({ ...create, input: [user("hello")], generate: false });
  const { id, output } = completedOf(await talk.until("response.completed"));
  expect(output).toEqual([]);
  talk.say({ ...create, previous_response_id: id, input: [] });
  expect(completedOf(await talk.until("response.completed")).output[0]?.content[0]?.text).toBe("first");
  talk.close();
});

describe("errors leave the connection open", () => {
  test.each([
    ["no JSON", "hello", 400, "expected a JSON object"],
    ["an unknown type", { type: "response.sing" }, 400, "response.sing"],
    ["a response of another connection", { ...create, previous_response_id: "resp_1", input: [] }, 400, "resp_1"],
    ["no input", create, 400, "'input'"],
    ["an unknown model", { ...create, model: "gpt-5", input: "x" }, 404, "gpt-5"],
  ])("%s", async (_name, message, status, why) => {
    const talk = await open();
    talk.say(message);
    expect((await talk.until("error")).at(-1)).toMatchObject({
      type: "error",
      status,
      error: { message: expect.stringContaining(why) },
    });
    talk.say({ ...create, input: "x" });
    expect((await talk.until("response.completed")).at(-1)).toMatchObject({ type: "response.completed" });
    talk.close();
  });

  test("one of the scenario", async () => {
    await setTurns(emulator, [{ text: "x", error: { status: 429, type: "rate_limit", message: "Slow" } }]);
    const talk = await open();
    talk.say({ ...create, input: "x" });
    expect(await talk.until("error")).toEqual([
      {
        type: "error",
        status: 429,
        error: { message: "Slow", type: "rate_limit", param: null, code: "rate_limit_exceeded" },
      },
    ]);
    talk.close();
  });
});

describe("faults in mid-stream", () => {
  test("a reset breaks the connection", async () => {
    await setTurns(emulator, [{ text: "x", fault: { kind: "reset", after_events: 2 } }]);
    const talk = await open();
    talk.say({ ...create, input: "x" });
    expect((await talk.closed).code).toBe(1006);
    expect(await talk.until("response.completed")).toHaveLength(2);
  });

  test("an end closes it", async () => {
    await setTurns(emulator, [{ text: "x", fault: { kind: "end", after_events: 2 } }]);
    const talk = await open();
    talk.say({ ...create, input: "x" });
    expect((await talk.closed).code).not.toBe(1006);
  });

  test("an error is a failed response", async () => {
    await setTurns(emulator, [{ text: "x", fault: { kind: "error", after_events: 2, message: "No" } }]);
    const talk = await open();
    talk.say({ ...create, input: "x" });
    expect((await talk.until("response.failed")).at(-1)).toMatchObject({ response: { error: { message: "No" } } });
    talk.close();
  });
});

test("without a token there is no connection, and without an upgrade no answer", async () => {
  await expect(open("wrong")).rejects.toThrow("refused");
  expect((await emulator.call("GET /ai-gateway/codex/v1/responses")).status).toBe(426);
  (await open()).close();
  const { requests } = (await emulator.control("GET requests")).json;
  expect((requests as { status: number }[]).map(({ status }) => status)).toEqual([403, 426, 101]);
});
