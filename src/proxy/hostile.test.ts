import { describe, expect, test } from "bun:test";
import { gzipSync } from "node:zlib";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resolvePaths } from "../platform/paths.ts";
import { head, httpUpstream, localKey, rawClient, rawUpstream, startTestProxy, testDeps, until } from "./testing.ts";
import { openMeter } from "./usage/meter.ts";

const messages = "/p/DEFAULT/anthropic/v1/messages";
const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

describe("a hostile workspace", () => {
  test.each([
    ["headers without end", `HTTP/1.1 200 OK\r\n${"X-A: b\r\n".repeat(200_000)}`],
    ["one giant header", `HTTP/1.1 200 OK\r\nX-A: ${"a".repeat(4_000_000)}\r\nContent-Length: 2\r\n\r\nok`],
    ["no HTTP", "SSH-2.0-OpenSSH_9\r\n\r\n"],
    ["a status that is none", "HTTP/1.1 abc OK\r\n\r\n"],
    ["101 though nobody asked", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"],
    ["a length that is none", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nok"],
  ])("that answers with %s gets no further than its own request", async (_name, bytes) => {
    let count = 0;
    await using upstream = await rawUpstream((socket) => {
      count += 1;
      if (count > 2) return void socket.write(ok);
      socket.write(bytes);
      socket.end();
    });
    await using proxy = await startTestProxy(upstream.url);
    const client = rawClient(proxy.port, head(proxy.port, `GET ${messages}`, "Connection: close"));
    await client.ended;
    expect(client.text().length).toBeLessThan(5_000_000);
    count = 2;
    const next = await proxy.call("/p/DEFAULT/anthropic/v1/models");
    expect([next.status, await next.text()]).toEqual([200, "ok"]);
  });

  test.each([
    ["a size that is no number", "zz\r\nabc\r\n0\r\n\r\n"],
    ["a size that is negative", "-5\r\nabc\r\n0\r\n\r\n"],
    ["a piece longer than it says", "2\r\nabcdef\r\n0\r\n\r\n"],
    ["an end that is missing", "3\r\nabc\r\n"],
  ])("whose chunks have %s breaks the answer, and never ends it in order", async (_name, chunks) => {
    await using upstream = await rawUpstream((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}`);
      socket.end();
    });
    await using proxy = await startTestProxy(upstream.url);
    const client = rawClient(proxy.port, head(proxy.port, `GET ${messages}`));
    await until(() => client.socket.destroyed || client.text().includes("502") || client.text().endsWith("}"));
    expect(client.text()).not.toEndWith("0\r\n\r\n");
    client.socket.destroy();
  });

  test.each([301, 302, 303, 307, 308])("that redirects with %p to another host gets no token there", async (status) => {
    await using elsewhere = httpUpstream(() => new Response("gotcha"));
    await using upstream = httpUpstream(
      () => new Response(null, { status, headers: { location: `${elsewhere.url}/x`, "set-cookie": "a=b" } }),
    );
    await using proxy = await startTestProxy(upstream.url);
    const answer = await proxy.call(messages, { method: "POST", body: "{}" });
    expect(answer.status).toBe(502);
    expect(answer.headers.has("location")).toBe(false);
    expect(answer.headers.has("set-cookie")).toBe(false);
    expect(elsewhere.received).toEqual([]);
  });

  test("that answers with a compressed bomb costs the one who reads along no memory", async () => {
    const folder = await mkdtemp(join(tmpdir(), "mortar-bomb-"));
    try {
      const deps = testDeps({ paths: resolvePaths({ MORTAR_HOME: folder }, "linux") });
      const meter = await openMeter(deps, { budget: () => undefined, prices: new Map() });
      const bomb = Uint8Array.from(gzipSync(Buffer.alloc(128 * 1024 * 1024, " ")));
      await using upstream = httpUpstream(
        () => new Response(bomb, { headers: { "content-encoding": "gzip", "content-type": "application/json" } }),
      );
      await using proxy = await startTestProxy(upstream.url, { filters: [meter.filter] });
      Bun.gc(true);
      const before = process.memoryUsage().rss;
      const answer = await proxy.call(messages, { method: "POST", body: '{"model":"m"}' });
      expect(Buffer.from(await answer.bytes()).equals(bomb)).toBe(true);
      expect((await proxy.call(messages, { method: "POST", body: '{"model":"m"}' })).status).toBe(200);
      expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
      meter.close();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  test("that never finishes its head holds nobody else up, and is let go with its client", async () => {
    let first = true;
    let gone = false;
    await using upstream = await rawUpstream((socket) => {
      if (!first) return void socket.write(ok);
      first = false;
      socket.on("close", () => {
        gone = true;
      });
      socket.write("HTTP/1.1 200 OK\r\nX-Slow: ");
    });
    await using proxy = await startTestProxy(upstream.url);
    const slow = rawClient(proxy.port, head(proxy.port, `GET ${messages}`));
    await until(() => !first);
    expect((await proxy.call("/p/DEFAULT/anthropic/v1/models")).status).toBe(200);
    slow.socket.destroy();
    await until(() => gone);
  });
});

describe("a hostile program on this machine", () => {
  test.each([
    "/p/../anthropic/v1/messages",
    "/p/%2e%2e/anthropic/v1/messages",
    "/p/..%2f..%2fetc/anthropic/v1/messages",
    "/p/%2e%2e%2fx/anthropic/v1/messages",
    "/p//anthropic/v1/messages",
    "/p/DEFAULT/anthropic/v1/..%2f..%2fapi/2.0/token/list",
    "/p/DEFAULT/anthropic/..;/api",
    "/p/DEFAULT@/anthropic/v1/messages",
    "/p/DEFAULT/ai-gateway/../api/2.0/token/list",
    "/p/%ff%fe/anthropic/v1/messages",
  ])("gets nothing by the path %s", async (path) => {
    await using upstream = httpUpstream(() => new Response("x"));
    await using proxy = await startTestProxy(upstream.url);
    const client = rawClient(proxy.port, head(proxy.port, `GET ${path}`, "Connection: close"));
    await client.ended;
    expect(client.text()).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(upstream.received).toEqual([]);
  });

  test.each([
    ["the address of another host", "GET http://evil.example/v1/messages HTTP/1.1", "Host: evil.example"],
    ["another host with a name", "GET /v1/messages HTTP/1.1", "Host: 127.0.0.1@evil.example"],
    ["a tunnel", "CONNECT evil.example:443 HTTP/1.1", "Host: evil.example:443"],
    ["HTTP/2 without an agreement", "PRI * HTTP/2.0", "Host: x"],
    ["an old line", "GET /v1/messages", "Host: x"],
    ["a star", "OPTIONS * HTTP/1.1", "Host: 127.0.0.1"],
  ])("gets nothing by asking for %s", async (_name, line, host) => {
    await using upstream = httpUpstream(() => new Response("x"));
    await using proxy = await startTestProxy(upstream.url);
    const client = rawClient(proxy.port, `${line}\r\n${host}\r\nx-api-key: ${localKey}\r\nConnection: close\r\n\r\n`);
    await until(() => client.socket.destroyed || client.text() !== "");
    expect(client.text()).not.toMatch(/^HTTP\/1\.1 2/);
    client.socket.destroy();
    expect(upstream.received).toEqual([]);
  });

  test("that sends a header without end is cut off before it fills the memory", async () => {
    await using upstream = httpUpstream(() => new Response("x"));
    await using proxy = await startTestProxy(upstream.url);
    const client = rawClient(proxy.port, `GET ${messages} HTTP/1.1\r\nHost: 127.0.0.1:${proxy.port}\r\nX-A: `);
    const piece = "a".repeat(64 * 1024);
    let sent = 0;
    while (!client.socket.destroyed && sent < 100 * 1024 * 1024) {
      client.socket.write(piece);
      sent += piece.length;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(client.socket.destroyed).toBe(true);
    expect(sent).toBeLessThan(100 * 1024 * 1024);
    expect((await proxy.call("/p/DEFAULT/anthropic/v1/models")).status).toBe(200);
  });

  test.each([
    ["a length and chunks", "Content-Length: 6\r\nTransfer-Encoding: chunked", "0\r\n\r\nX"],
    ["chunks by an odd name", "Transfer-Encoding: xchunked", "0\r\n\r\n"],
    ["chunks named twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", "0\r\n\r\n"],
    ["a chunk's size beyond all numbers", "Transfer-Encoding: chunked", "ffffffffffffffffff\r\nabc"],
  ])("smuggles nothing by %s", async (_name, lines, body) => {
    await using upstream = httpUpstream(() => new Response("x"));
    await using proxy = await startTestProxy(upstream.url);
    const smuggled = `GET /p/DEFAULT/anthropic/v1/smuggled HTTP/1.1\r\nHost: evil\r\n\r\n`;
    const client = rawClient(proxy.port, `${head(proxy.port, `POST ${messages}`, lines)}${body}${smuggled}`);
    await until(() => client.socket.destroyed || client.text() !== "");
    client.socket.destroy();
    expect(upstream.received.filter(({ target }) => target.includes("smuggled"))).toEqual([]);
  });
});

describe("a hostile web page", () => {
  test.each<[string, string, Record<string, string>]>([
    ["a form's POST", messages, { origin: "http://evil.example", "content-type": "application/x-www-form-urlencoded" }],
    ["a sandboxed frame", messages, { origin: "null", "content-type": "text/plain" }],
    ["an image", messages, { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" }],
    ["another port of this machine", messages, { "sec-fetch-site": "same-site" }],
    ["itself under another name", messages, { host: "evil.example" }],
    ["a WebSocket", messages, { origin: "http://evil.example", upgrade: "websocket", connection: "upgrade" }],
    ["a look at the health", "/health", { origin: "http://evil.example" }],
    ["a shutdown", "/shutdown", { origin: "http://evil.example" }],
  ])("gets nothing by %s, though it had the key", async (_name, path, headers) => {
    await using upstream = httpUpstream(() => new Response("x"));
    await using proxy = await startTestProxy(upstream.url);
    const answer = await proxy.call(path, { method: "POST", body: "{}", headers });
    expect(answer.status).toBe(403);
    expect(answer.headers.has("access-control-allow-origin")).toBe(false);
    expect(upstream.received).toEqual([]);
  });
});
