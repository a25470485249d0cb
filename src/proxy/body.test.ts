import { describe, expect, test } from "bun:test";
import { head, httpUpstream, rawClient, rawUpstream, startTestProxy, until } from "./testing.ts";

const messages = "/p/DEFAULT/anthropic/v1/messages";
const mebibyte = 1024 * 1024;

function noise(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  return bytes;
}

function streamOf(bytes: Uint8Array<ArrayBuffer>, size: number): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull: (controller) => {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.subarray(at, at + size));
      at += size;
    },
  });
}

describe("a body", () => {
  test.each([0, 1, 8 * mebibyte + 1, 33 * mebibyte])("of %p bytes arrives whole", async (length) => {
    await using upstream = httpUpstream(() => new Response("x"));
    await using proxy = await startTestProxy(upstream.url);
    const body = noise(length);
    expect((await proxy.call(messages, { method: "POST", body })).status).toBe(200);
    const [seen] = upstream.received;
    expect(seen?.headers.get("content-length")).toBe(String(length));
    expect(Bun.hash(seen?.body ?? "")).toBe(Bun.hash(body));
  });

  test("beyond what is held arrives whole too, with its length", async () => {
    await using upstream = httpUpstream(() => new Response("x"));
    await using proxy = await startTestProxy(upstream.url, { bodyLimits: { heldBytes: mebibyte } });
    const body = noise(9 * mebibyte);
    expect((await proxy.call(messages, { method: "POST", body })).status).toBe(200);
    expect(upstream.received[0]?.headers.get("content-length")).toBe(String(body.length));
    expect(Bun.hash(upstream.received[0]?.body ?? "")).toBe(Bun.hash(body));
  });

  test("larger than Bun's own limit of 128 MiB arrives whole", async () => {
    await using upstream = httpUpstream(() => new Response("x"));
    await using proxy = await startTestProxy(upstream.url);
    const body = new Uint8Array(130 * mebibyte).fill(7);
    expect((await proxy.call(messages, { method: "POST", body })).status).toBe(200);
    expect(upstream.received[0]?.body.length).toBe(body.length);
  }, 30_000);

  test.each([
    ["that is held", 64 * mebibyte],
    ["that is not held", 100_000],
  ])("of unknown length %s arrives whole", async (_name, heldBytes) => {
    await using upstream = httpUpstream(() => new Response("x"));
    await using proxy = await startTestProxy(upstream.url, { bodyLimits: { heldBytes } });
    const body = noise(3 * mebibyte + 17);
    const response = await proxy.call(messages, { method: "POST", body: streamOf(body, 70_001) });
    expect(response.status).toBe(200);
    expect(Bun.hash(upstream.received[0]?.body ?? "")).toBe(Bun.hash(body));
  });

  test("that says it is too large is refused before anything is forwarded", async () => {
    await using upstream = httpUpstream(() => new Response("x"));
    await using proxy = await startTestProxy(upstream.url, { bodyLimits: { mostBytes: 2 * mebibyte } });
    const client = rawClient(proxy.port, head(proxy.port, `POST ${messages}`, "Content-Length: 9000000000"));
    await until(() => client.text().includes("\r\n\r\n{"));
    expect(client.text()).toStartWith("HTTP/1.1 413 ");
    expect(client.text()).toContain('"request_too_large"');
    expect(client.text()).toContain("larger than 2 MiB");
    client.socket.destroy();
    expect(upstream.received).toEqual([]);
  });

  test.each([
    ["while it is held", 64 * mebibyte],
    ["while it is carried", 100_000],
  ])("that grows too large %s is never taken for a whole one", async (_name, heldBytes) => {
    await using upstream = httpUpstream(() => new Response("x"));
    await using proxy = await startTestProxy(upstream.url, { bodyLimits: { heldBytes, mostBytes: mebibyte } });
    const status = await proxy
      .call(messages, { method: "POST", body: streamOf(noise(2 * mebibyte), 65_536) })
      .then((response) => response.status)
      .catch(() => 413);
    expect(status).toBe(413);
    expect(upstream.received).toEqual([]);
  });

  test("of a GET is refused and not dropped", async () => {
    await using upstream = httpUpstream(() => new Response("x"));
    await using proxy = await startTestProxy(upstream.url);
    const line = "GET /p/DEFAULT/anthropic/v1/models";
    const client = rawClient(proxy.port, `${head(proxy.port, line, "Content-Length: 2", "Connection: close")}{}`);
    await client.ended;
    expect(client.text()).toStartWith("HTTP/1.1 400 ");
    expect(upstream.received).toEqual([]);
  });

  test("in chunks reaches the workspace with its length", async () => {
    await using upstream = httpUpstream(() => new Response("x"));
    await using proxy = await startTestProxy(upstream.url);
    const lines = ["Transfer-Encoding: chunked", "Connection: close"];
    const client = rawClient(
      proxy.port,
      `${head(proxy.port, `POST ${messages}`, ...lines)}3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n`,
    );
    await client.ended;
    expect(upstream.received[0]?.text).toBe("abcde");
    expect(upstream.received[0]?.headers.get("content-length")).toBe("5");
    expect(upstream.received[0]?.headers.has("transfer-encoding")).toBe(false);
  });

  test("that waits for 100 Continue is asked for", async () => {
    await using upstream = httpUpstream(() => new Response("x"));
    await using proxy = await startTestProxy(upstream.url);
    const lines = ["Content-Length: 2", "Expect: 100-continue", "Connection: close"];
    const client = rawClient(proxy.port, head(proxy.port, `POST ${messages}`, ...lines));
    await until(() => client.text().startsWith("HTTP/1.1 100 Continue\r\n\r\n"));
    client.socket.write("{}");
    await client.ended;
    expect(client.text()).toContain("HTTP/1.1 200 OK");
    expect(upstream.received[0]?.headers.has("expect")).toBe(false);
  });
});

test("an upload that is refused early brings the refusal", async () => {
  await using upstream = await rawUpstream((socket) => {
    socket.write("HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\nConnection: close\r\n\r\nstop");
  });
  await using proxy = await startTestProxy(upstream.url, { bodyLimits: { heldBytes: 1000 } });
  const client = rawClient(
    proxy.port,
    `${head(proxy.port, `POST ${messages}`, "Content-Length: 50000000")}${"x".repeat(5_000)}`,
  );
  await until(() => client.text().includes("stop"));
  expect(client.text()).toStartWith("HTTP/1.1 403 ");
  client.socket.destroy();
});
