import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startTestEmulator, type TestEmulator } from "../emulator/testing-server.ts";
import { resolvePaths } from "../platform/paths.ts";
import { compatibilityFilters } from "./filters/all.ts";
import { fixedUpstream, localKey, startTestProxy, testDeps, until, upstreamToken, type TestProxy } from "./testing.ts";
import type { Budget } from "./usage/budget.ts";
import { openMeter, type Meter } from "./usage/meter.ts";
import { localDay } from "./usage/report.ts";
import { readUsageRows } from "./usage/store.ts";
import type { Filter } from "./types.ts";

let folder = "";
let meter: Meter;
let budget: Budget | undefined;
let filters: readonly Filter[] = [];

const deps = () => testDeps({ paths: resolvePaths({ MORTAR_HOME: folder }, "linux") });
const rows = () => readUsageRows(deps(), localDay(Date.now()));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mortar-sockets-"));
  budget = undefined;
  meter = await openMeter(deps(), { budget: () => budget, prices: new Map() });
  filters = [...compatibilityFilters({ now: () => Date.now() }), meter.filter];
});
afterEach(async () => {
  meter.close();
  await rm(folder, { recursive: true, force: true });
});

/** A workspace that answers each message; what it got is in `messages`. */
function workspace(answer: (message: Record<string, unknown>, socket: Bun.ServerWebSocket) => void) {
  const messages: Record<string, unknown>[] = [];
  const raw: (string | Buffer)[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request, own) => (own.upgrade(request) ? undefined : new Response("?", { status: 400 })),
    websocket: {
      message: (socket, data) => {
        raw.push(data);
        messages.push(JSON.parse(String(data)));
        answer(messages.at(-1) ?? {}, socket);
      },
    },
  });
  const url = `http://127.0.0.1:${server.port}`;
  return { url, messages, raw, [Symbol.asyncDispose]: () => server.stop(true) };
}

interface Talk {
  readonly socket: WebSocket;
  readonly events: Record<string, unknown>[];
  readonly texts: string[];
  readonly ready: Promise<string>;
  readonly closed: Promise<number>;
}

const session = { "user-agent": "codex_cli_rs/0.169 (x)", session_id: "s-7" };

function connect(proxy: TestProxy): Talk {
  const options = { headers: { authorization: `Bearer ${localKey}`, ...session } };
  const url = `${proxy.url.replace("http", "ws")}/p/DEFAULT/codex/v1/responses`;
  const socket = new WebSocket(url, options as unknown as string[]);
  const events: Record<string, unknown>[] = [];
  const texts: string[] = [];
  socket.addEventListener("message", ({ data }) => {
    texts.push(String(data));
    events.push(JSON.parse(String(data)));
  });
  const ready = new Promise<string>((resolve) => {
    socket.addEventListener("open", () => resolve("open"));
    socket.addEventListener("error", (event) => resolve(String((event as ErrorEvent).message)));
  });
  const closed = new Promise<number>((resolve) => socket.addEventListener("close", ({ code }) => resolve(code)));
  return { socket, events, texts, ready, closed };
}

const create = (parts: object = {}): string =>
  JSON.stringify({ type: "response.create", model: "system.ai.gpt-5", input: [], ...parts });
const completed = (usage: object): string =>
  `{"type":"response.completed","response":{"model":"system.ai.gpt-5","usage":${JSON.stringify(usage, undefined, 1)}}}`;
const usage = { input_tokens: 100, output_tokens: 20, input_tokens_details: { cached_tokens: 40 } };
const types = ({ events }: Talk): unknown[] => events.map(({ type }) => type);

function answering(socket: Bun.ServerWebSocket, last = completed(usage)): void {
  socket.send('{"type":"response.created","response":{}}');
  socket.send('{"type":"response.output_text.delta","delta":"\\"type\\":\\"response.completed\\""}');
  socket.send(last);
}

describe("requests on a WebSocket", () => {
  test("are counted, each, with the session of the handshake, and their events come as they are", async () => {
    await using upstream = workspace((_message, socket) => answering(socket));
    await using proxy = await startTestProxy(upstream.url, { filters });
    const talk = connect(proxy);
    await talk.ready;
    talk.socket.send(create());
    await until(() => talk.events.length === 3);
    talk.socket.send(create());
    await until(() => talk.events.length === 6 && proxy.proxy.inFlight() === 0);
    expect(talk.texts[2]).toBe(completed(usage));
    expect(upstream.raw).toEqual([create(), create()]);
    meter.close();
    expect(await rows()).toMatchObject([
      {
        session: "s-7",
        agent: "codex_cli_rs",
        model: "system.ai.gpt-5",
        requests: 2,
        input: 120,
        cacheRead: 80,
        output: 40,
      },
    ]);
  });

  test.each([
    ["failed", `{"type":"response.failed","response":{"usage":${JSON.stringify(usage)},"error":{"message":"m"}}}`],
    ["incomplete", `{"type":"response.incomplete","response":{"usage":${JSON.stringify(usage)}}}`],
    ["completed, its type last", `{"response":{"usage":${JSON.stringify(usage)}},"type":"response.completed"}`],
  ])("that end as %s are counted too", async (_name, last) => {
    await using upstream = workspace((_message, socket) => answering(socket, last));
    await using proxy = await startTestProxy(upstream.url, { filters });
    const talk = connect(proxy);
    await talk.ready;
    talk.socket.send(create());
    await until(() => talk.events.length === 3 && proxy.proxy.inFlight() === 0);
    expect(talk.texts[2]).toBe(last);
    meter.close();
    expect(await rows()).toMatchObject([{ requests: 1, output: 20 }]);
  });

  test("have the workspace's model names, and nothing else of them is changed", async () => {
    await using upstream = workspace((_message, socket) => answering(socket));
    await using proxy = await startTestProxy(upstream.url, { filters });
    const talk = connect(proxy);
    await talk.ready;
    talk.socket.send('{"type":"response.create" , "model":"gpt-5.1-codex", "input":[1.0]}');
    talk.socket.send('{"type":"response.processed","response_id":"r"}');
    await until(() => upstream.raw.length === 2);
    expect(upstream.raw).toEqual([
      '{"type":"response.create" , "model":"system.ai.gpt-5-1-codex", "input":[1.0]}',
      '{"type":"response.processed","response_id":"r"}',
    ]);
  });

  test("that are refused get the cause and the cure, in an event; the next one passes", async () => {
    await using upstream = workspace((message, socket) => {
      if (message["input"] !== "limit") return answering(socket);
      const error = { type: "rate_limit_error", message: "REQUEST_LIMIT_EXCEEDED: output tokens per minute" };
      socket.send(JSON.stringify({ type: "error", status: 429, error, headers: { "x-request-id": "r-1" } }));
    });
    await using proxy = await startTestProxy(upstream.url, { filters });
    const talk = connect(proxy);
    await talk.ready;
    talk.socket.send(create({ input: "limit" }));
    await until(() => talk.events.length === 1);
    const [event] = talk.events;
    expect(event).toMatchObject({ type: "error", status: 429, error: { type: "rate_limit_error" } });
    expect(JSON.stringify(event)).toContain("output tokens a minute");
    expect(JSON.stringify(event)).toContain("request r-1");
    talk.socket.send(create());
    await until(() => talk.events.length === 4);
    expect(types(talk).at(-1)).toBe("response.completed");
    meter.close();
    expect(await rows()).toMatchObject([{ requests: 1 }]);
  });

  test("that are refused in words of which nothing is known get the event as it came", async () => {
    const event = '{ "type":"error", "status":409, "error":{"type":"odd","message":"Something rare."}, "extra":1 }';
    await using upstream = workspace((_message, socket) => void socket.send(event));
    await using proxy = await startTestProxy(upstream.url, { filters });
    const talk = connect(proxy);
    await talk.ready;
    talk.socket.send(create());
    await until(() => talk.texts.length === 1);
    expect(talk.texts).toEqual([event]);
    await until(() => proxy.proxy.inFlight() === 0);
  });

  test("are sent again without a field that the workspace refuses", async () => {
    await using upstream = workspace((message, socket) => {
      if (!("service_tier" in message)) return answering(socket);
      const error = { type: "invalid_request_error", message: "service_tier: Extra inputs are not permitted" };
      socket.send(JSON.stringify({ type: "error", status: 400, error }));
    });
    await using proxy = await startTestProxy(upstream.url, { filters });
    const talk = connect(proxy);
    await talk.ready;
    talk.socket.send(create({ service_tier: "flex" }));
    await until(() => talk.events.length === 3);
    expect(types(talk)).not.toContain("error");
    expect(upstream.messages.map((message) => "service_tier" in message)).toEqual([true, false]);
  });

  test("whose token is refused are connected again with the renewed one", async () => {
    const refused: (string | undefined)[] = [];
    await using upstream = workspace((_message, socket) => {
      socket.send('{"type":"error","status":401,"error":{"message":"token expired"}}');
    });
    const headers = (options: { refused?: string | undefined } = {}) => {
      refused.push(options.refused);
      return Promise.resolve({ Authorization: options.refused === undefined ? "Bearer old" : "Bearer new" });
    };
    await using proxy = await startTestProxy(fixedUpstream(upstream.url, { headers }), { filters });
    const talk = connect(proxy);
    await talk.ready;
    talk.socket.send(create());
    expect(await talk.closed).toBe(1012);
    expect(refused).toEqual([undefined, "Bearer old"]);
  });

  test("of a workspace that breaks off end with the connection, and cost nothing that is known", async () => {
    await using upstream = workspace((_message, socket) => {
      socket.send('{"type":"response.created"}');
      socket.terminate();
    });
    await using proxy = await startTestProxy(upstream.url, { filters });
    const talk = connect(proxy);
    await talk.ready;
    talk.socket.send(create());
    expect(await talk.closed).toBe(1006);
    await until(() => proxy.proxy.inFlight() === 0);
    meter.close();
    expect(await rows()).toEqual([]);
  });
});

describe("the budget on a WebSocket", () => {
  const dear = completed({ input_tokens: 1_000_000, output_tokens: 0 });

  test("holds each request, with an event that says what to do, and the next handshake", async () => {
    budget = { dailyUsd: 1, warnAt: 1 };
    await using upstream = workspace((_message, socket) => answering(socket, dear));
    await using proxy = await startTestProxy(upstream.url, { filters });
    const talk = connect(proxy);
    await talk.ready;
    talk.socket.send(create());
    await until(() => talk.events.length === 3 && proxy.proxy.inFlight() === 0);
    talk.socket.send(create());
    await until(() => talk.events.length === 4);
    expect(talk.events[3]).toMatchObject({ type: "error", status: 403, error: { type: "permission_error" } });
    expect(talk.texts[3]).toContain("mortar config budget");
    expect(upstream.messages).toHaveLength(1);
    expect(await connect(proxy).ready).toContain("403");
  });

  test.each([
    ["whose type is written twice", '{"type":"x","model":"system.ai.gpt-5","type":"response.create"}'],
    ["whose type is escaped", '{"type":"response\\u002ecreate","model":"system.ai.gpt-5"}'],
    ["of bytes", Buffer.from(create())],
  ])("is not got round by a message %s", async (_name, message) => {
    budget = { dailyUsd: 1, warnAt: 1 };
    await using upstream = workspace((_message, socket) => answering(socket, dear));
    await using proxy = await startTestProxy(upstream.url, { filters });
    const talk = connect(proxy);
    await talk.ready;
    talk.socket.send(create());
    await until(() => talk.events.length === 3 && proxy.proxy.inFlight() === 0);
    talk.socket.send(message);
    await until(() => talk.events.length === 4);
    expect(talk.events[3]).toMatchObject({ type: "error", status: 403 });
    expect(upstream.messages).toHaveLength(1);
  });
});

describe("the emulator's Responses over a WebSocket", () => {
  let emulator: TestEmulator;
  beforeEach(async () => {
    emulator = await startTestEmulator({ scenario: { turns: [{ text: "One." }, { text: "Two." }] } });
  });
  afterEach(() => emulator.dispose());

  test("are counted turn by turn, and a model that is not there is explained", async () => {
    const headers = () => Promise.resolve({ Authorization: `Bearer ${emulator.token}` });
    await using proxy = await startTestProxy(fixedUpstream(emulator.host, { headers }), { filters });
    const talk = connect(proxy);
    await talk.ready;
    const last = (): unknown => talk.events.at(-1)?.["type"];
    talk.socket.send(create({ model: "gpt-5.1-codex", input: "Hi" }));
    await until(() => last() === "response.completed");
    talk.socket.send(create({ model: "gpt-5.1-codex", input: "And?" }));
    await until(() => types(talk).filter((type) => type === "response.completed").length === 2);
    talk.socket.send(create({ model: "main.none.absent", input: "And?" }));
    await until(() => last() === "error");
    expect(talk.texts.at(-1)).toContain("mortar models list");
    expect(talk.texts.join("")).not.toContain(upstreamToken);
    meter.close();
    expect(await rows()).toMatchObject([{ requests: 2, session: "s-7" }]);
  });
});
