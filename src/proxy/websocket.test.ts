import { describe, expect, test } from "bun:test";
import { startTestEmulator } from "../emulator/testing-server.ts";
import { fixedUpstream, localKey, startTestProxy, until, upstreamToken, type TestProxy } from "./testing.ts";

interface Frames {
  /** What the workspace does with a message. */
  readonly onMessage?: (socket: Bun.ServerWebSocket, data: string | Buffer) => void;
  readonly onOpen?: (socket: Bun.ServerWebSocket) => void;
  /** Refuses the upgrade of the request with this number, from 0. */
  readonly refuse?: (index: number, path: string) => number | undefined;
}

/** A workspace that speaks WebSocket. */
function socketUpstream({ onMessage, onOpen, refuse }: Frames) {
  const handshakes: { readonly path: string; readonly headers: Headers }[] = [];
  const closes: { readonly code: number; readonly reason: string }[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    fetch: (request, own) => {
      const path = request.url.slice(request.url.indexOf("/", 8));
      handshakes.push({ path, headers: new Headers(request.headers) });
      const status = refuse?.(handshakes.length - 1, path);
      if (status !== undefined) return new Response("no", { status });
      const chosen = request.headers.get("sec-websocket-protocol")?.split(",")[0];
      const headers = chosen === undefined ? {} : { headers: { "sec-websocket-protocol": chosen } };
      return own.upgrade(request, headers) ? undefined : new Response("?", { status: 400 });
    },
    websocket: {
      idleTimeout: 0,
      maxPayloadLength: 256 * 1024 * 1024,
      backpressureLimit: 0,
      open: (socket) => onOpen?.(socket),
      message: (socket, data) => onMessage?.(socket, data),
      close: (_socket, code, reason) => void closes.push({ code, reason }),
    },
  });
  const url = `http://127.0.0.1:${server.port}`;
  return { url, handshakes, closes, [Symbol.asyncDispose]: () => server.stop(true) };
}

interface Client {
  readonly socket: WebSocket;
  readonly messages: (string | Buffer)[];
  /** `open`, or what the handshake failed with. */
  readonly ready: Promise<string>;
  readonly closed: Promise<{ code: number; reason: string }>;
}

function connect(
  proxy: TestProxy,
  path = "/p/DEFAULT/codex/v1/responses",
  headers: Record<string, string> = {},
): Client {
  const options = { headers: { authorization: `Bearer ${localKey}`, ...headers } };
  const socket = new WebSocket(proxy.url.replace("http", "ws") + path, options as unknown as string[]);
  (socket as unknown as { binaryType: string }).binaryType = "nodebuffer";
  const messages: (string | Buffer)[] = [];
  socket.addEventListener("message", ({ data }) => void messages.push(data as string | Buffer));
  const ready = new Promise<string>((resolve) => {
    socket.addEventListener("open", () => resolve("open"));
    socket.addEventListener("error", (event) => resolve(String((event as ErrorEvent).message)));
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.addEventListener("close", ({ code, reason }) => resolve({ code, reason }));
  });
  return { socket, messages, ready, closed };
}

const create = '{"type":"response.create","model":"system.ai.gpt-5","input":[]}';

const echo: Frames = { onMessage: (socket, data) => void socket.send(data) };

describe("a WebSocket", () => {
  test("carries text and bytes both ways, with the workspace's token and none of the client's", async () => {
    await using upstream = socketUpstream(echo);
    await using proxy = await startTestProxy(upstream.url);
    const headers = { "user-agent": "codex/1", "x-api-key": "k", cookie: "a=b", "openai-beta": "responses" };
    const client = connect(proxy, "/p/DEFAULT/codex/v1/responses?x=1", headers);
    expect(await client.ready).toBe("open");
    client.socket.send('{"type":"response.create"}');
    client.socket.send(Buffer.from([0, 255, 10, 13]));
    client.socket.send("");
    client.socket.send("ü\u0000€😀");
    await until(() => client.messages.length === 4);
    expect(client.messages).toEqual(['{"type":"response.create"}', Buffer.from([0, 255, 10, 13]), "", "ü\u0000€😀"]);
    const [seen] = upstream.handshakes;
    expect(seen?.path).toBe("/ai-gateway/codex/v1/responses?x=1");
    expect(seen?.headers.get("authorization")).toBe(`Bearer ${upstreamToken}`);
    expect(seen?.headers.get("x-databricks-use-coding-agent-mode")).toBe("true");
    expect(seen?.headers.get("openai-beta")).toBe("responses");
    expect(seen?.headers.get("user-agent")).toBe("codex/1");
    expect(seen?.headers.has("x-api-key")).toBe(false);
    expect(seen?.headers.has("cookie")).toBe(false);
    client.socket.close(4001, "bye");
    await until(() => upstream.closes.length === 1);
    expect(upstream.closes).toEqual([{ code: 4001, reason: "bye" }]);
    await until(() => proxy.proxy.inFlight() === 0);
  });

  test("gets what the workspace says first", async () => {
    await using upstream = socketUpstream({ onOpen: (socket) => void socket.send("hello") });
    await using proxy = await startTestProxy(upstream.url);
    const client = connect(proxy);
    await until(() => client.messages.length === 1);
    expect(client.messages).toEqual(["hello"]);
  });

  test.each([
    [4000, "why"],
    [1011, "broken"],
    [1000, ""],
  ])("that the workspace closes with %p %p is closed so", async (code, reason) => {
    await using upstream = socketUpstream({ onMessage: (socket) => socket.close(code, reason) });
    await using proxy = await startTestProxy(upstream.url);
    const client = connect(proxy);
    await client.ready;
    client.socket.send("x");
    expect(await client.closed).toEqual({ code, reason });
  });

  test("that breaks at the workspace breaks for the client", async () => {
    await using upstream = socketUpstream({ onMessage: (socket) => socket.terminate() });
    await using proxy = await startTestProxy(upstream.url);
    const client = connect(proxy);
    await client.ready;
    client.socket.send("x");
    expect((await client.closed).code).toBe(1006);
  });

  test("that breaks at the client breaks at the workspace", async () => {
    await using upstream = socketUpstream({});
    await using proxy = await startTestProxy(upstream.url);
    const client = connect(proxy);
    await client.ready;
    (client.socket as unknown as { terminate(): void }).terminate();
    await until(() => upstream.closes.length === 1);
    expect(upstream.closes[0]?.code).toBe(1006);
  });

  test("passes on the subprotocol that was chosen, and never one that holds a key", async () => {
    await using upstream = socketUpstream({});
    await using proxy = await startTestProxy(upstream.url);
    const offered = "realtime, openai-insecure-api-key.sk-1, other";
    const client = connect(proxy, undefined, { "sec-websocket-protocol": offered });
    expect(await client.ready).toBe("open");
    expect(client.socket.protocol).toBe("realtime");
    expect(upstream.handshakes[0]?.headers.get("sec-websocket-protocol")).toBe("realtime, other");
  });

  test("loses nothing where the client is slow", async () => {
    const piece = "z".repeat(1024 * 1024);
    await using upstream = socketUpstream({
      onMessage: (socket) => {
        for (let count = 0; count < 48; count++) socket.send(piece);
        socket.send('{"type":"response.completed"}');
      },
    });
    await using proxy = await startTestProxy(upstream.url);
    const client = connect(proxy);
    await client.ready;
    const paused = client.socket as unknown as { pause(): void; resume(): void };
    paused.pause();
    client.socket.send(create);
    await until(() => proxy.proxy.inFlight() === 1);
    paused.resume();
    await until(() => client.messages.length === 49);
    expect(client.messages.every((message, index) => index === 48 || message.length === piece.length)).toBe(true);
    await until(() => proxy.proxy.inFlight() === 0);
  });

  test("takes large messages of the client", async () => {
    const lengths: number[] = [];
    await using upstream = socketUpstream({ onMessage: (_socket, data) => void lengths.push(data.length) });
    await using proxy = await startTestProxy(upstream.url);
    const client = connect(proxy);
    await client.ready;
    for (let count = 1; count <= 5; count++) client.socket.send("y".repeat(count * 8 * 1024 * 1024));
    await until(() => lengths.length === 5);
    expect(lengths).toEqual([1, 2, 3, 4, 5].map((count) => count * 8 * 1024 * 1024));
  });
});

describe("the handshake", () => {
  test("needs the key", async () => {
    await using upstream = socketUpstream(echo);
    await using proxy = await startTestProxy(upstream.url);
    expect(await connect(proxy, undefined, { authorization: "Bearer other" }).ready).toContain("401");
    expect(await connect(proxy, undefined, { origin: "http://evil.example" }).ready).toContain("403");
    expect(upstream.handshakes).toEqual([]);
  });

  test("gets a new token when the workspace refuses the old one", async () => {
    await using upstream = socketUpstream({ ...echo, refuse: (index) => (index === 0 ? 401 : undefined) });
    const headers = ({ refused }: { refused?: string | undefined } = {}) =>
      Promise.resolve({ Authorization: refused === "Bearer old" ? "Bearer new" : "Bearer old" });
    await using proxy = await startTestProxy(fixedUpstream(upstream.url, { headers }));
    expect(await connect(proxy).ready).toBe("open");
    expect(upstream.handshakes.map((one) => one.headers.get("authorization"))).toEqual(["Bearer old", "Bearer new"]);
  });

  test("tries the next base where the first is not there", async () => {
    await using upstream = socketUpstream({
      ...echo,
      refuse: (_index, path) => (path.includes("codex") ? 404 : undefined),
    });
    await using proxy = await startTestProxy(upstream.url);
    expect(await connect(proxy).ready).toBe("open");
    expect(upstream.handshakes.at(-1)?.path).toBe("/ai-gateway/openai/v1/responses");
  });

  test.each([
    [404, "426"],
    [405, "426"],
    [426, "426"],
    [403, "403"],
    [429, "429"],
    [503, "503"],
  ])("that the workspace refuses with %p ends with %p", async (status, expected) => {
    await using upstream = socketUpstream({ refuse: () => status });
    await using proxy = await startTestProxy(upstream.url);
    expect(await connect(proxy).ready).toContain(expected);
  });

  test("to a workspace that is not there ends with 502", async () => {
    await using proxy = await startTestProxy("http://127.0.0.1:1");
    expect(await connect(proxy).ready).toContain("502");
  });

  test("is for Responses alone", async () => {
    await using upstream = socketUpstream(echo);
    await using proxy = await startTestProxy(upstream.url);
    expect(await connect(proxy, "/p/DEFAULT/anthropic/v1/messages").ready).toContain("426");
    expect(upstream.handshakes).toEqual([]);
  });

  test("of a client that leaves meanwhile leaves no connection", async () => {
    const hanging = Promise.withResolvers<void>();
    let gone = false;
    const raw = Bun.listen({
      hostname: "127.0.0.1",
      port: 0,
      socket: {
        data: () => hanging.resolve(),
        close: () => {
          gone = true;
        },
      },
    });
    await using proxy = await startTestProxy(`http://127.0.0.1:${raw.port}`);
    const client = connect(proxy);
    await hanging.promise;
    (client.socket as unknown as { terminate(): void }).terminate();
    await until(() => gone);
    raw.stop(true);
  });
});

describe("stopping", () => {
  test("closes at once what waits for nothing", async () => {
    await using upstream = socketUpstream(echo);
    await using proxy = await startTestProxy(upstream.url);
    const client = connect(proxy);
    await client.ready;
    await proxy.proxy.stop({ graceMs: 600_000 });
    expect((await client.closed).code).toBe(1001);
    await until(() => upstream.closes.length === 1);
  });

  test("lets an answer end first", async () => {
    const asked = Promise.withResolvers<Bun.ServerWebSocket>();
    await using upstream = socketUpstream({ onMessage: (socket) => asked.resolve(socket) });
    await using proxy = await startTestProxy(upstream.url);
    const client = connect(proxy);
    await client.ready;
    client.socket.send('{"type":"response.create"}');
    const socket = await asked.promise;
    socket.send('{"type":"response.created"}');
    const stopped = proxy.proxy.stop({ graceMs: 600_000 });
    socket.send('{"type":"response.output_text.delta","delta":"\\"type\\":\\"response.completed\\""}');
    await until(() => client.messages.length === 2);
    expect(proxy.proxy.inFlight()).toBe(1);
    socket.send('{"type":"response.completed","response":{}}');
    await stopped;
    expect((await client.closed).code).toBe(1001);
    expect(client.messages.length).toBe(3);
  });

  test("breaks off what does not end in time", async () => {
    const asked = Promise.withResolvers<void>();
    await using upstream = socketUpstream({ onMessage: () => asked.resolve() });
    await using proxy = await startTestProxy(upstream.url);
    const client = connect(proxy);
    await client.ready;
    client.socket.send(create);
    await asked.promise;
    await proxy.proxy.stop({ graceMs: 1 });
    expect((await client.closed).code).toBe(1006);
  });
});

test("the emulator's Responses answer over a WebSocket through the proxy", async () => {
  const emulator = await startTestEmulator({ scenario: { turns: [{ text: "Hello there." }] } });
  try {
    const headers = () => Promise.resolve({ Authorization: `Bearer ${emulator.token}` });
    await using proxy = await startTestProxy(fixedUpstream(emulator.host, { headers }));
    const client = connect(proxy);
    expect(await client.ready).toBe("open");
    client.socket.send(JSON.stringify({ type: "response.create", model: "system.ai.gpt-5-1-codex", input: "Hi" }));
    await until(() => client.messages.some((message) => String(message).includes('"response.completed"')));
    expect(client.messages.join("")).toContain("Hello there.");
    expect(proxy.proxy.inFlight()).toBe(0);
    client.socket.close();
  } finally {
    await emulator.dispose();
  }
});
