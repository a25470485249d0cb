// A stream that is only carried: what Bun does as a proxy, each known trap met.
import { describe, expect, spyOn, test } from "bun:test";
import { brotliCompressSync, gzipSync, zstdCompressSync } from "node:zlib";
import type { Socket } from "node:net";
import { errorTranslator } from "./errors/translator.ts";
import { startProxy } from "./server.ts";
import {
  fixedUpstream,
  head,
  httpUpstream,
  localKey,
  rawClient,
  rawUpstream,
  spawnTestProxy,
  startTestProxy,
  testDeps,
  until,
} from "./testing.ts";
import type { Filter } from "./types.ts";
import { tap } from "./usage/tap.ts";

const messages = "/p/DEFAULT/anthropic/v1/messages";
const events = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
const post = (port: number, path = messages): string => head(port, `POST ${path}`, "Content-Length: 2") + "{}";

function chunk(text: string): string {
  return `${Buffer.byteLength(text, "latin1").toString(16)}\r\n${text}\r\n`;
}

describe("an answer", () => {
  test("is on its way when it begins at the workspace, and whole as far as the workspace has sent", async () => {
    const begun = Promise.withResolvers<Socket>();
    await using upstream = await rawUpstream((socket) => {
      socket.write(events);
      begun.resolve(socket);
    });
    await using proxy = await startTestProxy(upstream.url);
    const client = rawClient(proxy.port, post(proxy.port));
    const socket = await begun.promise;
    // Bun holds back the last lines of a head for the first byte of the body.
    await until(() => client.text().startsWith("HTTP/1.1 200 OK\r\n"));
    socket.write(chunk(":\n\n"));
    await until(() => client.text().endsWith(`\r\n\r\n${chunk(":\n\n")}`));
    expect(client.text().toLowerCase()).toContain("content-type: text/event-stream");
    client.socket.destroy();
  });

  test("arrives event by event, each before the next is sent", async () => {
    const begun = Promise.withResolvers<Socket>();
    await using upstream = await rawUpstream((socket) => {
      socket.write(events);
      begun.resolve(socket);
    });
    await using proxy = await startTestProxy(upstream.url);
    const client = rawClient(proxy.port, post(proxy.port));
    const socket = await begun.promise;
    for (let count = 0; count < 20; count++) {
      socket.write(chunk(`data: ${count}\n\n`));
      await until(() => client.text().includes(`data: ${count}\n\n`));
    }
    socket.write("0\r\n\r\n");
    await until(() => client.text().endsWith("0\r\n\r\n"));
    client.socket.destroy();
  });

  test.each([1, 2, 3, 7, 64, 1000])("keeps every byte, split at every %p bytes", async (size) => {
    const body = Buffer.from(Array.from({ length: 20_000 }, (_, index) => (index * 31 + (index >> 5)) & 0xff));
    await using upstream = await rawUpstream((socket) => {
      let text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
      for (let at = 0; at < body.length; at += size) text += chunk(body.subarray(at, at + size).toString("latin1"));
      socket.write(`${text}0\r\n\r\n`, "latin1");
    });
    await using proxy = await startTestProxy(upstream.url);
    const response = await proxy.call(messages, { method: "POST", body: "{}" });
    expect(Bun.hash(await response.arrayBuffer())).toBe(Bun.hash(body));
  });

  test.each<[string, Uint8Array<ArrayBuffer>]>([
    ["gzip", Uint8Array.from(gzipSync("some words some words"))],
    ["br", Uint8Array.from(brotliCompressSync("some words some words"))],
    ["zstd", Uint8Array.from(zstdCompressSync("some words some words"))],
  ])("in %s stays in it", async (encoding, bytes) => {
    await using upstream = httpUpstream(() => new Response(bytes, { headers: { "content-encoding": encoding } }));
    await using proxy = await startTestProxy(upstream.url);
    const response = await proxy.call(messages, {
      method: "POST",
      body: "{}",
      headers: { "accept-encoding": encoding },
    });
    expect(response.headers.get("content-encoding")).toBe(encoding);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes);
    expect(upstream.received[0]?.headers.get("accept-encoding")).toBe(encoding);
  });

  test("is not compressed for a client that did not ask for it", async () => {
    await using upstream = httpUpstream(() => new Response("x"));
    await using proxy = await startTestProxy(upstream.url);
    const client = rawClient(proxy.port, post(proxy.port));
    await until(() => upstream.received.length === 1);
    expect(upstream.received[0]?.headers.has("accept-encoding")).toBe(false);
    client.socket.destroy();
  });

  test.each([200, 201, 400, 418, 429, 500, 503, 529])("of status %p passes with its headers", async (status) => {
    const headers = { "retry-after": "7", "request-id": "r", "x-databricks-org-id": "1", "anthropic-ratelimit-x": "0" };
    await using upstream = httpUpstream(() => Response.json({ error: { message: "model" } }, { status, headers }));
    await using proxy = await startTestProxy(upstream.url);
    const response = await proxy.call(messages, { method: "POST", body: "{}" });
    expect(response.status).toBe(status);
    expect(Object.fromEntries(response.headers)).toMatchObject(headers);
    expect(await response.json()).toEqual({ error: { message: "model" } });
    expect(upstream.received.length).toBe(1);
  });

  test.each([204, 304])("of status %p has no body", async (status) => {
    await using upstream = httpUpstream(() => new Response(null, { status, headers: { etag: '"1"' } }));
    await using proxy = await startTestProxy(upstream.url);
    const response = await proxy.call("/p/DEFAULT/anthropic/v1/models");
    expect(response.status).toBe(status);
    expect(response.headers.get("etag")).toBe('"1"');
    expect(await response.text()).toBe("");
  });

  test("to HEAD says the length and has no body", async () => {
    await using upstream = httpUpstream(() => new Response(null, { headers: { "content-length": "5" } }));
    await using proxy = await startTestProxy(upstream.url);
    const client = rawClient(proxy.port, head(proxy.port, "HEAD /p/DEFAULT/anthropic/v1/models", "Connection: close"));
    await client.ended;
    expect(client.text().toLowerCase()).toContain("content-length: 5\r\n");
    expect(client.text()).toEndWith("\r\n\r\n");
    expect(upstream.received[0]?.method).toBe("HEAD");
  });
});

describe("an answer that breaks", () => {
  test("in mid-stream breaks the client's connection, and nothing is made up", async () => {
    const begun = Promise.withResolvers<Socket>();
    await using upstream = await rawUpstream((socket) => {
      socket.write(events + chunk("data: 1\n\n"));
      begun.resolve(socket);
    });
    await using proxy = await startTestProxy(upstream.url);
    const client = rawClient(proxy.port, post(proxy.port));
    await until(() => client.text().includes("data: 1"));
    (await begun.promise).resetAndDestroy();
    await client.ended;
    expect(client.text()).toEndWith(chunk("data: 1\n\n"));
  });

  test.each([
    ["its length", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this"],
    ["its last chunk", `${events}${chunk("data: 1\n\n")}`],
  ])("before %s is reached is never taken for a whole one", async (_what, bytes) => {
    await using upstream = await rawUpstream((socket) => socket.end(bytes));
    await using proxy = await startTestProxy(upstream.url);
    const seen = await proxy
      .call(messages, { method: "POST", body: "{}" })
      .then(async (response) => `${response.status} ${await response.text()}`)
      .catch(() => "broken");
    // All of it was there before any of it went out: then there is still an answer to give.
    expect(seen).toMatch(/^broken$|^502 \{"type":"error","error":\{"type":"api_error"/);
  });

  const json = "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{";
  test.each([
    ["a whole answer", `HTTP/1.1 200 OK\r\n${json}`],
    ["a refusal", `HTTP/1.1 400 Bad Request\r\n${json}`],
    ["a refusal in chunks", `HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n${chunk("{")}`],
  ])("while it is read for a filter is told as what it is: %s", async (_what, bytes) => {
    const counting: Filter = {
      name: "counting",
      summary: "",
      byDefault: true,
      applies: () => true,
      handle: async (_exchange, request, next) =>
        tap(await next(request), { dialect: "anthropic", onEnd: () => undefined }),
    };
    await using upstream = await rawUpstream((socket) => socket.end(bytes));
    await using proxy = await startTestProxy(upstream.url, { filters: [errorTranslator, counting] });
    const response = await proxy.call(messages, { method: "POST", body: "{}" });
    expect(response.status).toBe(502);
    expect(await response.text()).toContain("The connection to the workspace broke before its answer was whole");
  });
});

describe("a client that leaves", () => {
  test("before the answer ends the request at the workspace", async () => {
    const asked = Promise.withResolvers<Socket>();
    await using upstream = await rawUpstream((socket) => asked.resolve(socket));
    await using proxy = await startTestProxy(upstream.url);
    const client = rawClient(proxy.port, post(proxy.port));
    const socket = await asked.promise;
    client.socket.destroy();
    await until(() => socket.destroyed);
    await until(() => proxy.proxy.inFlight() === 0);
  });

  test("in mid-stream ends the request at the workspace", async () => {
    const begun = Promise.withResolvers<Socket>();
    await using upstream = await rawUpstream((socket) => {
      socket.write(events + chunk("data: 1\n\n"));
      begun.resolve(socket);
    });
    await using proxy = await startTestProxy(upstream.url);
    const client = rawClient(proxy.port, post(proxy.port));
    await until(() => client.text().includes("data: 1"));
    expect(proxy.proxy.inFlight()).toBe(1);
    client.socket.destroy();
    const socket = await begun.promise;
    await until(() => socket.destroyed);
    await until(() => proxy.proxy.inFlight() === 0);
  });

  test("while its body is on the way leaves nothing behind", async () => {
    await using upstream = httpUpstream(() => new Response("x"));
    await using proxy = await startTestProxy(upstream.url);
    const client = rawClient(proxy.port, `${head(proxy.port, `POST ${messages}`, "Content-Length: 100")}{`);
    await until(() => proxy.proxy.inFlight() === 1);
    client.socket.destroy();
    await until(() => proxy.proxy.inFlight() === 0);
    expect(upstream.received).toEqual([]);
  });
});

test("a client that reads nothing holds the workspace back", async () => {
  const most = 64 * 1024 * 1024;
  const piece = Buffer.from(chunk("x".repeat(64 * 1024)), "latin1");
  let sent = 0;
  let blocked = false;
  await using upstream = await rawUpstream((socket) => {
    socket.write(events);
    const fill = (): void => {
      blocked = false;
      while (sent < most) {
        sent += piece.length;
        if (!socket.write(piece)) break;
      }
      blocked = true;
    };
    socket.on("drain", fill);
    fill();
  });
  await using proxy = await startTestProxy(upstream.url);
  const client = rawClient(proxy.port, post(proxy.port));
  client.socket.pause();
  let still = 0;
  for (let before = -1; still < 40; before = sent) {
    await Bun.sleep(5);
    if (sent >= most) break;
    still = blocked && sent === before ? still + 1 : 0;
  }
  expect(sent).toBeLessThan(most);
  client.socket.destroy();
});

describe("a dead pooled connection", () => {
  /** Answers the first request of a connection, and breaks it at the second. */
  const dying = (end: (socket: Socket) => void) => {
    const seen = new Set<Socket>();
    return rawUpstream((socket) => {
      if (seen.has(socket)) return end(socket);
      seen.add(socket);
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    });
  };

  test.each<[string, (socket: Socket) => void]>([
    ["reset", (socket) => void socket.resetAndDestroy()],
    ["closed", (socket) => void socket.end()],
  ])("that is %s is replaced, and the request sent again", async (_how, end) => {
    await using upstream = await dying(end);
    await using proxy = await startTestProxy(upstream.url);
    for (let count = 0; count < 4; count++) {
      const response = await proxy.call(messages, { method: "POST", body: `{"n":${count}}` });
      expect([response.status, await response.text()]).toEqual([200, "ok"]);
    }
    expect(upstream.connections.length).toBeGreaterThan(1);
  });

  test("is tried again once, and then told", async () => {
    let count = 0;
    await using upstream = await rawUpstream((socket) => {
      count += 1;
      socket.resetAndDestroy();
    });
    await using proxy = await startTestProxy(upstream.url);
    const response = await proxy.call(messages, { method: "POST", body: "{}" });
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ type: "error", error: { type: "api_error" } });
    expect(count).toBe(2);
  });

  test("is not tried again with a body that is gone", async () => {
    let count = 0;
    await using upstream = await rawUpstream((socket) => {
      count += 1;
      socket.resetAndDestroy();
    });
    await using proxy = await startTestProxy(upstream.url, { bodyLimits: { heldBytes: 10 } });
    const response = await proxy.call(messages, { method: "POST", body: "longer than ten bytes" });
    expect(response.status).toBe(502);
    expect(count).toBe(1);
  });
});

describe("Bun's own limits", () => {
  test("on quiet connections, bodies and shared ports are off", async () => {
    const served = spyOn(Bun, "serve");
    try {
      await using _proxy = await startTestProxy("http://127.0.0.1:1");
      const options = served.mock.calls.at(-1)?.[0];
      expect(options).toMatchObject({ idleTimeout: 0, development: false, reusePort: false, hostname: "127.0.0.1" });
      expect(options).toMatchObject({ maxRequestBodySize: Number.MAX_SAFE_INTEGER });
      expect(options).toMatchObject({ websocket: { idleTimeout: 0 } });
    } finally {
      served.mockRestore();
    }
  });

  test("on quiet answers, redirects and encodings are off; this machine is asked without a proxy", async () => {
    const asked: (BunFetchRequestInit | undefined)[] = [];
    const fetch = (_input: unknown, init?: BunFetchRequestInit): Promise<Response> => {
      asked.push(init);
      return Promise.resolve(new Response("x"));
    };
    for (const origin of ["http://127.0.0.1:1", "https://dbc-1.cloud.databricks.com"]) {
      await using proxy = await startTestProxy(fixedUpstream(origin), { deps: { fetch } });
      await proxy.call(messages, { method: "POST", body: "{}" });
    }
    const init = { timeout: false, decompress: false, redirect: "manual" };
    expect(asked[0]).toMatchObject({ ...init, proxy: false });
    expect(asked[1]).toMatchObject(init);
    expect(asked[1]).not.toHaveProperty("proxy");
  });

  test("on requests at once are lifted by the environment that the proxy is started with", async () => {
    const streams = 300;
    await using upstream = await rawUpstream((socket) => socket.write(events + chunk("data: 1\n\n")));
    await using proxy = await spawnTestProxy(upstream.url, { BUN_CONFIG_MAX_HTTP_REQUESTS: "4096" });
    const clients = Array.from({ length: streams }, () => rawClient(proxy.port, post(proxy.port)));
    await until(() => clients.every((client) => client.text().includes("data: 1")));
    for (const { socket } of clients) socket.destroy();
  }, 20_000);
});

describe("stopping", () => {
  test("lets a stream end, and takes nothing new", async () => {
    const begun = Promise.withResolvers<Socket>();
    await using upstream = await rawUpstream((socket) => {
      socket.write(events + chunk("data: 1\n\n"));
      begun.resolve(socket);
    });
    await using proxy = await startTestProxy(upstream.url);
    const client = rawClient(proxy.port, post(proxy.port));
    await until(() => client.text().includes("data: 1"));
    const stopped = proxy.proxy.stop({ graceMs: 600_000 });
    await expect(fetch(`${proxy.url}/health`, { proxy: false })).rejects.toThrow();
    const socket = await begun.promise;
    socket.write(`${chunk("data: 2\n\n")}0\r\n\r\n`);
    await stopped;
    await client.ended;
    expect(client.text()).toEndWith(`${chunk("data: 2\n\n")}0\r\n\r\n`);
  });

  test("breaks off what has not ended in time", async () => {
    await using upstream = await rawUpstream((socket) => socket.write(events + chunk("data: 1\n\n")));
    await using proxy = await startTestProxy(upstream.url);
    const client = rawClient(proxy.port, post(proxy.port));
    await until(() => client.text().includes("data: 1"));
    await proxy.proxy.stop({ graceMs: 1 });
    await client.ended;
    expect(client.text()).not.toContain("0\r\n\r\n");
  });
});

test("listeners come and go on their own", async () => {
  await using upstream = httpUpstream(() => new Response("x"));
  await using proxy = await startTestProxy(upstream.url);
  const second = proxy.proxy.listen({ port: 0 });
  const ask = (url: string) =>
    fetch(`${url}/v1/models`, { proxy: false, headers: { "x-api-key": localKey } }).then((answer) => answer.status);
  expect(await ask(second.url)).toBe(200);
  expect(() => proxy.proxy.listen({ port: second.port })).toThrow("the port is in use");
  await second.close();
  await expect(ask(second.url)).rejects.toThrow();
  expect(await ask(proxy.url)).toBe(200);
});

test("it listens nowhere until it is told to", async () => {
  const proxy = await startProxy(testDeps(), {
    key: () => [],
    rootProfile: () => Promise.resolve("DEFAULT"),
    filters: [],
    openUpstream: () => Promise.resolve(fixedUpstream("http://127.0.0.1:1")),
    version: "1",
  });
  expect(proxy.inFlight()).toBe(0);
  await proxy.stop({ graceMs: 0 });
});
